import SupplyChain
import TestSupport
import Testing

@testable import Allocation
@testable import LinearProgramming

/// Money formulas against exact arithmetic of fractions.
@Suite struct InterestTests {
  /// Rates from nothing over the smallest doubles to a thousand per cent, at random on a scale of logarithms.
  private static func rates(_ count: Int, seed: UInt64) -> [Double] {
    var random = Random(seed)
    return [0, Double.leastNonzeroMagnitude, 1e-300, 1e-16, 1e-15, 5e-9, 0.04, 1, 9.99]
      + (0..<count).map { _ in
        let power = random.whole(-1020...3)
        let exponent = random.below(3) == 0 ? power : -random.whole(0...60)
        return Double(sign: .plus, exponent: exponent, significand: 1 + random.uniform())
      }
  }

  private static func power(_ base: Dyadic, _ exponent: Int) -> Dyadic {
    (0..<exponent).reduce(Dyadic(1)) { product, _ in product * base }
  }

  /// Whether two exact values agree to a share of the second.
  private static func agree(_ a: Dyadic, _ b: Dyadic, _ share: Double) -> Bool {
    (a - b).magnitude <= b.magnitude * Dyadic(share)
  }

  @Test func `an annuity pays a loan back exactly, whatever its rate`() {
    var count = 0
    for rate in Self.rates(600, seed: 1) {
      for payments in [1, 2, 4, 30] {
        // Payment · ((1 + r)^n − 1) = r (1 + r)^n.
        let payment = Interest.annuity(rate: rate, payments: Double(payments))
        if rate == 0 {
          #expect(payment == 1 / Double(payments))
          continue
        }
        let growth = Self.power(Dyadic(1) + Dyadic(rate), payments)
        let paid = Dyadic(payment) * (growth - Dyadic(1))
        #expect(Self.agree(paid, Dyadic(rate) * growth, 2e-15), "\(rate) \(payments)")
        count += 1
      }
    }
    #expect(count > 2000)
  }

  @Test func `discount factors and what is kept are exact, whatever the rate and the step`() {
    for rate in Self.rates(300, seed: 2) {
      for (parts, whole) in [(1, 1), (1, 12), (7, 4), (20, 1)] {
        let years = Double(parts) / Double(whole)
        // d^whole · (1 + r)^parts = 1, where a factor of several powers carries as many errors.
        let factor = Self.power(Dyadic(Interest.discount(rate: rate, years: years)), whole)
        let growth = Self.power(Dyadic(1) + Dyadic(rate), parts)
        let share = 4e-16 * Double(whole + 5 * parts)
        #expect(Self.agree(factor * growth, Dyadic(1), share), "\(rate) \(years)")
        guard rate < 1 else { continue }
        let kept = Self.power(Dyadic(Interest.kept(loss: rate, years: years)), whole)
        let left = Self.power(Dyadic(1) - Dyadic(rate), parts)
        #expect(Self.agree(kept, left, share * 50), "\(rate) \(years)")
      }
    }
    #expect(Interest.kept(loss: 1, years: 0.25) == 0)
  }

  /// 3 MUSD over 4 years at next to nothing: 0.75 a year, to what the first objective leaves to the second.
  @Test(arguments: ["0%", "1e-14%", "1e-13%", "1e-29%", "1e-10%"])
  func `a loan at a tiny rate is repaid in equal parts`(rate: String) throws {
    let loan = "loan: { rate: \(rate), tenor: 4 years }"
    let plan = try solved(
      MagnetModel(
        horizon: 2026...2032,
        funds: [
          "lend: { instruments: [loan], appropriations: { 2026: 3 MUSD }, \(loan) }"
        ]
      ).text
    ).plan
    let repaid = plan?.accounts.map(\.repaid) ?? []
    #expect(repaid.filter { $0 > 0 }.count == 4, "\(rate): \(repaid)")
    let isRight = repaid.allSatisfy { $0 == 0 || isClose($0, 0.75, relative: 1e-4) }
    #expect(isRight, "\(rate): \(repaid)")
  }
}
