import Support

extension SolverSession {
  /// Solves the program, continuing from the current basis if there is one.
  ///
  /// - Throws: `SolverError` for options out of range, or when the solver fails in a way that ends the session.
  public func solve(_ options: SolverOptions = SolverOptions()) throws(SolverError) -> Outcome {
    let context = try SolveContext(options)
    try checkThread()
    lastAttempts = []
    defer { lastAttempts = context.attempts }
    if program.emptyIntegerColumn != nil { return .infeasible(nil) }
    context.objectiveFactor = 1 / (scaling.objective * scaling.bound)
    let outcome = try solveScaled(context)
    if scaling.farBound == .infinity || outcome.isSettled || context.mustStop != nil
      || options.isTrial || options.endsAtBasisLimit
    {
      return outcome
    }
    // Some of the bounds that were left out are needed after all.
    forgetSolvers()
    scaling.farBound = .infinity
    edits = [.costs, .bounds]
    return try solveScaled(context)
  }

  private func solveScaled(_ context: SolveContext) throws(SolverError) -> Outcome {
    program.integerCount > 0 ? try solveMixed(context) : try solveLinear(context)
  }

  /// Takes the steps of the strategy until an answer is verified.
  ///
  /// - Parameter relaxed: whether whole numbers are not asked for.
  func solveLinear(_ context: SolveContext, relaxed: Bool = false) throws(SolverError) -> Outcome {
    var solve = LinearSolve(self, context, isRelaxed: relaxed)
    return try solve.run()
  }

  /// What the next solve starts with.
  var start: SolveStrategy.Start { holder.isNone ? .cold : .basis(edits) }
}

/// One run through the steps of a strategy on a continuous program, or on a relaxation.
struct LinearSolve {
  private let session: SolverSession
  private let context: SolveContext
  private let strategy: SolveStrategy
  private let isRelaxed: Bool
  private var origin: SolveStrategy.BasisOrigin
  /// The best point so far that was not verified.
  private var best: Solution?
  /// The last basis that refinement could not mend, and what came of it.
  private var unmended: Solution?
  private var lastStop = StopReason.stalled
  private var isSuspectedInfeasible = false

  /// What a step leads to.
  private enum Verdict {
    case solved(Outcome)
    case next
    /// No further step, but the fallback attempts, of which the first has been made where `skipsFirst`.
    case fallBack(skipsFirst: Bool)
  }

  init(_ session: SolverSession, _ context: SolveContext, isRelaxed: Bool) {
    self.session = session
    self.context = context
    self.isRelaxed = isRelaxed
    strategy = SolveStrategy(
      SolveStrategy.Shape(session.program), start: session.start, context.options,
      isScaled: session.isScaled)
    origin = session.holder.isNone ? .none : .start
  }

  mutating func run() throws(SolverError) -> Outcome {
    for step in strategy.steps {
      switch try take(step) {
      case .solved(let outcome): return outcome
      case .next:
        if context.options.endsAtBasisLimit, origin == .givenUp { return .stopped(.iterationLimit) }
      case .fallBack(let skipsFirst):
        if context.options.isTrial { return finish(best, lastStop) }
        return try fallBack(skipsFirst: skipsFirst)
      }
    }
    // Small programs have no steps but these.
    let isOver = context.options.isTrial && !strategy.steps.isEmpty
    return isOver ? finish(best, lastStop) : try fallBack(skipsFirst: false)
  }

  // MARK: Steps

  private mutating func take(_ step: SolveStrategy.Step) throws(SolverError) -> Verdict {
    switch step {
    case .revisedSimplex(let from, let limit):
      return from == origin ? try takeRevisedSimplex(limit) : .next
    case .glpkFromBasis(let attempt, let limit):
      return origin == .start ? try takeGLPK(attempt, limit) : .next
    case .presolved(let start):
      if origin == .presolve || context.mustStop != nil && origin != .start { return .next }
      switch try session.startFromPresolve(start, context) {
      case .basis: origin = .presolve
      case .infeasible(let certificate): return .solved(.infeasible(certificate))
      case .none: break
      }
      return .next
    }
  }

