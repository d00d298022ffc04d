/// Which rows of first-stage columns alone are needed, where every block contributes its own copy: linearly dependent
/// equations and inequalities that a stricter one implies are redundant. Their multipliers are 0, so postsolve has
/// nothing to do.
///
/// Without this a thousand blocks with different costs would contribute a million such rows.
struct FirstStageRows {
  private let program: LinearProgram
  private(set) var isNeeded: [Bool]

  /// Relative norm below which the component of an equation orthogonal to the others is rounding.
  private static let rounding = 1e-12
  /// Inequalities that are compared with each other at most.
  private static let mostCompared = 64

  private struct Row: Hashable {
    var columns: ArraySlice<Int32>
    var coefficients: ArraySlice<Double>
    var bounds: [Double]
  }

  /// - Parameter rows: those of first-stage columns alone, ascending.
  init(_ program: LinearProgram, rows: [Int]) {
    self.program = program
    isNeeded = [Bool](repeating: false, count: program.rowCount)
    var known: Set<Row> = []
    var order: [ArraySlice<Int32>] = []
    var alike: [ArraySlice<Int32>: [Int]] = [:]
    for i in rows {
      let range = program.rowStart[i]..<program.rowStart[i + 1]
      let row = Row(
        columns: program.columnIndex[range], coefficients: program.coefficient[range],
        bounds: [program.rowLower[i], program.rowUpper[i]])
      if !known.insert(row).inserted { continue }
      if alike[row.columns] == nil { order.append(row.columns) }
      alike[row.columns, default: []].append(i)
    }
    for columns in order {
      let group = alike[columns] ?? []
      chooseEquations(group.filter { program.rowLower[$0] == program.rowUpper[$0] })
      chooseLimits(group.filter { program.rowLower[$0] != program.rowUpper[$0] })
    }
  }

  private func coefficients(_ i: Int) -> ArraySlice<Double> {
    program.coefficient[program.rowStart[i]..<program.rowStart[i + 1]]
  }

  /// Equations that span the others, by Gram–Schmidt with pivoting: each time the one with the largest orthogonal
  /// component.
  private mutating func chooseEquations(_ group: [Int]) {
    var left = group.map { i -> [Double] in
      let row = coefficients(i) + [program.rowLower[i]]
      let size = row.dropLast().reduce(0) { $0 + $1 * $1 }.squareRoot()
      return size > 0 ? row.map { $0 / size } : Array(row)
    }
    while true {
      var next = -1
      var most = FirstStageRows.rounding * FirstStageRows.rounding
      for k in left.indices {
        let size = left[k].dropLast().reduce(0) { $0 + $1 * $1 }
        if size > most { (next, most) = (k, size) }
      }
      guard next >= 0 else { break }
      isNeeded[group[next]] = true
      let size = most.squareRoot()
      let base = left[next].map { $0 / size }
      for k in left.indices {
        let along = zip(base.dropLast(), left[k]).reduce(0) { $0 + $1.0 * $1.1 }
        for c in base.indices { left[k][c] -= along * base[c] }
      }
      left[next] = left[next].map { _ in 0 }
    }
    // A dependent equation with another right-hand side is infeasible: it stays, so that the solve finds it.
    for k in left.indices where abs(left[k].last ?? 0) > 1e-9 { isNeeded[group[k]] = true }
  }

  /// Inequalities that no other one implies within the columns' bounds.
  private mutating func chooseLimits(_ group: [Int]) {
    var kept: [(row: [Double], bound: Double, index: Int)] = []
    for i in group {
      let (lower, upper) = (program.rowLower[i], program.rowUpper[i])
      let size = abs(coefficients(i).first ?? 0)
      guard size > 0, lower == -.infinity || upper == .infinity, kept.count < Self.mostCompared
      else {
        isNeeded[i] = true
        continue
      }
      let sign = upper == .infinity ? -1.0 : 1.0
      let row = coefficients(i).map { sign * $0 / size }
      let bound = (upper == .infinity ? -lower : upper) / size
      let own = (row: row, bound: bound, index: i)
      if kept.contains(where: { implies($0.row, $0.bound, own.row, own.bound, i) }) { continue }
      kept.removeAll { implies(own.row, own.bound, $0.row, $0.bound, i) }
      kept.append(own)
    }
    for row in kept { isNeeded[row.index] = true }
  }

  /// Whether a·x ≤ b implies c·x ≤ d for all x within the bounds of the columns of a row.
  private func implies(_ a: [Double], _ b: Double, _ c: [Double], _ d: Double, _ i: Int) -> Bool {
    if b > d { return false }
    for (k, j) in program.columnIndex[program.rowStart[i]..<program.rowStart[i + 1]].enumerated() {
      let more = c[k] - a[k]
      if more > 0, program.columnUpper[Int(j)] > 0 { return false }
      if more < 0, program.columnLower[Int(j)] < 0 { return false }
    }
    return true
  }
}
