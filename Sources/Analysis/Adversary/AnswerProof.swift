import Allocation
import LinearProgramming
import SupplyChain

/// What proves a plan against an adversary: the answers of the master program and its row multipliers.
struct AnswerProof: Sendable {
  var members: [Int]
  /// Of the master's rows, for the first objective.
  var multipliers: [Double]
}

extension AnswerGeneration {
  func proof(_ found: Found) -> AnswerProof? {
    guard let stage = boundStage else { return nil }
    return AnswerProof(members: boundMembers, multipliers: stage.rowDuals)
  }
}

extension UncertainSolve {
  /// What a plan is held against: `AdversaryStudy`, and for few answers the wait-and-see solutions.
  func compare(
    _ plan: inout UncertainPlan, _ found: AnswerGeneration.Found,
    _ generation: inout AnswerGeneration, base: [Double]?
  ) {
    study(&plan, found.decisions, &generation, base: base)
  }
}
