import LinearProgramming
import SupplyChain

/// What a business that was paid for cannot bear, because things came otherwise than those who planned it thought.
public struct Shortfall: Sendable, Equatable {
  public enum Kind: String, Sendable {
    /// Debt service that the business does not earn in a year.
    case debt
    /// What private money fails to earn of its hurdle rate, as a present value.
    case hurdle
  }
  public let kind: Kind
  public let facility: Int
  /// Nil where it is of the whole horizon.
  public let year: Int?
  /// Millions.
  public let amount: Double
}

extension AllocationProgram {
  /// What counts as rounding, millions.
  private static let leastShortfall = 1e-6

  /// The program in which what past decisions make impossible is let off, at the least sum: debt that a business cannot
  /// serve, and private money that cannot earn its rate. Nil where that does not make it feasible.
  ///
  /// Only rows in which decisions that are already made ask for something are let off, and each by what it lacks in
  /// the plan that lacks the least.
  public func lettingOff(_ settings: AllocationSettings) -> AllocationProgram? {
    var eased = LinearProgram()
    for j in 0..<program.columnCount {
      eased.addColumn(
        lower: program.columnLower[j], upper: program.columnUpper[j],
        integer: program.isInteger[j])
    }
    var lacks: [(row: Int, column: Int)] = []
    for i in 0..<program.rowCount where asksOfThePast(i) {
      lacks.append((i, eased.addColumn(lower: 0, upper: .infinity, cost: 1)))
    }
    guard !lacks.isEmpty else { return nil }
    var next = lacks[...]
    for i in 0..<program.rowCount {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        eased.addEntry(Int(program.columnIndex[k]), program.coefficient[k])
      }
      if next.first?.row == i, let lack = next.popFirst() { eased.addEntry(lack.column, 1) }
      eased.finishRow(lower: program.rowLower[i], upper: program.rowUpper[i])
    }
    var options = SolverOptions()
    options.timeLimit = settings.timeLimit
    options.cancellation = settings.cancellation
    let outcome = try? withSolverSession(eased) { try $0.solve(options) }
    let point: [Double]
    switch outcome {
    case .optimal(let found), .feasible(let found, _): point = found.columnValues
    default: return nil
    }
    var result = self
    for lack in lacks where point[lack.column] > 1e-9 {
      // Not a tight fit: the rest of the plan is found with tolerances.
      let amount = point[lack.column] * (1 + 1e-6) + 1e-7
      result.program.setRowBounds(
        lack.row, lower: program.rowLower[lack.row] - amount, upper: program.rowUpper[lack.row])
    }
    return result
  }

  /// Whether it is a row of debt or of a hurdle rate, in which what is fixed is negative.
  private func asksOfThePast(_ i: Int) -> Bool {
    guard rows[i].kind == .debt || rows[i].kind == .bankability else { return false }
    return (program.rowStart[i]..<program.rowStart[i + 1]).contains { k in
      let j = Int(program.columnIndex[k])
      let isFixed = program.columnLower[j] == program.columnUpper[j]
      return isFixed && program.coefficient[k] * program.columnLower[j] < 0
    }
  }

  /// What the businesses of a plan lack; in order of facilities and years.
  public func shortfalls(at point: [Double]) -> [Shortfall] {
    var found: [Shortfall] = []
    for i in 0..<program.rowCount where rows[i].kind == .debt || rows[i].kind == .bankability {
      var activity = 0.0
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        activity += program.coefficient[k] * point[Int(program.columnIndex[k])]
      }
      guard -activity > AllocationProgram.leastShortfall else { continue }
      let isDebt = rows[i].kind == .debt
      found.append(
        Shortfall(
          kind: isDebt ? .debt : .hurdle, facility: Int(rows[i].first),
          year: isDebt ? model.horizon.year(ofStep: Int(rows[i].step)) : nil, amount: -activity))
    }
    return found
  }
}
