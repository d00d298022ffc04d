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

/// A program whose obligations are lowered by the least sum of violations, and where its solve may begin.
public struct ObligationRelaxation: Sendable {
  /// The program with the lowered bounds.
  public let program: AllocationProgram
  /// The elastic program's point without its slack columns: feasible in `program`.
  public let point: [Double]
  /// The basis of that point in `program`: of several points of least violation it is one that does well in the first
  /// objective, which is minimised from here. nil where the elastic program was not solved to a basis.
  public let start: WarmStart?
}

extension AllocationProgram {
  /// Smaller violations are rounding errors, millions.
  private static let leastViolation = 1e-6

  /// The feasibility relaxation of an infeasible program with committed decisions: debt service and hurdle rates of past
  /// awards are lowered by the least sum of violations. Nil where the program is infeasible even so.
  ///
  /// It solves the elastic program, in which each of these rows has a slack column of cost 1, and lowers each row's bound
  /// by the slack found. Rows in which no committed decision has a negative term keep their bounds.
  public func feasibilityRelaxation(_ settings: AllocationSettings) -> ObligationRelaxation? {
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
    options.secondaryCosts = secondaryCosts + slacks.map { _ in 0 }
    let outcome = try? withSolverSession(elastic) { try $0.solve(options) }
    let point: [Double]
    var basis: Basis?
    switch outcome {
    case .optimal(let found):
      point = found.columnValues
      if program.integerCount == 0 { basis = found.basis }
    case .feasible(let found, _): point = found.columnValues
    default: return nil
    }
    var result = self
    for slack in slacks where point[slack.column] > 1e-9 {
      // Not a tight fit: the rest of the plan is found with tolerances.
      let amount = point[slack.column] * (1 + 1e-6) + 1e-7
      result.program.setRowBounds(
        slack.row, lower: program.rowLower[slack.row] - amount, upper: program.rowUpper[slack.row])
    }
    return ObligationRelaxation(
      program: result, point: Array(point.prefix(program.columnCount)),
      start: basis.flatMap { start($0, withoutSlacks: slacks) })
  }

  /// The costs of the first objective with a little of the second: what follows where the violations are the least.
  private var secondaryCosts: [Double] {
    guard let first = objectives.first?.coefficients else { return [] }
    guard objectives.count > 1 else { return first }
    let second = objectives[1].coefficients
    func largest(_ costs: [Double]) -> Double { costs.reduce(0) { max($0, abs($1)) } }
    let most = largest(second)
    guard most > 0 else { return first }
    let share = AllocationProgram.shareOfSecond * largest(first) / most
    return zip(first, second).map { $0 + share * $1 }
  }

  /// Weight of the second objective's largest cost beside the first's.
  private static let shareOfSecond = 0.001

  /// The basis of the elastic program without its slack columns: the row of one that is basic is basic in its place, which
  /// leaves the basis matrix as it is.
  private func start(
    _ elastic: Basis, withoutSlacks slacks: [(row: Int, column: Int)]
  ) -> WarmStart? {
    var basis = Basis(
      columns: Array(elastic.columns.prefix(program.columnCount)), rows: elastic.rows)
    for slack in slacks where elastic.columns[slack.column] == .basic {
      basis.rows[slack.row] = .basic
    }
    return basis.basicCount == program.rowCount
      ? WarmStart(self, basis: basis, nearness: .vertex) : nil
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
