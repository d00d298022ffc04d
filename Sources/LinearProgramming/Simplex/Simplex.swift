import LinearAlgebra
import Support

/// A revised simplex for `min c·x` with `A·x − s = 0` and `l ≤ (x, s) ≤ u`, on scaled numbers.
///
/// Variables `0 ..< n` are the columns, `n ..< n + m` the row activities. Each basic variable has a position
/// `0 ..< m`. Basis, factors and pricing weights are kept from one solve to the next; costs and bounds may be changed
/// in between.
final class Simplex {
  let matrix: RowwiseMatrix
  /// Columns, rows, and both together.
  let n: Int
  let m: Int
  let total: Int

  /// The working bounds and costs, which may be perturbed.
  let lower: UnsafeMutablePointer<Double>
  let upper: UnsafeMutablePointer<Double>
  let cost: UnsafeMutablePointer<Double>
  let trueLower: UnsafeMutablePointer<Double>
  let trueUpper: UnsafeMutablePointer<Double>
  let trueCost: UnsafeMutablePointer<Double>
  var isCostPerturbed = false
  var isBoundPerturbed = false

  /// Value and reduced cost of every variable.
  let x: UnsafeMutablePointer<Double>
  let d: UnsafeMutablePointer<Double>
  /// Position of a basic variable; −1: nonbasic.
  let basicPosition: UnsafeMutablePointer<Int32>
  /// Status of a nonbasic variable; basic and fixed ones have `NonbasicStatus.none`.
  let nonbasicStatus: UnsafeMutablePointer<Int8>
  /// Basic variable of each position.
  let basicIndex: UnsafeMutablePointer<Int32>
  let factor: BasisFactor
  /// Dual steepest edge weights, by position.
  let dualWeight: UnsafeMutablePointer<Double>
  /// Projected primal steepest edge weights, by variable.
  let primalWeight: UnsafeMutablePointer<Double>

  /// The reference framework of the primal weights: the variables whose space they are norms in.
  let isReference: UnsafeMutablePointer<Bool>

  /// Squares of the primal infeasibilities, by position, and the positions that may have one.
  let violation: UnsafeMutablePointer<Double>
  let rowList: CandidateList
  /// Variables that may have a dual infeasibility.
  let columnList: CandidateList

  let pivotColumn: SparseVector
  let pivotRow: SparseVector
  let inverseRow: SparseVector
  let work: SparseVector
  let ratio: DualRatioTest

  @exclusivity(unchecked) var primalTolerance = 1e-9
  @exclusivity(unchecked) var dualTolerance = 1e-9
  var iterations = 0
  var iterationLimit = Int.max
  var refactorisations = 0
  /// Asked every 16 iterations; true ends the solve.
  var mustStop: () -> Bool = { false }
  /// Row multipliers that prove infeasibility (a Farkas ray), where the last solve ended with that.
  var farkas: [Double]?
  var hasFactors = false
  /// Inaccurate pivots in this solve.
  var numericalTroubles = 0
  /// The pivot tolerance of the primal ratio test; larger after an infeasible refactorisation.
  var pivotTolerance = 1e-9
  /// Smaller pivots are rounding errors, as a rule; down a chain of small coefficients they may be none.
  @exclusivity(unchecked) var absolutePivotTolerance = 1e-9
  /// The relative pivot threshold of the factorisation; stricter after inaccurate pivots.
  var pivotThreshold = 0.1
  /// Whether the dual simplex may correct a dual infeasibility by a bound flip. From a basis near the optimum, where
  /// dual infeasibilities are small, flips lead far away.
  var allowsBoundFlips = true

  enum NonbasicStatus {
    static let atLower: Int8 = 1
    static let atUpper: Int8 = -1
    static let free: Int8 = 0
    static let none: Int8 = 2
  }

  enum End {
    case optimal
    case infeasible
    case unbounded
    case stopped
    case iterationLimit
    /// The basis is singular, or pivots stay inaccurate.
    case numericalTrouble
  }

