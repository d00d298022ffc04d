import SupplyChain
import Support

extension Plan {
  /// What a measure comes to in a year.
  public struct MeasureAmount: Sendable, Hashable {
    public var measure: Int
    public var year: Int
    /// In tonnes, years, millions and units of factors.
    public var value: Double
  }

  /// Both sides of a rule in a year, of a rule over several years in its last one.
  public struct RuleAmount: Sendable, Hashable {
    public var rule: Int
    public var year: Int
    /// In tonnes, years, millions and units of factors.
    public var left: Double
    public var right: Double
    /// What lacks of a rule with a penalty, and what that costs in millions, undiscounted.
    public var shortfall: Double
    public var penalty: Double
    /// Whether both sides are equal, to a millionth.
    public var isBinding: Bool
  }

  /// Reads measures and rules off the plan's own tables, not off the program's rows.
  mutating func readMeasures(_ model: Model) {
    guard !model.measures.isEmpty || !model.rules.isEmpty else { return }
    var reader = QuantityReader(plan: self, model: model)
    for (m, measure) in model.measures.enumerated() where measure.isDecided {
      let first = model.horizon.start + measure.yearly.yearsBefore
      guard first <= model.horizon.end else { continue }
      for year in first...model.horizon.end {
        measures.append(
          .init(measure: m, year: year, value: reader.value(measure.yearly, year...year)))
      }
    }
    for (r, rule) in model.rules.enumerated() {
      for years in rule.years(of: model.horizon) {
        rules.append(amount(r, rule, years, &reader))
      }
    }
  }

  private func amount(
    _ r: Int, _ rule: WrittenRule, _ years: ClosedRange<Int>, _ reader: inout QuantityReader
  ) -> RuleAmount {
    let (left, right) = (reader.value(rule.left, years), reader.value(rule.right, years))
    let tolerance = 1e-6 * max(abs(left), abs(right), Plan.negligible)
    var shortfall = 0.0
    if rule.penalty != nil {
      shortfall = rule.sense == .atMost ? left - right : right - left
      if shortfall < tolerance { shortfall = 0 }
    }
    return RuleAmount(
      rule: r, year: years.upperBound, left: left, right: right, shortfall: shortfall,
      penalty: shortfall * (rule.penalty ?? 0), isBinding: abs(left - right) <= tolerance)
  }
}

/// Yearly amounts of quantities under a plan.
private struct QuantityReader {
  let plan: Plan
  let model: Model
  private var known: [PlanQuantity: [Double]] = [:]
  private var horizon: Horizon { model.horizon }

  init(plan: Plan, model: Model) {
    self.plan = plan
    self.model = model
  }

  /// An expression over some years; its constant is that of the last one.
  mutating func value(_ expression: LinearExpression, _ years: ClosedRange<Int>) -> Double {
    var sum = CompensatedSum(expression.constant.level(years.upperBound))
    var size = abs(sum.value)
    for term in expression.terms {
      let amounts = amounts(term.quantity)
      for year in years {
        let place = year - term.yearsBefore - horizon.start
        guard amounts.indices.contains(place) else { continue }
        sum.add(term.coefficient.level(year) * amounts[place])
        size += abs(term.coefficient.level(year) * amounts[place])
      }
    }
    // A difference of equals is nothing.
    return abs(sum.value) <= 1e-12 * size ? 0 : sum.value
  }

  /// By year of the horizon.
  private mutating func amounts(_ quantity: PlanQuantity) -> [Double] {
    if let amounts = known[quantity] { return amounts }
    var amounts = [Double](repeating: 0, count: horizon.yearCount)
    read(quantity) { step, value in amounts[step / horizon.stepsPerYear] += value }
    known[quantity] = amounts
    return amounts
  }

