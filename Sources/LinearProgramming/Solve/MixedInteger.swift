import CGLPK
import Support

/// What is known while a program with integer columns is being solved.
struct MixedState {
  /// Optimum of the relaxation, a proven bound.
  var root: Solution
  var rootBasis: Basis?
  /// Best point with whole numbers so far, with the duals of its linear program.
  var incumbent: Solution?
  /// Bound on the optimum by the tree search.
  var bound = -Double.infinity
  /// Whole numbers that were offered, by column.
  var offered: Set<[Double]> = []
}

extension SolverSession {
  /// Relaxation, dives, then the tree search; the integers it finds are fixed and the rest is solved again, so
  /// that what is returned is a verified point and not the search's word.
  ///
  /// - Parameter isTightened: whether coefficients of on–off columns have been made as small as they may be.
  func solveMixed(
    _ context: SolveContext, isTightened: Bool = false
  ) throws(SolverError) -> Outcome {
    if !isTightened, let tight = program.tightened(cutoff: nil),
      let outcome = try solveTightened(tight, start: context.options.startPoint, context)
    {
      return outcome
    }
    let root: Solution
    switch try solveLinear(context, relaxed: true) {
    case .optimal(let solution), .unverified(let solution, _): root = solution
    case .feasible(let solution, let reason):
      return isWhole(solution.columnValues) ? .feasible(solution, reason) : .stopped(reason)
    case .unbounded: return .infeasibleOrUnbounded
    case .infeasible(let certificate): return .infeasible(certificate)
    case .infeasibleOrUnbounded: return .infeasibleOrUnbounded
    case .stopped(let reason): return .stopped(reason)
    }
    var state = MixedState(root: root, rootBasis: root.basis)
    // Where the next objective's relaxation starts.
    defer { if hasOwnSimplex, let basis = state.rootBasis { holder = .value(basis) } }
    try offer(rounded(root.columnValues), &state, context)
    if let start = context.options.startPoint, start.count == program.columnCount {
      try offer(rounded(start), &state, context)
    }
    if state.incumbent == nil { try offer(roundedAway(root.columnValues), &state, context) }
    if let outcome = conclude(state, context) { return outcome }
    if let known = state.incumbent, let tight = program.tightened(cutoff: known.objective),
      let outcome = try solveTightened(tight, start: known.columnValues, context)
    {
      return outcome
    }
    switch try simplexTree(&state, context) {
    case .failed: break
    case let reason: return conclude(state, context) ?? give(state, reason, context)
    }
    if let outcome = conclude(state, context) { return outcome }
    if hasOwnSimplex, state.incumbent == nil, state.bound == .infinity { return .infeasible(nil) }
    if context.options.dives {
      context.stage = .dive
      try dive(&state, context)
    }
    var stop = StopReason.failed
    for attempt in 0..<3 {
      if let outcome = conclude(state, context) { return outcome }
      if let reason = context.mustStop {
        stop = reason
        break
      }
      let end = try search(attempt, &state, context)
      if case .infeasible = end, state.incumbent == nil { return .infeasible(nil) }
      if case .stopped(let reason, _) = end {
        stop = reason
        if reason != .failed { break }
      }
    }
    if stop == .failed, conclude(state, context) == nil {
      stop = try branchAndBound(&state, context)
      if stop == .failed, state.incumbent == nil, state.bound == .infinity {
        return .infeasible(nil)
      }
    }
    return conclude(state, context) ?? give(state, stop, context)
  }

