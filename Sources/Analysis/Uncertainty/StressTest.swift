import Allocation
import LinearProgramming
import SupplyChain
import Support
import Synchronization

/// One plan carried out in every outcome (formulation section 7.3, stochastic program): what it decides before the
/// reveal is held, and the rest is decided anew in each outcome by itself.
///
/// What has been awarded is spent, so an outcome may leave a business unable to serve its debt, or private money without
/// its hurdle rate. There those rows are relaxed by the least sum of violations. Where an outcome does not admit the
/// decisions even so (no money, no such facility), they are cut back.
public struct StressTest: Sendable {
  public struct Outcome: Sendable {
    public var name: String
    /// The sample's number, from 1; nil where nothing is sampled.
    public var sample: Int?
    public var probability: Double
    public var status: SolutionStatus
    public var reason: String?
    /// By objective of the model; empty where there is no plan.
    public var objectives: [(objective: Objective, value: Double)] = []
    /// By year of the horizon; nil where a year has no demand.
    public var dependencyByYear: [Double?] = []
    /// Debts that are not served, and hurdle rates that are missed.
    public var violations: [ObligationViolation] = []
    /// Whether something that the plan decides before the reveal could not be done in full.
    public var isCutBack = false

    public var value: Double? { objectives.first?.value }
  }

  public var model: Model
  /// The first year in which the outcome is known.
  public var reveal: Int
  /// The plan that is carried out: the model's own, as it is planned for without uncertainty.
  public var plan: AllocationSolution
  public var outcomes: [Outcome]
  /// Over the outcomes that have a plan; nil where none has.
  public var spread: SampleStudy?
  public var isRelaxed: Bool

  /// Share of probability of the outcomes that have no plan however its decisions are cut back.
  public var shareWithoutPlan: Double {
    outcomes.filter { $0.status == .infeasible }.reduce(0) { $0 + $1.probability }
  }

  /// How many outcomes were not looked at to the end.
  public var unfinished: Int {
    outcomes.count { $0.value == nil && $0.status != .infeasible }
  }
}

extension StressTest {
  /// Carries the plan for a model out in outcomes.
  ///
  /// - Parameters:
  ///   - base: the model as it is planned for without uncertainty.
  ///   - settings: the time limit holds for all solves together.
  /// - Throws: `StressProblem`, where the model itself has no plan or the outcomes have other horizons or modules.
  public static func find(
    _ list: OutcomeList, base: Model, settings: RunSettings
  ) throws(StressProblem) -> StressTest {
    let started = ContinuousClock.now
    settings.report("the plan", 0, nil)
    let program = AllocationProgram(base, relaxed: settings.isRelaxed)
    let plan = solve(program, settings.allocation)
    switch plan.status {
    case .optimal, .feasible: break
    case .infeasible, .unbounded: throw .study(.noPlan(plan.status, plan.reason ?? ""))
    case .interrupted: throw .study(.interrupted)
    case .failed: throw .study(.notVerified(plan.reason ?? ""))
    }
    var rest = settings
    rest.allocation.timeLimit = settings.allocation.timeLimit.map {
      max(0, $0 - (ContinuousClock.now - started).seconds)
    }
    return try find(list, carrying: plan, of: base, settings: rest)
  }

  /// Carries a plan that is known out in outcomes.
  ///
  /// - Parameters:
  ///   - plan: of `base`, with the whole-number rules as in `settings`.
  ///   - settings: the time limit holds for all solves together.
  public static func find(
    _ list: OutcomeList, carrying plan: AllocationSolution, of base: Model, settings: RunSettings
  ) throws(StressProblem) -> StressTest {
    guard list.uncertainty.reveal > base.horizon.start else {
      throw .outcomes(.nothingToDecide(reveal: list.uncertainty.reveal))
    }
    let program = AllocationProgram(base, relaxed: settings.isRelaxed)
    let run = OutcomeRun(
      list: list, program: program, point: plan.point, settings: settings,
      started: ContinuousClock.now, ordering: SharedOrdering(program, plan),
      planned: program.program.integerCount == 0 ? WorkingColumns(of: plan, in: program) : nil)
    var test = StressTest(
      model: base, reveal: list.uncertainty.reveal, plan: plan, outcomes: try run.outcomes(),
      isRelaxed: settings.isRelaxed)
    test.spread = SampleStudy(test, list)
    return test
  }

  private init(
    model: Model, reveal: Int, plan: AllocationSolution, outcomes: [Outcome], isRelaxed: Bool
  ) {
    self.model = model
    self.reveal = reveal
    self.plan = plan
    self.outcomes = outcomes
    self.isRelaxed = isRelaxed
  }
}

