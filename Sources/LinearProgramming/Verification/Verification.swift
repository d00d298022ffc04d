import Support

/// The verification of an answer by independent arithmetic, from the arrays of the program alone.
///
/// The point is first clipped into its box. Then four quantities are measured: the residual of every row on the row's
/// own scale, the dual infeasibility, the gap to a safe dual bound, and the violations weighted by their multipliers,
/// which catch tiny violations of rows with large multipliers.
public struct Verification: Sendable, Codable, Equatable {
  /// Residual up to which `isVerified` is true.
  public static let tolerance = 1e-7

  /// Largest violation of a row, relative to Σ|a·x| + |bound| of that row, and of a column bound before
  /// clipping, relative to the bound.
  public var primalInfeasibility: Double
  /// Largest violation of a row or column bound, in the units of the program.
  public var primalInfeasibilityAbsolute: Double
  /// Largest violation of a row in the scaled program.
  public var primalInfeasibilityScaled: Double
  /// Row with the largest relative violation; nil without rows.
  public var worstRow: Int?
  /// Largest reduced cost that points to an infinite bound, relative to |cost| + Σ|a·y| of its column.
  public var dualInfeasibility: Double
  /// Σ |multiplier|·violation, relative to the objective.
  public var pricedViolation: Double
  /// (primal − dual bound − rounding), relative to the larger of the two.
  public var relativeGap: Double
  public var primalObjective: Double
  /// A number that the optimum cannot be below; minus infinity if there is none.
  public var dualBound: Double
  /// False where a column without a bound had to be given one to get a finite dual bound, or where the bound
  /// is the tree search's word.
  public var boundIsProven: Bool
  /// Largest distance of an integer column from a whole number.
  public var integralityViolation: Double
  /// Gap up to which the answer counts as optimal.
  public var gapTolerance: Double
  /// Where the basis of the answer was measured in twice the precision of a double: by how much its basic solution is
  /// out of bounds in the scaled program, after every attempt to mend that. However small, such a violation can be worth
  /// any amount.
  public var basicInfeasibility: Double?

  /// The gap that counts as none, in the units of the objective.
  var allowedGap: Double {
    gapTolerance * max(abs(primalObjective), dualBound.isFinite ? abs(dualBound) : 0)
  }

  /// Whether the point satisfies rows, bounds and integrality.
  public var isFeasible: Bool {
    primalInfeasibility <= Self.tolerance && integralityViolation <= Self.tolerance
  }

  /// Whether the answer is feasible and optimal within the tolerances.
  public var isVerified: Bool { doubt == nil }

  /// What is wrong with the answer, in words; nil if nothing is.
  public var doubt: String? {
    if !primalObjective.isFinite { return "the objective is not a finite number" }
    if !(primalInfeasibility <= Self.tolerance) {
      return "a row or bound is violated by \(primalInfeasibility) of its size"
    }
    if !(integralityViolation <= Self.tolerance) {
      return "an integer column is \(integralityViolation) away from a whole number"
    }
    if !(dualInfeasibility <= Self.tolerance) {
      return "a reduced cost has the wrong sign by \(dualInfeasibility) of its size"
    }
    if !(pricedViolation <= max(Self.tolerance, gapTolerance)) {
      return "violations at their prices come to \(pricedViolation) of the objective"
    }
    if let amount = basicInfeasibility, amount > 0 {
      return
        "the basis breaks a row or bound by \(amount) of its scale, and what that is worth is not known"
    }
    if !(abs(relativeGap) <= gapTolerance) {
      return "the gap to the proven bound is \(relativeGap) of the objective"
    }
    return nil
  }
}

