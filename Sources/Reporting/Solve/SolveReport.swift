import Allocation
import Analysis
import LinearProgramming
import SupplyChain

/// Where the time of a run went, in seconds.
public struct Timing: Sendable {
  public var read = 0.0
  public var build = 0.0
  public var solve = 0.0
  public var verify = 0.0
  public var total = 0.0
  public init() {}
}

/// One solve as other programs read it: `status`, `objectives`, `dependency_by_year`, `verification`, `size`,
/// `timing`, `plan`, and what stands beside it: `baseline`, `end_effect`, `sensitivity`.
public struct SolveReport: Sendable {
  private let solution: AllocationSolution
  private let model: Model
  private let scenarios: [String]
  private let context: PlanContext?

  /// - Parameter context: nil leaves its members out.
  public init(
    _ solution: AllocationSolution, _ model: Model, scenarios: [String],
    context: PlanContext? = nil
  ) {
    self.context = context
    self.solution = solution
    self.model = model
    self.scenarios = scenarios
  }

  /// Everything but the timing, which differs from run to run and is given only where asked for.
  public func json(timing: Timing?) -> JSONValue {
    var members = SolveReport.head(solution, model, scenarios)
    members += [
      (
        "objectives",
        .object(solution.objectives.map { $0.objective.member($0.value) })
      ),
      ("dependency_by_year", dependencyByYear),
      ("verification", verification),
      ("size", SolveReport.json(solution.size)),
    ]
    if let timing { members.append(("timing", SolveReport.json(timing))) }
    members.append(("stages", stages(timed: timing != nil)))
    members.append(("units", units))
    members.append(("plan", plan))
    if let context { members += ContextReport(context, solution, model).members }
    return .object(members)
  }

  /// What every report of a solve begins with.
  static func head(
    _ solution: AllocationSolution, _ model: Model, _ scenarios: [String]
  ) -> [(key: String, value: JSONValue)] {
    [
      ("schema_version", .integer(1)),
      ("model", .string(model.name)),
      ("scenarios", .array(scenarios.map { .string($0) })),
      ("budget_scale", .number(model.budgetScale)),
      ("status", .string(solution.status.rawValue)),
      ("reason", solution.reason.map { .string($0) } ?? .null),
    ]
  }

  private var dependencyByYear: JSONValue {
    guard let plan = solution.plan else { return .object([]) }
    return .object(
      plan.dependencyByYear.enumerated().map { y, value in
        ("\(model.horizon.start + y)", value.map { .number($0) } ?? .null)
      })
  }

  private var verification: JSONValue {
    guard let verification = solution.verification else { return .null }
    return SolveReport.json(verification)
  }

  static func json(_ verification: Verification) -> JSONValue {
    .object([
      ("primal_infeasibility", .number(verification.primalInfeasibility)),
      ("primal_infeasibility_absolute", .number(verification.primalInfeasibilityAbsolute)),
      ("dual_infeasibility", .number(verification.dualInfeasibility)),
      ("relative_gap", .number(verification.relativeGap)),
      ("integrality_violation", .number(verification.integralityViolation)),
      ("verified", .bool(verification.isVerified)),
    ])
  }

  static func json(_ size: AllocationSolution.Size) -> JSONValue {
    .object([
      ("rows", .integer(size.rows)), ("columns", .integer(size.columns)),
      ("nonzeros", .integer(size.nonzeros)), ("integers", .integer(size.integers)),
    ])
  }

  static func json(_ timing: Timing) -> JSONValue {
    .object([
      ("read", .number(timing.read)), ("build", .number(timing.build)),
      ("solve", .number(timing.solve)), ("verify", .number(timing.verify)),
      ("total", .number(timing.total)),
    ])
  }

  private func stages(timed: Bool) -> JSONValue {
    .array(
      solution.stages.map { stage in
        .object([
          ("objective", .string(stage.objective.name)),
          ("value", stage.value.map { .number(stage.objective.shown($0)) } ?? .null),
          ("iterations", .integer(stage.iterations)),
          ("attempts", AttemptReport.json(stage.attempts, timed: timed)),
          ("verification", stage.verification.map(SolveReport.json) ?? .null),
        ])
      })
  }

  private var units: JSONValue {
    Table.units(of: solution.plan.map { PlanTables($0, model).tables } ?? [])
  }

  private var plan: JSONValue {
    guard let plan = solution.plan else { return .null }
    return .object(PlanTables(plan, model).tables.map { ($0.name, $0.json) })
  }
}
