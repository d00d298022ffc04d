import Allocation
import LinearProgramming
import SupplyChain
import Support

/// What stands beside a plan so that it can be judged: what private money alone would build, how much hangs on the end
/// of the horizon, and which inputs move the answer most. The plan itself is not changed by it.
public struct PlanContext: Sendable {
  /// nil where the model has no programme.
  public var baseline: PrivateBaseline?
  /// nil where there is no money to award.
  public var endEffect: EndEffect?
  public var sensitivity: InputSensitivity?
  /// nil in whole numbers, where it is not looked for.
  public var equallyGood: EquallyGood?
  /// Seconds.
  public var baselineTime = 0.0
  public var equallyGoodTime = 0.0
  public var endEffectTime = 0.0
  public var sensitivityTime = 0.0
  /// Whether it was cancelled before all was found.
  public var isInterrupted = false

  init() {}

  /// - Parameters:
  ///   - solution: the answer of `allocation`.
  ///   - settings: those that the plan was solved with; a time limit holds for each solve.
  /// - Returns: nil where there is no plan.
  public static func find(
    _ allocation: AllocationProgram, _ solution: AllocationSolution, _ settings: RunSettings
  ) -> PlanContext? {
    guard solution.status == .optimal || solution.status == .feasible, solution.plan != nil else {
      return nil
    }
    // The solves of a large model beside its plan share the plan's fill-reducing ordering.
    var sharing = settings
    sharing.allocation.sharedOrdering = SharedOrdering(allocation, solution)
    let shared = sharing
    let isWhole = allocation.program.integerCount > 0
    let hasRelaxedPlan = isWhole || solution.status == .optimal
    let (longer, found) = concurrently(
      { hasRelaxedPlan ? EndEffect.Longer(allocation.model, shared) : nil },
      {
        Search(allocation: allocation, solution: solution, settings: settings, shared: shared)
          .run()
      })
    var context = found.context
    if let longer, let plan = found.plan {
      context.endEffect = EndEffect(plan, of: allocation.model, longer, isRelaxed: isWhole)
      context.endEffectTime = longer.time
    }
    context.isInterrupted = settings.isCancelled
    return context
  }

  /// What is found one after another while the longer model is solved.
  private struct Search {
    let allocation: AllocationProgram
    let solution: AllocationSolution
    let settings: RunSettings
    /// The same settings with the plan's ordering.
    let shared: RunSettings

    /// The context without the effect of the end, and the plan without whole numbers; nil where there is none.
    func run() -> (context: PlanContext, plan: Plan?) {
      var context = PlanContext()
      let clock = ContinuousClock()
      var last = clock.now
      func lap() -> Double {
        defer { last = clock.now }
        return (clock.now - last).seconds
      }
      settings.progress?(RunProgress(phase: "without public money"))
      context.baseline = .find(
        allocation.model, planTime: solution.solveTime + solution.verifyTime, settings)
      context.baselineTime = lap()
      let isWhole = allocation.program.integerCount > 0
      var continuous = (allocation: allocation, solution: solution)
      if isWhole, !settings.isCancelled {
        settings.progress?(RunProgress(phase: "the relaxed plan"))
        continuous.allocation = AllocationProgram(allocation.model, relaxed: true)
        var options = shared.allocation
        options.relativeGap = nil
        continuous.solution = solve(continuous.allocation, options)
      }
      // A plan that a limit stopped is no measure of what changes it.
      guard !settings.isCancelled, continuous.solution.status == .optimal,
        let plan = continuous.solution.plan
      else { return (context, nil) }
      if !isWhole {
        settings.progress?(RunProgress(phase: "plans as good"))
        _ = lap()
        context.equallyGood = .find(allocation, solution, plan, settings)
        context.equallyGoodTime = lap()
      }
      if settings.isCancelled { return (context, plan) }
      settings.progress?(RunProgress(phase: "inputs that move the answer"))
      _ = lap()
      context.sensitivity = .find(
        continuous.allocation, continuous.solution, isRelaxed: isWhole, shared)
      context.sensitivityTime = lap()
      return (context, plan)
    }
  }
}

extension RunSettings {
  fileprivate var isCancelled: Bool { cancellation?.isCancelled == true }
}
