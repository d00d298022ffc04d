import LinearProgramming
import SupplyChain

/// Minimises the objectives of a model one after another (formulation section 6): after each, its value is
/// held to `best + max(1e-6·|best|, 1e-9)` and the next is minimised from the basis of the last.
public struct AllocationSolver {
  public struct Settings: Sendable {
    public var method: SolverOptions.Method = .automatic
    /// Seconds for all objectives together.
    public var timeLimit: Double?
    /// Relative gap for whole-number plans; nil: 1e-6.
    public var relativeGap: Double?
    public var cancellation: Cancellation?
    /// The objective being minimised and where its solve stands.
    public var progress: (@Sendable (Objective, SolverProgress) -> Void)?
    public init() {}
  }

  private let allocation: AllocationProgram
  private let settings: Settings
  private let clock = ContinuousClock()
  private let started: ContinuousClock.Instant

  public init(_ allocation: AllocationProgram, _ settings: Settings = Settings()) {
    self.allocation = allocation
    self.settings = settings
    started = clock.now
  }

  private var elapsed: Double {
    let duration = clock.now - started
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  /// Solves; never throws: what goes wrong is in the solution's status and reason.
  public func solve() -> AllocationSolution {
    let program = allocation.program
    var solution = AllocationSolution(
      status: .failed, reason: nil, stages: [], plan: nil, point: [], basis: nil,
      size: .init(
        rows: program.rowCount, columns: program.columnCount, nonzeros: program.nonzeroCount,
        integers: program.integerCount),
      solveTime: 0, verifyTime: 0)
    do {
      try withSolverSession(program) { session in
        try solveStages(session, &solution)
      }
    } catch {
      solution.status = .failed
      solution.reason = "\(error)"
    }
    solution.solveTime = elapsed
    if !solution.point.isEmpty { solution.plan = Plan(allocation, point: solution.point) }
    return solution
  }

  private func solveStages(
    _ session: SolverSession, _ solution: inout AllocationSolution
  ) throws(SolverError) {
    solution.status = .optimal
    for (index, vector) in allocation.objectives.enumerated() {
      if index > 0 {
        try session.setCosts(vector.coefficients, offset: vector.offset)
      }
      let outcome = try session.solve(options(vector, solution))
      let isLast = index == allocation.objectives.count - 1
      guard record(outcome, vector, &solution), !isLast else { return }
      try hold(vector, at: solution.stages[index].value ?? 0, session)
    }
  }

  private func options(_ vector: ObjectiveVector, _ solution: AllocationSolution) -> SolverOptions {
    var options = SolverOptions()
    options.method = settings.method
    options.timeLimit = settings.timeLimit.map { max(0, $0 - elapsed) }
    if let gap = settings.relativeGap { options.relativeGap = gap }
    options.cancellation = settings.cancellation
    if !solution.point.isEmpty, allocation.program.integerCount > 0 {
      options.startPoint = solution.point
    }
    if let progress = settings.progress {
      let objective = vector.objective
      options.progress = { progress(objective, $0) }
    }
    return options
  }

  /// Adds the row that keeps an objective near its best value, scaled so that its largest coefficient is 1.
  private func hold(
    _ vector: ObjectiveVector, at best: Double, _ session: SolverSession
  ) throws(SolverError) {
    let largest = vector.coefficients.reduce(0) { max($0, abs($1)) }
    guard largest > 0 else { return }
    let terms = vector.coefficients.indices.compactMap { j in
      vector.coefficients[j] == 0 ? nil : (column: j, coefficient: vector.coefficients[j] / largest)
    }
    let allowed = best + max(1e-6 * abs(best), 1e-9) - vector.offset
    try session.addRow(terms, lower: -.infinity, upper: allowed / largest)
  }

  /// Takes over what a stage found; true where the next stage may start.
  private func record(
    _ outcome: Outcome, _ vector: ObjectiveVector, _ solution: inout AllocationSolution
  ) -> Bool {
    switch outcome {
    case .optimal(let found):
      add(found, vector, &solution)
      return true
    case .feasible(let found, let reason):
      add(found, vector, &solution)
      solution.status = reason == .interrupted ? .interrupted : .feasible
      solution.reason =
        "\(describe(reason)) while minimising \(vector.objective.rawValue); the plan is the best found"
        + gapWords(found)
      return false
    case .unverified(let found, let reason):
      add(found, vector, &solution)
      solution.status = .failed
      solution.reason = "the plan is not verified: \(reason)"
      return false
    case .infeasible(let certificate):
      endWithoutValue(
        vector, &solution, .infeasible, InfeasibilityWords(allocation, certificate).text)
    case .unbounded(let ray):
      endWithoutValue(vector, &solution, .unbounded, unboundedWords(vector, ray))
    case .infeasibleOrUnbounded:
      endWithoutValue(
        vector, &solution, .infeasible,
        "the model is infeasible or unbounded; which of them was not settled")
    case .stopped(let reason):
      endWithoutValue(
        vector, &solution, reason == .failed ? .failed : .interrupted,
        "\(describe(reason)) while minimising \(vector.objective.rawValue)")
    }
    return false
  }

  private func add(
    _ found: Solution, _ vector: ObjectiveVector, _ solution: inout AllocationSolution
  ) {
    solution.stages.append(
      .init(
        objective: vector.objective, value: vector.value(at: found.columnValues),
        verification: found.verification, iterations: found.iterations, solveTime: found.seconds,
        log: found.attempts.map { "\($0.name): \($0.result)" }, rowDuals: found.rowDuals))
    solution.point = found.columnValues
    solution.basis = found.basis
  }

  /// A later stage that finds nothing leaves the plan of the stage before, which meets all rows.
  private func endWithoutValue(
    _ vector: ObjectiveVector, _ solution: inout AllocationSolution, _ status: SolutionStatus,
    _ reason: String
  ) {
    solution.stages.append(
      .init(
        objective: vector.objective, value: nil, verification: nil, iterations: 0, solveTime: 0,
        log: [], rowDuals: []))
    if solution.point.isEmpty {
      solution.status = status
      solution.reason = reason
      return
    }
    solution.status = status == .interrupted ? .feasible : .failed
    solution.reason = "\(reason); the plan minimises the objectives before it"
  }

  private func describe(_ reason: StopReason) -> String {
    switch reason {
    case .timeLimit: "the time limit was reached"
    case .iterationLimit: "the iteration limit was reached"
    case .interrupted: "interrupted"
    case .stalled: "no method made progress any more"
    case .failed: "the solver failed"
    }
  }

  private func gapWords(_ found: Solution) -> String {
    let gap = found.verification.relativeGap
    guard gap.isFinite, gap < 1e6 else { return ", its gap is not known" }
    let percent = (gap * 1e4).rounded() / 100
    return ", proven within \(percent) % of the best possible"
  }

  private func unboundedWords(_ vector: ObjectiveVector, _ ray: Ray?) -> String {
    guard let ray, let name = allocation.program.columnName else {
      return "\(vector.objective.rawValue) falls without end"
    }
    let moving = ray.columns.prefix(3).map { name($0.column) }.joined(separator: ", ")
    return "\(vector.objective.rawValue) falls without end along \(moving)"
  }
}
