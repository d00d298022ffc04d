import LinearAlgebra
import Support

/// What came of the search for a proof of infeasibility.
enum InfeasibilityProof {
  case proven(Certificate)
  /// Several methods say so, without a proof that stands our check.
  case unproven
  /// There is a feasible point after all; its basis is in the session.
  case feasible
  case stopped(StopReason)

  var name: String {
    switch self {
    case .proven: "proven"
    case .unproven: "unproven"
    case .feasible: "feasible"
    case .stopped: "stopped"
    }
  }
}

extension SolverSession {
  /// Looks for row multipliers that prove infeasibility: in large programs by the interior point, then by the dual
  /// simplex on costs of zero, whose last row is a proof, then by an optimal basis of the program of least violation.
  func proveInfeasible(_ context: SolveContext) throws(SolverError) -> InfeasibilityProof {
    let stage = context.stage
    context.stage = .certificate
    defer { context.stage = stage }
    if let multipliers = boxConflict(),
      let certificate = program.certificate(multipliers: multipliers, scaling: scaling)
    {
      return .proven(certificate)
    }
    if SolveStrategy.Shape(program).size >= SolveStrategy.leastInteriorPoint,
      let certificate = proofFromInteriorPoint(context)
    {
      return .proven(certificate)
    }
    if let proof = try proofFromDual(context) { return proof }
    return try proofFromElastic(context)
  }

  /// A row that the boxes of its columns cannot satisfy.
  private func boxConflict() -> [Double]? {
    for i in 0..<program.rowCount {
      var least = 0.0
      var most = 0.0
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let a = program.coefficient[k]
        let j = Int(program.columnIndex[k])
        least += a > 0 ? a * program.columnLower[j] : a * program.columnUpper[j]
        most += a > 0 ? a * program.columnUpper[j] : a * program.columnLower[j]
      }
      let slack = 1e-9 * max(abs(program.rowLower[i]), abs(program.rowUpper[i]))
      if most < program.rowLower[i] - (slack.isFinite ? slack : 0) || least > program.rowUpper[i] {
        var multipliers = [Double](repeating: 0, count: program.rowCount)
        multipliers[i] = 1
        if program.certificate(multipliers: multipliers, scaling: scaling) != nil {
          return multipliers
        }
      }
    }
    return nil
  }

  private func proofFromDual(_ context: SolveContext) throws(SolverError) -> InfeasibilityProof? {
    try glpkProblem().setCosts([Double](repeating: 0, count: program.columnCount), offset: 0)
    var found: InfeasibilityProof?
    for tolerance in [1e-7, 1e-9] {
      let attempt = SolveStrategy.GLPKAttempt(
        algorithm: .dual, startsFromBasis: !holder.isNone, primalTolerance: tolerance,
        dualTolerance: 1e-7)
      // A count and not a time: what is proven must not depend on how busy the machine is.
      let most = max(20_000, 2 * (program.rowCount + program.columnCount))
      let limit = min(most, context.options.iterationLimit ?? most)
      switch try run(attempt, context, iterationLimit: limit) {
      case .infeasible:
        guard var multipliers = try glpkProblem().infeasibleRow() else { continue }
        for i in multipliers.indices { multipliers[i] *= scaling.row[i] }
        if let certificate = program.certificate(multipliers: multipliers, scaling: scaling) {
          found = .proven(certificate)
        }
      case .optimal: found = .feasible
      case .stopped(let reason, _):
        if reason == .interrupted || context.mustStop != nil {
          found = .stopped(context.mustStop ?? reason)
        }
      default: break
      }
      if found != nil { break }
    }
    try sendCosts()
    edits.insert(.costs)
    return found
  }

  /// The interior point on the program of least violation, without crossover: its multipliers need not be those of a
  /// basis to prove infeasibility, and they take the time of one optimum where the simplex may take a hundred times that.
  ///
  /// - Returns: nil where it proves nothing.
  func proofFromInteriorPoint(_ context: SolveContext) -> Certificate? {
    let begin = monotonicSeconds()
    let elastic = program.elastic(scaling: scaling)
    var used = Scaling(identityFor: elastic)
    used.row = scaling.row
    used.column.replaceSubrange(..<program.columnCount, with: scaling.column)
    used.bound = scaling.bound
    let columns = elastic.scaledColumnBounds(used)
    let rows = elastic.scaledRowBounds(used)
    let mustStop = { context.mustStop != nil }
    let method = InteriorPoint(
      matrix: ColumnMatrix(elastic, used), lower: columns.lower + rows.lower,
      upper: columns.upper + rows.upper, cost: elastic.cost, known: rowOrdering,
      mustStop: mustStop)
    var certificate: Certificate?
    // It has an optimum, so that only the number of iterations ends it before there is a proof.
    _ = method?.solve(
      tolerance: 1e-9, patience: .max, mustStop: mustStop,
      isEnough: { point in
        if point.dualResidual > 1e-3 { return false }
        certificate = program.certificate(
          multipliers: point.y.indices.map { point.y[$0] * scaling.row[$0] }, scaling: scaling)
        return certificate != nil
      },
      watch: { count, objective, residual in
        context.reportInterior(count, objective, residual)
      })
    context.log(
      .leastViolation, "interior point", certificate == nil ? "unproven" : "proven", since: begin)
    return certificate
  }

  private func proofFromElastic(_ context: SolveContext) throws(SolverError) -> InfeasibilityProof {
    let begin = monotonicSeconds()
    let elastic = program.elastic(scaling: scaling)
    var options = SolverOptions()
    options.engine = context.options.engine
    options.cancellation = context.options.cancellation
    if context.deadline.isFinite { options.timeLimit = max(0, context.deadline - begin) }
    let outcome = try LinearProgramming.solve(elastic, options)
    let result: InfeasibilityProof
    switch outcome {
    case .optimal(let solution), .unverified(let solution, _), .feasible(let solution, _):
      if let certificate = program.certificate(multipliers: solution.rowDuals, scaling: scaling) {
        result = .proven(certificate)
      } else if let reason = context.mustStop {
        result = .stopped(reason)
      } else {
        let scale = 1e-9 * max(1, 1 / scaling.bound)
        result = solution.objective <= scale ? .feasible : .unproven
      }
    case .stopped(let reason): result = .stopped(reason)
    default: result = .unproven
    }
    context.log(.leastViolation, result.name, since: begin)
    return result
  }
}
