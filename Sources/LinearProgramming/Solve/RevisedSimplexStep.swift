import LinearAlgebra
import Support

/// Our revised simplex on the whole program. It keeps its factors and weights between solves.
extension SolverSession {
  /// Whether steps of our own simplex can be in the strategy of this program, which then holds its bases.
  var hasOwnSimplex: Bool {
    program.rowCount > 0 && program.integerCount == 0
      && program.columnCount + program.rowCount >= SolveStrategy.leastOwnMethods
  }

  /// The simplex with the program as it is now and the session's basis.
  func currentSimplex() throws(SolverError) -> Simplex {
    let result: Simplex
    if let simplex {
      result = simplex
      let columns = program.scaledColumnBounds(scaling)
      let rows = program.scaledRowBounds(scaling)
      result.setProgram(
        lower: columns.lower + rows.lower, upper: columns.upper + rows.upper,
        scaling.scaledCosts(program.cost))
    } else {
      result = Simplex(program, scaling)
      simplex = result
    }
    switch holder {
    case .none, .simplex: break
    case .value(let basis): result.setBasis(basis)
    case .glpk: if let basis = try glpk?.basis() { result.setBasis(basis) }
    }
    return result
  }

  /// Makes a basis that fits the program the session's, if it can be factorised.
  func setSimplexBasis(_ basis: Basis) throws(SolverError) {
    try checkThread()
    holder = .value(basis)
    let simplex = try currentSimplex()
    holder = simplex.factorise() == .nonsingular ? .simplex : .none
    if holder.isNone { simplex.hasFactors = false }
  }

  /// Goes on from the session's basis with our simplex.
  ///
  /// - Returns: how it ended; its point and multipliers are in `simplex`. Nil where there is no basis.
  func runRevisedSimplex(
    _ context: SolveContext, iterationLimit: Int
  ) throws(SolverError) -> Simplex.End? {
    guard !holder.isNone else { return nil }
    try checkThread()
    let begin = monotonicSeconds()
    let simplex = try currentSimplex()
    simplex.primalTolerance = min(1e-9, context.options.primalTolerance)
    simplex.dualTolerance = min(1e-9, context.options.dualTolerance)
    simplex.iterationLimit = iterationLimit
    simplex.mustStop = watch(context, simplex)
    let end = simplex.solve()
    simplex.mustStop = { false }
    context.log(
      .revisedSimplex, "from the basis", "\(end)", iterations: simplex.iterations, since: begin)
    if end != .numericalTrouble { holder = .simplex }
    return end
  }

  /// Asks for an end of the solve, and tells of progress a few times a second.
  func watch(_ context: SolveContext, _ simplex: Simplex) -> () -> Bool {
    let factor = context.objectiveFactor
    let offset = program.objectiveOffset
    var last = monotonicSeconds()
    return { [unowned simplex] in
      if context.options.progress != nil, monotonicSeconds() - last > 0.1 {
        last = monotonicSeconds()
        context.reportSimplex(simplex.iterations, simplex.objective * factor + offset)
      }
      return context.mustStop != nil
    }
  }
}
