import LinearAlgebra

/// The primal–dual interior point method of `InteriorPoint` for block-angular programs, whose blocks are coupled by
/// linking columns; each block is worked on by one thread.
///
/// It is a proximal method of multipliers, with primal–dual regularisation ρ and δ (Friedlander and Orban 2012):
/// Newton's equations stay well conditioned near the optimum, and the primal residual that the regularisation leaves
/// is reduced in the steps that follow.
final class BlockInteriorPoint {
  let system: BlockSystem
  let top: BlockPart
  let parts: [BlockPart]
  private let all: [BlockPart]
  private var pairs = 0.0
  /// Complementarity below which no step is centred: near the optimum the equations lose digits, and at a point that
  /// moves no further the rows are satisfied to rounding.
  var leastComplementarity = 0.0
  private var costs = 1.0
  private var bounds = 1.0

  /// Where the method stands.
  struct State {
    var objective = 0.0
    /// A bound on the optimum, as far as the multipliers are feasible.
    var bound = 0.0
    var complementarity = 0.0
    /// Largest primal and dual residuals, relative to the largest bound and cost.
    var primal = 0.0
    var dual = 0.0
    var isFinite: Bool {
      objective.isFinite && complementarity.isFinite && primal.isFinite && dual.isFinite
    }
  }

  /// Primal and dual regularisation. A larger ρ leaves a dual residual that weakens the bound, a larger δ a primal
  /// residual; smaller ones lose digits.
  private var rho = 1e-8
  private var delta = 1e-8
  /// Of the last step.
  private var lastLengths = StepLengths(primal: 1, dual: 1)

  init?(_ system: BlockSystem) {
    self.system = system
    top = system.top
    parts = system.parts
    all = [top] + parts
    for part in all {
      for j in 0..<part.size {
        if part.lower[j] == -.infinity && part.upper[j] == .infinity { return nil }
        pairs += (part.hasLower(j) ? 1 : 0) + (part.hasUpper(j) ? 1 : 0)
        if part.lower[j].isFinite { bounds = max(bounds, min(abs(part.lower[j]), 1e3)) }
        if j < part.columnCount { costs = max(costs, abs(part.cost[j])) }
      }
    }
    if pairs == 0 { return nil }
  }

  private func onAll(_ work: @Sendable (Int, BlockPart) -> Void) {
    system.onParts { work($0 + 1, $1) }
    work(0, top)
  }

  /// `count` numbers from each part, in a fixed order, to be reduced by the caller.
  private func gathered(
    _ count: Int, _ work: @Sendable (BlockPart, UnsafeMutablePointer<Double>) -> Void
  ) -> [[Double]] {
    let found = AlignedBuffer(count * all.count)
    onAll { index, part in work(part, found.base + count * index) }
    return all.indices.map { p in (0..<count).map { found[count * p + $0] } }
  }

  // MARK: Start

  /// False where `mustStop` said so.
  func start(mustStop: () -> Bool) -> Bool {
    onAll { _, part in
      for j in 0..<part.size {
        part.weight[j] = part.isFixed(j) ? 0 : 1
        part.x[j] = min(max(0, part.lower[j]), part.upper[j])
        part.gradient[j] = 0
      }
    }
    if !system.factorise(delta: delta, mustStop: mustStop) { return false }
    measureRows()
    system.solve()
    onAll { _, part in
      for j in 0..<part.size {
        part.x[j] += part.newton.x[j]
        part.gradient[j] = j < part.columnCount ? part.cost[j] : 0
      }
      part.primal.clear()
    }
    system.solve()
    onAll { _, part in part.y.copy(part.newton.y) }
    measureReducedCosts()
    let sums = gathered(3) { part, sum in
      for j in 0..<part.size where !part.isFixed(j) {
        sum[0] += abs(part.x[j])
        sum[1] += abs(part.dual[j])
        sum[2] += 1
      }
    }
    let count = max(1, sums.reduce(0) { $0 + $1[2] })
    let margin = max(20 * sums.reduce(0) { $0 + $1[0] } / count, 1e-2)
    let dual = max(0.5 * sums.reduce(0) { $0 + $1[1] } / count, 1e-3)
    onAll { _, part in
      for j in 0..<part.size where !part.isFixed(j) {
        let room = part.upper[j] - part.lower[j]
        let inset = min(margin, 0.5 * room)
        part.x[j] = min(max(part.x[j], part.lower[j] + inset), part.upper[j] - inset)
        let z = part.dual[j]
        part.lowerDual[j] = part.hasLower(j) ? dual + max(0, z) : 0
        part.upperDual[j] = part.hasUpper(j) ? dual + max(0, -z) : 0
      }
    }
    return true
  }

