import Allocation
import LinearProgramming

/// How the cases of a sweep start. Decided once for a sweep, from the list of its cases and the shape of their
/// program, so that an answer depends neither on which cases were solved before, nor on the thread.
struct SweepStartPolicy: Sendable, Equatable {
  enum Start: Sendable, Equatable {
    /// From the basis of the nearest seed case, or of the model without the case's changes: small programs.
    case nearestSeed
    /// From the basis of the case with the nearest budget, where cases differ in the budget alone: large programs.
    case nearestBudget
    /// Cold, on the columns that the plans of seed cases use, with the others priced afterwards: large programs in
    /// long sweeps.
    case workingColumns
    /// Cold, each case by itself: whole numbers, which no basis of another case helps, and large programs in short
    /// sweeps.
    case cold
  }

  let start: Start
  /// Whether cases that are solved cold share one fill-reducing ordering.
  let sharesOrdering: Bool

  /// From this many cases on an ordering of the model's own program costs less than it saves.
  static let leastForOrdering = 12
  /// From this many cases of a part of a sweep on the others gain more than the seed cases take, which are solved on all
  /// columns.
  static let leastForSeeds = 100
  /// With half as many, cases take a quarter longer; with twice as many, a twentieth less (Docs/lab-notebook.md).
  static let seedCount = 48

  /// - Parameters:
  ///   - seeds: of `workingColumns`; none where the list is too short for them (`SweepWorkingColumns`).
  init(_ allocation: AllocationProgram, count: Int, tree: WarmStartTree, hasSeeds: Bool) {
    let isLarge = allocation.startUse(.related) != .used
    let hasIntegers = allocation.program.integerCount > 0
    if hasIntegers {
      start = .cold
    } else if !isLarge {
      start = .nearestSeed
    } else if !tree.isEmpty {
      start = .nearestBudget
    } else {
      start = hasSeeds ? .workingColumns : .cold
    }
    sharesOrdering = isLarge && !hasIntegers && count >= SweepStartPolicy.leastForOrdering
  }
}
