/// The elimination tree of `A·Aᵀ` for an ordering of its rows (Liu 1990), in postorder, so that each subtree is
/// contiguous.
struct EliminationTree {
  /// `order[k]` is the row that is eliminated k-th.
  private(set) var order: [Int32]
  /// Parent of each position; −1: a root.
  private(set) var parent: [Int32]

  /// Multiplications per row from which on a nested dissection ordering is tried, and from which on further ones with
  /// other seeds.
  private static let muchWork = (degree: 5e3, dissection: 2.5e5)
  private static let dissections = 3

  /// Multiplications of a factorisation; set for the trees that `best` returns.
  private(set) var work = 0.0

  /// Analyses several orderings, as far as that pays, and returns the tree of the one that needs the fewest
  /// multiplications; nil where `mustStop` said so.
  ///
  /// - Parameter known: the ordering of a related program, used where it needs about as few as there.
  static func best(
    rows: Int, start: [Int], index: [Int32], known: FillReducingOrdering? = nil,
    mustStop: () -> Bool
  ) -> EliminationTree? {
    if let known {
      let tree = EliminationTree(measured: known.order(start, index), start, index)
      if tree.work <= FillReducingOrdering.workAllowance * known.work * Double(rows) { return tree }
    }
    let denseRows = DenseRows(rows: rows, start: start, index: index)
    guard
      let degree = MinimumDegree(
        rows: rows, start: denseRows.start, index: denseRows.index,
        stages: denseRows.stages(rows: rows),
        mustStop: mustStop)
    else { return nil }
    var best = EliminationTree(measured: degree.order, start, index)
    if best.work < muchWork.degree * Double(rows) { return best }
    for seed in 1...dissections {
      guard
        let dissection = NestedDissection(
          rows: rows, start: denseRows.start, index: denseRows.index, dense: denseRows.rows,
          seed: seed,
          mustStop: mustStop)
      else { return nil }
      let tree = EliminationTree(measured: dissection.order, start, index)
      if tree.work < best.work { best = tree }
      if best.work < muchWork.dissection * Double(rows) { break }
    }
    return best
  }

  private init(measured order: [Int32], _ start: [Int], _ index: [Int32]) {
    self.init(order, start, index)
    work = work(start, index)
  }

  /// - Parameters:
  ///   - order: the ordering of the rows.
  ///   - start, index: the columns of A, as in `MinimumDegree`.
  init(_ order: [Int32], _ start: [Int], _ index: [Int32]) {
    let count = order.count
    // Columns of A by row.
    var byRow = [Int](repeating: 0, count: count + 1)
    for row in index { byRow[Int(row) + 1] += 1 }
    for k in 0..<count { byRow[k + 1] += byRow[k] }
    var fill = byRow
    var columns = [Int32](repeating: 0, count: index.count)
    for j in 0..<(start.count - 1) {
      for row in index[start[j]..<start[j + 1]] {
        columns[fill[Int(row)]] = Int32(j)
        fill[Int(row)] += 1
      }
    }
    var parent = [Int32](repeating: -1, count: count)
    var ancestor = parent
    // The last row so far of each column of A: its rows are on a path in the tree.
    var latest = [Int32](repeating: -1, count: start.count - 1)
    for k in 0..<count {
      let row = Int(order[k])
      for position in byRow[row]..<byRow[row + 1] {
        let j = Int(columns[position])
        var i = Int(latest[j])
        latest[j] = Int32(k)
        while i >= 0 && i < k {
          let next = Int(ancestor[i])
          ancestor[i] = Int32(k)
          if next < 0 {
            parent[i] = Int32(k)
            break
          }
          i = next
        }
      }
    }
    var child = [Int32](repeating: -1, count: count)
    var sibling = child
    for k in stride(from: count - 1, through: 0, by: -1) where parent[k] >= 0 {
      sibling[k] = child[Int(parent[k])]
      child[Int(parent[k])] = Int32(k)
    }
    var number = [Int32](repeating: 0, count: count)
    var result: [Int32] = []
    result.reserveCapacity(count)
    var stack: [Int32] = []
    for root in 0..<count where parent[root] < 0 {
      stack.append(Int32(root))
      while let top = stack.last {
        let below = child[Int(top)]
        if below >= 0 {
          child[Int(top)] = sibling[Int(below)]
          stack.append(below)
        } else {
          stack.removeLast()
          number[Int(top)] = Int32(result.count)
          result.append(order[Int(top)])
        }
      }
    }
    var newParent = [Int32](repeating: -1, count: count)
    for k in 0..<count where parent[k] >= 0 { newParent[Int(number[k])] = number[Int(parent[k])] }
    self.order = result
    self.parent = newParent
  }

  /// Multiplications of a factorisation: the sum of the squared column counts of the factor.
  func work(_ start: [Int], _ index: [Int32]) -> Double {
    var place = [Int32](repeating: 0, count: order.count)
    for (k, row) in order.enumerated() { place[Int(row)] = Int32(truncatingIfNeeded: k) }
    // For each row, the first rows of the columns of A that contain it.
    var rowStart = [Int](repeating: 0, count: order.count + 1)
    for row in index { rowStart[Int(place[Int(row)]) + 1] += 1 }
    for k in order.indices { rowStart[k + 1] += rowStart[k] }
    var fill = rowStart
    var first = [Int32](repeating: 0, count: index.count)
    for j in 0..<(start.count - 1) where start[j + 1] > start[j] {
      var least = Int32.max
      for row in index[start[j]..<start[j + 1]] { least = min(least, place[Int(row)]) }
      for row in index[start[j]..<start[j + 1]] {
        let k = Int(place[Int(row)])
        first[fill[k]] = least
        fill[k] += 1
      }
    }
    // The pattern of a row of the factor: the paths in the tree from those first rows up to it (the row subtree).
    var length = [Int32](repeating: 1, count: order.count)
    var mark = [Int32](repeating: -1, count: order.count)
    for k in order.indices {
      mark[k] = Int32(truncatingIfNeeded: k)
      for from in first[rowStart[k]..<rowStart[k + 1]] {
        var i = Int(from)
        while i >= 0 && i < k && mark[i] != k {
          length[i] += 1
          mark[i] = Int32(truncatingIfNeeded: k)
          i = Int(parent[i])
        }
      }
    }
    return length.reduce(0) { $0 + Double($1) * Double($1) }
  }
}
