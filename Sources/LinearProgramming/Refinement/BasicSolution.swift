import LinearAlgebra

/// The basic solution of a simplex basis in about twice the precision of a double, by iterative refinement: residuals
/// are summed with their rounding errors, and corrections come from the factors of the basis (Wilkinson 1963; with sums
/// in twice the precision Demmel et al. 2006).
///
/// Values are those of the simplex, scaled: columns first, then row activities. A value is the unevaluated sum of a
/// high and a low part.
struct BasicSolution {
  private(set) var high: [Double]
  private(set) var low: [Double]

  /// By how much a value is above its upper bound; negative: below its lower one.
  @inline(__always)
  func excess(_ j: Int, lower: Double, upper: Double) -> Double {
    if high[j] < lower || high[j] == lower && low[j] < 0 { return (high[j] - lower) + low[j] }
    if high[j] > upper || high[j] == upper && low[j] > 0 { return (high[j] - upper) + low[j] }
    return 0
  }

  /// The distance of a bound from a value, positive above it.
  @inline(__always)
  func distance(_ j: Int, to bound: Double) -> Double { (bound - high[j]) - low[j] }

  /// Starts from the values of a simplex with factors.
  ///
  /// - Complexity: a pass over the nonzeros and a solve with the factors for each round, three as a rule.
  init(_ simplex: Simplex) {
    high = (0..<simplex.total).map { simplex.x[$0] }
    low = [Double](repeating: 0, count: simplex.total)
    let work = simplex.work
    var former = Double.infinity
    for _ in 0..<BasicSolution.mostRounds {
      let residual = residuals(simplex)
      guard let factor = refinementFactor(residual) else { return }
      work.clear()
      work.isListed = false
      for i in residual.indices { work.value[i] = -residual[i] / factor }
      simplex.factor.solve(work)
      var most = 0.0
      for p in 0..<simplex.m {
        let correction = work.value[p] * factor
        most = max(most, abs(correction))
        let j = Int(simplex.basicIndex[p])
        addTwoPart(correction, &high[j], &low[j])
      }
      work.clear()
      if most > 0.01 * former { return }
      former = most
    }
  }

  static let mostRounds = 5

  /// `A·x − s` of each row.
  private func residuals(_ simplex: Simplex) -> [Double] {
    let matrix = simplex.matrix
    var sum = [Double](repeating: 0, count: simplex.m)
    var rest = sum
    for j in 0..<simplex.n where high[j] != 0 {
      let (x, part) = (high[j], low[j])
      for k in matrix.start[j]..<matrix.start[j &+ 1] {
        let i = Int(matrix.index[k])
        addProduct(matrix.value[k], x, part, &sum[i], &rest[i])
      }
    }
    for i in sum.indices {
      addProduct(-1, high[simplex.n + i], low[simplex.n + i], &sum[i], &rest[i])
      sum[i] += rest[i]
    }
    return sum
  }
}

/// The multipliers of the rows of a basis and the reduced costs of all variables, as `BasicSolution` has the values.
struct BasicMultipliers {
  private(set) var high: [Double]
  private(set) var low: [Double]
  /// By variable; of basic ones what refinement has left.
  private(set) var reducedCosts: [Double]

  /// - Complexity: as of `BasicSolution`.
  init(_ simplex: Simplex) {
    let (n, m) = (simplex.n, simplex.m)
    simplex.computeDual()
    high = (0..<m).map { simplex.basicPosition[n + $0] >= 0 ? 0 : simplex.d[n + $0] }
    low = [Double](repeating: 0, count: m)
    reducedCosts = []
    let work = simplex.work
    var former = Double.infinity
    for _ in 0..<BasicSolution.mostRounds {
      reducedCosts = residuals(simplex)
      let residual = (0..<m).map { reducedCosts[Int(simplex.basicIndex[$0])] }
      guard let factor = refinementFactor(residual) else { return }
      work.clear()
      work.isListed = false
      for p in 0..<m { work.value[p] = residual[p] / factor }
      simplex.factor.solveTransposed(work)
      var most = 0.0
      for i in 0..<m {
        let correction = work.value[i] * factor
        most = max(most, abs(correction))
        addTwoPart(correction, &high[i], &low[i])
      }
      work.clear()
      if most > 0.01 * former { break }
      former = most
    }
    reducedCosts = residuals(simplex)
  }

  /// The reduced cost of each variable.
  private func residuals(_ simplex: Simplex) -> [Double] {
    let matrix = simplex.matrix
    var result = [Double](repeating: 0, count: simplex.total)
    for j in 0..<simplex.n {
      var sum = simplex.cost[j]
      var rest = 0.0
      for k in matrix.start[j]..<matrix.start[j &+ 1] {
        let i = Int(matrix.index[k])
        addProduct(-matrix.value[k], high[i], low[i], &sum, &rest)
      }
      result[j] = sum + rest
    }
    for i in high.indices {
      result[simplex.n + i] = (simplex.cost[simplex.n + i] + high[i]) + low[i]
    }
    return result
  }
}

/// The size at which a system is solved for a correction, since factors drop what is tiny beside 1; nil where there is
/// nothing to correct, or no number.
private func refinementFactor(_ residual: [Double]) -> Double? {
  let largest = residual.reduce(0) { max($0, abs($1)) }
  return largest > 0 && largest.isFinite ? powerOfTwo(near: largest) : nil
}

/// Adds to an unevaluated sum of two parts, and makes the high one its rounded value.
@inline(__always)
private func addTwoPart(_ value: Double, _ high: inout Double, _ low: inout Double) {
  let sum = high + value
  let part = sum - high
  let error = (high - (sum - part)) + (value - part) + low
  high = sum + error
  low = error - (high - sum)
}

/// Adds `a·(x + rest of x)` to a sum that carries its rounding errors along.
@inline(__always)
private func addProduct(
  _ a: Double, _ x: Double, _ lowX: Double, _ sum: inout Double, _ rest: inout Double
) {
  let product = a * x
  let new = sum + product
  let part = new - sum
  rest +=
    ((sum - (new - part)) + (product - part)) + ((-product).addingProduct(a, x) + a * lowX)
  sum = new
}