  private mutating func takeRevisedSimplex(_ limit: Int) throws(SolverError) -> Verdict {
    switch try session.runRevisedSimplex(context, iterationLimit: limit) {
    case .optimal?:
      guard let point = session.simplex?.point else { return .next }
      let duals = session.completed(point.duals, context)
      let solution = try refinedAnswer(point.columns, duals, session.scaling)
      return solution.verification.isVerified ? settled(solution) : .next
    case .infeasible?:
      guard var multipliers = session.simplex?.farkas else { return .next }
      for i in multipliers.indices { multipliers[i] *= session.scaling.row[i] }
      let certificate = session.program.certificate(
        multipliers: multipliers, scaling: session.scaling)
      return certificate.map { .solved(.infeasible($0)) } ?? .next
    case .iterationLimit?:
      origin = .givenUp
      return .next
    default: return .next
    }
  }

  private mutating func takeGLPK(
    _ attempt: SolveStrategy.GLPKAttempt, _ limit: Int
  ) throws(SolverError) -> Verdict {
    switch try session.run(attempt, context, iterationLimit: limit) {
    case .stopped(.iterationLimit, _):
      origin = .givenUp
      return .next
    case .optimal(let columns, let duals, let used):
      let solution = try refinedAnswer(columns, duals, used)
      return solution.verification.isVerified ? settled(solution) : .fallBack(skipsFirst: true)
    default: return .fallBack(skipsFirst: false)
    }
  }

  private func settled(_ solution: Solution) -> Verdict {
    session.edits = []
    return .solved(.optimal(solution))
  }

  // MARK: Fallback attempts

  private mutating func fallBack(skipsFirst: Bool) throws(SolverError) -> Outcome {
    if let reason = context.mustStop, let point = try session.pointOfBasis() {
      return finish(try answer(point.columns, point.duals, session.scaling), reason)
    }
    let attempts = strategy.fallbacks(session.start)
    for attempt in attempts.dropFirst(skipsFirst ? 1 : 0) {
      if let reason = context.mustStop { return finish(best, reason) }
      if attempt.startsFromBasis && session.holder.isNone { continue }
      if let outcome = try outcome(of: attempt) { return outcome }
    }
    if let best, let doubt = session.program.doubt(best) { return .unverified(best, reason: doubt) }
    if isSuspectedInfeasible { return .infeasible(nil) }
    return finish(best, lastStop)
  }

  /// The outcome that an attempt settles; nil where the next one has to be made.
  private mutating func outcome(
    of attempt: SolveStrategy.GLPKAttempt
  ) throws(SolverError) -> Outcome? {
    switch try session.run(attempt, context) {
    case .optimal(let columns, let duals, let used):
      let solution = try refinedAnswer(columns, duals, used)
      if solution.verification.isVerified {
        session.edits = []
        return .optimal(solution)
      }
      if best.map({ isBetter(solution, than: $0) }) ?? true { best = solution }
    case .infeasible:
      switch try session.proveInfeasible(context) {
      case .proven(let certificate): return .infeasible(certificate)
      case .unproven: isSuspectedInfeasible = true
      case .feasible: break
      case .stopped(let reason): return best == nil ? .infeasible(nil) : finish(best, reason)
      }
    case .unbounded, .infeasibleOrUnbounded:
      return try settleUnbounded()
    case .stopped(let reason, let point):
      lastStop = reason
      if let point {
        let solution = try answer(point.columns, point.duals, session.scaling)
        if solution.verification.isFeasible && best == nil { best = solution }
      }
      // An iteration limit that nobody asked for ends one attempt that cycles; the next works differently.
      let isAsked = reason == .iterationLimit && context.options.iterationLimit != nil
      if reason == .timeLimit || reason == .interrupted || isAsked {
        return finish(best, reason)
      }
    }
    return nil
  }

