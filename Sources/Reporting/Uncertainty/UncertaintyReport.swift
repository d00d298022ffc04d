import Allocation
import Analysis
import LinearProgramming
import SupplyChain

/// A plan for uncertain outcomes as other programs read it: the keys of a plain solve, and `outcomes`.
public struct UncertaintyReport: Sendable {
  private let plan: UncertainPlan
  private let model: Model
  private let scenarios: [String]

  public init(_ plan: UncertainPlan, _ model: Model, scenarios: [String]) {
    self.plan = plan
    self.model = model
    self.scenarios = scenarios
  }

  /// `plan.json` and one table a kind, each with an outcome column.
  public var files: [(name: String, text: String)] {
    [(name: "plan.json", text: json(timing: nil).text)]
      + [(name: outcomeTable.name + ".csv", text: outcomeTable.csv)]
      + (plan.adversary.map { AdversaryReport(plan: plan, study: $0).tables } ?? []).map {
        (name: $0.name + ".csv", text: $0.csv)
      }
      + (plan.samples.map {
        SampleWords(study: $0, model: model, reveal: plan.reveal).tables
      } ?? []).map { (name: $0.name + ".csv", text: $0.csv) }
      + ChanceWords(plan: plan).tables.map { (name: $0.name + ".csv", text: $0.csv) }
      + zip(heads, parts(\.csvRows)).map { head, parts in
        (name: head.name + ".csv", text: head.csv + parts.joined())
      }
  }

  public func json(timing: Timing?) -> JSONValue {
    let solution = plan.solution
    var members = SolveReport.head(solution, model, scenarios)
    members += [
      ("risk", .string(plan.risk.kind.rawValue)),
      ("level", plan.risk.kind == .cvar ? .number(plan.risk.level) : .null),
      ("reveal", .integer(plan.reveal)),
      ("method", .string(Self.word(plan.method))),
      ("objectives", .object(objectives)),
      ("bound", number(shown(solution.stages.first?.verification?.dualBound))),
      ("outcomes", .array(plan.outcomes.map(outcome))),
      ("wait_and_see", number(shown(plan.waitAndSee))),
      ("value_of_perfect_information", number(plan.valueOfPerfectInformation)),
      (
        "fixed_plans",
        .object([
          ("expected_value", fixed(plan.expectedValuePlan)), ("base_case", fixed(plan.baseCase)),
        ])
      ),
      ("hedging_decisions", .array(plan.hedgingDecisions.map(decision))),
      ("awards_before_reveal", .array(plan.earlyAwards.map(award))),
      ("verification", solution.verification.map(SolveReport.json) ?? .null),
      ("size", SolveReport.json(solution.size)),
      ("solver_steps", AttemptReport(solution).json(timed: timing != nil)),
    ]
    if let study = plan.adversary {
      members.append(("adversary", AdversaryReport(plan: plan, study: study).json))
    }
    if let study = plan.samples {
      members.append(
        ("samples", SampleWords(study: study, model: model, reveal: plan.reveal).json))
    }
    if !plan.chances.isEmpty { members.append(("chance_targets", ChanceWords(plan: plan).json)) }
    if let conflict = plan.conflict { members.append(("conflict", Self.json(conflict))) }
    if let timing { members.append(("timing", SolveReport.json(timing))) }
    members.append(("units", units))
    members.append(("plan", .object(zip(heads, parts(\.jsonLines)).map { ($0.name, .lines($1)) })))
    return .object(members)
  }

  private static func word(_ method: UncertaintySettings.Method) -> String {
    switch method {
    case .decomposition: "decomposition"
    case .answerGeneration: "column_and_constraint_generation"
    case .automatic, .extensive: "extensive"
    }
  }

  /// The outcomes that leave no plan.
  public static func json(_ conflict: OutcomeConflict) -> JSONValue {
    .object([
      ("kind", .string("\(conflict.kind)")),
      ("outcomes", .array(conflict.names.map { .string($0) })),
      ("irreducible", .bool(conflict.isIrreducible)), ("reason", .string(conflict.reason)),
    ])
  }

  private func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

  /// Of a value of the first objective.
  private func shown(_ value: Double?) -> Double? {
    (model.objectives.first ?? .dependency).shown(value)
  }

  private var objectives: [(key: String, value: JSONValue)] {
    plan.solution.objectives.enumerated().map { index, entry in
      (
        plan.name(of: entry.objective, isFirst: index == 0),
        .number(entry.objective.shown(entry.value))
      )
    }
  }

  private func award(_ award: UncertainPlan.EarlyAward) -> JSONValue {
    .object([
      ("facility", .string(model.facilities[award.facility].id)),
      ("capacity", .number(award.capacity)),
      ("own_plans", award.ownPlans.map { .integer($0) } ?? .null),
    ])
  }

