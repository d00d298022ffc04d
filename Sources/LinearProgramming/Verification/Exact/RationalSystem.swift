import BigInt

/// A square sparse system over the whole numbers, solved exactly: digit by digit in base p from a
/// factorisation modulo p (Dixon, 1982), then as fractions with one common denominator.
///
/// Every solution has been verified by substitution into the system.
struct RationalSystem {
  /// How much work an answer may cost.
  struct Limits {
    /// Rows.
    var size = 4000
    /// Entries of the factors.
    var fill = 2_000_000
    /// Digits in base 2^61, times entries of the matrix.
    var work = 40_000_000
  }

  /// Numerators over a common denominator, which is above 0.
  struct Answer {
    var numerators: [BigInt]
    var denominator: BigInt
  }

  private let rows: [[(column: Int, value: BigInt)]]
  private let factor: ModularFactor
  private let limits: Limits
  private static let prime = BigInt(Modular.prime)

  /// - Returns: nil where the matrix is singular (modulo the prime) or beyond the limits.
  init?(rows: [[(column: Int, value: BigInt)]], limits: Limits = Limits()) {
    guard rows.count <= limits.size else { return nil }
    self.rows = rows
    self.limits = limits
    let modular = rows.map { row in
      row.compactMap { entry -> ModularFactor.Entry? in
        let value = Self.digit(entry.value)
        return value == 0 ? nil : (entry.column, value)
      }
    }
    guard let factor = ModularFactor(rows: modular, largestFill: limits.fill) else { return nil }
    self.factor = factor
  }

  /// Solves Ax = b, or Aᵀx = b where `isTransposed`.
  /// - Returns: nil where the fractions are too long for the limits.
  func solve(_ right: [BigInt], isTransposed: Bool = false) -> Answer? {
    let entries = rows.reduce(1) { $0 + $1.count }
    let mostDigits = max(8, limits.work / entries)
    var residual = right
    var digits: [[UInt64]] = []
    var next = 4
    while digits.count < mostDigits {
      if residual.allSatisfy(\.isZero) { break }
      let reduced = residual.map(Self.digit)
      let digit = isTransposed ? factor.solveTransposed(reduced) : factor.solve(reduced)
      subtract(digit, from: &residual, isTransposed)
      for i in residual.indices where !residual[i].isZero { residual[i] /= Self.prime }
      digits.append(digit)
      if digits.count == next {
        if let answer = fractions(digits), isRight(answer, right, isTransposed) { return answer }
        next += max(4, next / 2)
      }
    }
    guard let answer = fractions(digits), isRight(answer, right, isTransposed) else { return nil }
    return answer
  }

  private static func digit(_ value: BigInt) -> UInt64 {
    if value.isZero { return 0 }
    let rest = UInt64(value.magnitude % BigUInt(Modular.prime))
    return value.sign == .minus && rest != 0 ? Modular.prime - rest : rest
  }

  private func subtract(_ digit: [UInt64], from residual: inout [BigInt], _ isTransposed: Bool) {
    for (i, row) in rows.enumerated() {
      for entry in row {
        let (from, to) = isTransposed ? (i, entry.column) : (entry.column, i)
        if digit[from] != 0 { residual[to] -= entry.value * BigInt(digit[from]) }
      }
    }
  }

  // MARK: From digits to fractions

  private func fractions(_ digits: [[UInt64]]) -> Answer? {
    let modulus = Self.prime.power(digits.count)
    let bound = BigInt((modulus.magnitude >> 1).squareRoot())
    var denominator = BigInt(1)
    var residue = PadicResidue(1, digitCount: digits.count)
    var numerators: [BigInt] = []
    numerators.reserveCapacity(rows.count)
    for j in rows.indices {
      let value = residue * PadicResidue(digits: digits.map { $0[j] })
      let (isNegative, magnitude) = value.centred
      // Most entries are whole once the denominator so far is taken in. Longer ones are beyond the bound.
      if 2 * magnitude.length <= digits.count + 1 {
        let numerator = BigInt(sign: isNegative ? .minus : .plus, magnitude: magnitude.value)
        if numerator.magnitude <= bound.magnitude {
          numerators.append(numerator)
          continue
        }
      }
      guard let fraction = Self.fraction(BigInt(value.value), modulus, bound) else { return nil }
      for k in numerators.indices { numerators[k] *= fraction.denominator }
      denominator *= fraction.denominator
      if denominator.magnitude > bound.magnitude { return nil }
      residue = PadicResidue(denominator.magnitude, digitCount: digits.count)
      numerators.append(fraction.numerator)
    }
    return Answer(numerators: numerators, denominator: denominator)
  }

  /// n/d with n ≡ value·d and both small, of a value that is not negative, by the half-extended algorithm of Euclid.
  private static func fraction(
    _ value: BigInt, _ modulus: BigInt, _ bound: BigInt
  ) -> (numerator: BigInt, denominator: BigInt)? {
    var (old, current) = (modulus, value)
    var (oldFactor, factor) = (BigInt(0), BigInt(1))
    while current > bound {
      let (quotient, rest) = old.quotientAndRemainder(dividingBy: current)
      (old, current) = (current, rest)
      (oldFactor, factor) = (factor, oldFactor - quotient * factor)
    }
    guard !factor.isZero, factor.magnitude <= bound.magnitude else { return nil }
    return factor.sign == .minus ? (-current, -factor) : (current, factor)
  }

  private func isRight(_ answer: Answer, _ right: [BigInt], _ isTransposed: Bool) -> Bool {
    var sums = right.map { -($0 * answer.denominator) }
    for (i, row) in rows.enumerated() {
      for entry in row {
        let (from, to) = isTransposed ? (i, entry.column) : (entry.column, i)
        sums[to] += entry.value * answer.numerators[from]
      }
    }
    return sums.allSatisfy(\.isZero)
  }
}
