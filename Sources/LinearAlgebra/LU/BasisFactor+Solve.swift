extension BasisFactor {
  /// Solves `B·x = b` in place.
  ///
  /// - Parameter keepsSpike: true for the entering column of the next update.
  package func solve(_ x: SparseVector, _ kind: Kind = .other, keepsSpike: Bool = false) {
    let k = kind.rawValue
    expected[2 * k] = substitute(
      x, lowerColumns, lowerColumnOrder, expected: expected[2 * k], lists: false)
    applyRows(x)
    if keepsSpike { spike.copy(x) }
    expected[2 * k + 1] = substituteUpper(
      x, upperColumns, isForward: false, expected: expected[2 * k + 1])
  }

  /// Solves `Bᵀ·y = c` in place.
  ///
  /// - Parameter keepsRow: true where `c` is the unit vector of the next update's leaving position.
  package func solveTransposed(_ y: SparseVector, _ kind: Kind = .other, keepsRow: Bool = false) {
    let k = kind.rawValue
    expected[2 * k] = substituteUpper(
      y, upperRows, isForward: true, expected: expected[2 * k])
    if keepsRow { inverseRow.copy(y) }
    applyRowsTransposed(y)
    expected[2 * k + 1] = substitute(
      y, lowerRows, lowerRowOrder, expected: expected[2 * k + 1], lists: true)
  }

  private func applyRows(_ x: SparseVector) {
    if etaPosition.isEmpty { return }
    let value = x.value
    etaStart.withUnsafeBufferPointer { start in
      etaIndex.withUnsafeBufferPointer { index in
        etaValue.withUnsafeBufferPointer { entry in
          for e in 0..<etaPosition.count {
            let p = Int(etaPosition[e])
            var sum = 0.0
            for k in start[e]..<start[e &+ 1] { sum += entry[k] * value[Int(index[k])] }
            if sum == 0 { continue }
            if x.isListed { x.add(p, -sum) } else { value[p] -= sum }
          }
        }
      }
    }
  }

  private func applyRowsTransposed(_ y: SparseVector) {
    if etaPosition.isEmpty { return }
    let value = y.value
    etaStart.withUnsafeBufferPointer { start in
      etaIndex.withUnsafeBufferPointer { index in
        etaValue.withUnsafeBufferPointer { entry in
          for e in stride(from: etaPosition.count - 1, through: 0, by: -1) {
            let v = value[Int(etaPosition[e])]
            if abs(v) <= SparseVector.tiny { continue }
            if y.isListed {
              for k in start[e]..<start[e &+ 1] { y.add(Int(index[k]), -v * entry[k]) }
            } else {
              for k in start[e]..<start[e &+ 1] { value[Int(index[k])] -= v * entry[k] }
            }
          }
        }
      }
    }
  }

  /// Above this density a loop over all pivots is faster.
  private static let sparse = 0.05

  private func isSparse(_ x: SparseVector, _ expected: Double) -> Bool {
    x.isListed && Double(x.count) <= 0.02 * Double(size) && expected <= BasisFactor.sparse
  }

  /// Solves with a unit triangular factor and returns the density to expect next time.
  private func substitute(
    _ x: SparseVector, _ store: FactorStorage, _ order: [Int32], expected: Double, lists: Bool
  ) -> Double {
    let value = x.value
    let start = store.start
    let length = store.length
    let index = store.index
    let entry = store.value
    if isSparse(x, expected) {
      let count = reach(x, store)
      var kept = 0
      for k in stride(from: count &- 1, through: 0, by: -1) {
        let p = Int(reached[k])
        mark[p] = 0
        let v = value[p]
        if abs(v) <= SparseVector.tiny {
          value[p] = 0
          continue
        }
        x.index[kept] = reached[k]
        kept &+= 1
        let first = start[p]
        for e in first..<(first &+ Int(length[p])) { value[Int(index[e])] -= v * entry[e] }
      }
      x.count = kept
      return 0.9 * expected + 0.1 * Double(kept) / Double(max(size, 1))
    }
    var met = 0
    order.withUnsafeBufferPointer { order in
      for p in order {
        let v = value[Int(p)]
        if abs(v) <= SparseVector.tiny { continue }
        met &+= 1
        let first = start[Int(p)]
        for e in first..<(first &+ Int(length[Int(p)])) { value[Int(index[e])] -= v * entry[e] }
      }
    }
    x.isListed = false
    if !lists && met > order.count / 10 { return 0.9 * expected + 0.1 }
    x.list()
    return 0.9 * expected + 0.1 * Double(x.count) / Double(max(size, 1))
  }

  /// The same with U, whose pivots are not 1.
  private func substituteUpper(
    _ x: SparseVector, _ store: FactorStorage, isForward: Bool, expected: Double
  ) -> Double {
    let value = x.value
    let start = store.start
    let length = store.length
    let index = store.index
    let entry = store.value
    let pivot = self.pivot
    var kept = 0
    if isSparse(x, expected) {
      let count = reach(x, store)
      for k in stride(from: count &- 1, through: 0, by: -1) {
        let p = Int(reached[k])
        mark[p] = 0
        let v = value[p]
        if abs(v) <= SparseVector.tiny {
          value[p] = 0
          continue
        }
        x.index[kept] = reached[k]
        kept &+= 1
        let w = v / pivot[p]
        value[p] = w
        let first = start[p]
        for e in first..<(first &+ Int(length[p])) { value[Int(index[e])] -= w * entry[e] }
      }
      x.count = kept
      return 0.9 * expected + 0.1 * Double(kept) / Double(max(size, 1))
    }
    let order = self.order
    let list = x.index
    var k = isForward ? 0 : orderCount &- 1
    let step = isForward ? 1 : -1
    for _ in 0..<orderCount {
      let position = order[k]
      k &+= step
      if position < 0 { continue }
      let p = Int(position)
      let v = value[p]
      if v == 0 { continue }
      if abs(v) <= SparseVector.tiny {
        value[p] = 0
        continue
      }
      // This entry is final.
      list[kept] = position
      kept &+= 1
      let w = v / pivot[p]
      value[p] = w
      let first = start[p]
      for e in first..<(first &+ Int(length[p])) { value[Int(index[e])] -= w * entry[e] }
    }
    x.count = kept
    x.isListed = true
    return 0.9 * expected + 0.1 * Double(kept) / Double(max(size, 1))
  }

  /// Depth-first search from the nonzeros of `x`: the reached positions, in `reached`, in topological order from the last.
  private func reach(_ x: SparseVector, _ store: FactorStorage) -> Int {
    let start = store.start
    let length = store.length
    let index = store.index
    let mark = self.mark
    let reached = self.reached
    let positions = stackPosition
    let next = stackNext
    var found = 0
    for k in 0..<x.count {
      let p = x.index[k]
      if mark[Int(p)] != 0 { continue }
      mark[Int(p)] = 1
      var depth = 0
      positions[0] = p
      next[0] = start[Int(p)]
      while depth >= 0 {
        let top = Int(positions[depth])
        let end = start[top] &+ Int(length[top])
        var at = next[depth]
        var isDone = true
        while at < end {
          let q = index[at]
          at &+= 1
          if mark[Int(q)] != 0 { continue }
          mark[Int(q)] = 1
          if length[Int(q)] == 0 {
            reached[found] = q
            found &+= 1
            continue
          }
          next[depth] = at
          depth &+= 1
          positions[depth] = q
          next[depth] = start[Int(q)]
          isDone = false
          break
        }
        if isDone {
          reached[found] = Int32(truncatingIfNeeded: top)
          found &+= 1
          depth &-= 1
        }
      }
    }
    return found
  }
}
