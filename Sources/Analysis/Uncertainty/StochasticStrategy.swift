import SupplyChain

/// By which method a plan for uncertain outcomes is found: the one place that decides it, a pure value. `Docs/solvers.md`
/// shows the same table, and a test holds the two together.
public struct StochasticStrategy: Sendable, Equatable {
  public enum Method: String, Sendable {
    /// All outcomes in one program, which is solved like any other (`SolveStrategy`).
    case extensiveForm = "extensive form"
    /// The block-angular interior point over all outcomes at once.
    case blockAngular = "block-angular interior point"
    /// Scenario-group dual decomposition, groups of outcomes at a time.
    case scenarioGroups = "scenario-group dual decomposition"
    /// Column-and-constraint generation: a program of the worst answers of an adversary, and each answer by itself.
    case answerGeneration = "column-and-constraint generation"
  }

  /// What the choice depends on.
  public struct Shape: Sendable, Equatable {
    public var outcomes: Int
    public var objectives: Int
    /// Nonzeros of the outcomes' programs together, about those of the extensive form.
    public var nonzeros: Int
    /// Whole numbers of chance targets among them.
    public var hasIntegers: Bool
    /// Whether rows of chance targets tie the outcomes together, which groups of them cannot keep.
    public var hasChanceTargets: Bool

    public init(
      outcomes: Int, objectives: Int, nonzeros: Int, hasIntegers: Bool,
      hasChanceTargets: Bool = false
    ) {
      self.outcomes = outcomes
      self.objectives = objectives
      self.nonzeros = nonzeros
      self.hasIntegers = hasIntegers
      self.hasChanceTargets = hasChanceTargets
    }
  }

  /// Nonzeros of the extensive form up to which the simplex solves it whole in seconds.
  public static let mostNonzeros = 400_000
  /// Outcomes up to which the block-angular method takes all at once. Beyond, a single objective is minimised by
  /// scenario groups, for the memory: 50 outcomes of the flagship take 454 MB instead of 1 GB, and 1.4 times the time;
  /// with 200 outcomes the times are equal.
  public static let mostAtOnce = 48
  /// The same where there are several objectives, of which scenario groups minimise the first only. Beyond it all at
  /// once would take more memory than most machines have, 15 MB an outcome.
  public static let mostAtOnceWithObjectives = 250

  /// Nonzeros of the extensive form of an adversary's answers up to which it is solved whole, in about a second.
  public static let mostNonzerosOfAnswers = 20_000

  /// Answers of an adversary up to which they are solved whole, whatever the size: nine of the flagship took 196 s so,
  /// and were not finished one by one after 100 s.
  public static let mostAnswersAtOnce = 10

  public let method: Method
  /// Whether the extensive form may be solved where another method fails.
  public let mayFallBack: Bool

  /// - Parameters:
  ///   - usesOtherSolver: whether programs go to GLPK alone or to another solver, which know no decomposition.
  public init(
    _ shape: Shape, risk: Uncertainty.Risk, asked: UncertaintySettings.Method,
    usesOtherSolver: Bool = false
  ) {
    let isWhole =
      asked == .automatic
      && (shape.nonzeros <= StochasticStrategy.mostNonzeros || shape.hasIntegers || usesOtherSolver)
    let most =
      shape.objectives == 1
      ? StochasticStrategy.mostAtOnce : StochasticStrategy.mostAtOnceWithObjectives
    let isMean = risk == .expected || risk == .cvar
    let isSmall =
      shape.nonzeros <= StochasticStrategy.mostNonzerosOfAnswers
      || shape.outcomes <= StochasticStrategy.mostAnswersAtOnce
    if risk == .adversary {
      method =
        asked == .extensive || asked == .automatic && isSmall
        ? .extensiveForm : .answerGeneration
    } else if asked == .extensive || isWhole {
      method = .extensiveForm
    } else if isMean && shape.outcomes > most && !shape.hasChanceTargets {
      method = .scenarioGroups
    } else {
      method = .blockAngular
    }
    mayFallBack = shape.outcomes <= StochasticStrategy.mostAtOnceWithObjectives
  }
}
