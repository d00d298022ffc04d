/// Bounds of the columns for proofs: every point within the rows and bounds of the program lies in them.
///
/// Columns that have no bound of their own get one from the rows where there is one to get, by interval
/// arithmetic that rounds outward at every step.
struct SafeBounds {
  private(set) var lower: [Double]
  private(set) var upper: [Double]

  init(_ program: LinearProgram, rounds: Int = 8) {
    lower = program.columnLower
    upper = program.columnUpper
    let open = lower.indices.contains { !lower[$0].isFinite || !upper[$0].isFinite }
    if !open { return }
    for _ in 0..<rounds {
      var hasChanged = false
      for i in 0..<program.rowCount where tighten(program, i) { hasChanged = true }
      if !hasChanged { return }
    }
  }

  /// The least that an entry can add to its row, and the column without a bound that keeps it from being finite.
  private func least(_ a: Double, _ j: Int, isNegated: Bool) -> Double {
    let a = isNegated ? -a : a
    let bound = a > 0 ? lower[j] : upper[j]
    return bound == 0 ? 0 : (a * bound).nextDown
  }

  private mutating func tighten(_ program: LinearProgram, _ i: Int) -> Bool {
    var hasChanged = false
    // a·x ≤ u, and the same for −a·x ≤ −l.
    for isNegated in [false, true] {
      let limit = isNegated ? -program.rowLower[i] : program.rowUpper[i]
      if limit == .infinity { continue }
      let entries = program.rowStart[i]..<program.rowStart[i + 1]
      var sum = 0.0
      var open = 0
      for k in entries {
        let part = least(
          program.coefficient[k], Int(program.columnIndex[k]), isNegated: isNegated)
        if part.isFinite { sum = (sum + part).nextDown } else { open += 1 }
      }
      if open > 1 || !sum.isFinite { continue }
      for k in entries {
        let j = Int(program.columnIndex[k])
        let a = isNegated ? -program.coefficient[k] : program.coefficient[k]
        if (a > 0 ? upper[j] : lower[j]).isFinite { continue }
        let own = least(program.coefficient[k], j, isNegated: isNegated)
        if open == 1 && own.isFinite { continue }
        let others = own.isFinite ? (sum - own).nextDown : sum
        let room = (limit - others).nextUp
        let bound = room / a
        if !bound.isFinite { continue }
        if a > 0 { upper[j] = bound.nextUp } else { lower[j] = bound.nextDown }
        hasChanged = true
      }
    }
    return hasChanged
  }
}
