import CDense

/// One iteration of the interior point method: a predictor, a corrector and centrality correctors, each of which
/// is added with the shares that let primal and dual step farthest (Colombo and Gondzio 2008). It keeps the
/// vectors that the iterations share.
final class InteriorStep {
  private let method: InteriorPoint
  private let count: Int
  /// What is missing in rows, and in reduced costs.
  private var primal: [Double]
  private var dual: [Double]
  /// 1 / distance to the lower and upper bounds.
  private var near: [Double]
  private var far: [Double]
  /// 1 / prices of the bounds; 0 where there is none.
  private var lowerInverse: [Double]
  private var upperInverse: [Double]
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
  /// Conjugate direction, and its image under Aᵀ.
  private var direction: [Double]
  private var image: [Double]
  private let nothing: [Double]
  /// The largest of what is missing in rows.
  private var missing = 0.0

  private struct Direction {
    var x: [Double]
    var y: [Double]
    var lowerDual: [Double]
    var upperDual: [Double]
    /// The longest steps of at most 1 that keep distances and prices positive.
    var primalReach = 0.0
    var dualReach = 0.0
  }
  /// Corrections towards central products, each a solve with the same factors.
  private let mostCorrections = 5
  /// Solves with the same factors for one right side.
  private static let mostRounds = 5
  private var step: Direction
  private var correction: Direction

