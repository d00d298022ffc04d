extension LinearProgram {
  /// The program with the coefficients of its on–off columns no larger than rows and bounds make necessary; nil where none
  /// becomes much smaller.
  ///
  /// In `a·x − M·y ≤ b` with y of 0 or 1, M is needed only as far as `a·x` can exceed b (Savelsbergh 1994). A large M
  /// that somebody wrote lets y be 1e-9, which counts as 0, and `a·x` be anything.
  ///
  /// - Parameter cutoff: objective of a known point; what only worse points reach does not count either.
  /// - Complexity: some passes over the nonzeros.
  func tightened(cutoff: Double?) -> LinearProgram? {
    let reach = reach(cutoff: cutoff)
    var changes: [Int: Double] = [:]
    for i in 0..<rowCount where rowLower[i].isFinite != rowUpper[i].isFinite {
      let sign = rowUpper[i].isFinite ? 1.0 : -1.0
      let bound = sign > 0 ? rowUpper[i] : -rowLower[i]
      var most = 0.0
      for k in rowStart[i]..<rowStart[i + 1] {
        let (a, j) = (sign * coefficient[k], Int(columnIndex[k]))
        most += a > 0 ? a * reach.upper[j] : a * reach.lower[j]
      }
      if !most.isFinite { continue }
      for k in rowStart[i]..<rowStart[i + 1] where isSwitch(Int(columnIndex[k])) {
        let a = sign * coefficient[k]
        // What the others can add, without the column, whose own reach may begin above 0. A margin for the rounding of the
        // reach.
        let others = most - a * reach.lower[Int(columnIndex[k])]
        let needed = max(0, others - bound) * (1 + 1e-9)
        guard a < 0, needed < -a * LinearProgram.muchSmaller else { continue }
        changes[k] = -sign * needed
      }
    }
    if changes.isEmpty { return nil }
    return replacing(changes)
  }

  /// A coefficient is replaced where this is left of it, or less.
  private static let muchSmaller = 1e-2

  private func isSwitch(_ j: Int) -> Bool {
    isInteger[j] && columnLower[j] >= 0 && columnUpper[j] <= 1
  }

  private func replacing(_ changes: [Int: Double]) -> LinearProgram {
    var result = LinearProgram()
    result.reserve(columns: columnCount, rows: rowCount, nonzeros: nonzeroCount)
    for j in 0..<columnCount {
      result.addColumn(
        lower: columnLower[j], upper: columnUpper[j], cost: cost[j], integer: isInteger[j])
    }
    for i in 0..<rowCount {
      for k in rowStart[i]..<rowStart[i + 1] {
        result.addEntry(Int(columnIndex[k]), changes[k] ?? coefficient[k])
      }
      result.finishRow(lower: rowLower[i], upper: rowUpper[i])
    }
    result.objectiveOffset = objectiveOffset
    result.columnName = columnName
    result.rowName = rowName
    return result
  }

  /// Bounds that the columns keep at every point that satisfies rows and bounds and is no worse than the cutoff.
  private func reach(cutoff: Double?) -> (lower: [Double], upper: [Double]) {
    var lower = columnLower
    var upper = columnUpper
    let objective = cutoff.map { $0 - objectiveOffset }
    for _ in 0..<LinearProgram.mostReachRounds {
      var hasChanged = false
      for i in 0..<rowCount {
        let entries = rowStart[i]..<rowStart[i + 1]
        let row = entries.map { (Int(columnIndex[$0]), coefficient[$0]) }
        if narrow(row, rowUpper[i], &lower, &upper) { hasChanged = true }
        if narrow(row.map { ($0.0, -$0.1) }, -rowLower[i], &lower, &upper) { hasChanged = true }
      }
      if let objective {
        let row = cost.indices.filter { cost[$0] != 0 }.map { ($0, cost[$0]) }
        if narrow(row, objective, &lower, &upper) { hasChanged = true }
      }
      if !hasChanged { break }
    }
    return (lower, upper)
  }

  private static let mostReachRounds = 8

  /// Narrows bounds by `Σ a·x ≤ limit`, where that takes much of their width.
  private func narrow(
    _ row: [(column: Int, a: Double)], _ limit: Double, _ lower: inout [Double],
    _ upper: inout [Double]
  ) -> Bool {
    if !limit.isFinite { return false }
    var least = 0.0
    var size = abs(limit)
    var open = 0
    for (j, a) in row {
      let part = a > 0 ? a * lower[j] : a * upper[j]
      if part.isFinite {
        least += part
        size += abs(part)
      } else {
        open += 1
      }
    }
    if open > 1 { return false }
    var hasChanged = false
    for (j, a) in row {
      let own = a > 0 ? a * lower[j] : a * upper[j]
      if open == 1 && own.isFinite { continue }
      let room = limit - (own.isFinite ? least - own : least) + 1e-9 * size
      let bound = room / a
      if !bound.isFinite { continue }
      if a > 0 {
        if bound < upper[j] - 0.1 * (upper[j] - lower[j]) || !upper[j].isFinite {
          upper[j] = max(bound, lower[j])
          hasChanged = true
        }
      } else if bound > lower[j] + 0.1 * (upper[j] - lower[j]) || !lower[j].isFinite {
        lower[j] = min(bound, upper[j])
        hasChanged = true
      }
    }
    return hasChanged
  }
}
