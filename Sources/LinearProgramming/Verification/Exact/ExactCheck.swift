/// A point measured without rounding.
public struct ExactPoint: Sendable, Equatable {
  /// The objective is between these two neighbouring numbers.
  public var objectiveBelow: Double
  public var objectiveAbove: Double
  /// The largest violation of a row against the size of that row, rounded up: Σ|a·x| + |bound|, and where
  /// that is next to nothing a thousandth of what a unit of its columns comes to.
  public var rowViolation: Double
  /// The same, in the units of the row.
  public var rowViolationAbsolute: Double
  /// The row with the largest relative violation; nil where every row holds exactly.
  public var worstRow: Int?
  /// The largest violation of a column's bound, rounded up.
  public var boundViolation: Double
  /// Number of integer columns that are not whole.
  public var fractionalCount: Int
}

extension LinearProgram {
  /// Measures a point in exact arithmetic: every double is taken for the number that it is.
  ///
  /// - Parameter values: one a column, finite.
  /// - Complexity: one pass over the nonzeros, some 0.3 µs each.
  public func exactPoint(_ values: [Double]) -> ExactPoint? {
    guard values.count == columnCount, values.allSatisfy(\.isFinite) else { return nil }
    let x = values.map(Dyadic.init)
    var result = ExactPoint(
      objectiveBelow: 0, objectiveAbove: 0, rowViolation: 0, rowViolationAbsolute: 0, worstRow: nil,
      boundViolation: 0, fractionalCount: 0)
    var objective = Dyadic(objectiveOffset)
    for j in 0..<columnCount {
      objective += Dyadic(cost[j]) * x[j]
      let outside = max(columnLower[j] - values[j], values[j] - columnUpper[j])
      if outside > 0 { result.boundViolation = max(result.boundViolation, outside.nextUp) }
      if isInteger[j], values[j] != values[j].rounded() { result.fractionalCount += 1 }
    }
    result.objectiveBelow = objective.roundedDown
    result.objectiveAbove = objective.roundedUp
    for i in 0..<rowCount { measure(row: i, x, &result) }
    return result
  }

  private func measure(row i: Int, _ x: [Dyadic], _ result: inout ExactPoint) {
    var activity = Dyadic.zero
    var size = 0.0
    var reach = 0.0
    for k in rowStart[i]..<rowStart[i + 1] {
      let j = Int(columnIndex[k])
      reach += abs(coefficient[k]) * min(1, max(abs(columnLower[j]), abs(columnUpper[j])))
      let term = Dyadic(coefficient[k]) * x[j]
      if term.isZero { continue }
      activity += term
      size += term.magnitude.roundedDown
    }
    var violation = Dyadic.zero
    if rowLower[i].isFinite {
      let below = Dyadic(rowLower[i]) - activity
      if below.isPositive {
        violation = below
        size += abs(rowLower[i])
      }
    }
    if rowUpper[i].isFinite {
      let above = activity - Dyadic(rowUpper[i])
      if above.isPositive {
        violation = above
        size += abs(rowUpper[i])
      }
    }
    if violation.isZero { return }
    let absolute = violation.roundedUp
    result.rowViolationAbsolute = max(result.rowViolationAbsolute, absolute)
    // A margin for the rounding of the size.
    let relative = absolute / (max(size, 1e-3 * reach, .leastNormalMagnitude) * (1 - 1e-12))
    if relative > result.rowViolation {
      result.rowViolation = relative
      result.worstRow = i
    }
  }

  /// A number that the objective of no point within rows and bounds is below, proven without rounding for any
  /// multipliers of the rows (Neumaier and Shcherbina, 2004); nil where a column without a bound stands in the
  /// way.
  ///
  /// - Parameter duals: one a row; what points to a bound that a row does not have counts as 0.
  public func exactDualBound(duals: [Double]) -> Double? {
    exactDualBound(duals: duals, bounds: SafeBounds(self))
  }

  func exactDualBound(duals: [Double], bounds: SafeBounds) -> Double? {
    guard duals.count == rowCount else { return nil }
    guard let (sum, reduced) = combined(duals) else { return nil }
    var bound = sum + Dyadic(objectiveOffset)
    for j in 0..<columnCount {
      let d = Dyadic(cost[j]) - reduced[j]
      if d.isZero { continue }
      let place = d.isPositive ? bounds.lower[j] : bounds.upper[j]
      guard place.isFinite else { return nil }
      bound += d * Dyadic(place)
    }
    return bound.roundedDown
  }

  /// Whether row multipliers prove that no point satisfies the rows and bounds (Farkas); the margin is what is
  /// left over, against the size of the terms.
  ///
  /// - Returns: the relative margin, above 0; nil where the multipliers prove nothing.
  public func exactConflictMargin(multipliers: [Double]) -> Double? {
    guard multipliers.count == rowCount, let (sum, reduced) = combined(multipliers) else {
      return nil
    }
    let bounds = SafeBounds(self)
    // Every feasible point has Σ y·activity = Σ z·x; the least of the left is above the most of the right.
    var margin = sum
    var size = sum.magnitude
    for j in 0..<columnCount where !reduced[j].isZero {
      let place = reduced[j].isPositive ? bounds.upper[j] : bounds.lower[j]
      guard place.isFinite else { return nil }
      let term = reduced[j] * Dyadic(place)
      margin = margin - term
      size += term.magnitude
    }
    return margin.isPositive ? margin.roundedDown / max(size.roundedUp, .leastNormalMagnitude) : nil
  }

  /// Σ y·(the bound that y points to) and yᵀA, exactly.
  func combined(_ multipliers: [Double]) -> (sum: Dyadic, columns: [Dyadic])? {
    var sum = Dyadic.zero
    var columns = [Dyadic](repeating: .zero, count: columnCount)
    for i in 0..<rowCount where multipliers[i] != 0 {
      let y = multipliers[i]
      guard y.isFinite else { return nil }
      let bound = y > 0 ? rowLower[i] : rowUpper[i]
      if !bound.isFinite { continue }
      let weight = Dyadic(y)
      sum += weight * Dyadic(bound)
      for k in rowStart[i]..<rowStart[i + 1] {
        columns[Int(columnIndex[k])] += weight * Dyadic(coefficient[k])
      }
    }
    return (sum, columns)
  }
}
