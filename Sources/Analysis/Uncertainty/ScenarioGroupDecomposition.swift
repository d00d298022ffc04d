import Allocation
import LinearProgramming
import SupplyChain
import Support

/// Scenario-group dual decomposition: minimises an expectation over more outcomes than the block-angular interior
/// point takes together. Continuous programs only.
///
/// The outcomes are dealt into groups (`ScenarioGroups`), each of which the block-angular method solves, here or where a
/// `ScenarioGroupSolver` has it solved. From first-stage decisions that are optimal for one group:
///
/// 1. Recourse: every outcome is solved with the decisions fixed (`Recourse`). The mean of the values is an upper bound,
///    and every outcome's multipliers give a subgradient of its value by the decisions.
/// 2. Group subproblems: every group is minimised with nonanticipativity multipliers as costs on the decisions: the mean
///    subgradient of all outcomes less that of the group. The multipliers sum to zero over the groups (weighted by
///    probability), so the mean of the groups' bounds is a lower bound (dual decomposition; Carøe and Schultz
///    1999). At the current decisions every group then has the subgradient of the whole problem, so that the groups'
///    minimisers lie near each other (a distributed approximate Newton method; Shamir, Srebro and Zhang 2014).
/// 3. The mean of the groups' decisions is tried next. Mostly the two bounds are then within the gap.
/// 4. Where they are not, the optimality cuts of outcomes and groups together form a cutting-plane model below each
///    group's mean objective (`CuttingPlaneModel`). Its minimiser within a box around the best decisions is tried, and
///    the subgradients of the cuts that are active there make the next multipliers.
///
/// Outcomes that are infeasible at some decisions give feasibility cuts, which all later decisions fulfil.
///
/// Memory: the outcomes' own programs and one group's solve.
struct ScenarioGroupDecomposition {
  /// Most decisions that are evaluated after a round of group subproblems.
  private static let mostTries = 12
  /// Outcomes that are solved before the results are checked for an infeasible one.
  private static let chunkSize = 64
  /// Minimisers of the cutting-plane model that are evaluated before the groups are solved again, which takes far
  /// longer.
  private static let mostModelMinimisers = 4

  private let groups: ScenarioGroups
  private let solver: any ScenarioGroupSolver
  private let run: ScenarioGroupRun
  private let progress: (@Sendable (RunProgress) -> Void)?
  private let recourses: [RecourseProgram]

  /// By outcome: the optimal basis of its last recourse solve.
  private var bases: [Basis?]
  /// Rows of the decisions that every feasible outcome implies.
  private var feasibilityCuts: [Recourse.Row] = []
  private var cutIndex: [CutKey: Int] = [:]
  private var cuts: CuttingPlaneModel
  /// By decision: the largest distance of a group's minimiser from the best decisions so far.
  private var boxRadius: [Double] = []
  private var best: Evaluation?
  private var bound = -Double.infinity
  private var boundIsProven = true
  private var iterations = 0
  private var tries = 0

  private struct CutKey: Hashable {
    var decisions: [Int]
    var values: [Double]
  }

  /// First-stage decisions and the optimal recourse of every outcome.
  private struct Evaluation {
    var decisions: [Double]
    var points: [[Double]]
    /// By group: a subgradient of the mean objective by the decisions.
    var subgradients: [[Double]]
    /// By outcome.
    var parts: [(weight: Double, check: Verification)]
    /// Σ probability·(|offset| + Σ|cost·x|).
    var magnitude: Double
    var value: Double { parts.reduce(0) { $0 + $1.weight * $1.check.primalObjective } }
  }

  /// - Parameters:
  ///   - solver: who solves the groups.
  ///   - settings: its time limit (seconds) is what is left of it.
  init(
    _ groups: ScenarioGroups, by solver: any ScenarioGroupSolver, _ settings: AllocationSettings,
    progress: (@Sendable (RunProgress) -> Void)?
  ) {
    self.groups = groups
    self.solver = solver
    self.progress = progress
    run = ScenarioGroupRun(cancellation: settings.cancellation, timeLimit: settings.timeLimit)
    var recourses: [RecourseProgram] = []
    for (s, own) in groups.programs.enumerated() {
      let (decision, factor) = groups.firstStage.decisions(
        in: s, columnCount: own.program.columnCount)
      recourses.append(
        RecourseProgram(own.program, decision: decision, factor: factor, like: recourses.last))
    }
    self.recourses = recourses
    bases = groups.programs.map { _ in nil }
    cuts = CuttingPlaneModel(shares: groups.shares)
  }

  private var programs: [AllocationProgram] { groups.programs }
  private var probabilities: [Double] { groups.probabilities }
  private var firstStage: FirstStage { groups.firstStage }

  // MARK: Order of work

