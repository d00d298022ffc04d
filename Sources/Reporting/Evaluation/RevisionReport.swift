import Allocation
import Analysis
import SupplyChain

/// The best plan within a few changes of one that exists, for people and for programs.
public struct RevisionReport: Sendable {
  private let found: Revision
  private let scenarios: [String]
  private var model: Model { found.model }

  public init(_ found: Revision, scenarios: [String]) {
    self.found = found
    self.scenarios = scenarios
  }

  // MARK: Terminal

  public func text(style: TerminalStyle) -> String {
    var lines = [ValueWords.title("At most \(words(found.limit)) ·", model, scenarios, style), ""]
    lines += steps(style) + changes(style) + [""]
    if let plan = found.solution.plan {
      lines += PlanSummary(plan, model, style: style).lines + [""]
    }
    lines += SolveTranscript.ending(found.solution, model, style)
    return lines.joined(separator: "\n") + "\n"
  }

  private func words(_ limit: RevisionLimit) -> String {
    RevisionReport.words(limit, model.currency)
  }

  /// `3 changes`, `200 MUSD moved`.
  public static func words(_ limit: RevisionLimit, _ currency: String) -> String {
    switch limit {
    case .changes(let count): "\(count) change\(count == 1 ? "" : "s")"
    case .money(let amount): "\(Money.words(amount, currency)) moved"
    }
  }

  private func values(_ step: Revision.Step) -> [String] {
    model.objectives.map { objective in
      step.objectives.first { $0.objective == objective }.map {
        ValueWords(objective: objective, currency: model.currency).value($0.value)
      } ?? "—"
    }
  }

  private func steps(_ style: TerminalStyle) -> [String] {
    var grid = TextGrid([.left] + model.objectives.map { _ in .right } + [.left])
    grid.add(
      ["at most"]
        + model.objectives.map { ValueWords(objective: $0, currency: model.currency).name } + [""])
    for step in found.steps {
      let note =
        step.status == .infeasible
        ? "breaks rules of the model" : step.status == .feasible ? "not proven in time" : ""
      grid.add([words(step.limit)] + values(step) + [note])
    }
    return [style.bold("What changes buy")] + grid.lines(width: style.width)
  }

  private func changes(_ style: TerminalStyle) -> [String] {
    guard !found.changes.isEmpty else { return ["", "Nothing is changed."] }
    let largest = found.changes.reduce(0) { max($0, $1.money.before, $1.money.after) }
    let money = MoneyScale(largest: largest, model.currency)
    let words = ValueWords(objective: model.objectives[0], currency: model.currency)
    var grid = TextGrid([.left, .right, .right, .right, .right, .right])
    grid.add(["", "t/yr before", "after", "\(money.unit) before", "after", "without it worse by"])
    for change in found.changes {
      let capacity = change.capacity
      grid.add([
        name(change.subject), capacity.map { Figure.number($0.before) } ?? "—",
        capacity.map { Figure.number($0.after) } ?? "—", money.cell(change.money.before),
        money.cell(change.money.after),
        change.worth.map { abs($0) < 1e-12 ? "0" : words.amount($0) } ?? "—",
      ])
    }
    return ["", style.bold("What is changed")] + grid.lines(width: style.width)
  }

  private func name(_ subject: RevisedSubject) -> String {
    switch subject {
    case .facility(let p): model.facilities[p].name
    case .stockpile(let i): "stockpile \(model.stockpiles[i].id)"
    }
  }

  private func id(_ subject: RevisedSubject) -> String {
    switch subject {
    case .facility(let p): model.facilities[p].id
    case .stockpile(let i): model.stockpiles[i].id
    }
  }

  // MARK: JSON and tables

  public var json: JSONValue {
    SolveReport(found.solution, model, scenarios: scenarios).json(timing: nil).with(first: [
      (
        "revision",
        .object([
          ("awards", .integer(found.awards.count)), ("steps", stepTable.json),
          ("changes", changeTable.json),
        ])
      )
    ])
  }

  public var tables: [Table] {
    [stepTable, changeTable] + (found.solution.plan.map { PlanTables($0, model).tables } ?? [])
  }

  private var stepTable: Table {
    Table(
      "revision_steps",
      [.init("at_most"), .init("of"), .init("status")]
        + model.objectives.map { .init($0.name) },
      rows: found.steps.map { step in
        let head: [Table.Cell] =
          switch step.limit {
          case .changes(let count): [.integer(count), .text("changes")]
          case .money(let amount): [.number(amount), .text("million \(model.currency) moved")]
          }
        return head + [.text(step.status.rawValue)]
          + model.objectives.map { objective in
            step.objectives.first { $0.objective == objective }.map {
              .number(objective.shown($0.value))
            } ?? .empty
          }
      })
  }

  private var changeTable: Table {
    let money = "million \(model.currency)"
    return Table(
      "revision_changes",
      [
        .init("kind"), .init("id"), .init("capacity_before", unit: "t/yr"),
        .init("capacity_after", unit: "t/yr"), .init("money_before", unit: money),
        .init("money_after", unit: money), .init("worth"),
      ],
      rows: found.changes.map { change in
        let kind = if case .facility = change.subject { "facility" } else { "stockpile" }
        return [
          .text(kind), .text(id(change.subject)),
          change.capacity.map { .number($0.before) } ?? .empty,
          change.capacity.map { .number($0.after) } ?? .empty, .number(change.money.before),
          .number(change.money.after), change.worth.map { .number($0) } ?? .empty,
        ]
      })
  }
}
