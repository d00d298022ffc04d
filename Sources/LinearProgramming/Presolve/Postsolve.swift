extension Presolve {
  /// The presolved program, with the ids of its columns and rows in the whole program.
  func presolvedProgram() -> (program: LinearProgram, columns: [Int], rows: [Int]) {
    var program = LinearProgram()
    let columns = (0..<columnCount).filter { isColumn[$0] }
    let rows = (0..<rowCount).filter { isRow[$0] }
    let entries = rows.reduce(0) { $0 + Int(matrix.rowLength[$1]) }
    program.reserve(columns: columns.count, rows: rows.count, nonzeros: entries)
    var number = [Int32](repeating: -1, count: columnCount)
    for j in columns {
      number[j] = Int32(
        truncatingIfNeeded: program.addColumn(lower: lower[j], upper: upper[j], cost: cost[j]))
    }
    for i in rows {
      var entry = Int(matrix.firstInRow[i])
      while entry >= 0 {
        program.addEntry(Int(number[Int(matrix.column[entry])]), matrix.value[entry])
        entry = Int(matrix.nextInRow[entry])
      }
      program.finishRow(lower: rowLower[i], upper: rowUpper[i])
    }
    return (program, columns, rows)
  }

  /// A basis of the whole program and its row multipliers, from those of the presolved program.
  func postsolve(
    _ basis: Basis, multipliers: [Double], columns: [Int], rows: [Int]
  ) -> (basis: Basis, multipliers: [Double]) {
    var stack = PostsolveStack(self)
    for (k, i) in rows.enumerated() {
      stack.y[i] = multipliers[k]
      stack.rows[i] = basis.rows[k]
    }
    for (k, j) in columns.enumerated() {
      stack.columns[j] = basis.columns[k]
      if basis.columns[k] == .basic { continue }
      var d = cost[j]
      var entry = Int(matrix.firstInColumn[j])
      while entry >= 0 {
        d -= matrix.value[entry] * stack.y[Int(matrix.row[entry])]
        entry = Int(matrix.nextInColumn[entry])
      }
      stack.d[j] = d
    }
    for step in steps.reversed() { stack.pop(step) }
    return (Basis(columns: stack.columns, rows: stack.rows), stack.y)
  }

  /// Basis statuses, multipliers and reduced costs while postsolve pops the steps; valid for the rows and columns that
  /// the program has at that point.
  private struct PostsolveStack {
    let savedIndex: [Int32]
    let savedValue: [Double]
    /// Row multipliers.
    var y: [Double]
    /// Reduced costs.
    var d: [Double]
    var columns: [Basis.Status]
    var rows: [Basis.Status]

    init(_ presolve: Presolve) {
      savedIndex = presolve.savedIndex
      savedValue = presolve.savedValue
      y = Array(repeating: 0, count: presolve.rowCount)
      d = Array(repeating: 0, count: presolve.columnCount)
      columns = Array(repeating: .atLower, count: presolve.columnCount)
      rows = Array(repeating: .basic, count: presolve.rowCount)
    }

    private func reducedCost(_ cost: Double, _ entries: Saved) -> Double {
      var result = cost
      for k in entries { result -= savedValue[k] * y[Int(savedIndex[k])] }
      return result
    }

    mutating func pop(_ step: Step) {
      switch step {
      case .redundantRow(let i):
        rows[i] = .basic
      case .rowSingleton(let i, let j, let a, let lower, let upper):
        let isLower = columns[j] == .atLower && lower
        guard isLower || (columns[j] == .atUpper && upper) else {
          rows[i] = .basic
          return
        }
        rows[i] = isLower == (a > 0) ? .atLower : .atUpper
        columns[j] = .basic
        y[i] = d[j] / a
        d[j] = 0
      case .forcingRow(let i, let atLower, let members):
        popForcing(i, atLower, members)
      case .fixedColumn(let j, let cost, let entries, let status, let isEqual):
        d[j] = reducedCost(cost, entries)
        columns[j] = isEqual ? (d[j] >= 0 ? .atLower : .atUpper) : status
      case .freeColumnSubstitution(let i, let j, let cost, let a, let entries):
        y[i] = reducedCost(cost, entries) / a
        rows[i] = .fixed
        columns[j] = .basic
        d[j] = 0
      case .doubletonEquation(
        let i, let j, let cost, let a, let entries, let k, let b, let lower, let upper):
        y[i] = reducedCost(cost, entries) / a
        rows[i] = .fixed
        columns[j] = .basic
        d[j] = 0
        let active = columns[k] == .atLower ? lower : columns[k] == .atUpper ? upper : nil
        if let active {
          // The active bound came from column j: it becomes nonbasic there and k basic.
          columns[j] = active
          columns[k] = .basic
          y[i] += d[k] / b
          d[j] = -d[k] * a / b
          d[k] = 0
        }
      }
    }

    /// The row gets the multiplier of least size at which all reduced costs of its columns have the right sign; the
    /// column whose reduced cost is then 0 becomes basic.
    private mutating func popForcing(_ i: Int, _ atLower: Bool, _ members: Saved) {
      var multiplier = 0.0
      var basic = -1
      for k in members {
        let needed = d[Int(savedIndex[k])] / savedValue[k]
        if atLower ? needed > multiplier : needed < multiplier {
          multiplier = needed
          basic = Int(savedIndex[k])
        }
      }
      y[i] = multiplier
      for k in members { d[Int(savedIndex[k])] -= savedValue[k] * multiplier }
      if basic < 0 { return }
      rows[i] = atLower ? .atLower : .atUpper
      columns[basic] = .basic
      d[basic] = 0
    }
  }
}
