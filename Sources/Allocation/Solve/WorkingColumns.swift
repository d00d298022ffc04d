import LinearProgramming

/// The working set of columns for a restricted linear program: those that are nonzero in the plans of related programs,
/// such as the seed cases of a sweep. Most columns are zero in all of them, and a program without these is much smaller;
/// the columns left out are priced afterwards.
public struct WorkingColumns: Sendable {
  private var keys: Set<ColumnKey> = []
  /// Whether a column that is used in one step is kept in all: where data move activities in time.
  private let isTimeless: Bool

  /// Kinds of columns that are kept whether they are used or not.
  private let kept: Set<ColumnKey.Kind>

  /// - Parameters:
  ///   - isTimeless: whether a column that is used in one step is kept in all, for programs in which other data move
  ///     activities in time.
  ///   - kept: kinds of columns that are kept whether they are used or not: those that take up differences.
  public init(isTimeless: Bool = false, keeping kept: Set<ColumnKey.Kind> = []) {
    self.isTimeless = isTimeless
    self.kept = kept
  }

  /// Those that a solution uses, in all steps.
  public init(of solution: AllocationSolution, in allocation: AllocationProgram) {
    self.init(isTimeless: true)
    add(allocation, solution)
  }

  private func key(_ column: ColumnKey) -> ColumnKey {
    var key = column
    if isTimeless { key.step = 0 }
    return key
  }

  /// Adds the columns that are nonzero in a solution.
  public mutating func add(_ allocation: AllocationProgram, _ solution: AllocationSolution) {
    add(allocation, solution.point)
  }

  /// Adds the columns that are nonzero at a point.
  ///
  /// - Parameter least: size from which on a value is no rounding error.
  public mutating func add(
    _ allocation: AllocationProgram, _ point: [Double], least: Double = 1e-9
  ) {
    for (key, value) in zip(allocation.columns, point) where abs(value) > least {
      keys.insert(self.key(key))
    }
  }

  /// Adds another working set.
  public mutating func formUnion(_ other: WorkingColumns) { keys.formUnion(other.keys) }

  /// By column of a program: whether it is left out of the restricted program.
  ///
  /// The columns of a row that the others cannot satisfy, such as one of capacity that comes later than in the related
  /// programs, are kept.
  func excluded(in allocation: AllocationProgram) -> [Bool] {
    var isExcluded = allocation.columns.map { !kept.contains($0.kind) && !keys.contains(key($0)) }
    for _ in 0..<WorkingColumns.mostPasses {
      let rows = unsatisfiable(allocation.program, isExcluded)
      if rows.isEmpty { break }
      for i in rows {
        for k in allocation.program.rowStart[i]..<allocation.program.rowStart[i + 1] {
          isExcluded[Int(allocation.program.columnIndex[k])] = false
        }
      }
    }
    return isExcluded
  }

  private static let mostPasses = 10

  /// The rows with columns left out whose bounds the activity cannot reach.
  private func unsatisfiable(_ program: LinearProgram, _ isExcluded: [Bool]) -> [Int] {
    (0..<program.rowCount).filter { i in
      var (least, most) = (0.0, 0.0)
      var hasExcluded = false
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let j = Int(program.columnIndex[k])
        let coefficient = program.coefficient[k]
        let lower = coefficient * program.columnLower[j]
        let upper = isExcluded[j] ? lower : coefficient * program.columnUpper[j]
        hasExcluded = hasExcluded || isExcluded[j]
        least += min(lower, upper)
        most += max(lower, upper)
      }
      let isMissed = least > program.rowUpper[i] + 1e-9 || most < program.rowLower[i] - 1e-9
      return hasExcluded && isMissed
    }
  }

  /// The program with the columns that are left out held at their lower bounds: what is found there is a plan of the
  /// whole program, though another one may do better.
  public func restricting(_ allocation: AllocationProgram) -> AllocationProgram {
    var result = allocation
    let lower = allocation.program.columnLower
    var upper = allocation.program.columnUpper
    for (j, isLeftOut) in excluded(in: allocation).enumerated() where isLeftOut {
      if lower[j].isFinite { upper[j] = lower[j] }
    }
    result.program.setColumnBounds(lower: lower, upper: upper)
    return result
  }
}
