import CGLPK

extension SolverSession {
  /// From this many columns and rows on, a cold start goes through the interior point.
  private static let least = 6000
  /// Multiplications of a factorisation, over rows × nonzeros, up to which the interior point was faster than
  /// the simplex alone (measured, Docs/performance.md).
  private static let workPerPass = 0.3

  /// Finds a basis near the optimum by the interior point and makes it the session's basis, so that the
  /// primal simplex has little left to do. Leaves the session as it was where that does not work.
  ///
  /// The interior point sees costs and bounds that are moved a little, each by another amount: its optimum is
  /// then a single vertex, whose basis can be read off. The simplex works on the program itself, so nothing
  /// of this touches the answer.
  func startFromInteriorPoint(_ run: SolverRun) throws(SolverError) {
    guard run.options.method == .automatic, run.options.presolve == .automatic, !isWarm, isScaled,
      program.rowCount > 0, program.columnCount + program.rowCount >= SolverSession.least
    else { return }
    let begin = lpk_now()
    let matrix = ColumnMatrix(program, scaling)
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    var cost = scaling.scaledCosts(program.cost)
    var lower = columns.lower + rows.lower
    var upper = columns.upper + rows.upper
    perturb(&cost, &lower, &upper)
    // Some 45 factorisations stand against simplex iterations that each cost a pass over the nonzeros.
    let worthwhile =
      SolverSession.workPerPass * Double(program.rowCount) * Double(program.nonzeroCount)
    guard let method = InteriorPoint(matrix: matrix, lower: lower, upper: upper, cost: cost),
      method.work <= worthwhile
    else { return }
    let factor = run.objectiveFactor
    let offset = program.objectiveOffset
    let point = method.solve(tolerance: 1e-8) { iterations, objective, residual in
      run.reportInterior(iterations, objective * factor + offset, residual)
      return run.mustStop != nil
    }
    var result = "no basis"
    if let point {
      let guess = BasisGuess(point, matrix: matrix, lower: lower, upper: upper)
      try setBasis(guess.basis)
      if isWarm { result = "basis" }
    }
    run.log("interior point", result, iterations: 0, since: begin)
  }

  /// Moves costs up and bounds outwards by amounts that look random but are always the same.
  private func perturb(_ cost: inout [Double], _ lower: inout [Double], _ upper: inout [Double]) {
    let size = 1e-4
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return size * (0.5 + Double(state >> 33) * 0x1p-32)
    }
    for j in cost.indices { cost[j] += next() }
    for j in lower.indices where lower[j] < upper[j] {
      lower[j] -= next()
      upper[j] += next()
    }
  }
}
