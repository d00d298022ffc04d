import LinearAlgebra
import Support

/// How a program is solved.
public struct SolverOptions: Sendable {
  public enum Method: String, Sendable, CaseIterable {
    /// By size, start and edits: `SolveStrategy`.
    case automatic
    /// GLPK's primal simplex.
    case primal
    /// GLPK's dual simplex.
    case dual
    /// Our interior point with crossover on the presolved program; with integer columns for the relaxation.
    case interior
  }

  /// Whose methods a solve may use.
  public enum Engine: String, Sendable, CaseIterable {
    /// Our own and GLPK's, as `SolveStrategy` says.
    case automatic
    /// GLPK's alone. The interior point of `Method` is not among them.
    case glpk
  }

  public enum Presolve: String, Sendable, CaseIterable {
    /// On for a cold start, off for a warm one.
    case automatic
    case on
    case off
  }

  public var engine: Engine = .automatic
  public var method: Method = .automatic
  public var presolve: Presolve = .automatic
  /// Seconds of the monotonic clock, for everything that `solve` does; nil for no limit.
  public var timeLimit: Double?
  /// Simplex iterations of one attempt; nil for a generous limit that depends on the size.
  public var iterationLimit: Int?
  /// Iterations that the simplex may take from the session's basis before the program is solved cold; nil for about
  /// as many as a cold solve takes the time of.
  public var iterationsFromBasis: Int?
  /// Whether nothing else is tried where that limit is reached: the outcome is then that it was stopped by it.
  public var endsAtBasisLimit = false
  /// Relative gap between incumbent and bound at which a search over integers ends.
  public var relativeGap: Double = 1e-6
  /// Tolerance of the simplex on bounds, in the scaled program.
  public var primalTolerance: Double = 1e-7
  /// Tolerance of the simplex on reduced costs, in the scaled program.
  public var dualTolerance: Double = 1e-7
  /// How far from a whole number the tree search lets an integer column be, before rounding.
  public var integerTolerance: Double = 1e-6
  /// Whether columns and rows are scaled before they go to the solver.
  public var isScaled = true
  /// Objective of a feasible point that is known already: the search need not find worse ones.
  public var cutoff: Double?
  /// Values of all columns of a feasible point to start a search over integers from.
  public var startPoint: [Double]?
  /// Costs of the objective that is minimised next among the optima of this one: of these, one is looked for from
  /// which that is not far. It changes neither value nor verification.
  public var secondaryCosts: [Double]?
  /// A fill-reducing ordering for the interior point that a related program has found, by row of this one; it is taken
  /// where it does about as well here.
  public var rowOrdering: FillReducingOrdering?
  /// By column, whether it rests at its lower bound at the optima of related programs: a cold start looks for an
  /// optimum of the others first, which is a smaller program, and lets those move then. Ignored where the count is
  /// another. It changes neither value nor verification.
  public var excludedColumns: [Bool]?
  /// Whether the solve ends where its first method has no answer, without a proof and without fallback attempts: of a
  /// program that is restricted little is learnt from there being none.
  public var isTrial = false
  /// Whether to look for integer points by diving before the tree search.
  public var dives = true
  public var cancellation: Cancellation?
  /// Called on the solving thread a few times a second. It must return quickly.
  public var progress: (@Sendable (SolverProgress) -> Void)?

  public init() {}
}

/// What a running solve reports.
public struct SolverProgress: Sendable, Equatable {
  public enum Stage: String, Sendable {
    case interiorPoint
    case simplex
    case certificate
    case dive
    case treeSearch
  }

  public var stage: Stage
  public var iterations: Int
  /// In units of the program. During the tree search it is the best point so far, if there is one.
  public var objective: Double?
  /// Sum of infeasibilities of the simplex in the scaled program.
  public var infeasibility: Double
  /// Bound on the optimum during the tree search.
  public var bound: Double?
  public var openNodes: Int
  /// Since `solve` was called.
  public var seconds: Double

  /// Relative gap between `objective` and `bound`.
  public var relativeGap: Double? {
    guard let objective, let bound else { return nil }
    return abs(objective - bound) / max(abs(objective), abs(bound), 1e-9)
  }
}