  /// Sets `primal` of every part, the primal residual of its rows.
  func measureRows() {
    let top = top
    onAll { index, part in
      part.primal.clear()
      part.addRows(part.x, -1, to: part.primal)
      if index > 0 { part.addLinks(top.x, -1, to: part.primal) }
    }
  }

  /// Sets `dual` of every part, the reduced costs c − Aᵀ·y, without the bound duals.
  func measureReducedCosts() {
    onAll { index, part in
      part.transposed(part.y, to: part.dual)
      if index > 0 { part.sumLinks(part.y) }
      for j in 0..<part.size {
        part.dual[j] = (j < part.columnCount ? part.cost[j] : 0) - part.dual[j]
      }
    }
    let sums = system.linkSums()
    for k in 0..<system.linkCount { top.dual[k] -= sums[k] }
  }

  /// Measures the point; `primal` and `dual` are then the residuals, the right-hand sides of Newton's step.
  @discardableResult
  func measure() -> State {
    measureRows()
    measureReducedCosts()
    let found = gathered(5) { part, sum in
      for j in 0..<part.size {
        let reducedCost = part.dual[j]
        if j < part.columnCount { sum[0] += part.cost[j] * part.x[j] }
        let bound = reducedCost > 0 ? part.lower[j] : part.upper[j]
        if bound.isFinite { sum[1] += reducedCost * bound }
        if part.isFixed(j) {
          part.dual[j] = 0
          continue
        }
        part.dual[j] = reducedCost - part.lowerDual[j] + part.upperDual[j]
        if part.hasLower(j) { sum[2] += (part.x[j] - part.lower[j]) * part.lowerDual[j] }
        if part.hasUpper(j) { sum[2] += (part.upper[j] - part.x[j]) * part.upperDual[j] }
        sum[4] = max(sum[4], abs(part.dual[j]))
      }
      for i in 0..<part.rowCount { sum[3] = max(sum[3], abs(part.primal[i])) }
    }
    var state = State()
    for sum in found {
      state.objective += sum[0]
      state.bound += sum[1]
      state.complementarity += sum[2]
      state.primal = max(state.primal, sum[3] / bounds)
      state.dual = max(state.dual, sum[4] / costs)
    }
    return state
  }

  // MARK: Steps

  /// One step from the measured point; false where `mustStop` said so.
  func advance(_ state: State, mustStop: () -> Bool) -> Bool {
    let mu = state.complementarity / pairs
    setWeights()
    if !system.factorise(delta: delta, mustStop: mustStop) { return false }
    predict()
    let predictor = stepLengths([0])[0]
    // After a step that was cut short by products far below the mean the next one centres first.
    let centres = lastLengths.isCutShort
    let target = centres ? setCentringCorrector(mu) : setMehrotraCorrector(predictor, mu)
    var choice = PredictorCorrector()
    addCorrector(
      &choice, least: centres ? 1 : PredictorCorrector.leastWeight(after: predictor))
    for _ in 0..<PredictorCorrector.mostCorrectors where choice.isShort {
      let former = choice.lengths
      setCentralityCorrector(choice.aspired, target)
      addCorrector(&choice, least: PredictorCorrector.leastWeight)
      if !choice.hasGained(over: former) { break }
    }
    lastLengths = choice.lengths.damped
    let (primal, dual) = (lastLengths.primal, lastLengths.dual)
    onAll { _, part in
      for j in 0..<part.size {
        let (dx, dualX) = (part.step.x[j], part.step.dualX[j])
        let (low, high) = (
          part.hasLower(j) ? part.lowerStep(j, dualX) : 0,
          part.hasUpper(j) ? part.upperStep(j, dualX) : 0
        )
        // Never nearer to a bound than the rounding of a slack.
        let moved = part.x[j] + primal * dx
        let least = 1e-14 * max(1, abs(moved))
        // The former point, for `rejectStep`.
        part.newton.x[j] = part.x[j]
        part.lowerCorrection[j] = part.lowerDual[j]
        part.upperCorrection[j] = part.upperDual[j]
        part.x[j] = min(max(moved, part.lower[j] + least), part.upper[j] - least)
        part.lowerDual[j] += dual * low
        part.upperDual[j] += dual * high
      }
      for i in 0..<part.rowCount { part.y[i] += dual * part.step.y[i] }
    }
    return true
  }

