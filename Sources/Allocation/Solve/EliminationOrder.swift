import LinearProgramming

/// In which order the interior point eliminated the rows of a program, by what they mean: related programs, such as the
/// cases of a sweep, need not look for one.
public struct EliminationOrder: Sendable {
  private let places: [RowKey: Int32]
  private let work: Double

  /// Nil where the program was solved without one.
  public init?(_ allocation: AllocationProgram, _ solution: AllocationSolution) {
    guard let order = solution.rowOrdering else { return nil }
    work = order.work
    var places: [RowKey: Int32] = [:]
    for (key, place) in zip(allocation.rows, order.position) where place >= 0 {
      places[key] = place
    }
    self.places = places
  }

  func rowOrdering(for allocation: AllocationProgram) -> FillReducingOrdering {
    FillReducingOrdering(position: allocation.rows.map { places[$0] ?? -1 }, work: work)
  }
}
