import SupplyChain

extension FirstStage {
  /// Share of the most that a facility can be expanded by, below which it is not expanded.
  private static let trace = 1e-4
  /// What decisions are reduced by: what they and rounding leave of the funds' money does not rule anything out then.
  private static let reduction = 1e-6

  /// Decisions of an interior point made fit to be held: without what is awarded to facilities that get next to no
  /// capacity, and reduced a little. All rows of decisions alone, and those that tie them to others from below, have
  /// bounds of 0, so that a common factor keeps them.
  public func withoutTraces(_ values: [Double]) -> [Double] {
    var capacity: [Int32: Double] = [:]
    var most: [Int32: Double] = [:]
    for (decision, value) in zip(decisions, values) where decision.key.kind == .build {
      capacity[decision.key.first, default: 0] += abs(value) * decision.unit
      most[decision.key.first] = max(
        most[decision.key.first] ?? 0, decision.upper.isFinite ? decision.upper * decision.unit : 0)
    }
    return zip(decisions, values).map { decision, value in
      let reduced = min(max(value * (1 - Self.reduction), decision.lower), decision.upper)
      let facility: Int32
      switch decision.key.kind {
      case .build, .privateMoney: facility = decision.key.first
      case .award: facility = decision.key.second
      default: return abs(value) < Self.trace ? max(0, decision.lower) : reduced
      }
      let isTrace = (capacity[facility] ?? 0) < Self.trace * min(1, most[facility] ?? 1)
      return isTrace ? min(max(0, decision.lower), decision.upper) : reduced
    }
  }
}
