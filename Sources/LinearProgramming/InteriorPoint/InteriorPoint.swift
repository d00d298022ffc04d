/// Solves with `A·D·Aᵀ + diagonal` for changing `D`; rows in the caller's order.
protocol NormalEquations: AnyObject {
  /// Multiplications of one factorisation.
  var work: Double { get }
  /// False where `mustStop` said so.
  func factorise(_ d: [Double], shift: [Double], mustStop: () -> Bool) -> Bool
  func solve(_ right: [Double]) -> [Double]
}

/// A primal–dual interior point method for
///
///     minimise c·x  subject to  A·x − s = 0,  l ≤ (x, s) ≤ u
///
/// where s are the activities of the rows: predictor and corrector steps (Mehrotra 1992) with further
/// centrality correctors (Gondzio 1996), on the normal equations.
///
/// It works on the scaled program. What it returns is near an optimum but has no basis; `BasisGuess` makes
/// one of it, from which the simplex finishes.
struct InteriorPoint {
  /// A column or row activity is at index `j` or `columnCount + i`.
  struct Point {
    var x: [Double]
    /// Row multipliers.
    var y: [Double]
    /// Prices of the lower and upper bounds.
    var lowerPrice: [Double]
    var upperPrice: [Double]
    var iterations = 0
    var gap = Double.infinity
    var primalResidual = Double.infinity
    var dualResidual = Double.infinity
  }

  /// Least curvature of a column: what ties one without near bounds to where it is.
  var proximal = 1e-13
  let columnCount: Int
  let rowCount: Int
  private let start: [Int]
  private let index: [Int32]
  private let value: [Double]
  private let lower: [Double]
  private let upper: [Double]
  private let cost: [Double]
  private let factor: any NormalEquations
  private let isFixed: [Bool]
  private let hasLower: [Bool]
  private let hasUpper: [Bool]

  /// Multiplications of one factorisation.
  var work: Double { factor.work }

  /// - Parameters:
  ///   - matrix: the scaled program by columns.
  ///   - lower, upper: of the columns, then of the rows.
  ///
  /// Nil where it does not fit: a column without bounds, or a factor that would be too large; or where
  /// `mustStop` said so.
  init?(
    matrix: ColumnMatrix, lower: [Double], upper: [Double], cost: [Double], mustStop: () -> Bool
  ) {
    guard
      let factor = NormalFactor(
        rows: matrix.rowCount, start: matrix.start, index: matrix.index, value: matrix.value,
        mustStop: mustStop)
    else { return nil }
    self.init(matrix: matrix, lower: lower, upper: upper, cost: cost, factor: factor)
  }

  /// With normal equations that are solved in another way.
  init?(
    matrix: ColumnMatrix, lower: [Double], upper: [Double], cost: [Double],
    factor: any NormalEquations
  ) {
    for j in lower.indices where lower[j] == -.infinity && upper[j] == .infinity { return nil }
    self.factor = factor
    columnCount = matrix.columnCount
    rowCount = matrix.rowCount
    start = matrix.start
    index = matrix.index
    value = matrix.value
    self.lower = lower
    self.upper = upper
    self.cost = cost + [Double](repeating: 0, count: matrix.rowCount)
    isFixed = zip(lower, upper).map { $0 >= $1 }
    hasLower = zip(lower, isFixed).map { $0.isFinite && !$1 }
    hasUpper = zip(upper, isFixed).map { $0.isFinite && !$1 }
  }

  // MARK: Products

  /// Gives `body` the matrix without checks of bounds, which take half of the time of a product.
  private func withColumns(
    _ body: (
      UnsafeBufferPointer<Int>, UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Double>
    ) -> Void
  ) {
    start.withUnsafeBufferPointer { start in
      index.withUnsafeBufferPointer { index in
        value.withUnsafeBufferPointer { value in body(start, index, value) }
      }
    }
  }

