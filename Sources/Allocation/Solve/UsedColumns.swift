import LinearProgramming

/// What the plans of related programs, such as some of the cases of a sweep, do at all: most of what could be done is
/// done in none of them, and a program without that is much smaller.
public struct UsedColumns: Sendable {
  private var keys: Set<ColumnKey> = []

  public init() {}

  /// Adds what a solution does.
  public mutating func add(_ allocation: AllocationProgram, _ solution: AllocationSolution) {
    for (key, value) in zip(allocation.columns, solution.point) where abs(value) > 1e-9 {
      keys.insert(key)
    }
  }

  /// Adds what others do.
  public mutating func formUnion(_ other: UsedColumns) { keys.formUnion(other.keys) }

  /// By column of a program: whether it is not among these.
  func resting(in allocation: AllocationProgram) -> [Bool] {
    allocation.columns.map { !keys.contains($0) }
  }
}
