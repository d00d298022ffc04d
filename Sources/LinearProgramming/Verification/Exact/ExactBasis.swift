import BigInt

/// The verdict of exact rational arithmetic on a basis.
public enum ExactBasisVerdict: Sendable, Equatable {
  /// The basic solution is primal feasible and optimal: both exactly.
  case optimal(ExactNumber)
  /// The basic solution is exact, but violates a bound or the sign of a reduced cost by a little; the amounts are the
  /// largest violations, rounded up.
  case nearlyOptimal(ExactNumber, primal: Double, dual: Double)
  /// Not a basis of this program.
  case notABasis
  /// The system is too large, or its fractions are too long.
  case tooLarge
}

extension LinearProgram {
  /// Solves the systems of a basis over the rationals and checks the basic solution and its multipliers.
  ///
  /// Integrality is ignored.
  /// - Complexity: grows with the part of the basis that is not triangular and with the length of the
  ///   fractions; given up above some seconds.
  public func exactVerdict(of basis: Basis) -> ExactBasisVerdict {
    guard let system = BasisSystem(self, basis) else { return .notABasis }
    return system.verdict
  }
}

/// The equations of a basis: the nonbasic rows, at their bounds, in the basic columns.
private struct BasisSystem {
  private let program: LinearProgram
  private let basis: Basis
  /// Ids of the nonbasic rows and the basic columns, in the order of the square matrix.
  private let rows: [Int]
  private let columns: [Int]
  private var placeOfColumn: [Int]
  /// Exponents that make the rows of the matrix whole.
  private var exponents: [Int] = []

