import Allocation
import LinearProgramming
import Reporting

/// What `solve --prove FILE` does after the solve: writes the certificate, then checks it as `check` would.
struct Proving {
  let file: String
  let options: ModelOptions
  let isRelaxed: Bool

  func proof(
    of solution: AllocationSolution, _ allocation: AllocationProgram, cancellation: Cancellation
  ) throws -> PlanProof {
    let question = PlanCertificate.Question(
      scenarios: options.scenario, settings: options.settings, budgetScale: options.budgetScale,
      isRelaxed: isRelaxed, objectives: allocation.objectives.map(\.objective))
    let certificate = PlanCertificate(
      allocation, solution, question: question, cancellation: cancellation)
    do {
      try Output.write(file: file, bytes: certificate.bytes)
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.isUsage ? Ending.usage : Ending.outputFailed
    }
    return PlanProof(certificate, allocation)
  }
}
