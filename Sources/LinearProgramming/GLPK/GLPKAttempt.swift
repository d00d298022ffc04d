import CGLPK
import Support

/// How an attempt of GLPK ended.
enum GLPKEnd {
  case optimal(columns: [Double], duals: [Double], scaling: Scaling)
  case infeasible
  case unbounded
  case infeasibleOrUnbounded
  case stopped(StopReason, point: (columns: [Double], duals: [Double])?)

  var name: String {
    switch self {
    case .optimal: "optimal"
    case .infeasible: "infeasible"
    case .unbounded: "unbounded"
    case .infeasibleOrUnbounded: "infeasible or unbounded"
    case .stopped(let reason, _): reason.rawValue
    }
  }
}

extension SolveStrategy.GLPKAttempt {
  /// Of an algorithm that is not `fitting` or `other`.
  fileprivate var method: Attempt.Method {
    switch algorithm {
    case .dual: .glpkDual
    case .exact: .glpkExact
    default: .glpkPrimal
    }
  }

  fileprivate var detail: String {
    var words: [String] = []
    if presolve { words.append("presolve") }
    if startsFromBasis { words.append("from the basis") }
    if algorithm != .exact, primalTolerance < 1e-7 { words.append("tolerance \(primalTolerance)") }
    switch rescaling {
    case .withCosts?: words.append("scaled with costs")
    case SolveStrategy.GLPKAttempt.Rescaling.none?: words.append("not scaled")
    case nil: break
    }
    return words.joined(separator: ", ")
  }
}

extension SolverSession {
  /// The problem object of GLPK, in step with the program and with the session's basis; made where there is none.
  func glpkProblem() throws(SolverError) -> GLPKProblem {
    try checkThread()
    let problem: GLPKProblem
    if let glpk {
      problem = glpk
    } else {
      problem = try GLPKProblem(program, scaling)
      glpk = problem
    }
    switch holder {
    case .none, .glpk: return problem
    case .value(let basis): try hand(basis, to: problem)
    case .simplex: if let basis = simplex?.basis { try hand(basis, to: problem) }
    }
    return problem
  }

  private func hand(_ basis: Basis, to problem: GLPKProblem) throws(SolverError) {
    try problem.setBasis(basis)
    holder = try problem.factorise() ? .glpk : .none
    if holder.isNone { try problem.useStandardBasis() }
  }

  /// Makes a basis that fits the program the session's, if it can be factorised.
  func setGLPKBasis(_ basis: Basis) throws(SolverError) {
    holder = .none
    try hand(basis, to: try glpkProblem())
  }

  /// Makes one attempt and leaves its basis in the session if it has one.
  func run(
    _ given: SolveStrategy.GLPKAttempt, _ context: SolveContext, iterationLimit: Int? = nil
  ) throws(SolverError) -> GLPKEnd {
    let begin = monotonicSeconds()
    let problem = try glpkProblem()
    let attempt = try resolved(given, problem)
    var used = scaling
    var other: GLPKProblem?
    if let rescaling = attempt.rescaling {
      used =
        rescaling == .withCosts
        ? Scaling(for: program, includesCosts: true) : Scaling(identityFor: program)
      other = try GLPKProblem(program, used)
    }
    defer { other?.close() }
    let target = other ?? problem
    let result: lpk_result
    if attempt.algorithm == .exact {
      result = try context.monitored(stallIterations: 0, seconds: 5) {
        monitor throws(SolverError) in try target.exact(monitor)
      }
    } else {
      result = try runSimplex(attempt, target, context, iterationLimit)
    }
    let end = try read(result, target, used, isPresolved: attempt.presolve)
    try keepBasis(of: other, attempt, end)
    context.log(
      attempt.method, attempt.detail, end.name, iterations: Int(result.iterations), since: begin)
    return end
  }

  /// The attempt with the algorithm that fits the basis.
  private func resolved(
    _ attempt: SolveStrategy.GLPKAttempt, _ problem: GLPKProblem
  ) throws(SolverError) -> SolveStrategy.GLPKAttempt {
    guard attempt.algorithm == .fitting || attempt.algorithm == .other else { return attempt }
    let state = try problem.warmUp()
    let isDual = state.fits && state.dual && !state.primal
    var result = attempt
    result.algorithm = isDual == (attempt.algorithm == .fitting) ? .dual : .primal
    return result
  }

  private func runSimplex(
    _ attempt: SolveStrategy.GLPKAttempt, _ target: GLPKProblem, _ context: SolveContext,
    _ iterationLimit: Int?
  ) throws(SolverError) -> lpk_result {
    if !attempt.presolve {
      let fits =
        attempt.startsFromBasis ? try target.factorise(reusing: attempt.reusesFactors) : false
      if !fits { try target.useAdvancedBasis() }
    }
    let size = program.rowCount + program.columnCount
    let limit =
      iterationLimit ?? context.options.iterationLimit
      ?? SolveStrategy.generousIterations(size: size)
    var options = lpk_simplex_options()
    options.method = Int32(attempt.algorithm == .dual ? LPK_DUAL : LPK_PRIMAL)
    options.presolve = attempt.presolve ? 1 : 0
    options.primal_tolerance = attempt.primalTolerance
    options.dual_tolerance = attempt.dualTolerance
    options.iteration_limit = Int32(clamping: limit)
    let stall = max(5000, size)
    return try context.monitored(stallIterations: stall) {
      monitor throws(SolverError) in try target.simplex(options, monitor)
    }
  }

  private func keepBasis(
    of other: GLPKProblem?, _ attempt: SolveStrategy.GLPKAttempt, _ end: GLPKEnd
  ) throws(SolverError) {
    var hasBasis = !attempt.presolve
    if case .optimal = end { hasBasis = true }
    if !hasBasis { return }
    if let other {
      holder = .value(try other.basis())
      _ = try glpkProblem()
    } else {
      holder = .glpk
    }
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
    _ result: lpk_result, _ target: GLPKProblem, _ used: Scaling, isPresolved: Bool
  ) throws(SolverError) -> GLPKEnd {
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
    guard !isPresolved, target === glpk, primal == LPK_FEASIBLE else {
      return .stopped(reason, point: nil)
    }
    let solution = try target.solution(.simplex)
    return .stopped(reason, point: (solution.columns, solution.duals))
  }
}
