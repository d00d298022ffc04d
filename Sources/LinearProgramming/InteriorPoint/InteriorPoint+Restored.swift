extension InteriorPoint {
  /// The point with its rows met to rounding: moved a little, values far from their bounds more than others
  /// and none beyond them.
  func restored(_ point: Point, mustStop: () -> Bool = { false }) -> Point {
    var result = point
    for j in 0..<size {
      result.x[j] = isFixed[j] ? fixedValue[j] : min(max(point.x[j], lower[j]), upper[j])
    }
    var isHeld = isFixed
    var best = (point: result, violation: Double.infinity)
    for _ in 0..<8 {
      var missing = residual(of: result.x).map { -$0 }
      var largest = missing.reduce(0) { max($0, abs($1)) }
      if largest < best.violation { best = (result, largest) }
      if largest <= 1e-13 { break }
      var d = [Double](repeating: 0, count: size)
      for j in 0..<size where !isHeld[j] {
        d[j] = min(max(min(result.x[j] - lower[j], upper[j] - result.x[j]), 1e-6), 1)
      }
      if !factorise(d, mustStop) { return best.point }
      var moved = result.x
      for _ in 0..<4 {
        let change = transposed(factor.solve(missing))
        for j in 0..<size { moved[j] += d[j] * change[j] }
        missing = residual(of: moved).map { -$0 }
        let left = missing.reduce(0) { max($0, abs($1)) }
        if left <= 1e-15 || left >= 0.5 * largest { break }
        largest = left
      }
      // What would leave its bounds stays on them in the next round.
      for j in 0..<size where !isHeld[j] {
        result.x[j] = min(max(moved[j], lower[j]), upper[j])
        if result.x[j] != moved[j] { isHeld[j] = true }
      }
    }
    let last = residual(of: result.x).reduce(0) { max($0, abs($1)) }
    return last < best.violation ? result : best.point
  }
}
