import SupplyChain

extension FacilityAccount {
  /// Another facility that makes the same main product, and could make more of it.
  public struct Replacement: Sendable {
    public var facility: Int
    /// Tonnes of the main product in the year `end` that its capacity leaves unused, and that what it may still be
    /// awarded would add.
    public var unused: Double
    public var room: Double
    /// What adding costs in the first year, currency per (t/yr) of the main product; 0 without an expansion.
    public var capex: Double
    /// The year in which an award could first work; nil without an expansion, or past `end`.
    public var firstYear: Int?
    /// What stands in its way.
    public var lacks: [Lack]
  }
  public enum Lack: Sendable, Hashable {
    /// Its lead time runs past the end.
    case time
    /// No programme may fund its building, and private money may not pay for all of it.
    case money
    /// A facility that it requires is not built.
    case requirement(Int)
    /// Another facility of its exclusive group is built.
    case exclusive(Int)
    /// What it loses at the market price of the year `end`, currency per tonne of the main product.
    case loss(Double)
    /// Its provenance class is less secure.
    case provenance(Int)
  }
}

extension Plan {
  /// Who else could make a facility's main product: those that lack least first, then those that could make most.
  func replacements(of p: Int, _ model: Model) -> [FacilityAccount.Replacement] {
    guard let main = model.facilities[p].recipe.main else { return [] }
    let horizon = model.horizon
    let lastYear = (horizon.stepCount - horizon.stepsPerYear)..<horizon.stepCount
    var made = [Double](repeating: 0, count: model.facilities.count)
    for row in activities where lastYear.contains(row.step) { made[row.facility] += row.tonnes }
    let found = model.facilities.indices.compactMap { q -> FacilityAccount.Replacement? in
      guard q != p, model.facilities[q].recipe.main == main else { return nil }
      return replacement(q, of: p, made: made[q], lastYear, model)
    }
    return found.sorted {
      ($0.lacks.count, -$0.unused - $0.room, $0.facility)
        < ($1.lacks.count, -$1.unused - $1.room, $1.facility)
    }
  }

  private func replacement(
    _ q: Int, of p: Int, made: Double, _ lastYear: Range<Int>, _ model: Model
  ) -> FacilityAccount.Replacement? {
    let (facility, horizon) = (model.facilities[q], model.horizon)
    let end = horizon.end
    let amount = facility.recipe.mainAmount
    let capacity = lastYear.reduce(0) { $0 + self.capacity(q, $1, model) * horizon.stepLength }
    var room = 0.0
    if let expansion = facility.expansion, expansion.failsFrom == nil {
      let awarded = builds.reduce(0) { $0 + ($1.facility == q ? $1.capacity : 0) }
      room =
        max(0, expansion.max - awarded) * facility.availability.level(end)
        * (expansion.ramp.last ?? 1) * amount
    }
    let unused = max(0, capacity - made) * amount
    // A tonne a year is nothing to replace anything by.
    guard max(unused, room) >= 1 else { return nil }
    var lacks: [FacilityAccount.Lack] = []
    if unused < 1 { lacks += obstacles(q, instead: p, model) }
    let margin = SupportRates(model).margin(facility: q, step: horizon.stepCount - 1)
    if facility.isCommercial, margin < 0, amount > 0 {
      lacks.append(.loss(-margin * 1e6 / AllocationProgram.tonnesPerUnit / amount))
    }
    if facility.provenanceClass > model.facilities[p].provenanceClass {
      lacks.append(.provenance(facility.provenanceClass))
    }
    let capex = facility.expansion?.options.first.map {
      amount > 0 ? $0.capex.level(horizon.start) / amount : 0
    }
    return .init(
      facility: q, unused: unused, room: room, capex: capex ?? 0,
      firstYear: facility.firstYear(horizon), lacks: lacks)
  }

  /// What keeps a facility from being built in the place of another.
  private func obstacles(_ q: Int, instead p: Int, _ model: Model) -> [FacilityAccount.Lack] {
    guard let expansion = model.facilities[q].expansion else { return [] }
    var lacks: [FacilityAccount.Lack] = []
    if model.facilities[q].firstYear(model.horizon) == nil { lacks.append(.time) }
    let isFunded = model.funds.contains {
      $0.givesCapital && $0.maxShare > 0 && $0.appropriations.isPositiveSomewhere
        && $0.eligible.admits(model.facilities[q], index: q)
    }
    if !isFunded, expansion.privateMaxShare < 1 { lacks.append(.money) }
    let built = Set(builds.map(\.facility))
    if let other = expansion.requires, !built.contains(other),
      model.facilities[other].existing.level(model.horizon.start) <= 0
    {
      lacks.append(.requirement(other))
    }
    if let group = expansion.exclusiveGroup,
      let other = model.facilities.indices.first(where: {
        $0 != p && $0 != q && built.contains($0)
          && model.facilities[$0].expansion?.exclusiveGroup == group
      })
    {
      lacks.append(.exclusive(other))
    }
    return lacks
  }

  /// Capacity of a facility in a step, t/yr of activity.
  private func capacity(_ p: Int, _ step: Int, _ model: Model) -> Double {
    let facility = model.facilities[p]
    let year = model.horizon.dataYear(ofStep: step)
    var capacity = facility.existing.level(year)
    if facility.expansion?.failsFrom == nil {
      for build in builds where build.facility == p && build.onlineStep <= step {
        capacity +=
          build.capacity
          * facility.ramp(age: step - build.onlineStep, stepLength: model.horizon.stepLength)
      }
    }
    return facility.availability.level(year) * capacity
  }
}
