extension BasisFactor {
  /// Factorises the basis and permutes `basicIndex` by the rows of the pivots.
  ///
  /// Slacks and column singletons come first, then row singletons, then the nucleus by Markowitz' rule with threshold
  /// pivoting.
  ///
  /// - Parameters:
  ///   - basicIndex: the basic variables; numbers from `matrix.columnCount` on are row activities, whose column is
  ///     minus a unit vector. Linearly dependent columns are replaced by row activities.
  ///   - threshold: the least size of a pivot relative to the largest entry of its column.
  /// - Returns: the variables that left the basis.
  package func factorise(
    _ basicIndex: UnsafeMutablePointer<Int32>, _ matrix: RowwiseMatrix, threshold: Double = 0.1
  ) -> [Int32] {
    clear()
    let n = matrix.columnCount
    let variables = (0..<size).map { basicIndex[$0] }
    let work = Triangularisation(size, matrix)
    for p in 0..<size { basicIndex[p] = -1 }
    for variable in variables where Int(variable) >= n {
      let p = Int(variable) - n
      basicIndex[p] = variable
      pivot[p] = -1
      appendOrder(p)
      work.isOpen[p] = 0
    }
    work.begin(variables.filter { Int($0) < n })
    work.takeColumnSingletons { p, c, value in
      basicIndex[p] = work.columns[c]
      pivot[p] = value
      appendOrder(p)
    }
    work.takeRowSingletons { p, c, value in
      basicIndex[p] = work.columns[c]
      pivot[p] = value
      appendOrder(p)
      lowerColumns.open(p)
      for k in work.entries(of: c) where work.isOpen[Int(matrix.index[k])] != 0 {
        lowerColumns.push(p, Int(matrix.index[k]), matrix.value[k] / value)
      }
    }
    var dropped: [Int32] = []
    if work.pivotCount < work.columns.count {
      var nucleus = Nucleus(work, matrix, threshold: threshold)
      nucleus.eliminate(into: self) { p, c, value in
        basicIndex[p] = work.columns[c]
        pivot[p] = value
        work.pivotRow[c] = Int32(truncatingIfNeeded: p)
        appendOrder(p)
      }
      nucleus.addEntries(to: work)
      for c in work.columns.indices where work.pivotRow[c] < 0 { dropped.append(work.columns[c]) }
    }
    if !dropped.isEmpty {
      for p in 0..<size where basicIndex[p] < 0 {
        basicIndex[p] = Int32(truncatingIfNeeded: n + p)
        pivot[p] = -1
        appendOrder(p)
      }
    }
    buildUpper(work)
    buildLower()
    freshEntries = lowerColumns.used + work.upperRow.count + size
    return dropped
  }

  private func buildUpper(_ work: Triangularisation) {
    let count = work.upperRow.count
    upperColumns.reserve(count)
    upperRows.reserve(count + 4 * size)
    var columnLength = [Int32](repeating: 0, count: size)
    var rowLength = columnLength
    for k in 0..<count {
      let p = work.pivotRow[Int(work.upperColumn[k])]
      if p < 0 { continue }
      columnLength[Int(p)] &+= 1
      rowLength[Int(work.upperRow[k])] &+= 1
    }
    for p in 0..<size {
      upperColumns.allocate(p, room: Int(columnLength[p]))
      upperRows.allocate(p, room: Int(rowLength[p]) + 4)
    }
    for k in 0..<count {
      let p = Int(work.pivotRow[Int(work.upperColumn[k])])
      if p < 0 { continue }
      let row = Int(work.upperRow[k])
      upperColumns.append(p, row, work.upperValue[k])
      upperRows.append(row, p, work.upperValue[k])
    }
  }

  private func buildLower() {
    var rowLength = [Int32](repeating: 0, count: size)
    for k in 0..<orderCount {
      let p = Int(order[k])
      if lowerColumns.length[p] == 0 { continue }
      lowerColumnOrder.append(order[k])
      for e in lowerColumns.start[p]..<lowerColumns.start[p] + Int(lowerColumns.length[p]) {
        rowLength[Int(lowerColumns.index[e])] &+= 1
      }
    }
    if lowerColumnOrder.isEmpty { return }
    for p in 0..<size where rowLength[p] > 0 { lowerRows.allocate(p, room: Int(rowLength[p])) }
    for position in lowerColumnOrder {
      let p = Int(position)
      for e in lowerColumns.start[p]..<lowerColumns.start[p] + Int(lowerColumns.length[p]) {
        lowerRows.append(Int(lowerColumns.index[e]), p, lowerColumns.value[e])
      }
    }
    for k in stride(from: orderCount - 1, through: 0, by: -1) where rowLength[Int(order[k])] > 0 {
      lowerRowOrder.append(order[k])
    }
  }
}

