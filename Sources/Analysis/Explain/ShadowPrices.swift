import Allocation
import SupplyChain

/// The change of the first objective with a little more money, capacity or supply (formulation
/// section 6.1, shadow prices): the dual values of the continuous program. They hold for small changes.
public struct ShadowPrices: Sendable {
  public struct Fund: Sendable {
    public var fund: Int
    /// Change of the objective per extra million that arrives in the year; nil where none arrives.
    public var perMillionByYear: [Double?]
  }
  public struct Capacity: Sendable {
    public enum Kind: String, Sendable {
      case existing = "existing capacity"
      case importLimit = "import limit"
    }
    public var kind: Kind
    /// A facility or an import source.
    public var index: Int
    /// Change of the objective per tonne a year more, in every year.
    public var perTonne: Double
  }
  public var funds: [Fund] = []
  /// The most helpful first.
  public var capacity: [Capacity] = []

  /// nil where the solution is of a program with whole numbers, or has no duals.
  public init?(_ allocation: AllocationProgram, _ solution: AllocationSolution) {
    let program = allocation.program
    guard let stage = solution.stages.first, stage.value != nil, program.integerCount == 0,
      stage.rowDuals.count >= program.rowCount, stage.reducedCosts.count >= program.columnCount
    else { return nil }
    let model = allocation.model
    let horizon = model.horizon
    var byFund = [[Double?]](
      repeating: Array(repeating: nil, count: horizon.yearCount), count: model.funds.count)
    var existing = [Double](repeating: 0, count: model.facilities.count)
    var supply = [Double](repeating: 0, count: model.imports.count)
    for (i, key) in allocation.rows.enumerated() {
      let step = Int(key.step)
      let first = Int(key.first)
      switch key.kind {
      case .account where step % horizon.stepsPerYear == 0 && step < horizon.stepCount:
        let year = step / horizon.stepsPerYear
        if model.funds[first].appropriations.amount(horizon.start + year) > 0 {
          byFund[first][year] = stage.rowDuals[i]
        }
      case .capacity, .existingCapacity:
        // Where old and new are kept apart, the row of the capacity awarded stands before that of the existing.
        let isOfNew =
          key.kind == .capacity && i + 1 < allocation.rows.count
          && allocation.rows[i + 1].kind == .existingCapacity
        if isOfNew { continue }
        let available = model.facilities[first].availability.level(horizon.dataYear(ofStep: step))
        existing[first] += stage.rowDuals[i] * available * horizon.stepLength
      default: break
      }
    }
    for (j, key) in allocation.columns.enumerated()
    where key.kind == .imported && stage.reducedCosts[j] < 0 {
      supply[Int(key.first)] += stage.reducedCosts[j] * horizon.stepLength
    }
    funds = byFund.enumerated().filter { $0.element.contains { $0 != nil } }
      .map { Fund(fund: $0.offset, perMillionByYear: $0.element) }
    let unit = AllocationProgram.tonnesPerUnit
    let all =
      existing.enumerated().map {
        Capacity(kind: .existing, index: $0.offset, perTonne: $0.element / unit)
      }
      + supply.enumerated().map {
        Capacity(kind: .importLimit, index: $0.offset, perTonne: $0.element / unit)
      }
    capacity = all.enumerated().filter { $0.element.perTonne < -1e-12 }
      .sorted { ($0.element.perTonne, $0.offset) < ($1.element.perTonne, $1.offset) }
      .map(\.element)
  }
}
