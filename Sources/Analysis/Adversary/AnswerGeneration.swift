import Allocation
import LinearProgramming
import SupplyChain
import Support

/// The plan against an adversary by column-and-constraint generation (Zeng and Zhao 2013; formulation section 7.5,
/// decomposition).
///
/// A master program plans against the answers found so far, which gives a lower bound. Then every allowed answer is
/// evaluated at its decisions, which gives an upper bound, and the worst ones join the master, until none does worse than
/// the master's value. The first objective is minimised alone; then it is held, and the later ones are minimised in the
/// same way.
struct AnswerGeneration {
  /// Decisions before the reveal with every answer evaluated.
  struct Found: Sendable {
    var decisions: [Double]
    /// By answer.
    var values: [AnswerEvaluation.Value]
    /// The worst value less its cost.
    var worst: Double
    var solution: AllocationSolution
  }

  enum End: Sendable {
    case optimal
    /// There is no plan for the answers in the master together.
    case infeasible(AllocationSolution)
    /// Answers without a plan, even if they were known from the start.
    case conflict(OutcomeConflict)
    case stopped(String)
    case failed(String)
  }

  /// How much worse than the master's value an answer may be, in units of the first objective.
  static let tolerance = 1e-8
  /// What rounding may do to the value of an answer that is in the master.
  static let rounding = 1e-6
  /// How much worse than the master's value an answer is that joins it before all others are looked at.
  static let farWorse = 1e-4
  /// What the block-angular method leaves open of a value, relative to it: its own tolerance of `AnswerMaster.gap` aside.
  static let slackOfBlocks = 1e-5
  /// Answers that a master has at least, but for that of the empty one.
  static let leastMembers = 3
  /// Answers that the master begins with at most.
  static let mostFirst = 5
  /// Members that are asked alone for a bound after a solve of the master.
  static let mostAlone = 2
  /// Answers that join the master at a time.
  static let mostAtOnce = 3

  let programs: [AllocationProgram]
  let costs: [Double]
  let answers: [Answer]
  let firstStage: FirstStage
  let settings: AllocationSettings
  let progress: (@Sendable (RunProgress) -> Void)?
  /// Which of some answers have no plan by themselves; nil where all have one.
  let conflictAlone: ([Int]) -> OutcomeConflict?

  var evaluation: AnswerEvaluation
  var master: AnswerMaster
  /// Proven: no plan does better in the first objective.
  private(set) var bound = -Double.infinity
  /// The master's solve of the first objective that gave `bound`.
  private(set) var boundStage: AllocationSolution.Stage?
  private(set) var boundMembers: [Int] = []
  private var provenAlone: Set<Int> = []
  /// Answers with a plan by themselves, whose columns are among the working ones.
  var foundAlone: Set<Int> = []
  /// The best plan so far that has been held against every answer.
  private(set) var best: Found?
  /// The last plan that has been held against some of them, until there is one held against all.
  private(set) var partial: Partial?
  /// What was done, for people.
  private(set) var attempts: [Attempt] = []
  var estimates: [Double]
  /// Whether the masters are too large for the simplex.
  let isLarge: Bool
  let mostNonzerosOfSimplex: Int
  /// The master's last value of the first objective; `bound` but for the gap of whole numbers.
  private(set) var level = 0.0
  /// What the worst answer may come to in the present round.
  var allowed = 0.0
  /// Whether the present plan of the master is of the block-angular method.
  var isByBlocks = false
  /// Answers that had no plan on the working columns at earlier decisions.
  var openBefore: Set<Int> = []
  /// The answers at the present decisions, as far as they have been looked at.
  var looked: [AnswerEvaluation.End?] = []
  private let started = ContinuousClock.now

