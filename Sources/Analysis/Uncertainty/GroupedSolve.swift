import Allocation
import LinearProgramming
import SupplyChain

/// Minimises an expectation over more outcomes than are solved together well, without whole-number rules.
///
/// The outcomes are dealt into groups, each of which can be solved by blocks. From decisions found for one of them:
///
/// 1. Every outcome makes the best of the decisions (`Recourse`). That is a plan for all of them, and tells how each
///    outcome's objective changes with the decisions.
/// 2. Every group is solved with prices on the decisions: what they change on the mean of all outcomes less what they
///    change on the mean of the group's. Prices sum to zero over the groups, so the mean of the groups' bounds is a
///    bound for all (dual decomposition; Carøe and Schultz 1999). And where the decisions are, each group sees the
///    slope that all outcomes together see, so that the groups come to nearly the same decisions (a distributed
///    approximate Newton method; Shamir, Srebro and Zhang 2014).
/// 3. The mean of these is tried next. Mostly value and bound are then near each other.
/// 4. Where they are not, all that is known is taken together: what outcomes and groups told are cuts below each group's
///    part of the objective (`GroupCuts`). Where the cuts are least near the best plan is tried, and the slopes of those
///    that meet there make the next prices.
///
/// Memory is that of the outcomes' own programs and of one group's solve.
struct GroupedSolve {
  /// Outcomes in a group, at most. Fewer take longer an outcome, and their bound is worse; more need more memory.
  static let groupSize = 24
  private static let mostTries = 12
  /// What of the gap a group's own may take.
  private static let shareOfGap = 0.5
  /// Outcomes that are asked before it is seen whether one of them has no answer.
  private static let chunkSize = 64
  /// Minima of the cuts that are tried before groups are solved again, which takes far longer.
  private static let mostMinima = 4

  private let programs: [AllocationProgram]
  private let probabilities: [Double]
  private let firstStage: FirstStage
  private let settings: AllocationSettings
  private let gap: Double
  private let progress: (@Sendable (UncertaintyProgress) -> Void)?
  private let recourses: [RecourseProgram]
  private let groups: [[Int]]
  private let started = ContinuousClock.now

  /// Where each outcome's last solve ended.
  private var bases: [Basis?]
  /// What decisions have to fulfil, as outcomes without an answer have told.
  private var rows: [Recourse.Row] = []
  private var placeOfRow: [RowKey: Int] = [:]
  private var cuts: GroupCuts
  /// How far from the best plan so far the groups' own were, by decision.
  private var reach: [Double] = []
  private var best: Answer?
  private var bound = -Double.infinity
  private var boundIsProven = true
  private var iterations = 0
  private var tries = 0

  private struct RowKey: Hashable {
    var decisions: [Int]
    var values: [Double]
  }

  /// Decisions, and what the outcomes make of them.
  private struct Answer {
    var decisions: [Double]
    var points: [[Double]]
    /// By group, how the mean of the objective changes with the decisions.
    var slopes: [[Double]]
    /// By outcome, and Σ probability·(|offset| + Σ|cost·x|).
    var parts: [(weight: Double, check: Verification)]
    var magnitude: Double
    var value: Double { parts.reduce(0) { $0 + $1.weight * $1.check.primalObjective } }
  }

  /// - Parameters:
  ///   - outcomes: with one objective.
  ///   - settings: the time limit is what is left of it.
  ///   - gap: relative gap up to which a value counts as the best.
  init(
    _ outcomes: [AllocationProgram], probabilities: [Double], firstStage: FirstStage,
    _ settings: AllocationSettings, gap: Double,
    progress: (@Sendable (UncertaintyProgress) -> Void)?
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
    let count = (outcomes.count + GroupedSolve.groupSize - 1) / GroupedSolve.groupSize
    groups = (0..<count).map { g in outcomes.indices.filter { $0 % count == g } }
    cuts = GroupCuts(
      shares: groups.map { members in members.reduce(0) { $0 + probabilities[$1] } })
  }

