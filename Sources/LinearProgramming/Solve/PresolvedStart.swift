import CGLPK
import LinearAlgebra
import Support

/// What came of a start from the presolved program.
enum PresolvedResult {
  /// The session has a basis from it.
  case basis
  /// The program has no feasible point.
  case infeasible(Certificate)
  case none
}

/// What the steps on a presolved program end with.
private enum PresolvedEnd {
  /// A feasible basis, at the optimum as a rule, and the multipliers of the rows.
  case basis(Basis, multipliers: [Double])
  case infeasible(Certificate)
  /// The way to a basis does not end soon, and there are closed blocks that were left in.
  case stuck
  case none
}

extension SolverSession {
  /// Finds an optimal basis of the presolved program and makes its postsolved form the session's basis, so that the
  /// simplex on the whole program has little left to do. Leaves the session as it was where that does not work.
  ///
  func startFromPresolve(
    _ start: SolveStrategy.PresolvedStart, _ context: SolveContext
  ) throws(SolverError) -> PresolvedResult {
    try startFromPresolve(
      context, isExcluded: start.isRestricted ? context.options.excludedColumns : nil, start.method)
  }

  /// - Parameter isExcluded: columns that stay at their lower bounds for now.
  private func startFromPresolve(
    _ context: SolveContext, isExcluded: [Bool]?, _ method: SolveStrategy.PresolvedMethod
  ) throws(SolverError) -> PresolvedResult {
    let begin = monotonicSeconds()
    let costs = startCosts(context.options.secondaryCosts)
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    let matrix = ColumnMatrix(program, scaling)
    let presolved = Presolve(
      matrix: matrix, lower: columns.lower + rows.lower, upper: columns.upper + rows.upper,
      cost: costs.values, isExcluded: isExcluded,
      closed: closesBlocks ? closedBlocks(context) : [], mustStop: { context.mustStop != nil })
    guard let presolved else {
      context.log(.presolve, context.mustStop?.rawValue ?? "none", since: begin)
      return .none
    }
    let rest = presolved.presolvedProgram()
    context.log(
      .presolve, isExcluded == nil ? "" : "restricted columns",
      "\(rest.rows.count) rows, \(rest.columns.count) columns", since: begin)
    let end = try solvePresolved(
      rest.program, rest.rows, perturbation: costs.perturbation, method, context)
    let basis: Basis
    let multipliers: [Double]
    switch end {
    case .basis(let found, let duals): (basis, multipliers) = (found, duals)
    case .infeasible(let certificate): return .infeasible(certificate)
    case .stuck:
      closesBlocks = true
      return try startFromPresolve(context, isExcluded: isExcluded, method)
    case .none: return .none
    }
    var restored = presolved.postsolve(
      basis, multipliers: multipliers, columns: rest.columns, rows: rest.rows)
    if isExcluded != nil {
      let begin = monotonicSeconds()
      let restriction = ColumnRestriction(
        matrix: matrix, lower: columns.lower + rows.lower,
        upper: columns.upper + rows.upper, basis: restored.basis)
      let count = restriction.price(
        &restored.basis, cost: costs.values, multipliers: restored.multipliers,
        mustStop: { context.mustStop != nil })
      context.log(
        .columnPricing, "", "\(restriction.columns.count) columns", iterations: count, since: begin)
    }
    let former = try self.basis()
    try setBasis(restored.basis)
    if !holder.isNone { return .basis }
    if let former { try setBasis(former) }
    return .none
  }

  /// The fill-reducing ordering that a cold solve of the program would find, by row, for related programs to share; nil
  /// where it would be solved without one, or was stopped.
  ///
  /// - Throws: `SolverError` for options out of range.
  public func coldRowOrdering(_ options: SolverOptions) throws(SolverError) -> FillReducingOrdering?
  {
    let context = try SolveContext(options)
    try checkThread()
    let steps = SolveStrategy(
      SolveStrategy.Shape(program), start: .cold, options, isScaled: isScaled
    ).steps
    guard case .presolved(let start)? = steps.first else { return nil }
    let mustStop = { context.mustStop != nil }
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    guard
      let presolved = Presolve(
        matrix: ColumnMatrix(program, scaling), lower: columns.lower + rows.lower,
        upper: columns.upper + rows.upper, cost: startCosts(options.secondaryCosts).values,
        isExcluded: start.isRestricted ? options.excludedColumns : nil, mustStop: mustStop)
    else { return nil }
    let rest = presolved.presolvedProgram()
    let hasInteriorPoint = SolveStrategy.presolvedSteps(
      SolveStrategy.Shape(rest.program), method: start.method
    ).contains { if case .interiorPoint = $0 { true } else { false } }
    guard hasInteriorPoint else { return nil }
    let matrix = ColumnMatrix(rest.program, Scaling(identityFor: rest.program))
    let symbolic = SymbolicFactorisation(
      rows: matrix.rowCount, start: matrix.start, index: matrix.index, mustStop: mustStop)
    keepOrder(symbolic?.rowOrdering, rest.rows)
    return rowOrdering
  }

