import LinearProgramming

/// The working set of columns for a restricted linear program: those that are nonzero in the plans of related programs,
/// such as the seed cases of a sweep. Most columns are zero in all of them, and a program without these is much smaller;
/// the columns left out are priced afterwards.
public struct WorkingColumns: Sendable {
  private var keys: Set<ColumnKey> = []

  public init() {}

  /// Adds the columns that are nonzero in a solution.
  public mutating func add(_ allocation: AllocationProgram, _ solution: AllocationSolution) {
    for (key, value) in zip(allocation.columns, solution.point) where abs(value) > 1e-9 {
      keys.insert(key)
    }
  }

  /// Adds another working set.
  public mutating func formUnion(_ other: WorkingColumns) { keys.formUnion(other.keys) }

  /// By column of a program: whether it is left out of the restricted program.
  func excluded(in allocation: AllocationProgram) -> [Bool] {
    allocation.columns.map { !keys.contains($0) }
  }
}
