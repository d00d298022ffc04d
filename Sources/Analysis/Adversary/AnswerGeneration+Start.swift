import Allocation
import LinearProgramming
import SupplyChain
import Support

/// What a large master begins with. Each of its solves takes as long as dozens of answers by themselves, so it is worth
/// knowing before which answers will decide.
extension AnswerGeneration {
  /// Answers of a single move up to which each is solved by itself.
  private static let mostSingles = 40

  /// Solves no answer and each move by itself, and chooses the master's first members: the set with the largest sum of
  /// their gains, with as many moves as are allowed, and the one with most of the moves that it lacks.
  ///
  /// - Returns: nil where there is more to do.
  mutating func start() -> End? {
    report("no answer by itself", nil)
    let program = alone(0)
    let solution = withAllocationSession { $0.solve(program, settings: inner) }
    if isStopped { return .stopped(why) }
    guard solution.status == .optimal, let value = solution.stages.first?.value else { return nil }
    take(solution, of: 0)
    evaluation.begin(with: program, solution)
    let singles = Array(answers.indices.filter { answers[$0].size == 1 }.prefix(Self.mostSingles))
    report("each move by itself", nil)
    if let end = solveAlone(singles) { return end }
    var gains: [Answer.Part: Double] = [:]
    for answer in singles where foundAlone.contains(answer) {
      gains[answers[answer].parts[0]] = estimates[answer] - (value - costs[0])
    }
    for answer in answers.indices {
      estimates[answer] = answers[answer].parts.reduce(value) { $0 + (gains[$1] ?? 0) }
    }
    master = AnswerMaster(
      programs, costs: costs, firstStage: firstStage, members: likelyMembers(),
      mostNonzerosOfSimplex: mostNonzerosOfSimplex)
    return nil
  }

  private func likelyMembers() -> [Int] {
    /// The first of those with the most of a count, and then the largest estimate.
    func best(_ count: (Int) -> Int) -> Int {
      answers.indices.min { a, b in
        (count(b), estimates[b], a) < (count(a), estimates[a], b)
      } ?? 0
    }
    let parts = Set(answers[best { _ in 0 }].parts)
    let larger = best { parts.isSubset(of: answers[$0].parts) ? answers[$0].size : -1 }
    let met = Set(answers[larger].moves)
    let other = best { Set(answers[$0].moves).subtracting(met).count }
    return [0] + Set([larger, other]).subtracting([0]).sorted()
  }

  private func alone(_ answer: Int) -> AllocationProgram {
    firstStage.restricting(programs[answer]).firstObjectiveOnly()
  }

  /// Solves answers with nothing held and takes their columns among the working ones; returns a conflict where one has
  /// no plan.
  mutating func solveAlone(_ chosen: [Int]) -> End? {
    if chosen.isEmpty { return nil }
    var shared = inner
    shared.workingColumns = evaluation.working
    shared.sharedOrdering = evaluation.ordering
    let (settings, own) = (shared, chosen.map { alone($0) })
    let found = concurrentMap(chosen.count) { index in
      withAllocationSession { $0.solve(own[index], settings: settings) }
    }
    if isStopped { return .stopped(why) }
    if let conflict = conflictAlone(zip(chosen, found).filter { $1.status == .infeasible }.map(\.0))
    {
      return .conflict(conflict)
    }
    for (answer, solution) in zip(chosen, found) {
      foundAlone.insert(answer)
      guard solution.status == .optimal, let value = solution.stages.first?.value else { continue }
      estimates[answer] = value - costs[answer]
      evaluation.begin(with: programs[answer], solution)
      take(solution, of: answer)
    }
    return nil
  }
}
