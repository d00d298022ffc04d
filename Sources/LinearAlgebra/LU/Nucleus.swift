/// The nucleus of a basis, which singletons leave, eliminated by Markowitz' rule with threshold pivoting: of the stable
/// pivots one of least Markowitz count, searched for in the shortest columns and rows.
struct Nucleus {
  private let threshold: Double
  /// Entries by column (number in `Triangularisation.columns`), pattern by row.
  private let byColumn: FactorStorage
  private let byRow: FactorStorage
  private var columnLists: CountLists
  private var rowLists: CountLists
  private var largest: [Double]
  private var upperRow: [Int32] = []
  private var upperColumn: [Int32] = []
  private var upperValue: [Double] = []
  private var multiplier: [Double]
  private var isFilled: [Bool]
  private let size: Int
  private var columnsLeft: Int

  init(_ work: Triangularisation, _ matrix: RowwiseMatrix, threshold: Double) {
    self.threshold = threshold
    let size = work.size
    byColumn = FactorStorage(work.columns.count)
    byRow = FactorStorage(size)
    largest = [Double](repeating: 0, count: work.columns.count)
    columnLists = CountLists(work.columns.count, longest: size)
    rowLists = CountLists(size, longest: size)
    multiplier = [Double](repeating: 0, count: size)
    isFilled = [Bool](repeating: false, count: size)
    self.size = size
    columnsLeft = 0
    for i in 0..<size where work.isOpen[i] != 0 {
      byRow.allocate(i, room: Int(work.rowCount[i]) + 4)
    }
    for c in work.columns.indices where work.pivotRow[c] < 0 {
      columnsLeft += 1
      var count = 0
      for k in work.entries(of: c) where work.isOpen[Int(matrix.index[k])] != 0 { count += 1 }
      byColumn.allocate(c, room: count + 4)
      for k in work.entries(of: c) {
        let i = Int(matrix.index[k])
        if work.isOpen[i] != 0 {
          byColumn.append(c, i, matrix.value[k])
          byRow.append(i, c, 0)
          largest[c] = max(largest[c], abs(matrix.value[k]))
        } else {
          upperRow.append(Int32(truncatingIfNeeded: i))
          upperColumn.append(Int32(truncatingIfNeeded: c))
          upperValue.append(matrix.value[k])
        }
      }
      columnLists.insert(c, count)
    }
    for i in 0..<size where work.isOpen[i] != 0 { rowLists.insert(i, Int(byRow.length[i])) }
  }

  /// - Parameter pivot: gets row, number of the column and value.
  mutating func eliminate(into factor: BasisFactor, _ pivot: (Int, Int, Double) -> Void) {
    while columnsLeft > 0, let (p, q) = choose() {
      let first = byColumn.start[q]
      var value = 0.0
      for k in first..<first + Int(byColumn.length[q]) where Int(byColumn.index[k]) == p {
        value = byColumn.value[k]
      }
      pivot(p, q, value)
      columnsLeft -= 1
      eliminate(p, q, value, factor)
    }
  }

  func addEntries(to work: Triangularisation) {
    work.upperRow += upperRow
    work.upperColumn += upperColumn
    work.upperValue += upperValue
  }

  private mutating func choose() -> (row: Int, column: Int)? {
    var best: (row: Int, column: Int)?
    var bestMerit = Double.infinity
    var looked = 0
    var count = 1
    while count <= size {
      let least = Double(count - 1) * Double(count - 1)
      if best != nil && bestMerit <= least { return best }
      var c = columnLists.first[count]
      while c >= 0 {
        let column = Int(c)
        c = columnLists.next[column]
        let start = byColumn.start[column]
        for k in start..<start + Int(byColumn.length[column])
        where abs(byColumn.value[k]) >= threshold * largest[column]
          && abs(byColumn.value[k]) > 1e-9
        {
          let row = Int(byColumn.index[k])
          let merit = Double(count - 1) * Double(byRow.length[row] - 1)
          if merit < bestMerit {
            bestMerit = merit
            best = (row, column)
          }
        }
        looked += 1
        if best != nil && (looked >= 4 || bestMerit <= least) { return best }
      }
      var r = rowLists.first[count]
      while r >= 0 {
        let row = Int(r)
        r = rowLists.next[row]
        let start = byRow.start[row]
        for k in start..<start + Int(byRow.length[row]) {
          let column = Int(byRow.index[k])
          let merit = Double(count - 1) * Double(byColumn.length[column] - 1)
          if merit >= bestMerit { continue }
          let value = entry(row, column)
          if abs(value) >= threshold * largest[column] && abs(value) > 1e-9 {
            bestMerit = merit
            best = (row, column)
          }
        }
        looked += 1
        if best != nil && (looked >= 4 || bestMerit <= least) { return best }
      }
      count += 1
    }
    return best
  }

