import Analysis
import SupplyChain

/// What samples say of a plan, on the terminal, as JSON and as tables.
struct SampleWords {
  let study: SampleStudy
  let model: Model
  let reveal: Int
  /// What the plan is carried out in: `samples` or `outcomes`.
  var cases = "samples"
  /// Failures that the terminal lists.
  private static let most = 8

  private var isShare: Bool {
    first.isShare
  }

  private var first: Objective { model.objectives.first ?? .dependency }

  private func figure(_ value: Double) -> String {
    let value = first.shown(value)
    return isShare ? Figure.percent(value, decimals: 1) : Figure.number(value, decimals: 3)
  }

  func lines(_ style: TerminalStyle) -> [String] {
    var grid = TextGrid([.left, .right, .right, .right, .right])
    grid.add(["", "mean", "1 in 10 better", "middle", "1 in 10 worse"])
    func row(_ name: String, _ spread: SampleStudy.Spread) {
      grid.add([
        name, figure(spread.mean), figure(spread.p10), figure(spread.p50), figure(spread.p90),
      ])
    }
    row("this plan", study.value)
    if let believing = study.believing {
      row(
        study.failures.isEmpty ? "plan for the base case" : "the plan that believes everyone",
        believing)
    }
    for (place, spread) in study.byYear.enumerated() {
      guard let spread else { continue }
      row("  dependency in \(model.horizon.start + place)", spread)
    }
    return
      ["", style.bold("How far it may spread over the \(cases)")] + grid.lines(width: style.width)
      + failures.lines(style)
  }

  /// The projects whose failure hurts most; empty where none does.
  var failures: FigureTable {
    FigureTable(
      title: "Which failures hurt most",
      head: ["if it fails", "fails in", "mean then", "mean else", "t/yr by \(reveal - 1)"],
      rows: study.failures.filter { $0.hurt > 1e-9 }.prefix(Self.most).map {
        [
          $0.name, Figure.percent($0.share, decimals: 0), figure($0.meanIfFailed),
          figure($0.meanIfNot), Figure.number($0.awarded),
        ]
      })
  }

  private static func json(_ spread: SampleStudy.Spread?) -> JSONValue {
    guard let spread else { return .null }
    return .object([
      ("mean", .number(spread.mean)), ("p10", .number(spread.p10)), ("p50", .number(spread.p50)),
      ("p90", .number(spread.p90)),
    ])
  }

  var json: JSONValue {
    .object([
      ("value", Self.json(study.value)), ("base_case", Self.json(study.believing)),
      (
        "dependency_by_year",
        .object(
          study.byYear.enumerated().map { ("\(model.horizon.start + $0)", Self.json($1)) })
      ),
      (
        "failures",
        .array(
          study.failures.map {
            .object([
              ("id", .string($0.id)), ("share", .number($0.share)),
              ("mean_if_failed", .number($0.meanIfFailed)),
              ("mean_if_not", .number($0.meanIfNot)), ("hurt", .number($0.hurt)),
              ("awarded", .number($0.awarded)),
            ])
          })
      ),
    ])
  }

  var tables: [Table] {
    func cells(_ spread: SampleStudy.Spread) -> [Table.Cell] {
      [.number(spread.mean), .number(spread.p10), .number(spread.p50), .number(spread.p90)]
    }
    let head: [Table.Column] = [.init("mean"), .init("p10"), .init("p50"), .init("p90")]
    return [
      Table(
        "samples_by_year", [.init("year")] + head,
        rows: study.byYear.enumerated().compactMap { place, spread in
          spread.map { [.number(Double(model.horizon.start + place))] + cells($0) }
        }),
      Table(
        "failures",
        [
          .init("id"), .init("share"), .init("mean_if_failed"), .init("mean_if_not"),
          .init("hurt"), .init("awarded"),
        ],
        rows: study.failures.map {
          [
            .text($0.id), .number($0.share), .number($0.meanIfFailed), .number($0.meanIfNot),
            .number($0.hurt), .number($0.awarded),
          ]
        }),
    ]
  }
}
