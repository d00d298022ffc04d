import Allocation
import Analysis
import SupplyChain

/// Awards that somebody else decided, evaluated: for people, programs and spreadsheets.
public struct EvaluationReport: Sendable {
  private let found: Evaluation
  private let scenarios: [String]
  private var model: Model { found.model }

  public init(_ found: Evaluation, scenarios: [String]) {
    self.found = found
    self.scenarios = scenarios
  }

  // MARK: Terminal

  public func text(style: TerminalStyle) -> String {
    var lines = [title(style), ""] + distances(style)
    lines += broken(style) + differences(style) + [""]
    if let plan = found.solution.plan {
      lines += PlanSummary(plan, model, style: style).lines + [""]
    }
    lines += SolveTranscript.ending(found.solution, model, style)
    return lines.joined(separator: "\n") + "\n"
  }

  private func title(_ style: TerminalStyle) -> String {
    let count = found.awards.count
    let what = "\(count) award\(count == 1 ? "" : "s") evaluated"
    return ValueWords.title(
      what + (model.operatesOnly ? ", nothing further awarded ·" : ", the rest free ·"), model,
      scenarios, style)
  }

  private func distances(_ style: TerminalStyle) -> [String] {
    var grid = TextGrid([.left, .right, .right, .right])
    grid.add(["", "with these awards", "best plan", "worse by"])
    for distance in found.distances {
      let words = ValueWords(objective: distance.objective, currency: model.currency)
      let isSame = distance.difference == 0
      grid.add([
        words.name, words.value(distance.value), distance.best.map(words.value) ?? "—",
        distance.difference.map { difference in
          isSame ? "0" : (difference < 0 ? "−" : "") + words.amount(difference)
        } ?? "—",
      ])
    }
    var lines = grid.lines(width: style.width)
    if found.best.plan == nil {
      lines.append("The model has no plan of its own: \(printable(found.best.reason ?? ""))")
    }
    return lines
  }

  private func broken(_ style: TerminalStyle) -> [String] {
    if found.broken.isEmpty { return ["", style.green("The awards keep every rule.")] }
    var lines = ["", style.red("Rules that the awards break")]
    for words in BrokenRuleWords(found).all {
      var text = "\(words.rule): by \(words.amount)"
      if words.amount.isEmpty { text = words.rule }
      if !words.places.isEmpty { text += " (\(words.places))" }
      lines += printable(text).wrapped(behind: "  ", width: style.width)
    }
    return lines
  }

  private static let shown = 12

  private func differences(_ style: TerminalStyle) -> [String] {
    let rows = found.differences
    guard !rows.isEmpty else { return [] }
    let money = MoneyScale(
      largest: rows.reduce(0) { max($0, $1.money, $1.bestMoney) }, model.currency)
    var grid = TextGrid([.left, .right, .right, .right, .right])
    grid.add(["facility", "t/yr", "best", money.unit, "best"])
    for row in rows.prefix(Self.shown) {
      grid.add([
        model.facilities[row.facility].name, Figure.number(row.capacity),
        Figure.number(row.bestCapacity), money.cell(row.money), money.cell(row.bestMoney),
      ])
    }
    let more = rows.count - Self.shown
    return ["", style.bold("Awarded otherwise than in the best plan")]
      + grid.lines(width: style.width) + (more > 0 ? ["  and \(more) more"] : [])
  }

  // MARK: JSON and tables

  public var json: JSONValue {
    SolveReport(found.solution, model, scenarios: scenarios).json(timing: nil).with(first: [
      (
        "evaluation",
        .object([
          ("awards", .integer(found.awards.count)),
          ("operate_only", .bool(model.operatesOnly)),
          ("keeps_all_rules", .bool(found.broken.isEmpty)),
          ("best_status", .string(found.best.status.rawValue)),
          ("distance", distanceTable.json), ("broken_rules", brokenTable.json),
          ("differences", differenceTable.json),
        ])
      )
    ])
  }

  /// The plan's tables and those of the evaluation.
  public var tables: [Table] {
    [distanceTable, brokenTable, differenceTable]
      + (found.solution.plan.map { PlanTables($0, model).tables } ?? [])
  }

  private var distanceTable: Table {
    Table(
      "distance",
      [.init("objective"), .init("value"), .init("best"), .init("difference")],
      rows: found.distances.map { distance in
        [
          .text(distance.objective.name),
          .number(distance.objective.shown(distance.value)),
          distance.objective.shown(distance.best).map { .number($0) } ?? .empty,
          distance.difference.map { .number($0) } ?? .empty,
        ]
      })
  }

  private var brokenTable: Table {
    Table(
      "broken_rules",
      [
        .init("rule"), .init("year"), .init("amount"), .init("unit"), .init("rule_at"),
        .init("awards_at"),
      ],
      rows: BrokenRuleWords(found).all.map { words in
        [
          .text(words.rule), words.year.map { .integer($0) } ?? .empty, .number(words.value),
          .text(words.unit), .text(words.location), .text(words.places),
        ]
      })
  }

  private var differenceTable: Table {
    Table(
      "differences",
      [
        .init("facility"), .init("capacity", unit: "t/yr"), .init("best_capacity", unit: "t/yr"),
        .init("money", unit: "million \(model.currency)"),
        .init("best_money", unit: "million \(model.currency)"),
      ],
      rows: found.differences.map { row in
        [
          .text(model.facilities[row.facility].id), .number(row.capacity),
          .number(row.bestCapacity), .number(row.money), .number(row.bestMoney),
        ]
      })
  }
}