  /// Rejects the last step and strengthens the regularisation: where rounding dominates Newton's equations, a step
  /// increases the primal residual.
  func rejectStep() {
    let length = lastLengths.dual
    onAll { _, part in
      part.x.copy(part.newton.x)
      part.lowerDual.copy(part.lowerCorrection)
      part.upperDual.copy(part.upperCorrection)
      for i in 0..<part.rowCount { part.y[i] -= length * part.step.y[i] }
    }
    delta *= 10
    rho *= 10
  }

  /// The diagonal scaling of Newton's equations, and the complementarity targets of the predictor.
  private func setWeights() {
    let rho = rho
    onAll { _, part in
      for j in 0..<part.size {
        if part.isFixed(j) {
          part.weight[j] = 0
          continue
        }
        var sum = rho
        if part.hasLower(j) {
          sum += part.lowerDual[j] / (part.x[j] - part.lower[j])
          part.lowerTarget[j] = -(part.x[j] - part.lower[j]) * part.lowerDual[j]
        }
        if part.hasUpper(j) {
          sum += part.upperDual[j] / (part.upper[j] - part.x[j])
          part.upperTarget[j] = -(part.upper[j] - part.x[j]) * part.upperDual[j]
        }
        part.weight[j] = 1 / sum
      }
    }
  }

  /// The correction of a complementarity product that lies outside of [0.1, 10]·target, bounded below.
  @inline(__always) private static func correction(_ product: Double, _ target: Double) -> Double {
    if product < 0.1 * target { return 0.1 * target - product }
    if product > 10 * target { return max(10 * target - product, -10 * target) }
    return 0
  }

  /// The predictor: the direction that aims at complementarity 0.
  private func predict() {
    onAll { _, part in
      for j in 0..<part.size {
        var g = part.dual[j]
        if part.hasLower(j) { g += part.lowerDual[j] }
        if part.hasUpper(j) { g -= part.upperDual[j] }
        part.gradient[j] = g
      }
    }
    system.solve()
    onAll { _, part in
      part.step.x.copy(part.newton.x)
      part.step.dualX.copy(part.newton.x)
      part.step.y.copy(part.newton.y)
      part.lowerCorrection.clear()
      part.upperCorrection.clear()
    }
  }

  /// Sets Mehrotra's corrector and returns the centring target.
  private func setMehrotraCorrector(_ predictor: StepLengths, _ mu: Double) -> Double {
    let predicted = gathered(1) { part, sum in
      for j in 0..<part.size {
        let dx = part.step.x[j]
        if part.hasLower(j) {
          sum[0] +=
            (part.x[j] - part.lower[j] + predictor.primal * dx)
            * (part.lowerDual[j] + predictor.dual * part.lowerStep(j, dx))
        }
        if part.hasUpper(j) {
          sum[0] +=
            (part.upper[j] - part.x[j] - predictor.primal * dx)
            * (part.upperDual[j] + predictor.dual * part.upperStep(j, dx))
        }
      }
    }
    let ratio = predicted.reduce(0) { $0 + $1[0] } / pairs / mu
    let target = max(
      PredictorCorrector.centringTarget(ratio: ratio, mu: mu), leastComplementarity / pairs)
    onAll { _, part in
      for j in 0..<part.size {
        let dx = part.step.x[j]
        if part.hasLower(j) {
          part.lowerCorrection[j] = target - dx * part.lowerStep(j, dx)
        }
        if part.hasUpper(j) {
          part.upperCorrection[j] = target + dx * part.upperStep(j, dx)
        }
      }
    }
    return target
  }

  /// Sets the corrector that aims at the mean product, without the second-order term, which is no guide where the
  /// predictor cannot be followed far; returns the centring target.
  private func setCentringCorrector(_ mu: Double) -> Double {
    let target = max(mu, leastComplementarity / pairs)
    onAll { _, part in
      for j in 0..<part.size {
        if part.hasLower(j) { part.lowerCorrection[j] = target }
        if part.hasUpper(j) { part.upperCorrection[j] = target }
      }
    }
    return target
  }