  init(
    _ programs: [AllocationProgram], costs: [Double], answers: [Answer], firstStage: FirstStage,
    _ settings: AllocationSettings, progress: (@Sendable (RunProgress) -> Void)?,
    mostNonzerosOfSimplex: Int = AnswerMaster.mostNonzerosOfSimplex,
    conflictAlone: @escaping ([Int]) -> OutcomeConflict? = { _ in nil }
  ) {
    let nonzeros = Self.leastMembers * programs[0].program.nonzeroCount
    isLarge =
      nonzeros > mostNonzerosOfSimplex && settings.engine == .automatic && settings.external == nil
      && !programs.contains { $0.program.integerCount > 0 }
    self.mostNonzerosOfSimplex = mostNonzerosOfSimplex
    self.conflictAlone = conflictAlone
    self.programs = programs
    self.costs = costs
    self.answers = answers
    self.firstStage = firstStage
    self.settings = settings
    self.progress = progress
    evaluation = AnswerEvaluation(
      programs, costs: costs, firstStage: firstStage, neighbours: Answer.neighbours(answers),
      isLarge: isLarge)
    master = AnswerMaster(
      programs, costs: costs, firstStage: firstStage, members: Self.firstMembers(answers),
      mostNonzerosOfSimplex: mostNonzerosOfSimplex)
    // Before anything is known, many moves are worse than few.
    estimates = answers.map { Double($0.size) }
  }

  /// No answer, and large ones that have every move among them: decisions that stand against these, and serve their debts
  /// under them, seldom leave another answer without a recourse.
  private static func firstMembers(_ answers: [Answer]) -> [Int] {
    var members = [0]
    var met: Set<Int> = []
    let order = answers.indices.sorted { (answers[$1].size, $0) < (answers[$0].size, $1) }
    while members.count < mostFirst {
      func fresh(_ answer: Int) -> Int { Set(answers[answer].moves).subtracting(met).count }
      // The first of the largest.
      var next = 0
      for answer in order where fresh(answer) > fresh(next) { next = answer }
      if fresh(next) == 0 { break }
      members.append(next)
      met.formUnion(answers[next].moves)
    }
    return members
  }

  var deadline: ContinuousClock.Instant? {
    settings.timeLimit.map { started + .seconds($0) }
  }

  var inner: AllocationSettings {
    var result = settings
    result.timeLimit = deadline.map { max(0, ($0 - ContinuousClock.now).seconds) }
    result.wantsPlan = false
    result.progress = nil
    return result
  }

  var isStopped: Bool {
    settings.cancellation?.isCancelled == true || inner.timeLimit == 0
  }

  var why: String {
    settings.cancellation?.isCancelled == true ? "interrupted" : "the time limit was reached"
  }

  mutating func run() -> End {
    if isLarge, let end = start() { return end }
    while true {
      guard let end = round(held: nil) else { continue }
      guard case .optimal = end, programs[0].objectives.count > 1 else {
        return end
      }
      break
    }
    while true {
      if let end = round(held: level) { return end }
    }
  }

  /// One solve of the master and one look at all answers; nil: answers have joined the master.
  ///
  /// - Parameter held: the best value of the first objective, where later ones are minimised.
  private mutating func round(held: Double?) -> End? {
    if isStopped { return .stopped(why) }
    report("the worst \(master.members.count) answers together", nil)
    var (solution, points) = master.solve(held: held, inner)
    switch solution.status {
    case .optimal: break
    case .infeasible where held == nil: return .infeasible(solution)
    // There is a plan; what holds the first objective's best value leaves no room for rounding.
    case .infeasible: return .failed("no plan holds the worst answer for the later objectives")
    case .interrupted, .feasible: return .stopped(why)
    // A plan whose gap is larger than asked for bounds the best from both sides all the same.
    case .failed where !points.isEmpty && solution.isFeasible: break
    case .unbounded, .failed: return .failed(solution.reason ?? "the master was not solved")
    }
    if held == nil, let stage = solution.stages.first, let value = stage.value {
      level = value
      let proven = min(value, stage.verification?.dualBound ?? -.infinity)
      if proven > bound {
        bound = proven
        boundStage = stage
        boundMembers = master.members
      }
      if level - bound > Self.rounding { proveAlone(points) }
    }
    allowed = held.map { HeldObjective.allowed(best: $0) } ?? level
    isByBlocks = master.isByBlocks(settings)
    if isByBlocks {
      for (answer, point) in zip(master.members, points) {
        evaluation.add(answer, ofBlocks: point)
      }
    }
    let values = firstStage.values(programs[0], point: points[0])
    let decisions = isByBlocks ? firstStage.withoutTraces(values) : cleaned(values)
    let ends: [AnswerEvaluation.End?]
    switch isLarge ? lookedAt(decisions) : evaluated(decisions, points) {
    case nil: return stopped(decisions, solution)
    case .failure(let failure)?: return failure.end
    case .success(let found)?: ends = found
    }
    return settle(ends, decisions, &solution, held: held)
  }

