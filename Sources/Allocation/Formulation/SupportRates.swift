import SupplyChain

/// What a tonne of output earns from a programme (formulation section 4, support is earned by output). Everything in
/// millions a kilotonne of activity.
extension ProgramBuilder {
  private static let millionsPerUnit = AllocationProgram.tonnesPerUnit / 1e6

  /// The rate of a part of a facility in a step, 0 outside the rule's years.
  func supportRate(_ rule: SupportRule, _ p: Int, _ t: Int, _ part: Part) -> Double {
    guard isPaid(rule, t) else { return 0 }
    let facility = model.facilities[p]
    let unit = ProgramBuilder.millionsPerUnit
    switch rule.kind {
    case .gap:
      let cost = part == .new ? capitalCharge(p, t) : 0
      let gap = max(0, cost - margin[slot(p, t)])
      guard let most = rule.max else { return gap }
      return min(gap, unit * most * output(facility, facility.recipe.main))
    case .floor:
      let price = priceLevel(rule.commodity, t)
      return unit * output(facility, rule.commodity)
        * max(0, rule.strike.level(years[t]) - price)
    case .perTonne:
      return unit * output(facility, rule.commodity) * rule.rate.level(years[t])
    case .costShare:
      var cost = facility.opex.level(years[t])
      if rule.includesInputs {
        for input in facility.recipe.inputs {
          cost += input.amount * priceLevel(input.commodity, t)
        }
      }
      return unit * rule.share.level(years[t]) * cost
    }
  }

  /// What a plant pays back of a two-way floor.
  func refundRate(_ rule: SupportRule, _ facility: Facility, _ t: Int) -> Double {
    guard isPaid(rule, t), rule.kind == .floor, rule.isEntitled, rule.twoWay > 0 else { return 0 }
    let price = priceLevel(rule.commodity, t)
    return rule.twoWay * ProgramBuilder.millionsPerUnit * output(facility, rule.commodity)
      * max(0, price - rule.strike.level(years[t]))
  }

  /// κ, the capital charge on a tonne of activity of what is awarded: the annuity of the standard option's cost at the
  /// private hurdle rate, or the discount rate without private money, over the life or else the years to the end.
  func capitalCharge(_ p: Int, _ t: Int) -> Double {
    let facility = model.facilities[p]
    guard let expansion = facility.expansion, let option = expansion.options.first else { return 0 }
    let available = facility.availability.level(years[t]) * (expansion.ramp.last ?? 1)
    guard available > 0 else { return 0 }
    let rate = expansion.privateMaxShare > 0 ? expansion.hurdle : model.discountRate
    let life = facility.life ?? Double(model.horizon.yearCount)
    return ProgramBuilder.millionsPerUnit * option.capex.level(years[t])
      * Interest.annuity(rate: rate, payments: life) / available
  }

  private func isPaid(_ rule: SupportRule, _ t: Int) -> Bool {
    (rule.from.map { calendar[t] >= $0 } ?? true) && (rule.until.map { calendar[t] <= $0 } ?? true)
  }

  private func output(_ facility: Facility, _ commodity: Int?) -> Double {
    facility.recipe.outputs.reduce(0) { $0 + ($1.commodity == commodity ? $1.amount : 0) }
  }

  private func priceLevel(_ commodity: Int?, _ t: Int) -> Double {
    commodity.flatMap { model.commodities[$0].price?.level(years[t]) } ?? 0
  }
}
