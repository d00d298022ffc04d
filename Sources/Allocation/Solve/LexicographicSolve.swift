import LinearProgramming
import SupplyChain
import Support

/// How a model is solved.
public struct AllocationSettings: Sendable {
  /// Whose methods may be used.
  public var engine: SolverOptions.Engine = .automatic
  public var method: SolverOptions.Method = .automatic
  /// Another solver that is handed each program; its answers are verified like our own.
  public var external: ExternalSolver?
  /// Seconds for all objectives together.
  public var timeLimit: Double?
  /// Relative gap for whole-number plans; nil: 1e-6.
  public var relativeGap: Double?
  public var cancellation: Cancellation?
  /// The objective being minimised and where its solve stands.
  public var progress: (@Sendable (Objective, SolverProgress) -> Void)?
  /// The fill-reducing ordering of a related program.
  public var sharedOrdering: SharedOrdering?
  /// Columns of a restricted program that is solved first; the others are priced afterwards.
  public var workingColumns: WorkingColumns?
  /// By objective: the best value of a program with fewer rules. An objective that comes within the tolerance of it, to
  /// which that program's plan is held as well, has this value.
  public var attainable: [Double] = []
  /// How many of the first objectives are minimised; nil: all.
  public var mostObjectives: Int?
  /// Whether a start that is but tried (`SolveStrategy.StartUse.tried`) is given fewer iterations, and nothing else is done
  /// where they do not lead to the optimum: the status is then `interrupted`.
  public var onlyTriesStart = false
  /// Whether the solve ends where its first method has no answer; see `SolverOptions.isTrial`.
  public var isTrial = false
  /// Whether the plan is read back from the point.
  public var wantsPlan = true
  public init() {}
}

/// Solves one model; for several related ones see `withAllocationSession`. Never throws: what goes wrong is in the
/// solution's status and reason.
///
/// - Parameter start: where a related program ended; the answer does not depend on it but for ties.
public func solve(
  _ allocation: AllocationProgram, from start: WarmStart? = nil,
  _ settings: AllocationSettings = AllocationSettings()
) -> AllocationSolution {
  withAllocationSession { $0.solve(allocation, from: start, settings: settings) }
}

/// The lexicographic solve of one program (formulation section 6, objectives): after each objective,
/// its value is held to `best + max(1e-6·|best|, 1e-9)` and the next is minimised from what is known.
struct LexicographicSolve {
  private let allocation: AllocationProgram
  private let settings: AllocationSettings
  private let start: WarmStart?
  /// What the strategy makes of the given start; nil where none was given.
  private let startUse: SolveStrategy.StartUse?
  private let clock = ContinuousClock()
  private let started: ContinuousClock.Instant

  init(_ allocation: AllocationProgram, from start: WarmStart?, _ settings: AllocationSettings) {
    self.allocation = allocation
    self.settings = settings
    startUse = start.map { allocation.startUse($0.nearness) }
    if case .refused? = startUse { self.start = nil } else { self.start = start }
    started = clock.now
  }

  /// Whether the start is tried for a while only, before the program is solved cold.
  private var isTry: Bool { startUse == .tried }

  private var elapsed: Double {
    (clock.now - started).seconds
  }

  /// Solves in a session whose program is replaced; never throws: what goes wrong is in the solution's status
  /// and reason.
  func run(in session: SolverSession) -> AllocationSolution {
    let program = allocation.program
    var solution = AllocationSolution(
      status: .failed, reason: nil, stages: [], plan: nil, point: [],
      size: .init(
        rows: program.rowCount, columns: program.columnCount, nonzeros: program.nonzeroCount,
        integers: program.integerCount),
      solveTime: 0, verifyTime: 0)
    do {
      // Warm, the rows that will hold objectives stand there from the start, so that bases fit; cold, they come
      // one by one, for they are dense.
      if isTry, let basis = start?.firstBasis(for: allocation) {
        try session.replace(with: allocation.program, from: basis)
      } else if let basis = startBasis(of: 0) {
        try session.replace(with: allocation.programWithHeldRows, from: basis)
      } else {
        try session.replace(with: allocation.program)
      }
      try solveStages(session, &solution)
    } catch {
      solution.status = .failed
      solution.reason = "\(error)"
    }
    solution.solveTime = elapsed - solution.verifyTime
    solution.rowOrdering = session.rowOrdering
    if settings.wantsPlan, !solution.point.isEmpty {
      solution.plan = Plan(allocation, point: solution.point)
    }
    return solution
  }

  private func solveStages(
    _ session: SolverSession, _ solution: inout AllocationSolution
  ) throws(SolverError) {
    solution.status = .optimal
    for (index, vector) in allocation.objectives.enumerated() {
      if index > 0 {
        try session.setCosts(vector.coefficients, offset: vector.offset)
        // Where the try before it led nowhere, so would this one.
        let isNear = !isTry || solution.stages[index - 1].attempts.count == 1
        if isNear, let basis = startBasis(of: index), allocation.program.integerCount == 0 {
          try session.setBasis(basis)
        }
      }
      var options = options(vector, solution)
      if index == 0 {
        options.rowOrdering = settings.sharedOrdering?.rowOrdering(for: allocation)
        options.excludedColumns = settings.workingColumns?.excluded(in: allocation)
      }
      if isTry, index == 0 {
        let rows = allocation.program.rowCount
        options.endsAtBasisLimit = settings.onlyTriesStart
        options.iterationsFromBasis =
          if settings.onlyTriesStart {
            SolveStrategy.iterationsFromEachBasis(rows: rows)
          } else if start?.nearness == .vertex {
            SolveStrategy.iterationsFromVertex(rows: rows)
          } else {
            SolveStrategy.iterationsFromNearBasis(rows: rows)
          }
      }
      let next = index + 1
      options.secondaryCosts =
        next < allocation.objectives.count
        ? allocation.objectives[next].coefficients : allocation.tieBreakingCosts
      let outcome: Outcome
      if let external = settings.external {
        outcome = try external.solve(session.program, options).outcome
      } else {
        outcome = try session.solve(options)
      }
      let isLast = next == min(allocation.objectives.count, settings.mostObjectives ?? .max)
      let isRecorded = record(outcome, vector, &solution)
      if case .stopped = outcome, settings.external == nil {
        solution.stages[index].attempts = session.lastAttempts
      }
      let held = attain(index, &solution)
      guard isRecorded, !isLast else { return }
      try hold(index, at: held, session)
    }
  }

