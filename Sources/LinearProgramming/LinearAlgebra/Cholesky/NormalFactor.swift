import CDense

/// The Cholesky factor of `A·D·Aᵀ + diagonal` for changing `D`: order and pattern are found once, numbers
/// again and again. Neighbouring columns of the factor with the same pattern are stored as one dense block
/// (supernode), and blocks are updated from earlier ones by dense multiplication (left-looking).
final class NormalFactor: NormalEquations {
  /// A block of columns `first ..< first + width` of the factor.
  struct Block {
    var first: Int
    var width: Int
    /// Rows of the block, its own columns first: `rows[rowStart ..< rowStart + height]`, ascending.
    var rowStart: Int
    var height: Int
    /// Position of its numbers in `values`, stored by columns.
    var start: Int
  }

  let rowCount: Int
  /// New place of each row.
  let place: [Int32]
  private(set) var blocks: [Block] = []
  private(set) var blockOf: [Int32]
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
  private(set) var work = 0.0
  /// The same without those of zeros that are stored.
  private let treeWork: Double
  /// For programs that are related to this one.
  var rowOrder: RowOrder { RowOrder(place: place, work: treeWork / Double(max(1, rowCount))) }

  /// Most entries of the factor, and multiplications of a factorisation.
  private static let limits = (values: 60_000_000, work: 3e10)

