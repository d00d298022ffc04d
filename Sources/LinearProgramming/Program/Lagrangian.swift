import Support

/// How the optimal value of a program changes with its numbers, from its multipliers alone.
package enum Lagrangian {
  /// The change of the Lagrangian of `old` at an optimum when its numbers become those of `new`; to first
  /// order the change of the optimal value (envelope theorem), and for changed right-hand sides and bounds a
  /// lower bound of it of any size.
  ///
  /// - Parameters:
  ///   - point: optimal values of the columns of `old`.
  ///   - duals: one a row.
  ///   - reducedCosts: one a column.
  /// - Returns: nil where the programs have other shapes, or a bound with a nonzero dual becomes finite or infinite.
  /// - Complexity: linear in the nonzeros.
  package static func change(
    from old: LinearProgram, to new: LinearProgram, point: [Double], duals: [Double],
    reducedCosts: [Double]
  ) -> Double? {
    guard old.columnCount == new.columnCount, old.rowCount == new.rowCount,
      point.count == old.columnCount, duals.count >= old.rowCount,
      reducedCosts.count == old.columnCount
    else { return nil }
    var sum = CompensatedSum()
    sum.add(new.objectiveOffset - old.objectiveOffset)
    for j in 0..<old.columnCount {
      let costChange = new.cost[j] - old.cost[j]
      if costChange != 0 { sum.add(costChange * point[j]) }
      let price = reducedCosts[j]
      let (before, after) =
        price > 0
        ? (old.columnLower[j], new.columnLower[j]) : (old.columnUpper[j], new.columnUpper[j])
      guard let term = priced(price, before, after) else { return nil }
      sum.add(term)
    }
    for i in 0..<old.rowCount {
      let price = duals[i]
      if price == 0 { continue }
      let (before, after) =
        price > 0 ? (old.rowLower[i], new.rowLower[i]) : (old.rowUpper[i], new.rowUpper[i])
      guard let term = priced(price, before, after) else { return nil }
      sum.add(term)
      let change = activityChange(i, old, new, point)
      if change != 0 { sum.add(-price * change) }
    }
    return sum.value
  }

  private static func priced(_ price: Double, _ before: Double, _ after: Double) -> Double? {
    if before == after || price == 0 { return 0 }
    guard before.isFinite, after.isFinite else { return nil }
    return price * (after - before)
  }

  /// By how much the changed coefficients of a row move its activity.
  private static func activityChange(
    _ i: Int, _ old: LinearProgram, _ new: LinearProgram, _ point: [Double]
  ) -> Double {
    let mine = old.rowStart[i]..<old.rowStart[i + 1]
    let theirs = new.rowStart[i]..<new.rowStart[i + 1]
    if isSame(old, mine, new, theirs) { return 0 }
    var sum = CompensatedSum()
    for k in theirs { sum.add(new.coefficient[k] * point[Int(new.columnIndex[k])]) }
    for k in mine { sum.add(-old.coefficient[k] * point[Int(old.columnIndex[k])]) }
    return sum.value
  }

  private static func isSame(
    _ old: LinearProgram, _ mine: Range<Int>, _ new: LinearProgram, _ theirs: Range<Int>
  ) -> Bool {
    guard mine.count == theirs.count else { return false }
    let shift = theirs.lowerBound - mine.lowerBound
    for k in mine
    where old.columnIndex[k] != new.columnIndex[k + shift]
      || old.coefficient[k] != new.coefficient[k + shift]
    {
      return false
    }
    return true
  }
}
