import BigInt
import Foundation

/// A whole number times a power of two: what every double is, and what sums and products of doubles are,
/// without any rounding.
struct Dyadic: Sendable, Hashable {
  private(set) var mantissa: BigInt
  private(set) var exponent: Int

  static let zero = Dyadic(mantissa: 0, exponent: 0)

  init(mantissa: BigInt, exponent: Int) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  /// The value of a finite double, exactly.
  init(_ value: Double) {
    if value == 0 || !value.isFinite {
      self = .zero
      return
    }
    let digits = Int64(value.significand * 0x1p52)
    let shift = digits.trailingZeroBitCount
    let whole = digits >> Int64(shift)
    mantissa = BigInt(value < 0 ? -whole : whole)
    exponent = Int(value.exponent) - 52 + shift
  }

  var isZero: Bool { mantissa.isZero }
  var isNegative: Bool { mantissa.sign == .minus && !mantissa.isZero }
  var isPositive: Bool { mantissa.sign == .plus && !mantissa.isZero }
  var magnitude: Dyadic { Dyadic(mantissa: BigInt(mantissa.magnitude), exponent: exponent) }

  static func + (left: Dyadic, right: Dyadic) -> Dyadic {
    if left.isZero { return right }
    if right.isZero { return left }
    if left.exponent == right.exponent {
      return Dyadic(mantissa: left.mantissa + right.mantissa, exponent: left.exponent)
    }
    let exponent = min(left.exponent, right.exponent)
    return Dyadic(
      mantissa: left.whole(at: exponent) + right.whole(at: exponent), exponent: exponent)
  }

  static func - (left: Dyadic, right: Dyadic) -> Dyadic { left + (-right) }
  static prefix func - (value: Dyadic) -> Dyadic {
    Dyadic(mantissa: -value.mantissa, exponent: value.exponent)
  }
  static func * (left: Dyadic, right: Dyadic) -> Dyadic {
    if left.isZero || right.isZero { return .zero }
    return Dyadic(
      mantissa: left.mantissa * right.mantissa, exponent: left.exponent + right.exponent)
  }
  static func += (left: inout Dyadic, right: Dyadic) { left = left + right }

  static func == (left: Dyadic, right: Dyadic) -> Bool { (left - right).isZero }
  static func < (left: Dyadic, right: Dyadic) -> Bool { (left - right).isNegative }
  static func <= (left: Dyadic, right: Dyadic) -> Bool { !(left - right).isPositive }
  static func > (left: Dyadic, right: Dyadic) -> Bool { right < left }

  func hash(into hasher: inout Hasher) {
    let shift = mantissa.trailingZeroBitCount
    hasher.combine(mantissa >> shift)
    hasher.combine(isZero ? 0 : exponent + shift)
  }

  /// The value over 2^exponent; the exponent may not be above the value's own.
  func whole(at exponent: Int) -> BigInt { mantissa << (self.exponent - exponent) }

  /// The largest double that is not above the value.
  var roundedDown: Double { rounded(.down) }
  /// The smallest double that is not below the value.
  var roundedUp: Double { rounded(.up) }

  private func rounded(_ rule: FloatingPointRoundingRule) -> Double {
    if isZero { return 0 }
    let magnitude = mantissa.magnitude
    let shift = max(0, magnitude.bitWidth - 53)
    let top = magnitude >> shift
    var isExact = top << shift == magnitude
    let place = exponent + shift
    var value = place > 2000 ? .infinity : (place < -3000 ? 0 : scalbn(Double(UInt64(top)), place))
    // Near the smallest numbers the scaling has rounded, near the largest it has overflown.
    if value < 0x1p-1000 || value == .infinity { isExact = false }
    if value == .infinity { value = .greatestFiniteMagnitude }
    let isNegative = mantissa.sign == .minus
    if isNegative { value = -value }
    if isExact { return value }
    // The digits were cut off towards zero.
    if rule == .down { return isNegative || value < 0x1p-1000 ? value.nextDown : value }
    return isNegative && value <= -0x1p-1000 ? value : value.nextUp
  }
}

/// A fraction that is exact: the value of a basic solution.
public struct ExactNumber: Sendable, Hashable, CustomStringConvertible {
  let numerator: BigInt
  /// Positive, without a factor that the numerator shares.
  let denominator: BigInt

  init(_ value: Dyadic, over denominator: BigInt) {
    var top = value.mantissa
    var bottom = denominator
    if value.exponent >= 0 { top <<= value.exponent } else { bottom <<= -value.exponent }
    let divisor = top.greatestCommonDivisor(with: bottom)
    if !divisor.isZero, divisor != 1 {
      top /= divisor
      bottom /= divisor
    }
    numerator = top
    self.denominator = bottom
  }

  /// `2/5`; as digits where the fraction is long.
  public var description: String {
    let text = denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
    return text.utf8.count <= 40 ? text : decimal(digits: 30)
  }

  /// Decimal digits, cut off after `digits` places.
  public func decimal(digits: Int) -> String {
    let scaled = numerator.magnitude * BigUInt(10).power(digits) / denominator.magnitude
    var text = "\(scaled)"
    if text.utf8.count <= digits {
      text = String(repeating: "0", count: digits + 1 - text.utf8.count) + text
    }
    let point = text.index(text.endIndex, offsetBy: -digits)
    return (numerator.sign == .minus ? "-" : "") + text[..<point] + "." + text[point...] + "…"
  }

  /// The nearest double or a neighbour of it.
  public var value: Double {
    // 64 more bits than a double has.
    let shift = max(0, denominator.magnitude.bitWidth - numerator.magnitude.bitWidth + 120)
    let quotient = (numerator << shift) / denominator
    return Dyadic(mantissa: quotient, exponent: -shift).roundedDown
  }
}
