/// The symbolic Cholesky factorisation of `A·D·Aᵀ + diagonal`: a fill-reducing ordering, and the pattern of the factor as
/// supernodes. It depends on the pattern of A alone, so matrices with the same pattern share one.
package struct SymbolicFactorisation: Sendable {
  package let rowCount: Int
  /// New index of each row.
  let permutation: [Int32]
  private(set) var supernodes: [Supernode] = []
  private(set) var supernodeOf: [Int32]
  /// Row lists of the supernodes, one after another.
  private(set) var rows: [Int32] = []
  /// Stored entries of the factor.
  private(set) var valueCount = 0
  /// Columns of A with rows in the new order, ascending.
  let columnStart: [Int]
  let columnRow: [Int32]
  /// The entry of the caller's columns that each of them is.
  let sourceOfEntry: [Int32]
  /// Entries of A by row (new order): column and position in the column's list.
  let rowStart: [Int]
  let rowColumn: [Int32]
  let rowPosition: [Int32]
  /// Multiplications of a numeric factorisation.
  package private(set) var work = 0.0
  /// The same without those of explicit zeros.
  private let treeWork: Double

  /// The ordering, for programs that are related to this one.
  package var rowOrdering: FillReducingOrdering {
    FillReducingOrdering(position: permutation, work: treeWork / Double(max(1, rowCount)))
  }

  /// Most entries of the factor, and multiplications of a numeric factorisation.
  private static let limits = (values: 60_000_000, work: 3e10)

  /// Analyses the columns of A, each a range of `index` (rows); nil where the factor is too dense, or `mustStop` said
  /// so.
  ///
  /// - Parameter known: the ordering of a related program.
  package init?(
    rows count: Int, start: [Int], index: [Int32], known: FillReducingOrdering? = nil,
    mustStop: () -> Bool
  ) {
    rowCount = count
    guard
      let found = EliminationTree.best(
        rows: count, start: start, index: index, known: known, mustStop: mustStop)
    else { return nil }
    treeWork = found.work
    let (order, parent) = (found.order, found.parent)
    var permutation = [Int32](repeating: 0, count: count)
    for (k, row) in order.enumerated() { permutation[Int(row)] = Int32(k) }
    self.permutation = permutation

    // Columns with their rows in the new order, by passing through the rows in that order.
    var perRow = [Int](repeating: 0, count: count + 1)
    for row in index { perRow[Int(permutation[Int(row)]) + 1] += 1 }
    for k in 0..<count { perRow[k + 1] += perRow[k] }
    var fill = perRow
    var column = [Int32](repeating: 0, count: index.count)
    var source = column
    for j in 0..<(start.count - 1) {
      for k in start[j]..<start[j + 1] {
        let row = Int(permutation[Int(index[k])])
        column[fill[row]] = Int32(j)
        source[fill[row]] = Int32(k)
        fill[row] += 1
      }
    }
    var columnRow = column
    var sourceOfEntry = column
    var position = column
    var next = start
    for row in 0..<count {
      for k in perRow[row]..<perRow[row + 1] {
        let j = Int(column[k])
        columnRow[next[j]] = Int32(row)
        sourceOfEntry[next[j]] = source[k]
        position[k] = Int32(next[j])
        next[j] += 1
      }
    }
    columnStart = start
    self.columnRow = columnRow
    self.sourceOfEntry = sourceOfEntry
    rowStart = perRow
    rowColumn = column
    rowPosition = position
    supernodeOf = [Int32](repeating: 0, count: count)
    guard let size = analyse(parent), !mustStop() else { return nil }
    valueCount = size
  }

  /// Finds the pattern of each column of the factor from its children in the elimination tree, and amalgamates columns
  /// into supernodes, where that stores few explicit zeros.
  ///
  /// Returns the number of stored entries, or nil where there are too many.
  private mutating func analyse(_ parent: [Int32]) -> Int? {
    // Columns of A whose first row is k: `next[..]` after `firstColumn[k]`.
    var firstColumn = [Int32](repeating: -1, count: rowCount)
    var nextColumn = [Int32](repeating: -1, count: columnStart.count - 1)
    for j in nextColumn.indices where columnStart[j + 1] > columnStart[j] {
      let k = Int(columnRow[columnStart[j]])
      nextColumn[j] = firstColumn[k]
      firstColumn[k] = Int32(j)
    }
    var mark = [Int32](repeating: -1, count: rowCount)
    // Blocks whose rows a column inherits.
    var waiting = [[Int32]](repeating: [], count: rowCount)
    var found: [Int32] = []
    var zeros: [Int] = []
    var size = 0
    for k in 0..<rowCount {
      found.removeAll(keepingCapacity: true)
      mark[k] = Int32(k)
      var j = Int(firstColumn[k])
      while j >= 0 {
        for other in columnRow[columnStart[j]..<columnStart[j + 1]] where mark[Int(other)] != k {
          mark[Int(other)] = Int32(k)
          found.append(other)
        }
        j = Int(nextColumn[j])
      }
      size += found.count + 1
      if size > SymbolicFactorisation.limits.values { return nil }
      for b in waiting[k] {
        let node = supernodes[Int(b)]
        for r in rows[(node.rowStart + node.width)..<(node.rowStart + node.height)]
        where r > k && mark[Int(r)] != k {
          mark[Int(r)] = Int32(k)
          found.append(r)
        }
      }
      // The last supernode ends just before k and is below it in the tree: its rows are a subset.
      if let last = supernodes.last, last.first + last.width == k, parent[k - 1] == k {
        let wasted = (last.width) * (found.count + 1 - (last.height - last.width))
        let total = zeros[zeros.count - 1] + wasted
        let entries = (last.width + 1) * (last.height + found.count) / 2 + last.width * last.width
        if wasted == 0 || total * 4 <= entries || (last.width < 8 && total <= 300) {
          zeros[zeros.count - 1] = total
          supernodes[supernodes.count - 1].width += 1
          supernodes[supernodes.count - 1].height = last.width + 1 + found.count
          rows.removeSubrange((last.rowStart + last.width)...)
          rows.append(Int32(k))
          found.sort()
          rows.append(contentsOf: found)
          supernodeOf[k] = Int32(supernodes.count - 1)
          if parent[k] >= 0, !waiting[Int(parent[k])].contains(supernodeOf[k]) {
            waiting[Int(parent[k])].append(supernodeOf[k])
          }
          continue
        }
      }
      found.sort()
      let node = Supernode(
        first: k, width: 1, rowStart: rows.count, height: found.count + 1, start: 0)
      rows.append(Int32(k))
      rows.append(contentsOf: found)
      supernodes.append(node)
      zeros.append(0)
      supernodeOf[k] = Int32(supernodes.count - 1)
      if parent[k] >= 0 { waiting[Int(parent[k])].append(supernodeOf[k]) }
    }
    size = 0
    for b in supernodes.indices {
      supernodes[b].start = size
      size += supernodes[b].width * supernodes[b].height
      let (w, h) = (Double(supernodes[b].width), Double(supernodes[b].height))
      work += w * h * h - w * w * h + w * w * w / 3
    }
    return size > SymbolicFactorisation.limits.values || work > SymbolicFactorisation.limits.work
      ? nil : size
  }
}

/// A supernode: columns `first ..< first + width` of the factor, which have the same pattern below the diagonal and
/// are stored as one dense block.
package struct Supernode {
  package var first: Int
  package var width: Int
  /// Rows of the supernode, its own columns first: `rows[rowStart ..< rowStart + height]`, ascending.
  package var rowStart: Int
  package var height: Int
  /// Position of its entries among the factor's values, stored by columns.
  package var start: Int
}
