import Allocation
import Foundation
import Support

/// The cases that others start from. A sweep's seeds are drawn from its list (about the square root of its
/// length, at most 64); a case starts from the nearest seed or from the base solution, whichever is nearer,
/// and a seed likewise from those before it. Which that is depends on the case list alone, so every process
/// and thread finds the same bases in whatever order it works.
///
/// Nearness is the sum over the inputs of |ln a − ln b| for factors, and 1 for each value that is another.
struct SeedCases: Sendable {
  private let cases: SweepCases
  /// Case numbers, in the order in which seeds build on one another.
  private let numbers: [Int]
  private let values: [[InputValue]]
  /// Seed cases ask for earlier ones only, so locks are taken in falling order.
  private let slots: [Memo<WarmStart?>]

  /// Where a case starts.
  enum Start: Hashable, Sendable {
    /// The model without the case's changes.
    case base
    case seed(Int)
  }

  init(_ cases: SweepCases) {
    self.cases = cases
    let wanted = min(64, Int(Double(cases.count).squareRoot()))
    let numbers = RandomNumbers(seed: 0)
    var drawn: [Int] = []
    if wanted >= 4 {
      var index: UInt64 = 0
      while drawn.count < wanted {
        let number = Int(numbers.whole(index, below: UInt64(cases.count)))
        if !drawn.contains(number) { drawn.append(number) }
        index += 1
      }
    }
    self.numbers = drawn
    values = drawn.map { cases.values($0) }
    slots = drawn.map { _ in Memo() }
  }

  /// Where a case starts: the nearest, of equals the earlier.
  func start(of index: Int) -> Start {
    let own = numbers.firstIndex(of: index) ?? numbers.count
    let here = cases.values(index)
    var best = Start.base
    var least = SeedCases.distance(here, here.map { _ in .unchanged })
    for seed in 0..<own {
      let distance = SeedCases.distance(here, values[seed])
      if distance < least {
        least = distance
        best = .seed(seed)
      }
    }
    return best
  }

  /// Where a seed ended, found once: `make` is called with its case's number.
  func warmStart(_ seed: Int, _ make: (Int) -> WarmStart?) -> WarmStart? {
    slots[seed].value { make(numbers[seed]) }
  }

  private static func distance(_ a: [InputValue], _ b: [InputValue]) -> Double {
    zip(a, b).reduce(0) { sum, pair in
      if pair.0 == pair.1 { return sum }
      switch (pair.0, pair.1) {
      case (.setting, _), (_, .setting): return sum + 1
      default:
        // A factor of 0 is far from every other.
        let (x, y) = (max(pair.0.factor ?? 1, 1e-3), max(pair.1.factor ?? 1, 1e-3))
        return sum + abs(log(x / y))
      }
    }
  }
}
