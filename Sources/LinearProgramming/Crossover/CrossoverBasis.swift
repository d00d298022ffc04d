import LinearAlgebra

/// Crossover, first part: a basis from a point near an optimum (as in IPX, Schork and Gondzio 2020).
///
/// Columns and row activities whose slack exceeds the duals of their bounds are candidates for the basis, by their
/// ratio. A maximal independent set of the candidates is chosen by sparse Gaussian elimination: column and row
/// singletons first, without arithmetic, then the rest with partial pivoting, candidates of high weight first. A row
/// without a pivot gets its own activity as basic, so the basis is never singular.
struct CrossoverBasis {
  private(set) var basis: Basis
  /// Candidates that depend linearly on others and were left out: for the push phase.
  private(set) var dependent: [Int] = []
  /// Preference of each column and row activity for being basic: its slack to the nearest bound divided by the larger
  /// bound dual; 0 for fixed ones.
  let weight: [Double]
  /// By column and row activity.
  let isNearUpper: [Bool]
  /// Columns that remain after the singletons.
  private(set) var nucleusSize = 0

  private let matrix: ColumnMatrix
  private var isOpenRow: [Bool]
  private var isOpenColumn: [Bool]

  /// - Parameters:
  ///   - lower, upper: bounds of the columns, then of the rows, of the scaled program that `point` is of.
  init(_ point: InteriorPoint.Point, matrix: ColumnMatrix, lower: [Double], upper: [Double]) {
    self.matrix = matrix
    let n = matrix.columnCount
    let m = matrix.rowCount
    var statuses = [Basis.Status](repeating: .atLower, count: n + m)
    var weight = [Double](repeating: 0, count: n + m)
    for j in 0..<(n + m) {
      let below = point.x[j] - lower[j]
      let above = upper[j] - point.x[j]
      if lower[j] >= upper[j] {
        statuses[j] = .fixed
        continue
      }
      let dual = max(point.lowerDual[j], point.upperDual[j])
      weight[j] = min(below, above) / max(dual, 1e-300)
      if lower[j].isFinite && upper[j].isFinite {
        statuses[j] = below <= above ? .atLower : .atUpper
      } else {
        statuses[j] = lower[j].isFinite ? .atLower : upper[j].isFinite ? .atUpper : .free
      }
    }
    self.weight = weight
    isNearUpper = (0..<(n + m)).map { upper[$0] - point.x[$0] < point.x[$0] - lower[$0] }
    isOpenRow = (0..<m).map { weight[n + $0] <= 1 }
    isOpenColumn = (0..<n).map { weight[$0] > 1 }
    basis = Basis(columns: Array(statuses[..<n]), rows: Array(statuses[n...]))
    for i in 0..<m where !isOpenRow[i] { basis.rows[i] = .basic }
    let spare = (0..<(n + m)).filter { j in
      if lower[j] >= upper[j] || weight[j] > 1 { return false }
      return j < n || isOpenRow[j - n]
    }
    let duals = spare.map { max(point.lowerDual[$0], point.upperDual[$0]) }
    let order = spare.indices.sorted { (duals[$0], $0) < (duals[$1], $1) }
    chooseColumns(weight, spare: order.map { spare[$0] })
    for i in 0..<m where isOpenRow[i] { basis.rows[i] = .basic }
  }