/// The triangular part of a basis, which needs no arithmetic: column and row singletons.
final class Triangularisation {
  let size: Int
  let matrix: RowwiseMatrix
  /// Structural columns of the basis.
  private(set) var columns: [Int32] = []
  /// Row of the pivot of each of `columns`; −1: none yet.
  var pivotRow: [Int32] = []
  /// Whether a row has no pivot yet.
  let isOpen: UnsafeMutablePointer<UInt8>
  /// Open rows of each column, and columns without pivot of each row.
  private(set) var columnCount: [Int32] = []
  private(set) var rowCount: [Int32]
  private(set) var rowStart: [Int]
  private(set) var byRow: [Int32] = []
  private(set) var pivotCount = 0
  /// Entries of U: row, number of the column in `columns`, value.
  var upperRow: [Int32] = []
  var upperColumn: [Int32] = []
  var upperValue: [Double] = []

  init(_ size: Int, _ matrix: RowwiseMatrix) {
    self.size = size
    self.matrix = matrix
    isOpen = .allocate(capacity: max(size, 1))
    isOpen.initialize(repeating: 1, count: max(size, 1))
    rowCount = [Int32](repeating: 0, count: size)
    rowStart = [Int](repeating: 0, count: size + 1)
  }

  deinit { isOpen.deallocate() }

  @inline(__always)
  func entries(of c: Int) -> Range<Int> {
    let j = Int(columns[c])
    return matrix.start[j]..<matrix.start[j + 1]
  }

  /// Counts entries in the rows that slacks have left open.
  func begin(_ variables: [Int32]) {
    columns = variables
    pivotRow = [Int32](repeating: -1, count: columns.count)
    columnCount = [Int32](repeating: 0, count: columns.count)
    for c in columns.indices {
      for k in entries(of: c) {
        let i = Int(matrix.index[k])
        if isOpen[i] == 0 { continue }
        columnCount[c] &+= 1
        rowCount[i] &+= 1
      }
    }
    for i in 0..<size { rowStart[i + 1] = rowStart[i] + Int(rowCount[i]) }
    byRow = [Int32](repeating: 0, count: rowStart[size])
    var fill = rowStart
    for c in columns.indices {
      for k in entries(of: c) {
        let i = Int(matrix.index[k])
        if isOpen[i] == 0 { continue }
        byRow[fill[i]] = Int32(truncatingIfNeeded: c)
        fill[i] += 1
      }
    }
  }

  /// Appends the entries of a column in rows with a pivot to U.
  private func addUpper(_ c: Int) {
    for k in entries(of: c) where isOpen[Int(matrix.index[k])] == 0 {
      upperRow.append(matrix.index[k])
      upperColumn.append(Int32(truncatingIfNeeded: c))
      upperValue.append(matrix.value[k])
    }
  }

  /// - Parameter pivot: gets row, number of the column and value.
  func takeColumnSingletons(_ pivot: (Int, Int, Double) -> Void) {
    var queue = columns.indices.filter { columnCount[$0] == 1 }
    var next = 0
    while next < queue.count {
      let c = queue[next]
      next += 1
      if columnCount[c] != 1 || pivotRow[c] >= 0 { continue }
      var found = -1
      for k in entries(of: c) where isOpen[Int(matrix.index[k])] != 0 { found = k }
      guard found >= 0, abs(matrix.value[found]) > 1e-7 else { continue }
      let p = Int(matrix.index[found])
      addUpper(c)
      isOpen[p] = 0
      pivotRow[c] = Int32(truncatingIfNeeded: p)
      pivotCount += 1
      pivot(p, c, matrix.value[found])
      for k in rowStart[p]..<rowStart[p + 1] {
        let other = Int(byRow[k])
        if pivotRow[other] >= 0 { continue }
        columnCount[other] &-= 1
        if columnCount[other] == 1 { queue.append(other) }
      }
    }
    for i in 0..<size where isOpen[i] != 0 {
      var count: Int32 = 0
      for k in rowStart[i]..<rowStart[i + 1] where pivotRow[Int(byRow[k])] < 0 { count &+= 1 }
      rowCount[i] = count
    }
  }

  /// - Parameter pivot: gets row, number of the column and value, when the row is no longer open.
  func takeRowSingletons(_ pivot: (Int, Int, Double) -> Void) {
    var queue = (0..<size).filter { isOpen[$0] != 0 && rowCount[$0] == 1 }
    var next = 0
    while next < queue.count {
      let p = queue[next]
      next += 1
      if isOpen[p] == 0 || rowCount[p] != 1 { continue }
      guard
        let at = (rowStart[p]..<rowStart[p + 1]).first(where: { pivotRow[Int(byRow[$0])] < 0 })
      else { continue }
      let c = Int(byRow[at])
      var largest = 0.0
      var value = 0.0
      for k in entries(of: c) where isOpen[Int(matrix.index[k])] != 0 {
        largest = max(largest, abs(matrix.value[k]))
        if Int(matrix.index[k]) == p { value = matrix.value[k] }
      }
      if abs(value) < 0.01 * largest || abs(value) <= 1e-7 { continue }
      addUpper(c)
      isOpen[p] = 0
      pivotRow[c] = Int32(truncatingIfNeeded: p)
      pivotCount += 1
      pivot(p, c, value)
      for k in entries(of: c) {
        let i = Int(matrix.index[k])
        if isOpen[i] == 0 { continue }
        rowCount[i] &-= 1
        if rowCount[i] == 1 { queue.append(i) }
      }
    }
  }
}
