extension Simplex {
  /// Solves the program from the current basis. Perturbations of costs and bounds are removed at the end, and the
  /// infeasibilities that this leaves are removed by further iterations.
  func solve() -> End {
    iterations = 0
    refactorisations = 0
    return optimise(usesParametric: true)
  }

  /// The primal simplex from a primal feasible basis, else the parametric simplex, or where that has failed the dual
  /// simplex.
  ///
  /// - Parameter usesParametric: false: the dual simplex in place of the parametric one.
  func optimise(usesParametric: Bool) -> End {
    numericalTroubles = 0
    pivotThreshold = 0.1
    farkas = nil
    var end = End.numericalTrouble
    for round in 0..<8 {
      restoreCosts()
      if isBoundPerturbed {
        restoreBounds()
        restBounds()
      }
      if (!hasFactors || factor.updateCount > 0) && factorise() == .singular {
        return .numericalTrouble
      }
      computePrimal()
      computeDual()
      let primalFeasible = isPrimalFeasible
      let dualFeasible = isDualFeasible
      if primalFeasible && dualFeasible { return .optimal }
      if usesParametric && round == 0 && !primalFeasible && (dualFeasible || allowsBoundFlips) {
        end = homotopy()
        if end == .stopped || end == .iterationLimit { return end }
        continue
      }
      let perturbs = round < 4
      end = primalFeasible ? primal(perturbs: perturbs) : dual(perturbs: perturbs)
      switch end {
      case .optimal: continue
      case .infeasible: return .infeasible
      case .unbounded:
        if !isBoundPerturbed { return .unbounded }
      case .stopped, .iterationLimit: return end
      case .numericalTrouble:
        hasFactors = false
        pivotThreshold = 0.5
        if round > 2 { return .numericalTrouble }
      }
    }
    return .numericalTrouble
  }

  /// A homotopy from a basis to a feasible one: violated bounds of basic variables are shifted to the variables' values,
  /// and the parametric simplex moves them back. That takes a fraction of the iterations of the dual simplex, which
  /// chooses among all violations at once.
  ///
  /// Costs are shifted to where the basis is dual feasible, and shifted back at the end, which leaves a few iterations to
  /// the primal simplex. A flip of a variable to its other bound would make it dual feasible as well, but from the
  /// optimum of a related program that leads tens of thousands of iterations away.
  private func homotopy() -> End {
    let costs = shiftInfeasibleCosts()
    let mayFlip = allowsBoundFlips
    allowsBoundFlips = false
    defer {
      for (j, cost) in costs { trueCost[j] = cost }
      restoreCosts()
      allowsBoundFlips = mayFlip
    }
    var rates: [(variable: Int, rate: Double)] = []
    for p in 0..<m {
      let j = Int(basicIndex[p])
      let gap = x[j] < lower[j] ? lower[j] - x[j] : min(0, upper[j] - x[j])
      if gap != 0 { rates.append((j, gap)) }
    }
    let bounds = rates.map { (trueLower[$0.variable], trueUpper[$0.variable]) }
    for (j, gap) in rates {
      trueLower[j] -= gap
      trueUpper[j] -= gap
    }
    restoreBounds()
    let path = solveParametric(rates, from: 0, to: 1, skip: 1e-4) { _, _, _ in true }
    for (k, (j, _)) in rates.enumerated() {
      trueLower[j] = bounds[k].0
      trueUpper[j] = bounds[k].1
    }
    restoreBounds()
    restBounds()
    return path.end
  }

  /// Shifts the costs of variables with a dual infeasibility to where their reduced costs are 0.
  ///
  /// - Returns: those variables with their true costs.
  private func shiftInfeasibleCosts() -> [(variable: Int, cost: Double)] {
    var shifted: [(variable: Int, cost: Double)] = []
    for j in 0..<total where dualViolation(j) > dualTolerance {
      shifted.append((j, trueCost[j]))
      trueCost[j] -= d[j]
    }
    restoreCosts()
    return shifted
  }

  /// Values of the columns and multipliers of the rows.
  var point: (columns: [Double], duals: [Double]) {
    ((0..<n).map { x[$0] }, (0..<m).map { basicPosition[n + $0] >= 0 ? 0 : d[n + $0] })
  }
}