  private func read(_ quantity: PlanQuantity, _ add: (Int, Double) -> Void) {
    let filter = quantity.filter
    func weight(_ p: Int) -> Double {
      guard filter.admits(model.facilities[p], index: p) else { return 0 }
      return quantity.factor.map { model.factors[$0].amounts[p] } ?? 1
    }
    func has(_ list: [Int]?, _ index: Int) -> Bool { list?.contains(index) ?? true }
    switch quantity.kind {
    case .activity:
      for row in plan.activities { add(row.step, weight(row.facility) * row.tonnes) }
    case .output, .input:
      for row in plan.activities {
        let recipe = model.facilities[row.facility].recipe
        let list = quantity.kind == .output ? recipe.outputs : recipe.inputs
        for entry in list where has(filter.commodities, entry.commodity) {
          add(row.step, weight(row.facility) * row.tonnes * entry.amount)
        }
      }
    case .capacity: readCapacity(weight, add)
    case .build, .projects, .capex:
      for build in plan.builds where filter.options?.contains(build.option) ?? true {
        readBuild(build, quantity.kind, weight(build.facility), add)
      }
    case .awards:
      for row in plan.awards where has(filter.funds, row.fund) {
        add(row.step, weight(row.facility) * row.amount)
      }
    case .support:
      for row in plan.supports where has(filter.funds, row.fund) {
        add(row.step, weight(row.facility) * row.amount)
      }
    case .private:
      for row in plan.privateMoney { add(row.step, weight(row.facility) * row.amount) }
    case .purchases: readPurchases(filter, add)
    case .spending:
      for row in plan.awards where has(filter.funds, row.fund) { add(row.step, row.amount) }
      for row in plan.supports where has(filter.funds, row.fund) { add(row.step, row.amount) }
      for row in plan.refunds where has(filter.funds, row.fund) { add(row.step, -row.amount) }
      readPurchases(filter, add)
    case .imports:
      for row in plan.imports {
        add(row.step, Limit.share(of: row.source, in: filter, model) * row.tonnes)
      }
    case .returns:
      for row in plan.returned where filter.admits(model.returns[row.stream]) {
        add(row.step, row.tonnes)
      }
    case .demand: readDemand(filter, add)
    case .served:
      for row in plan.served where filter.admits(model.demand[row.segment], index: row.segment) {
        guard let k = row.provenanceClass, has(filter.classes, k) else { continue }
        add(row.step, row.tonnes)
      }
    case .shortage:
      for row in plan.served
      where row.provenanceClass == nil
        && filter.admits(model.demand[row.segment], index: row.segment)
      {
        add(row.step, row.tonnes)
      }
    case .stock:
      for row in plan.stocks
      where (row.step + 1) % horizon.stepsPerYear == 0
        && filter.admits(model.stockpiles[row.stockpile], index: row.stockpile)
      {
        add(row.step, row.held)
      }
    case .dependency:
      for (y, value) in plan.dependencyByYear.enumerated() {
        add(y * horizon.stepsPerYear, value ?? 0)
      }
    }
  }

  private func readCapacity(_ weight: (Int) -> Double, _ add: (Int, Double) -> Void) {
    let length = horizon.stepLength
    for (p, facility) in model.facilities.enumerated() where weight(p) != 0 {
      for step in 0..<horizon.stepCount {
        let year = horizon.year(ofStep: step)
        var capacity = facility.existing.level(year)
        if facility.expansion?.failsFrom == nil {
          for build in plan.builds where build.facility == p && build.onlineStep <= step {
            capacity +=
              facility.ramp(age: step - build.onlineStep, stepLength: length) * build.capacity
          }
        }
        add(step, weight(p) * capacity * facility.availability.level(year) * length)
      }
    }
  }

  private func readBuild(
    _ build: Plan.Build, _ kind: PlanQuantity.Kind, _ weight: Double, _ add: (Int, Double) -> Void
  ) {
    guard weight != 0, let expansion = model.facilities[build.facility].expansion else { return }
    switch kind {
    case .build: add(build.step, weight * build.capacity)
    case .projects: add(build.step, weight * build.capacity / expansion.max)
    default:
      let year = horizon.year(ofStep: build.step)
      guard let option = expansion.options.first(where: { $0.kind == build.option }) else { return }
      let cost = model.awardCost(build.facility, option, year: year) * build.capacity / 1e6
      for (n, fraction) in model.spending(build.facility, awardedIn: year).enumerated() {
        let step = min(build.step + n * horizon.stepsPerYear, horizon.stepCount - 1)
        add(step, weight * cost * fraction)
      }
    }
  }

  private func readPurchases(_ filter: Filter, _ add: (Int, Double) -> Void) {
    for row in plan.purchases
    where filter.funds?.contains(row.fund) ?? true
      && filter.admits(model.stockpiles[row.stockpile], index: row.stockpile)
    {
      add(row.step, row.amount)
    }
  }

  private func readDemand(_ filter: Filter, _ add: (Int, Double) -> Void) {
    for (d, segment) in model.demand.enumerated() where filter.admits(segment, index: d) {
      for step in 0..<horizon.stepCount {
        add(step, segment.quantity.level(horizon.year(ofStep: step)) * horizon.stepLength)
      }
    }
  }
}