  /// The solution and a point for each outcome's program; `failed` where no verified plan is found, though one may
  /// exist.
  mutating func minimise() -> (solution: AllocationSolution, points: [[Double]]) {
    var trial = first()
    while let x = trial, tries < ScenarioGroupDecomposition.mostTries, !isStopped {
      tries += 1
      guard let isInfeasible = evaluate(x) else { break }
      if isInfeasible, best == nil {
        trial = first()
        continue
      }
      if isClosed { break }
      trial = next()
    }
    return (solution(), best?.points ?? [])
  }

  private var isClosed: Bool { best.map { verification($0).isVerified } == true }

  private var isStopped: Bool { run.isStopped }

  /// Optimal decisions of the first group alone.
  private mutating func first() -> [Double]? {
    let none = [Double](repeating: 0, count: firstStage.decisions.count)
    return answers(to: [(group: 0, multipliers: none)]).first?.decisions
  }

  /// Solves every group at the next multipliers: raises the bound and returns the mean of their decisions.
  private mutating func next() -> [Double]? {
    guard let subgradients = nextSubgradients(), !isClosed, let best else { return nil }
    let count = best.decisions.count
    func mean(_ parts: [[Double]]) -> [Double] {
      (0..<count).map { j in parts.indices.reduce(0) { $0 + cuts.shares[$1] * parts[$1][j] } }
    }
    let whole = mean(subgradients)
    let multipliers = subgradients.map { own in zip(whole, own).map { $0 - $1 } }
    let answers = answers(to: multipliers.enumerated().map { ($0, $1) })
    guard answers.count == groups.count else { return nil }
    var found = 0.0
    for (g, answer) in answers.enumerated() {
      cuts.add(group: g, constant: answer.bound, subgradient: multipliers[g].map { -$0 })
      found += cuts.shares[g] * answer.bound
    }
    let own = answers.map(\.decisions)
    bound = max(bound, found)
    boxRadius = (0..<count).map { j in own.reduce(0) { max($0, abs($1[j] - best.decisions[j])) } }
    return mean(own)
  }

  /// By group, the subgradient that makes the next multipliers: that at the best decisions in the first round, later
  /// that of the cutting-plane model at its minimiser, which is evaluated as well.
  private mutating func nextSubgradients() -> [[Double]]? {
    var subgradients = best?.subgradients
    for _ in 0..<(boxRadius.isEmpty ? 0 : ScenarioGroupDecomposition.mostModelMinimisers) {
      guard let best else { break }
      let box = firstStage.decisions.indices.map { j -> (lower: Double, upper: Double) in
        let (decision, x) = (firstStage.decisions[j], best.decisions[j])
        return (max(decision.lower, x - boxRadius[j]), min(decision.upper, x + boxRadius[j]))
      }
      let known = recourses[0].decisionRows + feasibilityCuts
      guard
        let least = cuts.minimiser(rows: known, lower: box.map(\.lower), upper: box.map(\.upper))
      else { break }
      subgradients = least.subgradients
      if isStopped || evaluate(least.decisions) == nil || isClosed { break }
    }
    return subgradients
  }

  // MARK: Outcomes

  /// Solves the recourse of all outcomes at decisions and adds the cuts they give.
  ///
  /// - Returns: whether an outcome is infeasible and gave a new feasibility cut; nil where a solve was stopped or failed, or
  ///   the cut was known before.
  private mutating func evaluate(_ x: [Double]) -> Bool? {
    let broken = recourses.flatMap { $0.brokenRows(at: x) }
    if !broken.isEmpty { return addFeasibilityCuts(broken) ? true : nil }
    var found: [Recourse] = []
    for members in Array(programs.indices).chunks(of: ScenarioGroupDecomposition.chunkSize) {
      if isStopped { return nil }
      progress?(state("all outcomes, one by one", done: found.count, total: programs.count))
      let solved = recourse(of: members, at: x)
      for (s, answer) in zip(members, solved) {
        iterations += answer.iterations
        if answer.end == .optimal { bases[s] = answer.basis }
      }
      found += solved
      if solved.contains(where: { $0.end == .stopped || $0.end == .failed }) { return nil }
      let cuts = solved.flatMap(\.rows)
      if !cuts.isEmpty { return addFeasibilityCuts(cuts) ? true : nil }
    }
    let evaluation = evaluation(x, found)
    for (g, members) in groups.members.enumerated() {
      let subgradient = evaluation.subgradients[g]
      let value = members.reduce(0) { sum, s in
        sum + probabilities[s] * evaluation.parts[s].check.primalObjective / cuts.shares[g]
      }
      cuts.add(
        group: g, constant: zip(subgradient, x).reduce(value) { $0 - $1.0 * $1.1 },
        subgradient: subgradient)
    }
    if best.map({ evaluation.value < $0.value }) ?? true { best = evaluation }
    return false
  }

