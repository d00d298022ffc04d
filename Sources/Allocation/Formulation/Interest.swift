import Foundation

/// Interest and decay at yearly rates, each exact to a few units in the last place whatever the rate.
///
/// A power of `1 + rate` carries the rounding of that sum as a share of 1, which is as good as it can be. A difference
/// of such powers, as in the annuity, carries it as a share of the rate: it goes by logarithms that never form the sum.
enum Interest {
  /// What is paid each year for a loan of 1, `payments` times: `rate / (1 − (1 + rate)^−payments)`, and its limit
  /// `1 / payments` at a rate of 0 (formulation section 4, loans).
  static func annuity(rate: Double, payments: Double) -> Double {
    let growth = payments * log1p(rate)
    // By the first terms of its series, where the next is below rounding.
    if growth < 1e-8 { return (1 + rate * (payments + 1) / 2) / payments }
    return rate / -expm1(-growth)
  }

  /// `(1 + rate)^−years`.
  static func discount(rate: Double, years: Double) -> Double { pow(1 + rate, -years) }

  /// `(1 − loss)^years`.
  static func kept(loss: Double, years: Double) -> Double { pow(1 - loss, years) }
}
