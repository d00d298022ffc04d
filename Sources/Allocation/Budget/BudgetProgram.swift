import LinearProgramming
import SupplyChain

/// The program of a model's first objective with the budget scale λ left open (formulation section 7.2, frontier).
///
/// λ multiplies every appropriation, and those stand on the right-hand sides of the fund accounts alone. The
/// bounds that `AllocationProgram` derives from the money at hand are those of a larger budget than any λ in
/// question, so that none of them binds.
public struct BudgetProgram: Sendable {
  public let allocation: AllocationProgram
  /// Rows and what arrives in them at λ = 1, millions.
  public let rows: [(row: Int, amount: Double)]
  /// Appropriations inside the horizon at λ = 1, millions.
  public let appropriations: Double

  /// - Parameters:
  ///   - model: its own budget scale does not count.
  ///   - largest: the largest λ in question, above 0.
  public init(_ model: Model, upTo largest: Double, relaxed: Bool = false) {
    var roomy = model
    roomy.budgetScale = 1.5 * largest
    allocation = AllocationProgram(roomy, relaxed: relaxed)
    let horizon = model.horizon
    rows = allocation.rows.enumerated().compactMap { i, key in
      guard key.kind == .account, Int(key.step) % horizon.stepsPerYear == 0 else { return nil }
      let year = horizon.year(ofStep: Int(key.step))
      let amount = model.funds[Int(key.first)].appropriations.amount(year)
      return amount > 0 ? (row: i, amount: amount) : nil
    }
    appropriations = model.appropriated
  }

  /// The program in which λ is a column of its own, the last, and the only cost: its optimum is the smallest
  /// budget scale of `range` for which there is a plan.
  func leastScaleProgram(_ range: ClosedRange<Double>) -> LinearProgram {
    let program = allocation.program
    let amounts = Dictionary(rows.map { ($0.row, $0.amount) }, uniquingKeysWith: { a, _ in a })
    var result = LinearProgram()
    for j in 0..<program.columnCount {
      result.addColumn(
        lower: program.columnLower[j], upper: program.columnUpper[j], integer: program.isInteger[j])
    }
    let scale = result.addColumn(lower: range.lowerBound, upper: range.upperBound, integer: false)
    for i in 0..<program.rowCount {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        result.addEntry(Int(program.columnIndex[k]), program.coefficient[k])
      }
      if let amount = amounts[i] {
        result.addEntry(scale, -amount)
        result.finishRow(lower: 0, upper: 0)
      } else {
        result.finishRow(lower: program.rowLower[i], upper: program.rowUpper[i])
      }
    }
    var costs = [Double](repeating: 0, count: result.columnCount)
    costs[scale] = 1
    result.setCosts(costs)
    return result
  }

  /// Moves what is left of a plan's money so that the plan fits another budget; nil where the money is short.
  func moved(_ point: [Double], to scale: Double) -> [Double]? {
    var point = point
    let program = allocation.program
    let amounts = Dictionary(rows.map { ($0.row, $0.amount) }, uniquingKeysWith: { a, _ in a })
    // A fund's account rows ascend with their steps, and each has its own carry column.
    for (row, column) in allocation.carryColumn.sorted(by: { $0.key < $1.key }) {
      var rest = scale * (amounts[row] ?? 0)
      for k in program.rowStart[row]..<program.rowStart[row + 1] {
        let j = Int(program.columnIndex[k])
        if j != column { rest -= program.coefficient[k] * point[j] }
      }
      guard rest >= -1e-9 * max(1, scale * (amounts[row] ?? 0)) else { return nil }
      point[column] = min(max(0, rest), program.columnUpper[column])
    }
    return point
  }
}

/// The optimum at one budget scale.
public struct BudgetPoint: Sendable {
  public var scale: Double
  /// The first objective.
  public var value: Double
  /// A subgradient: change of the value a unit of λ, from the duals. Meaningless for whole-number plans.
  public var slope: Double
  /// What the optimum cannot be below.
  public var bound: Double
  public var verification: Verification
  public var iterations: Int
  public var point: [Double]
  public var rowDuals: [Double]
  public var reducedCosts: [Double]
  /// Where another budget may start from.
  public var basis: Basis?
}

/// What came of one budget scale.
public enum BudgetOutcome: Sendable {
  case optimal(BudgetPoint)
  /// Found, but a limit stopped the proof.
  case feasible(BudgetPoint, reason: String)
  case infeasible(String)
  case unbounded
  case unverified(String)
  case stopped(String)
}

/// Solves a budget program at one scale after another, each from the last basis.
public final class BudgetSession {
  public let program: BudgetProgram
  private let session: SolverSession
  private let settings: AllocationSettings
  /// Plans for a start where there are whole numbers.
  private var known: [(scale: Double, point: [Double])] = []

  fileprivate init(
    _ program: BudgetProgram, _ session: SolverSession, _ settings: AllocationSettings
  ) {
    self.program = program
    self.session = session
    self.settings = settings
  }

