import Allocation
import LinearProgramming
import SupplyChain

/// A bound other than money that is binding at the optimum.
public struct Binding: Sendable {
  public enum Cause: Sendable, Hashable {
    /// Facility indices, and so on.
    case expansion(Int)
    case existingCapacity(Int)
    case importLimit(Int)
    case perFacility(fund: Int, facility: Int)
    /// What a facility may put off of the payments on a fund's loans.
    case forbearance(fund: Int, facility: Int)
    case limit(Int)
    case rule(Int)
    case target(Int)
    case room(Int)
    case openingStock(Int)
    case returned(Int)
    case exclusive(Int)
  }
  public var cause: Cause
  /// Change of the value if all of it (in every step) were 1 % more: dual × right-hand side / 100.
  public var perPercent: Double

  /// An optimum of a program that holds the rows and columns of an allocation program first.
  struct Optimum {
    var value: Double
    var point: [Double]
    var rowDuals: [Double]
    var reducedCosts: [Double]
  }

  static func list(_ allocation: AllocationProgram, _ point: BudgetPoint) -> [Binding] {
    list(
      allocation,
      Optimum(
        value: point.value, point: point.point, rowDuals: point.rowDuals,
        reducedCosts: point.reducedCosts))
  }

  /// By strong duality a value is the sum of dual × bound over all rows and columns: what each bound adds to
  /// it, taken together over the steps, the most helpful first.
  ///
  /// - Parameter all: whether those that help when they are less are listed too.
  static func list(
    _ allocation: AllocationProgram, _ point: Optimum, all isAll: Bool = false
  ) -> [Binding] {
    let program = allocation.program
    var sums: [Cause: Double] = [:]
    var order: [Cause] = []
    func add(_ cause: Cause?, _ amount: Double) {
      guard let cause, amount != 0, amount.isFinite else { return }
      if sums[cause] == nil { order.append(cause) }
      sums[cause, default: 0] += amount
    }
    for (i, key) in allocation.rows.enumerated() where point.rowDuals[i] != 0 {
      let dual = point.rowDuals[i]
      var bound = dual > 0 ? program.rowLower[i] : program.rowUpper[i]
      // A share of payments: what it allows, of the award found, is what is put off. More than all of it cannot be.
      if key.kind == .deferral || key.kind == .unpaid {
        let share = allocation.model.funds[Int(key.first)].loan?.forbearance?.atMost ?? 1
        bound = share < 1 ? allocation.putOff(inRow: i, at: point.point) : 0
      }
      if bound != 0 { add(cause(key), dual * bound) }
    }
    for (j, key) in allocation.columns.enumerated() where point.reducedCosts[j] < 0 {
      let bound = program.columnUpper[j]
      let isThere = abs(point.point[j] - bound) <= 1e-9 * max(1, abs(bound))
      if isThere { add(cause(key, bound, allocation.model), point.reducedCosts[j] * bound) }
    }
    let all = order.map { Binding(cause: $0, perPercent: (sums[$0] ?? 0) / 100) }
    let least = 1e-7 * max(1e-3, abs(point.value))
    // Ties are broken by the order of the program.
    return all.enumerated()
      .filter { $0.element.perPercent < -least || (isAll && $0.element.perPercent > least) }
      .sorted { ($0.element.perPercent, $0.offset) < ($1.element.perPercent, $1.offset) }
      .map(\.element)
  }

  private static func cause(_ key: RowKey) -> Cause? {
    let first = Int(key.first)
    switch key.kind {
    // Where old and new are kept apart, the row of the capacity awarded has no bound of its own.
    case .capacity, .existingCapacity: return .existingCapacity(first)
    case .maximum: return .expansion(first)
    case .exclusive: return .exclusive(first)
    case .perFacility: return .perFacility(fund: first, facility: Int(key.second))
    case .deferral, .unpaid: return .forbearance(fund: first, facility: Int(key.second))
    case .limit: return .limit(first)
    case .rule: return .rule(first)
    case .target: return .target(first)
    case .room: return .room(first)
    case .stock: return .openingStock(first)
    case .returned: return .returned(first)
    default: return nil
    }
  }

  private static func cause(_ key: ColumnKey, _ bound: Double, _ model: Model) -> Cause? {
    let first = Int(key.first)
    switch key.kind {
    case .activity:
      // Its bound is the largest capacity that the facility can reach.
      return model.facilities[first].expansion == nil ? .existingCapacity(first) : .expansion(first)
    case .imported: return .importLimit(first)
    // What can be awarded is bounded by what can be built.
    case .build, .added, .privateMoney: return .expansion(first)
    case .award, .support, .existingSupport:
      let facility = Int(key.second)
      let isCapped = model.funds[first].maxPerFacility.map { bound >= $0 * (1 - 1e-9) } ?? false
      return isCapped ? .perFacility(fund: first, facility: facility) : .expansion(facility)
    default: return nil
    }
  }
}

extension AllocationProgram {
  /// Of a row that bounds what is put off by a share of the payments on awards: that share of them.
  fileprivate func putOff(inRow i: Int, at point: [Double]) -> Double {
    (program.rowStart[i]..<program.rowStart[i + 1]).reduce(0) { sum, k in
      let j = Int(program.columnIndex[k])
      return sum - (columns[j].kind == .award ? program.coefficient[k] * point[j] : 0)
    }
  }
}
