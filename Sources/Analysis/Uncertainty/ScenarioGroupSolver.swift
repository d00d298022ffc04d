import LinearProgramming
import Support

/// Who solves the groups of scenario-group dual decomposition: this process (`OwnGroupSolver`), or others that a client
/// of a session asks.
public protocol ScenarioGroupSolver: Sendable {
  /// The answers, in the order of the questions, up to the first that has none.
  ///
  /// - Parameter run: when to stop, and where progress is told.
  func answers(
    to questions: [ScenarioGroupQuestion], of groups: ScenarioGroups, _ run: ScenarioGroupRun
  ) -> [ScenarioGroupAnswer]
}

/// What a group is asked: the minimum of its mean objective at nonanticipativity multipliers. Zeros have no sign, so that
/// every number is the same after it has been written in decimals.
public struct ScenarioGroupQuestion: Sendable {
  public let group: Int
  /// By decision before the reveal: a cost, in the objective's unit for a unit of the decision.
  public let multipliers: [Double]
  /// Feasibility cuts, rows that the decisions fulfil.
  public let cuts: [Recourse.Row]
  /// Seconds; nil: no limit.
  public let timeLimit: Double?
  /// The fingerprint of the group's program, where whoever answers may have another; else nil.
  public let program: String?

  public init(
    group: Int, multipliers: [Double], cuts: [Recourse.Row], timeLimit: Double? = nil,
    program: String? = nil
  ) {
    self.group = group
    self.program = program
    self.multipliers = multipliers.map { $0 + 0 }
    self.cuts = cuts.map { cut in
      Recourse.Row(
        decisions: cut.decisions, values: cut.values.map { $0 + 0 }, lower: cut.lower + 0,
        upper: cut.upper + 0)
    }
    self.timeLimit = timeLimit
  }
}

/// The minimiser of a group at its multipliers, and a bound. Zeros have no sign here either.
public struct ScenarioGroupAnswer: Sendable, Equatable {
  /// By decision before the reveal.
  public let decisions: [Double]
  /// Of the group's mean objective with the multipliers' costs: no decisions make it less.
  public let bound: Double
  /// Whether the bound holds in spite of rounding.
  public let boundIsProven: Bool
  public let iterations: Int

  public init(decisions: [Double], bound: Double, boundIsProven: Bool, iterations: Int) {
    self.decisions = decisions.map { $0 + 0 }
    self.bound = bound + 0
    self.boundIsProven = boundIsProven
    self.iterations = iterations
  }
}

/// What holds for all solves of one decomposition.
public struct ScenarioGroupRun: Sendable {
  public var cancellation: Cancellation?
  /// Seconds from the start; nil: no limit.
  var timeLimit: Double?
  let started = ContinuousClock.now
  /// Told how many groups are answered, and the iterations of the one that is being solved where that is known.
  public var progress: (@Sendable (_ done: Int, _ iterations: Int?) -> Void)?

  init(cancellation: Cancellation?, timeLimit: Double?) {
    self.cancellation = cancellation
    self.timeLimit = timeLimit
  }

  var secondsLeft: Double? {
    timeLimit.map { $0 - (ContinuousClock.now - started).seconds }
  }

  /// Whether work on it should end.
  public var isStopped: Bool {
    cancellation?.isCancelled == true || secondsLeft.map { $0 <= 0 } == true
  }
}

/// Solves the groups in this process, one after another, each on all cores.
struct OwnGroupSolver: ScenarioGroupSolver {
  func answers(
    to questions: [ScenarioGroupQuestion], of groups: ScenarioGroups, _ run: ScenarioGroupRun
  ) -> [ScenarioGroupAnswer] {
    var found: [ScenarioGroupAnswer] = []
    for question in questions {
      let timed = ScenarioGroupQuestion(
        group: question.group, multipliers: question.multipliers, cuts: question.cuts,
        timeLimit: run.secondsLeft.map { max(0, $0) })
      let done = found.count
      var follow: (@Sendable (SolverProgress) -> Void)?
      if let progress = run.progress { follow = { progress(done, $0.iterations) } }
      let answer = try? groups.answer(
        to: timed, cancellation: run.cancellation, progress: follow)
      guard let answer else { break }
      found.append(answer.answer)
    }
    return found
  }
}