  private mutating func chooseColumns(_ weight: [Double], spare: [Int]) {
    let m = matrix.rowCount
    let candidates = isOpenColumn.indices.filter { isOpenColumn[$0] }
    var columnCount = [Int32](repeating: 0, count: isOpenColumn.count)
    var rowCount = [Int32](repeating: 0, count: m)
    for j in candidates {
      for k in matrix.start[j]..<matrix.start[j + 1] where isOpenRow[Int(matrix.index[k])] {
        columnCount[j] += 1
        rowCount[Int(matrix.index[k])] += 1
      }
    }
    var rowStart = [Int](repeating: 0, count: m + 1)
    for i in 0..<m { rowStart[i + 1] = rowStart[i] + Int(rowCount[i]) }
    var fill = rowStart
    var byRow = [Int32](repeating: 0, count: rowStart[m])
    for j in candidates {
      for k in matrix.start[j]..<matrix.start[j + 1] where isOpenRow[Int(matrix.index[k])] {
        let i = Int(matrix.index[k])
        byRow[fill[i]] = Int32(j)
        fill[i] += 1
      }
    }
    // Column singletons, of highest weight first, and row singletons, among open rows and columns.
    let ordered = candidates.sorted { (weight[$0], $1) > (weight[$1], $0) }
    var columns = ordered.filter { columnCount[$0] == 1 }
    var next = 0
    var rows = (0..<m).filter { isOpenRow[$0] && rowCount[$0] == 1 }
    var nextRow = 0
    var lower = Factors()
    while next < columns.count || nextRow < rows.count {
      if next < columns.count {
        let j = columns[next]
        next += 1
        guard isOpenColumn[j], columnCount[j] == 1 else { continue }
        for k in matrix.start[j]..<matrix.start[j + 1] where isOpenRow[Int(matrix.index[k])] {
          close(row: Int(matrix.index[k]), byRow, rowStart, &columnCount, &columns)
          break
        }
        take(j, &rowCount, &rows)
        continue
      }
      let i = rows[nextRow]
      nextRow += 1
      guard isOpenRow[i], rowCount[i] == 1,
        let entry = (rowStart[i]..<rowStart[i + 1]).first(where: { isOpenColumn[Int(byRow[$0])] })
      else { continue }
      let j = Int(byRow[entry])
      let range = matrix.start[j]..<matrix.start[j + 1]
      guard let own = range.first(where: { Int(matrix.index[$0]) == i }),
        abs(matrix.value[own]) > 1e-3
      else { continue }
      close(row: i, byRow, rowStart, &columnCount, &columns)
      take(j, &rowCount, &rows)
      for k in range where isOpenRow[Int(matrix.index[k])] {
        lower.append(matrix.index[k], matrix.value[k] / matrix.value[own])
      }
      lower.finish(row: i)
    }
    // Candidates of overwhelming weight are ordered by their length, which reduces fill-in.
    let remaining = ordered.filter { isOpenColumn[$0] }
    let doubted = remaining.firstIndex { weight[$0] <= 1e8 } ?? remaining.count
    let rest =
      remaining[..<doubted].sorted { (columnCount[$0], $0) < (columnCount[$1], $1) }
      + remaining[doubted...]
    nucleusSize = rest.count
    eliminate(rest + spare, rowCount, &lower)
  }

  /// Closes a row, which has got a pivot, and appends the columns that become singletons.
  private mutating func close(
    row i: Int, _ byRow: [Int32], _ rowStart: [Int], _ columnCount: inout [Int32],
    _ columns: inout [Int]
  ) {
    isOpenRow[i] = false
    for k in rowStart[i]..<rowStart[i + 1] where isOpenColumn[Int(byRow[k])] {
      columnCount[Int(byRow[k])] -= 1
      if columnCount[Int(byRow[k])] == 1 { columns.append(Int(byRow[k])) }
    }
  }

  /// Makes a column basic, and appends the rows that become singletons.
  private mutating func take(_ j: Int, _ rowCount: inout [Int32], _ rows: inout [Int]) {
    isOpenColumn[j] = false
    basis.columns[j] = .basic
    for k in matrix.start[j]..<matrix.start[j + 1] where isOpenRow[Int(matrix.index[k])] {
      let i = Int(matrix.index[k])
      rowCount[i] -= 1
      if rowCount[i] == 1 { rows.append(i) }
    }
  }

  /// Columns of the lower triangular factor, each with the row of its pivot, which is 1 and not among the entries.
  private struct Factors {
    var row: [Int32] = []
    var start = [0]
    var entryRow: [Int32] = []
    var value: [Double] = []
    var count: Int { row.count }

    mutating func append(_ i: Int32, _ entry: Double) {
      entryRow.append(i)
      value.append(entry)
    }

    mutating func finish(row i: Int) {
      row.append(Int32(truncatingIfNeeded: i))
      start.append(entryRow.count)
    }
  }

