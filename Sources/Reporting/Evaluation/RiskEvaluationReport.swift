import Allocation
import Analysis
import SupplyChain

/// Awards that somebody else decided, evaluated under uncertain outcomes: the plan that has them beside the best one.
public struct RiskEvaluationReport: Sendable {
  private let plan: UncertainPlan
  private let best: UncertainPlan
  private let model: Model
  private let awards: Int
  private let scenarios: [String]

  /// - Parameters:
  ///   - plan: with the awards.
  ///   - model: with the awards among its commitments.
  public init(
    _ plan: UncertainPlan, best: UncertainPlan, _ model: Model, awards: Int, scenarios: [String]
  ) {
    self.plan = plan
    self.best = best
    self.model = model
    self.awards = awards
    self.scenarios = scenarios
  }

  private var objective: Objective { model.objectives.first ?? .dependency }

  public func text(timing: Timing, style: TerminalStyle) -> String {
    let words = ValueWords(objective: objective, currency: model.currency)
    var grid = TextGrid([.left, .right, .right, .right])
    grid.add(["", "with these awards", "best plan", "worse by"])
    func row(_ name: String, _ value: Double?, _ other: Double?) {
      let difference = value.flatMap { value in other.map { value - $0 } }
      grid.add([
        name, value.map(words.value) ?? "—", other.map(words.value) ?? "—",
        difference.map { ($0 < 0 ? "−" : "") + words.amount($0) } ?? "—",
      ])
    }
    row(plan.name(of: objective, isFirst: true), plan.value, best.value)
    for (own, other) in zip(plan.outcomes, best.outcomes).prefix(Self.shown) {
      row("  " + own.name, own.objectives.first?.value, other.objectives.first?.value)
    }
    let more = plan.outcomes.count - Self.shown
    let lines =
      [style.bold("\(awards) award\(awards == 1 ? "" : "s") evaluated")]
      + grid.lines(width: style.width) + (more > 0 ? ["  and \(more) more outcomes"] : []) + [""]
    return lines.joined(separator: "\n") + "\n"
      + UncertaintyTranscript(plan, model, scenarios: scenarios, timing: timing, style: style).text
  }

  private static let shown = 16

  public func json(timing: Timing?) -> JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return UncertaintyReport(plan, model, scenarios: scenarios).json(timing: timing).with(first: [
      (
        "evaluation",
        .object([
          ("awards", .integer(awards)), ("operate_only", .bool(model.operatesOnly)),
          ("value", number(objective.shown(plan.value))),
          ("best", number(objective.shown(best.value))),
          (
            "difference",
            number(plan.value.flatMap { value in best.value.map { value - $0 } })
          ),
        ])
      )
    ])
  }

  /// The files of the plan with the awards; `plan.json` is `evaluation.json`.
  public var files: [(name: String, text: String)] {
    [(name: "evaluation.json", text: json(timing: nil).text)]
      + UncertaintyReport(plan, model, scenarios: scenarios).files.filter { $0.name != "plan.json" }
  }
}
