import LinearProgramming

/// The preemptive (lexicographic) constraint that keeps an objective near its best value while later objectives are
/// minimised: `scale·coefficients·x ≤ scale·(allowed − offset)` (formulation section 6, objectives).
///
/// The row is scaled so that its largest coefficient is 1.
public struct HeldObjective: Sendable {
  public let vector: ObjectiveVector
  /// 1 / largest |coefficient|; 1 where all are 0.
  public let scale: Double

  public init(_ vector: ObjectiveVector) {
    self.vector = vector
    let largest = vector.coefficients.reduce(0) { max($0, abs($1)) }
    scale = largest > 0 ? 1 / largest : 1
  }

  /// The row's nonzero terms, by column.
  public var terms: [(column: Int, coefficient: Double)] {
    vector.coefficients.indices.compactMap { j in
      let coefficient = vector.coefficients[j]
      return coefficient == 0 ? nil : (j, coefficient * scale)
    }
  }

  /// What an objective may exceed its best value by while later ones are minimised, in its unit.
  public static func tolerance(best: Double) -> Double { max(1e-6 * abs(best), 1e-9) }

  /// The largest value that still counts as near the best, in the objective's unit.
  ///
  /// - Parameter fraction: of |best|; where it is less than the tolerance, that counts.
  public static func allowed(best: Double, within fraction: Double = 0) -> Double {
    best + max(fraction * abs(best), tolerance(best: best))
  }

  /// The row's upper bound.
  public func upperBound(best: Double, within fraction: Double = 0) -> Double {
    (HeldObjective.allowed(best: best, within: fraction) - vector.offset) * scale
  }
}

extension LinearProgram {
  /// Makes an objective the cost; columns beyond its own cost nothing.
  mutating func minimise(_ vector: ObjectiveVector) {
    let further = columnCount - vector.coefficients.count
    setCosts(vector.coefficients + [Double](repeating: 0, count: further))
    objectiveOffset = vector.offset
  }

  /// Bounds the row of a held objective.
  mutating func hold(_ vector: ObjectiveVector, best: Double, inRow row: Int) {
    setRowBounds(
      row, lower: -.infinity, upper: HeldObjective(vector).upperBound(best: best))
  }
}

extension SolverSession {
  /// Makes an objective the cost.
  func minimise(_ vector: ObjectiveVector) throws(SolverError) {
    try setCosts(vector.coefficients, offset: vector.offset)
  }

  /// Bounds the row of a held objective; adds it where the program ends before it.
  func hold(_ vector: ObjectiveVector, best: Double, inRow row: Int) throws(SolverError) {
    let held = HeldObjective(vector)
    let bound = held.upperBound(best: best)
    if row < program.rowCount {
      try setRowBounds(row, lower: -.infinity, upper: bound)
    } else {
      try addRow(held.terms, lower: -.infinity, upper: bound)
    }
  }
}
