import Allocation
import SupplyChain
import Support

/// Which outcomes leave a model without a plan.
extension UncertainSolve {
  /// The outcomes that have no plan by themselves, looked for before all of them are planned for together: proving that
  /// of the large program takes far longer.
  ///
  /// - Parameter baseRun: the plan for the base case, carried out in every outcome; where it can be, there is a plan.
  func conflictAlone(
    _ baseRun: [Own]?, _ strategy: StochasticStrategy
  ) -> OutcomeConflict? {
    if let baseRun {
      return conflictAlone(among: baseRun.indices.filter { baseRun[$0].status == .infeasible })
    }
    // The other methods take about as long for all outcomes as for each alone.
    guard strategy.method == .extensiveForm else { return nil }
    return conflictAlone(among: Array(programs.indices))
  }

  /// Those of some outcomes that have no plan by themselves; without whole-number rules, which is enough to tell.
  func conflictAlone(among members: [Int]) -> OutcomeConflict? {
    if members.isEmpty || isStopped { return nil }
    let (programs, list) = (programs, list)
    let own = alone("every outcome by itself", of: members.count) { position in
      let program = programs[members[position]]
      let isWhole = program.program.integerCount > 0
      let relaxed =
        isWhole
        ? AllocationProgram(list.outcomes[members[position]].model, relaxed: true) : program
      return relaxed.firstObjectiveOnly()
    }
    let impossible = own.indices.filter { own[$0].status == .infeasible }
    guard let first = impossible.first else { return nil }
    let outcomes = impossible.map { members[$0] }
    return OutcomeConflict(
      kind: .alone, outcomes: outcomes, names: outcomes.map { list.outcomes[$0].name },
      reveal: list.uncertainty.reveal, reason: own[first].reason ?? Self.noReason)
  }

  private static let noReason = "no plan satisfies all rules"

  /// Which outcomes clash; nil where there is a plan for all, or where it cannot be told.
  ///
  /// - Parameter members: the outcomes in question; nil: all.
  func conflict(among members: [Int]? = nil) -> OutcomeConflict? {
    let programs = members.map { $0.map { self.programs[$0] } } ?? self.programs
    let names = members.map { $0.map { list.outcomes[$0].name } } ?? list.outcomes.map(\.name)
    let own = alone("every outcome by itself", of: programs.count) {
      programs[$0].firstObjectiveOnly()
    }
    func conflict(
      _ kind: OutcomeConflict.Kind, _ outcomes: [Int], _ reason: String?
    ) -> OutcomeConflict {
      OutcomeConflict(
        kind: kind, outcomes: outcomes.map { members?[$0] ?? $0 },
        names: outcomes.map { names[$0] },
        reveal: list.uncertainty.reveal, reason: reason ?? Self.noReason)
    }
    let impossible = own.indices.filter { own[$0].status == .infeasible }
    if let first = impossible.first { return conflict(.alone, impossible, own[first].reason) }
    guard own.allSatisfy({ $0.value != nil }) else { return nil }
    // Which of them are needed for the clash: a deletion filter that gives up outcomes in halves.
    let all = Array(programs.indices)
    var kept = all
    guard var reason = clash(of: kept, in: programs) else {
      return members == nil ? chanceConflict() : nil
    }
    var chunks = [all]
    while let chunk = chunks.popLast() {
      if isStopped {
        var found = conflict(.together, kept, reason)
        found.isIrreducible = false
        return found
      }
      settings.run.report("which outcomes clash", all.count - chunks.count, all.count)
      let rest = kept.filter { !chunk.contains($0) }
      if !rest.isEmpty, let words = clash(of: rest, in: programs) {
        (kept, reason) = (rest, words)
      } else if chunk.count > 1 {
        let half = chunk.count / 2
        chunks += [Array(chunk[half...]), Array(chunk[..<half])]
      }
    }
    return conflict(.together, kept, reason)
  }

  /// Why some outcomes have no plan together; nil where they have one, or where it cannot be told.
  private func clash(of outcomes: [Int], in programs: [AllocationProgram]) -> String? {
    let chosen = outcomes.map { programs[$0].firstObjectiveOnly() }
    // Made anew, because what one of the others rules out is ruled out by `firstStage`.
    guard let firstStage = try? FirstStage(chosen, reveal: list.uncertainty.reveal) else {
      return nil
    }
    let form = ExtensiveForm(
      chosen, probabilities: outcomes.map { _ in 1 / Double(outcomes.count) },
      risk: RiskMeasure(.expected), firstStage: firstStage)
    let solution = solve(form.allocation, inner())
    return solution.status == .infeasible ? solution.reason ?? "" : nil
  }
}
