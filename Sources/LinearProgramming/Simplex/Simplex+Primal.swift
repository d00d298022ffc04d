extension Simplex {
  /// Primal simplex from a feasible basis, with projected steepest edge weights (Forrest and Goldfarb 1992),
  /// Harris' ratio test, and bounds moved outwards where degenerate steps do not end.
  ///
  /// `trouble` also where the basis is not feasible.
  func primal(perturbs: Bool) -> End {
    var isFresh = false
    var mayPerturb = perturbs
    var degenerate = 0
    var steps = 0
    var isWanted = true
    resetReference()
    var sound = Snapshot(self)
    var returns = 0
    leastPivot = 1e-9
    while true {
      if isWanted || factor.isWorn {
        if (!hasFactors || factor.updateCount > 0) && factorise() == .none { return .trouble }
        computePrimal()
        if !widenBounds() {
          // A pivot since then was too small: not that way again.
          returns += 1
          if returns > 4 || !restore(sound) { return .trouble }
          threshold = 0.5
          leastPivot *= 100
          resetReference()
        }
        computeDual()
        findAttractive()
        sound = Snapshot(self)
        isFresh = true
        isWanted = false
      }
      steps += 1
      if steps % 16 == 0 && mustStop() { return .stopped }
      if iterations >= iterationLimit { return .iterationLimit }
      let q = chooseColumn()
      if q < 0 {
        if isFresh { return .optimal }
        isWanted = true
        continue
      }
      pivotColumn.clear()
      matrix.scatter(q, into: pivotColumn)
      factor.solve(pivotColumn, .column, keepsSpike: true)
      // The reduced cost by way of the column, against what updates have made of it.
      var exact = cost[q]
      for k in 0..<pivotColumn.count {
        let i = Int(pivotColumn.index[k])
        exact -= cost[Int(head[i])] * pivotColumn.value[i]
      }
      if abs(exact - d[q]) > 1e-6 * (1 + abs(exact)) && !isFresh {
        isWanted = true
        continue
      }
      d[q] = exact
      if dualViolation(q) <= dualTolerance { continue }
      let direction: Double = exact < 0 ? 1 : -1
      let (p, step) = ratioTest(q, direction)
      if p < 0 {
        if step == .infinity {
          if isFresh { return .unbounded }
          isWanted = true
          continue
        }
        move(q, direction * step)
        side[q] = -side[q]
        x[q] = side[q] == Side.up ? lower[q] : upper[q]
        iterations += 1
        continue
      }
      inverseRow.clear()
      inverseRow.set(p, 1)
      factor.solveTransposed(inverseRow, .row, keepsRow: true)
      computePivotRow()
      let alpha = pivotColumn.value[p]
      if abs(alpha - pivotRow.value[q]) > 1e-7 * (1 + abs(alpha)) || abs(alpha) < 1e-9 {
        troubles += 1
        if troubles > 50 || isFresh && troubles > 10 { return .trouble }
        if troubles > 3 { threshold = 0.5 }
        if isFresh { d[q] = 0 } else { isWanted = true }
        continue
      }
      let leaving = Int(head[p])
      let isAtUpper = direction * alpha < 0
      move(q, direction * step)
      updateReducedCosts(q, leaving, alpha)
      if !exchange(p, entering: q, leavesAtUpper: isAtUpper) { isWanted = true }
      dualWeight[p] = 1
      isFresh = false
      degenerate = step < 1e-12 ? degenerate + 1 : 0
      if mayPerturb && degenerate > max(2000, m) {
        mayPerturb = false
        perturbBounds()
        isWanted = true
      }
    }
  }

  /// Lists the variables whose reduced costs have the wrong sign.
  private func findAttractive() {
    columnList.removeAll()
    for j in 0..<total where dualViolation(j) > dualTolerance { columnList.insert(j) }
  }

  /// The variable whose reduced cost is the largest in the norm of its weight; −1 where none has the wrong sign.
  private func chooseColumn() -> Int {
    var best = -1
    var most = 0.0
    let member = columnList.member
    var k = 0
    while k < columnList.count {
      let j = Int(member[k])
      let size = dualViolation(j)
      if size <= dualTolerance {
        columnList.remove(at: k)
        continue
      }
      let square = size * size
      if square > most * primalWeight[j] || (square == most * primalWeight[j] && j < best) {
        most = square / primalWeight[j]
        best = j
      }
      k &+= 1
    }
    return best
  }

  /// The label of the variable that leaves, and the step; label −1: the entering one goes to its other bound.
  private func ratioTest(_ q: Int, _ direction: Double) -> (label: Int, step: Double) {
    let least = max(
      leastPivot, factor.updateCount < 10 ? 1e-9 : factor.updateCount < 20 ? 1e-8 : 1e-7)
    let range = upper[q] - lower[q]
    var reach = Double.infinity
    let tolerance = primalTolerance
    let list = pivotColumn
    for k in 0..<list.count {
      let i = Int(list.index[k])
      let a = direction * list.value[i]
      let j = Int(head[i])
      if a > least {
        if lower[j] > -.infinity { reach = min(reach, (x[j] - lower[j] + tolerance) / a) }
      } else if a < -least {
        if upper[j] < .infinity { reach = min(reach, (x[j] - upper[j] - tolerance) / a) }
      }
    }
    if range <= reach { return (-1, range) }
    if reach == .infinity { return (-1, .infinity) }
    var best = -1
    var most = 0.0
    var step = 0.0
    for k in 0..<list.count {
      let i = Int(list.index[k])
      let a = direction * list.value[i]
      let j = Int(head[i])
      let gap: Double
      if a > least && lower[j] > -.infinity {
        gap = x[j] - lower[j]
      } else if a < -least && upper[j] < .infinity {
        gap = upper[j] - x[j]
      } else {
        continue
      }
      let size = abs(a)
      if gap <= reach * size && (size > most || (size == most && j < Int(head[best]))) {
        most = size
        best = i
        step = gap / size
      }
    }
    if best < 0 { return (-1, .infinity) }
    step = max(step, 0)
    return range <= step ? (-1, range) : (best, step)
  }

  /// Moves a variable that is not basic, and the basic ones with it.
  private func move(_ q: Int, _ step: Double) {
    x[q] += step
    if step == 0 { return }
    for k in 0..<pivotColumn.count {
      let i = Int(pivotColumn.index[k])
      x[Int(head[i])] -= step * pivotColumn.value[i]
    }
  }

  private func updateReducedCosts(_ q: Int, _ leaving: Int, _ alpha: Double) {
    let step = d[q] / alpha
    let weight = projectColumn(q)
    let y = UnsafePointer(work.value)
    let isProjected = work.count > 0
    for k in 0..<pivotRow.count {
      let j = Int(pivotRow.index[k])
      if place[j] >= 0 { continue }
      d[j] -= step * pivotRow.value[j]
      if side[j] == Side.none { continue }
      let r = pivotRow.value[j] / alpha
      let turn = isProjected ? matrix.product(j, y) : 0
      let floor = (isReference[j] ? 1 : 0) + (isReference[q] ? r * r : 0)
      primalWeight[j] = max(primalWeight[j] + r * (r * weight - 2 * turn), floor, 1e-6)
      if dualViolation(j) > dualTolerance { columnList.insert(j) }
    }
    work.clear()
    d[q] = 0
    d[leaving] = -step
    primalWeight[leaving] = max(weight / (alpha * alpha), 1e-6)
  }

  /// The entering column's weight, and `work` such that its product with another column is that of the two in
  /// the reference space.
  private func projectColumn(_ q: Int) -> Double {
    var weight = isReference[q] ? 1.0 : 0
    work.clear()
    for k in 0..<pivotColumn.count {
      let i = Int(pivotColumn.index[k])
      if !isReference[Int(head[i])] { continue }
      let value = pivotColumn.value[i]
      weight += value * value
      work.set(i, value)
    }
    if work.count > 0 { factor.solveTransposed(work, .projection) }
    return weight
  }

  /// Starts with the weights of the space of the variables that are not basic now.
  func resetReference() {
    for j in 0..<total { isReference[j] = place[j] < 0 }
    primalWeight.update(repeating: 1, count: total)
  }

  /// A basis to come back to.
  private struct Snapshot {
    let head: [Int32]
    let side: [Int8]

    init(_ simplex: Simplex) {
      head = Array(UnsafeBufferPointer(start: simplex.head, count: simplex.m))
      side = Array(UnsafeBufferPointer(start: simplex.side, count: simplex.total))
    }
  }

  /// Goes back to a basis, with factors and values; false where it is not feasible either.
  private func restore(_ snapshot: Snapshot) -> Bool {
    for j in 0..<total {
      place[j] = -1
      side[j] = snapshot.side[j]
    }
    for p in 0..<m {
      head[p] = snapshot.head[p]
      place[Int(head[p])] = Int32(truncatingIfNeeded: p)
    }
    restBounds()
    for p in 0..<m { side[Int(head[p])] = Side.none }
    if factorise() == .none { return false }
    computePrimal()
    return widenBounds()
  }

  /// Moves bounds outwards to basic variables that lie a little beyond them; false where one lies far beyond.
  private func widenBounds() -> Bool {
    for p in 0..<m {
      let j = Int(head[p])
      let gap = max(lower[j] - x[j], x[j] - upper[j])
      if gap <= primalTolerance { continue }
      if gap > 1e-5 * max(1, abs(x[j])) { return false }
      if x[j] < lower[j] { lower[j] = x[j] } else { upper[j] = x[j] }
      isBoundMoved = true
    }
    return true
  }

  /// Moves bounds outwards, each by another small amount; the variables at them go along.
  private func perturbBounds() {
    for j in 0..<total {
      if lower[j] == upper[j] && place[j] < 0 { continue }
      let size = 5e-7 * (1 + random(j))
      if lower[j] > -.infinity { lower[j] -= size * max(1, abs(lower[j])) }
      if upper[j] < .infinity { upper[j] += size * max(1, abs(upper[j])) }
      if side[j] == Side.up { x[j] = lower[j] } else if side[j] == Side.down { x[j] = upper[j] }
    }
    // Basic variables that the others push beyond even that.
    computePrimal()
    for p in 0..<m {
      let j = Int(head[p])
      let extra = 1e-7 * (1 + random(j))
      if x[j] < lower[j] { lower[j] = x[j] - extra }
      if x[j] > upper[j] { upper[j] = x[j] + extra }
    }
    isBoundMoved = true
  }
}
