import Analysis
import SupplyChain

/// Inputs of a model in words.
struct InputWords {
  private let model: Model

  init(_ model: Model) { self.model = model }

  func name(_ input: ModelInput) -> String {
    switch input.kind {
    case .price(let c): "prices of \(model.commodities[c].name)"
    case .demand(let d): "demand of \(model.demand[d].id)"
    case .capex(let stage): "capex of \(stage)"
    case .opex(let stage): "opex of \(stage)"
    case .permits: "permit times"
    case .money(let f): "money of \(model.funds[f].name)"
    case .importLimit(let s): "import limit of \(model.imports[s].id)"
    }
  }

  func kind(_ input: ModelInput) -> String {
    switch input.kind {
    case .price: "price"
    case .demand: "demand"
    case .capex: "capex"
    case .opex: "opex"
    case .permits: "permits"
    case .money: "money"
    case .importLimit: "import_limit"
    }
  }

  /// What the input belongs to; nil where it is all of a kind.
  func id(_ input: ModelInput) -> String? {
    switch input.kind {
    case .price(let c): model.commodities[c].id
    case .demand(let d): model.demand[d].id
    case .capex(let stage), .opex(let stage): stage
    case .permits: nil
    case .money(let f): model.funds[f].id
    case .importLimit(let s): model.imports[s].id
    }
  }
}
