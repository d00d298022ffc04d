import CDense
import LinearAlgebra

/// A primal–dual interior point method for
///
///     minimise c·x  subject to  A·x − s = 0,  l ≤ (x, s) ≤ u
///
/// where s are the row activities: predictor–corrector steps (Mehrotra 1992) with multiple centrality correctors
/// (Gondzio 1996), each with its own weight (Colombo and Gondzio 2008), on the normal equations.
///
/// It works on the scaled program. The point that it returns is near an optimum but has no basis: the crossover
/// (`CrossoverBasis`) makes one of it, from which the simplex finishes.
struct InteriorPoint {
  /// A column or row activity is at index `j` or `columnCount + i`.
  struct Point {
    var x: [Double]
    /// Row multipliers.
    var y: [Double]
    /// Duals of the lower and upper bounds.
    var lowerDual: [Double]
    var upperDual: [Double]
    var iterations = 0
    var gap = Double.infinity
    var primalResidual = Double.infinity
    var dualResidual = Double.infinity

    /// The largest of the relative errors; not finite where one is not.
    var error: Double {
      let sum = primalResidual + dualResidual + gap
      return sum.isFinite ? max(primalResidual, dualResidual, gap) : sum
    }
  }

  /// Primal regularisation: the least curvature of a column that is far from its bounds.
  var proximal = 1e-13
  let columnCount: Int
  let rowCount: Int
  /// The matrix by columns and by rows.
  let columns: SparseLines
  let rows: SparseLines
  /// Bounds; infinite where there are none, and where a column or row is fixed.
  let lower: [Double]
  let upper: [Double]
  /// Values of fixed columns and rows.
  let fixedValue: [Double]
  let cost: [Double]
  let factor: NormalFactor
  let isFixed: [Bool]
  /// 0 for fixed columns and rows, 1 for others.
  let moves: [Double]
  /// The number of finite bounds: of complementarity pairs.
  let pairs: Double

  /// Multiplications of one factorisation.
  var work: Double { factor.work }
  var size: Int { columnCount + rowCount }

  /// - Parameters:
  ///   - matrix: the scaled program by columns.
  ///   - lower, upper: of the columns, then of the rows.
  ///   - known: the fill-reducing ordering of a related program.
  ///
  /// Nil where the method does not apply: a free column, or a factor that would be too large; or where `mustStop`
  /// said so.
  init?(
    matrix: ColumnMatrix, lower: [Double], upper: [Double], cost: [Double],
    known: FillReducingOrdering? = nil, mustStop: () -> Bool
  ) {
    guard
      let symbolic = SymbolicFactorisation(
        rows: matrix.rowCount, start: matrix.start, index: matrix.index, known: known,
        mustStop: mustStop)
    else { return nil }
    for j in lower.indices where lower[j] == -.infinity && upper[j] == .infinity { return nil }
    factor = NormalFactor(symbolic, value: matrix.value)
    columnCount = matrix.columnCount
    rowCount = matrix.rowCount
    columns = SparseLines(start: matrix.start, index: matrix.index, value: matrix.value)
    rows = columns.transposed(count: matrix.rowCount)
    self.cost = cost + [Double](repeating: 0, count: matrix.rowCount)
    let isFixed = zip(lower, upper).map { $0 >= $1 }
    self.isFixed = isFixed
    moves = isFixed.map { $0 ? 0 : 1 }
    fixedValue = lower
    self.lower = zip(lower, isFixed).map { $1 ? -.infinity : $0 }
    self.upper = zip(upper, isFixed).map { $1 ? .infinity : $0 }
    pairs =
      self.lower.reduce(0) { $0 + ($1 > -.infinity ? 1 : 0) }
      + self.upper.reduce(0) { $0 + ($1 < .infinity ? 1 : 0) }
  }

  // MARK: Products

