extension Simplex {
  /// Primal simplex from a feasible basis, with projected steepest edge pricing (Forrest and Goldfarb 1992), Harris'
  /// ratio test, and a perturbation of the bounds against degeneracy.
  ///
  /// `numericalTrouble` also where the basis is not feasible.
  func primal(perturbs: Bool) -> End {
    var isFresh = false
    var mayPerturb = perturbs
    var degenerate = 0
    var steps = 0
    var mustRefactorise = true
    resetReference()
    var lastFeasible = Snapshot(self)
    var returns = 0
    pivotTolerance = 1e-9
    while true {
      if mustRefactorise || factor.needsRefactorisation {
        if (!hasFactors || factor.updateCount > 0) && factorise() == .singular {
          return .numericalTrouble
        }
        computePrimal()
        if !widenBounds() {
          // A pivot since the last factorisation was too small: back to it, with a larger pivot tolerance.
          returns += 1
          if returns > 4 || !restore(lastFeasible) { return .numericalTrouble }
          pivotThreshold = 0.5
          pivotTolerance *= 100
          resetReference()
        }
        computeDual()
        findDualInfeasibilities()
        lastFeasible = Snapshot(self)
        isFresh = true
        mustRefactorise = false
      }
      steps += 1
      if steps % 16 == 0 && mustStop() { return .stopped }
      if iterations >= iterationLimit { return .iterationLimit }
      let q = chooseColumn()
      if q < 0 {
        if isFresh { return .optimal }
        mustRefactorise = true
        continue
      }
      pivotColumn.clear()
      matrix.scatter(q, into: pivotColumn)
      factor.solve(pivotColumn, .column, keepsSpike: true)
      // The reduced cost computed from the column, against its updated value.
      var exact = cost[q]
      for k in 0..<pivotColumn.count {
        let i = Int(pivotColumn.index[k])
        exact -= cost[Int(basicIndex[i])] * pivotColumn.value[i]
      }
      if abs(exact - d[q]) > 1e-6 * (1 + abs(exact)) && !isFresh {
        mustRefactorise = true
        continue
      }
      d[q] = exact
      if dualViolation(q) <= dualTolerance { continue }
      let direction: Double = exact < 0 ? 1 : -1
      let (p, step) = ratioTest(q, direction)
      if p < 0 {
        if step == .infinity {
          if isFresh { return .unbounded }
          mustRefactorise = true
          continue
        }
        move(q, direction * step)
        nonbasicStatus[q] = -nonbasicStatus[q]
        x[q] = nonbasicStatus[q] == NonbasicStatus.atLower ? lower[q] : upper[q]
        iterations += 1
        continue
      }
      inverseRow.clear()
      inverseRow.set(p, 1)
      factor.solveTransposed(inverseRow, .row, keepsRow: true)
      computePivotRow()
      let alpha = pivotColumn.value[p]
      if abs(alpha - pivotRow.value[q]) > 1e-7 * (1 + abs(alpha))
        || abs(alpha) < absolutePivotTolerance
      {
        numericalTroubles += 1
        if numericalTroubles > 50 || isFresh && numericalTroubles > 10 { return .numericalTrouble }
        if numericalTroubles > 3 { pivotThreshold = 0.5 }
        if isFresh { d[q] = 0 } else { mustRefactorise = true }
        continue
      }
      let leaving = Int(basicIndex[p])
      let isAtUpper = direction * alpha < 0
      move(q, direction * step)
      updateReducedCosts(q, leaving, alpha)
      if !exchange(p, entering: q, leavesAtUpper: isAtUpper) { mustRefactorise = true }
      dualWeight[p] = 1
      isFresh = false
      degenerate = step < 1e-12 ? degenerate + 1 : 0
      if mayPerturb && degenerate > max(2000, m) {
        mayPerturb = false
        perturbBounds()
        mustRefactorise = true
      }
    }
  }

  /// Finds the dual infeasibilities.
  private func findDualInfeasibilities() {
    columnList.removeAll()
    for j in 0..<total where dualViolation(j) > dualTolerance { columnList.insert(j) }
  }

  /// Primal pricing: the variable with the largest dual infeasibility in its steepest edge norm; −1 for none.
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

  /// Harris' ratio test: the position of the leaving variable, and the step length; position −1: the entering variable
  /// flips to its other bound.
  private func ratioTest(_ q: Int, _ direction: Double) -> (position: Int, step: Double) {
    let least = max(
      pivotTolerance, factor.updateCount < 10 ? 1e-9 : factor.updateCount < 20 ? 1e-8 : 1e-7)
    let range = upper[q] - lower[q]
    var stepBound = Double.infinity
    let tolerance = primalTolerance
    let list = pivotColumn
    for k in 0..<list.count {
      let i = Int(list.index[k])
      let a = direction * list.value[i]
      let j = Int(basicIndex[i])
      if a > least {
        if lower[j] > -.infinity { stepBound = min(stepBound, (x[j] - lower[j] + tolerance) / a) }
      } else if a < -least {
        if upper[j] < .infinity { stepBound = min(stepBound, (x[j] - upper[j] - tolerance) / a) }
      }
    }
    if range <= stepBound { return (-1, range) }
    if stepBound == .infinity { return (-1, .infinity) }
    var best = -1
    var most = 0.0
    var step = 0.0
    for k in 0..<list.count {
      let i = Int(list.index[k])
      let a = direction * list.value[i]
      let j = Int(basicIndex[i])
      let gap: Double
      if a > least && lower[j] > -.infinity {
        gap = x[j] - lower[j]
      } else if a < -least && upper[j] < .infinity {
        gap = upper[j] - x[j]
      } else {
        continue
      }
      let size = abs(a)
      if gap <= stepBound * size && (size > most || (size == most && j < Int(basicIndex[best]))) {
        most = size
        best = i
        step = gap / size
      }
    }
    if best < 0 { return (-1, .infinity) }
    step = max(step, 0)
    return range <= step ? (-1, range) : (best, step)
  }

