import LinearProgramming
import SupplyChain

/// The violation of an obligation of a business that earlier plans paid for, where data beyond their foresight differ.
public struct ObligationViolation: Sendable, Equatable {
  public enum Kind: String, Sendable {
    /// Debt service that the business does not earn in a year, millions.
    case debt
    /// Present value by which private money misses its hurdle rate, millions.
    case hurdle
  }
  public let kind: Kind
  public let facility: Int
  /// Nil for the hurdle rate, which counts the whole horizon.
  public let year: Int?
  /// Millions.
  public let amount: Double
}

extension AllocationProgram {
  /// Smaller violations are rounding errors, millions.
  private static let leastViolation = 1e-6

  /// The feasibility relaxation of an infeasible program with committed decisions: debt service and hurdle rates of past
  /// awards are lowered by the least sum of violations. Nil where the program is infeasible even so.
  ///
  /// It solves the elastic program, in which each of these rows has a slack column of cost 1, and lowers each row's bound
  /// by the slack found. Rows in which no committed decision has a negative term keep their bounds.
  /// The point is the elastic program's, without its slack columns: feasible in the program returned.
  public func feasibilityRelaxation(
    _ settings: AllocationSettings
  ) -> (program: AllocationProgram, point: [Double])? {
    var elastic = LinearProgram()
    for j in 0..<program.columnCount {
      elastic.addColumn(
        lower: program.columnLower[j], upper: program.columnUpper[j],
        integer: program.isInteger[j])
    }
    var slacks: [(row: Int, column: Int)] = []
    for i in 0..<program.rowCount where isPastObligation(i) {
      slacks.append((i, elastic.addColumn(lower: 0, upper: .infinity, cost: 1)))
    }
    guard !slacks.isEmpty else { return nil }
    var next = slacks[...]
    for i in 0..<program.rowCount {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        elastic.addEntry(Int(program.columnIndex[k]), program.coefficient[k])
      }
      if next.first?.row == i, let slack = next.popFirst() { elastic.addEntry(slack.column, 1) }
      elastic.finishRow(lower: program.rowLower[i], upper: program.rowUpper[i])
    }
    var options = SolverOptions()
    options.timeLimit = settings.timeLimit
    options.cancellation = settings.cancellation
    options.rowOrdering = settings.sharedOrdering?.rowOrdering(for: self)
    options.excludedColumns = settings.workingColumns.map {
      $0.excluded(in: self) + slacks.map { _ in false }
    }
    let outcome = try? withSolverSession(elastic) { try $0.solve(options) }
    let point: [Double]
    switch outcome {
    case .optimal(let found), .feasible(let found, _): point = found.columnValues
    default: return nil
    }
    var result = self
    for slack in slacks where point[slack.column] > 1e-9 {
      // Not a tight fit: the rest of the plan is found with tolerances.
      let amount = point[slack.column] * (1 + 1e-6) + 1e-7
      result.program.setRowBounds(
        slack.row, lower: program.rowLower[slack.row] - amount, upper: program.rowUpper[slack.row])
    }
    return (result, Array(point.prefix(program.columnCount)))
  }

  /// Whether it is a row of debt or of a hurdle rate in which a fixed column has a negative term.
  private func isPastObligation(_ i: Int) -> Bool {
    guard rows[i].kind == .debt || rows[i].kind == .bankability else { return false }
    return (program.rowStart[i]..<program.rowStart[i + 1]).contains { k in
      let j = Int(program.columnIndex[k])
      let isFixed = program.columnLower[j] == program.columnUpper[j]
      return isFixed && program.coefficient[k] * program.columnLower[j] < 0
    }
  }

  /// The violations at a point of the program, in order of facilities and years.
  public func violations(at point: [Double]) -> [ObligationViolation] {
    var found: [ObligationViolation] = []
    for i in 0..<program.rowCount where rows[i].kind == .debt || rows[i].kind == .bankability {
      var activity = 0.0
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        activity += program.coefficient[k] * point[Int(program.columnIndex[k])]
      }
      guard -activity > AllocationProgram.leastViolation else { continue }
      let isDebt = rows[i].kind == .debt
      found.append(
        ObligationViolation(
          kind: isDebt ? .debt : .hurdle, facility: Int(rows[i].first),
          year: isDebt ? model.horizon.year(ofStep: Int(rows[i].step)) : nil, amount: -activity))
    }
    return found
  }
}
