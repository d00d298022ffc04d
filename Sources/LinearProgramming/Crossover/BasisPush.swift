extension Simplex {
  /// Makes wanted variables basic, the most wanted first, each in place of the least wanted one that it depends on,
  /// where that is wanted much less: with a point near a vertex and weights that tell how surely a variable is away from
  /// its bounds there, the basis comes nearer to that of the vertex.
  ///
  /// - Parameters:
  ///   - weight: how much each variable is wanted.
  ///   - restsAtUpper: where each variable goes that leaves.
  func push(_ wanted: [Int], weight: [Double], restsAtUpper: [Bool]) {
    if wanted.isEmpty || factorise() == .singular { return }
    for q in wanted.sorted(by: { (weight[$0], $1) > (weight[$1], $0) }) where basicPosition[q] < 0 {
      if mustStop() || factor.needsRefactorisation && factorise() == .singular { return }
      pivotColumn.clear()
      matrix.scatter(q, into: pivotColumn)
      factor.solve(pivotColumn, .column, keepsSpike: true)
      guard let p = leastWanted(weight), weight[Int(basicIndex[p])] <= 0.1 * weight[q] else {
        continue
      }
      inverseRow.clear()
      inverseRow.set(p, 1)
      factor.solveTransposed(inverseRow, .row, keepsRow: true)
      let isSound = exchange(p, entering: q, leavesAtUpper: restsAtUpper[Int(basicIndex[p])])
      if !isSound && factorise() == .singular { return }
    }
  }

  /// The label of the least wanted basic variable that can give way to the entering one; nil for none.
  private func leastWanted(_ weight: [Double]) -> Int? {
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