  /// Takes the bound that an answer's solve by itself proves.
  mutating func take(_ solution: AllocationSolution, of answer: Int) {
    guard solution.status == .optimal, let stage = solution.stages.first, let value = stage.value,
      let check = stage.verification
    else { return }
    provenAlone.insert(answer)
    let proven = min(value, check.dualBound) - costs[answer]
    if proven > bound {
      bound = proven
      boundStage = stage
      boundMembers = [answer]
    }
  }

  /// Proves a bound by a member alone: where one decides the master's value, its own program has the same minimum, and
  /// the simplex finds multipliers to the last digit.
  private mutating func proveAlone(_ points: [[Double]]) {
    let deciding = zip(master.members, points).filter { answer, point in
      let net = programs[answer].objectives[0].value(at: point) - costs[answer]
      return net >= level - Self.rounding
    }
    for (answer, _) in deciding.prefix(Self.mostAlone) where !provenAlone.contains(answer) {
      provenAlone.insert(answer)
      let alone = AnswerMaster(
        programs, costs: costs, firstStage: firstStage, members: [answer])
      take(alone.solve(held: nil, inner).solution, of: answer)
    }
  }

  /// Every answer at decisions; see `AnswerEvaluation.evaluate`.
  mutating func evaluated(
    _ decisions: [Double], order: [Int], discards: Bool,
    known: [Int: AnswerEvaluation.Value] = [:], endsAtInfeasible: Bool = false, phase: String
  ) -> [AnswerEvaluation.End?] {
    let progress = progress
    let count = order.count
    return evaluation.evaluate(
      decisions, order: order, discards: discards, known: known, settings: inner,
      deadline: deadline, isEnough: { endsAtInfeasible && $0 == .infinity },
      report: {
        progress?(RunProgress(phase: phase, done: min($0, count), total: count))
      })
  }

  /// Decisions without what is awarded to facilities that get next to no capacity: rounding errors, which would leave
  /// rows of what follows a thousandth of a gram short.
  private func cleaned(_ decisions: [Double]) -> [Double] {
    var capacity: [Int32: Double] = [:]
    for (decision, value) in zip(firstStage.decisions, decisions)
    where decision.key.kind == .build {
      capacity[decision.key.first, default: 0] += abs(value) * decision.unit
    }
    return zip(firstStage.decisions, decisions).map { decision, value in
      let facility: Int32
      switch decision.key.kind {
      case .build, .privateMoney: facility = decision.key.first
      case .award: facility = decision.key.second
      default: return abs(value) < 1e-9 ? 0 : value
      }
      return capacity[facility, default: 0] < 1e-7 ? 0 : value
    }
  }

  struct Failure: Error { var end: End }

  /// What is known of decisions with which some answers have been looked at when it is stopped.
  private mutating func stopped(_ decisions: [Double], _ solution: AllocationSolution) -> End {
    if best == nil { partial = Partial(decisions, looked, costs, solution) }
    return .stopped(why)
  }

  /// The answers at the master's decisions; nil where it was stopped.
  private mutating func evaluated(
    _ decisions: [Double], _ points: [[Double]]
  ) -> Result<[AnswerEvaluation.End?], Failure>? {
    let order = programs.indices.sorted { (estimates[$1], $0) < (estimates[$0], $1) }
    let (count, bound, progress) = (programs.count, bound, progress)
    let top = best?.worst
    // A member's plan is known: the master's.
    let known = Dictionary(
      zip(master.members, points).map { ($0, evaluation.value(of: $0, at: $1)) },
      uniquingKeysWith: { first, _ in first })
    // Until there is a plan with every answer looked at, to be shown whenever the solve is stopped, none is left out
    // but where the decisions leave one without a recourse.
    let enough = best == nil ? Double.greatestFiniteMagnitude : allowed + Self.farWorse
    let found = evaluation.evaluate(
      decisions, order: order, discards: true, allowed: allowed, settings: inner,
      deadline: deadline,
      fallback: { known[$0] }, isEnough: { $0 > enough },
      report: {
        progress?(
          RunProgress(phase: "every answer", value: top, bound: bound, done: $0, total: count))
      })
    looked = found
    var ends: [AnswerEvaluation.End?] = []
    for (answer, end) in found.enumerated() {
      guard let end else {
        // Others do far worse; this one is looked at in a later round.
        if isStopped { return nil }
        ends.append(nil)
        continue
      }
      switch end {
      case .value, .infeasible, .open: ends.append(end)
      case .stopped: return nil
      case .failed(let reason):
        return .failure(Failure(end: .failed("answer \(answer + 1): \(reason)")))
      }
    }
    return .success(ends)
  }