  /// Whether the program is unbounded or infeasible, by GLPK's primal simplex without presolve; nil if it is neither
  /// after all.
  private mutating func settleUnbounded() throws(SolverError) -> Outcome? {
    switch try session.run(SolveStrategy.GLPKAttempt(algorithm: .primal), context) {
    case .optimal(let columns, let duals, let used):
      let solution = try refinedAnswer(columns, duals, used)
      if !solution.verification.isVerified { return nil }
      session.edits = []
      return .optimal(solution)
    case .unbounded:
      let scaling = session.scaling
      // A direction says nothing where no point is feasible to begin from.
      var point = try session.glpkProblem().solution(.simplex).columns
      for j in point.indices { point[j] *= scaling.column[j] / scaling.bound }
      let check = session.program.measure(values: point, duals: nil, scaling: scaling).verification
      guard check.primalInfeasibility <= Verification.tolerance else {
        return .infeasibleOrUnbounded
      }
      guard var direction = try session.glpkProblem().unboundedColumn() else {
        return .unbounded(nil)
      }
      for j in direction.indices { direction[j] *= scaling.column[j] / scaling.bound }
      return .unbounded(session.program.ray(direction: direction))
    case .infeasible:
      switch try session.proveInfeasible(context) {
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

  // MARK: Answers

  private func answer(
    _ columns: [Double], _ duals: [Double], _ used: Scaling
  ) throws(SolverError) -> Solution {
    session.packed(
      columns, duals, used, basis: try session.basis(), context, relaxed: isRelaxed)
  }

  private mutating func refinedAnswer(
    _ columns: [Double], _ duals: [Double], _ used: Scaling
  ) throws(SolverError) -> Solution {
    let found = try answer(columns, duals, used)
    if let unmended, let basis = found.basis, unmended.basis == basis { return unmended }
    let refined = try session.refined(found, context, relaxed: isRelaxed)
    if !refined.verification.isVerified { unmended = refined }
    return refined
  }

  private func isBetter(_ a: Solution, than b: Solution) -> Bool {
    func badness(_ v: Verification) -> Double {
      max(v.primalInfeasibility, v.dualInfeasibility, abs(v.relativeGap), v.pricedViolation)
    }
    return badness(a.verification) < badness(b.verification)
  }

  private func finish(_ best: Solution?, _ reason: StopReason) -> Outcome {
    guard var best, best.verification.isFeasible else { return .stopped(reason) }
    best.attempts = context.attempts
    best.iterations = context.iterations
    best.seconds = context.seconds
    best.verificationSeconds = context.verificationSeconds
    return .feasible(best, reason)
  }
}

extension Outcome {
  /// Whether the outcome holds whatever bounds the solvers were not given.
  fileprivate var isSettled: Bool {
    switch self {
    case .optimal, .feasible: true
    case .infeasible(let certificate): certificate != nil
    case .unbounded, .infeasibleOrUnbounded, .stopped, .unverified: false
    }
  }
}

extension LinearProgram {
  /// What is wrong with an answer, with the name of the row; nil if nothing is.
  func doubt(_ solution: Solution) -> String? {
    let verification = solution.verification
    guard let doubt = verification.doubt else { return nil }
    let isOfRow =
      verification.primalInfeasibility > Verification.tolerance
      || (verification.basicInfeasibility ?? 0) > 0
    guard isOfRow, let row = verification.worstRow else { return doubt }
    return "\(doubt) (\(name(ofRow: row)))"
  }
}

extension SolverSession {
  /// Unscales, verifies and packs a point with its multipliers.
  func packed(
    _ columns: [Double], _ duals: [Double], lowDuals: [Double]? = nil, _ used: Scaling,
    basis: Basis?, _ context: SolveContext, relaxed: Bool = false
  ) -> Solution {
    var x = columns
    for j in x.indices { x[j] *= used.column[j] / used.bound }
    var y = duals
    for i in y.indices { y[i] *= used.row[i] / used.objective }
    var low = lowDuals
    if lowDuals != nil {
      for i in y.indices { low?[i] *= used.row[i] / used.objective }
    }
    let begin = monotonicSeconds()
    // In the units of the program whatever the solver's: what counts as nothing must not hang on an attempt.
    var measured = program.measure(values: x, duals: y, lowDuals: low, scaling: scaling)
    context.verificationSeconds += monotonicSeconds() - begin
    if relaxed { measured.verification.integralityViolation = 0 }
    return Solution(
      columnValues: measured.columnValues, rowActivities: measured.rowActivities, rowDuals: y,
      reducedCosts: measured.reducedCosts, objective: measured.verification.primalObjective,
      basis: basis, verification: measured.verification, iterations: context.iterations,
      seconds: context.seconds, verificationSeconds: context.verificationSeconds,
      attempts: context.attempts)
  }

  /// Values and multipliers of the session's basis, where they are feasible.
  func pointOfBasis() throws(SolverError) -> (columns: [Double], duals: [Double])? {
    if holder.isNone { return nil }
    let problem = try glpkProblem()
    let state = try problem.warmUp()
    return state.fits && state.primal ? try problem.solution(.simplex) : nil
  }
}
