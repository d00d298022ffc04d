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
      var options = settings.allocation
      options.relativeGap = nil
      continuous.solution = solve(continuous.allocation, options)
    }
    // A plan that a limit stopped is no measure of what changes it.
    guard !settings.isCancelled, continuous.solution.status == .optimal,
      let plan = continuous.solution.plan
    else {
      context.isInterrupted = settings.isCancelled
      return context
    }
    if !isWhole {
      settings.progress?(RunProgress(phase: "plans as good"))
      context.equallyGood = .find(allocation, solution, plan, settings)
      context.equallyGoodTime = lap()
    }
    settings.progress?(RunProgress(phase: "more years beyond the end"))
    context.endEffect = .find(continuous.allocation, plan, isRelaxed: isWhole, settings)
    context.endEffectTime = lap()
    if settings.isCancelled {
      context.isInterrupted = true
      return context
    }
    settings.progress?(RunProgress(phase: "inputs that move the answer"))
    context.sensitivity = .find(
      continuous.allocation, continuous.solution, isRelaxed: isWhole, settings)
    context.sensitivityTime = lap()
    context.isInterrupted = settings.isCancelled
    return context
  }
}

extension RunSettings {
  fileprivate var isCancelled: Bool { cancellation?.isCancelled == true }
}
