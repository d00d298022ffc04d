/// A fill-reducing ordering of the rows of a program. Related programs can share it: computing one takes about as long
/// as ten factorisations.
public struct FillReducingOrdering: Sendable {
  /// By row of the program: its position in the ordering; −1 where it is not among the ordered rows.
  public var position: [Int32]
  /// Multiplications of a factorisation per ordered row.
  public var work: Double

  public init(position: [Int32], work: Double) {
    self.position = position
    self.work = work
  }

  /// An ordering computed for another program is accepted up to this multiple of its work there.
  static let workAllowance = 1.25

  /// Rows without a known position that share columns with more other rows than this come last.
  private static let mostMet = 64

  /// The rows in their order. Those without a known position come first where they cause little fill, and last where
  /// they share columns with many others.
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
