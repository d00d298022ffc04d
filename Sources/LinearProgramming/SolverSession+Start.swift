import CGLPK

extension SolverSession {
  /// From this many columns and rows on, a cold start goes through a smaller program.
  private static let least = 600
  /// From this many columns and rows of the smaller program on, the interior point is tried.
  private static let leastInterior = 4000

  /// Whether a program of so many columns and rows is solved sooner cold, by the interior point, than from the
  /// basis of a program whose numbers differ by more than a few bounds: that is thousands of iterations away.
  public static func startsBestCold(columns: Int, rows: Int) -> Bool {
    columns + rows >= leastInterior
  }

  /// Finds a basis near the optimum by way of a smaller program and makes it the session's basis, so that
  /// the simplex has little left to do. Leaves the session as it was where that does not work.
  ///
  /// A session that has a basis goes on from it for a while instead, and takes this way only where that does
  /// not end soon: then this returns how it ended, if with an optimum.
  func prepare(_ rung: Rung, _ run: SolverRun) throws(SolverError) -> RungEnd? {
    guard run.options.method == .automatic, run.options.presolve == .automatic, isScaled,
      run.options.iterationLimit == nil, program.rowCount > 0,
      program.columnCount + program.rowCount >= SolverSession.least
    else { return nil }
    if isWarm {
      guard program.columnCount + program.rowCount >= SolverSession.leastInterior, rung.isWarm
      else { return nil }
      if !run.hasLeftBasis {
        let end = try climb(rung, run, iterations: program.rowCount / 2)
        if case .stopped(.iterationLimit, _) = end {} else { return end }
      }
    }
    try startFromReduction(run)
    return nil
  }

  private func startFromReduction(_ run: SolverRun) throws(SolverError) {
    let begin = lpk_now()
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    let reduced = Reduction(
      matrix: ColumnMatrix(program, scaling), lower: columns.lower + rows.lower,
      upper: columns.upper + rows.upper, cost: scaling.scaledCosts(program.cost),
      mustStop: { run.mustStop != nil })
    guard let reduced else {
      run.log("reduction", "none", iterations: 0, since: begin)
      return
    }
    let rest = reduced.remainder()
    run.log(
      "reduction", "\(rest.rows.count) rows, \(rest.columns.count) columns", iterations: 0,
      since: begin)
    var basis = Basis.standard(for: rest.program)
    var multipliers = [Double](repeating: 0, count: rest.rows.count)
    if !rest.rows.isEmpty {
      let object = try SolverObject(rest.program, Scaling(identityFor: rest.program))
      defer { object.close() }
      guard try solveReduced(rest.program, object, run) else { return }
      basis = try object.basis()
      multipliers = try object.solution(.simplex).duals
    }
    let former = try self.basis()
    try setBasis(
      reduced.restore(basis, multipliers: multipliers, columns: rest.columns, rows: rest.rows))
    if !isWarm, let former { try setBasis(former) }
  }

  /// Whether the object of the smaller program ends with a feasible basis.
  private func solveReduced(
    _ reduced: LinearProgram, _ object: SolverObject, _ run: SolverRun
  ) throws(SolverError) -> Bool {
    let size = reduced.rowCount + reduced.columnCount
    let most = 200_000 + 50 * size
    try object.useAdvancedBasis()
    if size >= SolverSession.leastInterior {
      let basis = interiorBasis(reduced, run)
      if run.mustStop != nil { return false }
      if let basis {
        let former = try object.basis()
        try object.setBasis(basis)
        if try !object.factorise() { try object.setBasis(former) }
      }
    }
    let result = try simplex(object, run, size: size, iterations: most)
    return result.primal_status == Int32(LPK_FEASIBLE)
  }

  private func simplex(
    _ object: SolverObject, _ run: SolverRun, size: Int, iterations: Int
  ) throws(SolverError) -> lpk_result {
    let begin = lpk_now()
    var options = lpk_simplex_options()
    options.method = Int32(LPK_PRIMAL)
    options.primal_tolerance = run.options.primalTolerance
    options.dual_tolerance = run.options.dualTolerance
    options.iteration_limit = Int32(clamping: iterations)
    let result = try run.monitored(stallIterations: max(5000, size)) {
      monitor throws(SolverError) in try object.simplex(options, monitor)
    }
    let end = result.status == Int32(LPK_OPTIMAL) ? "optimal" : "not optimal"
    run.log("simplex, reduced", end, iterations: Int(result.iterations), since: begin)
    return result
  }

  /// A basis that the interior point suggests; nil where it does not fit or does not converge.
  ///
  /// It sees costs and bounds that are moved a little, each by another amount: its optimum is then a single
  /// vertex, whose basis can be read off.
  private func interiorBasis(_ reduced: LinearProgram, _ run: SolverRun) -> Basis? {
    let begin = lpk_now()
    let matrix = ColumnMatrix(reduced, Scaling(identityFor: reduced))
    var cost = reduced.cost
    var lower = reduced.columnLower + reduced.rowLower
    var upper = reduced.columnUpper + reduced.rowUpper
    perturb(&cost, &lower, &upper)
    let mustStop = { run.mustStop != nil }
    let method = InteriorPoint(
      matrix: matrix, lower: lower, upper: upper, cost: cost, mustStop: mustStop)
    let factor = run.objectiveFactor
    let offset = program.objectiveOffset
    // A looser end leaves the simplex several times the iterations.
    let point = method?.solve(tolerance: 1e-10, mustStop: mustStop) { count, objective, residual in
      run.reportInterior(count, objective * factor + offset, residual)
    }
    let result = point.map { "\($0.iterations) iterations" }
    run.log(
      "interior point, reduced", result ?? "no basis", iterations: 0, since: begin)
    return point.map { BasisGuess($0, matrix: matrix, lower: lower, upper: upper).basis }
  }

  /// Moves costs up and bounds outwards by amounts that look random but are always the same.
  private func perturb(_ cost: inout [Double], _ lower: inout [Double], _ upper: inout [Double]) {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next(_ size: Double) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return size * (0.5 + Double(state >> 33) * 0x1p-32)
    }
    for j in cost.indices { cost[j] += next(1e-4) }
    for j in lower.indices where lower[j] < upper[j] {
      lower[j] -= next(3e-5)
      upper[j] += next(3e-5)
    }
  }
}
