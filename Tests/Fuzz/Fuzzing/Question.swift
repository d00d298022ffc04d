import Allocation
import SupplyChain

/// A small model with its answer and the certificate of it.
struct Question: Sendable {
  let allocation: AllocationProgram
  let values: [Double]
  let isInfeasible: Bool
  let bytes: [UInt8]

  static let all: [Question] = [small, small + "\ntargets: { 2027: 10% }\n"].compactMap(
    Question.init)

  private init?(_ text: String) {
    guard let model = try? ModelDocument.read(text: text).base else { return nil }
    allocation = AllocationProgram(model)
    let solution = solve(allocation)
    values = solution.objectives.map(\.value)
    isInfeasible = solution.status == .infeasible
    let question = PlanCertificate.Question(
      scenarios: [], settings: [], budgetScale: 1, isRelaxed: false, objectives: model.objectives)
    bytes = PlanCertificate(allocation, solution, question: question).bytes
  }

  private static let small = """
    lodestone: 1
    name: one plant
    horizon: { start: 2026, end: 2027, step: year }
    money: { currency: USD, discount: 10% }
    provenance:
      classes: { domestic: 0, foreign: 1 }
      countries: { US: domestic, CN: foreign }
    commodities:
      magnet: { stage: magnet, price: 50 USD/kg }
    facilities:
      plant:
        stage: magnet
        country: US
        recipe: { out: { magnet: 1 } }
        expansion: { max: 2 kt/yr, capex: 100 kUSD/(t/yr) }
    imports:
      cn: { commodity: magnet, country: CN, limit: 5 kt/yr }
    demand:
      all: { commodity: magnet, quantity: 1 kt/yr }
    funds:
      grants: { instruments: [grant], appropriations: { 2026: 50 MUSD } }
    """
}
