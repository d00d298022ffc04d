import Allocation
import LinearProgramming
import SupplyChain
import Support

extension AnswerGeneration {
  /// Decisions that some answers have been looked at with.
  struct Partial: Sendable {
    var decisions: [Double]
    /// By answer; nil where it was not looked at, or nothing was found.
    var values: [AnswerEvaluation.Value?]
    /// Answers that no way on was found for.
    var without: Int
    /// Of those that have a value, less its cost.
    var worst: Double
    var solution: AllocationSolution

    /// Nil where no answer has a value.
    init?(
      _ decisions: [Double], _ ends: [AnswerEvaluation.End?], _ costs: [Double],
      _ solution: AllocationSolution
    ) {
      values = ends.map { if case .value(let value)? = $0 { value } else { nil } }
      without = ends.count {
        switch $0 {
        case .infeasible?, .open?: true
        default: false
        }
      }
      worst =
        zip(values, costs).compactMap { value, cost in value.map { $0.value - cost } }.max()
        ?? -.infinity
      self.decisions = decisions
      self.solution = solution
      if worst == -.infinity { return nil }
    }

    var lookedAt: Int { values.count { $0 != nil } + without }
  }

  /// Answers that are settled on all columns in a round at most: the worst.
  private static let mostSettled = 8

  /// Of those that are open at most so many are solved alone, and join the master.
  static let mostOpenAtOnce = 2

  /// Every answer at decisions on the working columns. Of those that have no plan there some are solved by themselves and
  /// bring their columns; those that are worse than is allowed are solved on all columns.
  ///
  /// - Returns: nil where it was stopped. An answer that is open after that joins the master without a proof that it has
  ///   no plan: it takes far longer, and every answer may join.
  mutating func lookedAt(_ decisions: [Double]) -> Result<[AnswerEvaluation.End?], Failure>? {
    let order = programs.indices.sorted { (estimates[$1], $0) < (estimates[$0], $1) }
    looked = [AnswerEvaluation.End?](repeating: nil, count: programs.count)
    // Those that were open before first: while one of them is, the others can wait.
    let before = order.filter { openBefore.contains($0) && !master.members.contains($0) }
    let others = order.filter { !before.contains($0) }
    for (place, chosen) in [before, others].enumerated() {
      if place > 0, before.contains(where: { isOpen($0) }) { break }
      look(decisions, chosen, settles: false)
      if isStopped { return nil }
      let open = chosen.filter { isOpen($0) && !master.members.contains($0) }
      openBefore.formUnion(open)
      let fresh = open.filter { !foundAlone.contains($0) }.prefix(Self.mostOpenAtOnce)
      if let end = solveAlone(Array(fresh)) {
        if case .stopped = end { return nil }
        return .failure(Failure(end: end))
      }
      look(decisions, Array(fresh), settles: false)
    }
    let members = master.members.filter { isOpen($0) }
    let worse = order.filter { net($0).map { $0 > allowed + slack } ?? false }
      .sorted { (net($1) ?? 0, $0) < (net($0) ?? 0, $1) }
    look(decisions, members + worse.prefix(Self.mostSettled), settles: true)
    if isStopped { return nil }
    for answer in master.members where isOpen(answer) {
      return .failure(
        Failure(end: .failed("answer \(answer + 1): rounding leaves it without a plan")))
    }
    return .success(looked)
  }

  /// Whether an answer has been looked at and has no plan so far.
  private func isOpen(_ answer: Int) -> Bool {
    switch looked[answer] {
    case .value?, nil: false
    default: true
    }
  }

  private func net(_ answer: Int) -> Double? {
    guard case .value(let value)? = looked[answer] else { return nil }
    return value.value - costs[answer]
  }

  /// Looks at some answers; what is known of the others stays. An answer keeps a plan where its own solve finds none.
  private mutating func look(_ decisions: [Double], _ chosen: [Int], settles: Bool) {
    if chosen.isEmpty { return }
    let known = looked
    let others = Set(chosen)
    let values = known.indices.compactMap { answer -> (Int, AnswerEvaluation.Value)? in
      guard !others.contains(answer), case .value(let value)? = known[answer] else { return nil }
      return (answer, value)
    }
    let (progress, bound, top, total) = (progress, bound, best?.worst, programs.count)
    let done = values.count
    let found = evaluation.evaluate(
      decisions, order: chosen, discards: !settles, allowed: allowed, settles: settles,
      known: Dictionary(values, uniquingKeysWith: { first, _ in first }), settings: inner,
      deadline: deadline,
      fallback: { if case .value(let value)? = known[$0] { value } else { nil } },
      report: {
        progress?(
          RunProgress(
            phase: "every answer", value: top, bound: bound, done: min(total, max(done, $0)),
            total: total))
      })
    for answer in chosen {
      switch found[answer] {
      case .value?, .infeasible?, .open?: looked[answer] = found[answer]
      case .failed?: looked[answer] = looked[answer] ?? .open
      case .stopped?, nil: break
      }
    }
  }
}
