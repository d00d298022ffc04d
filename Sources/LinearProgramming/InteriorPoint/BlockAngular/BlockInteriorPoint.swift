import LinearAlgebra

/// The primal–dual interior point method of `InteriorPoint` on blocks that meet in linking columns, each block
/// worked on by one thread.
///
/// It is a proximal method of multipliers: columns and multipliers are tied to where they are with ρ and δ
/// (Friedlander and Orban 2012). So the equations that are solved are well conditioned near the optimum too,
/// and what they leave of the rows is made up for in the next steps.
final class BlockInteriorPoint {
  let system: BlockSystem
  let top: BlockPart
  let parts: [BlockPart]
  private let all: [BlockPart]
  private var pairs = 0.0
  /// Complementarity that no step aims below: near the optimum the equations lose digits, and at a point that
  /// stays where it is the rows are met to rounding.
  var least = 0.0
  private var costs = 1.0
  private var bounds = 1.0

  /// Where the method stands.
  struct State {
    var objective = 0.0
    /// A bound on the optimum, as far as the multipliers are feasible.
    var bound = 0.0
    var complementarity = 0.0
    /// Largest violations of rows and prices, relative to the largest bound and cost.
    var primal = 0.0
    var dual = 0.0
    var isFinite: Bool {
      objective.isFinite && complementarity.isFinite && primal.isFinite && dual.isFinite
    }
  }

  /// How strongly columns and multipliers are tied to where they are at first. A stronger ρ leaves the prices wrong
  /// by so much that the bound suffers, a stronger δ the rows; weaker ones lose digits.
  private var rho = 1e-8
  private var delta = 1e-8
  /// How much of the multipliers' last step was taken.
  private var lastShare = 0.0
  /// Corrections towards central products in a step, each a solve with the same factors.
  var mostCorrections = 5

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

