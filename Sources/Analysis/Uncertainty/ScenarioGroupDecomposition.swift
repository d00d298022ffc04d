import Allocation
import LinearProgramming
import SupplyChain
import Support

/// Scenario-group dual decomposition: minimises an expectation over more outcomes than the block-angular interior
/// point takes together. Continuous programs only.
///
/// The outcomes are dealt into groups of at most `groupSize`, each of which the block-angular method solves. From
/// first-stage decisions that are optimal for one group:
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
  /// Most outcomes in a group. Smaller groups take longer for each outcome and give a weaker bound; larger ones need
  /// more memory.
  static let groupSize = 24
  /// Most decisions that are evaluated after a round of group subproblems.
  private static let mostTries = 12
  /// Gap tolerance of a group subproblem, as a share of the whole gap tolerance.
  private static let shareOfGap = 0.5
  /// Outcomes that are solved before the results are checked for an infeasible one.
  private static let chunkSize = 64
  /// Minimisers of the cutting-plane model that are evaluated before the groups are solved again, which takes far
  /// longer.
  private static let mostModelMinimisers = 4

  private let programs: [AllocationProgram]
  private let probabilities: [Double]
  private let firstStage: FirstStage
  private let settings: AllocationSettings
  private let gap: Double
  private let progress: (@Sendable (RunProgress) -> Void)?
  private let recourses: [RecourseProgram]
  private let groups: [[Int]]
  private let started = ContinuousClock.now

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
  ///   - outcomes: continuous programs with one objective each.
  ///   - probabilities: one an outcome; they sum to 1.
  ///   - settings: its time limit (seconds) is what is left of it.
  ///   - gap: relative gap up to which a value counts as optimal.
  init(
    _ outcomes: [AllocationProgram], probabilities: [Double], firstStage: FirstStage,
    _ settings: AllocationSettings, gap: Double,
    progress: (@Sendable (RunProgress) -> Void)?
  ) {
    programs = outcomes
    self.probabilities = probabilities
    self.firstStage = firstStage
    self.settings = settings
    self.gap = gap
    self.progress = progress
    var recourses: [RecourseProgram] = []
    for (s, own) in outcomes.enumerated() {
      let (decision, factor) = firstStage.decisions(in: s, columnCount: own.program.columnCount)
      recourses.append(
        RecourseProgram(own.program, decision: decision, factor: factor, like: recourses.last))
    }
    self.recourses = recourses
    bases = outcomes.map { _ in nil }
    let count =
      (outcomes.count + ScenarioGroupDecomposition.groupSize - 1)
      / ScenarioGroupDecomposition.groupSize
    groups = (0..<count).map { g in outcomes.indices.filter { $0 % count == g } }
    cuts = CuttingPlaneModel(
      shares: groups.map { members in members.reduce(0) { $0 + probabilities[$1] } })
  }

  // MARK: Order of work

  /// The solution and a point for each outcome's program; `failed` where no verified plan is found, though one may
  /// exist.
  mutating func run() -> (solution: AllocationSolution, points: [[Double]]) {
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

  private var isStopped: Bool {
    settings.cancellation?.isCancelled == true || secondsLeft.map { $0 <= 0 } == true
  }

  private var secondsLeft: Double? {
    settings.timeLimit.map { $0 - (ContinuousClock.now - started).seconds }
  }

  /// Optimal decisions of the first group alone.
  private mutating func first() -> [Double]? {
    let none = [Double](repeating: 0, count: firstStage.decisions.count)
    return solve(0, none)?.decisions
  }

  /// Solves every group at the next multipliers: raises the bound and returns the mean of their decisions.
  private mutating func next() -> [Double]? {
    guard let subgradients = nextSubgradients(), !isClosed, let best else { return nil }
    let count = best.decisions.count
    func mean(_ parts: [[Double]]) -> [Double] {
      (0..<count).map { j in parts.indices.reduce(0) { $0 + cuts.shares[$1] * parts[$1][j] } }
    }
    let whole = mean(subgradients)
    var found = 0.0
    var own: [[Double]] = []
    for g in groups.indices {
      let multipliers = zip(whole, subgradients[g]).map { $0 - $1 }
      guard let answer = solve(g, multipliers) else { return nil }
      cuts.add(group: g, constant: answer.bound, subgradient: multipliers.map { -$0 })
      found += cuts.shares[g] * answer.bound
      own.append(answer.decisions)
    }
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
    for (g, members) in groups.enumerated() {
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
    options.cancellation = settings.cancellation
    options.timeLimit = secondsLeft.map { max(0, $0) }
    return options
  }

  private func evaluation(_ x: [Double], _ found: [Recourse]) -> Evaluation {
    let none = [Double](repeating: 0, count: x.count)
    var result = Evaluation(
      decisions: x, points: found.map(\.point), subgradients: groups.map { _ in none }, parts: [],
      magnitude: 0)
    for (g, members) in groups.enumerated() {
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
      gapTolerance: gap)
  }

  // MARK: Groups

  /// The group subproblem at nonanticipativity multipliers, each in the objective's unit for a unit of the decision.
  private mutating func solve(_ group: Int, _ multipliers: [Double])
    -> (decisions: [Double], bound: Double)?
  {
    let members = groups[group]
    let whole = cuts.shares[group]
    let extensive = ExtensiveForm(
      members.map { programs[$0] }, probabilities: members.map { probabilities[$0] / whole },
      risk: RiskMeasure(.expected), firstStage: firstStage.among(members))
    var program = extensive.allocation.program
    var costs = program.cost
    for j in multipliers.indices { costs[j] += multipliers[j] }
    program.setCosts(costs)
    for cut in feasibilityCuts { program.add(cut) }
    var options = options
    if let progress {
      let state = state("all outcomes, groups", done: group, total: groups.count)
      options.progress = {
        var state = state
        state.iterations = $0.iterations
        progress(state)
      }
    }
    let outcome = try? solveByBlocks(
      program, blockOfColumn: extensive.outcomeOfColumn, blockCount: members.count,
      options: options, gapTolerance: ScenarioGroupDecomposition.shareOfGap * gap)
    switch outcome {
    case .optimal(let found), .unverified(let found, _):
      let check = found.verification
      iterations += found.iterations
      if !check.boundIsProven { boundIsProven = false }
      guard check.dualBound.isFinite else { return nil }
      return (Array(found.columnValues.prefix(multipliers.count)), check.dualBound)
    default:
      return nil
    }
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
    stage.solveTime = (ContinuousClock.now - started).seconds
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
      let isCancelled = settings.cancellation?.isCancelled == true
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
