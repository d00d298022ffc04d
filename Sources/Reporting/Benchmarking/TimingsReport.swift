import Analysis

/// The figures of benchmarks, for people and as JSON.
public struct TimingsReport {
  private let reports: [Timings.Report]

  public init(_ reports: [Timings.Report]) { self.reports = reports }

  // MARK: Text

  public func text(style: TerminalStyle) -> String {
    reports.map { section($0, style) }.joined(separator: "\n") + "\n"
  }

  private func section(_ report: Timings.Report, _ style: TerminalStyle) -> String {
    var out = [style.bold(printable(report.name))]
    if let problem = report.problem { out.append("  " + printable(problem)) }
    guard report.columns > 0 else { return out.joined(separator: "\n") }
    let integers =
      report.integers > 0 ? ", \(Figure.number(Double(report.integers))) of them whole" : ""
    out.append(
      "  \(Figure.number(Double(report.rows))) rows, \(Figure.number(Double(report.columns))) columns\(integers), "
        + "\(Figure.number(Double(report.nonzeros))) nonzeros; coefficients "
        + "\(range(report.rangeBefore)), scaled \(range(report.rangeAfter))")
    let phases = report.phases.filter { !$0.seconds.isEmpty }
      .map { "\($0.name) \(Figure.seconds($0.median))" }
    out.append("  medians: " + phases.joined(separator: ", "))
    if let build = report.phases.first(where: { $0.name == "build" }), build.median > 0 {
      let rate = Double(report.nonzeros) / build.median / 1e6
      out.append("  building: \(Figure.number(rate, decimals: 1)) million nonzeros a second")
    }
    if let memory = report.peakMemory {
      out.append("  most memory so far: \(Figure.number(Double(memory) / 1e6)) MB")
    }
    return (out + contenders(report, style)).joined(separator: "\n")
  }

  private func contenders(_ report: Timings.Report, _ style: TerminalStyle) -> [String] {
    guard !report.contenders.isEmpty else { return [] }
    var grid = TextGrid([.left, .left, .right, .right, .right, .right, .left, .left])
    grid.add([
      "", "first objective, cold", "median", "least", "process", "iterations", "answer", "ratio",
    ])
    let fastest = report.contenders.filter { $0.isVerified || report.agrees($0) }
      .min { $0.median < $1.median }
    for contender in report.contenders {
      let isFastest = contender.name == fastest?.name && contender.isPeer == fastest?.isPeer
      var answer = contender.status
      if contender.objective != nil {
        answer += report.agrees(contender) ? ", agrees" : ", DIFFERS"
      }
      var ratio = ""
      if let ours = report.ours, contender.isPeer, contender.median > 0 {
        ratio = "ours takes \(Figure.number(ours.median / contender.median, decimals: 2)) ×"
      }
      grid.add([
        isFastest ? "▸" : "", contender.isPeer ? contender.name : "lodestone \(contender.name)",
        contender.seconds.isEmpty ? "—" : Figure.seconds(contender.median),
        contender.seconds.min().map(Figure.seconds) ?? "—",
        contender.processSeconds.isEmpty ? "" : Figure.seconds(median(contender.processSeconds)),
        contender.iterations.map { Figure.number(Double($0)) } ?? "", answer, ratio,
      ])
    }
    return grid.lines(width: style.width)
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
  }

  private func range(_ range: ClosedRange<Double>?) -> String {
    range.map { "\(Figure.tiny($0.lowerBound)) … \(Figure.tiny($0.upperBound))" } ?? "none"
  }

  // MARK: JSON

  public var json: JSONValue {
    .object([("benchmarks", .array(reports.map(object)))])
  }

  private func object(_ report: Timings.Report) -> JSONValue {
    func bounds(_ range: ClosedRange<Double>?) -> JSONValue {
      range.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
    }
    return .object([
      ("name", .string(report.name)),
      (
        "size",
        .object([
          ("rows", .integer(report.rows)), ("columns", .integer(report.columns)),
          ("nonzeros", .integer(report.nonzeros)), ("integers", .integer(report.integers)),
          ("maximised", .bool(report.isMaximised)),
        ])
      ),
      ("coefficients", bounds(report.rangeBefore)),
      ("coefficients_scaled", bounds(report.rangeAfter)),
      (
        "phases",
        .object(
          report.phases.map { phase in
            (phase.name, .array(phase.seconds.map { .number($0) }))
          })
      ),
      ("contenders", .array(report.contenders.map { object($0, report) })),
      ("peak_memory_bytes", report.peakMemory.map { .integer($0) } ?? .null),
      ("problem", report.problem.map { .string($0) } ?? .null),
    ])
  }

  private func object(_ contender: Timings.Contender, _ report: Timings.Report) -> JSONValue {
    .object([
      ("name", .string(contender.name)), ("peer", .bool(contender.isPeer)),
      ("seconds", .array(contender.seconds.map { .number($0) })),
      ("process_seconds", .array(contender.processSeconds.map { .number($0) })),
      ("iterations", contender.iterations.map { .integer($0) } ?? .null),
      ("attempts", AttemptReport.json(contender.attempts, timed: true)),
      ("objective", contender.objective.map { .number($0) } ?? .null),
      ("status", .string(contender.status)), ("verified", .bool(contender.isVerified)),
      ("agrees", .bool(report.agrees(contender))),
    ])
  }
}