  /// Sums of numbers that every part gives, in a fixed order; or their extremes.
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
    measurePrices()
    let sums = gathered(3) { part, sum in
      for j in 0..<part.size where !part.isFixed(j) {
        sum[0] += abs(part.x[j])
        sum[1] += abs(part.dual[j])
        sum[2] += 1
      }
    }
    let count = max(1, sums.reduce(0) { $0 + $1[2] })
    let margin = max(20 * sums.reduce(0) { $0 + $1[0] } / count, 1e-2)
    let price = max(0.5 * sums.reduce(0) { $0 + $1[1] } / count, 1e-3)
    onAll { _, part in
      for j in 0..<part.size where !part.isFixed(j) {
        let room = part.upper[j] - part.lower[j]
        let inset = min(margin, 0.5 * room)
        part.x[j] = min(max(part.x[j], part.lower[j] + inset), part.upper[j] - inset)
        let z = part.dual[j]
        part.lowerDual[j] = part.hasLower(j) ? price + max(0, z) : 0
        part.upperDual[j] = part.hasUpper(j) ? price + max(0, -z) : 0
      }
    }
    return true
  }

  /// `primal` of every part: what its rows lack.
  func measureRows() {
    let top = top
    onAll { index, part in
      part.primal.clear()
      part.addRows(part.x, -1, to: part.primal)
      if index > 0 { part.addLinks(top.x, -1, to: part.primal) }
    }
  }

  /// `dual` of every part: costs less what the rows pay, without the prices of bounds.
  func measurePrices() {
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

  /// Measures the point; `primal` and `dual` are then what Newton's step has to make up for.
  @discardableResult
  func measure() -> State {
    measureRows()
    measurePrices()
    let found = gathered(5) { part, sum in
      for j in 0..<part.size {
        let price = part.dual[j]
        if j < part.columnCount { sum[0] += part.cost[j] * part.x[j] }
        let bound = price > 0 ? part.lower[j] : part.upper[j]
        if bound.isFinite { sum[1] += price * bound }
        if part.isFixed(j) {
          part.dual[j] = 0
          continue
        }
        part.dual[j] = price - part.lowerDual[j] + part.upperDual[j]
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
    let reach = reaches([0])[0]
    let target = aim(reach, mu)
    var steps = correct((0, 0), least: max(0.1, reach.primal * reach.dual))
    for _ in 0..<mostCorrections where min(steps.primal, steps.dual) < 0.9 {
      centre(
        (min(1, 1.08 * steps.primal + 0.5), min(1, 1.08 * steps.dual + 0.5)), target)
      let next = correct(steps, least: 0.1)
      let isBetter = next.primal + next.dual >= steps.primal + steps.dual + 0.02
      steps = next
      if !isBetter { break }
    }
    let primal = steps.primal < 1 ? 0.995 * steps.primal : 1
    let dual = steps.dual < 1 ? 0.995 * steps.dual : 1
    lastShare = dual
    onAll { _, part in
      for j in 0..<part.size {
        let (dx, priced) = (part.step.x[j], part.step.priced[j])
        let (low, high) = (
          part.hasLower(j) ? part.lowerStep(j, priced) : 0,
          part.hasUpper(j) ? part.upperStep(j, priced) : 0
        )
        // Never nearer to a bound than what rounding leaves of a distance.
        let moved = part.x[j] + primal * dx
        let least = 1e-14 * max(1, abs(moved))
        // What was, for a retreat.
        part.newton.x[j] = part.x[j]
        part.lowerExtra[j] = part.lowerDual[j]
        part.upperExtra[j] = part.upperDual[j]
        part.x[j] = min(max(moved, part.lower[j] + least), part.upper[j] - least)
        part.lowerDual[j] += dual * low
        part.upperDual[j] += dual * high
      }
      for i in 0..<part.rowCount { part.y[i] += dual * part.step.y[i] }
    }
    return true
  }

  /// Takes the last step back, and ties the point more strongly to where it is: where rounding has the better of
  /// Newton's equations, a step leaves the rows worse than they were.
  func rejectStep() {
    let share = lastShare
    onAll { _, part in
      part.x.copy(part.newton.x)
      part.lowerDual.copy(part.lowerExtra)
      part.upperDual.copy(part.upperExtra)
      for i in 0..<part.rowCount { part.y[i] -= share * part.step.y[i] }
    }
    delta *= 10
    rho *= 10
  }

  /// Weights of Newton's equations, and the targets of a step towards the optimum itself.
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

  /// What to add to a product that lies outside of [0.1, 10]·target, bounded below.
  @inline(__always) private static func correction(_ product: Double, _ target: Double) -> Double {
    if product < 0.1 * target { return 0.1 * target - product }
    if product > 10 * target { return max(10 * target - product, -10 * target) }
    return 0
  }

  /// The step towards the optimum itself.
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
      part.step.priced.copy(part.newton.x)
      part.step.y.copy(part.newton.y)
      part.lowerExtra.clear()
      part.upperExtra.clear()
    }
  }

  /// What products of distance and price are to become, from how far the prediction reaches; makes the
  /// correction that it takes.
  private func aim(_ reach: (primal: Double, dual: Double), _ mu: Double) -> Double {
    let predicted = gathered(1) { part, sum in
      for j in 0..<part.size {
        let dx = part.step.x[j]
        if part.hasLower(j) {
          sum[0] +=
            (part.x[j] - part.lower[j] + reach.primal * dx)
            * (part.lowerDual[j] + reach.dual * part.lowerStep(j, dx))
        }
        if part.hasUpper(j) {
          sum[0] +=
            (part.upper[j] - part.x[j] - reach.primal * dx)
            * (part.upperDual[j] + reach.dual * part.upperStep(j, dx))
        }
      }
    }
    let ratio = predicted.reduce(0) { $0 + $1[0] } / pairs / mu
    let target = max(max(ratio * ratio * ratio, 1e-6) * mu, least / pairs)
    onAll { _, part in
      for j in 0..<part.size {
        let dx = part.step.x[j]
        if part.hasLower(j) {
          part.lowerExtra[j] = target - dx * part.lowerStep(j, dx)
        }
        if part.hasUpper(j) {
          part.upperExtra[j] = target + dx * part.upperStep(j, dx)
        }
      }
    }
    return target
  }

  /// Makes the correction towards products within [0.1, 10]·target (Gondzio 1996).
  private func centre(_ wanted: (primal: Double, dual: Double), _ target: Double) {
    onAll { _, part in
      for j in 0..<part.size {
        let (dx, priced) = (part.step.x[j], part.step.priced[j])
        if part.hasLower(j) {
          let product =
            (part.x[j] - part.lower[j] + wanted.primal * dx)
            * (part.lowerDual[j] + wanted.dual * part.lowerStep(j, priced))
          part.lowerExtra[j] = BlockInteriorPoint.correction(product, target)
        }
        if part.hasUpper(j) {
          let product =
            (part.upper[j] - part.x[j] - wanted.primal * dx)
            * (part.upperDual[j] + wanted.dual * part.upperStep(j, priced))
          part.upperExtra[j] = BlockInteriorPoint.correction(product, target)
        }
      }
    }
  }

  /// Adds the correction with the shares from `least` to 1 that let primal and dual step farther than they do
  /// (Colombo and Gondzio 2008); returns how far they then reach.
  private func correct(_ former: (primal: Double, dual: Double), least: Double) -> (
    primal: Double, dual: Double
  ) {
    onAll { _, part in
      for j in 0..<part.size {
        var g = 0.0
        if part.hasLower(j) { g -= part.lowerExtra[j] / (part.x[j] - part.lower[j]) }
        if part.hasUpper(j) { g += part.upperExtra[j] / (part.upper[j] - part.x[j]) }
        part.gradient[j] = g
      }
    }
    system.solve(keepsRows: true)
    let shares = (0..<9).map { 1 - (1 - least) * Double($0) / 8 }
    var steps = former
    var found = (primal: 0.0, dual: 0.0)
    for (share, reach) in zip(shares, reaches(shares)) {
      // A smaller share for a step that is little longer would leave the point off centre.
      if reach.primal > steps.primal + (found.primal > 0 ? 0.005 : 0) {
        (found.primal, steps.primal) = (share, reach.primal)
      }
      if reach.dual > steps.dual + (found.dual > 0 ? 0.005 : 0) {
        (found.dual, steps.dual) = (share, reach.dual)
      }
    }
    let chosen = found
    onAll { _, part in
      for j in 0..<part.size {
        part.step.x[j] += chosen.primal * part.newton.x[j]
        part.step.priced[j] += chosen.dual * part.newton.x[j]
        part.lowerTarget[j] += chosen.dual * part.lowerExtra[j]
        part.upperTarget[j] += chosen.dual * part.upperExtra[j]
      }
      for i in 0..<part.rowCount { part.step.y[i] += chosen.dual * part.newton.y[i] }
    }
    return steps
  }

  /// The longest steps of at most 1 that keep distances and prices positive, with each of some shares of the
  /// correction.
  private func reaches(_ shares: [Double]) -> [(primal: Double, dual: Double)] {
    let found = gathered(2 * shares.count) { part, reach in
      for (k, share) in shares.enumerated() {
        var (primal, dual) = (1.0, 1.0)
        for j in 0..<part.size {
          let dx = part.step.x[j] + share * part.newton.x[j]
          let priced = part.step.priced[j] + share * part.newton.x[j]
          if part.hasLower(j) {
            if dx < 0 { primal = min(primal, (part.lower[j] - part.x[j]) / dx) }
            let dz = part.lowerStep(j, priced, share)
            if dz < 0 { dual = min(dual, -part.lowerDual[j] / dz) }
          }
          if part.hasUpper(j) {
            if dx > 0 { primal = min(primal, (part.upper[j] - part.x[j]) / dx) }
            let dz = part.upperStep(j, priced, share)
            if dz < 0 { dual = min(dual, -part.upperDual[j] / dz) }
          }
        }
        reach[2 * k] = primal
        reach[2 * k + 1] = dual
      }
    }
    return shares.indices.map { k in
      (found.reduce(1) { min($0, $1[2 * k]) }, found.reduce(1) { min($0, $1[2 * k + 1]) })
    }
  }
}

extension BlockPart {
  /// Changes of the prices of an entry's bounds with a change of the entry, and a share of the correction.
  @inline(__always) fileprivate func lowerStep(
    _ j: Int, _ dx: Double, _ share: Double = 0
  ) -> Double {
    (lowerTarget[j] + share * lowerExtra[j] - lowerDual[j] * dx) / (x[j] - lower[j])
  }
  @inline(__always) fileprivate func upperStep(
    _ j: Int, _ dx: Double, _ share: Double = 0
  ) -> Double {
    (upperTarget[j] + share * upperExtra[j] + upperDual[j] * dx) / (upper[j] - x[j])
  }
}
