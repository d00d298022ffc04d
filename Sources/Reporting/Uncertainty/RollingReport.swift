import Allocation
import Analysis
import LinearProgramming
import SupplyChain

/// A plan with limited foresight as other programs read it: the keys of a plain solve for what was committed, and
/// the plan with perfect foresight beside it.
public struct RollingReport: Sendable {
  private let plan: RollingPlan
  private let model: Model
  private let scenarios: [String]

  public init(_ plan: RollingPlan, _ model: Model, scenarios: [String]) {
    self.plan = plan
    self.model = model
    self.scenarios = scenarios
  }

  /// `plan.json` and one table a kind, each with a column that tells the two plans apart.
  public var files: [(name: String, text: String)] {
    [(name: "plan.json", text: json(timing: nil).text)]
      + tables.map { (name: $0.name + ".csv", text: $0.csv) }
  }

  public func json(timing: Timing?) -> JSONValue {
    let solution = plan.rolling
    var members = SolveReport.head(solution, model, scenarios)
    members += [
      ("foresight_years", .integer(plan.settings.foresight)),
      ("step_years", .integer(plan.settings.step)),
      ("objectives", objectives(solution)),
      ("perfect_foresight", objectives(plan.full)),
      (
        "cost_of_limited_foresight",
        .object(plan.cost.map { ($0.objective.name, .number($0.value)) })
      ),
      ("windows", .array(plan.windows.map(window))),
      ("obligation_violations", .array(plan.violations.map(violation))),
      ("dependency_by_year", years(solution.plan)),
      ("perfect_foresight_dependency_by_year", years(plan.full.plan)),
      ("verification", solution.verification.map(SolveReport.json) ?? .null),
      ("size", SolveReport.json(solution.size)),
      ("solver_steps", AttemptReport(plan.full).json(timed: timing != nil)),
    ]
    if let timing { members.append(("timing", SolveReport.json(timing))) }
    members.append(
      (
        "plan",
        solution.plan.map { own in
          .object(PlanTables(own, model).tables.map { ($0.name, $0.json) })
        } ?? .null
      ))
    return .object(members)
  }

  private func objectives(_ solution: AllocationSolution) -> JSONValue {
    .object(solution.objectives.map { $0.objective.member($0.value) })
  }

  private func window(_ window: RollingPlan.Window) -> JSONValue {
    .object([
      ("from", .integer(window.seen.lowerBound)), ("sees_to", .integer(window.seen.upperBound)),
      ("commits_to", .integer(window.committed.upperBound)),
      ("status", .string(window.status.rawValue)),
      ("obligations_relaxed", .bool(window.isFeasibilityRelaxed)),
    ])
  }

  private func violation(_ violation: ObligationViolation) -> JSONValue {
    .object([
      ("facility", .string(model.facilities[violation.facility].id)),
      ("kind", .string(violation.kind.rawValue)),
      ("year", violation.year.map { .integer($0) } ?? .null),
      ("amount", .number(violation.amount)),
    ])
  }

  private func years(_ own: Plan?) -> JSONValue {
    .object(
      (own?.dependencyByYear ?? []).enumerated().map { y, value in
        ("\(model.horizon.start + y)", value.map { .number($0) } ?? .null)
      })
  }

  private var tables: [Table] {
    var result: [Table] = []
    for (name, solution) in [("limited", plan.rolling), ("perfect", plan.full)] {
      guard let own = solution.plan else { continue }
      for (index, table) in PlanTables(own, model).tables.enumerated() {
        if index == result.count {
          result.append(Table(table.name, [.init("foresight")] + table.columns))
        }
        result[index].rows += table.rows.map { [.text(name)] + $0 }
      }
    }
    return result
  }
}
