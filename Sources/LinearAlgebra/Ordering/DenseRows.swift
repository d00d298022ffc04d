/// The dense rows of A, which are in so many columns that they meet a large part of all others, and A without them.
/// They separate nothing and come last in any ordering.
struct DenseRows {
  /// Columns of A without the dense rows.
  private(set) var start: [Int] = [0]
  private(set) var index: [Int32] = []
  /// The dense rows, ascending.
  let rows: [Int32]

  init(rows count: Int, start whole: [Int], index all: [Int32]) {
    var columns = [Int](repeating: 0, count: count)
    for row in all { columns[Int(row)] += 1 }
    let most = max(40, Int(3 * Double(count).squareRoot()))
    rows = (0..<Int32(truncatingIfNeeded: count)).filter { columns[Int($0)] > most }
    start.reserveCapacity(whole.count)
    index.reserveCapacity(all.count)
    for j in 0..<(whole.count - 1) {
      for row in all[whole[j]..<whole[j + 1]] where columns[Int(row)] <= most { index.append(row) }
      start.append(index.count)
    }
  }

  /// For `MinimumDegree`: dense rows in a stage of their own, all others before them.
  func stages(rows count: Int) -> [Int32] {
    var result = [Int32](repeating: 0, count: count)
    for row in rows { result[Int(row)] = 1 }
    return result
  }
}
