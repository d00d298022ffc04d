import LinearProgramming

/// A fill-reducing ordering of the interior point's normal equations, by what rows mean, so that related programs, such
/// as the cases of a sweep, share one.
public struct SharedOrdering: Sendable {
  private let places: [RowKey: Int32]
  private let work: Double

  /// Nil where the program was solved without an ordering.
  public init?(_ allocation: AllocationProgram, _ solution: AllocationSolution) {
    guard let order = solution.rowOrdering else { return nil }
    self.init(allocation, order)
  }

  /// The ordering that a cold solve of a program's first objective would find; nil where it would be solved without one, or
  /// was stopped.
  public init?(coldStartOf allocation: AllocationProgram, _ settings: AllocationSettings) {
    if settings.external != nil { return nil }
    var options = SolverOptions()
    options.engine = settings.engine
    options.method = settings.method
    options.cancellation = settings.cancellation
    options.secondaryCosts =
      allocation.objectives.count > 1
      ? allocation.objectives[1].coefficients : allocation.tieBreakingCosts
    let found = try? withSolverSession(allocation.program) { try $0.coldRowOrdering(options) }
    guard let order = found.flatMap({ $0 }) else { return nil }
    self.init(allocation, order)
  }

  private init(_ allocation: AllocationProgram, _ order: FillReducingOrdering) {
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