  /// Left-looking elimination of the remaining columns.
  private mutating func eliminate(
    _ columns: [Int], _ rowCount: [Int32], _ factors: inout Factors
  ) {
    let n = matrix.columnCount
    var search = Search(rows: matrix.rowCount, factors)
    let openRows = isOpenRow.reduce(0) { $0 + ($1 ? 1 : 0) } + factors.count
    for (number, j) in columns.enumerated() {
      if factors.count == openRows { break }
      var largestEntry = 0.0
      // The earlier pivots that the column reaches, in topological order.
      for k in j < n ? matrix.start[j]..<matrix.start[j + 1] : 0..<1 {
        let i = j < n ? Int(matrix.index[k]) : j - n
        if !isOpenRow[i] && search.pivotOf[i] < 0 { continue }
        let value = j < n ? matrix.value[k] : 1
        search.work[i] = value
        largestEntry = max(largestEntry, abs(value))
        search.visit(i, factors)
      }
      search.eliminate(factors)
      var best = -1
      var largest = 0.0
      for i in search.touched where isOpenRow[Int(i)] {
        largest = max(largest, abs(search.work[Int(i)]))
      }
      if largest > 1e-5 * largestEntry {
        for i in search.touched
        where isOpenRow[Int(i)] && abs(search.work[Int(i)]) >= 0.1 * largest {
          if best < 0 || rowCount[Int(i)] < rowCount[best] { best = Int(i) }
        }
      }
      if best >= 0 {
        let pivot = search.work[best]
        for i in search.touched
        where Int(i) != best && isOpenRow[Int(i)] && search.work[Int(i)] != 0 {
          factors.append(i, search.work[Int(i)] / pivot)
        }
        factors.finish(row: best)
        search.add(pivotOf: best)
        isOpenRow[best] = false
        if j < n { basis.columns[j] = .basic } else { basis.rows[j - n] = .basic }
      } else if number < nucleusSize {
        dependent.append(j)
      }
      search.clear()
    }
  }

  /// The pivots that a column reaches, found by depth-first search (Gilbert and Peierls 1988).
  private struct Search {
    /// The column as a dense vector.
    var work: [Double]
    /// Pivot of each row; −1 without one.
    private(set) var pivotOf: [Int32]
    /// Rows of the column's nonzeros, with fill-in.
    private(set) var touched: [Int32] = []
    private var isMarked: [Bool]
    private var isVisited: [Bool]
    private var stack: [(pivot: Int, next: Int)] = []
    /// Reached pivots in reverse topological order.
    private var reached: [Int] = []

    init(rows: Int, _ factors: Factors) {
      work = [Double](repeating: 0, count: rows)
      pivotOf = [Int32](repeating: -1, count: rows)
      isMarked = [Bool](repeating: false, count: rows)
      isVisited = [Bool](repeating: false, count: factors.count)
      for (pivot, row) in factors.row.enumerated() {
        pivotOf[Int(row)] = Int32(truncatingIfNeeded: pivot)
      }
    }

    mutating func add(pivotOf row: Int) {
      pivotOf[row] = Int32(truncatingIfNeeded: isVisited.count)
      isVisited.append(false)
    }

    /// Marks a row and the pivots that are reached from it.
    mutating func visit(_ row: Int, _ factors: Factors) {
      mark(row)
      let pivot = Int(pivotOf[row])
      guard pivot >= 0, !isVisited[pivot] else { return }
      isVisited[pivot] = true
      stack.append((pivot, factors.start[pivot]))
      while let top = stack.last {
        if top.next == factors.start[top.pivot + 1] {
          reached.append(top.pivot)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let i = Int(factors.entryRow[top.next])
        mark(i)
        let following = Int(pivotOf[i])
        if following >= 0 && !isVisited[following] {
          isVisited[following] = true
          stack.append((following, factors.start[following]))
        }
      }
    }

    private mutating func mark(_ row: Int) {
      if isMarked[row] { return }
      isMarked[row] = true
      touched.append(Int32(truncatingIfNeeded: row))
    }

    /// Applies the reached pivots to the column.
    mutating func eliminate(_ factors: Factors) {
      for pivot in reached.reversed() {
        isVisited[pivot] = false
        let value = work[Int(factors.row[pivot])]
        if value == 0 { continue }
        for k in factors.start[pivot]..<factors.start[pivot + 1] {
          work[Int(factors.entryRow[k])] -= factors.value[k] * value
        }
      }
      reached.removeAll(keepingCapacity: true)
    }

    mutating func clear() {
      for i in touched {
        work[Int(i)] = 0
        isMarked[Int(i)] = false
      }
      touched.removeAll(keepingCapacity: true)
    }
  }
}