  /// A·x − s of a vector over columns and rows.
  func residual(of x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rowCount)
    setResidual(of: x, &result)
    return result
  }

  func setResidual(of x: [Double], _ result: inout [Double]) {
    rows.multiply(x, &result)
    let n = columnCount
    x.withUnsafeBufferPointer { x in
      result.withUnsafeMutableBufferPointer { result in
        for i in result.indices { result[i] -= x[n + i] }
      }
    }
  }

  /// (Aᵀ·y, −y).
  func transposed(_ y: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: size)
    setTransposed(y, &result)
    return result
  }

  func setTransposed(_ y: [Double], _ result: inout [Double]) {
    columns.multiply(y, &result)
    let n = columnCount
    y.withUnsafeBufferPointer { y in
      result.withUnsafeMutableBufferPointer { result in
        for i in y.indices { result[n + i] = -y[i] }
      }
    }
  }

  // MARK: Start

  /// Nil where `mustStop` said so.
  private func startPoint(_ mustStop: () -> Bool) -> Point? {
    var x = [Double](repeating: 0, count: size)
    for j in 0..<size { x[j] = isFixed[j] ? fixedValue[j] : min(max(0, lower[j]), upper[j]) }
    if !factorise(moves, mustStop) { return nil }
    let change = transposed(factor.solve(residual(of: x).map { -$0 }))
    for j in 0..<size { x[j] += moves[j] * change[j] }
    let y = factor.solve(residual(of: zip(cost, moves).map { $0 * $1 }))
    let transposedY = transposed(y)
    var margin = 0.0
    var dual = 0.0
    var count = 0.0
    for j in 0..<size where !isFixed[j] {
      margin += abs(x[j])
      dual += abs(cost[j] - transposedY[j])
      count += 1
    }
    margin = max(20 * margin / max(count, 1), 1e-2)
    dual = max(0.5 * dual / max(count, 1), 1e-3)
    var lowerDual = [Double](repeating: 0, count: size)
    var upperDual = lowerDual
    for j in 0..<size where !isFixed[j] {
      let inset = min(margin, 0.5 * (upper[j] - lower[j]))
      x[j] = min(max(x[j], lower[j] + inset), upper[j] - inset)
      let z = cost[j] - transposedY[j]
      if lower[j] > -.infinity { lowerDual[j] = dual + max(0, z) }
      if upper[j] < .infinity { upperDual[j] = dual + max(0, -z) }
    }
    return Point(x: x, y: y, lowerDual: lowerDual, upperDual: upperDual)
  }

  /// False where `mustStop` said so.
  func factorise(_ d: [Double], _ mustStop: () -> Bool) -> Bool {
    factor.factorise(d, shift: d[columnCount...].map { $0 + 1e-11 }, mustStop: mustStop)
  }

  // MARK: The method

  /// The largest primal and dual residuals of an optimum, relative to the sizes of bounds and costs.
  private static let mostResidual = 1e-6

  /// Iterates until the gap is below `tolerance` and the residuals are small, or no progress is made.
  ///
  /// - Parameters:
  ///   - patience: iterations without progress after which it gives up.
  ///   - mustStop: asked often; true ends the run.
  ///   - isEnough: asked once an iteration; true ends the run with that point.
  ///   - watch: called before each iteration with the number of iterations, the objective and the largest
  ///     relative error.
  /// - Returns: nil if it did not converge to near an optimum, or was stopped.
  func solve(
    tolerance: Double, patience: Int = 15, mustStop: () -> Bool = { false },
    isEnough: (Point) -> Bool = { _ in false },
    watch: (Int, Double, Double) -> Void = { _, _, _ in }
  ) -> Point? {
    guard pairs > 0, var point = startPoint(mustStop) else { return nil }
    let step = InteriorStep(self)
    var best: Point?
    var least = Double.infinity
    var poor = 0
    var bounds = 1.0
    for j in 0..<size {
      let low = isFixed[j] ? fixedValue[j] : lower[j]
      if low.isFinite { bounds = max(bounds, min(abs(low), 1e3)) }
    }
    let costs = cost.reduce(1) { max($0, abs($1)) }
    while point.iterations < 150 {
      let objective = step.measure(&point, bounds: bounds, costs: costs)
      let error = point.error
      if !error.isFinite { break }
      watch(point.iterations, objective, error)
      if isEnough(point) { return point }
      let residual = max(point.primalResidual, point.dualResidual)
      if point.gap <= tolerance && residual <= InteriorPoint.mostResidual {
        best = point
        break
      }
      // Rows whose columns all are at bounds keep their residuals: these count for less than the gap.
      let merit = max(point.gap, 1e-3 * residual)
      poor = merit < 0.9 * least ? 0 : poor + 1
      if merit < least { (best, least) = (point, merit) }
      if poor >= patience { break }
      if mustStop() || !step.advance(&point, mustStop) { return nil }
      point.iterations += 1
    }
    guard let best, best.error < 1e-3 else { return nil }
    return best
  }
}
