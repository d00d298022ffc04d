import CDense

/// One iteration of the interior point method: predictor, corrector, and centrality correctors where they
/// lengthen the step. It keeps the vectors that the iterations share.
final class InteriorStep {
  private let method: InteriorPoint
  private let count: Int
  /// What is missing in rows, and in reduced costs.
  private var primal: [Double]
  private var dual: [Double]
  /// 1 / distance to the lower and upper bounds.
  private var near: [Double]
  private var far: [Double]
  /// Weights of the normal equations.
  private var d: [Double]
  /// Wanted changes of distance · price.
  private var lowerTarget: [Double]
  private var upperTarget: [Double]
  private var g: [Double]
  private var weighted: [Double]
  private var change: [Double]
  private var right: [Double]
  private var reached: [Double]
  private let nothing: [Double]

  private struct Direction {
    var x: [Double]
    var y: [Double]
    var lowerPrice: [Double]
    var upperPrice: [Double]
    /// The longest steps of at most 1 that keep distances and prices positive.
    var primalReach = 0.0
    var dualReach = 0.0
  }
  private var taken: Direction
  private var tried: Direction

  init(_ method: InteriorPoint) {
    self.method = method
    count = method.size
    let long = [Double](repeating: 0, count: method.size)
    let short = [Double](repeating: 0, count: method.rowCount)
    nothing = long
    (primal, right, reached) = (short, short, short)
    (dual, near, far, d, lowerTarget, upperTarget) = (long, long, long, long, long, long)
    (g, weighted, change) = (long, long, long)
    taken = Direction(x: long, y: short, lowerPrice: long, upperPrice: long)
    tried = taken
  }

  /// Sets the errors of a point, relative to the sizes of bounds and costs, and returns its objective.
  func measure(_ point: inout InteriorPoint.Point, bounds: Double, costs: Double) -> Double {
    method.setResidual(of: point.x, &primal)
    method.setTransposed(point.y, &change)
    var (primalError, dualError, objective) = (0.0, 0.0, 0.0)
    for i in primal.indices {
      primal[i] = -primal[i]
      primalError = max(primalError, abs(primal[i]))
    }
    for j in 0..<count {
      dual[j] =
        method.moves[j]
        * (method.cost[j] - change[j] - point.lowerPrice[j] + point.upperPrice[j])
      dualError = max(dualError, abs(dual[j]))
      objective += method.cost[j] * point.x[j]
    }
    complementarity = interior_complementarity(
      count, 0, 0, point.x, method.lower, method.upper, point.lowerPrice, point.upperPrice, nothing,
      nothing, nothing)
    point.primalResidual = primalError / bounds
    point.dualResidual = dualError / costs
    point.gap = complementarity / (1 + abs(objective))
    return objective
  }

  private var complementarity = 0.0

  /// Moves a measured point. False where `mustStop` said so.
  func advance(_ point: inout InteriorPoint.Point, _ mustStop: () -> Bool) -> Bool {
    interior_weights(
      count, method.proximal, point.x, method.lower, method.upper, point.lowerPrice,
      point.upperPrice, method.moves, &near, &far, &d)
    if !method.factorise(d, mustStop) { return false }
    interior_predict(
      count, point.x, method.lower, method.upper, point.lowerPrice, point.upperPrice, &lowerTarget,
      &upperTarget)
    setDirection(point, &taken)
    let predicted = interior_complementarity(
      count, taken.primalReach, taken.dualReach, point.x, method.lower, method.upper,
      point.lowerPrice, point.upperPrice, taken.x, taken.lowerPrice, taken.upperPrice)
    let mu = complementarity / method.pairs
    let ratio = predicted / complementarity
    let target = max(ratio * ratio * ratio, 1e-6) * mu
    interior_correct(
      count, target, method.lower, method.upper, taken.x, taken.lowerPrice, taken.upperPrice,
      &lowerTarget, &upperTarget)
    setDirection(point, &taken)
    for _ in 0..<2 where min(taken.primalReach, taken.dualReach) < 0.9 {
      let wantedPrimal = min(1, 1.08 * taken.primalReach + 0.1)
      let wantedDual = min(1, 1.08 * taken.dualReach + 0.1)
      interior_centre(
        count, target, wantedPrimal, wantedDual, point.x, method.lower, method.upper,
        point.lowerPrice, point.upperPrice, taken.x, taken.lowerPrice, taken.upperPrice,
        &lowerTarget, &upperTarget)
      setDirection(point, &tried)
      if tried.primalReach + tried.dualReach < taken.primalReach + taken.dualReach + 0.02 { break }
      swap(&taken, &tried)
    }
    let primalStep = taken.primalReach < 1 ? 0.995 * taken.primalReach : 1
    let dualStep = taken.dualReach < 1 ? 0.995 * taken.dualReach : 1
    vector_add(count, primalStep, taken.x, &point.x)
    vector_add(count, dualStep, taken.lowerPrice, &point.lowerPrice)
    vector_add(count, dualStep, taken.upperPrice, &point.upperPrice)
    vector_add(method.rowCount, dualStep, taken.y, &point.y)
    return true
  }

  /// Solves Newton's equations for the targets at hand.
  private func setDirection(_ point: InteriorPoint.Point, _ step: inout Direction) {
    interior_right_side(count, dual, lowerTarget, upperTarget, near, far, d, &g, &weighted)
    method.setResidual(of: weighted, &right)
    vector_add(method.rowCount, 1, primal, &right)
    let scale = primal.reduce(0) { max($0, abs($1)) }
    for attempt in 0..<3 {
      let found = method.factor.solve(right)
      if attempt == 0 { step.y = found } else { vector_add(method.rowCount, 1, found, &step.y) }
      method.setTransposed(step.y, &change)
      interior_step(count, change, g, d, &step.x)
      if attempt == 2 { break }
      method.setResidual(of: step.x, &reached)
      var largest = 0.0
      for i in right.indices {
        right[i] = primal[i] - reached[i]
        largest = max(largest, abs(right[i]))
      }
      if largest <= max(1e-3 * scale, 1e-11) { break }
    }
    interior_prices(
      count, step.x, lowerTarget, upperTarget, near, far, point.lowerPrice, point.upperPrice,
      &step.lowerPrice, &step.upperPrice)
    var (primal, dual) = (0.0, 0.0)
    interior_reach(
      count, near, far, point.lowerPrice, point.upperPrice, step.x, step.lowerPrice,
      step.upperPrice, &primal, &dual)
    step.primalReach = 1 / max(1, primal)
    step.dualReach = 1 / max(1, dual)
  }
}
