import LinearProgramming
import SupplyChain

/// How a solve ended. The raw values are the `status` that other programs read.
public enum SolutionStatus: String, Sendable {
  /// Every objective was minimised and the plan is verified (whole-number plans: within the gap asked for).
  case optimal
  /// A limit stopped the solve; the plan is the best found.
  case feasible
  case infeasible
  case unbounded
  /// Stopped by a limit or the user before any plan was found, or by the user.
  case interrupted
  /// The solver failed, or the answer could not be verified.
  case failed
}

/// The answer to one allocation problem.
public struct AllocationSolution: Sendable {
  public struct Size: Sendable {
    public var rows: Int
    public var columns: Int
    public var nonzeros: Int
    public var integers: Int
  }
  /// One objective's solve.
  public struct Stage: Sendable {
    public var objective: Objective
    /// The best value; nil where the stage found none.
    public var value: Double?
    public var verification: Verification?
    public var iterations: Int
    /// Seconds.
    public var solveTime: Double
    /// What was tried, in order.
    public var attempts: [Attempt]
    /// Row multipliers: change of the objective a unit of each row's right-hand side. The rows are those of the
    /// program and then one for each objective but the last, which holds it near its best.
    public var rowDuals: [Double]
    /// One a column: the objective's change a unit of the column, beside what the rows already price.
    public var reducedCosts: [Double]
    /// The final basis, with rows as in `rowDuals`; nil after an interior point solve.
    public var basis: Basis?

    /// A value that was found in another way than by minimising.
    public init(objective: Objective, value: Double?) {
      self.init(
        objective: objective, value: value, verification: nil, iterations: 0, solveTime: 0,
        attempts: [],
        rowDuals: [], reducedCosts: [], basis: nil)
    }

    init(
      objective: Objective, value: Double?, verification: Verification?, iterations: Int,
      solveTime: Double, attempts: [Attempt], rowDuals: [Double], reducedCosts: [Double],
      basis: Basis?
    ) {
      self.objective = objective
      self.value = value
      self.verification = verification
      self.iterations = iterations
      self.solveTime = solveTime
      self.attempts = attempts
      self.rowDuals = rowDuals
      self.reducedCosts = reducedCosts
      self.basis = basis
    }
  }
  public var status: SolutionStatus
  /// Why it ended that way, for people; nil for an optimum.
  public var reason: String?
  public var stages: [Stage]
  public var plan: Plan?
  /// One value a column of the program.
  public var point: [Double]
  /// Where no plan exists: the multipliers of the program's rows that show it, if they were found.
  public var conflict: Certificate?
  public var size: Size
  /// By row of the program; nil where no interior point was used.
  var rowOrdering: FillReducingOrdering?
  /// Seconds.
  public var solveTime: Double
  public var verifyTime: Double

  /// Objective values by stage, those that were found.
  public var objectives: [(objective: Objective, value: Double)] {
    stages.compactMap { stage in stage.value.map { (objective: stage.objective, value: $0) } }
  }
  /// The verification of the stage with the most doubt: the first that is not verified, or the one with the
  /// largest figure.
  public var verification: Verification? {
    let found = stages.compactMap(\.verification)
    if let doubted = found.first(where: { !$0.isVerified }) { return doubted }
    func largest(_ check: Verification) -> Double {
      max(check.primalInfeasibility, check.dualInfeasibility, abs(check.relativeGap))
    }
    return found.max { largest($0) < largest($1) }
  }

  /// The answer where the solver itself failed.
  public static func failed(_ reason: String) -> AllocationSolution {
    AllocationSolution(
      status: .failed, reason: reason, stages: [], plan: nil, point: [],
      size: .init(rows: 0, columns: 0, nonzeros: 0, integers: 0), solveTime: 0, verifyTime: 0)
  }
}
