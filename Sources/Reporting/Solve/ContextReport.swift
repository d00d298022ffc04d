import Allocation
import Analysis
import SupplyChain

/// What stands beside a plan as other programs read it: `baseline`, `equally_good`, `end_effect`,
/// `sensitivity`.
struct ContextReport {
  private let context: PlanContext
  private let solution: AllocationSolution
  private let model: Model

  init(_ context: PlanContext, _ solution: AllocationSolution, _ model: Model) {
    self.context = context
    self.solution = solution
    self.model = model
  }

  var members: [(key: String, value: JSONValue)] {
    [
      (
        "baseline",
        context.baseline.map { Self.json($0, solution.plan?.dependencyByYear ?? []) } ?? .null
      ),
      ("equally_good", context.equallyGood.map(equallyGood) ?? .null),
      ("end_effect", context.endEffect.map(endEffect) ?? .null),
      ("sensitivity", context.sensitivity.map(sensitivity) ?? .null),
    ]
  }

  private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
  private static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

  // MARK: Without public money

  /// - Parameter planned: the dependency by year of the plan that it stands beside.
  static func json(_ baseline: PrivateBaseline, _ planned: [Double?]) -> JSONValue {
    let model = baseline.model
    let years = baseline.plan?.dependencyByYear ?? []
    func byYear(_ values: [Double?]) -> JSONValue {
      .object(values.enumerated().map { ("\(model.horizon.start + $0)", number($1)) })
    }
    let bought = zip(years, planned).map { before, after in
      before.flatMap { before in after.map { before - $0 } }
    }
    let builds = baseline.plan.flatMap { plan in
      PlanTables(plan, model).tables.first { $0.name == "builds" }?.json
    }
    return .object([
      ("reason", text(baseline.reason)), ("relaxed", .bool(baseline.isRelaxed)),
      ("misses_targets", .bool(baseline.missesTargets)),
      ("dependency", number(baseline.dependency)), ("dependency_by_year", byYear(years)),
      ("bought_by_public_money", byYear(bought)),
      ("private_money", number(baseline.plan?.privateMoneySpent)), ("builds", builds ?? .null),
      (
        "need_public_money",
        .array(baseline.sharedFacilities.map { .string(model.facilities[$0].id) })
      ),
    ])
  }

  // MARK: Plans as good

  private func equallyGood(_ found: EquallyGood) -> JSONValue {
    func ids(_ facilities: [Int]) -> JSONValue {
      .array(facilities.map { .string(model.facilities[$0].id) })
    }
    return .object([
      ("left_out_by_some", ids(found.dispensable)),
      ("built_by_all", found.common.map(ids) ?? .null),
    ])
  }

  // MARK: The end of the horizon

  private func endEffect(_ effect: EndEffect) -> JSONValue {
    func years(_ years: EndEffect.LastYears) -> JSONValue {
      .object([
        ("dependency", Self.number(years.dependency)), ("public_money", .number(years.publicMoney)),
        ("private_money", .number(years.privateMoney)), ("capacity", .number(years.capacity)),
      ])
    }
    return .object([
      ("from", .integer(effect.years.lowerBound)), ("to", .integer(effect.years.upperBound)),
      ("years_beyond", .integer(effect.beyond)), ("more_years", .integer(effect.moreYears)),
      ("relaxed", .bool(effect.isRelaxed)), ("reason", Self.text(effect.reason)),
      ("plan", years(effect.plan)),
      ("with_more_years", effect.longer.map(years) ?? .null),
    ])
  }

  // MARK: Sensitivity

  private func sensitivity(_ found: InputSensitivity) -> JSONValue {
    let words = InputWords(model)
    return .object([
      ("objective", .string(found.objective.name)),
      ("value", .number(found.objective.shown(found.value))),
      ("relaxed", .bool(found.isRelaxed)),
      ("inputs_ranked", .integer(found.inputCount)),
      (
        "inputs",
        .array(
          found.rows.map { row in
            .object([
              ("input", .string(words.name(row.input))), ("kind", .string(words.kind(row.input))),
              ("of", Self.text(words.id(row.input))),
              (
                "changes",
                .array(
                  row.sides.map { side in
                    .object([
                      ("factor", .number(side.factor)),
                      ("held", Self.number(found.objective.shown(side.held))),
                      ("reoptimised", Self.number(found.objective.shown(side.reoptimised))),
                    ])
                  })
              ),
            ])
          })
      ),
    ])
  }
}
