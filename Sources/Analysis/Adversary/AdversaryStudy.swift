import Allocation
import SupplyChain

/// What the answers of an adversary mean for a plan: how the damage grows with the number of moves, what a move is worth
/// to them, which awards guard against which move, and what it would cost to take a move off the table
/// (formulation section 7.4, risk measures).
public struct AdversaryStudy: Sendable {
  /// The worst of several answers.
  public struct Worst: Sendable, Equatable {
    /// Index of the answer among the plan's outcomes.
    public var answer: Int
    /// The first objective under it.
    public var value: Double
    /// The same less what the answer costs them.
    public var net: Double
  }

  /// Decisions before the reveal whose damage is compared.
  public enum Rival: String, Sendable, CaseIterable {
    case plan
    /// The plan for the base case, as if nobody answered.
    case baseCase = "base_case"
    /// Nothing is awarded, lent or bought before the reveal.
    case nothing = "nothing_awarded"
  }

  public struct Growth: Sendable {
    public var rival: Rival
    /// By the most moves at a time, from 0: the worst answer; nil where an allowed answer leaves decisions that cannot be
    /// carried out, where one was not settled, and beyond the sizes that were looked at.
    public var worst: [Worst?]
    /// An answer under which the decisions cannot be carried out: debts that could not be served, say.
    public var impossible: Int?
  }

  /// What a move is worth to the other side under the plan.
  public struct Deterrence: Sendable, Equatable {
    /// Index of the move in the model's `adversary`.
    public var move: Int
    /// What it must gain, as the model says.
    public var cost: Double
    /// From which cost on no answer with the move is their best one; 0: at any cost.
    public var noLongerFrom: Double
    /// What the move gains when it is made alone, in its worst year; nil where it cannot be made alone.
    public var alone: Double?
  }

  /// A decision before the reveal that the plan for the base case does not take, or takes less of.
  public struct Guard: Sendable {
    public struct Loss: Sendable, Equatable {
      public var answer: Int
      /// By how much the first objective rises without the decision; nil where the rest cannot be carried out then.
      public var value: Double?
    }
    public var decision: UncertainPlan.HedgingDecision
    /// Under no answer, each move alone, and the worst answer.
    public var losses: [Loss]
  }

  /// The cheapest plan under which a move no longer pays.
  public struct Removal: Sendable {
    public var move: Int
    /// Whether it does not pay under the plan as it is.
    public var isOff: Bool
    /// Public cost under no answer, millions; nil where no plan takes the move off, or none was found.
    public var publicCost: Double?
    /// The same of this plan.
    public var planCost: Double?
    /// What it decides before the reveal unlike the plan for the base case, the largest differences first.
    public var decisions: [UncertainPlan.HedgingDecision] = []
    /// Why there is no such plan.
    public var reason: String?
  }

  public var adversary: Adversary
  public var growth: [Growth] = []
  public var deterrence: [Deterrence] = []
  public var guards: [Guard] = []
  public var removals: [Removal] = []

  public init(_ adversary: Adversary) { self.adversary = adversary }
}

extension UncertainPlan {
  /// The answers, the worst for us first: by value less what it costs them.
  public var rankedAnswers: [Int] {
    func net(_ index: Int) -> Double {
      (outcomes[index].objectives.first?.value ?? 0) - outcomes[index].cost
    }
    return outcomes.indices.sorted { (net($1), $0) < (net($0), $1) }
  }

  /// What an answer costs us: the first objective under it less that under no answer.
  public func damage(_ answer: Int) -> Double? {
    guard let value = outcomes[answer].objectives.first?.value,
      let none = outcomes.first?.objectives.first?.value
    else { return nil }
    return value - none
  }
}
