extension Frontier {
  /// Budget scales between whose plans a mix of two neighbours is nearly the best plan.
  ///
  /// For the continuous program the mix (1−t)·A + t·B of two plans is a plan at the budget (1−t)·λ_A + t·λ_B: all
  /// rules and the money at hand are linear in plan and budget together. Its value lies on the chord between the
  /// two, which is on the frontier where no breakpoint is between them. The scales are breakpoints, and those of
  /// `through`, chosen so that no chord lies more than `distance` above the frontier. Going on from each as far as
  /// that allows takes the fewest, because the distance of a chord from a convex function grows with the chord.
  ///
  /// - Parameters:
  ///   - distance: in units of the value.
  ///   - scales: further scales at which there shall be a plan; those outside the range are left out.
  /// - Returns: rising, the ends of the range first and last; empty for a step function.
  /// - Complexity: O(*n*·*m*) for *n* breakpoints, of which a chord spans *m* at most.
  public func interpolationBreakpoints(within distance: Double, through scales: [Double] = [])
    -> [Double]
  {
    guard isExact, let first = breakpoints.first, let last = breakpoints.last else { return [] }
    let wanted = scales.filter { $0 > first.scale && $0 < last.scale }
    var corners = breakpoints.map { Corner(scale: $0.scale, value: $0.value, isWanted: false) }
    for scale in wanted {
      guard let value = value(at: scale) else { continue }
      let place = corners.firstIndex { $0.scale >= scale } ?? corners.count
      if place < corners.count, corners[place].scale == scale {
        corners[place].isWanted = true
      } else {
        corners.insert(Corner(scale: scale, value: value, isWanted: true), at: place)
      }
    }
    var chosen = [0]
    while let start = chosen.last, start < corners.count - 1 {
      var end = start + 1
      while end < corners.count - 1, !corners[end].isWanted,
        Frontier.rise(of: corners[start...(end + 1)]) <= distance
      { end += 1 }
      chosen.append(end)
    }
    return chosen.map { corners[$0].scale }
  }

  private struct Corner {
    var scale: Double
    var value: Double
    var isWanted: Bool
  }

  /// How far the chord between the ends lies above the corners between them, at most.
  private static func rise(of corners: ArraySlice<Corner>) -> Double {
    guard let a = corners.first, let b = corners.last, b.scale > a.scale else { return 0 }
    let slope = (b.value - a.value) / (b.scale - a.scale)
    return corners.reduce(0) { max($0, a.value + slope * ($1.scale - a.scale) - $1.value) }
  }
}
