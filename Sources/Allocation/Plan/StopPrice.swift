import SupplyChain

/// The price of a facility's main product below which margin and support together are a loss, so that a commercial plant
/// stops (formulation section 4, at a loss).
///
/// Margin and support are piecewise linear in the price: with a slope that changes where a floor's strike is passed, and
/// where a gap opens, closes or reaches its limit. From the market price, or the dearest of these, the search walks down
/// from one such point to the next.
struct StopPrice {
  /// Currency a tonne; 0: it runs at any price; nil: at none, or the price does not matter.
  private(set) var value: Double?

  init(_ model: Model, _ p: Int, _ step: Int, _ part: CapacityPart, _ rules: [SupportRule]) {
    let recipe = model.facilities[p].recipe
    guard let main = recipe.main else { return }
    let used = recipe.inputs.reduce(0) { $0 + ($1.commodity == main ? $1.amount : 0) }
    let slope = (recipe.mainAmount - used) * AllocationProgram.tonnesPerUnit / 1e6
    guard slope > 0 else { return }
    let year = model.horizon.dataYear(ofStep: step)
    let market = model.commodities[main].price?.level(year) ?? 0
    let rates = SupportRates(model)
    let margin = rates.margin(facility: p, step: step)
    /// The price at which the margin is some amount.
    func price(atMargin wanted: Double) -> Double { market + (wanted - margin) / slope }
    func surplus(_ price: Double) -> Double {
      var changed = model
      changed.commodities[main].price = Series(price)
      let changedRates = SupportRates(changed)
      return rules.reduce(changedRates.margin(facility: p, step: step)) {
        $0 + changedRates.support($1, facility: p, step: step, part)
      }
    }
    var corners = [market, price(atMargin: 0), 0]
    let charge = part == .new ? rates.capitalCharge(facility: p, step: step) : 0
    for rule in rules {
      switch rule.kind {
      case .floor where rule.commodity == main: corners.append(rule.strike.level(year))
      case .gap:
        corners.append(price(atMargin: charge))
        if let most = rule.max {
          let limit = most * recipe.mainAmount * AllocationProgram.tonnesPerUnit / 1e6
          corners.append(price(atMargin: charge - limit))
        }
      default: break
      }
    }
    corners = Set(corners.filter { $0 >= 0 }).sorted(by: >)
    let noise = 1e-9 * max(1, abs(margin), slope * market)
    guard let dearest = corners.first else { return }
    var above = (price: dearest, surplus: surplus(dearest))
    guard above.surplus >= -noise else { return }
    for corner in corners.dropFirst() {
      let below = (price: corner, surplus: surplus(corner))
      if below.surplus < -noise {
        let share = max(0, above.surplus) / (max(0, above.surplus) - below.surplus)
        value = above.price + (below.price - above.price) * share
        return
      }
      above = below
    }
    value = 0
  }
}
