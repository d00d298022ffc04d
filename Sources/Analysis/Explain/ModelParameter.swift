import SupplyChain

/// One number of a model that policy could move.
public struct ModelParameter: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// A fund's appropriation in a year, millions.
    case appropriation(fund: Int, year: Int)
    /// What a fund may give one facility, millions.
    case perFacility(fund: Int)
    /// The largest expansion of a facility, t/yr.
    case expansion(facility: Int)
    /// The capacity that a facility has in every year, t/yr.
    case existing(facility: Int)
    /// An import limit in every year in which there is one, t/yr.
    case importLimit(source: Int)
    /// A stockpile's opening in a class, t.
    case opening(stockpile: Int, provenanceClass: Int)
    /// A stockpile's room, t.
    case room(stockpile: Int)
    /// The demand of a segment in every year, t/yr.
    case demand(segment: Int)
    /// A target, as a fraction of 1.
    case target(Int)
    /// The value of a limit in all its years: the measure's unit, or a share as a fraction of 1.
    case limit(Int)
    /// The number that a rule compares with, in all its years, in the rule's unit.
    case rule(Int)
  }

  /// What belongs together in a ranking, because it is counted in one unit.
  public enum Group: String, Sendable, CaseIterable {
    case money, capacity, imports, stock, demand, targets, limits
  }

  public var kind: Kind
  /// The present amount in the parameter's unit; for a series the largest value within the horizon.
  public var size: Double
  /// By how much the amount can fall: for a series its least value.
  public var room: Double

  public var group: Group {
    switch kind {
    case .appropriation, .perFacility: .money
    case .expansion, .existing: .capacity
    case .importLimit: .imports
    case .opening, .room: .stock
    case .demand: .demand
    case .target: .targets
    case .limit, .rule: .limits
    }
  }

  /// All parameters of a model, in its own order.
  static func all(in model: Model) -> [ModelParameter] {
    var parameters: [ModelParameter] = []
    func add(_ kind: Kind, size: Double, room: Double? = nil) {
      if size.isFinite {
        parameters.append(ModelParameter(kind: kind, size: size, room: room ?? size))
      }
    }
    let years = Array(model.horizon.start...model.horizon.end)
    func level(_ series: Series) -> (least: Double, most: Double) {
      let levels = years.map(series.level).filter(\.isFinite)
      return (levels.min() ?? 0, levels.max() ?? 0)
    }
    for (f, fund) in model.funds.enumerated() {
      let first = years.first { fund.appropriations.amount($0) > 0 } ?? Int.max
      for year in years where year >= first {
        add(.appropriation(fund: f, year: year), size: fund.appropriations.amount(year))
      }
      if let most = fund.maxPerFacility { add(.perFacility(fund: f), size: most) }
    }
    for (p, facility) in model.facilities.enumerated() {
      if let expansion = facility.expansion, expansion.max > 0 {
        add(.expansion(facility: p), size: expansion.max)
      }
      let existing = level(facility.existing)
      if existing.most > 0 {
        add(.existing(facility: p), size: existing.most, room: existing.least)
      }
    }
    for (s, source) in model.imports.enumerated() {
      guard let limit = source.limit else { continue }
      let limits = level(limit)
      add(.importLimit(source: s), size: limits.most, room: limits.least)
    }
    for (i, pile) in model.stockpiles.enumerated() {
      for (k, tonnes) in pile.opening.enumerated() where tonnes > 0 {
        add(.opening(stockpile: i, provenanceClass: k), size: tonnes)
      }
      if let most = pile.max { add(.room(stockpile: i), size: most) }
    }
    for (d, segment) in model.demand.enumerated() {
      let wanted = level(segment.quantity)
      if wanted.most > 0 { add(.demand(segment: d), size: wanted.most, room: wanted.least) }
    }
    for (n, target) in model.targets.enumerated() { add(.target(n), size: target.value) }
    for (l, limit) in model.limits.enumerated() {
      let values = level(limit.value)
      add(.limit(l), size: values.most, room: values.least)
    }
    for (r, rule) in model.rules.enumerated() {
      let bounds = rule.years(of: model.horizon).map { abs(rule.bound(in: $0.upperBound)) }
      guard let most = bounds.max(), let least = bounds.min() else { continue }
      // A rule between two sums that are decided is priced by what may lack of it.
      add(.rule(r), size: most, room: most == 0 ? rule.rowUnit : least)
    }
    return parameters
  }

  /// The model with the amount changed by `change`, in the parameter's unit; nothing falls below 0.
  func moved(_ change: Double, in model: Model) -> Model {
    var result = model
    move(change, in: &result)
    return result
  }

  /// Changes the amount by `change`, in the parameter's unit; nothing falls below 0.
  func move(_ change: Double, in model: inout Model) {
    func shift(_ series: inout Series) {
      series = Series(years: series.years, values: series.values.map { max(0, $0 + change) })
    }
    switch kind {
    case .appropriation(let f, let year):
      var amounts: [Int: Double] = [:]
      let series = model.funds[f].appropriations
      for (known, amount) in zip(series.years, series.values) { amounts[known] = amount }
      amounts[year] = max(0, (amounts[year] ?? 0) + change)
      let years = amounts.keys.sorted()
      model.funds[f].appropriations = Series(
        years: years, values: years.map { amounts[$0] ?? 0 })
    case .perFacility(let f):
      model.funds[f].maxPerFacility = model.funds[f].maxPerFacility.map { max(0, $0 + change) }
    case .expansion(let p):
      let most = model.facilities[p].expansion?.max ?? 0
      model.facilities[p].expansion?.max = max(0, most + change)
    case .existing(let p): shift(&model.facilities[p].existing)
    case .importLimit(let s):
      if var limit = model.imports[s].limit {
        shift(&limit)
        model.imports[s].limit = limit
      }
    case .opening(let i, let k):
      model.stockpiles[i].opening[k] = max(0, model.stockpiles[i].opening[k] + change)
    case .room(let i):
      model.stockpiles[i].max = model.stockpiles[i].max.map { max(0, $0 + change) }
    case .demand(let d): shift(&model.demand[d].quantity)
    case .target(let n): model.targets[n].value = max(0, model.targets[n].value + change)
    case .limit(let l): shift(&model.limits[l].value)
    case .rule(let r): model.rules[r].shiftBound(by: { _ in change }, in: model.horizon)
    }
  }
}