  init?(_ program: LinearProgram, _ basis: Basis) {
    guard basis.columns.count == program.columnCount, basis.rows.count == program.rowCount,
      basis.basicCount == program.rowCount
    else { return nil }
    self.program = program
    self.basis = basis
    rows = basis.rows.indices.filter { basis.rows[$0] != .basic }
    columns = basis.columns.indices.filter { basis.columns[$0] == .basic }
    placeOfColumn = [Int](repeating: -1, count: program.columnCount)
    for (place, j) in columns.enumerated() { placeOfColumn[j] = place }
    guard
      rows.allSatisfy({
        Self.rest(basis.rows[$0], program.rowLower[$0], program.rowUpper[$0]) != nil
      }),
      basis.columns.indices.allSatisfy({
        basis.columns[$0] == .basic
          || Self.rest(basis.columns[$0], program.columnLower[$0], program.columnUpper[$0]) != nil
      })
    else { return nil }
    exponents = rows.map { i in
      var least = 0
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        least = min(least, Dyadic(program.coefficient[k]).exponent)
      }
      return least
    }
  }

  /// Where a column or row rests; nil where its state names a bound that is infinite.
  private static func rest(_ status: Basis.Status, _ lower: Double, _ upper: Double) -> Double? {
    switch status {
    case .basic: nil
    case .atLower: lower.isFinite ? lower : nil
    case .atUpper: upper.isFinite ? upper : nil
    case .fixed: lower == upper ? lower : nil
    case .free: lower.isFinite || upper.isFinite ? nil : 0
    }
  }

  var verdict: ExactBasisVerdict {
    guard rows.count <= RationalSystem.Limits().size else { return .tooLarge }
    guard let system = RationalSystem(rows: matrix) else { return .tooLarge }
    guard let (x, xScale) = primal(system), let (y, yScale) = dual(system) else { return .tooLarge }
    let primal = primalViolation(x, xScale)
    let dual = dualViolation(y, yScale)
    var objective = Dyadic(program.objectiveOffset) * Dyadic(mantissa: xScale, exponent: 0)
    for j in x.indices { objective += Dyadic(program.cost[j]) * x[j] }
    let value = ExactNumber(objective, over: xScale)
    if primal == 0 && dual == 0 { return .optimal(value) }
    return .nearlyOptimal(value, primal: primal, dual: dual)
  }

  private var matrix: [[(column: Int, value: BigInt)]] {
    rows.enumerated().map { place, i in
      (program.rowStart[i]..<program.rowStart[i + 1]).compactMap { k in
        let column = placeOfColumn[Int(program.columnIndex[k])]
        if column < 0 { return nil }
        return (column, Dyadic(program.coefficient[k]).whole(at: exponents[place]))
      }
    }
  }

  /// The values of all columns, times a common denominator.
  private func primal(_ system: RationalSystem) -> (values: [Dyadic], denominator: BigInt)? {
    var right = rows.map { i in
      Dyadic(Self.rest(basis.rows[i], program.rowLower[i], program.rowUpper[i]) ?? 0)
    }
    var resting = [Dyadic](repeating: .zero, count: program.columnCount)
    for j in resting.indices where placeOfColumn[j] < 0 {
      resting[j] = Dyadic(
        Self.rest(basis.columns[j], program.columnLower[j], program.columnUpper[j]) ?? 0)
    }
    for (place, i) in rows.enumerated() {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let j = Int(program.columnIndex[k])
        if placeOfColumn[j] < 0, !resting[j].isZero {
          right[place] += -(Dyadic(program.coefficient[k]) * resting[j])
        }
      }
    }
    // All rows times one power of two, so that right-hand sides are whole too.
    var shift = 0
    for (place, value) in right.enumerated() where !value.isZero {
      shift = max(shift, exponents[place] - value.exponent)
    }
    let whole = right.enumerated().map { $1.isZero ? 0 : $1.whole(at: exponents[$0] - shift) }
    guard let answer = system.solve(whole) else { return nil }
    let scale = Dyadic(mantissa: answer.denominator, exponent: 0)
    let values = resting.indices.map { j in
      let place = placeOfColumn[j]
      return place < 0
        ? resting[j] * scale : Dyadic(mantissa: answer.numerators[place], exponent: -shift)
    }
    return (values, answer.denominator)
  }

  /// The multipliers of all rows, times a common denominator.
  private func dual(_ system: RationalSystem) -> (values: [Dyadic], denominator: BigInt)? {
    let right = columns.map { Dyadic(program.cost[$0]) }
    let least = right.reduce(0) { min($0, $1.isZero ? 0 : $1.exponent) }
    let whole = right.map { $0.isZero ? 0 : $0.whole(at: least) }
    guard let answer = system.solve(whole, isTransposed: true) else { return nil }
    var values = [Dyadic](repeating: .zero, count: program.rowCount)
    for (place, i) in rows.enumerated() {
      // The rows of the system are those of the program times 2^(−exponent).
      values[i] = Dyadic(mantissa: answer.numerators[place], exponent: least - exponents[place])
    }
    return (values, answer.denominator)
  }

  private func primalViolation(_ x: [Dyadic], _ denominator: BigInt) -> Double {
    let scale = Dyadic(mantissa: denominator, exponent: 0)
    var worst = 0.0
    func check(_ value: Dyadic, _ lower: Double, _ upper: Double) {
      for (bound, sign) in [(lower, 1), (upper, -1)] where bound.isFinite {
        let gap = Dyadic(bound) * scale - value
        let miss = sign > 0 ? gap : -gap
        if miss.isPositive { worst = max(worst, ExactNumber(miss, over: denominator).value.nextUp) }
      }
    }
    for j in columns { check(x[j], program.columnLower[j], program.columnUpper[j]) }
    for i in 0..<program.rowCount {
      var activity = Dyadic.zero
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        activity += Dyadic(program.coefficient[k]) * x[Int(program.columnIndex[k])]
      }
      check(activity, program.rowLower[i], program.rowUpper[i])
    }
    return worst
  }

  private func dualViolation(_ y: [Dyadic], _ denominator: BigInt) -> Double {
    let scale = Dyadic(mantissa: denominator, exponent: 0)
    var reduced = program.cost.map { Dyadic($0) * scale }
    var worst = 0.0
    func check(_ price: Dyadic, _ lower: Double, _ upper: Double, _ status: Basis.Status) {
      if price.isZero || lower == upper { return }
      let isWrong: Bool
      switch status {
      case .basic: isWrong = true
      case .atLower: isWrong = price.isNegative
      case .atUpper: isWrong = price.isPositive
      case .free, .fixed: isWrong = true
      }
      if isWrong {
        worst = max(worst, ExactNumber(price.magnitude, over: denominator).value.nextUp)
      }
    }
    for i in 0..<program.rowCount where !y[i].isZero {
      check(y[i], program.rowLower[i], program.rowUpper[i], basis.rows[i])
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let j = Int(program.columnIndex[k])
        reduced[j] += -(y[i] * Dyadic(program.coefficient[k]))
      }
    }
    for j in reduced.indices {
      check(reduced[j], program.columnLower[j], program.columnUpper[j], basis.columns[j])
    }
    return worst
  }
}
