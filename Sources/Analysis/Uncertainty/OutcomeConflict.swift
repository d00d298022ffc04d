/// Outcomes of an uncertain model that leave it without a plan (formulation section 7.3, stochastic program).
public struct OutcomeConflict: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Each of the outcomes has no plan even if it were known from the start.
    case alone
    /// Each has a plan by itself; none of the decisions before the reveal suits all of them. Without any one of
    /// them some decisions would, unless `isIrreducible` is false.
    case together
    /// There is a plan for all of them, but none that keeps targets with the probability asked for. The outcomes are
    /// those that miss them in the plan that comes nearest.
    case chance
  }
  public var kind: Kind
  /// Positions in the list of outcomes.
  public var outcomes: [Int]
  public var names: [String]
  /// The first year in which the outcome is known.
  public var reveal: Int
  /// False where the search was cut short.
  public var isIrreducible = true
  /// Which rules clash: in the first of the outcomes, or in all of them together.
  public var reason: String

  /// In one sentence without a full stop.
  public var words: String {
    let shown = names.prefix(4).joined(separator: ", ")
    let more = names.count > 4 ? " and \(names.count - 4) more" : ""
    switch kind {
    case .alone where names.count == 1: return "outcome \(shown) has no plan by itself: \(reason)"
    case .alone:
      return "outcomes \(shown)\(more) have no plan, each by itself; in \(names[0]) \(reason)"
    case .together:
      return "outcomes \(shown)\(more) have a plan each, but no decisions before \(reveal) suit "
        + "all of them: \(reason)"
    case .chance:
      return reason + (names.isEmpty ? "" : "; it is missed in \(shown)\(more)")
    }
  }
}
