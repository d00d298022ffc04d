extension BlockInteriorPoint {
  private static let mostRounds = 10
  /// Dual regularisation of the restoration, far below the least weight of a column, 1e-6: a larger one leaves the
  /// residuals of rows whose columns all are near their bounds.
  private static let restoringDelta = 1e-13

  /// Restores primal feasibility to rounding: a weighted projection onto the rows, in which values far from their
  /// bounds move more than others and none leaves its bounds.
  ///
  /// `undoRestoration` returns to the former point.
  func restoreFeasibility(mustStop: () -> Bool) {
    for part in [top] + parts {
      // The targets are computed anew in every step: here their memory keeps the former point and which entries
      // are held at their bounds.
      part.lowerTarget.copy(part.x)
      part.upperTarget.clear()
    }
    // Entries that leave their bounds are held at them, which leaves a residual for the next round.
    for _ in 0..<BlockInteriorPoint.mostRounds {
      measureRows()
      let residual = primalResidual
      if residual <= 1e-12 || mustStop() { break }
      system.onParts { _, part in part.weighDistances() }
      top.weighDistances()
      if !system.factorise(delta: BlockInteriorPoint.restoringDelta, mustStop: mustStop) { break }
      var least = residual
      for _ in 0..<4 {
        system.solve()
        system.onParts { _, part in part.addStep() }
        top.addStep()
        measureRows()
        let next = primalResidual
        if next <= 1e-14 || next >= 0.5 * least { break }
        least = next
      }
      system.onParts { _, part in part.clip() }
      top.clip()
    }
  }

  /// Returns to the point before `restoreFeasibility`.
  func undoRestoration() {
    for part in [top] + parts { part.x.copy(part.lowerTarget) }
  }

  /// The largest primal residual.
  private var primalResidual: Double {
    var largest = 0.0
    for part in [top] + parts {
      for i in 0..<part.rowCount { largest = max(largest, abs(part.primal[i])) }
    }
    return largest
  }
}

extension BlockPart {
  /// Weighs each entry by its distance from the nearest bound.
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

  /// Clips entries to their bounds and holds them there.
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
