import Allocation
import Support

/// What the plans of some cases of a long sweep do, for all of its large cases to start with: cases whose numbers differ
/// are far from each other for the simplex, but plan within much the same choices. Which cases these are depends on the
/// length of the list, and on the part of it that is solved, alone.
struct UsedInSweep: Sendable {
  /// A case that is solved without knowing any other.
  struct Pilot: Sendable {
    /// nil where it has no plan.
    var used: UsedColumns?
    var result: CaseResult?
  }

  /// Case numbers, ascending.
  let pilots: [Int]
  private let found: [Memo<Pilot>]
  private let all = Memo<UsedColumns?>()

  /// From this many cases on the others gain more than it takes to solve the pilots as they are.
  private static let leastCases = 100
  /// With half of them cases take a quarter longer, with twice as many a twentieth less (Docs/performance.md).
  private static let pilotCount = 48

  /// - Parameter count: the cases of the whole list.
  init(count: Int, part: SweepPart = SweepPart()) {
    let own = (count - part.index + part.count - 1) / part.count
    let pilotCount = UsedInSweep.pilotCount
    pilots =
      own < UsedInSweep.leastCases
      ? [] : (0..<pilotCount).map { part.index + part.count * ($0 * own / pilotCount) }
    found = pilots.map { _ in Memo() }
  }

  /// The answer of a case that is a pilot; nil where it is none.
  func pilot(_ index: Int, _ solve: () -> Pilot) -> Pilot? {
    pilots.firstIndex(of: index).map { found[$0].value(solve) }
  }

  /// What is known for a case that is none; nil where the list is short, or no pilot has a plan.
  ///
  /// - Parameter solve: called for each pilot that was not solved yet, on several threads.
  func columns(for index: Int, _ solve: (Int) -> Pilot) -> UsedColumns? {
    if pilots.isEmpty { return nil }
    // Threads begin with different pilots, so that they seldom wait for each other.
    let first = index * 7 % pilots.count
    for k in pilots.indices {
      let pilot = (first + k) % pilots.count
      _ = found[pilot].value { solve(pilots[pilot]) }
    }
    return all.value {
      let known = found.compactMap { $0.value { Pilot() }.used }
      if known.isEmpty { return nil }
      return known.reduce(into: UsedColumns()) { $0.formUnion($1) }
    }
  }
}