  /// Adds feasibility cuts, those with the same coefficients as one row; false where all were known.
  private mutating func addFeasibilityCuts(_ found: [Recourse.Row]) -> Bool {
    var isNew = false
    for row in found {
      let key = CutKey(decisions: row.decisions, values: row.values)
      guard let index = cutIndex[key] else {
        cutIndex[key] = feasibilityCuts.count
        feasibilityCuts.append(row)
        isNew = true
        continue
      }
      var known = feasibilityCuts[index]
      if row.lower > known.lower || row.upper < known.upper { isNew = true }
      known.lower = max(known.lower, row.lower)
      known.upper = max(known.lower, min(known.upper, row.upper))
      feasibilityCuts[index] = known
    }
    return isNew
  }

  private func recourse(of members: [Int], at x: [Double]) -> [Recourse] {
    let (recourses, bases, options) = (recourses, bases, options)
    return concurrentMap(members.count) { index in
      let s = members[index]
      return recourses[s].recourse(at: x, from: bases[s], options: options)
    }
  }

  private var options: SolverOptions {
    var options = SolverOptions()
    options.cancellation = run.cancellation
    options.timeLimit = run.secondsLeft.map { max(0, $0) }
    return options
  }

  private func evaluation(_ x: [Double], _ found: [Recourse]) -> Evaluation {
    let none = [Double](repeating: 0, count: x.count)
    var result = Evaluation(
      decisions: x, points: found.map(\.point), subgradients: groups.members.map { _ in none },
      parts: [],
      magnitude: 0)
    for (g, members) in groups.members.enumerated() {
      for s in members {
        let weight = probabilities[s] / cuts.shares[g]
        for j in x.indices { result.subgradients[g][j] += weight * found[s].slope[j] }
      }
    }
    for (s, own) in programs.enumerated() {
      guard let check = found[s].verification else { continue }
      result.parts.append((weight: probabilities[s], check: check))
      let vector = own.objectives[0]
      var size = abs(vector.offset)
      for (j, value) in vector.coefficients.enumerated() where value != 0 {
        size += abs(value * found[s].point[j])
      }
      result.magnitude += probabilities[s] * size
    }
    return result
  }

  private func verification(_ evaluation: Evaluation) -> Verification {
    Verification(
      sumOf: evaluation.parts, bound: bound, boundIsProven: boundIsProven,
      magnitude: evaluation.magnitude,
      gapTolerance: groups.gap)
  }

  // MARK: Groups

  /// The answers of groups at nonanticipativity multipliers, up to the first that has none.
  private mutating func answers(
    to asked: [(group: Int, multipliers: [Double])]
  ) -> [ScenarioGroupAnswer] {
    var run = run
    if let progress {
      let first = asked.first?.group ?? 0
      let state = state("all outcomes, groups", done: first, total: groups.count)
      run.progress = { done, iterations in
        var state = state
        state.done = first + done
        state.iterations = iterations
        progress(state)
      }
    }
    let seconds = run.secondsLeft.map { max(0, $0) }
    let questions = asked.map {
      ScenarioGroupQuestion(
        group: $0.group, multipliers: $0.multipliers, cuts: feasibilityCuts, timeLimit: seconds)
    }
    let found = solver.answers(to: questions, of: groups, run)
    for answer in found {
      iterations += answer.iterations
      if !answer.boundIsProven { boundIsProven = false }
    }
    return found
  }

  // MARK: Progress and result

  private func state(_ phase: String, done: Int, total: Int) -> RunProgress {
    RunProgress(
      phase: phase, value: best?.value, bound: bound.isFinite ? bound : nil, done: done,
      total: total)
  }

  private func solution() -> AllocationSolution {
    var result = AllocationSolution.failed("no plan for all outcomes was found in groups of them")
    var stage = AllocationSolution.Stage(objective: objective, value: best?.value)
    stage.iterations = iterations
    stage.solveTime = (ContinuousClock.now - run.started).seconds
    stage.attempts = [
      Attempt(.scenarioGroups, result: "\(tries) tries, \(groups.count) groups", iterations: tries)
    ]
    if let best {
      let check = verification(best)
      stage.verification = check
      result.status = check.isVerified ? .optimal : .failed
      result.reason = check.doubt.map { "the plan is not verified: \($0)" }
    }
    if result.status != .optimal, isStopped {
      let isCancelled = run.cancellation?.isCancelled == true
      result.status = .interrupted
      result.reason =
        "\(isCancelled ? "interrupted" : "the time limit was reached") while minimising "
        + objective.name
    }
    if best != nil { result.stages = [stage] }
    result.solveTime = stage.solveTime
    result.size.columns = firstStage.decisions.count
    for (s, own) in programs.enumerated() {
      let shared = firstStage.columns[s].reduce(0) { $0 + ($1 >= 0 ? 1 : 0) }
      result.size.rows += own.program.rowCount
      result.size.columns += own.program.columnCount - shared
      result.size.nonzeros += own.program.nonzeroCount
    }
    return result
  }

  private var objective: Objective { programs[0].objectives[0].objective }
}

extension Array {
  /// Parts of so many elements, the last of which may be smaller.
  fileprivate func chunks(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