  init(_ method: InteriorPoint) {
    self.method = method
    count = method.size
    let long = [Double](repeating: 0, count: method.size)
    let short = [Double](repeating: 0, count: method.rowCount)
    nothing = long
    (primal, right, reached, direction) = (short, short, short, short)
    (dual, near, far, d, lowerTarget, upperTarget) = (long, long, long, long, long, long)
    (lowerInverse, upperInverse, g, weighted, change, image) = (long, long, long, long, long, long)
    step = Direction(x: long, y: short, lowerDual: long, upperDual: long)
    correction = step
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
        * (method.cost[j] - change[j] - point.lowerDual[j] + point.upperDual[j])
      dualError = max(dualError, abs(dual[j]))
      objective += method.cost[j] * point.x[j]
    }
    complementarity = interior_complementarity(
      count, 0, 0, point.x, method.lower, method.upper, point.lowerDual, point.upperDual, nothing,
      nothing, nothing)
    missing = primalError
    point.primalResidual = primalError / bounds
    point.dualResidual = dualError / costs
    point.gap = complementarity / (1 + abs(objective))
    return objective
  }

  private var complementarity = 0.0

  /// Moves a measured point. False where `mustStop` said so.
  func advance(_ point: inout InteriorPoint.Point, _ mustStop: () -> Bool) -> Bool {
    interior_weights(
      count, method.proximal, point.x, method.lower, method.upper, point.lowerDual,
      point.upperDual, method.moves, &near, &far, &lowerInverse, &upperInverse, &d)
    if !method.factorise(d, mustStop) { return false }
    interior_predict(
      count, point.x, method.lower, method.upper, point.lowerDual, point.upperDual, &lowerTarget,
      &upperTarget)
    setDirection(point, &step, dual: dual, isCorrection: false)
    (step.primalReach, step.dualReach) = reach([0])[0]
    let predicted = interior_complementarity(
      count, step.primalReach, step.dualReach, point.x, method.lower, method.upper,
      point.lowerDual, point.upperDual, step.x, step.lowerDual, step.upperDual)
    let mu = complementarity / method.pairs
    let ratio = predicted / complementarity
    let target = max(ratio * ratio * ratio, 1e-6) * mu
    interior_correct(
      count, target, method.lower, method.upper, step.x, step.lowerDual, step.upperDual,
      &lowerTarget, &upperTarget)
    let least = max(0.1, step.primalReach * step.dualReach)
    (step.primalReach, step.dualReach) = (0, 0)
    correct(point, least: least)
    for _ in 0..<mostCorrections where min(step.primalReach, step.dualReach) < 0.9 {
      let former = step.primalReach + step.dualReach
      interior_centre(
        count, target, min(1, 1.08 * step.primalReach + 0.5), min(1, 1.08 * step.dualReach + 0.5),
        point.x, method.lower, method.upper, point.lowerDual, point.upperDual, step.x,
        step.lowerDual, step.upperDual, &lowerTarget, &upperTarget)
      correct(point, least: 0.1)
      if step.primalReach + step.dualReach < former + 0.02 { break }
    }
    let primalStep = step.primalReach < 1 ? 0.995 * step.primalReach : 1
    let dualStep = step.dualReach < 1 ? 0.995 * step.dualReach : 1
    vector_add(count, primalStep, step.x, &point.x)
    vector_add(count, dualStep, step.lowerDual, &point.lowerDual)
    vector_add(count, dualStep, step.upperDual, &point.upperDual)
    vector_add(method.rowCount, dualStep, step.y, &point.y)
    return true
  }

  /// Adds the correction for the targets at hand, with the shares from `least` to 1 that let primal and dual step
  /// farther than they do; with none where no share does.
  private func correct(_ point: InteriorPoint.Point, least: Double) {
    setDirection(point, &correction, dual: nothing, isCorrection: true)
    let shares = (0..<9).map { 1 - (1 - least) * Double($0) / 8 }
    var (primalShare, dualShare) = (0.0, 0.0)
    for (share, reach) in zip(shares, reach(shares)) {
      // A smaller share for a step that is little longer would leave the point off centre.
      if reach.primal > step.primalReach + (primalShare > 0 ? 0.005 : 0) {
        (primalShare, step.primalReach) = (share, reach.primal)
      }
      if reach.dual > step.dualReach + (dualShare > 0 ? 0.005 : 0) {
        (dualShare, step.dualReach) = (share, reach.dual)
      }
    }
    vector_add(count, primalShare, correction.x, &step.x)
    vector_add(count, dualShare, correction.lowerDual, &step.lowerDual)
    vector_add(count, dualShare, correction.upperDual, &step.upperDual)
    vector_add(method.rowCount, dualShare, correction.y, &step.y)
  }

  /// How far the step goes, 1 at most, with each of some shares of the correction.
  private func reach(_ shares: [Double]) -> [(primal: Double, dual: Double)] {
    var primal = [Double](repeating: 0, count: shares.count)
    var dual = primal
    interior_reach(
      count, shares.count, shares, near, far, lowerInverse, upperInverse, step.x, step.lowerDual,
      step.upperDual, correction.x, correction.lowerDual, correction.upperDual, &primal, &dual)
    return zip(primal, dual).map { (1 / max(1, $0), 1 / max(1, $1)) }
  }

  /// Solves Newton's equations for the targets at hand; a correction leaves what rows and prices lack as it is.
  private func setDirection(
    _ point: InteriorPoint.Point, _ step: inout Direction, dual: [Double], isCorrection: Bool
  ) {
    interior_right_side(count, dual, lowerTarget, upperTarget, near, far, d, &g, &weighted)
    method.setResidual(of: weighted, &right)
    if !isCorrection { vector_add(method.rowCount, 1, primal, &right) }
    solveNormalEquations(&step.y)
    interior_step(count, change, g, d, &step.x)
    interior_prices(
      count, step.x, lowerTarget, upperTarget, near, far, point.lowerDual, point.upperDual,
      &step.lowerDual, &step.upperDual)
  }

  /// Solves A·D·Aᵀ·y = `right` by conjugate gradients that the factors precondition, and sets `change` to Aᵀ·y; `right`
  /// is then what is left. Near the optimum the factors are wrong by far in a few directions, in which refinement
  /// without conjugate directions does not converge.
  private func solveNormalEquations(_ y: inout [Double]) {
    let rows = method.rowCount
    for i in y.indices { y[i] = 0 }
    for j in change.indices { change[j] = 0 }
    var former = 0.0
    for round in 0..<InteriorStep.mostRounds {
      let found = method.factor.solve(right)
      let size = vector_product(rows, right, found)
      if !(size > 0 && size.isFinite) { return }
      if round == 0 {
        direction = found
      } else {
        vector_renew(rows, size / former, found, &direction)
      }
      former = size
      method.setTransposed(direction, &image)
      vector_multiply(count, d, image, &weighted)
      method.setResidual(of: weighted, &reached)
      let share = size / vector_product(rows, direction, reached)
      if !(share > 0 && share.isFinite) { return }
      vector_add(rows, share, direction, &y)
      vector_add(count, share, image, &change)
      vector_add(rows, -share, reached, &right)
      if vector_largest(rows, right) <= max(1e-3 * missing, 1e-8) { return }
    }
  }
}