  /// - Parameters:
  ///   - timeLeft: seconds.
  ///   - start: where to start from; nil: from where the last solve ended.
  ///   - isCold: whether to start afresh, for a scale far from the last.
  public func solve(
    at scale: Double, timeLeft: Double? = nil, from start: Basis? = nil, isCold: Bool = false
  ) throws -> BudgetOutcome {
    try session.setRowBounds(
      program.rows.map { ($0.row, lower: scale * $0.amount, upper: scale * $0.amount) })
    let isMixed = program.allocation.program.integerCount > 0
    var options = SolverOptions()
    options.timeLimit = timeLeft
    options.cancellation = settings.cancellation
    if let gap = settings.relativeGap { options.relativeGap = gap }
    if isMixed {
      let nearest = known.filter { $0.scale <= scale }.max { $0.scale < $1.scale }
      options.startPoint = nearest.flatMap { program.moved($0.point, to: scale) }
    } else {
      // The slopes are differences of close numbers: they ask for more than plans do.
      options.primalTolerance = 1e-9
      options.dualTolerance = 1e-9
      if let start { try session.setBasis(start) }
      // Neighbouring scales are few iterations away, however large the program.
      if isCold { session.forgetBasis() } else { options.iterationsFromBasis = .max }
    }
    switch try session.solve(options) {
    case .optimal(let solution):
      if isMixed { known.append((scale, solution.columnValues)) }
      return .optimal(point(solution, scale))
    case .feasible(let solution, let reason):
      if isMixed { known.append((scale, solution.columnValues)) }
      return .feasible(point(solution, scale), reason: reason.rawValue)
    case .infeasible(let certificate):
      return .infeasible(InfeasibilityWords(program.allocation, certificate).text)
    case .infeasibleOrUnbounded: return .infeasible("the model is infeasible or unbounded")
    case .unbounded: return .unbounded
    case .unverified(_, let reason): return .unverified(reason)
    case .stopped(let reason): return .stopped(reason.rawValue)
    }
  }

  /// Traces the optimum of a continuous program by the parametric simplex from the scale of the last solve, which found one.
  ///
  /// - Parameters:
  ///   - resolution: in units of the value; scales are left out that the chord between the others misses by no more.
  ///   - visit: gets the scales at which the slope changes, and the last, with the slope to their left.
  /// - Returns: whether `end` was reached, the rest is flat or a limit stopped it; else a path from the last scale by
  ///   `solve` has to go on.
  public func solveParametric(
    from start: Double, to end: Double, resolution: Double = 0, timeLeft: Double? = nil,
    visit: (BudgetPoint, Double) -> Bool
  ) throws -> ParametricEnd {
    var options = SolverOptions()
    options.timeLimit = timeLeft
    options.cancellation = settings.cancellation
    if program.allocation.program.integerCount > 0 { return .left }
    return try session.solveParametric(
      program.rows, from: start, to: end, resolution: resolution, options
    ) { found in
      visit(point(found.solution, found.position), found.slope)
    }
  }

  /// The basis that the next solve starts from.
  public var basis: Basis? { try? session.basis() }

  private func point(_ solution: Solution, _ scale: Double) -> BudgetPoint {
    var slope = 0.0
    for (row, amount) in program.rows { slope += solution.rowDuals[row] * amount }
    return BudgetPoint(
      scale: scale, value: solution.objective, slope: slope, bound: solution.bound,
      verification: solution.verification, iterations: solution.iterations,
      point: solution.columnValues, rowDuals: solution.rowDuals,
      reducedCosts: solution.reducedCosts, basis: solution.basis)
  }
}

/// Runs `body` with a session for a budget program, on this thread.
public func withBudgetSession<Result>(
  _ program: BudgetProgram, settings: AllocationSettings = AllocationSettings(),
  _ body: (BudgetSession) throws -> Result
) throws -> Result {
  try withSolverSession(program.allocation.program) { session in
    try body(BudgetSession(program, session, settings))
  }
}

/// What is known of the smallest budget scale of a range with a plan.
public enum LeastBudgetScale: Sendable, Equatable {
  case found(Double)
  /// Proven: no scale of the range has a plan.
  case noneInRange
  /// Neither, and why: a limit, an interruption, or an answer that was not verified.
  case notSettled(String)
}

/// The smallest budget scale of a range for which the continuous program has a plan.
///
/// - Throws: `SolverError`.
public func leastBudgetScale(
  _ program: BudgetProgram, in range: ClosedRange<Double>,
  settings: AllocationSettings = AllocationSettings()
) throws -> LeastBudgetScale {
  var options = SolverOptions()
  options.cancellation = settings.cancellation
  options.timeLimit = settings.timeLimit
  if let gap = settings.relativeGap { options.relativeGap = gap }
  switch try LinearProgramming.solve(program.leastScaleProgram(range), options) {
  case .optimal(let solution):
    guard let scale = solution.columnValues.last else { return .noneInRange }
    return .found(scale)
  case .infeasible: return .noneInRange
  case .stopped(.interrupted), .feasible(_, .interrupted): return .notSettled("interrupted")
  case .unverified(_, let reason): return .notSettled(reason)
  default: return .notSettled("the least budget was not found in time")
  }
}
