import Allocation
import SupplyChain

/// Why a facility is in the best plan or not, in one reason: the first that holds, of those that the model was solved
/// again for.
public enum FacilityReason: Sendable, Hashable {
  /// The model gives it no expansion.
  case noExpansion
  /// Its lead time runs past the end; with the permit that many years shorter it would not. nil: at no permit.
  case tooLate(shorterBy: Double?)
  /// No programme may pay for its building, and private money may not pay all of it.
  case noMoney
  /// Private money alone may pay for it, and it does not earn its hurdle rate.
  case hurdle
  /// More of its product would not help: other plants could make more of it as it is, tonnes in the year `end`.
  case idle([Capacity])
  /// More of its product would not help, for what is made of it is limited elsewhere.
  case productIsEnough
  /// More of its capacity would not help: what is short is an input; fractions of the objective that unlimited home
  /// supply of it would bring.
  case bottleneck(commodity: Int, gain: Double)
  /// Its capacity would help from the first year on, and no longer does in the year in which it could first work.
  case late(firstYear: Int)
  /// It loses money at market prices: currency per tonne of the main product, in its worst year.
  case loss(Double)
  /// It would help, and money for it helps more elsewhere. The share of its capex at which it is needed, where that is half
  /// or more, and what a tonne a year costs (currency), beside the dearest that the plan builds of the same product.
  case dear(capexShare: Double?, cost: Double, other: Capacity?)
  /// The best value is worse without it.
  case needed

  /// A facility, and tonnes or money of it.
  public struct Capacity: Sendable, Hashable {
    public var facility: Int
    public var amount: Double
  }
}

/// What takes the place of a facility where it is left out, or gives way where it is built.
public struct FacilitySwap: Sendable, Hashable {
  public var facility: Int
  /// t/yr awarded in the best plan, and in the plan without the facility or with it.
  public var before: Double
  public var after: Double
}

/// Finds the reason by solving changed models.
struct FacilityReasonStudy {
  let baseline: BaselineSolver
  let p: Int
  let value: Double
  /// Differences of values below this are noise.
  let noise: Double
  /// The best plan, of all objectives, without whole-number rules.
  let plan: Plan?

  private var model: Model { baseline.model }
  private var facility: Facility { model.facilities[p] }

  /// Of a facility that is not needed but could be built.
  func reason() throws(StudyEnd) -> FacilityReason {
    guard let main = facility.recipe.main else { return try ofCapacity() }
    if try !helps(model.withHomeSupply(of: main)) {
      let idle = idleCapacity(main)
      return idle.isEmpty ? .productIsEnough : .idle(idle)
    }
    return try ofCapacity()
  }

  private func ofCapacity() throws(StudyEnd) -> FacilityReason {
    let start = model.horizon.start
    if try !helps(withGift(from: start)) {
      if let short = try shortInput() { return .bottleneck(commodity: short.0, gain: short.1) }
      let idle = facility.recipe.main.map(idleCapacity) ?? []
      return idle.isEmpty ? .productIsEnough : .idle(idle)
    }
    if let first = facility.firstYear(model.horizon), first > start,
      try !helps(withGift(from: first))
    {
      return .late(firstYear: first)
    }
    if facility.isCommercial, let loss = worstLoss,
      try !helps(withGift(from: facility.firstYear(model.horizon) ?? start, atALoss: false))
    {
      return .loss(loss)
    }
    return .dear(capexShare: nil, cost: costPerTonne(p), other: dearestBuilt)
  }

  private func helps(_ changed: Model) throws(StudyEnd) -> Bool {
    guard let answer = try baseline.solve(changed) else { return false }
    return answer.value < value - noise
  }

  /// The model with the facility's largest expansion there for nothing.
  private func withGift(from year: Int, atALoss: Bool = true) -> Model {
    var result = model
    guard let expansion = facility.expansion else { return result }
    let years = Array(model.horizon.start...model.horizon.end)
    result.facilities[p].existing = Series(
      years: years,
      values: years.map { facility.existing.level($0) + ($0 >= year ? expansion.max : 0) })
    result.facilities[p].expansion = nil
    if atALoss { result.facilities[p].isCommercial = false }
    return result
  }

  /// The input of which unlimited home supply brings most.
  private func shortInput() throws(StudyEnd) -> (Int, Double)? {
    var best: (Int, Double)?
    for input in facility.recipe.inputs {
      var changed = withGift(from: model.horizon.start)
      changed = changed.withHomeSupply(of: input.commodity)
      guard let answer = try baseline.solve(changed) else { continue }
      let gain = value - answer.value
      if gain > noise, gain > (best?.1 ?? 0) { best = (input.commodity, gain) }
    }
    return best
  }

  /// Others that make the same product in a class as secure, and leave capacity unused in the year `end`; the largest
  /// first.
  private func idleCapacity(_ main: Int) -> [FacilityReason.Capacity] {
    guard let plan else { return [] }
    return plan.account(of: p, model).replacements
      .filter { other in
        other.unused >= max(1, 0.01 * (facility.expansion?.max ?? 0))
          && !other.lacks.contains { if case .provenance = $0 { true } else { false } }
      }
      .map { FacilityReason.Capacity(facility: $0.facility, amount: $0.unused) }
      .sorted { ($1.amount, $0.facility) < ($0.amount, $1.facility) }
  }

  /// What it loses in its worst year, currency per tonne of the main product; nil where it never does.
  private var worstLoss: Double? {
    let rates = SupportRates(model)
    let amount = facility.recipe.mainAmount
    guard amount > 0 else { return nil }
    let worst = (0..<model.horizon.stepCount).map { rates.margin(facility: p, step: $0) }.min() ?? 0
    return worst < 0 ? -worst * 1e6 / AllocationProgram.tonnesPerUnit / amount : nil
  }

  /// Currency per t/yr of the main product, in the first year in which it may be awarded.
  private func costPerTonne(_ q: Int) -> Double {
    let facility = model.facilities[q]
    guard let expansion = facility.expansion, let option = expansion.options.first else { return 0 }
    let year = max(model.horizon.start, expansion.earliest ?? model.horizon.start)
    let amount = facility.recipe.main == nil ? 1 : facility.recipe.mainAmount
    return amount > 0 ? option.capex.level(year) / amount : 0
  }

  /// Of the others that the plan builds for the same product, the one with the largest cost.
  private var dearestBuilt: FacilityReason.Capacity? {
    guard let plan, let main = facility.recipe.main else { return nil }
    let built = plan.capacityByFacility
    return model.facilities.indices
      .filter { $0 != p && (built[$0] ?? 0) >= 0.5 && model.facilities[$0].recipe.main == main }
      .map { FacilityReason.Capacity(facility: $0, amount: costPerTonne($0)) }
      .max { ($0.amount, $1.facility) < ($1.amount, $0.facility) }
  }
}

extension Model {
  /// The model with as much of a commodity from home as anybody wants, for nothing.
  func withHomeSupply(of commodity: Int) -> Model {
    var result = self
    result.imports.append(
      ImportSource(
        id: "", commodity: commodity, content: [(country: "", provenanceClass: 0, share: 1)],
        limit: nil, price: Series(0), location: SourceLocation(file: "", line: 0, column: 0)))
    return result
  }
}
