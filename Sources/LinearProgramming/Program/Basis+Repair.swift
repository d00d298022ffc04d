extension Basis {
  /// A valid basis close to this one: a maximal linearly independent subset of its basic columns and rows,
  /// completed by the slacks of the rows without a pivot.
  ///
  /// The basis of one program carried over to a related one may have too many or too few basic members, or
  /// dependent ones. Rows are settled by their own slack; the columns are eliminated against the remaining
  /// rows, singletons first, then by the rule of Markowitz with threshold pivoting.
  ///
  /// - Complexity: linear in the entries of the basic columns but for a nucleus without singletons.
  public func repaired(for program: LinearProgram) -> Basis {
    precondition(columns.count == program.columnCount && rows.count == program.rowCount)
    var elimination = Elimination(self, program)
    elimination.pivotSingletons()
    elimination.pivotNucleus()
    var result = self
    for j in columns.indices where columns[j] == .basic && !elimination.isPivotColumn[j] {
      result.columns[j] = Basis.resting(program.columnLower[j], program.columnUpper[j])
    }
    for i in rows.indices where rows[i] != .basic && !elimination.isPivotRow[i] {
      result.rows[i] = .basic
    }
    return result
  }

  /// Where a member that is not basic rests between two bounds.
  public static func resting(_ lower: Double, _ upper: Double) -> Status {
    if lower == upper { return .fixed }
    if lower.isFinite { return .atLower }
    return upper.isFinite ? .atUpper : .free
  }
}

/// The basic columns of a basis in the rows whose slack is not basic, being eliminated.
private struct Elimination {
  private(set) var isPivotColumn: [Bool]
  private(set) var isPivotRow: [Bool]
  /// Entries of each row that is left, by row of the program.
  private var entries: [Int: [(column: Int32, value: Double)]] = [:]
  /// Rows in which each candidate column has an entry; may name rows that have lost it.
  private var rowsOfColumn: [Int32: [Int]] = [:]
  private var countInColumn: [Int32: Int] = [:]
  private let order: [Int]

  init(_ basis: Basis, _ program: LinearProgram) {
    isPivotColumn = Array(repeating: false, count: basis.columns.count)
    isPivotRow = Array(repeating: false, count: basis.rows.count)
    order = basis.rows.indices.filter { basis.rows[$0] != .basic }
    for i in order {
      var row: [(column: Int32, value: Double)] = []
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let column = program.columnIndex[k]
        guard basis.columns[Int(column)] == .basic else { continue }
        row.append((column, program.coefficient[k]))
        rowsOfColumn[column, default: []].append(i)
        countInColumn[column, default: 0] += 1
      }
      entries[i] = row
    }
  }

  /// Pivots that change no other entry: a column's only row, a row's only column.
  mutating func pivotSingletons() {
    var singleRows = order.filter { entries[$0]?.count == 1 }
    var singleColumns = countInColumn.filter { $0.value == 1 }.map(\.key).sorted()
    while true {
      if let column = singleColumns.popLast() {
        guard countInColumn[column] == 1, !isPivotColumn[Int(column)],
          let row = rowsOfColumn[column]?.first(where: { has($0, column) })
        else { continue }
        remove(row, column, &singleRows, &singleColumns)
      } else if let row = singleRows.popLast() {
        guard let only = entries[row], only.count == 1 else { continue }
        remove(row, only[0].column, &singleRows, &singleColumns)
      } else {
        return
      }
    }
  }

  private func has(_ row: Int, _ column: Int32) -> Bool {
    entries[row]?.contains { $0.column == column } ?? false
  }

  private mutating func remove(
    _ row: Int, _ column: Int32, _ singleRows: inout [Int], _ singleColumns: inout [Int32]
  ) {
    isPivotRow[row] = true
    isPivotColumn[Int(column)] = true
    for entry in entries.removeValue(forKey: row) ?? [] where entry.column != column {
      countInColumn[entry.column, default: 0] -= 1
      if countInColumn[entry.column] == 1 { singleColumns.append(entry.column) }
    }
    for other in rowsOfColumn[column] ?? [] where other != row {
      guard let at = entries[other]?.firstIndex(where: { $0.column == column }) else { continue }
      entries[other]?.remove(at: at)
      if entries[other]?.count == 1 { singleRows.append(other) }
    }
    countInColumn[column] = 0
  }

  /// Gaussian elimination of what is left, the row with the fewest entries first.
  mutating func pivotNucleus() {
    var left = order.filter { entries[$0].map { !$0.isEmpty } ?? false }
    while !left.isEmpty {
      var best = 0
      for index in left.indices.dropFirst()
      where (entries[left[index]]?.count ?? 0) < (entries[left[best]]?.count ?? 0) {
        best = index
      }
      let row = left.remove(at: best)
      guard let pivotRow = entries.removeValue(forKey: row), !pivotRow.isEmpty else { continue }
      let largest = pivotRow.reduce(0) { max($0, abs($1.value)) }
      let stable = pivotRow.filter { abs($0.value) >= 0.1 * largest }
      guard
        let pivot = stable.min(by: {
          (countInColumn[$0.column] ?? 0, $0.column) < (countInColumn[$1.column] ?? 0, $1.column)
        })
      else { continue }
      isPivotRow[row] = true
      isPivotColumn[Int(pivot.column)] = true
      for entry in pivotRow { countInColumn[entry.column, default: 0] -= 1 }
      for other in rowsOfColumn[pivot.column] ?? [] where other != row {
        eliminate(other, pivotRow, pivot)
      }
      left.removeAll { entries[$0]?.isEmpty ?? true }
    }
  }

  /// Subtracts the multiple of the pivot row that takes the pivot's column out of a row.
  private mutating func eliminate(
    _ row: Int, _ pivotRow: [(column: Int32, value: Double)],
    _ pivot: (column: Int32, value: Double)
  ) {
    guard var target = entries[row],
      let at = target.firstIndex(where: { $0.column == pivot.column })
    else { return }
    let factor = target[at].value / pivot.value
    let size = target.reduce(0) { max($0, abs($1.value)) }
    target.remove(at: at)
    countInColumn[pivot.column, default: 0] -= 1
    var place: [Int32: Int] = [:]
    for (index, entry) in target.enumerated() { place[entry.column] = index }
    for entry in pivotRow where entry.column != pivot.column {
      if let index = place[entry.column] {
        target[index].value -= factor * entry.value
      } else {
        target.append((entry.column, -factor * entry.value))
        rowsOfColumn[entry.column, default: []].append(row)
        countInColumn[entry.column, default: 0] += 1
      }
    }
    let noise = 1e-11 * max(size, 1e-300)
    for entry in target where abs(entry.value) <= noise {
      countInColumn[entry.column, default: 0] -= 1
    }
    target.removeAll { abs($0.value) <= noise }
    entries[row] = target
  }
}
