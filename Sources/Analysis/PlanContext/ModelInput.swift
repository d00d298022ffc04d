import SupplyChain

/// Inputs of a model that people change together: all prices of a commodity, the demand of a segment.
public struct ModelInput: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// The commodity's price, and the prices and freight of its imports.
    case price(commodity: Int)
    case demand(segment: Int)
    /// Of all options of the facilities of a stage.
    case capex(stage: String)
    case opex(stage: String)
    /// The permit times of all facilities.
    case permits
    /// The appropriations, and the authority of loans.
    case money(fund: Int)
    case importLimit(source: Int)
  }
  public var kind: Kind

  /// All inputs that a model has, in its own order.
  static func all(in model: Model) -> [ModelInput] {
    var kinds: [Kind] = []
    let years = model.horizon.start...model.horizon.end
    func isGiven(_ series: Series) -> Bool {
      years.contains { series.level($0) > 0 && series.level($0).isFinite }
    }
    for (c, commodity) in model.commodities.enumerated() {
      let own = model.imports.filter { $0.commodity == c }.compactMap(\.price)
      if ([commodity.price].compactMap(\.self) + own).contains(where: isGiven) {
        kinds.append(.price(commodity: c))
      }
    }
    for (d, segment) in model.demand.enumerated() where isGiven(segment.quantity) {
      kinds.append(.demand(segment: d))
    }
    for stage in model.stages {
      let facilities = model.facilities.filter { $0.stage == stage }
      let options = facilities.compactMap(\.expansion).flatMap(\.options)
      if options.contains(where: { isGiven($0.capex) }) { kinds.append(.capex(stage: stage)) }
      if facilities.contains(where: { isGiven($0.opex) }) { kinds.append(.opex(stage: stage)) }
    }
    let options = model.facilities.compactMap(\.expansion).flatMap(\.options)
    if options.contains(where: { $0.permit > 0 }) { kinds.append(.permits) }
    for (f, fund) in model.funds.enumerated() where fund.appropriated(model.horizon) > 0 {
      kinds.append(.money(fund: f))
    }
    for (s, source) in model.imports.enumerated() where source.limit.map(isGiven) == true {
      kinds.append(.importLimit(source: s))
    }
    return kinds.map { ModelInput(kind: $0) }
  }

  /// The model with the input multiplied.
  func scaled(by factor: Double, in model: Model) -> Model {
    var result = model
    func scale(_ series: inout Series) { series.values = series.values.map { $0 * factor } }
    switch kind {
    case .price(let c):
      result.commodities[c].price = model.commodities[c].price.map { $0.scaled(by: factor) }
      scale(&result.commodities[c].premium)
      for s in result.imports.indices where result.imports[s].commodity == c {
        result.imports[s].price = model.imports[s].price.map { $0.scaled(by: factor) }
        scale(&result.imports[s].freight)
      }
    case .demand(let d): scale(&result.demand[d].quantity)
    case .capex(let stage):
      for p in result.facilities.indices where result.facilities[p].stage == stage {
        for j in result.facilities[p].expansion?.options.indices ?? 0..<0 {
          result.facilities[p].expansion?.options[j].capex =
            model.facilities[p].expansion?.options[j].capex.scaled(by: factor) ?? Series(0)
        }
      }
    case .opex(let stage):
      for p in result.facilities.indices where result.facilities[p].stage == stage {
        scale(&result.facilities[p].opex)
      }
    case .permits:
      for p in result.facilities.indices {
        for j in result.facilities[p].expansion?.options.indices ?? 0..<0 {
          result.facilities[p].expansion?.options[j].permit *= factor
        }
      }
    case .money(let f):
      scale(&result.funds[f].appropriations)
      result.funds[f].loan?.authority = model.funds[f].loan?.authority.map { $0 * factor }
    case .importLimit(let s):
      result.imports[s].limit = model.imports[s].limit.map { $0.scaled(by: factor) }
    }
    return result
  }
}

extension Series {
  fileprivate func scaled(by factor: Double) -> Series {
    Series(years: years, values: values.map { $0 * factor })
  }
}