extension Verification {
  /// What the answers to several programs come to, of whose objectives a weighted sum is minimised.
  ///
  /// - Parameters:
  ///   - parts: what was found about each; the largest figures count.
  ///   - bound: a number that the optimum of the sum cannot be below.
  ///   - magnitude: Σ weight·(|offset| + Σ|cost·x|), for the size of a sum near zero.
  public init(
    sumOf parts: [(weight: Double, check: Verification)], bound: Double, boundIsProven: Bool,
    magnitude: Double, gapTolerance: Double
  ) {
    var sum = CompensatedSum()
    for part in parts { sum.add(part.weight, times: part.check.primalObjective) }
    func largest(_ figure: KeyPath<Verification, Double>) -> Double {
      parts.reduce(0) { max($0, $1.check[keyPath: figure]) }
    }
    let size = max(abs(sum.value), 0.01 * magnitude, bound.isFinite ? abs(bound) : 0)
    let gap = sum.value - bound
    self.init(
      primalInfeasibility: largest(\.primalInfeasibility),
      primalInfeasibilityAbsolute: largest(\.primalInfeasibilityAbsolute),
      primalInfeasibilityScaled: largest(\.primalInfeasibilityScaled), worstRow: nil,
      dualInfeasibility: 0, pricedViolation: largest(\.pricedViolation),
      relativeGap: gap == 0 ? 0 : gap / max(size, .leastNormalMagnitude),
      primalObjective: sum.value, dualBound: bound, boundIsProven: boundIsProven,
      integralityViolation: largest(\.integralityViolation), gapTolerance: gapTolerance)
  }
}

/// A point, clipped and measured.
struct MeasuredPoint {
  var columnValues: [Double]
  var rowActivities: [Double]
  var reducedCosts: [Double]
  var verification: Verification
}

extension LinearProgram {
  /// Verifies a point from anywhere, one value a column, with the multipliers of its rows where it has any.
  /// - Complexity: two passes over the nonzeros.
  public func verification(of values: [Double], duals: [Double]? = nil) -> Verification {
    precondition(values.count == columnCount && duals.map { $0.count == rowCount } ?? true)
    return measure(values: values, duals: duals, scaling: Scaling(for: self)).verification
  }

  /// Verifies a point and, if there are any, the multipliers of its rows.
  ///
  /// - Parameters:
  ///   - values: one a column.
  ///   - duals: one a row; nil if the answer has none, then `knownBound` is the dual bound.
  ///   - lowDuals: see `dualBound`.
  ///   - knownBound: a lower bound on the optimum from elsewhere, in units of the objective.
  /// - Complexity: two passes over the nonzeros.
  func measure(
    values: [Double], duals: [Double]?, lowDuals: [Double]? = nil, scaling: Scaling,
    knownBound: Double? = nil,
    gapTolerance: Double = Verification.tolerance
  ) -> MeasuredPoint {
    var result = Verification(
      primalInfeasibility: 0, primalInfeasibilityAbsolute: 0, primalInfeasibilityScaled: 0,
      worstRow: nil, dualInfeasibility: 0, pricedViolation: 0, relativeGap: 0, primalObjective: 0,
      dualBound: -.infinity, boundIsProven: duals != nil, integralityViolation: 0,
      gapTolerance: gapTolerance)
    let x = clip(values, scaling, &result)
    var activities = [Double](repeating: 0, count: rowCount)
    var priced = CompensatedSum()
    measureRows(x, duals, scaling, &activities, &priced, &result)

    var objective = CompensatedSum(objectiveOffset)
    var magnitude = abs(objectiveOffset)
    for j in 0..<columnCount {
      objective.add(cost[j], times: x[j])
      magnitude += abs(cost[j] * x[j])
    }
    result.primalObjective = objective.value

    var reduced = cost
    var rounding = 0.0
    if let duals {
      let dual = dualBound(duals: duals, lowDuals: lowDuals, near: x, scaling: scaling)
      // Terms that cancel at the point, at bounds of 1e19, say, are no measure of the objective.
      magnitude = min(magnitude, dual.magnitude)
      reduced = dual.reducedCosts
      result.dualBound = dual.bound
      result.dualInfeasibility = dual.infeasibility
      result.boundIsProven = dual.isProven
      rounding = dual.rounding
    }
    if let knownBound, knownBound > result.dualBound || duals == nil {
      result.dualBound = knownBound
      result.boundIsProven = false
    }
    // An optimum of zero has no size of its own: then a part of what one unit of the scaled program costs.
    let unit = 1e-8 / (scaling.objective * scaling.bound)
    var size = max(abs(result.primalObjective), 0.01 * magnitude, unit.isFinite ? unit : 0)
    if result.dualBound.isFinite { size = max(size, abs(result.dualBound)) }
    var gap = result.primalObjective - result.dualBound
    if gap > 0 { gap = max(0, gap - rounding) }
    result.relativeGap = gap == 0 ? 0 : gap / max(size, .leastNormalMagnitude)
    result.pricedViolation = priced.value == 0 ? 0 : priced.value / max(size, .leastNormalMagnitude)
    return MeasuredPoint(
      columnValues: x, rowActivities: activities, reducedCosts: reduced, verification: result)
  }

