import Analysis
import SupplyChain

/// Inputs that are changed together, in words.
struct InputGroupWords {
  private let model: Model

  init(_ model: Model) { self.model = model }

  func name(_ input: InputGroup) -> String {
    let of = input.of ?? ""
    switch input.kind {
    case .price: return "prices of \(model.commodities.first { $0.id == of }?.name ?? of)"
    case .demand: return "demand of \(of)"
    case .capex: return "capex of \(of)"
    case .opex: return "opex of \(of)"
    case .capacity: return "existing capacity of \(of)"
    case .expansion: return "largest expansions of \(of)"
    case .inputs: return "inputs a tonne of \(of)"
    case .permits: return "permit times"
    case .construction: return "construction times"
    case .ramps: return "ramps"
    case .privateMoney: return "private shares and hurdle rates"
    case .money: return "money of \(fund(of))"
    case .rules: return "largest shares of \(fund(of))"
    case .support: return "support of \(fund(of))"
    case .importLimit: return "import limit of \(of)"
    case .stockpile: return "stockpile \(of)"
    case .returns: return "returns of \(of)"
    case .limit: return "limit \(of)"
    case .rule: return "rule \(of)"
    case .measure: return "measure \(of)"
    case .targets: return "targets"
    case .weights: return "weights"
    case .discount: return "discount rate"
    }
  }

  private func fund(_ id: String) -> String { model.funds.first { $0.id == id }?.name ?? id }
}
