/// The numbers of a solve, in the units of the program.
public struct Solution: Sendable {
  /// One value a column, within its bounds.
  public var columnValues: [Double]
  /// Σ a·x of each row, recomputed from `columnValues`.
  public var rowActivities: [Double]
  /// Change of the objective a unit of the row's right-hand side; of the last linear program, where integer
  /// columns are fixed, if the program has integer columns.
  public var rowDuals: [Double]
  /// cost − Aᵀ·rowDuals.
  public var reducedCosts: [Double]
  /// With the offset, recomputed from `columnValues`.
  public var objective: Double
  /// Nil after an interior point solve.
  public var basis: Basis?
  public var verification: Verification
  /// Simplex iterations of all attempts.
  public var iterations: Int
  public var seconds: Double
  /// The part of `seconds` that went into the verification.
  public var verificationSeconds: Double
  /// What was tried, in order.
  public var attempts: [Attempt]

  /// A proven lower bound on the optimum, minus infinity if there is none.
  public var bound: Double { verification.dualBound }
}
