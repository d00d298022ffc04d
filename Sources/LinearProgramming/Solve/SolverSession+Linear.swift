import CGLPK

/// A way to attack a linear program; the ladder is a list of these.
struct Rung {
  var method: Int
  var presolve: Bool
  var primalTolerance: Double
  var dualTolerance: Double
  /// Where the basis comes from when there is no presolve.
  var isWarm = false
  /// Whether factors of the basis that are there, with updates, are good enough to start with.
  var reusesFactors = false
  /// Scaling other than the session's, in an object of its own; worked out when it is its turn.
  var rescaling: Rescaling?
  var kind = Kind.simplex

  enum Rescaling {
    case withCosts
    case none
  }

  enum Kind {
    case simplex
    case exact
    case interior
  }

  static let primal = LPK_PRIMAL
  static let dual = LPK_DUAL

  var name: String {
    switch kind {
    case .exact: return "rational simplex"
    case .interior: return "interior point"
    case .simplex: break
    }
    var text = method == Rung.primal ? "primal simplex" : "dual simplex"
    if presolve { text += " with presolve" }
    if isWarm { text += " from the basis" }
    if primalTolerance < 1e-7 { text += ", tolerance \(primalTolerance)" }
    if rescaling != nil { text += ", other scaling" }
    return text
  }
}

/// How a rung ended.
enum RungEnd {
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

extension SolverSession {
  /// Solves the program, continuing from the current basis if there is one.
  ///
  /// - Throws: `SolverError` for options out of range, or when the solver fails in a way that ends the session.
  public func solve(_ options: SolverOptions = SolverOptions()) throws(SolverError) -> Outcome {
    let run = try SolverRun(options)
    if program.emptyIntegerColumn != nil { return .infeasible(nil) }
    try loadIfNeeded()
    run.objectiveFactor = 1 / (scaling.objective * scaling.bound)
    return program.isInteger.contains(true) ? try solveMixed(run) : try solveLinear(run)
  }

  /// The ladder for this program and these options, the first rung first.
  private func ladder(_ options: SolverOptions) throws(SolverError) -> [Rung] {
    let fine = 1e-9
    var rungs: [Rung] = []
    let presolve = options.presolve == .on || (options.presolve == .automatic && !isWarm)
    let warm = isWarm && !presolve
    var method = Rung.primal
    switch options.method {
    case .automatic: method = warm ? try warmMethod() : Rung.primal
    case .primal: method = Rung.primal
    case .dual: method = Rung.dual
    case .interior: break
    }
    var first = Rung(
      method: method, presolve: presolve, primalTolerance: options.primalTolerance,
      dualTolerance: options.dualTolerance, isWarm: warm)
    first.reusesFactors = true
    if options.method == .interior { first.kind = .interior }
    rungs.append(first)
    let other = method == Rung.primal ? Rung.dual : Rung.primal
    let size = program.rowCount + program.columnCount
    rungs.append(
      Rung(
        method: method, presolve: false, primalTolerance: fine, dualTolerance: fine, isWarm: true))
    // Rows of small numbers: a violation within the tolerance can still be large on their own scale.
    rungs.append(
      Rung(
        method: method, presolve: false, primalTolerance: 1e-11, dualTolerance: fine, isWarm: true))
    rungs.append(
      Rung(method: other, presolve: !warm, primalTolerance: fine, dualTolerance: fine, isWarm: warm)
    )
    rungs.append(
      Rung(method: Rung.primal, presolve: true, primalTolerance: fine, dualTolerance: fine))
    rungs.append(
      Rung(
        method: Rung.primal, presolve: true, primalTolerance: fine, dualTolerance: fine,
        rescaling: .withCosts))
    rungs.append(
      Rung(
        method: Rung.primal, presolve: false, primalTolerance: fine, dualTolerance: fine,
        rescaling: Rung.Rescaling.none))
    if size <= 400 {
      rungs.append(
        Rung(
          method: Rung.dual, presolve: false, primalTolerance: 1e-12, dualTolerance: 1e-12))
      var exact = Rung(
        method: Rung.primal, presolve: false, primalTolerance: fine, dualTolerance: fine)
      exact.kind = .exact
      rungs.append(exact)
    }
    return rungs
  }