/// What keeps a plan from being carried out in outcomes.
public enum StressProblem: Error, Sendable, CustomStringConvertible {
  case study(StudyEnd)
  case outcomes(UncertaintyProblem)

  public var description: String {
    switch self {
    case .study(let end): end.description
    case .outcomes(let problem): problem.description
    }
  }
}

/// The solves of the outcomes, on all cores.
private struct OutcomeRun: Sendable {
  let list: OutcomeList
  let program: AllocationProgram
  let point: [Double]
  let settings: RunSettings
  let started: ContinuousClock.Instant
  /// Of the plan, for the interior point's normal equations.
  let ordering: SharedOrdering?
  /// Those of the plan, in all steps; nil where there are whole numbers.
  let planned: WorkingColumns?

  /// The first outcome of each scenario is carried out among the columns of the plan, and the others among those that these
  /// use as well.
  func outcomes() throws(StressProblem) -> [StressTest.Outcome] {
    let all = list.outcomes
    let firsts = all.indices.filter { index in
      all.firstIndex { $0.scenario == all[index].scenario } == index
    }
    let others = all.indices.filter { !firsts.contains($0) }
    let done = Mutex(0)
    var found = [StressTest.Outcome?](repeating: nil, count: all.count)
    var working = planned
    for wave in [firsts, others] {
      let known = working
      let results = concurrentMap(wave.count) { place in
        let result = Swift.Result { () throws(UncertaintyProblem) in
          try outcome(wave[place], among: known)
        }
        let number = done.withLock { done in
          done += 1
          return done
        }
        settings.report("outcomes", number, all.count)
        return result
      }
      for (index, result) in zip(wave, results) {
        do throws(UncertaintyProblem) {
          let result = try result.get()
          found[index] = result.outcome
          if let used = result.used { working?.formUnion(used) }
        } catch {
          throw .outcomes(error)
        }
      }
    }
    return found.compactMap(\.self)
  }

  private struct Result: Sendable {
    var outcome: StressTest.Outcome
    /// nil where there is no plan.
    var used: WorkingColumns?
  }

  private func outcome(
    _ index: Int, among known: WorkingColumns?
  ) throws(UncertaintyProblem) -> Result {
    let outcome = list.outcomes[index]
    var working = known
    var result = StressTest.Outcome(
      name: outcome.name, sample: outcome.sample, probability: outcome.probability,
      status: .interrupted)
    guard !isStopped else { return Result(outcome: result) }
    // Awards that do not pay in this outcome keep their columns, as they may have been made.
    let own = AllocationProgram(
      outcome.model, relaxed: settings.isRelaxed, keepsUnpayable: true
    ).freeing(targets: freeYears)
    let stage = try FirstStage([program, own], reveal: list.uncertainty.reveal)
    let decisions = stage.values(program, point: point)
    let held = own.holding(stage.held(decisions, in: 1))
    result.isCutBack = stage.isCutBack(decisions, in: 1, of: own)
    var solution = solve(held, inner(working))
    if solution.status == .infeasible, let relaxed = held.feasibilityRelaxation(inner(working)) {
      // What the relaxation uses is feasible together.
      working?.add(own, relaxed.point)
      solution = solve(relaxed.program, from: relaxed.start, inner(working))
    }
    if solution.status == .infeasible, !isStopped {
      solution = solve(own.holding(stage.held(decisions, in: 1), mayCutBack: true), inner(nil))
      result.isCutBack = true
    }
    result.status = solution.status
    result.reason = solution.reason
    guard !solution.point.isEmpty, solution.status == .optimal || solution.status == .feasible
    else { return Result(outcome: result) }
    result.objectives = solution.objectives
    result.violations = own.violations(at: solution.point)
    result.dependencyByYear = Plan(own, point: solution.point).dependencyByYear
    return Result(outcome: result, used: WorkingColumns(of: solution, in: own))
  }

  /// Years whose targets no outcome must keep by itself.
  private var freeYears: [Int] {
    let probabilities = list.outcomes.map(\.probability)
    return list.uncertainty.chances.keys.filter { year in
      let chance = list.uncertainty.chances[year] ?? 1
      return ChanceTarget.mayBeMissed(chance, probabilities: probabilities)
    }
  }

  private var isStopped: Bool {
    settings.cancellation?.isCancelled == true || secondsLeft.map { $0 <= 0 } == true
  }

  private var secondsLeft: Double? {
    settings.allocation.timeLimit.map { $0 - (ContinuousClock.now - started).seconds }
  }

  private func inner(_ working: WorkingColumns?) -> AllocationSettings {
    var result = settings.allocation
    result.timeLimit = secondsLeft.map { max(0, $0) }
    result.wantsPlan = false
    result.progress = nil
    result.sharedOrdering = ordering
    result.workingColumns = working
    return result
  }
}
