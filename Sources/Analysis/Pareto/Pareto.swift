import Allocation
import LinearProgramming
import SupplyChain
import Support

/// What is asked of a Pareto frontier.
public struct ParetoSettings: Sendable {
  /// With whole numbers: boxes are divided until both sides are at most this share of the ranges of the objectives.
  public var resolution = 1.0 / 32
  /// The time limit holds for one solve; of the exact frontier for all together.
  public var run = RunSettings()
  public init() {}
}

/// The plans that are best in one objective for what they are in a second one (formulation section 7.9, two objectives).
///
/// Of the continuous program the frontier is convex and piecewise linear, and `corners` are all of its corners, each
/// verified. With whole numbers they are non-dominated plans, and what other such plans there may be lies in `boxes`.
public struct Pareto: Sendable {
  public struct Corner: Sendable {
    public var first: Double
    public var second: Double
    /// Change of the first objective a unit of the second, to the side where the second is smaller and where it is larger;
    /// nil at the ends, and with whole numbers.
    public var rateBelow: Double?
    public var rateAbove: Double?
    public var verification: Verification?
    /// What its plan builds, awards and buys.
    public var decisions: Plan?
  }
  /// Between two corners: a non-dominated plan that is not listed lies in it.
  public struct Box: Sendable, Equatable {
    public var first: ClosedRange<Double>
    public var second: ClosedRange<Double>
  }
  public var objectives: [Objective]
  public var status: SolutionStatus
  public var reason: String?
  public var isExact: Bool
  /// By ascending second objective.
  public var corners: [Corner]
  public var boxes: [Box]
  public var solves: Int

  /// - Parameter model: its first two objectives count; they differ.
  /// - Throws: `StudyEnd` where an end of the frontier has no plan.
  public static func find(
    _ model: Model, _ settings: ParetoSettings = ParetoSettings()
  ) throws(StudyEnd) -> Pareto {
    var model = model
    model.objectives = Array(model.objectives.prefix(2))
    let allocation = AllocationProgram(model, relaxed: settings.run.isRelaxed)
    let isExact = allocation.program.integerCount == 0
    if isExact { return try ExactPareto(model, allocation, settings).found() }
    var search = BoxSearch(allocation, settings)
    return try search.found()
  }
}

/// Both objectives of a plan.
struct ParetoPoint: Sendable, Equatable {
  var first: Double
  var second: Double
}

/// The exact frontier: its two ends by weighted sums, and what lies between by parametric simplex on the value of the
/// second objective.
private struct ExactPareto {
  private let model: Model
  private let allocation: AllocationProgram
  private let settings: ParetoSettings
  private let counter: SolveCounter

  init(_ model: Model, _ allocation: AllocationProgram, _ settings: ParetoSettings) {
    self.model = model
    self.allocation = allocation
    self.settings = settings
    counter = SolveCounter(nil)
  }

  func found() throws(StudyEnd) -> Pareto {
    settings.run.report("the ends of the frontier", 0, 4)
    let lowFirst = try solved([1, 0]).point
    settings.run.report("the ends of the frontier", 1, 4)
    let lowSecond = try solved([0, 1]).point
    let ranges = ParetoPoint(
      first: max(lowSecond.first - lowFirst.first, 0),
      second: max(lowFirst.second - lowSecond.second, 0))
    settings.run.report("the ends of the frontier", 2, 4)
    let (right, best) = try end(of: 0, near: lowFirst, ranges)
    settings.run.report("the ends of the frontier", 3, 4)
    let left = try end(of: 1, near: lowSecond, ranges).point
    var pareto = Pareto(
      objectives: model.objectives, status: .optimal, isExact: true, corners: [], boxes: [],
      solves: 4)
    let width = right.second - left.second
    guard width > ExactPareto.same * max(abs(right.second), abs(left.second)),
      left.first - right.first > ExactPareto.same * max(abs(left.first), abs(right.first))
    else {
      pareto.corners = [
        .init(
          first: right.first, second: right.second, verification: best.verification,
          decisions: Plan(decisionsOf: allocation, point: best.point))
      ]
      return pareto
    }
    let frontier = try between(left, right)
    pareto.status = frontier.status
    pareto.reason = frontier.reason
    pareto.solves += frontier.solves
    let offset = allocation.objectives[1].offset
    pareto.corners = frontier.breakpoints.map { corner in
      Pareto.Corner(
        first: corner.value, second: corner.scale + offset, rateBelow: corner.slopeLeft,
        rateAbove: corner.slopeRight, verification: corner.verification,
        decisions: corner.decisions)
    }
    return pareto
  }

  /// Ends nearer than this share of their size are one plan.
  private static let same = 1e-9

  private func between(_ left: ParetoPoint, _ right: ParetoPoint) throws(StudyEnd) -> Frontier {
    let program = BudgetProgram(
      holdingSecondObjectiveOf: model, relaxed: settings.run.isRelaxed)
    let offset = allocation.objectives[1].offset
    var asked = FrontierSettings()
    asked.from = left.second - offset
    asked.to = right.second - offset
    asked.keepsDecisions = true
    asked.run = settings.run
    let progress = settings.run.progress
    asked.run.progress = { progress?(RunProgress(phase: "corners: \($0.done ?? 0) solved")) }
    let empty = Frontier(
      objective: model.objectives[0], status: .failed, isExact: true, from: asked.from,
      to: asked.to, appropriations: 0)
    let found: Frontier
    do {
      found = try ExactFrontier(program, asked, empty).found()
    } catch {
      throw .notVerified("\(error)")
    }
    switch found.status {
    case .optimal, .feasible: return found
    case .interrupted: throw .interrupted
    case .infeasible, .unbounded: throw .noPlan(found.status, found.reason ?? "")
    case .failed: throw .notVerified(found.reason ?? "")
    }
  }

  /// The end at which an objective is best: among the plans that share its best value, the best in the other objective. A
  /// small weight on the other finds it, small enough where the best value is kept.
  private func end(
    of index: Int, near point: ParetoPoint, _ ranges: ParetoPoint
  ) throws(StudyEnd) -> (point: ParetoPoint, solution: AllocationSolution) {
    guard ranges.first > 0, ranges.second > 0 else {
      return try solved(index == 0 ? [1, 0] : [0, 1])
    }
    let best = index == 0 ? point.first : point.second
    let own = index == 0 ? ranges.first : ranges.second
    let rate = own / (index == 0 ? ranges.second : ranges.first)
    var share = 1e-4
    while true {
      let found = try solved(index == 0 ? [1, share * rate] : [share * rate, 1])
      let value = index == 0 ? found.point.first : found.point.second
      if share < 1e-7 || value <= best + 1e-9 * max(abs(best), own) { return found }
      share /= 100
    }
  }

  private func solved(
    _ weights: [Double]
  ) throws(StudyEnd) -> (point: ParetoPoint, solution: AllocationSolution) {
    var options = settings.run.allocation
    options.wantsPlan = false
    let solution = solve(allocation.weighing(weights), options)
    switch solution.status {
    case .optimal: break
    case .feasible, .interrupted: throw .interrupted
    case .infeasible, .unbounded: throw .noPlan(solution.status, solution.reason ?? "")
    case .failed: throw .notVerified(solution.reason ?? "")
    }
    let point = ParetoPoint(
      first: allocation.objectives[0].value(at: solution.point),
      second: allocation.objectives[1].value(at: solution.point))
    return (point, solution)
  }
}