  /// Takes the value that is known to be attainable where what was found is as near to it as a plan is held.
  ///
  /// - Returns: the value at which the objective is held. A plan whose awards are fixed may have used up the tolerance; a
  /// tenth of it is left to the next objective all the same.
  private func attain(_ index: Int, _ solution: inout AllocationSolution) -> Double {
    guard let value = solution.stages[index].value else { return 0 }
    guard settings.attainable.indices.contains(index) else { return value }
    let known = settings.attainable[index]
    let tolerance = HeldObjective.tolerance(best: known)
    guard abs(value - known) <= 2 * tolerance else { return value }
    solution.stages[index].value = known
    return max(known, value - 0.9 * tolerance)
  }

  /// The basis that an earlier solve of a related program ended this stage with.
  private func startBasis(of stage: Int) -> Basis? {
    isTry
      ? start?.laterBasis(of: stage, for: allocation) : start?.basis(of: stage, for: allocation)
  }

  private func options(_ vector: ObjectiveVector, _ solution: AllocationSolution) -> SolverOptions {
    var options = SolverOptions()
    options.engine = settings.engine
    options.method = settings.method
    options.timeLimit = settings.timeLimit.map { max(0, $0 - elapsed) }
    if let gap = settings.relativeGap { options.relativeGap = gap }
    options.cancellation = settings.cancellation
    options.isTrial = settings.isTrial
    if !solution.point.isEmpty, allocation.program.integerCount > 0 {
      options.startPoint = solution.point
    }
    if let progress = settings.progress {
      let objective = vector.objective
      options.progress = { progress(objective, $0) }
    }
    return options
  }

  /// Puts the bound on the row that keeps an objective near its best value.
  private func hold(_ index: Int, at best: Double, _ session: SolverSession) throws(SolverError) {
    try session.hold(
      allocation.objectives[index], best: best, inRow: allocation.program.rowCount + index)
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
        "\(describe(reason)) while \(vector.objective.aim); the plan is the best found"
        + gapWords(found, vector)
      return false
    case .unverified(let found, let reason):
      add(found, vector, &solution)
      solution.status = .failed
      solution.reason = "the plan is not verified: \(reason)"
      return false
    case .infeasible(let certificate):
      if solution.point.isEmpty { solution.conflict = certificate }
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
        "\(describe(reason)) while \(vector.objective.aim)")
    }
    return false
  }

  private func add(
    _ found: Solution, _ vector: ObjectiveVector, _ solution: inout AllocationSolution
  ) {
    var refusal: [Attempt] = []
    if case .refused(let reason)? = startUse, solution.stages.isEmpty {
      refusal = [Attempt(.givenStart, result: "not used: \(reason.rawValue)")]
    }
    // Rows that will hold objectives and are not there yet: without a price, and basic.
    let missing =
      allocation.program.rowCount + allocation.objectives.count - 1 - found.rowDuals.count
    var basis = found.basis
    basis?.rows += Array(repeating: .basic, count: max(0, missing))
    solution.stages.append(
      .init(
        objective: vector.objective, value: vector.value(at: found.columnValues),
        verification: found.verification, iterations: found.iterations,
        solveTime: found.seconds - found.verificationSeconds,
        attempts: refusal + found.attempts,
        rowDuals: found.rowDuals + Array(repeating: 0, count: max(0, missing)),
        reducedCosts: found.reducedCosts, basis: basis))
    solution.point = found.columnValues
    solution.verifyTime += found.verificationSeconds
  }

  /// A later stage that finds nothing leaves the plan of the stage before, which meets all rows.
  private func endWithoutValue(
    _ vector: ObjectiveVector, _ solution: inout AllocationSolution, _ status: SolutionStatus,
    _ reason: String
  ) {
    solution.stages.append(
      .init(
        objective: vector.objective, value: nil, verification: nil, iterations: 0, solveTime: 0,
        attempts: [], rowDuals: [], reducedCosts: [], basis: nil))
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

  private func gapWords(_ found: Solution, _ vector: ObjectiveVector) -> String {
    let gap = found.verification.relativeGap
    guard gap.isFinite, gap < 1e6 else { return ", its gap is not known" }
    let percent = (gap * 1e4).rounded() / 100
    return ", its \(vector.objective.name) proven within \(percent) % of the best possible"
  }

  private func unboundedWords(_ vector: ObjectiveVector, _ ray: Ray?) -> String {
    guard let ray, let name = allocation.program.columnName else {
      return "\(vector.objective.name) falls without end"
    }
    let moving = ray.columns.prefix(3).map { name($0.column) }.joined(separator: ", ")
    return "\(vector.objective.name) falls without end along \(moving)"
  }
}