  /// The scaled costs, and with them a small share of those of the objective that comes next: it decides among
  /// optima that are equally good, so that the next solve starts near its end. And the size of what has to be
  /// added to the costs for a single optimum.
  private func startCosts(_ next: [Double]?) -> (values: [Double], perturbation: Double) {
    var costs = scaling.scaledCosts(program.cost)
    let added = next.map { scaling.scaledCosts($0) } ?? []
    let (largest, most) = (largestSize(costs), largestSize(added))
    guard most > 0, added.count == costs.count else { return (costs, 1.5e-5) }
    for j in costs.indices { costs[j] += 3e-4 * largest / most * added[j] }
    return (costs, 1e-6)
  }

  private func largestSize(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }

  /// Takes the steps on the presolved program.
  ///
  /// - Parameter rows: of the whole program, by row.
  private func solvePresolved(
    _ presolved: LinearProgram, _ rows: [Int], perturbation: Double,
    _ method: SolveStrategy.PresolvedMethod, _ context: SolveContext
  ) throws(SolverError) -> PresolvedEnd {
    if presolved.rowCount == 0 { return .basis(Basis.standard(for: presolved), multipliers: []) }
    var guess: CrossoverBasis?
    let steps = SolveStrategy.presolvedSteps(SolveStrategy.Shape(presolved), method: method)
    for (index, step) in steps.enumerated() {
      // A trial ends with the interior point; small programs have none.
      if context.options.isTrial, index > 0, steps[index - 1].isInteriorPoint { return .none }
      switch step {
      case .dualSimplex(let limit):
        if let end = solveFromSlackBasis(presolved, context, limit) {
          return .basis(end.basis, multipliers: end.multipliers)
        }
      case .interiorPoint(let perturbedLimit, let trueLimit):
        let perturbed = PerturbedProgram(presolved, perturbation: perturbation)
        guess = interiorBasis(perturbed, rows, context)
        if let guess,
          let end = crossOver(
            perturbed, from: guess, context, perturbedLimit: perturbedLimit, trueLimit: trueLimit)
        {
          return .basis(end.basis, multipliers: end.multipliers)
        }
        if context.mustStop != nil { return .none }
        if hasOpenBlocks(context) { return .stuck }
      case .infeasibilityProof:
        // Of the whole program, so that no reduction has to be undone.
        if guess == nil, let certificate = proofFromInteriorPoint(context) {
          return .infeasible(certificate)
        }
        if context.mustStop != nil { return .none }
      case .glpkPrimal(let limit):
        let end = try solveByGLPK(presolved, from: guess, context, iterationLimit: limit)
        return end.map { .basis($0.basis, multipliers: $0.multipliers) } ?? .none
      }
    }
    return .none
  }

  private func solveByGLPK(
    _ presolved: LinearProgram, from guess: CrossoverBasis?, _ context: SolveContext,
    iterationLimit: Int
  ) throws(SolverError) -> (basis: Basis, multipliers: [Double])? {
    let problem = try GLPKProblem(presolved, Scaling(identityFor: presolved))
    defer { problem.close() }
    try problem.useAdvancedBasis()
    if let guess {
      let former = try problem.basis()
      try problem.setBasis(guess.basis)
      if try !problem.factorise() { try problem.setBasis(former) }
    }
    let begin = monotonicSeconds()
    var options = lpk_simplex_options()
    options.method = Int32(LPK_PRIMAL)
    options.primal_tolerance = context.options.primalTolerance
    options.dual_tolerance = context.options.dualTolerance
    options.iteration_limit = Int32(clamping: iterationLimit)
    let stall = max(5000, presolved.rowCount + presolved.columnCount)
    let result = try context.monitored(stallIterations: stall) {
      monitor throws(SolverError) in try problem.simplex(options, monitor)
    }
    let end = result.status == Int32(LPK_OPTIMAL) ? "optimal" : "not optimal"
    context.log(
      .glpkPrimal, "presolved program", end, iterations: Int(result.iterations), since: begin)
    guard result.primal_status == Int32(LPK_FEASIBLE) else { return nil }
    return (try problem.basis(), try problem.solution(.simplex).duals)
  }

