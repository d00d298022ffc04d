import SupplyChain

/// The yearly payments on a loan of 1 (formulation section 4, loans).
struct Repayment {
  /// Ascending steps inside the horizon.
  let steps: [Int]
  /// The step of the first payment after the horizon, and how many fall after it, a year apart; they are owed all the
  /// same.
  let late: (first: Int, count: Int)
  /// Payment in each of them.
  let payment: Double

  /// A project that fails in this outcome pays nothing back: its `facility` has `expansion.failsFrom`.
  init(_ loan: LoanTerms, to facility: Facility, awardedIn step: Int, horizon: Horizon) {
    let count = max(1, Int((loan.tenor - 1e-9).rounded(.up)))
    payment = Interest.annuity(rate: loan.rate, payments: Double(count))
    let perYear = horizon.stepsPerYear
    let first = step + LeadTime.steps(loan.grace + 1, perYear: perYear)
    let inside = max(0, horizon.stepCountWithBeyond - first + perYear - 1) / perYear
    if facility.expansion?.failsFrom != nil {
      steps = []
      late = (first, 0)
      return
    }
    steps = (0..<min(count, inside)).map { first + $0 * perYear }
    late = (first + steps.count * perYear, count - steps.count)
  }

  /// Present value of the payments after the horizon at a yearly rate, from the horizon's start.
  func lateValue(rate: Double, stepLength: Double) -> Double {
    guard late.count > 0 else { return 0 }
    let first = Interest.discount(rate: rate, years: Double(late.first) * stepLength)
    // Σ (1 + rate)^−n for n from 0 is (1 + rate) / annuity.
    return payment * first * (1 + rate)
      / Interest.annuity(rate: rate, payments: Double(late.count))
  }
}
