/// How a solve ended. Values can be reached only through the cases that carry them.
public enum Outcome: Sendable {
  /// Optimal, and the answer has passed the verification. With integer columns: within `relativeGap`.
  case optimal(Solution)
  /// A limit or an interruption ended the solve at a usable point, which need not be optimal.
  case feasible(Solution, StopReason)
  /// No point satisfies all rows and bounds. The certificate has been verified from the program alone;
  /// without one the status is the solver's and unproven.
  case infeasible(Certificate?)
  /// The objective is unbounded below. The ray has been verified from the program alone.
  case unbounded(Ray?)
  /// Infeasible or unbounded; a limit ended the solve before it was known which.
  case infeasibleOrUnbounded
  /// Ended before a usable point was found.
  case stopped(StopReason)
  /// The solver calls this point optimal, but it failed verification in every attempt.
  case unverified(Solution, reason: String)
}

/// Why a solve ended early.
public enum StopReason: String, Sendable, Hashable {
  case timeLimit
  case iterationLimit
  case interrupted
  /// No method made progress any more.
  case stalled
  /// The solver gave up with an error of its own.
  case failed
}

/// Why a program cannot be handed to the solver, or what went wrong inside of it.
public enum SolverError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A number of the program is not finite, or a bound is crossed; says which.
  case invalidProgram(String)
  /// An option is out of its range; says which.
  case invalidOption(String)
  /// The solver stopped on an error of its own, which was contained. The session cannot be used any more.
  case solverFailed(String)
  /// The session has ended, or is used on another thread than the one that made it.
  case sessionEnded
  case outOfMemory

  public var description: String {
    switch self {
    case .invalidProgram(let what): "invalid program: \(what)"
    case .invalidOption(let what): "invalid option: \(what)"
    case .solverFailed(let message): "the solver failed: \(message)"
    case .sessionEnded: "the solver session has ended or belongs to another thread"
    case .outOfMemory: "not enough memory for the solver"
    }
  }
}

/// Proof that a program has no feasible point: multipliers of the rows whose combination no point within the
/// bounds can satisfy (Farkas).
///
/// With weights y and z = yᵀA, every feasible point needs Σ y·activity = Σ z·x. The certificate shows that
/// the least value of the left side is greater than the greatest value of the right side.
public struct Certificate: Sendable, Equatable {
  public struct Term: Sendable, Equatable {
    /// Id of the row or column.
    public var index: Int
    /// Positive: the lower bound of the row (upper bound of the column) takes part; negative: the other.
    public var weight: Double
    /// Share of this term in the whole conflict, 0…1.
    public var share: Double
  }

  /// Rows with a weight, the heaviest first.
  public var rows: [Term]
  /// Columns whose bounds take part, the heaviest first.
  public var columns: [Term]
  /// The distance between the two sides, relative to the size of the terms.
  public var relativeMargin: Double
}

/// A ray along which the objective decreases without bound.
public struct Ray: Sendable, Equatable {
  public struct Term: Sendable, Equatable {
    public var column: Int
    public var direction: Double
  }

  /// The nonzero components, the largest first; the largest is 1.
  public var columns: [Term]
  /// Change of the objective for a unit step along the ray; negative.
  public var objectiveChange: Double
  /// Largest change of a row that leaves its bounds, relative to the size of its terms: 0 or a rounding error.
  public var residual: Double
}