  /// Moves values into their boxes and notes how far that was.
  private func clip(_ values: [Double], _ scaling: Scaling, _ result: inout Verification)
    -> [Double]
  {
    var x = values
    for j in x.indices {
      let value = values[j]
      let lower = columnLower[j]
      let upper = columnUpper[j]
      if !value.isFinite {
        x[j] = lower.isFinite ? lower : (upper.isFinite ? upper : 0)
        result.primalInfeasibility = .infinity
        result.primalInfeasibilityAbsolute = .infinity
        continue
      }
      x[j] = min(max(value, lower), upper)
      let move = abs(value - x[j])
      if move > 0 {
        let size = max(abs(x[j]), scaling.column[j] / scaling.bound)
        result.primalInfeasibility = max(result.primalInfeasibility, move / size)
        result.primalInfeasibilityAbsolute = max(result.primalInfeasibilityAbsolute, move)
      }
      if isInteger[j] {
        let distance = abs(x[j] - x[j].rounded())
        result.integralityViolation = max(result.integralityViolation, distance)
      }
    }
    return x
  }

  private func measureRows(
    _ x: [Double], _ duals: [Double]?, _ scaling: Scaling, _ activities: inout [Double],
    _ priced: inout CompensatedSum, _ result: inout Verification
  ) {
    var worst = -1.0
    // What a column can reach, but in the scaled program not more than 1, nor more than the largest value: the
    // size of a row in which all is zero but for rounding.
    var largest = 0.0
    for j in 0..<columnCount {
      largest = max(largest, abs(x[j]) * scaling.bound / scaling.column[j])
    }
    let most = min(1, largest)
    let unit = columnLower.indices.map {
      min(
        max(abs(columnLower[$0]), abs(columnUpper[$0])), most * scaling.column[$0] / scaling.bound)
    }
    x.withUnsafeBufferPointer { x in
      columnIndex.withUnsafeBufferPointer { index in
        coefficient.withUnsafeBufferPointer { value in
          for i in 0..<rowCount {
            var activity = 0.0
            var magnitude = 0.0
            var reach = 0.0
            for k in rowStart[i]..<rowStart[i + 1] {
              let term = value[k] * x[Int(index[k])]
              activity += term
              magnitude += abs(term)
              reach += abs(value[k]) * unit[Int(index[k])]
            }
            activities[i] = activity
            let below = rowLower[i] - activity
            let above = activity - rowUpper[i]
            let violation = max(below, above, 0)
            let bound = below > above ? rowLower[i] : rowUpper[i]
            // Beside a bound of its own what a row could reach is no excuse: all of a small demand may be missing.
            let size = max(
              magnitude + abs(bound), bound == 0 ? 1e-3 * reach : 0, .leastNormalMagnitude)
            let relative = violation == 0 ? 0 : violation / size
            if relative > worst {
              worst = relative
              result.worstRow = i
            }
            if violation > 0 {
              let scaled = violation * scaling.row[i] * scaling.bound
              result.primalInfeasibilityAbsolute = max(
                result.primalInfeasibilityAbsolute, violation)
              result.primalInfeasibilityScaled = max(result.primalInfeasibilityScaled, scaled)
              if let duals { priced.add(abs(duals[i]), times: violation) }
            }
          }
        }
      }
    }
    result.primalInfeasibility = max(result.primalInfeasibility, worst, 0)
  }
}
