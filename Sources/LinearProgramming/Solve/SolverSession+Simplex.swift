import CGLPK

/// Warm solves by the simplex of this package; the C library comes after it, where its answer is not verified.
///
/// It keeps its factors and weights between solves. The library's object keeps in step with the program all
/// the time, but gets the basis only when it has to go on from it (`settleObject`).
extension SolverSession {
  /// From this many columns and rows on.
  private static let leastSimplex = 600

  /// Whether warm solves of this program go through our simplex.
  var usesSimplex: Bool {
    !needsLoad && program.rowCount > 0
      && program.columnCount + program.rowCount >= SolverSession.leastSimplex
      && !program.isInteger.contains(true)
  }

  /// The simplex with the program as it is now and the session's basis.
  func currentSimplex() throws(SolverError) -> Simplex {
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    let costs = scaling.scaledCosts(program.cost)
    let result: Simplex
    if let simplex {
      result = simplex
      result.setProgram(lower: columns.lower + rows.lower, upper: columns.upper + rows.upper, costs)
    } else {
      result = Simplex(
        ColumnMatrix(program, scaling), lower: columns.lower + rows.lower,
        upper: columns.upper + rows.upper, cost: costs)
      simplex = result
    }
    if !isBasisInSimplex && isWarm { result.setBasis(try object.basis()) }
    return result
  }

  /// Hands the basis to the object of the C library, where our simplex has a newer one.
  func settleObject() throws(SolverError) {
    guard isBasisInSimplex, let simplex else { return }
    isBasisInSimplex = false
    try object.setBasis(simplex.basis)
    isWarm = try object.factorise()
    if !isWarm { try object.useStandardBasis() }
  }

  /// Makes a basis that fits the program the session's, if it can be factorised.
  func setSimplexBasis(_ basis: Basis) throws(SolverError) {
    try object.checkThread()
    isBasisInSimplex = true
    let simplex = try currentSimplex()
    simplex.setBasis(basis)
    isWarm = simplex.factorise() == .sound
    if isWarm { return }
    simplex.hasFactors = false
    isBasisInSimplex = false
    try object.useStandardBasis()
  }

  /// Goes on from the session's basis with our simplex.
  ///
  /// - Returns: the point and its multipliers, verified later; or how else it ended. Nil where it is not used.
  func climbSimplex(_ run: SolverRun, iterations: Int) throws(SolverError) -> Simplex.End? {
    guard isWarm, usesSimplex else { return nil }
    try object.checkThread()
    let begin = lpk_now()
    let simplex = try currentSimplex()
    simplex.primalTolerance = min(1e-9, run.options.primalTolerance)
    simplex.dualTolerance = min(1e-9, run.options.dualTolerance)
    simplex.iterationLimit = iterations
    simplex.mustStop = watch(run, simplex)
    let end = simplex.solve()
    simplex.mustStop = { false }
    run.log(
      "revised simplex from the basis", "\(end)", iterations: simplex.iterations, since: begin)
    if end != .trouble { isBasisInSimplex = true }
    return end
  }

  /// Asks for an end of the run, and tells of progress a few times a second.
  func watch(_ run: SolverRun, _ simplex: Simplex) -> () -> Bool {
    let factor = run.objectiveFactor
    let offset = program.objectiveOffset
    var last = lpk_now()
    return { [unowned simplex] in
      if run.options.progress != nil, lpk_now() - last > 0.1 {
        last = lpk_now()
        run.reportSimplex(simplex.iterations, simplex.objective * factor + offset)
      }
      return run.mustStop != nil
    }
  }
}