  /// A·x − s of a vector over columns and rows.
  private func residual(of x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rowCount)
    for i in 0..<rowCount { result[i] = -x[columnCount + i] }
    result.withUnsafeMutableBufferPointer { result in
      withColumns { start, index, value in
        for j in 0..<columnCount where x[j] != 0 {
          let own = x[j]
          for k in start[j]..<start[j + 1] { result[Int(index[k])] += value[k] * own }
        }
      }
    }
    return result
  }

  /// (Aᵀ·y, −y).
  private func transposed(_ y: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: columnCount + rowCount)
    y.withUnsafeBufferPointer { y in
      withColumns { start, index, value in
        for j in 0..<columnCount {
          var sum = 0.0
          for k in start[j]..<start[j + 1] { sum += value[k] * y[Int(index[k])] }
          result[j] = sum
        }
      }
    }
    for i in 0..<rowCount { result[columnCount + i] = -y[i] }
    return result
  }

  // MARK: Newton's equations

  private struct Direction {
    var x: [Double]
    var y: [Double]
    var lowerPrice: [Double]
    var upperPrice: [Double]
  }

  /// Solves the equations for the given right sides: `lowerTarget` is the wanted change of
  /// distance·price at the lower bounds.
  private func direction(
    _ point: Point, _ d: [Double], primal: [Double], dual: [Double], lowerTarget: [Double],
    upperTarget: [Double]
  ) -> Direction {
    let size = columnCount + rowCount
    var g = dual
    for j in 0..<size {
      if hasLower[j] { g[j] -= lowerTarget[j] / (point.x[j] - lower[j]) }
      if hasUpper[j] { g[j] += upperTarget[j] / (upper[j] - point.x[j]) }
    }
    var weighted = g
    for j in 0..<size { weighted[j] *= d[j] }
    var right = residual(of: weighted)
    for i in 0..<rowCount { right[i] += primal[i] }
    var y = [Double](repeating: 0, count: rowCount)
    var x = weighted
    for _ in 0..<3 {
      let step = factor.solve(right)
      for i in 0..<rowCount { y[i] += step[i] }
      let change = transposed(y)
      for j in 0..<size { x[j] = d[j] * (change[j] - g[j]) }
      let reached = residual(of: x)
      var largest = 0.0
      var scale = 0.0
      for i in 0..<rowCount {
        right[i] = primal[i] - reached[i]
        largest = max(largest, abs(right[i]))
        scale = max(scale, abs(primal[i]))
      }
      if largest <= max(1e-3 * scale, 1e-11) { break }
    }
    var lowerPrice = x
    var upperPrice = x
    for j in 0..<size {
      lowerPrice[j] =
        hasLower[j]
        ? (lowerTarget[j] - point.lowerPrice[j] * x[j]) / (point.x[j] - lower[j]) : 0
      upperPrice[j] =
        hasUpper[j]
        ? (upperTarget[j] + point.upperPrice[j] * x[j]) / (upper[j] - point.x[j]) : 0
    }
    return Direction(x: x, y: y, lowerPrice: lowerPrice, upperPrice: upperPrice)
  }

  /// The longest steps (primal, dual) of at most 1 that keep distances and prices positive.
  private func longestSteps(_ point: Point, _ step: Direction) -> (Double, Double) {
    var primal = 1.0
    var dual = 1.0
    for j in point.x.indices {
      if hasLower[j] {
        if step.x[j] < 0 { primal = min(primal, (lower[j] - point.x[j]) / step.x[j]) }
        if step.lowerPrice[j] < 0 {
          dual = min(dual, -point.lowerPrice[j] / step.lowerPrice[j])
        }
      }
      if hasUpper[j] {
        if step.x[j] > 0 { primal = min(primal, (upper[j] - point.x[j]) / step.x[j]) }
        if step.upperPrice[j] < 0 {
          dual = min(dual, -point.upperPrice[j] / step.upperPrice[j])
        }
      }
    }
    return (primal, dual)
  }

  // MARK: Start

  /// Nil where `mustStop` said so.
  private func startPoint(_ mustStop: () -> Bool) -> Point? {
    let size = columnCount + rowCount
    var d = [Double](repeating: 1, count: size)
    var x = [Double](repeating: 0, count: size)
    for j in 0..<size {
      if isFixed[j] { d[j] = 0 }
      x[j] = min(max(0, lower[j]), upper[j])
    }
    if !factorise(d, mustStop) { return nil }
    let step = factor.solve(residual(of: x).map { -$0 })
    let change = transposed(step)
    for j in 0..<size { x[j] += d[j] * change[j] }
    var weighted = cost
    for j in 0..<size { weighted[j] *= d[j] }
    let y = factor.solve(residual(of: weighted))
    let priced = transposed(y)
    var margin = 0.0
    var price = 0.0
    var count = 0.0
    for j in 0..<size where !isFixed[j] {
      margin += abs(x[j])
      price += abs(cost[j] - priced[j])
      count += 1
    }
    margin = max(10 * margin / max(count, 1), 1e-2)
    price = max(0.1 * price / max(count, 1), 1e-3)
    var lowerPrice = [Double](repeating: 0, count: size)
    var upperPrice = lowerPrice
    for j in 0..<size where !isFixed[j] {
      let room = upper[j] - lower[j]
      let inset = min(margin, 0.5 * room)
      x[j] = min(max(x[j], lower[j] + inset), upper[j] - inset)
      let z = cost[j] - priced[j]
      if hasLower[j] { lowerPrice[j] = price + max(0, z) }
      if hasUpper[j] { upperPrice[j] = price + max(0, -z) }
    }
    return Point(x: x, y: y, lowerPrice: lowerPrice, upperPrice: upperPrice)
  }

  /// False where `mustStop` said so.
  private func factorise(_ d: [Double], _ mustStop: () -> Bool) -> Bool {
    var shift = [Double](repeating: 0, count: rowCount)
    for i in 0..<rowCount { shift[i] = d[columnCount + i] + 1e-11 }
    return factor.factorise(d, shift: shift, mustStop: mustStop)
  }

  // MARK: The method

  /// Runs until primal, dual and gap are below `tolerance`, or nothing improves any more.
  ///
  /// - Parameters:
  ///   - mustStop: asked often; true ends the run.
  ///   - watch: called before each iteration with the number of iterations, the objective and the largest
  ///     relative error.
  /// - Returns: nil if it did not come near an optimum, or was ended.
  func solve(
    tolerance: Double, mustStop: () -> Bool = { false },
    watch: (Int, Double, Double) -> Void = { _, _, _ in }
  ) -> Point? {
    let size = columnCount + rowCount
    guard var point = startPoint(mustStop) else { return nil }
    var best: Point?
    var poor = 0
    var bounds = 1.0
    for j in 0..<size {
      if lower[j].isFinite { bounds = max(bounds, min(abs(lower[j]), 1e3)) }
    }
    let costs = cost.reduce(1) { max($0, abs($1)) }
    let pairs = Double((hasLower + hasUpper).reduce(0) { $0 + ($1 ? 1 : 0) })
    if pairs == 0 { return nil }
    while point.iterations < 150 {
      let primal = residual(of: point.x).map { -$0 }
      var dual = transposed(point.y)
      var complementarity = 0.0
      var objective = 0.0
      var bound = 0.0
      for j in 0..<size {
        dual[j] =
          isFixed[j] ? 0 : cost[j] - dual[j] - point.lowerPrice[j] + point.upperPrice[j]
        if hasLower[j] {
          complementarity += (point.x[j] - lower[j]) * point.lowerPrice[j]
          bound += lower[j] * point.lowerPrice[j]
        }
        if hasUpper[j] {
          complementarity += (upper[j] - point.x[j]) * point.upperPrice[j]
          bound -= upper[j] * point.upperPrice[j]
        }
        objective += cost[j] * point.x[j]
      }
      let mu = complementarity / pairs
      point.primalResidual = primal.reduce(0) { max($0, abs($1)) } / bounds
      point.dualResidual = dual.reduce(0) { max($0, abs($1)) } / costs
      point.gap = complementarity / (1 + abs(objective))
      let error = max(point.primalResidual, point.dualResidual, point.gap)
      if !(point.gap.isFinite && point.primalResidual.isFinite && point.dualResidual.isFinite) {
        break
      }
      watch(point.iterations, objective, error)
      let former = best.map { max($0.primalResidual, $0.dualResidual, $0.gap) } ?? .infinity
      poor = error < 0.9 * former ? 0 : poor + 1
      if error < former { best = point }
      if error <= tolerance || poor >= 15 { break }
      if mustStop() || !advance(&point, primal: primal, dual: dual, mu: mu, pairs: pairs, mustStop)
      {
        return nil
      }
      point.iterations += 1
    }
    guard let best, max(best.primalResidual, best.dualResidual, best.gap) < 1e-3 else { return nil }
    return best
  }

  /// The point with its rows met to rounding: moved a little, values far from their bounds more than others
  /// and none beyond them.
  func restored(_ point: Point, mustStop: () -> Bool = { false }) -> Point {
    let size = columnCount + rowCount
    var result = point
    for j in 0..<size { result.x[j] = min(max(point.x[j], lower[j]), upper[j]) }
    var isHeld = isFixed
    var best = (point: result, violation: Double.infinity)
    for _ in 0..<8 {
      var missing = residual(of: result.x).map { -$0 }
      var largest = missing.reduce(0) { max($0, abs($1)) }
      if largest < best.violation { best = (result, largest) }
      if largest <= 1e-13 { break }
      var d = [Double](repeating: 0, count: size)
      for j in 0..<size where !isHeld[j] {
        d[j] = min(max(min(result.x[j] - lower[j], upper[j] - result.x[j]), 1e-6), 1)
      }
      if !factorise(d, mustStop) { return best.point }
      var moved = result.x
      for _ in 0..<4 {
        let change = transposed(factor.solve(missing))
        for j in 0..<size { moved[j] += d[j] * change[j] }
        missing = residual(of: moved).map { -$0 }
        let left = missing.reduce(0) { max($0, abs($1)) }
        if left <= 1e-15 || left >= 0.5 * largest { break }
        largest = left
      }
      // What would leave its bounds stays on them in the next round.
      for j in 0..<size where !isHeld[j] {
        result.x[j] = min(max(moved[j], lower[j]), upper[j])
        if result.x[j] != moved[j] { isHeld[j] = true }
      }
    }
    let last = residual(of: result.x).reduce(0) { max($0, abs($1)) }
    return last < best.violation ? result : best.point
  }

  /// One predictor, one corrector, and centrality correctors where they lengthen the step. False where
  /// `mustStop` said so.
  private func advance(
    _ point: inout Point, primal: [Double], dual: [Double], mu: Double, pairs: Double,
    _ mustStop: () -> Bool
  ) -> Bool {
    let size = columnCount + rowCount
    var d = [Double](repeating: 0, count: size)
    for j in 0..<size where !isFixed[j] {
      var sum = proximal
      if hasLower[j] { sum += point.lowerPrice[j] / (point.x[j] - lower[j]) }
      if hasUpper[j] { sum += point.upperPrice[j] / (upper[j] - point.x[j]) }
      d[j] = 1 / sum
    }
    if !factorise(d, mustStop) { return false }
    var lowerTarget = [Double](repeating: 0, count: size)
    var upperTarget = lowerTarget
    for j in 0..<size {
      if hasLower[j] { lowerTarget[j] = -(point.x[j] - lower[j]) * point.lowerPrice[j] }
      if hasUpper[j] { upperTarget[j] = -(upper[j] - point.x[j]) * point.upperPrice[j] }
    }
    let predictor = direction(
      point, d, primal: primal, dual: dual, lowerTarget: lowerTarget, upperTarget: upperTarget)
    let (primalReach, dualReach) = longestSteps(point, predictor)
    var predicted = 0.0
    for j in 0..<size {
      if hasLower[j] {
        predicted +=
          (point.x[j] - lower[j] + primalReach * predictor.x[j])
          * (point.lowerPrice[j] + dualReach * predictor.lowerPrice[j])
      }
      if hasUpper[j] {
        predicted +=
          (upper[j] - point.x[j] - primalReach * predictor.x[j])
          * (point.upperPrice[j] + dualReach * predictor.upperPrice[j])
      }
    }
    let ratio = predicted / pairs / mu
    let target = max(ratio * ratio * ratio, 1e-6) * mu
    for j in 0..<size {
      if hasLower[j] {
        lowerTarget[j] += target - predictor.x[j] * predictor.lowerPrice[j]
      }
      if hasUpper[j] {
        upperTarget[j] += target + predictor.x[j] * predictor.upperPrice[j]
      }
    }
    var step = direction(
      point, d, primal: primal, dual: dual, lowerTarget: lowerTarget, upperTarget: upperTarget)
    var (primalStep, dualStep) = longestSteps(point, step)
    for _ in 0..<2 where min(primalStep, dualStep) < 0.9 {
      let (wantedPrimal, wantedDual) = (
        min(1, 1.08 * primalStep + 0.1), min(1, 1.08 * dualStep + 0.1)
      )
      for j in 0..<size {
        if hasLower[j] {
          let product =
            (point.x[j] - lower[j] + wantedPrimal * step.x[j])
            * (point.lowerPrice[j] + wantedDual * step.lowerPrice[j])
          lowerTarget[j] += correction(product, target)
        }
        if hasUpper[j] {
          let product =
            (upper[j] - point.x[j] - wantedPrimal * step.x[j])
            * (point.upperPrice[j] + wantedDual * step.upperPrice[j])
          upperTarget[j] += correction(product, target)
        }
      }
      let next = direction(
        point, d, primal: primal, dual: dual, lowerTarget: lowerTarget, upperTarget: upperTarget)
      let (nextPrimal, nextDual) = longestSteps(point, next)
      if nextPrimal + nextDual < primalStep + dualStep + 0.02 { break }
      step = next
      primalStep = nextPrimal
      dualStep = nextDual
    }
    primalStep = primalStep < 1 ? 0.995 * primalStep : 1
    dualStep = dualStep < 1 ? 0.995 * dualStep : 1
    for j in 0..<size {
      point.x[j] += primalStep * step.x[j]
      point.lowerPrice[j] += dualStep * step.lowerPrice[j]
      point.upperPrice[j] += dualStep * step.upperPrice[j]
    }
    for i in 0..<rowCount { point.y[i] += dualStep * step.y[i] }
    return true
  }

  /// What to add to a product that lies outside of [0.1, 10]·target, bounded below.
  private func correction(_ product: Double, _ target: Double) -> Double {
    if product < 0.1 * target { return 0.1 * target - product }
    if product > 10 * target { return max(10 * target - product, -10 * target) }
    return 0
  }
}

/// A sparse matrix by columns.
struct ColumnMatrix {
  var rowCount: Int
  var start: [Int]
  var index: [Int32]
  var value: [Double]
  var columnCount: Int { start.count - 1 }

  /// The scaled matrix of a program.
  init(_ program: LinearProgram, _ scaling: Scaling) {
    rowCount = program.rowCount
    start = [Int](repeating: 0, count: program.columnCount + 1)
    for j in program.columnIndex { start[Int(j) + 1] += 1 }
    for j in 0..<program.columnCount { start[j + 1] += start[j] }
    var fill = start
    index = [Int32](repeating: 0, count: program.nonzeroCount)
    value = [Double](repeating: 0, count: program.nonzeroCount)
    for i in 0..<program.rowCount {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let j = Int(program.columnIndex[k])
        index[fill[j]] = Int32(i)
        value[fill[j]] = program.coefficient[k] * scaling.row[i] * scaling.column[j]
        fill[j] += 1
      }
    }
  }
}
