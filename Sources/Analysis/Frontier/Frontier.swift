import Allocation
import LinearProgramming
import SupplyChain
import Support

/// What a frontier is asked for.
public struct FrontierSettings: Sendable {
  /// Budget scales, 0 or more, the second larger.
  public var from = 0.0
  public var to = 3.0
  /// Budget scales nearer than this are not told apart where there are whole numbers; nil: 1/64 of the range.
  public var resolution: Double?
  /// Whether every breakpoint of an exact frontier tells what its plan awards and builds.
  public var keepsDecisions = false
  /// A basis of the program from which the smallest scale is a few iterations away; nil: it is solved cold.
  var start: Basis?
  /// Whether the last segment of the range is searched first.
  var searchesLastFirst = false
  /// The time limit holds for all solves together; progress is told after every solve, with the solves so far.
  public var run = RunSettings()
  public init() {}
}

/// The best value of a model's first objective at every budget (formulation section 7.2, frontier).
///
/// For the continuous program it is a convex, falling, piecewise linear function of the budget scale λ, and
/// `breakpoints` are all of its corners: exact, not samples. With whole numbers it is a step function, and they
/// are the scales that were solved.
public struct Frontier: Sendable {
  public struct Breakpoint: Sendable {
    public var scale: Double
    /// Appropriations inside the horizon at this scale, millions.
    public var budget: Double
    public var value: Double
    /// Change of the value a unit of scale; nil at the ends, and everywhere on a step function.
    public var slopeLeft: Double?
    public var slopeRight: Double?
    public var verification: Verification
    /// What its plan builds, awards and buys; nil where that was not asked for.
    public var decisions: Plan?
  }

  public var objective: Objective
  /// `optimal`: the whole range is settled. `feasible`: stopped early, what is known is here.
  public var status: SolutionStatus
  public var reason: String?
  public var isExact: Bool
  public var from: Double
  public var to: Double
  /// Appropriations inside the horizon at scale 1, millions.
  public var appropriations: Double
  public var breakpoints: [Breakpoint] = []
  /// The smallest scale with a plan, where the smallest asked for has none. On a step function the smallest that
  /// was found.
  public var smallestFeasible: Double?
  /// The scale from which on more money changes nothing; nil where it helps to the end.
  public var saturation: Double?
  /// What else than money the best value hangs on at the largest scale, the most important first.
  public var binding: [Binding] = []
  /// Of a step function: scales nearer than this are not told apart.
  public var resolution: Double?
  /// Of a step function: the largest distance of a value to its proven bound.
  public var gap: Double?
  public var solves = 0
  public var iterations = 0

  /// Change of the value per million at a piece's slope.
  public func perMillion(_ slope: Double) -> Double {
    appropriations > 0 ? slope / appropriations : 0
  }

  /// The value at a scale between two breakpoints, on the line between them; nil outside.
  public func value(at scale: Double) -> Double? {
    guard let first = breakpoints.first, let last = breakpoints.last, scale >= first.scale,
      scale <= last.scale
    else { return nil }
    let upper = breakpoints.firstIndex { $0.scale >= scale } ?? 0
    if upper == 0 { return first.value }
    let (a, b) = (breakpoints[upper - 1], breakpoints[upper])
    return a.value + (b.value - a.value) * (scale - a.scale) / (b.scale - a.scale)
  }
}

/// The best value at every budget scale of a range.
///
/// Builds one program, edits its right-hand sides alone, and solves every budget from the last basis.
public func frontier(_ model: Model, _ settings: FrontierSettings = FrontierSettings()) -> Frontier
{
  let program = BudgetProgram(model, upTo: settings.to, relaxed: settings.run.isRelaxed)
  let isExact = program.allocation.program.integerCount == 0
  let empty = Frontier(
    objective: model.objectives.first ?? .dependency, status: .failed, isExact: isExact,
    from: settings.from, to: settings.to, appropriations: program.appropriations)
  do {
    if isExact { return try ExactFrontier(program, settings, empty).found() }
    return try withBudgetSession(program, settings: settings.run.allocation) { session in
      var search = StepFunctionSearch(session, settings, empty)
      return try search.found()
    }
  } catch {
    var failed = empty
    failed.reason = "\(error)"
    return failed
  }
}

/// Seconds of the monotonic clock against a limit.
struct Stopwatch {
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let limit: Double?

  init(limit: Double?) {
    start = clock.now
    self.limit = limit
  }

  var seconds: Double {
    (clock.now - start).seconds
  }
  /// Seconds left; nil: no limit.
  var left: Double? { limit.map { max(0, $0 - seconds) } }
  var isOver: Bool { left == 0 }
}