  /// Moves a nonbasic variable, and the basic ones with it.
  private func move(_ q: Int, _ step: Double) {
    x[q] += step
    if step == 0 { return }
    for k in 0..<pivotColumn.count {
      let i = Int(pivotColumn.index[k])
      x[Int(basicIndex[i])] -= step * pivotColumn.value[i]
    }
  }

  private func updateReducedCosts(_ q: Int, _ leaving: Int, _ alpha: Double) {
    let step = d[q] / alpha
    let weight = projectColumn(q)
    let y = UnsafePointer(work.value)
    let isProjected = work.count > 0
    for k in 0..<pivotRow.count {
      let j = Int(pivotRow.index[k])
      if basicPosition[j] >= 0 { continue }
      d[j] -= step * pivotRow.value[j]
      if nonbasicStatus[j] == NonbasicStatus.none { continue }
      let r = pivotRow.value[j] / alpha
      let projection = isProjected ? matrix.product(j, y) : 0
      let floor = (isReference[j] ? 1 : 0) + (isReference[q] ? r * r : 0)
      primalWeight[j] = max(primalWeight[j] + r * (r * weight - 2 * projection), floor, 1e-6)
      if dualViolation(j) > dualTolerance { columnList.insert(j) }
    }
    work.clear()
    d[q] = 0
    d[leaving] = -step
    primalWeight[leaving] = max(weight / (alpha * alpha), 1e-6)
  }

  /// The entering column's weight; sets `work` such that its product with another column is the inner product of the
  /// two in the reference framework.
  private func projectColumn(_ q: Int) -> Double {
    var weight = isReference[q] ? 1.0 : 0
    work.clear()
    for k in 0..<pivotColumn.count {
      let i = Int(pivotColumn.index[k])
      if !isReference[Int(basicIndex[i])] { continue }
      let value = pivotColumn.value[i]
      weight += value * value
      work.set(i, value)
    }
    if work.count > 0 { factor.solveTransposed(work, .projection) }
    return weight
  }

  /// Resets the reference framework to the current nonbasic variables.
  func resetReference() {
    for j in 0..<total { isReference[j] = basicPosition[j] < 0 }
    primalWeight.update(repeating: 1, count: total)
  }

  /// A basis to return to.
  private struct Snapshot {
    let basicIndex: [Int32]
    let nonbasicStatus: [Int8]

    init(_ simplex: Simplex) {
      basicIndex = Array(UnsafeBufferPointer(start: simplex.basicIndex, count: simplex.m))
      nonbasicStatus = Array(
        UnsafeBufferPointer(start: simplex.nonbasicStatus, count: simplex.total))
    }
  }

  /// Returns to a basis, with factors and values; false where it is not feasible either.
  private func restore(_ snapshot: Snapshot) -> Bool {
    for j in 0..<total {
      basicPosition[j] = -1
      nonbasicStatus[j] = snapshot.nonbasicStatus[j]
    }
    for p in 0..<m {
      basicIndex[p] = snapshot.basicIndex[p]
      basicPosition[Int(basicIndex[p])] = Int32(truncatingIfNeeded: p)
    }
    restBounds()
    for p in 0..<m { nonbasicStatus[Int(basicIndex[p])] = NonbasicStatus.none }
    if factorise() == .singular { return false }
    computePrimal()
    return widenBounds()
  }

  /// Relaxes bounds that basic variables violate by a little to their values; false where a violation is large.
  private func widenBounds() -> Bool {
    for p in 0..<m {
      let j = Int(basicIndex[p])
      let gap = max(lower[j] - x[j], x[j] - upper[j])
      if gap <= primalTolerance { continue }
      if gap > 1e-5 * max(1, abs(x[j])) { return false }
      if x[j] < lower[j] { lower[j] = x[j] } else { upper[j] = x[j] }
      isBoundPerturbed = true
    }
    return true
  }

  /// Perturbs bounds outwards against primal degeneracy; the nonbasic variables move with them.
  private func perturbBounds() {
    for j in 0..<total {
      if lower[j] == upper[j] && basicPosition[j] < 0 { continue }
      let size = 5e-7 * (1 + random(j))
      if lower[j] > -.infinity { lower[j] -= size * max(1, abs(lower[j])) }
      if upper[j] < .infinity { upper[j] += size * max(1, abs(upper[j])) }
      if nonbasicStatus[j] == NonbasicStatus.atLower {
        x[j] = lower[j]
      } else if nonbasicStatus[j] == NonbasicStatus.atUpper {
        x[j] = upper[j]
      }
    }
    // Basic variables that violate the perturbed bounds.
    computePrimal()
    for p in 0..<m {
      let j = Int(basicIndex[p])
      let extra = 1e-7 * (1 + random(j))
      if x[j] < lower[j] { lower[j] = x[j] - extra }
      if x[j] > upper[j] { upper[j] = x[j] + extra }
    }
    isBoundPerturbed = true
  }
}