  /// The simplex that fits what was edited since the last optimum.
  private func warmMethod() throws(SolverError) -> Int {
    if !boundsChanged { return Rung.primal }
    if !costsChanged { return Rung.dual }
    try settleObject()
    let state = try object.warmUp()
    return state.fits && state.dual && !state.primal ? Rung.dual : Rung.primal
  }

  /// Climbs the ladder until an answer is verified.
  ///
  /// - Parameter relaxed: whether whole numbers are not asked for.
  func solveLinear(_ run: SolverRun, relaxed: Bool = false) throws(SolverError) -> Outcome {
    var best: Solution?
    var lastStop = StopReason.stalled
    var suspectedInfeasible = false
    if let outcome = try solveWarm(run, relaxed: relaxed) { return outcome }
    let prepared = try prepare(try ladder(run.options)[0], run)
    if run.hasStart, let outcome = try solveWarm(run, relaxed: relaxed) { return outcome }
    var rungs = try ladder(run.options)
    if case .optimal(let columns, let duals, let used)? = prepared {
      let solution = try answer(columns, duals, used, rungs[0], run, relaxed: relaxed)
      if solution.verification.isVerified {
        settled()
        return .optimal(solution)
      }
      rungs.removeFirst()
    }
    if let reason = run.mustStop, let point = try pointOfBasis() {
      return finish(
        try answer(point.columns, point.duals, scaling, rungs[0], run, relaxed: relaxed), reason,
        run)
    }
    for rung in rungs {
      if let reason = run.mustStop { return finish(best, reason, run) }
      if rung.isWarm && !isWarm { continue }
      switch try climb(rung, run) {
      case .optimal(let columns, let duals, let used):
        let solution = try answer(columns, duals, used, rung, run, relaxed: relaxed)
        if solution.verification.isVerified {
          settled()
          return .optimal(solution)
        }
        if best.map({ isBetter(solution, than: $0) }) ?? true { best = solution }
      case .infeasible:
        switch try proveInfeasible(run) {
        case .proven(let certificate): return .infeasible(certificate)
        case .unproven: suspectedInfeasible = true
        case .feasible: break
        case .stopped(let reason): return finish(best, reason, run, infeasible: true)
        }
      case .unbounded, .infeasibleOrUnbounded:
        if let outcome = try settleUnbounded(run, relaxed: relaxed) { return outcome }
      case .stopped(let reason, let point):
        lastStop = reason
        if let point {
          let solution = try answer(
            point.columns, point.duals, scaling, rung, run, relaxed: relaxed)
          if solution.verification.isFeasible && best == nil { best = solution }
        }
        if reason == .timeLimit || reason == .interrupted || reason == .iterationLimit {
          return finish(best, reason, run)
        }
      }
    }
    if let best, let doubt = best.verification.doubt { return .unverified(best, reason: doubt) }
    if suspectedInfeasible { return .infeasible(nil) }
    return finish(best, lastStop, run)
  }

  /// The outcome of our simplex from the session's basis; nil where the ladder has to go on.
  private func solveWarm(_ run: SolverRun, relaxed: Bool) throws(SolverError) -> Outcome? {
    let options = run.options
    guard isWarm, usesSimplex, !relaxed, options.presolve != .on, options.method != .interior,
      options.iterationLimit == nil
    else { return nil }
    // The way by the reduction takes about as long as so many iterations.
    let usual = options.method == .automatic ? 500 + program.rowCount : Int.max
    let most = options.iterationsFromBasis ?? usual
    let rung = Rung(method: Rung.dual, presolve: false, primalTolerance: 1e-9, dualTolerance: 1e-9)
    switch try climbSimplex(run, iterations: most) {
    case .optimal?:
      guard let point = simplex?.point else { return nil }
      let solution = try answer(point.columns, point.duals, scaling, rung, run, relaxed: relaxed)
      if !solution.verification.isVerified { return nil }
      settled()
      return .optimal(solution)
    case .infeasible?:
      guard var multipliers = simplex?.farkas else { return nil }
      for i in multipliers.indices { multipliers[i] *= scaling.row[i] }
      let certificate = program.certificate(multipliers: multipliers, scaling: scaling)
      return certificate.map { .infeasible($0) }
    case .iterationLimit?:
      run.hasLeftBasis = true
      return nil
    default: return nil
    }
  }

