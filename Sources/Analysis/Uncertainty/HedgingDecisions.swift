import Allocation
import SupplyChain

/// Hedging decisions: what is awarded and bought before the reveal beyond (or below) the base plan, by facility and
/// stockpile, the largest differences first.
struct HedgingDecisions {
  private(set) var list: [UncertainPlan.HedgingDecision] = []

  /// - Parameters:
  ///   - decisions: of the plan, one for each of `firstStage.decisions` in its unit.
  ///   - base: those of the base plan; nil: none.
  ///   - own: those of every outcome's wait-and-see plan.
  init(
    _ firstStage: FirstStage, _ model: Model, decisions: [Double], base: [Double]?, own: [[Double]]
  ) {
    guard let base else { return }
    func total(_ values: [Double], _ kind: ColumnKey.Kind, _ first: Int) -> Double {
      firstStage.total(values, kind, first)
    }
    func add(_ kind: ColumnKey.Kind, _ index: Int, _ id: String, _ name: String, room: Double) {
      let planned = total(decisions, kind, index)
      let without = total(base, kind, index)
      guard abs(planned - without) > max(0.005 * room, 0.5) else { return }
      list.append(
        UncertainPlan.HedgingDecision(
          id: id, name: name, isStockpile: kind == .store, planned: planned, base: without,
          own: own.map { total($0, kind, index) }))
    }
    for (p, facility) in model.facilities.enumerated() {
      guard let expansion = facility.expansion else { continue }
      add(.build, p, facility.id, facility.name, room: expansion.max)
    }
    for (i, stockpile) in model.stockpiles.enumerated() {
      add(.store, i, stockpile.id, stockpile.id, room: stockpile.max ?? 0)
    }
    list.sort { (abs($1.planned - $1.base), $0.id) < (abs($0.planned - $0.base), $1.id) }
  }
}

extension FirstStage {
  /// Tonnes a year, or tonnes of a stockpile, that decisions before the reveal add up to.
  ///
  /// - Parameter values: one for each of `decisions`, in its unit.
  func total(_ values: [Double], _ kind: ColumnKey.Kind, _ first: Int) -> Double {
    var sum = 0.0
    for (position, decision) in decisions.enumerated()
    where decision.key.kind == kind && Int(decision.key.first) == first {
      sum += values[position] * decision.unit * AllocationProgram.tonnesPerUnit
    }
    return sum
  }

  /// What the plan awards before the reveal, by facility, beside every outcome's wait-and-see plan.
  ///
  /// - Parameters:
  ///   - own: decisions of every outcome's wait-and-see plan; empty where not all are known by all objectives.
  func earlyAwards(
    _ model: Model, decisions: [Double], own: [[Double]]
  ) -> [UncertainPlan.EarlyAward] {
    model.facilities.indices.compactMap { p in
      let capacity = total(decisions, .build, p)
      guard capacity >= UncertainPlan.EarlyAward.least else { return nil }
      let agreeing = own.count { total($0, .build, p) >= UncertainPlan.EarlyAward.least }
      return .init(facility: p, capacity: capacity, ownPlans: own.isEmpty ? nil : agreeing)
    }
  }
}
