extension BlockInteriorPoint {
  private static let mostRounds = 10
  /// Far below the least weight of a column, 1e-6: a stronger one leaves rows of columns near their bounds as they
  /// are.
  private static let restoringDelta = 1e-13

  /// Meets the rows to rounding: values far from their bounds move more than others, and none beyond them.
  ///
  /// The point before can be had back with `undoRestoration`.
  func restoreFeasibility(mustStop: () -> Bool) {
    for part in [top] + parts {
      // Targets are made anew in every step; here they keep the former point and what is held.
      part.lowerTarget.copy(part.x)
      part.upperTarget.clear()
    }
    // What has left its bounds is held at them, which leaves a rest to the next round.
    for _ in 0..<BlockInteriorPoint.mostRounds {
      measureRows()
      let missing = lack
      if missing <= 1e-12 || mustStop() { break }
      system.onParts { _, part in part.weighDistances() }
      top.weighDistances()
      if !system.factorise(delta: BlockInteriorPoint.restoringDelta, mustStop: mustStop) { break }
      var least = missing
      for _ in 0..<4 {
        system.solve()
        system.onParts { _, part in part.addStep() }
        top.addStep()
        measureRows()
        let left = lack
        if left <= 1e-14 || left >= 0.5 * least { break }
        least = left
      }
      system.onParts { _, part in part.clip() }
      top.clip()
    }
  }

  /// The point before `restoreFeasibility`.
  func undoRestoration() {
    for part in [top] + parts { part.x.copy(part.lowerTarget) }
  }

  /// The largest lack of a row.
  private var lack: Double {
    var largest = 0.0
    for part in [top] + parts {
      for i in 0..<part.rowCount { largest = max(largest, abs(part.primal[i])) }
    }
    return largest
  }
}

extension BlockPart {
  fileprivate func weighDistances() {
    for j in 0..<size {
      gradient[j] = 0
      x[j] = min(max(x[j], lower[j]), upper[j])
      weight[j] =
        isFixed(j) || upperTarget[j] > 0
        ? 0 : min(max(min(x[j] - lower[j], upper[j] - x[j]), 1e-6), 1)
    }
  }

  fileprivate func addStep() {
    for j in 0..<size { x[j] += newton.x[j] }
  }

  /// What has left its bounds goes back to them and stays there.
  fileprivate func clip() {
    for j in 0..<size where !isFixed(j) {
      let inside = min(max(x[j], lower[j]), upper[j])
      if inside != x[j] {
        x[j] = inside
        upperTarget[j] = 1
      }
    }
  }
}
