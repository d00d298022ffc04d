import Analysis
import SupplyChain

/// What `results` prints on the terminal.
public struct ResultsTranscript: Sendable {
  private let results: SweepResults
  private let style: TerminalStyle
  private var record: SweepRecord { results.record }

  public init(_ results: SweepResults, _ tables: SweepTables, style: TerminalStyle) {
    self.results = results
    self.style = style
  }

  public var text: String {
    (head + distributions + years + influences + funded).joined(separator: "\n") + "\n"
  }

  /// A table of any kind with its header.
  public static func text(_ table: Table, style: TerminalStyle) -> String {
    var grid = TextGrid(
      table.columns.indices.map { column in
        table.rows.contains { if case .text = $0[column] { true } else { false } } ? .left : .right
      })
    grid.add(
      table.columns.map { column in column.unit.map { "\(column.id) [\($0)]" } ?? column.id })
    for row in table.rows {
      grid.add(
        row.map { cell in
          switch cell {
          case .text(let text): text
          case .integer(let value): String(value)
          case .number(let value): figure(value)
          case .empty: ""
          }
        })
    }
    return grid.lines(width: style.width).joined(separator: "\n") + "\n"
  }

  private static func figure(_ value: Double) -> String {
    if value != 0, abs(value) < 1e-4 { return Figure.tiny(value) }
    return Figure.number(value, decimals: abs(value) < 10 ? 4 : abs(value) < 10_000 ? 1 : 0)
  }

  private func count(_ value: Int) -> String { Figure.number(Double(value)) }

  private var head: [String] {
    let verified = results.cases.count { $0.counts }
    var lines = [
      style.bold(printable(record.modelName)) + " · " + printable(record.description), "",
    ]
    var words = "\(count(results.cases.count)) of \(count(record.caseCount)) cases have an answer"
    words += ", \(count(verified)) of them a verified optimum"
    lines.append(words + (verified > 0 ? "; the figures below are of these." : "."))
    let others = Dictionary(grouping: results.cases.filter { !$0.counts }, by: \.status)
    for (status, list) in others.sorted(by: { $0.key < $1.key }) {
      let reason = list.lazy.compactMap(\.reason).first.map { ", such as: \(printable($0))" } ?? ""
      lines.append(style.yellow("\(count(list.count)) \(printable(status))") + reason)
    }
    return lines
  }

  private var distributions: [String] {
    var grid = TextGrid([.left] + [Int](0..<8).map { _ in .right })
    grid.add(["", "mean", "lowest", "5 %", "25 %", "median", "75 %", "95 %", "highest"])
    var isEmpty = true
    for objective in record.objectives {
      guard let found = results.distribution(of: objective) else { continue }
      isEmpty = false
      grid.add(
        [name(objective)]
          + ([found.mean] + found.quantiles).map(ResultsTranscript.figure))
    }
    return isEmpty
      ? [] : ["", style.bold("Quantiles of the objectives")] + grid.lines(width: style.width)
  }

  private func name(_ objective: Objective) -> String {
    let unit = SweepTables.unit(objective, record.currency)
    return unit.isEmpty ? objective.name : "\(objective.name) (\(unit))"
  }

  private var years: [String] {
    let found = results.dependencyByYear()
    guard !found.isEmpty else { return [] }
    let room = max(2, (style.width - 12) / 8)
    let stride = (found.count + room - 1) / room
    let shown = found.indices.filter { (found.count - 1 - $0) % stride == 0 }.map { found[$0] }
    var grid = TextGrid([.left] + shown.map { _ in .right })
    grid.add(["share, %"] + shown.map { "\($0.year)" })
    for (name, place) in [("95 %", 5), ("median", 3), ("5 %", 1)] {
      grid.add(
        [name] + shown.map { Figure.number($0.distribution.quantiles[place] * 100, decimals: 1) })
    }
    return ["", style.bold("Dependency by year")] + grid.lines(width: style.width)
  }

  private var influences: [String] {
    guard let objective = record.objectives.first else { return [] }
    return record.design == .morris ? screening(objective) : tornado(objective)
  }

  private func tornado(_ objective: Objective) -> [String] {
    let rows = results.tornado(objective)
    guard let largest = rows.first?.swing else { return [] }
    let hasRanks = rows.contains { $0.rank != nil }
    var grid = TextGrid([.left, .left, .right, .left, .right, .right, .left])
    grid.add(
      ["input", "from", "", "to", "", hasRanks ? "rank coeff." : "", "swing"])
    for row in rows.prefix(20) {
      grid.add([
        row.input, row.lowName, ResultsTranscript.figure(row.low), row.highName,
        ResultsTranscript.figure(row.high), row.rank.map { Figure.number($0, decimals: 2) } ?? "",
        bar(row.swing, largest) + " " + ResultsTranscript.figure(row.swing),
      ])
    }
    var lines = ["", style.bold("What moves \(objective.name) most")]
    lines.append(
      "  Means over all cases at one input's ends, the others varying"
        + (hasRanks ? "; coefficients of a regression of ranks." : "."))
    return lines + grid.lines(width: style.width)
  }

  private func screening(_ objective: Objective) -> [String] {
    let rows = results.screening(objective)
    guard let largest = rows.first?.meanSize else { return [] }
    var grid = TextGrid([.left, .right, .right, .right, .left])
    grid.add(["input", "mu*", "mu", "sigma", ""])
    for row in rows.prefix(20) {
      grid.add([
        row.input, ResultsTranscript.figure(row.meanSize), ResultsTranscript.figure(row.mean),
        ResultsTranscript.figure(row.deviation), bar(row.meanSize, largest),
      ])
    }
    return [
      "", style.bold("What moves \(objective.name) most (Morris screening)"),
      "  mu*: mean size of the effect from an input's 1/8 to its 7/8 quantile; sigma: how much that",
      "  depends on the other inputs or bends.",
    ] + grid.lines(width: style.width)
  }

  private func bar(_ value: Double, _ largest: Double) -> String {
    guard largest > 0, value.isFinite else { return "" }
    return String(repeating: "█", count: max(0, min(20, Int((value / largest * 20).rounded()))))
  }

  private var funded: [String] {
    let verified = results.cases.count { $0.counts }
    guard verified > 0, !results.funded.isEmpty else { return [] }
    var grid = TextGrid([.left, .right, .right, .right, .right, .right])
    grid.add(["facility", "funded", "built", "M\(record.currency)", "t/yr", "from"])
    for row in results.funded.prefix(25) {
      grid.add([
        row.facility, Figure.percent(Double(row.funded) / Double(verified), decimals: 0),
        Figure.percent(Double(row.built) / Double(verified), decimals: 0),
        Figure.number(row.meanAmount, decimals: 1), Figure.number(row.meanCapacity),
        row.meanFirstYear.map { Figure.number($0.rounded()).filter { $0 != "," } } ?? "",
      ])
    }
    var lines = ["", style.bold("How often each facility is funded (means where it is)")]
    lines += grid.lines(width: style.width)
    if results.funded.count > 25 {
      lines.append("  and \(results.funded.count - 25) more; --table funded shows all")
    }
    return lines
  }
}
