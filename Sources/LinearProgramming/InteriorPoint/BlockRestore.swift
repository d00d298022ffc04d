extension BlockInteriorPoint {
  /// Meets the rows to rounding: values far from their bounds move more than others, and none beyond them.
  ///
  /// The point before can be had back with `putBack`.
  func restore(mustStop: () -> Bool) {
    let bounds = system
    for part in [top] + parts {
      // Targets are made anew in every step; here they keep the former point and what is held.
      part.lowerTarget.copy(part.x)
      part.upperTarget.clear()
    }
    var former = Double.infinity
    for _ in 0..<8 {
      measureRows()
      // What is held leaves a rest in the end.
      let missing = lack
      let isStuck = missing <= former && missing >= 0.9 * former
      if missing <= 1e-12 || isStuck || mustStop() { break }
      former = missing
      bounds.onParts { _, part in part.weighDistances() }
      top.weighDistances()
      if !system.factorise(delta: 1e-10, mustStop: mustStop) { break }
      var least = missing
      for _ in 0..<4 {
        system.solve()
        bounds.onParts { _, part in part.addStep() }
        top.addStep()
        measureRows()
        let left = lack
        if left <= 1e-14 || left >= 0.5 * least { break }
        least = left
      }
      bounds.onParts { _, part in part.clip() }
      top.clip()
    }
  }

  /// The point before `restore`.
  func putBack() {
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