  private func entry(_ row: Int, _ column: Int) -> Double {
    let start = byColumn.start[column]
    for k in start..<start + Int(byColumn.length[column]) where Int(byColumn.index[k]) == row {
      return byColumn.value[k]
    }
    return 0
  }

  private mutating func eliminate(_ p: Int, _ q: Int, _ value: Double, _ factor: BasisFactor) {
    // The pivot's column becomes one of L.
    factor.lowerColumns.open(p)
    var rows: [Int32] = []
    let first = byColumn.start[q]
    for k in first..<first + Int(byColumn.length[q]) {
      let i = Int(byColumn.index[k])
      byRow.remove(i, q)
      if i == p { continue }
      let factorOfRow = byColumn.value[k] / value
      rows.append(byColumn.index[k])
      multiplier[i] = factorOfRow
      factor.lowerColumns.push(p, i, factorOfRow)
    }
    columnLists.remove(q)
    rowLists.remove(p)
    byColumn.length[q] = 0
    for k in 0..<Int(byRow.length[p]) {
      subtract(p, Int(byRow.index[byRow.start[p] + k]), rows)
    }
    byRow.length[p] = 0
    for i in rows {
      multiplier[Int(i)] = 0
      rowLists.remove(Int(i))
      rowLists.insert(Int(i), Int(byRow.length[Int(i)]))
    }
  }

  /// Eliminates the pivot's row from a column.
  private mutating func subtract(_ p: Int, _ column: Int, _ rows: [Int32]) {
    let u = byColumn.remove(column, p)
    upperRow.append(Int32(truncatingIfNeeded: p))
    upperColumn.append(Int32(truncatingIfNeeded: column))
    upperValue.append(u)
    var most = 0.0
    var k = byColumn.start[column]
    while k < byColumn.start[column] + Int(byColumn.length[column]) {
      let i = Int(byColumn.index[k])
      if multiplier[i] != 0 {
        isFilled[i] = true
        let old = byColumn.value[k]
        let new = old - multiplier[i] * u
        if abs(new) <= 1e-14 * max(1, abs(old)) {
          byColumn.remove(column, i)
          byRow.remove(i, column)
          continue
        }
        byColumn.value[k] = new
      }
      most = max(most, abs(byColumn.value[k]))
      k += 1
    }
    for row in rows {
      let i = Int(row)
      if isFilled[i] {
        isFilled[i] = false
        continue
      }
      let new = -multiplier[i] * u
      if abs(new) <= 1e-14 { continue }
      byColumn.append(column, i, new)
      byRow.append(i, column, 0)
      most = max(most, abs(new))
    }
    largest[column] = most
    columnLists.remove(column)
    columnLists.insert(column, Int(byColumn.length[column]))
  }
}

/// Rows or columns in doubly linked lists by their number of entries.
private struct CountLists {
  private(set) var first: [Int32]
  private(set) var next: [Int32]
  private var previous: [Int32]
  private var count: [Int32]

  init(_ members: Int, longest: Int) {
    first = [Int32](repeating: -1, count: longest + 2)
    next = [Int32](repeating: -1, count: members)
    previous = next
    count = next
  }

  mutating func insert(_ member: Int, _ entries: Int) {
    let head = first[entries]
    count[member] = Int32(truncatingIfNeeded: entries)
    next[member] = head
    previous[member] = -1
    if head >= 0 { previous[Int(head)] = Int32(truncatingIfNeeded: member) }
    first[entries] = Int32(truncatingIfNeeded: member)
  }

  mutating func remove(_ member: Int) {
    if count[member] < 0 { return }
    if previous[member] >= 0 {
      next[Int(previous[member])] = next[member]
    } else {
      first[Int(count[member])] = next[member]
    }
    if next[member] >= 0 { previous[Int(next[member])] = previous[member] }
    count[member] = -1
  }
}