  /// - Parameters:
  ///   - lower, upper: of the columns, then of the rows.
  init(_ columns: ColumnMatrix, lower: [Double], upper: [Double], cost: [Double]) {
    matrix = RowwiseMatrix(columns)
    n = matrix.columnCount
    m = matrix.rowCount
    total = n + m
    func doubles(_ count: Int, _ value: Double = 0) -> UnsafeMutablePointer<Double> {
      let result = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
      result.initialize(repeating: value, count: max(count, 1))
      return result
    }
    self.lower = doubles(total)
    self.upper = doubles(total)
    self.cost = doubles(total)
    trueLower = doubles(total)
    trueUpper = doubles(total)
    trueCost = doubles(total)
    x = doubles(total)
    d = doubles(total)
    dualWeight = doubles(m, 1)
    primalWeight = doubles(total, 1)
    violation = doubles(m)
    basicPosition = .allocate(capacity: max(total, 1))
    basicPosition.initialize(repeating: -1, count: max(total, 1))
    nonbasicStatus = .allocate(capacity: max(total, 1))
    nonbasicStatus.initialize(repeating: NonbasicStatus.atLower, count: max(total, 1))
    basicIndex = .allocate(capacity: max(m, 1))
    basicIndex.initialize(repeating: 0, count: max(m, 1))
    isReference = .allocate(capacity: max(total, 1))
    isReference.initialize(repeating: true, count: max(total, 1))
    factor = BasisFactor(m)
    rowList = CandidateList(m)
    columnList = CandidateList(total)
    pivotColumn = SparseVector(m)
    pivotRow = SparseVector(total)
    inverseRow = SparseVector(m)
    work = SparseVector(m)
    ratio = DualRatioTest(total)
    for j in 0..<total {
      trueLower[j] = lower[j]
      trueUpper[j] = upper[j]
      trueCost[j] = j < n ? cost[j] : 0
    }
    restoreCosts()
    restoreBounds()
  }

  deinit {
    for buffer in [
      lower, upper, cost, trueLower, trueUpper, trueCost, x, d, dualWeight, primalWeight, violation,
    ] {
      buffer.deallocate()
    }
    basicPosition.deallocate()
    nonbasicStatus.deallocate()
    basicIndex.deallocate()
    isReference.deallocate()
  }

  /// Sets other bounds and costs for the same matrix.
  func setProgram(lower: [Double], upper: [Double], _ cost: [Double]) {
    for j in 0..<total {
      trueLower[j] = lower[j]
      trueUpper[j] = upper[j]
      if j < n { trueCost[j] = cost[j] }
    }
    restoreBounds()
    restoreCosts()
    restBounds()
  }

  /// Sets nonbasic variables to the current values of their bounds.
  func restBounds() {
    for j in 0..<total where basicPosition[j] < 0 {
      rest(j, atUpper: nonbasicStatus[j] == NonbasicStatus.atUpper)
    }
  }

  /// Objective at the current point, with the working costs.
  var objective: Double { (0..<n).reduce(0) { $0 + cost[$1] * x[$1] } }

  func restoreCosts() {
    cost.update(from: trueCost, count: total)
    isCostPerturbed = false
  }

  func restoreBounds() {
    lower.update(from: trueLower, count: total)
    upper.update(from: trueUpper, count: total)
    isBoundPerturbed = false
  }

  // MARK: Basis

  /// Sets the basis. The dual weights of variables that stay basic are kept.
  func setBasis(_ basis: Basis) {
    var former: [Double]?
    if hasFactors {
      var weights = [Double](repeating: 1, count: total)
      for p in 0..<m { weights[Int(basicIndex[p])] = dualWeight[p] }
      former = weights
    }
    var next = 0
    for j in 0..<total {
      let status = j < n ? basis.columns[j] : basis.rows[j - n]
      if status == .basic && next < m {
        basicIndex[next] = Int32(truncatingIfNeeded: j)
        next += 1
        basicPosition[j] = 0
        nonbasicStatus[j] = NonbasicStatus.none
      } else {
        basicPosition[j] = -1
        rest(j, atUpper: status == .atUpper)
      }
    }
    hasFactors = false
    for p in 0..<m { dualWeight[p] = former?[Int(basicIndex[p])] ?? 1 }
    primalWeight.update(repeating: 1, count: total)
  }

