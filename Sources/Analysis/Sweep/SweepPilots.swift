import Allocation
import Foundation
import Support

/// The cases that others start from. A sweep's pilots are drawn from its list (about the square root of its
/// length, at most 64); a case starts from the nearest pilot or from the base solution, whichever is nearer,
/// and a pilot likewise from those before it. Which that is depends on the case list alone, so every process
/// and thread finds the same bases in whatever order it works.
///
/// Nearness is the sum over the inputs of |ln a − ln b| for factors, and 1 for each value that is another.
struct SweepPilots: Sendable {
  private let cases: SweepCases
  /// Case numbers, in the order in which pilots build on one another.
  private let numbers: [Int]
  private let values: [[InputValue]]
  /// Pilots ask for earlier ones only, so locks are taken in falling order.
  private let slots: [Memo<WarmStart?>]

  /// Where a case starts.
  enum Start: Hashable, Sendable {
    /// The model without the case's changes.
    case base
    case pilot(Int)
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
    var least = SweepPilots.distance(here, here.map { _ in .unchanged })
    for pilot in 0..<own {
      let distance = SweepPilots.distance(here, values[pilot])
      if distance < least {
        least = distance
        best = .pilot(pilot)
      }
    }
    return best
  }

  /// Where a pilot ended, found once: `make` is called with its case's number.
  func warmStart(_ pilot: Int, _ make: (Int) -> WarmStart?) -> WarmStart? {
    slots[pilot].value { make(numbers[pilot]) }
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