  /// Solves the program with tighter coefficients, which has the same whole-number points, in a session of its own, and
  /// verifies the answer against this one; nil where that finds no answer.
  private func solveTightened(
    _ tight: LinearProgram, start: [Double]?, _ context: SolveContext
  ) throws(SolverError) -> Outcome? {
    let session = try SolverSession(tight, isScaled: isScaled)
    defer { session.end() }
    var options = context.options
    options.startPoint = start
    if context.deadline.isFinite {
      options.timeLimit = max(0, context.deadline - monotonicSeconds())
    }
    let inner = try SolveContext(options)
    inner.objectiveFactor = 1 / (session.scaling.objective * session.scaling.bound)
    inner.attempts = context.attempts
    inner.iterations = context.iterations
    let outcome = try session.solveMixed(inner, isTightened: true)
    context.attempts = inner.attempts
    context.iterations = inner.iterations
    switch outcome {
    case .optimal(let found): return verified(found).map { .optimal($0) }
    case .feasible(let found, let reason): return verified(found).map { .feasible($0, reason) }
    case .infeasible: return .infeasible(nil)
    case .stopped(let reason) where reason != .failed: return .stopped(reason)
    default: return nil
    }
  }

  /// An answer to the program with tighter coefficients as one to this one; nil where it is not feasible here.
  private func verified(_ found: Solution) -> Solution? {
    let known = found.verification
    let measured = program.measure(
      values: found.columnValues, duals: nil, scaling: scaling, knownBound: known.dualBound,
      gapTolerance: known.gapTolerance)
    if !measured.verification.isFeasible { return nil }
    var solution = found
    solution.verification = measured.verification
    solution.verification.boundIsProven = known.boundIsProven
    solution.rowActivities = measured.rowActivities
    return solution
  }

  private func isWhole(_ x: [Double]) -> Bool {
    x.indices.allSatisfy { !program.isInteger[$0] || x[$0] == x[$0].rounded() }
  }

  func rounded(_ x: [Double]) -> [Double] {
    var result = x
    for j in x.indices where program.isInteger[j] {
      let bounds = program.scaledColumnBounds(j, scaling)
      result[j] = min(max(x[j].rounded(), bounds.lower), bounds.upper)
    }
    return result
  }

  /// Whole numbers on the side of the fraction: a switch that is open by a crack is opened.
  private func roundedAway(_ x: [Double]) -> [Double] {
    var result = x
    for j in x.indices where program.isInteger[j] {
      let bounds = program.scaledColumnBounds(j, scaling)
      result[j] = min(max(x[j].rounded(.up), bounds.lower), bounds.upper)
    }
    return result
  }

  /// The answer, if the gap is closed.
  func conclude(_ state: MixedState, _ context: SolveContext) -> Outcome? {
    guard let solution = packed(state, context), solution.verification.isVerified else {
      return nil
    }
    return .optimal(solution)
  }

  func packed(_ state: MixedState, _ context: SolveContext) -> Solution? {
    guard var solution = state.incumbent else { return nil }
    let rootBound = state.root.verification.dualBound
    let bound = max(rootBound, state.bound)
    let begin = monotonicSeconds()
    let measured = program.measure(
      values: solution.columnValues, duals: nil, scaling: scaling, knownBound: bound,
      gapTolerance: max(context.options.relativeGap, Verification.tolerance))
    context.verificationSeconds += monotonicSeconds() - begin
    solution.verification = measured.verification
    solution.verificationSeconds = context.verificationSeconds
    solution.verification.boundIsProven =
      state.root.verification.boundIsProven && bound == rootBound
    solution.attempts = context.attempts
    solution.iterations = context.iterations
    solution.seconds = context.seconds
    return solution
  }

  private func give(_ state: MixedState, _ stop: StopReason, _ context: SolveContext) -> Outcome {
    guard let solution = packed(state, context) else { return .stopped(stop) }
    if !solution.verification.isFeasible {
      return .unverified(solution, reason: solution.verification.doubt ?? "the search failed")
    }
    return .feasible(solution, stop == .failed ? .stalled : stop)
  }

  // MARK: Incumbents

