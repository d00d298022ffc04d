import Allocation
import LinearProgramming
import SupplyChain

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
