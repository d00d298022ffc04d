public struct ScenarioSummary: Sendable {
  public var id: String
  public var name: String
  public var description: String
  public init(id: String, name: String, description: String) {
    self.id = id
    self.name = name
    self.description = description
  }
}

/// The other side, which sees the awards before the reveal and answers with the set of moves that serves it best
/// (formulation section 7.4, adversary).
public struct Adversary: Sendable {
  /// How one is written, for messages where a model has none.
  public static let example = "adversary: { reveal: 2029, moves: { export_ban: 0% } }"

  /// The first year in which the answer is known.
  public var reveal: Int
  /// Most moves at a time.
  public var atMost: Int
  /// In the order in which they are applied.
  public var moves: [Move]

  /// A scenario that the other side may bring about.
  public struct Move: Sendable {
    /// Its id.
    public var scenario: String
    /// What it must gain to be worth it, as a share of dependency.
    public var cost: Double
    /// Years of which the other side picks one to begin in, ascending; empty: as the scenario says.
    public var from: [Int]
    /// Moves, by index, that are not made together with it.
    public var excludes: [Int]
    /// Moves, by index, without which it is not made.
    public var requires: [Int]

    public init(
      scenario: String, cost: Double, from: [Int] = [], excludes: [Int] = [], requires: [Int] = []
    ) {
      self.scenario = scenario
      self.cost = cost
      self.from = from
      self.excludes = excludes
      self.requires = requires
    }
  }

  public init(reveal: Int, atMost: Int, moves: [Move]) {
    self.reveal = reveal
    self.atMost = atMost
    self.moves = moves
  }
}

public struct Uncertainty: Sendable {
  /// How one is written, for messages where a model has none.
  public static let example =
    "uncertainty: { reveal: 2029, outcomes: { base: 60%, export_ban: 40% } }"

  public enum Risk: String, Sendable, CaseIterable {
    case expected, worst, regret, cvar
    /// Over the answers of an adversary instead of outcomes.
    case adversary

    /// Those that a model's outcomes can have.
    static let ofOutcomes: [Risk] = [.expected, .worst, .regret, .cvar]
  }
  public enum Distribution: Sendable, Hashable {
    case normal(mean: Double, sd: Double)
    case uniform(low: Double, high: Double)
    case lognormal(median: Double, gsd: Double)
    case triangular(low: Double, mode: Double, high: Double)
  }
  public struct Sample: Sendable {
    public var count: Int
    public var seed: Int
    public var vary: [(path: String, factor: Distribution)]
    /// Facility indices whose success and slip are drawn.
    public var delivery: [Int] = []
    public init(count: Int, seed: Int, vary: [(path: String, factor: Distribution)]) {
      self.count = count
      self.seed = seed
      self.vary = vary
    }
  }
  /// The first year in which the outcome is known.
  public var reveal: Int
  public var risk: Risk
  /// For `cvar`.
  public var level: Double
  /// Scenario id (`base`: the model unchanged) and probability.
  public var outcomes: [(scenario: String, probability: Double)]
  public var sample: Sample?
  /// By year: the least probability with which the target of that year is kept. A target without one is kept in every
  /// outcome.
  public var chances: [Int: Double] = [:]
  public init(
    reveal: Int, risk: Risk, level: Double, outcomes: [(scenario: String, probability: Double)],
    sample: Sample?
  ) {
    self.reveal = reveal
    self.risk = risk
    self.level = level
    self.outcomes = outcomes
    self.sample = sample
  }
}
