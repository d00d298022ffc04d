import Allocation
import LinearProgramming
import SupplyChain

/// How a model with outcomes is planned for.
public struct UncertaintySettings: Sendable {
  public enum Method: Sendable, Hashable {
    /// The extensive form up to `extensiveLimit` nonzeros and with integer columns, the decomposition beyond.
    case automatic
    /// The extensive form: all outcomes in one program.
    case extensive
    /// The block-angular interior point over all outcomes or, for many outcomes, scenario-group dual decomposition.
    case decomposition
    /// Column-and-constraint generation over an adversary's answers; what `decomposition` is for them.
    case answerGeneration
  }
  public var risk = RiskMeasure(.expected)
  public var method = Method.automatic
  /// Whether the plan is compared with the wait-and-see solutions, the expected-value plan and the base case.
  public var compares = true
  /// The time limit holds for all solves together.
  public var run = RunSettings()
  /// Whether chance targets are counted with whole numbers where the plan is without them as well.
  public var countsMissedOutcomes = false
  /// Told how large the program becomes, before it is built.
  public var begins: (@Sendable (StochasticSize) -> Void)?
  /// Bytes that a plan may take; a larger one is refused. nil: as many as there are.
  public var memory: Int?
  /// Nonzeros of a program of an adversary's answers up to which the simplex solves it; beyond, the block-angular method.
  public var mostNonzerosOfSimplex = AnswerMaster.mostNonzerosOfSimplex
  /// Who solves groups of outcomes, where it comes to them; nil: this process.
  public var groupSolver: (any ScenarioGroupSolver)?

  public init() {}
}

/// One plan until the reveal, and one for each outcome after it (formulation section 7.3, stochastic program).
public struct UncertainPlan: Sendable {
  public struct Outcome: Sendable {
    public var name: String
    public var probability: Double
    /// Of an adversary's answer: what its moves must gain to be worth it.
    public var cost = 0.0
    /// The moves of an adversary's answer; nil where there is no adversary.
    public var moves: Answer?
    public var model: Model
    /// By objective of the model, at the plan.
    public var objectives: [(objective: Objective, value: Double)]
    /// Where there is a plan: the outcome's program, and a value for each of its columns.
    var answer: (program: AllocationProgram, point: [Double])?
    /// A number that the first objective cannot be below after the decisions before the reveal; nil where the outcome was not
    /// solved by itself.
    public var bound: Double?
    /// Row multipliers that prove `bound`.
    var multipliers: [Double] = []
    /// Made anew each time: those of many outcomes together would take more memory than finding them.
    public var plan: Plan? { answer.map { Plan($0.program, point: $0.point) } }
    /// The wait-and-see value: the first objective's optimum had the outcome been known from the start.
    public var waitAndSee: Double?
    /// The regret in this outcome: `value − waitAndSee`.
    public var regret: Double? {
      guard let waitAndSee, let value = objectives.first?.value else { return nil }
      return value - waitAndSee
    }
  }

  /// The first-stage decisions of a deterministic plan, fixed in every outcome.
  public struct FixedPlan: Sendable {
    /// The risk measure of its values (for the expected-value plan EEV); nil where an outcome is infeasible with it.
    public var value: Double?
    /// By outcome; nil where the outcome is infeasible with it.
    public var values: [Double?]
    /// A lower bound of the measure where it is infeasible in some outcomes: there decisions may be cut back.
    public var atLeast: Double?
    /// Whether it can be carried out in every outcome, and keeps chance targets too rarely whatever is done then.
    public var missesChanceTargets = false
  }

  /// A target with a chance, as the plan keeps it.
  public struct TargetChance: Sendable {
    public struct Miss: Sendable, Equatable {
      /// A position in the list of outcomes.
      public var outcome: Int
      /// Dependency above the target, as a fraction of 1.
      public var by: Double
    }
    public var year: Int
    /// The probability asked for, and that with which the plan keeps the target.
    public var asked: Double
    public var kept: Double
    /// By what it was asked for.
    public var form: ChanceTarget.Form
    /// Whether an outcome has a target for the year: without one nothing is asked for.
    public var hasTarget: Bool
    /// Whether `kept` suffices.
    public var isKept: Bool
    public var misses: [Miss]
  }

  /// A decision before the reveal that the base case alone would not take.
  public struct HedgingDecision: Sendable {
    /// A facility's or a stockpile's id and name.
    public var id: String
    public var name: String
    public var isStockpile: Bool
    /// t/yr awarded, or t bought, before the reveal: by this plan and by the base plan.
    public var planned: Double
    public var base: Double
    /// By outcome: what its wait-and-see plan awards or buys by then; empty where not known.
    public var own: [Double]
  }

  /// What a facility is awarded before the reveal.
  public struct EarlyAward: Sendable {
    public var facility: Int
    /// t/yr.
    public var capacity: Double
    /// In how many outcomes the wait-and-see plan awards the facility before the reveal, too; nil where these plans are
    /// not known by all objectives.
    public var ownPlans: Int?
    /// An award of less, in t/yr, is none.
    public static let least = 0.5
  }

  public var risk: RiskMeasure
  /// The first year in which the outcome is known.
  public var reveal: Int
  /// The solve of all outcomes together; its first objective is the risk measure's, the others are expected.
  public var solution: AllocationSolution
  /// How it was solved.
  public var method: UncertaintySettings.Method
  public var outcomes: [Outcome]
  /// Where there is no plan: the outcomes that leave none.
  public var conflict: OutcomeConflict?
  /// The risk measure of the wait-and-see values.
  public var waitAndSee: Double?
  /// The solution of the expected-value problem, carried out in every outcome. Its value less `value` is the value of the stochastic solution (VSS).
  public var expectedValuePlan: FixedPlan?
  public var baseCase: FixedPlan?
  public var hedgingDecisions: [HedgingDecision] = []
  /// By year; empty where there is no plan.
  public var chances: [TargetChance] = []
  /// In the model's order.
  public var earlyAwards: [EarlyAward] = []
  public var isRelaxed: Bool
  /// What the other side's answers mean, where there is an adversary.
  public var adversary: AdversaryStudy?
  /// What samples say of the plan, where there are any.
  public var samples: SampleStudy?
  /// What proves the plan, where answers were generated.
  var proof: AnswerProof?

  /// The measure.
  public var value: Double? { solution.objectives.first?.value }

  /// The (expected) value of perfect information, EVPI: `value − waitAndSee`; not negative but for the gap.
  public var valueOfPerfectInformation: Double? {
    guard let value, let waitAndSee else { return nil }
    return value - waitAndSee
  }

  /// `expected dependency` and so on.
  public func name(of objective: Objective, isFirst: Bool) -> String {
    let later = risk.kind == .adversary ? "base" : "expected"
    return "\(isFirst ? risk.kind.rawValue : later) \(objective.name)"
  }
}