  /// Sets a nonbasic variable to a bound.
  func rest(_ j: Int, atUpper: Bool) {
    let l = lower[j]
    let u = upper[j]
    if l == u {
      nonbasicStatus[j] = NonbasicStatus.none
      x[j] = l
    } else if atUpper && u < .infinity || l == -.infinity && u < .infinity {
      nonbasicStatus[j] = NonbasicStatus.atUpper
      x[j] = u
    } else if l > -.infinity {
      nonbasicStatus[j] = NonbasicStatus.atLower
      x[j] = l
    } else {
      nonbasicStatus[j] = NonbasicStatus.free
      x[j] = 0
    }
  }

  var basis: Basis {
    func status(_ j: Int) -> Basis.Status {
      if basicPosition[j] >= 0 { return .basic }
      if trueLower[j] == trueUpper[j] { return .fixed }
      switch nonbasicStatus[j] {
      case NonbasicStatus.atUpper: return .atUpper
      case NonbasicStatus.free: return .free
      default: return trueLower[j].isFinite ? .atLower : .atUpper
      }
    }
    return Basis(columns: (0..<n).map(status), rows: (n..<total).map(status))
  }

  // MARK: Factors and values

  enum Factors {
    case nonsingular
    /// Linearly dependent columns have left the basis.
    case repaired
    case singular
  }

  /// Factorises the basis; linearly dependent columns leave it.
  func factorise() -> Factors {
    var weights = [Double](repeating: 1, count: total)
    for p in 0..<m { weights[Int(basicIndex[p])] = dualWeight[p] }
    let dropped = factor.factorise(basicIndex, matrix, threshold: pivotThreshold)
    refactorisations += 1
    for j in dropped {
      basicPosition[Int(j)] = -1
      rest(Int(j), atUpper: x[Int(j)] - lower[Int(j)] > upper[Int(j)] - x[Int(j)])
    }
    for p in 0..<m {
      if basicIndex[p] < 0 { return .singular }
      let j = Int(basicIndex[p])
      basicPosition[j] = Int32(truncatingIfNeeded: p)
      nonbasicStatus[j] = NonbasicStatus.none
      dualWeight[p] = weights[j]
    }
    hasFactors = true
    return dropped.isEmpty ? .nonsingular : .repaired
  }

  /// Computes the values of the basic variables from those of the nonbasic ones.
  func computePrimal() {
    work.clear()
    work.isListed = false
    let value = work.value
    for j in 0..<n where basicPosition[j] < 0 && x[j] != 0 {
      let xj = x[j]
      for k in matrix.start[j]..<matrix.start[j + 1] {
        value[Int(matrix.index[k])] -= matrix.value[k] * xj
      }
    }
    for i in 0..<m where basicPosition[n + i] < 0 { value[i] += x[n + i] }
    factor.solve(work)
    for p in 0..<m { x[Int(basicIndex[p])] = value[p] }
    work.clear()
  }

  /// Computes the reduced costs of all variables.
  func computeDual() {
    work.clear()
    work.isListed = false
    for p in 0..<m { work.value[p] = cost[Int(basicIndex[p])] }
    factor.solveTransposed(work)
    let y = UnsafePointer(work.value)
    for j in 0..<total { d[j] = basicPosition[j] >= 0 ? 0 : cost[j] - matrix.product(j, y) }
    work.clear()
  }

  /// Finds the primal infeasibilities.
  func findViolations() {
    rowList.removeAll()
    for p in 0..<m { noteViolation(p) }
  }

