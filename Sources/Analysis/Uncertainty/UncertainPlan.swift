import Allocation
import LinearProgramming
import SupplyChain

/// How a model with outcomes is planned for.
public struct UncertaintySettings: Sendable {
  public enum Method: Sendable, Hashable {
    /// The extensive form up to `extensiveLimit` nonzeros and with whole numbers, the decomposition beyond.
    case automatic
    /// All outcomes in one program.
    case extensive
    /// Outcome by outcome on all cores.
    case decomposition
  }
  public var risk = RiskMeasure(.expected)
  public var method = Method.automatic
  /// Drops the whole-number rules.
  public var isRelaxed = false
  /// Whether the plan is held against foresight, the expected data and the base case.
  public var compares = true
  /// Method, gap and cancellation of every solve; the time limit holds for everything together.
  public var allocation = AllocationSettings()
  public var progress: (@Sendable (UncertaintyProgress) -> Void)?

  public init() {}

  /// Nonzeros of the extensive form up to which it is solved whole.
  public static let extensiveLimit = 400_000
  /// Outcomes up to which the decomposition takes all at once; beyond, the expectation or tail of a single objective is
  /// minimised in groups of outcomes.
  public static let mostAtOnce = 48
  /// The same where there are more objectives. All at once these would take more memory than most machines have; in
  /// groups only the first is minimised.
  public static let mostWithObjectives = 250
}

/// Where planning stands.
public struct UncertaintyProgress: Sendable {
  /// Such as “all outcomes together”.
  public var phase: String
  /// Of the measure; nil where there is none yet.
  public var value: Double?
  public var bound: Double?
  public var done: Int?
  public var total: Int?
  /// Iterations of the running solve.
  public var iterations: Int?
}

/// One plan until the reveal, and one for each outcome after it (formulation section 7.3, stochastic program).
public struct UncertainPlan: Sendable {
  public struct Outcome: Sendable {
    public var name: String
    public var probability: Double
    public var model: Model
    /// By objective of the model, at the plan.
    public var objectives: [(objective: Objective, value: Double)]
    /// Where there is a plan: the outcome's program, and a value for each of its columns.
    var answer: (program: AllocationProgram, point: [Double])?
    /// Made anew each time: those of many outcomes together would take more memory than finding them.
    public var plan: Plan? { answer.map { Plan($0.program, point: $0.point) } }
    /// The first objective's best value had the outcome been known from the start.
    public var foresight: Double?
    /// What not knowing costs in this outcome: `value − foresight`.
    public var regret: Double? {
      guard let foresight, let value = objectives.first?.value else { return nil }
      return value - foresight
    }
  }

  /// A plan made as if there were one future, carried out in all of them.
  public struct FixedPlan: Sendable {
    /// The measure of its values; nil where an outcome does not let it be carried out.
    public var value: Double?
    /// By outcome; nil where it cannot be carried out.
    public var values: [Double?]
    /// The measure at least, where decisions that an outcome does not allow are cut back in that outcome.
    public var atLeast: Double?
  }

  /// A decision before the reveal that the base case alone would not take.
  public struct Hedge: Sendable {
    /// A facility's or a stockpile's id and name.
    public var id: String
    public var name: String
    public var isStockpile: Bool
    /// t/yr awarded, or t bought, before the reveal: by this plan and by the base plan.
    public var planned: Double
    public var base: Double
    /// By outcome: what its own plan with foresight would award or buy by then; empty where not known.
    public var own: [Double]
  }

  public var risk: RiskMeasure
  /// The first year in which the outcome is known.
  public var reveal: Int
  /// The solve of all outcomes together; its first objective is the risk measure's, the others are expected.
  public var solution: AllocationSolution
  /// How it was solved.
  public var method: UncertaintySettings.Method
  public var outcomes: [Outcome]
  /// The measure of every outcome's own best.
  public var perfectInformation: Double?
  public var expectedData: FixedPlan?
  public var baseCase: FixedPlan?
  public var hedges: [Hedge] = []
  public var isRelaxed: Bool

  /// The measure.
  public var value: Double? { solution.objectives.first?.value }

  /// What it would be worth to know the outcome from the start; not negative but for the gap.
  public var priceOfNotKnowing: Double? {
    guard let value, let perfectInformation else { return nil }
    return value - perfectInformation
  }

  /// `expected dependency` and so on.
  public func name(of objective: Objective, isFirst: Bool) -> String {
    "\(isFirst ? risk.kind.rawValue : "expected") \(objective.rawValue)"
  }
}
