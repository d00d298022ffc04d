import LinearAlgebra
import Support

/// Our revised simplex on the whole program. It keeps its factors and weights between solves.
extension SolverSession {
  /// Whether steps of our own simplex can be in the strategy of this program, which then holds its bases.
  var hasOwnSimplex: Bool {
    program.rowCount > 0 && SolveStrategy.hasOwnSimplex(SolveStrategy.Shape(program))
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
    simplex.mustStop = watch(context, simplex)
    let end = solve(simplex, context, iterationLimit)
    simplex.mustStop = { false }
    context.log(
      .revisedSimplex, "from the basis", "\(end)", iterations: simplex.iterations, since: begin)
    if end != .numericalTrouble { holder = .simplex }
    return end
  }

  /// Solves the whole program, after a while without its closed blocks.
  private func solve(
    _ simplex: Simplex, _ context: SolveContext, _ iterationLimit: Int
  ) -> Simplex.End {
    if closesBlocks { closeBlocks(of: simplex, context) }
    let mayClose = !closesBlocks && !program.columnGroup.isEmpty
    let soon = SolveStrategy.iterationsBeforeClosing(rows: program.rowCount)
    simplex.iterationLimit = mayClose ? min(iterationLimit, soon) : iterationLimit
    let end = simplex.solve()
    guard mayClose, end == .numericalTrouble || end == .iterationLimit && soon < iterationLimit
    else { return end }
    let before = simplex.iterations
    if hasOpenBlocks(context) {
      closesBlocks = true
      closeBlocks(of: simplex, context)
    } else if end == .numericalTrouble {
      return end
    }
    simplex.iterationLimit = iterationLimit - min(before, iterationLimit)
    let next = simplex.solve()
    simplex.iterations += before
    return next
  }

  /// What fixing whole numbers leads to.
  enum FixedEnd {
    case point(columns: [Double], duals: [Double], basis: Basis)
    /// No point has these whole numbers, which is proven from the program alone.
    case impossible
  }

  /// An optimum with some columns fixed, by our simplex from a basis; nil where it takes no part or finds neither that nor a
  /// proof that there is none.
  ///
  /// - Parameter x: scaled values of all columns.
  func solveFixed(
    _ columns: [Int], at x: [Double], from basis: Basis, _ context: SolveContext
  ) throws(SolverError) -> FixedEnd? {
    let begin = monotonicSeconds()
    let known = context.iterations
    var fixed = program
    for j in columns { fixed.setColumnBounds(j, lower: x[j], upper: x[j]) }
    guard let found = try solveBounded(fixed, from: basis, context) else { return nil }
    let count = context.iterations - known
    context.iterations = known
    context.log(
      .revisedSimplex, "whole numbers fixed", "\(found.end)", iterations: count, since: begin)
    if found.end == .infeasible {
      return fixed.isProvenEmpty(by: found.duals, scaling) ? .impossible : nil
    }
    return found.end == .optimal
      ? .point(columns: found.columns, duals: found.duals, basis: found.basis) : nil
  }

  /// Solves the program with other bounds of its whole numbers by our simplex from a basis; nil where that takes no part. The
  /// session keeps its own basis, or gets this one where it had that of our simplex.
  ///
  /// - Returns: scaled values and multipliers; multipliers of a proof where there is no point.
  func solveBounded(
    _ bounded: LinearProgram, from basis: Basis, _ context: SolveContext
  ) throws(SolverError) -> (
    end: Simplex.End, columns: [Double], duals: [Double], basis: Basis
  )? {
    let limit = SolveStrategy.boundedLimit(
      SolveStrategy.Shape(program), context.options, isScaled: isScaled)
    guard let limit, hasOwnSimplex else { return nil }
    try checkThread()
    let former = holder
    holder = .value(basis)
    let simplex = try currentSimplex()
    if case .glpk = former { holder = former }
    let columns = bounded.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    simplex.setProgram(
      lower: columns.lower + rows.lower, upper: columns.upper + rows.upper,
      scaling.scaledCosts(program.cost))
    simplex.iterationLimit = limit
    simplex.mustStop = { context.mustStop != nil }
    let end = simplex.solve()
    simplex.mustStop = { false }
    context.iterations += simplex.iterations
    let point = simplex.point
    return (
      end, point.columns, end == .infeasible ? simplex.farkas ?? [] : point.duals, simplex.basis
    )
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
