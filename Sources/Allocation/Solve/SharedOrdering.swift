import LinearProgramming

/// A fill-reducing ordering of the interior point's normal equations, by what rows mean, so that related programs, such
/// as the cases of a sweep, share one.
public struct SharedOrdering: Sendable {
  private let places: [RowKey: Int32]
  private let work: Double

  /// Nil where the program was solved without an ordering.
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
