extension Simplex {
  /// Crossover push phase: brings preferred variables into the basis, of highest weight first, each replacing the basic
  /// variable of least weight that it depends on, where that weight is much less.
  ///
  /// The weights say how clearly a variable is away from its bounds at a point near a vertex, so the pushes bring the
  /// basis nearer to that of the vertex.
  ///
  /// - Parameters:
  ///   - preferred: the variables to push in.
  ///   - weight: preference of each variable for being basic.
  ///   - leavesAtUpper: whether a variable that leaves becomes nonbasic at its upper bound.
  func push(_ preferred: [Int], weight: [Double], leavesAtUpper: [Bool]) {
    if preferred.isEmpty || factorise() == .singular { return }
    for q in preferred.sorted(by: { (weight[$0], $1) > (weight[$1], $0) })
    where basicPosition[q] < 0 {
      if mustStop() || factor.needsRefactorisation && factorise() == .singular { return }
      pivotColumn.clear()
      matrix.scatter(q, into: pivotColumn)
      factor.solve(pivotColumn, .column, keepsSpike: true)
      guard let p = leastPreferred(weight), weight[Int(basicIndex[p])] <= 0.1 * weight[q] else {
        continue
      }
      inverseRow.clear()
      inverseRow.set(p, 1)
      factor.solveTransposed(inverseRow, .row, keepsRow: true)
      let isSound = exchange(p, entering: q, leavesAtUpper: leavesAtUpper[Int(basicIndex[p])])
      if !isSound && factorise() == .singular { return }
    }
  }

  /// The position of the basic variable of least weight that can leave for the entering one; nil for none.
  private func leastPreferred(_ weight: [Double]) -> Int? {
    let list = pivotColumn
    var largest = 0.0
    for k in 0..<list.count { largest = max(largest, abs(list.value[Int(list.index[k])])) }
    let least = max(1e-6, 1e-3 * largest)
    var best: Int?
    for k in 0..<list.count {
      let p = Int(list.index[k])
      if abs(list.value[p]) < least { continue }
      if best.map({
        (weight[Int(basicIndex[p])], basicIndex[p]) < (weight[Int(basicIndex[$0])], basicIndex[$0])
      }) ?? true {
        best = p
      }
    }
    return best
  }
}
