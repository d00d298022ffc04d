import CGLPK

extension SolverSession {
  /// Runs one rung and leaves its basis in the session's object if it has one.
  func climb(
    _ rung: Rung, _ run: SolverRun, iterations: Int? = nil
  ) throws(SolverError) -> RungEnd {
    let begin = lpk_now()
    try settleObject()
    var used = scaling
    var other: SolverObject?
    if let rescaling = rung.rescaling {
      used =
        rescaling == .withCosts
        ? Scaling(for: program, includesCosts: true) : Scaling(identityFor: program)
      other = try SolverObject(program, used)
    }
    defer { other?.close() }
    let target = other ?? object
    let end: RungEnd
    var count = 0
    switch rung.kind {
    case .interior: end = try climbInterior(target, used, run)
    case .exact:
      let result = try run.monitored(stallIterations: 0, seconds: 5) {
        monitor throws(SolverError) in try target.exact(monitor)
      }
      count = Int(result.iterations)
      end = try read(result, target, used, isPresolved: false)
    case .simplex:
      let result = try runSimplex(rung, target, run, iterations: iterations)
      count = Int(result.iterations)
      end = try read(result, target, used, isPresolved: rung.presolve)
    }
    if rung.kind != .interior { try keepBasis(of: other, rung, end) }
    run.log(rung.name, end.name, iterations: count, since: begin)
    return end
  }

  private func runSimplex(
    _ rung: Rung, _ target: SolverObject, _ run: SolverRun, iterations: Int?
  ) throws(SolverError) -> lpk_result {
    if !rung.presolve {
      let fits = rung.isWarm ? try target.factorise(reusing: rung.reusesFactors) : false
      if !fits { try target.useAdvancedBasis() }
    }
    let size = program.rowCount + program.columnCount
    let limit = iterations ?? run.options.iterationLimit ?? (200_000 + 50 * size)
    var options = lpk_simplex_options()
    options.method = Int32(rung.method)
    options.presolve = rung.presolve ? 1 : 0
    options.primal_tolerance = rung.primalTolerance
    options.dual_tolerance = rung.dualTolerance
    options.iteration_limit = Int32(clamping: limit)
    let stall = max(5000, size)
    return try run.monitored(stallIterations: stall) {
      monitor throws(SolverError) in try target.simplex(options, monitor)
    }
  }

  private func climbInterior(
    _ target: SolverObject, _ used: Scaling, _ run: SolverRun
  ) throws(SolverError) -> RungEnd {
    if program.rowCount == 0 || program.nonzeroCount == 0 { return .stopped(.failed, point: nil) }
    let result = try run.monitored(stallIterations: 0) {
      monitor throws(SolverError) in try target.interior(monitor)
    }
    if let reason = stopReason(result.stop) { return .stopped(reason, point: nil) }
    guard result.code == 0, result.status == Int32(LPK_OPTIMAL) else {
      return .stopped(.failed, point: nil)
    }
    let solution = try target.solution(.interior)
    return .optimal(columns: solution.columns, duals: solution.duals, scaling: used)
  }

  private func keepBasis(
    of other: SolverObject?, _ rung: Rung, _ end: RungEnd
  ) throws(SolverError) {
    var hasBasis = !rung.presolve
    if case .optimal = end { hasBasis = true }
    if let other {
      if !hasBasis { return }
      try object.setBasis(try other.basis())
      if try !object.factorise() {
        try object.useStandardBasis()
        hasBasis = false
      }
    }
    if hasBasis { isWarm = true }
  }

  private func stopReason(_ stop: Int32) -> StopReason? {
    switch stop {
    case Int32(LPK_STOP_CANCEL): .interrupted
    case Int32(LPK_STOP_DEADLINE): .timeLimit
    case Int32(LPK_STOP_STALL): .stalled
    default: nil
    }
  }

  /// Reads the table of statuses.
  private func read(
    _ result: lpk_result, _ target: SolverObject, _ used: Scaling, isPresolved: Bool
  ) throws(SolverError) -> RungEnd {
    let code = Int(result.code)
    let status = Int(result.status)
    let primal = Int(result.primal_status)
    let dual = Int(result.dual_status)
    if code == LPK_DONE {
      switch status {
      case LPK_OPTIMAL:
        let solution = try target.solution(.simplex)
        return .optimal(columns: solution.columns, duals: solution.duals, scaling: used)
      case LPK_NONE_EXISTS: return .infeasible
      case LPK_UNBOUNDED: return .unbounded
      default:
        if dual == LPK_NONE_EXISTS { return .infeasibleOrUnbounded }
        return .stopped(.failed, point: nil)
      }
    }
    if code == LPK_NO_PRIMAL { return .infeasible }
    if code == LPK_NO_DUAL { return .infeasibleOrUnbounded }
    var reason = stopReason(result.stop) ?? .failed
    if code == LPK_ITERATION_LIMIT { reason = .iterationLimit }
    // With presolve, or in another object, what was reached is lost.
    guard !isPresolved, target === object, primal == LPK_FEASIBLE else {
      return .stopped(reason, point: nil)
    }
    let solution = try target.solution(.simplex)
    return .stopped(reason, point: (solution.columns, solution.duals))
  }
}