  @inline(__always)
  func noteViolation(_ p: Int) {
    let j = Int(basicIndex[p])
    let value = x[j]
    let gap = max(lower[j] - value, value - upper[j])
    if gap > primalTolerance {
      violation[p] = gap * gap
      rowList.insert(p)
    } else {
      violation[p] = 0
    }
  }

  /// The dual infeasibility of a variable: how far its reduced cost is on the wrong side of zero.
  @inline(__always)
  func dualViolation(_ j: Int) -> Double {
    switch nonbasicStatus[j] {
    case NonbasicStatus.atLower: return -d[j]
    case NonbasicStatus.atUpper: return d[j]
    case NonbasicStatus.free: return abs(d[j])
    default: return 0
    }
  }

  var isPrimalFeasible: Bool {
    (0..<m).allSatisfy { p in
      let j = Int(basicIndex[p])
      return x[j] >= lower[j] - primalTolerance && x[j] <= upper[j] + primalTolerance
    }
  }

  var isDualFeasible: Bool { (0..<total).allSatisfy { dualViolation($0) <= dualTolerance } }

  /// Computes row `p` of `B⁻¹·[A, −I]` from row `p` of the inverse.
  func computePivotRow() {
    pivotRow.clear()
    let value = pivotRow.value
    let index = pivotRow.index
    let start = matrix.rowStart
    let column = matrix.rowIndex
    let entry = matrix.rowValue
    var count = 0
    for k in 0..<inverseRow.count {
      let i = Int(inverseRow.index[k])
      let rho = inverseRow.value[i]
      for e in start[i]..<start[i &+ 1] {
        let j = Int(column[e])
        let old = value[j]
        if old == 0 {
          index[count] = column[e]
          count &+= 1
        }
        let new = old + rho * entry[e]
        value[j] = new == 0 ? 1e-100 : new
      }
      value[n &+ i] = -rho
      index[count] = Int32(truncatingIfNeeded: n &+ i)
      count &+= 1
    }
    pivotRow.count = count
  }

  /// Exchanges the basic variable at position `p` for `q`, in basis and factors.
  ///
  /// - Returns: whether the factors stayed accurate.
  func exchange(_ p: Int, entering q: Int, leavesAtUpper: Bool) -> Bool {
    let j = Int(basicIndex[p])
    let error = factor.update(p, alpha: pivotColumn.value[p])
    basicIndex[p] = Int32(truncatingIfNeeded: q)
    basicPosition[q] = Int32(truncatingIfNeeded: p)
    nonbasicStatus[q] = NonbasicStatus.none
    basicPosition[j] = -1
    rest(j, atUpper: leavesAtUpper)
    iterations += 1
    return error <= 1e-6
  }

  /// A random fraction from 0 to below 1 that is always the same for a variable.
  @inline(__always)
  func random(_ j: Int) -> Double {
    SplitMix64.fraction(
      SplitMix64.mix(
        UInt64(truncatingIfNeeded: j) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1))
  }
}

/// A set of indices with constant-time insertion, for partial pricing.
final class CandidateList {
  let member: UnsafeMutablePointer<Int32>
  private let isIn: UnsafeMutablePointer<UInt8>
  private let size: Int
  @exclusivity(unchecked) var count = 0

  init(_ size: Int) {
    self.size = max(size, 1)
    member = .allocate(capacity: self.size)
    member.initialize(repeating: 0, count: self.size)
    isIn = .allocate(capacity: self.size)
    isIn.initialize(repeating: 0, count: self.size)
  }

  deinit {
    member.deallocate()
    isIn.deallocate()
  }

  @inline(__always)
  func insert(_ i: Int) {
    if isIn[i] != 0 { return }
    isIn[i] = 1
    member[count] = Int32(truncatingIfNeeded: i)
    count &+= 1
  }

  func removeAll() {
    for k in 0..<count { isIn[Int(member[k])] = 0 }
    count = 0
  }

  /// Removes the member at an index of the list; the last one takes its place.
  @inline(__always)
  func remove(at k: Int) {
    isIn[Int(member[k])] = 0
    count &-= 1
    member[k] = member[count]
  }
}
