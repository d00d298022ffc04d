import Allocation
import SupplyChain

/// A model changed in what concerns one facility.
struct FacilityChange: Sendable {
  let model: Model
  let p: Int

  private var facility: Facility { model.facilities[p] }

  /// Funds that may give it money for building.
  var funds: [Int] {
    model.funds.indices.filter { f in
      model.funds[f].givesCapital && model.funds[f].maxShare > 0
        && model.funds[f].appropriations.isPositiveSomewhere
        && model.funds[f].eligible.admits(facility, index: p)
    }
  }

  var privateShare: Double { facility.expansion?.privateMaxShare ?? 0 }

  /// Without its expansion.
  var removed: Model {
    var result = model
    result.facilities[p].expansion = nil
    return result
  }

  /// With so much of its largest expansion built.
  func forced(_ part: Double) -> Model? {
    guard let most = facility.expansion?.max else { return nil }
    var limit = Limit(
      name: "", measure: .build, sense: .atLeast, value: Series(most * part),
      location: facility.location)
    limit.period = .horizon
    limit.filter.facilities = [p]
    var result = model
    result.limits.append(limit)
    return result
  }

  func withCapex(_ factor: Double) -> Model {
    var result = model
    guard var expansion = facility.expansion else { return model }
    for j in expansion.options.indices {
      expansion.options[j].capex.values = expansion.options[j].capex.values.map { $0 * factor }
    }
    result.facilities[p].expansion = expansion
    return result
  }

  /// Highest market price of the main product within the horizon, currency a tonne.
  var marketPrice: Double? {
    guard let main = facility.recipe.main, facility.recipe.mainAmount > 0,
      let price = model.commodities[main].price
    else { return nil }
    return (model.horizon.start...model.horizon.end).map(price.level).max().flatMap {
      $0 > 0 ? $0 : nil
    }
  }

  /// A premium on its product alone has the effect of an equal reduction of opex in the plant's margin.
  func withPremium(_ premium: Double) -> Model {
    var result = model
    let amount = facility.recipe.mainAmount
    result.facilities[p].opex.values = facility.opex.values.map { $0 - premium * amount }
    return result
  }

  func withPrivateShare(_ share: Double) -> Model {
    var result = model
    result.facilities[p].expansion?.privateMaxShare = share
    return result
  }

  /// All shares of its funds change together; none crosses its present value.
  func withFundShare(_ share: Double, present: Double) -> Model {
    var result = model
    for f in funds {
      let own = model.funds[f].maxShare
      result.funds[f].maxShare = share > present ? max(own, share) : min(own, share)
    }
    return result
  }
}