  /// Fixes the integer columns at the values of `x`, solves for the others and keeps the point if it is the
  /// best so far.
  func offer(_ x: [Double], _ state: inout MixedState, _ context: SolveContext)
    throws(SolverError)
  {
    let whole = program.isInteger.indices.filter { program.isInteger[$0] }
    guard state.offered.insert(whole.map { x[$0] }).inserted else { return }
    if let basis = state.rootBasis {
      switch try solveFixed(whole, at: x, from: basis, context) {
      case .impossible?: return
      case .point(let columns, let duals, let basis)?:
        if keep(columns, duals, basis, x, &state, context) { return }
      case nil: break
      }
    }
    try fix(whole, at: x)
    if let basis = state.rootBasis { try startGLPK(from: basis) }
    // The dual simplex is fast and may be wrong about a point that is feasible.
    for attempt in [
      SolveStrategy.GLPKAttempt(algorithm: .dual, startsFromBasis: true),
      SolveStrategy.GLPKAttempt(algorithm: .primal, presolve: true),
    ] {
      guard case .optimal(let columns, let duals, _) = try run(attempt, context) else { continue }
      if keep(columns, duals, try glpkProblem().basis(), x, &state, context) { break }
    }
    try sendColumnBounds(whole)
  }

  /// Hands a basis to GLPK, which factorises it when it goes on from there.
  private func startGLPK(from basis: Basis) throws(SolverError) {
    try glpkProblem().setBasis(basis)
    holder = .glpk
  }

  func fix(_ columns: [Int], at x: [Double]) throws(SolverError) {
    let values = columns.map { x[$0] }
    try glpkProblem().setColumnBounds(
      columns.map { Int32(truncatingIfNeeded: $0) }, lower: values, upper: values)
  }

  /// Keeps a point that is the best so far; false where it is not feasible.
  private func keep(
    _ columns: [Double], _ duals: [Double], _ basis: Basis, _ whole: [Double],
    _ state: inout MixedState, _ context: SolveContext
  ) -> Bool {
    var x = columns
    for j in x.indices {
      x[j] = program.isInteger[j] ? whole[j] : x[j] * scaling.column[j] / scaling.bound
    }
    var y = duals
    for i in y.indices { y[i] *= scaling.row[i] / scaling.objective }
    let point = program.measure(values: x, duals: nil, scaling: scaling)
    if !point.verification.isFeasible { return false }
    if let best = state.incumbent, best.objective <= point.verification.primalObjective {
      return true
    }
    let reduced = program.dualBound(duals: y, near: x, scaling: scaling).reducedCosts
    state.incumbent = Solution(
      columnValues: point.columnValues, rowActivities: point.rowActivities, rowDuals: y,
      reducedCosts: reduced, objective: point.verification.primalObjective,
      basis: basis, verification: point.verification,
      iterations: context.iterations,
      seconds: context.seconds, verificationSeconds: context.verificationSeconds,
      attempts: context.attempts)
    return true
  }

  // MARK: Diving

  /// Fixes columns of the relaxation at whole numbers a few at a time, each time continuing with the dual
  /// simplex, until all are whole or a dead end is met twice.
  private func dive(_ state: inout MixedState, _ context: SolveContext) throws(SolverError) {
    let whole = program.isInteger.indices.filter { program.isInteger[$0] }
    guard let basis = state.rootBasis else { return }
    let begin = monotonicSeconds()
    let budget = max(1, 2 * (begin - context.start))
    try startGLPK(from: basis)
    var x = state.root.columnValues
    var isFixed = [Bool](repeating: false, count: program.columnCount)
    let attempt = SolveStrategy.GLPKAttempt(
      algorithm: .dual, startsFromBasis: true, primalTolerance: 1e-7, dualTolerance: 1e-7)
    let known = context.attempts.count
    var isDeadEnd = false
    while !isDeadEnd, context.mustStop == nil, monotonicSeconds() - begin < budget {
      let open = whole.filter { !isFixed[$0] }
      if open.isEmpty { break }
      let ordered = open.sorted { (distance(x[$0]), $0) < (distance(x[$1]), $1) }
      let near = ordered.prefix { distance(x[$0]) <= 0.1 }
      let count = max(1, min(near.count, max(1, open.count / 2)))
      let chosen = Array(ordered.prefix(count))
      for column in chosen { isFixed[column] = true }
      var target = rounded(x)
      try fix(chosen, at: target)
      if try step(attempt, &x, context) { continue }
      // Back to where we were, and the last column the other way.
      guard let last = chosen.last, count == 1 else { break }
      let other = target[last] > x[last] ? target[last] - 1 : target[last] + 1
      let bounds = program.scaledColumnBounds(last, scaling)
      if other < bounds.lower || other > bounds.upper { break }
      target[last] = other
      try fix([last], at: target)
      isDeadEnd = try !step(attempt, &x, context)
    }
    let isComplete = whole.allSatisfy { isFixed[$0] }
    try sendColumnBounds(whole)
    if isComplete && !isDeadEnd { try offer(rounded(x), &state, context) }
    context.condense(from: known, "dive")
    try startGLPK(from: basis)
  }

