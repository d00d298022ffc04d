import Allocation

/// What the plans of some cases of a long sweep do, for all of its large cases to start with: cases whose numbers differ
/// are far from each other for the simplex, but plan within much the same choices. Which cases these are depends on the
/// length of the list alone.
struct UsedInSweep: Sendable {
  private let pilots: [Int]
  private let found: [Once<UsedColumns?>]
  private let all = Once<UsedColumns?>()

  /// From this many cases on the pilots, which are solved twice, are worth their time.
  private static let leastCases = 200
  private static let pilotCount = 24

  init(count: Int) {
    let pilotCount = UsedInSweep.pilotCount
    pilots =
      count < UsedInSweep.leastCases ? [] : (0..<pilotCount).map { $0 * count / pilotCount }
    found = pilots.map { _ in Once() }
  }

  /// What is known for a case; nil where the list is short, or no pilot has a plan.
  ///
  /// - Parameter columns: what the plan of a case does; called for each pilot once, on several threads.
  func columns(for index: Int, _ columns: (Int) -> UsedColumns?) -> UsedColumns? {
    if pilots.isEmpty { return nil }
    // Threads begin with different pilots, so that they seldom wait for each other.
    let first = index * 7 % pilots.count
    for k in pilots.indices {
      let pilot = (first + k) % pilots.count
      _ = found[pilot].value { columns(pilots[pilot]) }
    }
    return all.value {
      let known = found.compactMap { $0.value { nil } }
      if known.isEmpty { return nil }
      return known.reduce(into: UsedColumns()) { $0.formUnion($1) }
    }
  }
}
