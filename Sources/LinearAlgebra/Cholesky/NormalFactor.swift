import CDense

/// A supernode of columns `first ..< first + width` of the factor.
struct Supernode {
  var first: Int
  var width: Int
  /// Rows of the supernode, its own columns first: `rows[rowStart ..< rowStart + height]`, ascending.
  var rowStart: Int
  var height: Int
  /// Position of its numbers in `values`, stored by columns.
  var start: Int
}

/// The Cholesky factor of `A·D·Aᵀ + diagonal` for changing `D`: order and pattern are found once, numbers
/// again and again. Neighbouring columns of the factor with the same pattern are stored as one dense block
/// (supernode), and supernodes are updated from earlier ones by dense multiplication (left-looking).
package final class NormalFactor {
  package let rowCount: Int
  /// New index of each row.
  let permutation: [Int32]
  private(set) var supernodes: [Supernode] = []
  private(set) var supernodeOf: [Int32]
  private(set) var rows: [Int32] = []
  private(set) var values: [Double]
  /// Columns of A with rows in the new order, ascending.
  private let columnStart: [Int]
  private let columnRow: [Int32]
  private let columnValue: [Double]
  /// Where each of them came from.
  private let sourceOfEntry: [Int32]
  /// Entries of A by row (new order): column and position in the column's list.
  private let rowStart: [Int]
  private let rowColumn: [Int32]
  private let rowPosition: [Int32]
  /// Multiplications of one factorisation.
  package private(set) var work = 0.0
  /// The same without those of zeros that are stored.
  private let treeWork: Double
  /// For programs that are related to this one.
  package var rowOrdering: FillReducingOrdering {
    FillReducingOrdering(position: permutation, work: treeWork / Double(max(1, rowCount)))
  }

  /// Most entries of the factor, and multiplications of a factorisation.
  private static let limits = (values: 60_000_000, work: 3e10)

  /// Takes the columns of A, each a range of `index` (rows) and `value`; nil where the factor is too dense,
  /// or `mustStop` said so.
  ///
  /// - Parameter known: the order of a related program.
  package init?(
    rows count: Int, start: [Int], index: [Int32], value: [Double],
    known: FillReducingOrdering? = nil,
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

    // Columns with their rows in the new order, made by going through the rows in that order.
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
    var columnValue = [Double](repeating: 0, count: index.count)
    var sourceOfEntry = column
    var position = column
    var next = start
    for row in 0..<count {
      for k in perRow[row]..<perRow[row + 1] {
        let j = Int(column[k])
        columnRow[next[j]] = Int32(row)
        columnValue[next[j]] = value[Int(source[k])]
        sourceOfEntry[next[j]] = source[k]
        position[k] = Int32(next[j])
        next[j] += 1
      }
    }
    columnStart = start
    self.columnRow = columnRow
    self.columnValue = columnValue
    self.sourceOfEntry = sourceOfEntry
    rowStart = perRow
    rowColumn = column
    rowPosition = position
    supernodeOf = [Int32](repeating: 0, count: count)
    values = []
    guard let size = analyse(parent), !mustStop() else { return nil }
    values = [Double](repeating: 0, count: size)
  }

  /// With the pattern of another and other numbers in its columns, in the same places.
  package init(like other: NormalFactor, value: [Double]) {
    rowCount = other.rowCount
    permutation = other.permutation
    supernodes = other.supernodes
    supernodeOf = other.supernodeOf
    rows = other.rows
    values = [Double](repeating: 0, count: other.values.count)
    columnStart = other.columnStart
    columnRow = other.columnRow
    sourceOfEntry = other.sourceOfEntry
    columnValue = other.sourceOfEntry.map { value[Int($0)] }
    rowStart = other.rowStart
    rowColumn = other.rowColumn
    rowPosition = other.rowPosition
    work = other.work
    treeWork = other.treeWork
  }

  // MARK: Pattern

  /// Finds the rows of each column of the factor from its children in the tree, and joins columns to supernodes,
  /// where that stores few zeros.
  ///
  /// Returns the number of entries, or nil where there are too many.
  private func analyse(_ parent: [Int32]) -> Int? {
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
      if size > NormalFactor.limits.values { return nil }
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
    return size > NormalFactor.limits.values || work > NormalFactor.limits.work ? nil : size
  }

  // MARK: Numbers

  /// Factorises `A·diag(d)·Aᵀ + diag(shift)`; `shift` in the caller's order of rows. False where `mustStop`
  /// said so.
  @discardableResult
  package func factorise(
    _ d: [Double], shift: [Double], mustStop: () -> Bool
  ) -> Bool {
    var relative = [Int32](repeating: 0, count: rowCount)
    var next = [Int32](repeating: -1, count: supernodes.count)
    var head = next
    var reached = [Int](repeating: 0, count: supernodes.count)
    var diagonal = [Double](repeating: 0, count: rowCount)
    for row in 0..<rowCount { diagonal[Int(permutation[row])] = shift[row] }
    let widest = supernodes.reduce(0) { max($0, $1.width) }
    let highest = supernodes.reduce(0) { max($0, $1.height) }
    var product = [Double](repeating: 0, count: widest * highest)
    var local = [Int32](repeating: 0, count: highest)
    var least = [Double](repeating: 0, count: widest)
    return values.withUnsafeMutableBufferPointer { values in
      rows.withUnsafeBufferPointer { rows in
        relative.withUnsafeMutableBufferPointer { relative in
          product.withUnsafeMutableBufferPointer { product in
            local.withUnsafeMutableBufferPointer { local in
              for b in supernodes.indices {
                if b % 128 == 127 && mustStop() { return false }
                let node = supernodes[b]
                let target = values.baseAddress! + node.start
                target.update(repeating: 0, count: node.width * node.height)
                for i in 0..<node.height { relative[Int(rows[node.rowStart + i])] = Int32(i) }
                assemble(node, target, relative, d, diagonal)
                for c in 0..<node.width { least[c] = 1e-14 * target[c * node.height + c] }
                var other = Int(head[b])
                while other >= 0 {
                  let following = Int(next[other])
                  let source = supernodes[other]
                  update(
                    node, target, from: source, reached[other], values, rows, relative, local,
                    product)
                  var position = reached[other]
                  let end = node.first + node.width
                  while position < source.height, Int(rows[source.rowStart + position]) < end {
                    position += 1
                  }
                  reached[other] = position
                  if position < source.height {
                    let owner = Int(supernodeOf[Int(rows[source.rowStart + position])])
                    next[other] = head[owner]
                    head[owner] = Int32(other)
                  }
                  other = following
                }
                dense_factorise(target, node.height, node.width, node.height, least)
                if node.height > node.width {
                  reached[b] = node.width
                  let owner = Int(supernodeOf[Int(rows[node.rowStart + node.width])])
                  next[b] = head[owner]
                  head[owner] = Int32(b)
                }
              }
              return true
            }
          }
        }
      }
    }
  }

  private func assemble(
    _ node: Supernode, _ target: UnsafeMutablePointer<Double>,
    _ relative: UnsafeMutableBufferPointer<Int32>, _ d: [Double], _ diagonal: [Double]
  ) {
    // Runs for every supernode: without checks of bounds.
    let relative = relative.baseAddress!
    columnRow.withUnsafeBufferPointer { columnRow in
      columnValue.withUnsafeBufferPointer { columnValue in
        rowColumn.withUnsafeBufferPointer { rowColumn in
          rowPosition.withUnsafeBufferPointer { rowPosition in
            for c in 0..<node.width {
              let row = node.first + c
              let column = target + c * node.height
              column[c] += diagonal[row]
              for k in rowStart[row]..<rowStart[row + 1] {
                let j = Int(rowColumn[k])
                let position = Int(rowPosition[k])
                let factor = columnValue[position] * d[j]
                if factor == 0 { continue }
                for q in position..<columnStart[j + 1] {
                  column[Int(relative[Int(columnRow[q])])] += factor * columnValue[q]
                }
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private func update(
    _ node: Supernode, _ target: UnsafeMutablePointer<Double>, from source: Supernode,
    _ reached: Int,
    _ values: UnsafeMutableBufferPointer<Double>, _ rows: UnsafeBufferPointer<Int32>,
    _ relative: UnsafeMutableBufferPointer<Int32>, _ local: UnsafeMutableBufferPointer<Int32>,
    _ product: UnsafeMutableBufferPointer<Double>
  ) {
    let end = node.first + node.width
    var stop = reached
    while stop < source.height, Int(rows[source.rowStart + stop]) < end { stop += 1 }
    let height = source.height - reached
    let row = rows.baseAddress! + source.rowStart + reached
    let relative = relative.baseAddress!
    let left = values.baseAddress! + source.start + reached
    let top = Int(relative[Int(row[0])])
    if Int(relative[Int(row[height - 1])]) - top == height - 1 {
      // The rows are neighbours in the target too.
      dense_multiply_subtract(
        target + top + (Int(row[0]) - node.first) * node.height, node.height, height,
        stop - reached, source.width, left, source.height, left, source.height)
      return
    }
    for i in 0..<height { local[i] = relative[Int(row[i])] }
    dense_update(
      target, node.height, local.baseAddress!, height, stop - reached, source.width, left,
      source.height, product.baseAddress!)
  }

  /// Solves with the factor, in the caller's order of rows.
  package func solve(_ right: [Double]) -> [Double] {
    var x = [Double](repeating: 0, count: rowCount)
    for row in 0..<rowCount { x[Int(permutation[row])] = right[row] }
    x.withUnsafeMutableBufferPointer { x in
      values.withUnsafeBufferPointer { values in
        rows.withUnsafeBufferPointer { rows in
          for node in supernodes {
            let top = values.baseAddress! + node.start
            let own = x.baseAddress! + node.first
            dense_forward(own, node.width, top, node.height)
            let below = node.height - node.width
            let target = rows.baseAddress! + node.rowStart + node.width
            dense_scatter(
              x.baseAddress!, target, below, node.width, top + node.width, node.height, own)
          }
          for node in supernodes.reversed() {
            let top = values.baseAddress! + node.start
            let own = x.baseAddress! + node.first
            let below = node.height - node.width
            let target = rows.baseAddress! + node.rowStart + node.width
            dense_gather(
              own, target, below, node.width, top + node.width, node.height, x.baseAddress!)
            dense_backward(own, node.width, top, node.height)
          }
        }
      }
    }
    var result = right
    for row in 0..<rowCount { result[row] = x[Int(permutation[row])] }
    return result
  }
}