  /// A short try of the dual simplex from the basis of the rows, where the costs have the right signs for it: where
  /// few rows are violated it may end in a fraction of the time of the interior point.
  private func solveFromSlackBasis(
    _ presolved: LinearProgram, _ context: SolveContext, _ iterationLimit: Int
  ) -> (basis: Basis, multipliers: [Double])? {
    for j in 0..<presolved.columnCount {
      let cost = presolved.cost[j]
      if cost < 0 || cost > 0 && presolved.columnLower[j] == -.infinity { return nil }
    }
    let begin = monotonicSeconds()
    let simplex = Simplex(
      ColumnMatrix(presolved, Scaling(identityFor: presolved)),
      lower: presolved.columnLower + presolved.rowLower,
      upper: presolved.columnUpper + presolved.rowUpper,
      cost: presolved.cost)
    simplex.setBasis(Basis.standard(for: presolved))
    simplex.mustStop = watch(context, simplex)
    simplex.iterationLimit = iterationLimit
    let end = simplex.optimise(usesParametric: false)
    context.log(
      .dualFromSlackBasis, "\(end)", iterations: simplex.iterations, since: begin)
    return end == .optimal ? (simplex.basis, simplex.point.duals) : nil
  }

  /// Goes on from the basis of the interior point with our simplex: to the optimum of the perturbed costs within
  /// the bounds as they are, for which the basis has the right reduced costs nearly everywhere; from that feasible
  /// basis to the optimum of the true costs.
  ///
  /// - Returns: nil where that is longer than the way of the C library is likely to be.
  private func crossOver(
    _ perturbed: PerturbedProgram, from guess: CrossoverBasis, _ context: SolveContext,
    perturbedLimit: Int, trueLimit: Int
  ) -> (basis: Basis, multipliers: [Double])? {
    let presolved = perturbed.program
    let (lower, upper) = (
      presolved.columnLower + presolved.rowLower, presolved.columnUpper + presolved.rowUpper
    )
    let simplex = Simplex(
      perturbed.matrix, lower: lower, upper: upper, cost: perturbed.cost)
    simplex.mustStop = watch(context, simplex)
    simplex.allowsBoundFlips = false
    simplex.setBasis(guess.basis)
    simplex.push(guess.dependent, weight: guess.weight, leavesAtUpper: guess.isNearUpper)
    var begin = monotonicSeconds()
    let soon = min(perturbedLimit, SolveStrategy.iterationsBeforeClosing(rows: presolved.rowCount))
    simplex.iterationLimit = soon
    var end = simplex.solve()
    if end == .iterationLimit, soon < perturbedLimit, !hasOpenBlocks(context) {
      context.iterations += simplex.iterations
      simplex.iterationLimit = perturbedLimit - soon
      end = simplex.solve()
    }
    context.log(.crossover, "\(end)", iterations: simplex.iterations, since: begin)
    guard end == .optimal else { return nil }
    begin = monotonicSeconds()
    simplex.setProgram(lower: lower, upper: upper, presolved.cost)
    simplex.iterationLimit = trueLimit
    end = simplex.solve()
    context.log(
      .revisedSimplex, "presolved program", "\(end)", iterations: simplex.iterations, since: begin)
    return end == .optimal ? (simplex.basis, simplex.point.duals) : nil
  }

  /// The basis that the interior point suggests; nil where it does not fit or does not converge.
  private func interiorBasis(
    _ perturbed: PerturbedProgram, _ rows: [Int], _ context: SolveContext
  ) -> CrossoverBasis? {
    let begin = monotonicSeconds()
    let mustStop = { context.mustStop != nil }
    let known = context.options.rowOrdering.map { order in
      FillReducingOrdering(
        position: rows.map { $0 < order.position.count ? order.position[$0] : -1 }, work: order.work
      )
    }
    let method = InteriorPoint(
      matrix: perturbed.matrix, lower: perturbed.lower, upper: perturbed.upper,
      cost: perturbed.cost, known: known, mustStop: mustStop)
    keepOrder(method?.factor.symbolic.rowOrdering, rows)
    let factor = context.objectiveFactor / perturbed.boundScale
    let offset = program.objectiveOffset
    // A looser end leaves the simplex several times the iterations.
    let point = method?.solve(
      tolerance: 1e-12, mustStop: mustStop,
      watch: { count, objective, residual in
        context.reportInterior(count, objective * factor + offset, residual)
      })
    let result = point.map { "\($0.iterations) iterations" }
    let failure = context.mustStop?.rawValue ?? "no basis"
    context.log(.interiorPoint, result ?? failure, since: begin)
    return point.map {
      CrossoverBasis($0, matrix: perturbed.matrix, lower: perturbed.lower, upper: perturbed.upper)
    }
  }

  private func keepOrder(_ found: FillReducingOrdering?, _ rows: [Int]) {
    guard let found else { return }
    var place = [Int32](repeating: -1, count: program.rowCount)
    for (k, i) in rows.enumerated() { place[i] = found.position[k] }
    rowOrdering = FillReducingOrdering(position: place, work: found.work)
  }
}