  /// Values and multipliers of the session's basis, where they are feasible.
  private func pointOfBasis() throws(SolverError) -> (columns: [Double], duals: [Double])? {
    guard isWarm else { return nil }
    try settleObject()
    let state = try object.warmUp()
    return state.fits && state.primal ? try object.solution(.simplex) : nil
  }

  private func settled() {
    costsChanged = false
    boundsChanged = false
  }

  private func isBetter(_ a: Solution, than b: Solution) -> Bool {
    func badness(_ v: Verification) -> Double {
      max(v.primalInfeasibility, v.dualInfeasibility, abs(v.relativeGap), v.pricedViolation)
    }
    return badness(a.verification) < badness(b.verification)
  }

  private func finish(
    _ best: Solution?, _ reason: StopReason, _ run: SolverRun, infeasible: Bool = false
  ) -> Outcome {
    if infeasible && best == nil { return .infeasible(nil) }
    guard var best, best.verification.isFeasible else { return .stopped(reason) }
    best.attempts = run.attempts
    best.iterations = run.iterations
    best.seconds = run.seconds
    best.verificationSeconds = run.verificationSeconds
    return .feasible(best, reason)
  }

  /// Unscales, verifies and packs an answer of the solver.
  private func answer(
    _ columns: [Double], _ duals: [Double], _ used: Scaling, _ rung: Rung, _ run: SolverRun,
    relaxed: Bool
  ) throws(SolverError) -> Solution {
    let basis = rung.kind == .interior ? nil : try lastBasis()
    return packed(columns, duals, used, basis: basis, run, relaxed: relaxed)
  }

  /// Unscales, verifies and packs a point with its multipliers.
  func packed(
    _ columns: [Double], _ duals: [Double], _ used: Scaling, basis: Basis?, _ run: SolverRun,
    relaxed: Bool = false
  ) -> Solution {
    var x = columns
    for j in x.indices { x[j] *= used.column[j] / used.bound }
    var y = duals
    for i in y.indices { y[i] *= used.row[i] / used.objective }
    let begin = lpk_now()
    var measured = program.measure(values: x, duals: y, scaling: used)
    run.verificationSeconds += lpk_now() - begin
    if relaxed { measured.verification.integralityViolation = 0 }
    return Solution(
      columnValues: measured.columnValues, rowActivities: measured.rowActivities, rowDuals: y,
      reducedCosts: measured.reducedCosts, objective: measured.verification.primalObjective,
      basis: basis, verification: measured.verification, iterations: run.iterations,
      seconds: run.seconds,
      verificationSeconds: run.verificationSeconds, attempts: run.attempts)
  }

  private func lastBasis() throws(SolverError) -> Basis {
    if isBasisInSimplex, let simplex { return simplex.basis }
    return try object.basis()
  }

  /// Whether the linear program of the session is unbounded or infeasible, by the primal simplex without
  /// presolve; nil if it is neither after all.
  private func settleUnbounded(_ run: SolverRun, relaxed: Bool) throws(SolverError) -> Outcome? {
    let rung = Rung(
      method: Rung.primal, presolve: false, primalTolerance: 1e-9, dualTolerance: 1e-9)
    switch try climb(rung, run) {
    case .optimal(let columns, let duals, let used):
      let solution = try answer(columns, duals, used, rung, run, relaxed: relaxed)
      if solution.verification.isVerified { settled() }
      return solution.verification.isVerified ? .optimal(solution) : nil
    case .unbounded:
      guard var direction = try object.unboundedColumn() else { return .unbounded(nil) }
      for j in direction.indices { direction[j] *= scaling.column[j] / scaling.bound }
      return .unbounded(program.ray(direction: direction))
    case .infeasible:
      switch try proveInfeasible(run) {
      case .proven(let certificate): return .infeasible(certificate)
      case .unproven: return .infeasible(nil)
      case .feasible: return nil
      case .stopped: return .infeasibleOrUnbounded
      }
    case .infeasibleOrUnbounded:
      return .infeasibleOrUnbounded
    case .stopped(let reason, _):
      return reason == .stalled || reason == .failed ? nil : .infeasibleOrUnbounded
    }
  }
}