  private func outcome(_ outcome: UncertainPlan.Outcome) -> JSONValue {
    .object([
      ("name", .string(outcome.name)), likelihood(outcome),
      (
        "dependency",
        number(outcome.value(of: .dependency) ?? shown(outcome.objectives.first?.value))
      ),
      ("regret", number(outcome.regret)), ("wait_and_see", number(shown(outcome.waitAndSee))),
      (
        "objectives",
        .object(outcome.objectives.map { $0.objective.member($0.value) })
      ),
      (
        "dependency_by_year",
        .object(
          (outcome.plan?.dependencyByYear ?? []).enumerated().map { y, value in
            ("\(outcome.model.horizon.start + y)", number(value))
          })
      ),
    ])
  }

  /// How likely an outcome is; what an adversary's answer costs it.
  private func likelihood(_ outcome: UncertainPlan.Outcome) -> (String, JSONValue) {
    plan.risk.kind == .adversary
      ? ("cost", .number(outcome.cost)) : ("probability", .number(outcome.probability))
  }

  private func fixed(_ fixed: UncertainPlan.FixedPlan?) -> JSONValue {
    guard let fixed else { return .null }
    let gain = (fixed.value ?? fixed.atLeast).flatMap { value in plan.value.map { value - $0 } }
    var members: [(key: String, value: JSONValue)] = [
      ("value", number(fixed.value)), ("at_least", number(fixed.atLeast)),
      ("value_of_stochastic_solution", number(gain)),
      (
        "cannot_be_carried_out_in",
        .array(
          zip(plan.outcomes, fixed.values).compactMap { outcome, value in
            value == nil ? .string(outcome.name) : nil
          })
      ),
    ]
    if !plan.chances.isEmpty {
      members.append(("misses_chance_targets", .bool(fixed.missesChanceTargets)))
    }
    return .object(members)
  }

  private func decision(_ decision: UncertainPlan.HedgingDecision) -> JSONValue {
    .object([
      ("id", .string(decision.id)),
      ("kind", .string(decision.isStockpile ? "stockpile" : "facility")),
      ("planned", .number(decision.planned)), ("base_case", .number(decision.base)),
      (
        "own_plans",
        .object(
          zip(plan.outcomes, decision.own).map { ($0.name, .number($1)) })
      ),
    ])
  }

  private var units: JSONValue { Table.units(of: heads) }

  // MARK: Tables

  private var outcomeTable: Table {
    let names = plan.outcomes.first?.objectives.map(\.objective) ?? []
    func cell(_ value: Double?) -> Table.Cell { value.map { .number($0) } ?? .empty }
    return Table(
      "outcomes",
      [.init("outcome"), .init(plan.risk.kind == .adversary ? "cost" : "probability")]
        + names.map { .init($0.name) }
        + [.init("wait_and_see"), .init("regret")],
      rows: plan.outcomes.map { outcome in
        [
          .text(outcome.name),
          .number(plan.risk.kind == .adversary ? outcome.cost : outcome.probability),
        ]
          + outcome.objectives.map { .number($0.objective.shown($0.value)) }
          + [cell(shown(outcome.waitAndSee)), cell(outcome.regret)]
      })
  }

  /// Whether payments may be put off in any outcome.
  private var forbears: Bool { plan.outcomes.contains { $0.model.putsPaymentsOff } }

  /// The tables that the outcomes' plans have, without rows.
  private var heads: [Table] {
    guard let outcome = plan.outcomes.first(where: { $0.plan != nil }), let own = outcome.plan
    else { return [] }
    return PlanTables(own, outcome.model, forbears: forbears).tables.map {
      Table($0.name, [.init("outcome")] + $0.columns)
    }
  }

  /// The rows of each table as text, one part an outcome: as rows, those of many outcomes would take gigabytes.
  private func parts(_ text: KeyPath<Table, String>) -> [[String]] {
    let forbears = self.forbears
    var parts = heads.map { _ in [String]() }
    for outcome in plan.outcomes {
      guard let own = outcome.plan else { continue }
      let tables = PlanTables(own, outcome.model, forbears: forbears).tables
      for (index, table) in tables.enumerated() {
        let rows = table.rows.map { [.text(outcome.name)] + $0 }
        let named = Table(table.name, [.init("outcome")] + table.columns, rows: rows)
        parts[index].append(named[keyPath: text])
      }
    }
    return parts
  }
}

extension UncertainPlan.Outcome {
  func value(of objective: Objective) -> Double? {
    objectives.first { $0.objective == objective }?.value
  }
}
