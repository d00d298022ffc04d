import Foundation

/// Real powers, kept in one place so that the layers above need no mathematics library.
enum Power {
  static func of(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
