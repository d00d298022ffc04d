import Analysis
import SupplyChain

/// Every input at the two ends of its range, for people, as a table and for other programs.
public struct TornadoReport: Sendable {
  private let tornado: Tornado
  private let model: Model
  private let scenarios: [String]
  private let words: InputGroupWords
  private var isShare: Bool { ObjectiveWords.unit(tornado.objective) == "share" }

  public init(_ tornado: Tornado, _ model: Model, scenarios: [String]) {
    self.tornado = tornado
    self.model = model
    self.scenarios = scenarios
    words = InputGroupWords(model)
  }

  // MARK: For people

  public func text(style: TerminalStyle) -> String {
    let label = ObjectiveWords.label(tornado.objective)
    let unit = isShare ? "points" : ObjectiveWords.unitWords(tornado.objective, model)
    let amount = tornado.objective.shown(tornado.value)
    let value = isShare ? Figure.percent(amount, decimals: 2) : Figure.number(amount)
    var out = [
      style.bold(
        "What moves \(label.lowercased()) (\(value)), in \(unit), with the plan made again"),
      style.dim("  \(rangeWords); without the whole-number rules"),
    ]
    var grid = TextGrid([.left, .left, .right, .right, .right, .right])
    grid.add(["", "grade", "range", "less", "more", "1 % more"])
    // Of a study that was cut short nothing is left out.
    let rows = tornado.isInterrupted ? tornado.rows : tornado.rows.filter { !isLeft($0) }
    for row in rows {
      grid.add([
        words.name(row.input), row.weakest?.rawValue ?? "–", range(row), cell(row.low),
        cell(row.high), row.perPercent.map { change($0, decimals: 3) } ?? "–",
      ])
    }
    out += grid.lines(width: style.width)
    out += notes
    return out.joined(separator: "\n") + "\n"
  }

  private var rangeWords: String {
    if tornado.range.isUniform {
      let share = tornado.range.byGrade[.e] ?? 0
      return "each input \(percent(share)) less and more"
    }
    let grades = EvidenceGrade.allCases.map { grade in
      "\(grade.rawValue) ±\(percent(tornado.range.byGrade[grade] ?? 0))"
    }
    return "each number by the grade of its evidence: " + grades.joined(separator: ", ")
  }

  private var notes: [String] {
    var out: [String] = []
    let left = tornado.rows.filter(isLeft)
    if tornado.isInterrupted, !left.isEmpty {
      out.append("Interrupted: not solved again at both ends: " + list(left.map(\.input)) + ".")
    } else if !left.isEmpty {
      out.append(
        "\(left.count) more \(left.count == 1 ? "input was" : "inputs were") not solved again, as to first order "
          + "\(left.count == 1 ? "it moves" : "they move") it less (--top all); --json and --out have the change for 1 % "
          + "of each.")
    }
    let refused = tornado.rows.filter { $0.low == .notAllowed || $0.high == .notAllowed }
    if !refused.isEmpty {
      out.append(
        "The format does not allow these to be so: " + list(refused.map(\.input)) + ".")
    }
    if !tornado.idle.isEmpty { out.append("Without effect: " + list(tornado.idle) + ".") }
    return out
  }

  private func isLeft(_ row: Tornado.Row) -> Bool {
    row.low == .notLookedAt || row.high == .notLookedAt
  }

  private func list(_ inputs: [InputGroup]) -> String {
    let names = inputs.prefix(12).map { printable(words.name($0)) }.joined(separator: ", ")
    return names + (inputs.count > 12 ? ", and \(inputs.count - 12) more" : "")
  }

  private func percent(_ share: Double) -> String {
    let isWhole = abs(share * 100 - (share * 100).rounded()) < 1e-9
    return Figure.percent(share, decimals: isWhole ? 0 : 1)
  }

  private func range(_ row: Tornado.Row) -> String {
    row.ranges.lowerBound == row.ranges.upperBound
      ? "±" + percent(row.ranges.upperBound)
      : "±\(percent(row.ranges.lowerBound).dropLast(2))–\(percent(row.ranges.upperBound))"
  }

  private func cell(_ side: Tornado.Side) -> String {
    switch side {
    case .value(let value): change(value - tornado.value, decimals: 2)
    case .noPlan: "no plan"
    case .notAllowed: "not allowed"
    case .failed: "not verified"
    case .notLookedAt: "·"
    }
  }

  private func change(_ minimised: Double, decimals: Int) -> String {
    let change = tornado.objective.shown(minimised)
    let words = Figure.number(abs(change) * (isShare ? 100 : 1), decimals: isShare ? decimals : 1)
    if words.allSatisfy({ $0 == "0" || $0 == "." }) { return "0" }
    return (change < 0 ? "−" : "+") + words
  }

  // MARK: For other programs

  public var table: Table {
    let unit = ObjectiveWords.unitWords(tornado.objective, model)
    return Table(
      "sensitivity",
      [
        .init("input"), .init("kind"), .init("of"), .init("numbers"), .init("grade"),
        .init("least_range"), .init("most_range"), .init("low", unit: unit),
        .init("high", unit: unit), .init("per_percent", unit: unit), .init("low_status"),
        .init("high_status"),
      ],
      rows: tornado.rows.map { row in
        [
          .text(words.name(row.input)), .text(row.input.kind.rawValue),
          row.input.of.map { .text($0) } ?? .empty, .integer(row.numberCount),
          row.weakest.map { .text($0.rawValue) } ?? .empty, .number(row.ranges.lowerBound),
          .number(row.ranges.upperBound), shown(row.low.value),
          shown(row.high.value),
          shown(row.perPercent), .text(Self.status(row.low)),
          .text(Self.status(row.high)),
        ]
      })
  }

  private func shown(_ value: Double?) -> Table.Cell {
    tornado.objective.shown(value).map { .number($0) } ?? .empty
  }

  public var json: JSONValue {
    .object([
      ("schema_version", .integer(1)), ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("objective", .string(tornado.objective.name)),
      ("value", .number(tornado.objective.shown(tornado.value))),
      ("relaxed", .bool(true)), ("interrupted", .bool(tornado.isInterrupted)),
      (
        "ranges",
        .object(
          EvidenceGrade.allCases.map {
            ($0.rawValue, .number(tornado.range.byGrade[$0] ?? 0))
          })
      ),
      ("inputs", table.json),
      ("without_effect", .array(tornado.idle.map { .string(words.name($0)) })),
    ])
  }

  private static func status(_ side: Tornado.Side) -> String {
    switch side {
    case .value: "optimal"
    case .noPlan: "no_plan"
    case .notAllowed: "not_allowed"
    case .failed: "not_verified"
    case .notLookedAt: "not_looked_at"
    }
  }
}
