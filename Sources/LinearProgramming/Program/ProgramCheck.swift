extension LinearProgram {
  /// Finds invalid numbers: not finite, or bounds that cross.
  ///
  /// Integer columns whose bounds hold no whole number are left to the solve, which calls them infeasible.
  /// - Throws: `SolverError.invalidProgram` with the name of the first row or column concerned.
  public func check() throws(SolverError) {
    if let k = coefficient.firstIndex(where: { !$0.isFinite }) {
      let row = rowStart.firstIndex { $0 > k }.map { $0 - 1 } ?? 0
      let column = Int(columnIndex[k])
      throw .invalidProgram(
        "the coefficient of \(name(ofColumn: column)) in \(name(ofRow: row)) is \(coefficient[k])")
    }
    if let j = cost.firstIndex(where: { !$0.isFinite }) {
      throw .invalidProgram("the cost of \(name(ofColumn: j)) is \(cost[j])")
    }
    if !objectiveOffset.isFinite {
      throw .invalidProgram("the objective offset is \(objectiveOffset)")
    }
    for j in 0..<columnCount {
      if let fault = boundFault(columnLower[j], columnUpper[j]) {
        throw .invalidProgram("column \(name(ofColumn: j)) \(fault)")
      }
    }
    for i in 0..<rowCount {
      if let fault = boundFault(rowLower[i], rowUpper[i]) {
        throw .invalidProgram("row \(name(ofRow: i)) \(fault)")
      }
    }
    if coefficient.count != rowStart[rowCount] {
      throw .invalidProgram("the last row was not finished")
    }
  }
}

/// What is wrong with a pair of bounds, if anything.
func boundFault(_ lower: Double, _ upper: Double) -> String? {
  if lower.isNaN || upper.isNaN { return "has a bound that is not a number" }
  if lower > upper { return "has a lower bound \(lower) above its upper bound \(upper)" }
  if lower == .infinity || upper == -.infinity { return "has the bounds \(lower) and \(upper)" }
  return nil
}
