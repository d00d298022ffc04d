import CGLPK
import Support

/// One call of `solve`: its clock, its log, and the watch it keeps on the solver.
final class SolveContext {
  let options: SolverOptions
  let start = monotonicSeconds()
  let deadline: Double
  var attempts: [Attempt] = []
  var iterations = 0
  var verificationSeconds = 0.0
  var stage = SolverProgress.Stage.simplex
  /// Turns objectives of the solver into those of the program.
  var objectiveFactor = 1.0

  init(_ options: SolverOptions) throws(SolverError) {
    self.options = options
    if let limit = options.timeLimit {
      if !(limit >= 0) { throw .invalidOption("the time limit is \(limit)") }
      deadline = start + limit
    } else {
      deadline = .infinity
    }
    if let limit = options.iterationLimit, limit < 1 {
      throw .invalidOption("the iteration limit is \(limit)")
    }
    for tolerance in [options.primalTolerance, options.dualTolerance, options.integerTolerance] {
      if !(tolerance >= 1e-12 && tolerance <= 1e-2) {
        throw .invalidOption("a tolerance is \(tolerance), not from 1e-12 to 1e-2")
      }
    }
    if !(options.relativeGap >= 0 && options.relativeGap.isFinite) {
      throw .invalidOption("the relative gap is \(options.relativeGap)")
    }
  }

  var seconds: Double { monotonicSeconds() - start }

  /// Why the run has to end now, if it has to.
  var mustStop: StopReason? {
    if options.cancellation?.isCancelled == true { return .interrupted }
    return monotonicSeconds() >= deadline ? .timeLimit : nil
  }

  /// - Parameter counted: iterations of the simplex, which the solve adds up.
  func log(
    _ method: Attempt.Method, _ detail: String, _ result: String, iterations counted: Int = 0,
    since begin: Double
  ) {
    attempts.append(
      Attempt(
        method, detail, result: result, iterations: counted, seconds: monotonicSeconds() - begin))
    iterations += counted
  }

  func log(
    _ method: Attempt.Method, _ result: String, iterations counted: Int = 0, since begin: Double
  ) {
    log(method, "", result, iterations: counted, since: begin)
  }

  /// Puts the many short attempts since `first` together to one.
  func condense(from first: Int, _ detail: String) {
    let many = attempts[first...]
    guard let last = many.last else { return }
    let one = Attempt(
      last.method, detail, result: last.result,
      iterations: many.reduce(0) { $0 + $1.iterations },
      seconds: many.reduce(0) { $0 + $1.seconds })
    attempts.replaceSubrange(first..., with: [one])
  }

  /// Calls `body` with a monitor that watches cancellation, the deadline and progress.
  ///
  /// - Parameters:
  ///   - stallIterations: iterations without progress before the solver gives up; 0 for never.
  ///   - seconds: a shorter limit for this call.
  func monitored<Result>(
    stallIterations: Int, seconds limit: Double = .infinity,
    _ body: (lpk_monitor) throws(SolverError) -> Result
  ) throws(SolverError) -> Result {
    var monitor = lpk_monitor()
    monitor.cancel = options.cancellation?.flag
    monitor.deadline = min(deadline, monotonicSeconds() + limit)
    monitor.stall_iterations = Int64(stallIterations)
    monitor.report_interval = 100
    if options.progress != nil {
      monitor.context = Unmanaged.passUnretained(self).toOpaque()
      monitor.report = { context, progress in
        guard let context, let progress else { return }
        Unmanaged<SolveContext>.fromOpaque(context).takeUnretainedValue().report(progress.pointee)
      }
    }
    defer { withExtendedLifetime(self) {} }
    return try body(monitor)
  }

  /// Passes on where the interior point stands; `residual` is the largest of its relative errors.
  func reportInterior(
    _ iterations: Int, _ objective: Double, _ residual: Double, bound: Double? = nil
  ) {
    options.progress?(
      SolverProgress(
        stage: .interiorPoint, iterations: iterations, objective: objective,
        infeasibility: residual, bound: bound, openNodes: 0, seconds: seconds))
  }

  /// Passes on where our simplex stands.
  func reportSimplex(_ count: Int, _ objective: Double) {
    options.progress?(
      SolverProgress(
        stage: stage, iterations: iterations + count, objective: objective, infeasibility: 0,
        bound: nil, openNodes: 0, seconds: seconds))
  }

  private func report(_ progress: lpk_progress) {
    let isTree = stage == .treeSearch
    let objective = progress.objective * objectiveFactor
    let bound = progress.bound * objectiveFactor
    options.progress?(
      SolverProgress(
        stage: stage, iterations: iterations + Int(progress.iterations),
        objective: isTree && progress.has_incumbent == 0 ? nil : objective,
        infeasibility: progress.infeasibility, bound: isTree && bound.isFinite ? bound : nil,
        openNodes: Int(progress.nodes), seconds: seconds))
  }
}
