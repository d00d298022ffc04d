import Allocation
import SupplyChain
import TestSupport

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

  private static let small = MagnetModel().text
}
