import Allocation
import LinearProgramming
import SupplyChain

/// How far a planner sees, and how far each plan is carried out before the next is made.
public struct RollingSettings: Sendable {
  /// Years seen from the first year of each plan on.
  public var foresight: Int
  /// Years committed by each plan; not more than `foresight`.
  public var step: Int
  public var isRelaxed = false
  /// The time limit holds for each solve.
  public var allocation = AllocationSettings()
  /// The window's first and last year seen; nil: the plan with full foresight.
  public var progress: (@Sendable (ClosedRange<Int>?) -> Void)?

  public init(foresight: Int, step: Int) {
    self.foresight = foresight
    self.step = step
  }
}

/// Plans made one after the other with short sight, beside the plan with full foresight.
public struct RollingPlan: Sendable {
  /// One plan: what it saw, and what it committed.
  public struct Window: Sendable {
    public var seen: ClosedRange<Int>
    public var committed: ClosedRange<Int>
    public var status: SolutionStatus
    /// Whether earlier awards had to be let off what they owe for there to be a plan.
    public var isLetOff = false
  }
  public var settings: RollingSettings
  public var windows: [Window]
  /// All that was committed, as a plan for the whole horizon.
  public var rolling: AllocationSolution
  public var full: AllocationSolution
  /// What the businesses paid for by the rolling plan cannot bear.
  public var shortfalls: [Shortfall] = []

  /// By objective: what short sight costs.
  public var cost: [(objective: Objective, value: Double)] {
    zip(rolling.objectives, full.objectives).map { ($0.objective, $0.value - $1.value) }
  }
}

/// Plans with a horizon that rolls on: each plan sees `foresight` years and nothing beyond, its first
/// `step` years are committed, and the next plan starts from there. Once a plan sees the end it is carried
/// out as it is.
///
/// A planner with short sight expects everything to stay as it is in the last year seen, and no money after it
/// (`Model.seen(until:)`). So what is committed may not fit what comes: debt that cannot be served, private money that
/// cannot earn its rate. Then the plan goes on with as little of both as there can be, and tells it (`shortfalls`).
/// Where that does not help there is no plan, and the solution says when.
public func rollingPlan(_ model: Model, _ settings: RollingSettings) -> RollingPlan {
  let horizon = model.horizon
  var committed: [ColumnKey: Double] = [:]
  var windows: [RollingPlan.Window] = []
  var rolling = AllocationSolution.failed("no plan was made")
  var shortfalls: [Shortfall] = []
  var first = horizon.start
  while true {
    let last = min(first + settings.foresight - 1, horizon.end)
    settings.progress?(first...last)
    let past = (first - horizon.start) * horizon.stepsPerYear
    let program = AllocationProgram(model.seen(until: last), relaxed: settings.isRelaxed)
      .committing(committed, before: past)
    var inner = settings.allocation
    inner.wantsPlan = last == horizon.end
    rolling = solve(program, inner)
    var isLetOff = false
    if rolling.status == .infeasible, let eased = program.lettingOff(inner) {
      rolling = solve(eased, inner)
      isLetOff = true
    }
    let next = last == horizon.end ? horizon.end + 1 : first + settings.step
    windows.append(
      .init(
        seen: first...last, committed: first...(next - 1), status: rolling.status,
        isLetOff: isLetOff))
    guard last < horizon.end else {
      if !rolling.point.isEmpty { shortfalls = program.shortfalls(at: rolling.point) }
      break
    }
    guard rolling.status == .optimal || rolling.status == .feasible else {
      rolling.reason =
        "the plan made in \(first) with sight to \(last): \(rolling.reason ?? "no plan was found")"
      rolling.stages = []
      rolling.point = []
      break
    }
    let known = (next - horizon.start) * horizon.stepsPerYear
    for (j, key) in program.columns.enumerated() where Int(key.step) < known {
      committed[key] = rolling.point[j]
    }
    first = next
  }
  settings.progress?(nil)
  let full =
    settings.allocation.cancellation?.isCancelled == true
    ? .failed("interrupted")
    : solve(AllocationProgram(model, relaxed: settings.isRelaxed), settings.allocation)
  return RollingPlan(
    settings: settings, windows: windows, rolling: rolling, full: full, shortfalls: shortfalls)
}
