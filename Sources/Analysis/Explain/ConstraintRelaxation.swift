import SupplyChain

/// One change of a model that helps to make it feasible.
public struct ConstraintRelaxation: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// A target, as a fraction of 1.
    case target(Int)
    /// A limit's value in a year (its own unit, or a share as a fraction of 1).
    case limit(Int, year: Int)
    /// What a rule is loosened by in a year, in its unit; of a rule with `=` below 0 where its number falls. `present` is 0.
    case rule(Int, year: Int)
    /// More money in a fund, by year in millions; `value` is their sum.
    case money(fund: Int, byYear: [Extra])
    /// An import limit in a year, t/yr.
    case importLimit(source: Int, year: Int)
    /// The largest expansion of a facility, t/yr.
    case expansion(facility: Int)
    /// A permit of all options of a facility so many years shorter; `present` and `value` are years.
    case permit(facility: Int)
    /// All payments on a fund's loans may be put off, at the interest `rate`; `present` and `value` are the share that may.
    case forbearance(fund: Int, rate: Double)
    /// A segment's required classes are given up.
    case requirement(segment: Int)
  }
  public struct Extra: Sendable, Hashable {
    public var year: Int
    public var amount: Double
  }
  public var kind: Kind
  public var present: Double
  public var value: Double

  /// Whether it changes what is asked for: a target, a limit or a rule.
  public var isDemand: Bool {
    switch kind {
    case .target, .limit, .rule: true
    case .money, .importLimit, .expansion, .permit, .forbearance, .requirement: false
    }
  }

  /// The model, with a budget scale of 1, with the change made.
  public func applied(to model: Model) -> Model {
    var result = model
    func set(_ series: Series, in year: Int, to value: Double) -> Series {
      let years = Array(model.horizon.start...model.horizon.end)
      return Series(years: years, values: years.map { $0 == year ? value : series.level($0) })
    }
    switch kind {
    case .target(let n): result.targets[n].value = value
    case .limit(let l, let year):
      result.limits[l].value =
        model.limits[l].period == .horizon
        ? Series(value) : set(model.limits[l].value, in: year, to: value)
    case .rule(let r, let year):
      let rule = model.rules[r]
      let change = rule.sense == .atLeast ? -value : value
      result.rules[r].shiftBound(
        by: { rule.period == .horizon || $0 == year ? change : 0 }, in: model.horizon)
    case .money(let f, let byYear):
      for extra in byYear {
        let parameter = ModelParameter(
          kind: .appropriation(fund: f, year: extra.year), size: extra.amount, room: 0)
        result = parameter.moved(extra.amount, in: result)
      }
    case .importLimit(let s, let year):
      result.imports[s].limit = model.imports[s].limit.map { set($0, in: year, to: value) }
    case .expansion(let p): result.facilities[p].expansion?.max = value
    case .permit(let p): result = model.withPermit(of: p, shortenedBy: present - value)
    case .forbearance(let f, let rate):
      var terms = Forbearance(rate: rate)
      terms.atMost = value
      result.funds[f].loan?.forbearance = terms
    case .requirement(let d): result.demand[d].requiredClasses = nil
    }
    return result
  }
}
