import Allocation
import LinearProgramming
import SupplyChain

/// The frontier of a program with whole numbers: scales are halved where the value still falls, until they
/// are as near as the resolution.
///
/// More money never makes a plan worse, so between two scales the value lies between their values.
struct StepFunctionSearch {
  private let session: BudgetSession
  private let settings: FrontierSettings
  private let watch: Stopwatch
  private let resolution: Double
  private var frontier: Frontier
  /// Sorted by scale; nil: no plan.
  private var steps: [(scale: Double, point: BudgetPoint?)] = []

  init(_ session: BudgetSession, _ settings: FrontierSettings, _ frontier: Frontier) {
    self.session = session
    self.settings = settings
    self.frontier = frontier
    watch = Stopwatch(limit: settings.run.allocation.timeLimit)
    resolution = max(settings.resolution ?? (settings.to - settings.from) / 64, 1e-6)
  }

  mutating func found() throws -> Frontier {
    frontier.resolution = resolution
    frontier.status = .optimal
    if try solve(at: settings.from), try solve(at: settings.to) {
      while let scale = nextScale, try solve(at: scale) {}
    }
    if frontier.status == .optimal || frontier.status == .feasible { fill() }
    return frontier
  }

  /// The middle of the widest fall in value that is wider than the resolution.
  private var nextScale: Double? {
    var best: (fall: Double, scale: Double)?
    for (a, b) in zip(steps, steps.dropFirst()) where b.scale - a.scale > resolution {
      guard let right = b.point else { continue }
      let fall = a.point.map { $0.value - right.value } ?? .infinity
      let slack = 1e-6 * max(abs(right.value), 1e-3)
      if fall > slack, fall > best?.fall ?? 0 { best = (fall, 0.5 * (a.scale + b.scale)) }
    }
    return best?.scale
  }

  /// False: the search has to end.
  private mutating func solve(at scale: Double) throws -> Bool {
    if watch.isOver { return stop(.feasible, "the time limit was reached") }
    let outcome = try session.solve(at: scale, timeLeft: watch.left)
    frontier.solves += 1
    switch outcome {
    case .optimal(let point):
      insert(scale, point)
      frontier.iterations += point.iterations
    case .infeasible(let reason):
      insert(scale, nil)
      if scale == settings.to { return stop(.infeasible, reason) }
    case .unbounded: return stop(.unbounded, "the objective falls without end")
    case .unverified(let reason):
      return stop(.failed, "the plan at budget scale \(scale) is not verified: \(reason)")
    case .feasible(let point, let reason):
      insert(scale, point)
      return stop(.feasible, reason)
    case .stopped(let reason): return stop(.feasible, reason)
    }
    settings.run.progress?(RunProgress(phase: "frontier", done: frontier.solves))
    return true
  }

  private mutating func insert(_ scale: Double, _ point: BudgetPoint?) {
    let index = steps.firstIndex { $0.scale > scale } ?? steps.count
    steps.insert((scale, point), at: index)
  }

  private mutating func stop(_ status: SolutionStatus, _ reason: String) -> Bool {
    frontier.status = status
    frontier.reason = reason
    return false
  }

  private mutating func fill() {
    let solved = steps.compactMap(\.point)
    guard let last = solved.last else {
      frontier.status = .interrupted
      return
    }
    if steps.first?.point == nil { frontier.smallestFeasible = solved.first?.scale }
    frontier.breakpoints = solved.map { point in
      Frontier.Breakpoint(
        scale: point.scale, budget: point.scale * frontier.appropriations, value: point.value,
        slopeLeft: nil, slopeRight: nil, verification: point.verification)
    }
    frontier.gap = solved.reduce(0) { max($0, $1.value - $1.bound) }
    let slack = 1e-6 * max(abs(last.value), 1e-3)
    if frontier.status == .optimal {
      frontier.saturation = solved.first { $0.value <= last.value + slack }?.scale
      if frontier.saturation == last.scale, solved.count > 1 { frontier.saturation = nil }
    }
    frontier.binding = Binding.list(session.program.allocation, last)
  }
}
