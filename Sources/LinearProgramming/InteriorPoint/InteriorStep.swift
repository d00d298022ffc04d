import CDense
import LinearAlgebra

/// One iteration of the interior point method: a predictor, a corrector and centrality correctors
/// (`PredictorCorrector`). It keeps the vectors that the iterations share.
final class InteriorStep {
  private let method: InteriorPoint
  private let count: Int
  /// Residuals of the rows and of the reduced costs.
  private var primalResidual: [Double]
  private var dualResidual: [Double]
  /// 1 / distance to the lower and upper bounds.
  private var near: [Double]
  private var far: [Double]
  /// 1 / bound duals; 0 where there is no bound.
  private var lowerInverse: [Double]
  private var upperInverse: [Double]
  /// The diagonal scaling of the normal equations.
  private var d: [Double]
  /// Targets for the changes of the products of slack and bound dual.
  private var lowerTarget: [Double]
  private var upperTarget: [Double]
  private var g: [Double]
  private var weighted: [Double]
  private var change: [Double]
  private var right: [Double]
  private var product: [Double]
  /// Conjugate direction, and its image under Aᵀ.
  private var conjugate: [Double]
  private var image: [Double]
  private let zeros: [Double]
  /// The largest primal residual.
  private var largestResidual = 0.0
  /// Σ slack · bound dual.
  private var complementarity = 0.0

  private struct Direction {
    var x: [Double]
    var y: [Double]
    var lowerDual: [Double]
    var upperDual: [Double]
  }
  /// Conjugate gradient steps for one right-hand side, each a solve with the same factors.
  private static let mostRefinements = 5
  private var step: Direction
  private var corrector: Direction

  init(_ method: InteriorPoint) {
    self.method = method
    count = method.size
    let long = [Double](repeating: 0, count: method.size)
    let short = [Double](repeating: 0, count: method.rowCount)
    zeros = long
    (primalResidual, right, product, conjugate) = (short, short, short, short)
    (dualResidual, near, far, d, lowerTarget, upperTarget) = (long, long, long, long, long, long)
    (lowerInverse, upperInverse, g, weighted, change, image) = (long, long, long, long, long, long)
    step = Direction(x: long, y: short, lowerDual: long, upperDual: long)
    corrector = step
  }

  /// Sets the errors of a point, relative to the sizes of bounds and costs, and returns its objective.
  func measure(_ point: inout InteriorPoint.Point, bounds: Double, costs: Double) -> Double {
    method.setResidual(of: point.x, &primalResidual)
    method.setTransposed(point.y, &change)
    var (primalError, dualError, objective) = (0.0, 0.0, 0.0)
    for i in primalResidual.indices {
      primalResidual[i] = -primalResidual[i]
      primalError = max(primalError, abs(primalResidual[i]))
    }
    for j in 0..<count {
      dualResidual[j] =
        method.moves[j]
        * (method.cost[j] - change[j] - point.lowerDual[j] + point.upperDual[j])
      dualError = max(dualError, abs(dualResidual[j]))
      objective += method.cost[j] * point.x[j]
    }
    complementarity = interior_complementarity(
      count, 0, 0, point.x, method.lower, method.upper, point.lowerDual, point.upperDual, zeros,
      zeros, zeros)
    largestResidual = primalError
    point.primalResidual = primalError / bounds
    point.dualResidual = dualError / costs
    point.gap = complementarity / (1 + abs(objective))
    return objective
  }

  /// Moves a measured point by one step. False where `mustStop` said so.
  func advance(_ point: inout InteriorPoint.Point, _ mustStop: () -> Bool) -> Bool {
    interior_scaling(
      count, method.proximal, point.x, method.lower, method.upper, point.lowerDual,
      point.upperDual, method.moves, &near, &far, &lowerInverse, &upperInverse, &d)
    if !method.factorise(d, mustStop) { return false }
    interior_predict(
      count, point.x, method.lower, method.upper, point.lowerDual, point.upperDual, &lowerTarget,
      &upperTarget)
    setDirection(point, &step, dualResidual: dualResidual, isCorrector: false)
    let predictor = stepLengths([0])[0]
    let predicted = interior_complementarity(
      count, predictor.primal, predictor.dual, point.x, method.lower, method.upper,
      point.lowerDual, point.upperDual, step.x, step.lowerDual, step.upperDual)
    let target = PredictorCorrector.centringTarget(
      ratio: predicted / complementarity, mu: complementarity / method.pairs)
    interior_correct(
      count, target, method.lower, method.upper, step.x, step.lowerDual, step.upperDual,
      &lowerTarget, &upperTarget)
    var choice = PredictorCorrector()
    addCorrector(point, &choice, least: PredictorCorrector.leastWeight(after: predictor))
    for _ in 0..<PredictorCorrector.mostCorrectors where choice.isShort {
      let former = choice.lengths
      let aspired = choice.aspired
      interior_centre(
        count, target, aspired.primal, aspired.dual, point.x, method.lower, method.upper,
        point.lowerDual, point.upperDual, step.x, step.lowerDual, step.upperDual, &lowerTarget,
        &upperTarget)
      addCorrector(point, &choice, least: PredictorCorrector.leastWeight)
      if !choice.hasGained(over: former) { break }
    }
    let taken = choice.lengths.damped
    vector_add(count, taken.primal, step.x, &point.x)
    vector_add(count, taken.dual, step.lowerDual, &point.lowerDual)
    vector_add(count, taken.dual, step.upperDual, &point.upperDual)
    vector_add(method.rowCount, taken.dual, step.y, &point.y)
    return true
  }

