import BigInt

/// A whole number modulo p^k, by its k digits in base p, the least significant first; p is the prime 2^61 − 1.
///
/// Products are carried from digit to digit by 2^61 = p + 1, so that none needs a division of long numbers.
struct PadicResidue {
  private(set) var digits: [UInt64]

  init(digits: [UInt64]) { self.digits = digits }

  /// A number that is not negative.
  init(_ value: BigUInt, digitCount: Int) {
    digits = []
    digits.reserveCapacity(digitCount)
    var rest = value
    while digits.count < digitCount, !rest.isZero {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: BigUInt(Modular.prime))
      digits.append(UInt64(digit))
      rest = quotient
    }
    digits += [UInt64](repeating: 0, count: digitCount - digits.count)
  }

  /// Number of digits up to the highest that is not 0.
  var length: Int { (digits.lastIndex { $0 != 0 } ?? -1) + 1 }

  /// The product of two residues modulo the same p^k.
  /// - Complexity: the product of their lengths.
  static func * (left: PadicResidue, right: PadicResidue) -> PadicResidue {
    let (count, length) = (left.digits.count, left.length)
    var result = [UInt64](repeating: 0, count: count)
    for (i, factor) in right.digits.enumerated() where factor != 0 {
      var carry: UInt64 = 0
      for k in i..<count {
        if k - i >= length && carry == 0 { break }
        // At most (p − 1)² + 2(p − 1) = p² − 1, so that the carry is a digit too.
        let product = factor.multipliedFullWidth(by: left.digits[k - i])
        let (part, overflows) = product.low.addingReportingOverflow(result[k])
        let (low, overflowsAgain) = part.addingReportingOverflow(carry)
        let high = product.high + (overflows ? 1 : 0) + (overflowsAgain ? 1 : 0)
        carry = high << 3 | low >> 61
        let digit = carry + low & Modular.prime
        if digit >= Modular.prime {
          result[k] = digit - Modular.prime
          carry += 1
        } else {
          result[k] = digit
        }
      }
    }
    return PadicResidue(digits: result)
  }

  /// Whether the number of least magnitude with this residue is negative, and its magnitude.
  var centred: (isNegative: Bool, magnitude: PadicResidue) {
    // Half of p^k has the digit (p − 1)/2 throughout.
    let half = Modular.prime / 2
    guard let deciding = digits.last(where: { $0 != half }), deciding > half else {
      return (false, self)
    }
    var negated = digits.map { Modular.prime - 1 - $0 }
    for k in negated.indices {
      if negated[k] < Modular.prime - 1 {
        negated[k] += 1
        break
      }
      negated[k] = 0
    }
    return (true, PadicResidue(digits: negated))
  }

  /// The residue in 0 ..< p^k.
  var value: BigUInt {
    var words: [UInt64] = []
    for digit in digits.prefix(length).reversed() {
      var carry = digit
      for i in words.indices {
        let product = words[i].multipliedFullWidth(by: Modular.prime)
        let (low, overflows) = product.low.addingReportingOverflow(carry)
        words[i] = low
        carry = product.high + (overflows ? 1 : 0)
      }
      if carry != 0 { words.append(carry) }
    }
    return BigUInt(words: words.map(UInt.init))
  }
}
