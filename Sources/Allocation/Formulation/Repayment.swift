import SupplyChain

/// The yearly payments on a loan of 1 that fall inside the horizon (formulation section 4, loans).
struct Repayment {
  /// Ascending steps.
  let steps: [Int]
  /// Payment in each of them.
  let payment: Double

  init(_ loan: LoanTerms, awardedIn step: Int, horizon: Horizon) {
    let count = max(1, Int((loan.tenor - 1e-9).rounded(.up)))
    payment =
      loan.rate == 0
      ? 1 / Double(count) : loan.rate / (1 - Power.of(1 + loan.rate, -Double(count)))
    var paid: [Int] = []
    for n in 1...count {
      let t = step + LeadTime.steps(loan.grace + Double(n), perYear: horizon.stepsPerYear)
      if t >= horizon.stepCount { break }
      paid.append(t)
    }
    steps = paid
  }
}
