import SupplyChain
import Support

/// The two parts of a facility's activity: that of existing capacity and that of what is awarded (formulation section 4,
/// old and new).
public enum CapacityPart: Int, Sendable, CaseIterable {
  case new, existing
}

/// What a tonne of activity earns at the market and from a programme (formulation section 4, support is earned by
/// output): the one place where rates, refunds, margins and capital charges are worked out.
///
///     let rates = SupportRates(model)
///     let earned = rates.support(fund.pays, facility: p, step: t, .new) * tonnes / 1000  // millions
///
/// Everything is in millions a kilotonne of activity, which is thousands of currency a tonne. Steps count from the
/// horizon's start, those of the years beyond included. Complexity: each figure takes time in proportion to the
/// facility's recipe.
public struct SupportRates: Sendable {
  public let model: Model

  private static let millionsPerUnit = AllocationProgram.tonnesPerUnit / 1e6

  public init(_ model: Model) { self.model = model }

  /// Earned at market prices, before support.
  public func margin(facility p: Int, step t: Int) -> Double {
    let facility = model.facilities[p]
    let year = model.horizon.dataYear(ofStep: t)
    var sum = CompensatedSum()
    for output in facility.recipe.outputs {
      sum.add(output.amount * price(output.commodity, year))
    }
    for input in facility.recipe.inputs { sum.add(-input.amount * price(input.commodity, year)) }
    sum.add(-facility.opex.level(year))
    return sum.value * AllocationProgram.tonnesPerUnit / 1e6
  }

  /// ρ, the most that a rule pays to a part of a facility; 0 outside the rule's years.
  public func support(
    _ rule: SupportRule, facility p: Int, step t: Int, _ part: CapacityPart
  ) -> Double {
    guard isPaid(rule, t) else { return 0 }
    let facility = model.facilities[p]
    let year = model.horizon.dataYear(ofStep: t)
    let unit = SupportRates.millionsPerUnit
    switch rule.kind {
    case .gap:
      let cost = part == .new ? capitalCharge(facility: p, step: t) : 0
      let gap = max(0, cost - margin(facility: p, step: t))
      guard let most = rule.max else { return gap }
      return min(gap, unit * most * output(facility, facility.recipe.main))
    case .floor:
      return unit * output(facility, rule.commodity)
        * max(0, rule.strike.level(year) - price(rule.commodity, year))
    case .perTonne:
      return unit * output(facility, rule.commodity) * rule.rate.level(year)
    case .costShare:
      var cost = facility.opex.level(year)
      if rule.includesInputs {
        for input in facility.recipe.inputs { cost += input.amount * price(input.commodity, year) }
      }
      return unit * rule.share.level(year) * cost
    }
  }

  /// What a plant pays back of a two-way floor, whichever part makes it.
  public func refund(_ rule: SupportRule, facility p: Int, step t: Int) -> Double {
    guard isPaid(rule, t), rule.kind == .floor, rule.isEntitled, rule.twoWay > 0 else { return 0 }
    let year = model.horizon.dataYear(ofStep: t)
    return rule.twoWay * SupportRates.millionsPerUnit
      * output(model.facilities[p], rule.commodity)
      * max(0, price(rule.commodity, year) - rule.strike.level(year))
  }

  /// κ, the capital charge on what is awarded: the annuity of the standard option's cost at the private hurdle rate, or
  /// the discount rate without private money, over the life or else the years to the end.
  public func capitalCharge(facility p: Int, step t: Int) -> Double {
    let facility = model.facilities[p]
    let year = model.horizon.dataYear(ofStep: t)
    guard let expansion = facility.expansion, let option = expansion.options.first else { return 0 }
    let available = facility.availability.level(year) * (expansion.ramp.last ?? 1)
    guard available > 0 else { return 0 }
    let rate = expansion.privateMaxShare > 0 ? expansion.hurdle : model.discountRate
    let life = facility.life ?? Double(model.horizon.yearCount)
    return SupportRates.millionsPerUnit * option.capex.level(year)
      * Interest.annuity(rate: rate, payments: life) / available
  }

  /// Whether a step is in the rule's years.
  public func isPaid(_ rule: SupportRule, _ t: Int) -> Bool {
    let year = model.horizon.year(ofStep: t)
    return (rule.from.map { year >= $0 } ?? true) && (rule.until.map { year <= $0 } ?? true)
  }

  private func output(_ facility: Facility, _ commodity: Int?) -> Double {
    facility.recipe.outputs.reduce(0) { $0 + ($1.commodity == commodity ? $1.amount : 0) }
  }

  private func price(_ commodity: Int?, _ year: Int) -> Double {
    commodity.flatMap { model.commodities[$0].price?.level(year) } ?? 0
  }
}
