/// An order in which the rows of a program are eliminated. Related programs can share it: to find one takes about as
/// long as ten factorisations.
public struct RowOrder: Sendable {
  /// By row of the program: its place among those that are eliminated; −1 where it is not among them.
  public var place: [Int32]
  /// Multiplications of a factorisation, for each row that is eliminated.
  public var work: Double

  public init(place: [Int32], work: Double) {
    self.place = place
    self.work = work
  }

  /// An order that was made for another program is worth this much more work than one of the program's own.
  static let mostWork = 1.25

  /// Rows without a known place that meet more others than this, by column, come last.
  private static let mostMet = 64

  /// The rows in their order. Those without a known place come first where they leave little behind, and last where
  /// they meet many others.
  ///
  /// - Parameters:
  ///   - start, index: the columns of A, as in `MinimumDegree`.
  func order(_ start: [Int], _ index: [Int32]) -> [Int32] {
    var met = [Int](repeating: 0, count: place.count)
    for j in 0..<(start.count - 1) {
      for row in index[start[j]..<start[j + 1]] { met[Int(row)] += start[j + 1] - start[j] - 1 }
    }
    var (first, last): ([Int32], [Int32]) = ([], [])
    var known: [(place: Int32, row: Int32)] = []
    for row in place.indices {
      let id = Int32(truncatingIfNeeded: row)
      if place[row] >= 0 {
        known.append((place[row], id))
      } else if met[row] <= RowOrder.mostMet {
        first.append(id)
      } else {
        last.append(id)
      }
    }
    known.sort { $0 < $1 }
    return first + known.map(\.row) + last
  }
}