  /// Takes the columns of A, each a range of `index` (rows) and `value`; nil where the factor is too dense,
  /// or `mustStop` said so.
  ///
  /// - Parameter known: the order of a related program.
  init?(
    rows count: Int, start: [Int], index: [Int32], value: [Double], known: RowOrder? = nil,
    mustStop: () -> Bool
  ) {
    rowCount = count
    guard
      let found = EliminationTree.best(
        rows: count, start: start, index: index, known: known, mustStop: mustStop)
    else { return nil }
    treeWork = found.work
    let (order, parent) = (found.order, found.parent)
    var place = [Int32](repeating: 0, count: count)
    for (k, row) in order.enumerated() { place[Int(row)] = Int32(k) }
    self.place = place

    // Columns with their rows in the new order, made by going through the rows in that order.
    var perRow = [Int](repeating: 0, count: count + 1)
    for row in index { perRow[Int(place[Int(row)]) + 1] += 1 }
    for k in 0..<count { perRow[k + 1] += perRow[k] }
    var fill = perRow
    var column = [Int32](repeating: 0, count: index.count)
    var source = column
    for j in 0..<(start.count - 1) {
      for k in start[j]..<start[j + 1] {
        let row = Int(place[Int(index[k])])
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
    blockOf = [Int32](repeating: 0, count: count)
    values = []
    guard let size = makeBlocks(parent), !mustStop() else { return nil }
    values = [Double](repeating: 0, count: size)
  }

  /// With the pattern of another and other numbers in its columns, in the same places.
  init(like other: NormalFactor, value: [Double]) {
    rowCount = other.rowCount
    place = other.place
    blocks = other.blocks
    blockOf = other.blockOf
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

  /// Finds the rows of each column of the factor from its children in the tree, and joins columns to blocks,
  /// where that stores few zeros.
  ///
  /// Returns the number of entries, or nil where there are too many.
  private func makeBlocks(_ parent: [Int32]) -> Int? {
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
        let block = blocks[Int(b)]
        for r in rows[(block.rowStart + block.width)..<(block.rowStart + block.height)]
        where r > k && mark[Int(r)] != k {
          mark[Int(r)] = Int32(k)
          found.append(r)
        }
      }
      // The last block ends just before k and is below it in the tree: its rows are a subset.
      if let last = blocks.last, last.first + last.width == k, parent[k - 1] == k {
        let wasted = (last.width) * (found.count + 1 - (last.height - last.width))
        let total = zeros[zeros.count - 1] + wasted
        let entries = (last.width + 1) * (last.height + found.count) / 2 + last.width * last.width
        if wasted == 0 || total * 4 <= entries || (last.width < 8 && total <= 300) {
          zeros[zeros.count - 1] = total
          blocks[blocks.count - 1].width += 1
          blocks[blocks.count - 1].height = last.width + 1 + found.count
          rows.removeSubrange((last.rowStart + last.width)...)
          rows.append(Int32(k))
          found.sort()
          rows.append(contentsOf: found)
          blockOf[k] = Int32(blocks.count - 1)
          if parent[k] >= 0, !waiting[Int(parent[k])].contains(blockOf[k]) {
            waiting[Int(parent[k])].append(blockOf[k])
          }
          continue
        }
      }
      found.sort()
      let block = Block(
        first: k, width: 1, rowStart: rows.count, height: found.count + 1, start: 0)
      rows.append(Int32(k))
      rows.append(contentsOf: found)
      blocks.append(block)
      zeros.append(0)
      blockOf[k] = Int32(blocks.count - 1)
      if parent[k] >= 0 { waiting[Int(parent[k])].append(blockOf[k]) }
    }
    size = 0
    for b in blocks.indices {
      blocks[b].start = size
      size += blocks[b].width * blocks[b].height
      let (w, h) = (Double(blocks[b].width), Double(blocks[b].height))
      work += w * h * h - w * w * h + w * w * w / 3
    }
    return size > NormalFactor.limits.values || work > NormalFactor.limits.work ? nil : size
  }

  // MARK: Numbers

  /// Factorises `A·diag(d)·Aᵀ + diag(shift)`; `shift` in the caller's order of rows. False where `mustStop`
  /// said so.
  @discardableResult
  func factorise(
    _ d: [Double], shift: [Double], mustStop: () -> Bool
  ) -> Bool {
    var relative = [Int32](repeating: 0, count: rowCount)
    var next = [Int32](repeating: -1, count: blocks.count)
    var head = next
    var reached = [Int](repeating: 0, count: blocks.count)
    var diagonal = [Double](repeating: 0, count: rowCount)
    for row in 0..<rowCount { diagonal[Int(place[row])] = shift[row] }
    let widest = blocks.reduce(0) { max($0, $1.width) }
    let highest = blocks.reduce(0) { max($0, $1.height) }
    var product = [Double](repeating: 0, count: widest * highest)
    var local = [Int32](repeating: 0, count: highest)
    var least = [Double](repeating: 0, count: widest)
    return values.withUnsafeMutableBufferPointer { values in
      rows.withUnsafeBufferPointer { rows in
        relative.withUnsafeMutableBufferPointer { relative in
          product.withUnsafeMutableBufferPointer { product in
            local.withUnsafeMutableBufferPointer { local in
              for b in blocks.indices {
                if b % 128 == 127 && mustStop() { return false }
                let block = blocks[b]
                let target = values.baseAddress! + block.start
                target.update(repeating: 0, count: block.width * block.height)
                for i in 0..<block.height { relative[Int(rows[block.rowStart + i])] = Int32(i) }
                assemble(block, target, relative, d, diagonal)
                for c in 0..<block.width { least[c] = 1e-14 * target[c * block.height + c] }
                var other = Int(head[b])
                while other >= 0 {
                  let following = Int(next[other])
                  let source = blocks[other]
                  update(
                    block, target, from: source, reached[other], values, rows, relative, local,
                    product)
                  var position = reached[other]
                  let end = block.first + block.width
                  while position < source.height, Int(rows[source.rowStart + position]) < end {
                    position += 1
                  }
                  reached[other] = position
                  if position < source.height {
                    let owner = Int(blockOf[Int(rows[source.rowStart + position])])
                    next[other] = head[owner]
                    head[owner] = Int32(other)
                  }
                  other = following
                }
                dense_factorise(target, block.height, block.width, block.height, least)
                if block.height > block.width {
                  reached[b] = block.width
                  let owner = Int(blockOf[Int(rows[block.rowStart + block.width])])
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
    _ block: Block, _ target: UnsafeMutablePointer<Double>,
    _ relative: UnsafeMutableBufferPointer<Int32>, _ d: [Double], _ diagonal: [Double]
  ) {
    // Runs for every block: without checks of bounds.
    let relative = relative.baseAddress!
    columnRow.withUnsafeBufferPointer { columnRow in
      columnValue.withUnsafeBufferPointer { columnValue in
        rowColumn.withUnsafeBufferPointer { rowColumn in
          rowPosition.withUnsafeBufferPointer { rowPosition in
            for c in 0..<block.width {
              let row = block.first + c
              let column = target + c * block.height
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
    _ block: Block, _ target: UnsafeMutablePointer<Double>, from source: Block, _ reached: Int,
    _ values: UnsafeMutableBufferPointer<Double>, _ rows: UnsafeBufferPointer<Int32>,
    _ relative: UnsafeMutableBufferPointer<Int32>, _ local: UnsafeMutableBufferPointer<Int32>,
    _ product: UnsafeMutableBufferPointer<Double>
  ) {
    let end = block.first + block.width
    var stop = reached
    while stop < source.height, Int(rows[source.rowStart + stop]) < end { stop += 1 }
    let height = source.height - reached
    let place = rows.baseAddress! + source.rowStart + reached
    let relative = relative.baseAddress!
    let left = values.baseAddress! + source.start + reached
    let top = Int(relative[Int(place[0])])
    if Int(relative[Int(place[height - 1])]) - top == height - 1 {
      // The rows are neighbours in the target too.
      dense_multiply_subtract(
        target + top + (Int(place[0]) - block.first) * block.height, block.height, height,
        stop - reached, source.width, left, source.height, left, source.height)
      return
    }
    for i in 0..<height { local[i] = relative[Int(place[i])] }
    dense_update(
      target, block.height, local.baseAddress!, height, stop - reached, source.width, left,
      source.height, product.baseAddress!)
  }

  /// Solves with the factor, in the caller's order of rows.
  func solve(_ right: [Double]) -> [Double] {
    var x = [Double](repeating: 0, count: rowCount)
    for row in 0..<rowCount { x[Int(place[row])] = right[row] }
    x.withUnsafeMutableBufferPointer { x in
      values.withUnsafeBufferPointer { values in
        rows.withUnsafeBufferPointer { rows in
          for block in blocks {
            let top = values.baseAddress! + block.start
            let own = x.baseAddress! + block.first
            dense_forward(own, block.width, top, block.height)
            let below = block.height - block.width
            let place = rows.baseAddress! + block.rowStart + block.width
            dense_scatter(
              x.baseAddress!, place, below, block.width, top + block.width, block.height, own)
          }
          for block in blocks.reversed() {
            let top = values.baseAddress! + block.start
            let own = x.baseAddress! + block.first
            let below = block.height - block.width
            let place = rows.baseAddress! + block.rowStart + block.width
            dense_gather(
              own, place, below, block.width, top + block.width, block.height, x.baseAddress!)
            dense_backward(own, block.width, top, block.height)
          }
        }
      }
    }
    var result = right
    for row in 0..<rowCount { result[row] = x[Int(place[row])] }
    return result
  }
}
