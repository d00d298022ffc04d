extension Simplex {
  /// Dual simplex with steepest edge pricing (Forrest and Goldfarb 1992), the bound flipping ratio test (Maros 2003)
  /// and Harris' tolerance, from any basis: a dual infeasibility is removed by a bound flip or, where there is no other
  /// bound or flips are not allowed, by shifting the cost. Ends with a primal feasible basis, or a proof that there is
  /// none.
  func dual(perturbs: Bool) -> End {
    var isFresh = false
    var mayPerturb = perturbs
    var degenerate = 0
    var steps = 0
    var mustRefactorise = true
    while true {
      if mustRefactorise || factor.needsRefactorisation {
        if (!hasFactors || factor.updateCount > 0) && factorise() == .singular {
          return .numericalTrouble
        }
        computeDual()
        correctDual()
        computePrimal()
        findViolations()
        isFresh = true
        mustRefactorise = false
      }
      steps += 1
      if steps % 16 == 0 && mustStop() { return .stopped }
      if iterations >= iterationLimit { return .iterationLimit }
      let p = chooseRow()
      if p < 0 {
        if isFresh { return .optimal }
        mustRefactorise = true
        continue
      }
      inverseRow.clear()
      inverseRow.set(p, 1)
      factor.solveTransposed(inverseRow, .row, keepsRow: true)
      computePivotRow()
      let leaving = Int(basicIndex[p])
      let isAbove = x[leaving] > upper[leaving]
      let gap = isAbove ? x[leaving] - upper[leaving] : lower[leaving] - x[leaving]
      let q = ratio.choose(self, sign: isAbove ? 1 : -1, gap: gap)
      if q < 0 {
        if isFresh {
          farkas = (0..<m).map { inverseRow.value[$0] }
          return .infeasible
        }
        mustRefactorise = true
        continue
      }
      pivotColumn.clear()
      matrix.scatter(q, into: pivotColumn)
      factor.solve(pivotColumn, .column, keepsSpike: true)
      let alpha = pivotColumn.value[p]
      let mismatch = abs(alpha - pivotRow.value[q])
      if mismatch > 1e-7 * (1 + abs(alpha)) || abs(alpha) < absolutePivotTolerance {
        numericalTroubles += 1
        if numericalTroubles > 50 { return .numericalTrouble }
        if isFresh {
          // No accurate pivot in this row: another one first.
          violation[p] = 0
          continue
        }
        if numericalTroubles > 3 { pivotThreshold = 0.5 }
        mustRefactorise = true
        continue
      }
      flip()
      let step = dualStep(q, alpha: pivotRow.value[q])
      updateDual(step, q, leaving)
      updateWeights(p, alpha)
      movePrimal(p, q, alpha, to: isAbove ? upper[leaving] : lower[leaving])
      if !exchange(p, entering: q, leavesAtUpper: isAbove) { mustRefactorise = true }
      noteViolation(p)
      isFresh = false
      if mayPerturb {
        degenerate += abs(step) < 1e-12 ? 1 : 0
        if degenerate > 40 && 2 * degenerate > steps {
          mayPerturb = false
          perturbCosts()
          mustRefactorise = true
        }
      }
    }
  }

  /// Dual pricing: the position with the largest infeasibility in its steepest edge norm; −1 where none has one.
  private func chooseRow() -> Int {
    var best = -1
    var most = 0.0
    var k = 0
    let member = rowList.member
    while k < rowList.count {
      let p = Int(member[k])
      let square = violation[p]
      if square == 0 {
        rowList.remove(at: k)
        continue
      }
      let weight = dualWeight[p]
      if square > most * weight || (square == most * weight && p < best) {
        most = square / weight
        best = p
      }
      k &+= 1
    }
    return best
  }

  /// Makes the basis dual feasible by bound flips, if they are allowed, or by shifting costs.
  private func correctDual() {
    for j in 0..<total where nonbasicStatus[j] != NonbasicStatus.none {
      if dualViolation(j) <= dualTolerance { continue }
      if allowsBoundFlips, nonbasicStatus[j] == NonbasicStatus.atLower && upper[j] < .infinity {
        nonbasicStatus[j] = NonbasicStatus.atUpper
        x[j] = upper[j]
      } else if allowsBoundFlips,
        nonbasicStatus[j] == NonbasicStatus.atUpper && lower[j] > -.infinity
      {
        nonbasicStatus[j] = NonbasicStatus.atLower
        x[j] = lower[j]
      } else {
        cost[j] -= d[j]
        d[j] = 0
        isCostPerturbed = true
      }
    }
  }

  /// Flips the variables that the long step passed to their other bounds, and updates the basic ones.
  private func flip() {
    if ratio.flips.isEmpty { return }
    work.clear()
    for member in ratio.flips {
      let j = Int(member)
      let step =
        nonbasicStatus[j] == NonbasicStatus.atLower ? upper[j] - lower[j] : lower[j] - upper[j]
      nonbasicStatus[j] = -nonbasicStatus[j]
      x[j] = nonbasicStatus[j] == NonbasicStatus.atLower ? lower[j] : upper[j]
      matrix.add(j, times: step, to: work)
    }
    factor.solve(work, .flips)
    for k in 0..<work.count {
      let p = Int(work.index[k])
      x[Int(basicIndex[p])] -= work.value[p]
      noteViolation(p)
    }
    work.clear()
  }

  /// The dual step length. Where the entering variable's reduced cost has the wrong sign (Harris), its cost is shifted
  /// to make it 0.
  func dualStep(_ q: Int, alpha: Double) -> Double {
    if dualViolation(q) > 0 {
      cost[q] -= d[q]
      d[q] = 0
      isCostPerturbed = true
    }
    return d[q] / alpha
  }

  func updateDual(_ step: Double, _ q: Int, _ leaving: Int) {
    if step != 0 {
      for k in 0..<pivotRow.count {
        let j = Int(pivotRow.index[k])
        if basicPosition[j] < 0 { d[j] -= step * pivotRow.value[j] }
      }
    }
    d[q] = 0
    d[leaving] = -step
  }

  private func updateWeights(_ p: Int, _ alpha: Double) {
    var exact = 0.0
    for k in 0..<inverseRow.count {
      let rho = inverseRow.value[Int(inverseRow.index[k])]
      exact += rho * rho
    }
    work.copy(inverseRow)
    factor.solve(work, .steepestEdge)
    for k in 0..<pivotColumn.count {
      let i = Int(pivotColumn.index[k])
      if i == p { continue }
      let r = pivotColumn.value[i] / alpha
      let updated = dualWeight[i] + r * (r * exact - 2 * work.value[i])
      dualWeight[i] = max(updated, 1e-4, r * r * exact * 1e-2)
    }
    dualWeight[p] = max(exact / (alpha * alpha), 1e-4)
    work.clear()
  }

  /// Moves the basic variables such that the leaving one reaches its bound: the primal step.
  func movePrimal(_ p: Int, _ q: Int, _ alpha: Double, to bound: Double) {
    let leaving = Int(basicIndex[p])
    let step = (x[leaving] - bound) / alpha
    for k in 0..<pivotColumn.count {
      let i = Int(pivotColumn.index[k])
      x[Int(basicIndex[i])] -= step * pivotColumn.value[i]
      noteViolation(i)
    }
    x[leaving] = bound
    x[q] += step
  }

  /// Perturbs costs against dual degeneracy, in the direction in which reduced costs keep their signs.
  private func perturbCosts() {
    var largest = 0.0
    for j in 0..<n { largest = max(largest, abs(cost[j])) }
    let base = 5e-7 * (largest > 100 ? largest.squareRoot().squareRoot() : 1)
    for j in 0..<n {
      let amount = base * (1 + abs(cost[j])) * (1 + random(j))
      switch nonbasicStatus[j] {
      case NonbasicStatus.atLower: cost[j] += amount
      case NonbasicStatus.atUpper: cost[j] -= amount
      case NonbasicStatus.free: break
      default:
        if lower[j] == upper[j] { break }
        if lower[j] > -.infinity && (upper[j] == .infinity || cost[j] >= 0) {
          cost[j] += amount
        } else if upper[j] < .infinity {
          cost[j] -= amount
        }
      }
    }
    isCostPerturbed = true
  }
}