  private mutating func settle(
    _ ends: [AnswerEvaluation.End?], _ decisions: [Double], _ solution: inout AllocationSolution,
    held: Double?
  ) -> End? {
    var nets: [Double] = []
    var values: [AnswerEvaluation.Value] = []
    for (answer, end) in ends.enumerated() {
      switch end {
      case .value(let value)?:
        values.append(value)
        nets.append(value.value - costs[answer])
      case nil:
        nets.append(-.infinity)
        continue
      default: nets.append(.infinity)
      }
      // An answer that rules decisions out is looked at first from then on.
      if nets[answer].isFinite {
        estimates[answer] = nets[answer]
      } else if !isLarge {
        estimates[answer] = max(2, estimates[answer])
      }
    }
    attempts.append(
      Attempt(
        .answers, result: "\(master.members.count) in the master, worst \(nets.max() ?? 0)",
        iterations: evaluation.solves))
    let worst = nets.max() ?? 0
    let joining = joining(nets)
    // Where only members are worse, by their own solve, that is rounding, or it is a fault.
    let isWhole = values.count == ends.count
    let isDone = isWhole && worst <= allowed + (joining.isEmpty ? Self.rounding : slack)
    let isBetter = held == nil ? worst < best?.worst ?? .infinity : isDone
    if !isWhole, best == nil { partial = Partial(decisions, ends, costs, solution) }
    if isWhole, isBetter {
      if held != nil, let stage = boundStage { solution.stages.insert(stage, at: 0) }
      best = Found(decisions: decisions, values: values, worst: worst, solution: solution)
    }
    if isDone { return .optimal }
    // What members are worse by is then told as the gap.
    if joining.isEmpty, isByBlocks, isWhole { return .optimal }
    if joining.isEmpty {
      return .failed("an answer does worse by its own solve than in the program of the worst ones")
    }
    let open = joining.filter { nets[$0] == .infinity && !foundAlone.contains($0) }
    if let conflict = conflictAlone(open) {
      return .conflict(conflict)
    }
    master.add(joining)
    return nil
  }

  /// By how much an answer outside of the master may be worse than its value.
  var slack: Double {
    isByBlocks ? max(Self.tolerance, Self.slackOfBlocks * abs(level)) : Self.tolerance
  }

  /// The answers that join the master: those without a recourse, then the worst, of neighbours one.
  private func joining(_ nets: [Double]) -> [Int] {
    // Of those without a recourse the larger sets first; where some were solved alone, the worst of them.
    func second(_ answer: Int) -> Double {
      isLarge
        ? (foundAlone.contains(answer) ? estimates[answer] : -.infinity)
        : Double(answers[answer].size)
    }
    let order = nets.indices.sorted { (nets[$1], second($1), $0) < (nets[$0], second($0), $1) }
    let most = isLarge ? Self.mostOpenAtOnce : Self.mostAtOnce
    var joining: [Int] = []
    for answer in order where nets[answer] > allowed + slack {
      if joining.count == most { break }
      if master.members.contains(answer)
        || joining.contains(where: { answers[$0].isNext(to: answers[answer]) })
      {
        continue
      }
      joining.append(answer)
    }
    return joining
  }

  func report(_ phase: String, _ iterations: Int?) {
    progress?(
      RunProgress(
        phase: phase, value: best?.worst, bound: bound.isFinite ? bound : nil,
        iterations: iterations))
  }
}

extension AllocationSolution {
  /// Whether its plan keeps all rules, whatever is proven of its value.
  fileprivate var isFeasible: Bool {
    stages.allSatisfy { $0.verification?.isFeasible == true }
  }
}
