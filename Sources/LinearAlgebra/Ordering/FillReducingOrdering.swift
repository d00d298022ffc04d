/// An order in which the rows of a program are eliminated. Related programs can share it: to find one takes about as
/// long as ten factorisations.
public struct FillReducingOrdering: Sendable {
  /// By row of the program: its position among those that are eliminated; −1 where it is not among them.
  public var position: [Int32]
  /// Multiplications of a factorisation, for each row that is eliminated.
  public var work: Double

  public init(position: [Int32], work: Double) {
    self.position = position
    self.work = work
  }

  /// An order that was made for another program is worth this much more work than one of the program's own.
  static let workAllowance = 1.25

  /// Rows without a known position that meet more others than this, by column, come last.
  private static let mostMet = 64

  /// The rows in their order. Those without a known position come first where they leave little behind, and last where
  /// they meet many others.
  ///
  /// - Parameters:
  ///   - start, index: the columns of A, as in `MinimumDegree`.
  func order(_ start: [Int], _ index: [Int32]) -> [Int32] {
    var met = [Int](repeating: 0, count: position.count)
    for j in 0..<(start.count - 1) {
      for row in index[start[j]..<start[j + 1]] { met[Int(row)] += start[j + 1] - start[j] - 1 }
    }
    var (first, last): ([Int32], [Int32]) = ([], [])
    var known: [(position: Int32, row: Int32)] = []
    for row in position.indices {
      let id = Int32(truncatingIfNeeded: row)
      if position[row] >= 0 {
        known.append((position[row], id))
      } else if met[row] <= FillReducingOrdering.mostMet {
        first.append(id)
      } else {
        last.append(id)
      }
    }
    known.sort { $0 < $1 }
    return first + known.map(\.row) + last
  }
}