  private func distance(_ value: Double) -> Double { abs(value - value.rounded()) }

  private func step(
    _ attempt: SolveStrategy.GLPKAttempt, _ x: inout [Double], _ context: SolveContext
  ) throws(SolverError) -> Bool {
    guard case .optimal(let columns, _, _) = try run(attempt, context) else { return false }
    for j in x.indices { x[j] = columns[j] * scaling.column[j] / scaling.bound }
    return true
  }

  // MARK: Tree search

  private func search(
    _ attempt: Int, _ state: inout MixedState, _ context: SolveContext
  ) throws(SolverError) -> GLPKEnd {
    let begin = monotonicSeconds()
    context.stage = .treeSearch
    let factor = scaling.objective * scaling.bound
    var options = lpk_tree_options()
    options.presolve =
      context.options.presolve == .off || (context.options.presolve == .automatic && attempt == 2)
      ? 0 : 1
    options.cuts = 1
    options.relative_gap = context.options.relativeGap
    options.integer_tolerance = attempt == 0 ? context.options.integerTolerance : 1e-9
    let known = [state.incumbent?.objective, context.options.cutoff].compactMap { $0 }.min()
    options.cutoff = known.map { $0 * factor } ?? .infinity
    options.start_objective = state.incumbent.map { $0.objective * factor } ?? .infinity
    if options.presolve == 0 {
      if let basis = state.rootBasis { try startGLPK(from: basis) }
      let end = try run(
        SolveStrategy.GLPKAttempt(algorithm: .primal, startsFromBasis: true), context)
      guard case .optimal = end else { return end }
    }
    let start = state.incumbent.map { known in
      known.columnValues.indices.map { known.columnValues[$0] * scaling.bound / scaling.column[$0] }
    }
    let problem = try glpkProblem()
    let whole = program.isInteger
    let result = try context.monitored(stallIterations: 0) { monitor throws(SolverError) in
      try problem.treeSearch(whole, options, start: start, monitor)
    }
    context.stage = .simplex
    let code = Int(result.code)
    let isComplete = code == LPK_DONE || code == LPK_GAP_REACHED || result.cutoff_reached != 0
    if result.bound.isFinite { state.bound = max(state.bound, result.bound / factor) }
    var end = GLPKEnd.stopped(.failed, point: nil)
    if result.has_incumbent != 0 {
      try offer(rounded(unscaled(try problem.solution(.tree).columns)), &state, context)
    } else if Int(result.status) == LPK_NONE_EXISTS || code == LPK_NO_PRIMAL {
      end = .infeasible
    }
    if !isComplete {
      switch Int(result.stop) {
      case LPK_STOP_CANCEL: end = .stopped(.interrupted, point: nil)
      case LPK_STOP_DEADLINE: end = .stopped(.timeLimit, point: nil)
      default: break
      }
    }
    var detail = options.presolve != 0 ? ["presolve"] : []
    if attempt > 0 { detail.append("integer tolerance \(options.integer_tolerance)") }
    context.log(
      .glpkTree, detail.joined(separator: ", "), isComplete ? "complete" : end.name,
      iterations: Int(result.iterations), since: begin)
    return end
  }

  private func unscaled(_ columns: [Double]) -> [Double] {
    var x = columns
    for j in x.indices { x[j] *= scaling.column[j] / scaling.bound }
    return x
  }
}
