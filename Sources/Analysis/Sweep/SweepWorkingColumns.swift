import Allocation
import Support

/// The working set of columns of a long sweep: those that the plans of its seed cases use. Optimal bases of cases whose
/// numbers differ are thousands of iterations apart, but their plans use much the same columns. Which cases are seeds
/// depends on the length of the list, and on the part of it that is solved, alone.
struct SweepWorkingColumns: Sendable {
  /// A case that is solved without knowing any other.
  struct SeedCase: Sendable {
    /// nil where it has no plan.
    var used: WorkingColumns?
    var result: CaseResult?
  }

  /// Case numbers, ascending.
  let seeds: [Int]
  private let found: [Memo<SeedCase>]
  private let all = Memo<WorkingColumns?>()

  /// - Parameter count: the cases of the whole list.
  init(count: Int, part: SweepPart = SweepPart()) {
    let own = (count - part.index + part.count - 1) / part.count
    let seedCount = SweepStartPolicy.seedCount
    seeds =
      own < SweepStartPolicy.leastForSeeds
      ? [] : (0..<seedCount).map { part.index + part.count * ($0 * own / seedCount) }
    found = seeds.map { _ in Memo() }
  }

  /// The answer of a case that is a seed; nil where it is none.
  func seed(_ index: Int, _ solve: () -> SeedCase) -> SeedCase? {
    seeds.firstIndex(of: index).map { found[$0].value(solve) }
  }

  /// The working set for a case that is none; nil where the list is short, or no seed has a plan.
  ///
  /// - Parameter solve: called for each seed that was not solved yet, on several threads.
  func columns(for index: Int, _ solve: (Int) -> SeedCase) -> WorkingColumns? {
    if seeds.isEmpty { return nil }
    // Threads begin with different seeds, so that they seldom wait for each other.
    let first = index * 7 % seeds.count
    for k in seeds.indices {
      let seed = (first + k) % seeds.count
      _ = found[seed].value { solve(seeds[seed]) }
    }
    return all.value {
      let known = found.compactMap { $0.value { SeedCase() }.used }
      if known.isEmpty { return nil }
      return known.reduce(into: WorkingColumns()) { $0.formUnion($1) }
    }
  }
}
