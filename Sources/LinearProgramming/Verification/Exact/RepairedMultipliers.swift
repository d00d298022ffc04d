extension LinearProgram {
  /// Multipliers close to given ones that prove a bound exactly, where the given ones fail by rounding errors: a
  /// reduced cost of the wrong sign, however small, proves nothing where its column has no bound.
  ///
  /// In each round the multiplier of one row of each such column is changed by about a unit in the last place. The
  /// result is verified like any other multipliers.
  /// - Complexity: a pass over the nonzeros in exact arithmetic for each round, most often one.
  public func repairedMultipliers(_ duals: [Double], rounds: Int = 20) -> [Double] {
    guard duals.count == rowCount else { return duals }
    let bounds = SafeBounds(self)
    let matrix = byColumns()
    var y = duals.enumerated().map { i, value in hasBound(i, for: value) ? value : 0 }
    for _ in 0..<rounds {
      guard let (_, combined) = combined(y) else { return duals }
      var hasMoved = false
      for j in 0..<columnCount {
        let reduced = Dyadic(cost[j]) - combined[j]
        if reduced.isZero { continue }
        if (reduced.isPositive ? bounds.lower[j] : bounds.upper[j]).isFinite { continue }
        let entries = matrix.start[j]..<matrix.start[j + 1]
        let wrong = reduced.isPositive ? reduced.roundedUp : reduced.roundedDown
        if move(&y, by: wrong, entries.map { (Int(matrix.row[$0]), matrix.coefficient[$0]) }) {
          hasMoved = true
        }
      }
      if !hasMoved { return y }
    }
    return y
  }

  private func hasBound(_ row: Int, for multiplier: Double) -> Bool {
    multiplier == 0 || (multiplier > 0 ? rowLower[row] : rowUpper[row]).isFinite
  }

  /// Changes a reduced cost to just beyond 0, by the multiplier of the row with the largest coefficient whose sign allows
  /// it.
  private func move(
    _ y: inout [Double], by reduced: Double, _ entries: [(row: Int, coefficient: Double)]
  ) -> Bool {
    for (row, a) in entries.sorted(by: { abs($0.coefficient) > abs($1.coefficient) }) {
      let step = reduced / a
      var moved = step > 0 ? (y[row] + step).nextUp : (y[row] + step).nextDown
      // The row has no bound for a multiplier of the other sign: it stops at 0.
      if !hasBound(row, for: moved) { moved = 0 }
      guard moved.isFinite, moved != y[row] else { continue }
      y[row] = moved
      return true
    }
    return false
  }
}