  /// Adds the corrector for the targets at hand to the step, with the weights that lengthen it.
  private func addCorrector(
    _ point: InteriorPoint.Point, _ choice: inout PredictorCorrector, least: Double
  ) {
    setDirection(point, &corrector, dualResidual: zeros, isCorrector: true)
    let weights = PredictorCorrector.weights(least: least)
    let weight = choice.choose(weights, stepLengths(weights))
    vector_add(count, weight.primal, corrector.x, &step.x)
    vector_add(count, weight.dual, corrector.lowerDual, &step.lowerDual)
    vector_add(count, weight.dual, corrector.upperDual, &step.upperDual)
    vector_add(method.rowCount, weight.dual, corrector.y, &step.y)
  }

  /// The longest step lengths of at most 1 that keep slacks and bound duals positive, with each of some weights of
  /// the corrector.
  private func stepLengths(_ weights: [Double]) -> [StepLengths] {
    var primal = [Double](repeating: 0, count: weights.count)
    var dual = primal
    interior_step_lengths(
      count, weights.count, weights, near, far, lowerInverse, upperInverse, step.x,
      step.lowerDual, step.upperDual, corrector.x, corrector.lowerDual, corrector.upperDual,
      &primal, &dual)
    return zip(primal, dual).map { StepLengths(primal: 1 / max(1, $0), dual: 1 / max(1, $1)) }
  }

  /// Solves Newton's equations for the targets at hand; a corrector leaves the residuals as they are.
  private func setDirection(
    _ point: InteriorPoint.Point, _ step: inout Direction, dualResidual: [Double],
    isCorrector: Bool
  ) {
    interior_right_side(count, dualResidual, lowerTarget, upperTarget, near, far, d, &g, &weighted)
    method.setResidual(of: weighted, &right)
    if !isCorrector { vector_add(method.rowCount, 1, primalResidual, &right) }
    solveNormalEquations(&step.y)
    interior_step(count, change, g, d, &step.x)
    interior_dual_steps(
      count, step.x, lowerTarget, upperTarget, near, far, point.lowerDual, point.upperDual,
      &step.lowerDual, &step.upperDual)
  }

  /// Solves A·D·Aᵀ·y = `right` by conjugate gradients, preconditioned by the factors, and sets `change` to Aᵀ·y;
  /// `right` is then the residual. Near the optimum the factors are inaccurate in a few directions, in which
  /// iterative refinement without conjugate directions does not converge.
  private func solveNormalEquations(_ y: inout [Double]) {
    let rows = method.rowCount
    for i in y.indices { y[i] = 0 }
    for j in change.indices { change[j] = 0 }
    var former = 0.0
    for round in 0..<InteriorStep.mostRefinements {
      let found = method.factor.solve(right)
      let size = vector_product(rows, right, found)
      if !(size > 0 && size.isFinite) { return }
      if round == 0 {
        conjugate = found
      } else {
        vector_renew(rows, size / former, found, &conjugate)
      }
      former = size
      method.setTransposed(conjugate, &image)
      vector_multiply(count, d, image, &weighted)
      method.setResidual(of: weighted, &product)
      let length = size / vector_product(rows, conjugate, product)
      if !(length > 0 && length.isFinite) { return }
      vector_add(rows, length, conjugate, &y)
      vector_add(count, length, image, &change)
      vector_add(rows, -length, product, &right)
      if vector_largest(rows, right) <= max(1e-3 * largestResidual, 1e-8) { return }
    }
  }
}