  // MARK: Order of work

  /// The plan and a point for each outcome; `failed` where this way finds no verified plan, though there may be one.
  mutating func run() -> (solution: AllocationSolution, points: [[Double]]) {
    var trial = first()
    while let x = trial, tries < GroupedSolve.mostTries, !isStopped {
      tries += 1
      guard let isBlocked = answer(x) else { break }
      if isBlocked, best == nil {
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
    settings.timeLimit.map { $0 - seconds(ContinuousClock.now - started) }
  }

  /// Decisions for the first group alone.
  private mutating func first() -> [Double]? {
    let none = [Double](repeating: 0, count: firstStage.decisions.count)
    return solve(0, none)?.decisions
  }

  /// The mean of what is best for each group at the next prices, which also gives a bound.
  private mutating func next() -> [Double]? {
    guard let slopes = slopes(), !isClosed, let best else { return nil }
    let count = best.decisions.count
    func mean(_ parts: [[Double]]) -> [Double] {
      (0..<count).map { j in parts.indices.reduce(0) { $0 + cuts.shares[$1] * parts[$1][j] } }
    }
    let slope = mean(slopes)
    var found = 0.0
    var own: [[Double]] = []
    for g in groups.indices {
      let prices = zip(slope, slopes[g]).map { $0 - $1 }
      guard let answer = solve(g, prices) else { return nil }
      cuts.add(group: g, constant: answer.bound, slope: prices.map { -$0 })
      found += cuts.shares[g] * answer.bound
      own.append(answer.decisions)
    }
    bound = max(bound, found)
    reach = (0..<count).map { j in own.reduce(0) { max($0, abs($1[j] - best.decisions[j])) } }
    return mean(own)
  }

  /// How each group's part of the objective changes with the decisions: at the first plan; later where the cuts are
  /// least, which is tried as well.
  private mutating func slopes() -> [[Double]]? {
    var slopes = best?.slopes
    for _ in 0..<(reach.isEmpty ? 0 : GroupedSolve.mostMinima) {
      guard let best else { break }
      let box = firstStage.decisions.indices.map { j -> (lower: Double, upper: Double) in
        let (decision, x) = (firstStage.decisions[j], best.decisions[j])
        return (max(decision.lower, x - reach[j]), min(decision.upper, x + reach[j]))
      }
      let known = recourses[0].decisionRows + rows
      guard
        let least = cuts.least(rows: known, lower: box.map(\.lower), upper: box.map(\.upper))
      else { break }
      slopes = least.slopes
      if isStopped || answer(least.decisions) == nil || isClosed { break }
    }
    return slopes
  }

  // MARK: Outcomes

  /// Takes in what the outcomes make of decisions. Returns whether one has no answer; nil where that is not known, or
  /// was known before.
  private mutating func answer(_ x: [Double]) -> Bool? {
    let broken = recourses.flatMap { $0.brokenRows(at: x) }
    if !broken.isEmpty { return learn(broken) ? true : nil }
    var found: [Recourse] = []
    for members in Array(programs.indices).chunks(of: GroupedSolve.chunkSize) {
      if isStopped { return nil }
      progress?(state("all outcomes, one by one", done: found.count, total: programs.count))
      let asked = answers(members, x)
      for (s, answer) in zip(members, asked) {
        iterations += answer.iterations
        if answer.end == .optimal { bases[s] = answer.basis }
      }
      found += asked
      if asked.contains(where: { $0.end == .stopped || $0.end == .failed }) { return nil }
      let told = asked.flatMap(\.rows)
      if !told.isEmpty { return learn(told) ? true : nil }
    }
    let answer = composed(x, found)
    for (g, members) in groups.enumerated() {
      let slope = answer.slopes[g]
      let value = members.reduce(0) { sum, s in
        sum + probabilities[s] * answer.parts[s].check.primalObjective / cuts.shares[g]
      }
      cuts.add(
        group: g, constant: zip(slope, x).reduce(value) { $0 - $1.0 * $1.1 }, slope: slope)
    }
    if best.map({ answer.value < $0.value }) ?? true { best = answer }
    return false
  }

  /// Takes in rows that decisions have to fulfil; false where all were known.
  private mutating func learn(_ told: [Recourse.Row]) -> Bool {
    var isNew = false
    for row in told {
      let key = RowKey(decisions: row.decisions, values: row.values)
      guard let place = placeOfRow[key] else {
        placeOfRow[key] = rows.count
        rows.append(row)
        isNew = true
        continue
      }
      if row.lower > rows[place].lower || row.upper < rows[place].upper { isNew = true }
      rows[place].lower = max(rows[place].lower, row.lower)
      rows[place].upper = max(rows[place].lower, min(rows[place].upper, row.upper))
    }
    return isNew
  }

  private func answers(_ members: [Int], _ x: [Double]) -> [Recourse] {
    let (recourses, bases, options) = (recourses, bases, options)
    return inParallel(members.count) { index in
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

  private func composed(_ x: [Double], _ found: [Recourse]) -> Answer {
    let none = [Double](repeating: 0, count: x.count)
    var answer = Answer(
      decisions: x, points: found.map(\.point), slopes: groups.map { _ in none }, parts: [],
      magnitude: 0)
    for (g, members) in groups.enumerated() {
      for s in members {
        let weight = probabilities[s] / cuts.shares[g]
        for j in x.indices { answer.slopes[g][j] += weight * found[s].slope[j] }
      }
    }
    for (s, own) in programs.enumerated() {
      guard let check = found[s].verification else { continue }
      answer.parts.append((weight: probabilities[s], check: check))
      let vector = own.objectives[0]
      var size = abs(vector.offset)
      for (j, value) in vector.coefficients.enumerated() where value != 0 {
        size += abs(value * found[s].point[j])
      }
      answer.magnitude += probabilities[s] * size
    }
    return answer
  }

  private func verification(_ answer: Answer) -> Verification {
    Verification(
      sumOf: answer.parts, bound: bound, boundIsProven: boundIsProven, magnitude: answer.magnitude,
      gapTolerance: gap)
  }

  // MARK: Groups

  /// What is best for a group at prices on the decisions, each in the objective's unit for a unit of the decision.
  private mutating func solve(_ group: Int, _ prices: [Double])
    -> (decisions: [Double], bound: Double)?
  {
    let members = groups[group]
    let whole = cuts.shares[group]
    let extensive = ExtensiveProgram(
      members.map { programs[$0] }, probabilities: members.map { probabilities[$0] / whole },
      risk: RiskMeasure(.expected), firstStage: firstStage.among(members))
    var program = extensive.allocation.program
    var costs = program.cost
    for j in prices.indices { costs[j] += prices[j] }
    program.setCosts(costs)
    for row in rows { program.add(row) }
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
      options: options, gapTolerance: GroupedSolve.shareOfGap * gap)
    switch outcome {
    case .optimal(let found), .unverified(let found, _):
      let check = found.verification
      iterations += found.iterations
      if !check.boundIsProven { boundIsProven = false }
      guard check.dualBound.isFinite else { return nil }
      return (Array(found.columnValues.prefix(prices.count)), check.dualBound)
    default:
      return nil
    }
  }

  // MARK: What is told

  private func state(_ phase: String, done: Int, total: Int) -> UncertaintyProgress {
    UncertaintyProgress(
      phase: phase, value: best?.value, bound: bound.isFinite ? bound : nil, done: done,
      total: total)
  }

  private func solution() -> AllocationSolution {
    var result = AllocationSolution.failed("no plan for all outcomes was found in groups of them")
    var stage = AllocationSolution.Stage(objective: objective, value: best?.value)
    stage.iterations = iterations
    stage.solveTime = seconds(ContinuousClock.now - started)
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
        + objective.rawValue
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
