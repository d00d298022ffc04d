extension Simplex {
  /// Solves the program from the current basis: with the primal simplex where that is feasible, else the dual
  /// first. Costs and bounds that were moved on the way are put back, and what that leaves is cleaned up.
  func solve() -> End {
    iterations = 0
    refactorisations = 0
    troubles = 0
    threshold = 0.1
    farkas = nil
    var end = End.trouble
    for round in 0..<8 {
      restoreCosts()
      if isBoundMoved {
        restoreBounds()
        restBounds()
      }
      if (!hasFactors || factor.updateCount > 0) && factorise() == .none { return .trouble }
      computePrimal()
      computeDual()
      let isFeasible = isPrimalFeasible
      if isFeasible && isDualFeasible { return .optimal }
      let perturbs = round < 4
      end = isFeasible ? primal(perturbs: perturbs) : dual(perturbs: perturbs)
      switch end {
      case .optimal: continue
      case .infeasible: return .infeasible
      case .unbounded:
        if !isBoundMoved { return .unbounded }
      case .stopped, .iterationLimit: return end
      case .trouble:
        hasFactors = false
        threshold = 0.5
        if round > 2 { return .trouble }
      }
    }
    return .trouble
  }

  /// Values of the columns and multipliers of the rows.
  var point: (columns: [Double], duals: [Double]) {
    ((0..<n).map { x[$0] }, (0..<m).map { place[n + $0] >= 0 ? 0 : d[n + $0] })
  }
}
