import Allocation
import LinearProgramming
import SupplyChain

/// The look-ahead of each plan of a rolling horizon, and how much of it is committed before the next is made.
public struct RollingSettings: Sendable {
  /// Look-ahead: years seen from the first year of each plan on.
  public var foresight: Int
  /// Years committed by each plan; not more than `foresight`.
  public var step: Int
  /// Whether the plan with full foresight is found too; else it is an interrupted one.
  public var comparesFullForesight = true
  /// The time limit holds for each solve.
  public var run = RunSettings()

  public init(foresight: Int, step: Int) {
    self.foresight = foresight
    self.step = step
  }
}

/// Plans made one after the other with limited (myopic) foresight, beside the plan with perfect foresight.
public struct RollingPlan: Sendable {
  /// One plan: the years it saw, and those it committed.
  public struct Window: Sendable {
    public var seen: ClosedRange<Int>
    public var committed: ClosedRange<Int>
    public var status: SolutionStatus
    /// Whether obligations from earlier awards had to be relaxed (`AllocationProgram.feasibilityRelaxation`).
    public var isFeasibilityRelaxed = false
  }
  public var settings: RollingSettings
  public var windows: [Window]
  /// All that was committed, as a plan for the whole horizon.
  public var rolling: AllocationSolution
  public var full: AllocationSolution
  /// Debt service and hurdle rates that the rolling plan violates.
  public var violations: [ObligationViolation] = []

  /// By objective, in its unit: the cost of limited foresight.
  public var cost: [(objective: Objective, value: Double)] {
    zip(rolling.objectives, full.objectives).map { ($0.objective, $0.value - $1.value) }
  }
}

/// Rolling-horizon planning: each plan sees `foresight` years and nothing beyond, its first `step` years are
/// committed, and the next plan starts from there. The first plan that sees the end of the horizon is committed whole.
///
/// A planner with limited foresight expects everything to stay as it is in the last year seen, and no money after it
/// (`Model.seen(until:)`). So the committed decisions may be infeasible later: debt that cannot be served, private money
/// that cannot earn its hurdle rate. Then those rows are relaxed by the least sum of violations, which `violations`
/// lists. Where the program is still infeasible there is no plan, and the solution's reason says in which year.
public func rollingPlan(_ model: Model, _ settings: RollingSettings) -> RollingPlan {
  let horizon = model.horizon
  var committed: [ColumnKey: Double] = [:]
  var windows: [RollingPlan.Window] = []
  var rolling = AllocationSolution.failed("no plan was made")
  var violations: [ObligationViolation] = []
  var first = horizon.start
  while true {
    let last = min(first + settings.foresight - 1, horizon.end)
    settings.run.progress?(RunProgress(phase: "\(first): sees to \(last)"))
    let past = (first - horizon.start) * horizon.stepsPerYear
    let program = AllocationProgram(
      model.seen(until: last), relaxed: settings.run.isRelaxed, keepsUnpayable: true
    )
    .committing(committed, before: past)
    var inner = settings.run.allocation
    inner.wantsPlan = last == horizon.end
    rolling = solve(program, inner)
    var isFeasibilityRelaxed = false
    if rolling.status == .infeasible, let relaxed = program.feasibilityRelaxation(inner) {
      rolling = solve(relaxed.program, from: relaxed.start, inner)
      isFeasibilityRelaxed = true
    }
    let next = last == horizon.end ? horizon.end + 1 : first + settings.step
    windows.append(
      .init(
        seen: first...last, committed: first...(next - 1), status: rolling.status,
        isFeasibilityRelaxed: isFeasibilityRelaxed))
    if rolling.status != .optimal {
      rolling.reason =
        "the plan made in \(first) with foresight to \(last): \(rolling.reason ?? "no plan was found")"
    }
    guard last < horizon.end else {
      if !rolling.point.isEmpty { violations = program.violations(at: rolling.point) }
      break
    }
    guard rolling.status == .optimal || rolling.status == .feasible else {
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
  settings.run.progress?(RunProgress(phase: "perfect foresight"))
  let full =
    settings.run.allocation.cancellation?.isCancelled == true || !settings.comparesFullForesight
    ? .failed("interrupted")
    : solve(AllocationProgram(model, relaxed: settings.run.isRelaxed), settings.run.allocation)
  return RollingPlan(
    settings: settings, windows: windows, rolling: rolling, full: full, violations: violations)
}