  /// Sets the corrector towards products within [0.1, 10]·target (Gondzio 1996).
  private func setCentralityCorrector(_ aspired: StepLengths, _ target: Double) {
    onAll { _, part in
      for j in 0..<part.size {
        let (dx, dualX) = (part.step.x[j], part.step.dualX[j])
        if part.hasLower(j) {
          let product =
            (part.x[j] - part.lower[j] + aspired.primal * dx)
            * (part.lowerDual[j] + aspired.dual * part.lowerStep(j, dualX))
          part.lowerCorrection[j] = BlockInteriorPoint.correction(product, target)
        }
        if part.hasUpper(j) {
          let product =
            (part.upper[j] - part.x[j] - aspired.primal * dx)
            * (part.upperDual[j] + aspired.dual * part.upperStep(j, dualX))
          part.upperCorrection[j] = BlockInteriorPoint.correction(product, target)
        }
      }
    }
  }

  /// Adds the corrector to the step, with the weights that lengthen it.
  private func addCorrector(_ choice: inout PredictorCorrector, least: Double) {
    onAll { _, part in
      for j in 0..<part.size {
        var g = 0.0
        if part.hasLower(j) { g -= part.lowerCorrection[j] / (part.x[j] - part.lower[j]) }
        if part.hasUpper(j) { g += part.upperCorrection[j] / (part.upper[j] - part.x[j]) }
        part.gradient[j] = g
      }
    }
    system.solve(keepsRows: true)
    let weights = PredictorCorrector.weights(least: least)
    let weight = choice.choose(weights, stepLengths(weights))
    onAll { _, part in
      for j in 0..<part.size {
        part.step.x[j] += weight.primal * part.newton.x[j]
        part.step.dualX[j] += weight.dual * part.newton.x[j]
        part.lowerTarget[j] += weight.dual * part.lowerCorrection[j]
        part.upperTarget[j] += weight.dual * part.upperCorrection[j]
      }
      for i in 0..<part.rowCount { part.step.y[i] += weight.dual * part.newton.y[i] }
    }
  }

  /// The longest step lengths of at most 1 that keep slacks and bound duals positive, with each of some weights of
  /// the corrector.
  private func stepLengths(_ weights: [Double]) -> [StepLengths] {
    let found = gathered(2 * weights.count) { part, length in
      for (k, weight) in weights.enumerated() {
        var (primal, dual) = (1.0, 1.0)
        for j in 0..<part.size {
          let dx = part.step.x[j] + weight * part.newton.x[j]
          let dualX = part.step.dualX[j] + weight * part.newton.x[j]
          if part.hasLower(j) {
            if dx < 0 { primal = min(primal, (part.lower[j] - part.x[j]) / dx) }
            let dz = part.lowerStep(j, dualX, weight)
            if dz < 0 { dual = min(dual, -part.lowerDual[j] / dz) }
          }
          if part.hasUpper(j) {
            if dx > 0 { primal = min(primal, (part.upper[j] - part.x[j]) / dx) }
            let dz = part.upperStep(j, dualX, weight)
            if dz < 0 { dual = min(dual, -part.upperDual[j] / dz) }
          }
        }
        length[2 * k] = primal
        length[2 * k + 1] = dual
      }
    }
    return weights.indices.map { k in
      StepLengths(
        primal: found.reduce(1) { min($0, $1[2 * k]) },
        dual: found.reduce(1) { min($0, $1[2 * k + 1]) })
    }
  }
}

extension BlockPart {
  /// Steps of an entry's bound duals with a step of the entry, and a weight of the corrector.
  @inline(__always) fileprivate func lowerStep(
    _ j: Int, _ dx: Double, _ weight: Double = 0
  ) -> Double {
    (lowerTarget[j] + weight * lowerCorrection[j] - lowerDual[j] * dx) / (x[j] - lower[j])
  }
  @inline(__always) fileprivate func upperStep(
    _ j: Int, _ dx: Double, _ weight: Double = 0
  ) -> Double {
    (upperTarget[j] + weight * upperCorrection[j] + upperDual[j] * dx) / (upper[j] - x[j])
  }
}
