import SupplyChain

/// Formulation section 4: money. Awards that nobody could repay or pay for, which are 0 in every plan.
extension ProgramBuilder {
  /// By year: whether the business can earn anything from which debt is served. Empty where nothing asks for it.
  func yearsWithEarnings(_ p: Int) -> [Bool] {
    let facility = model.facilities[p]
    if keepsUnpayable || !facility.isCommercial { return [] }
    let funds = model.funds.indices.filter {
      model.funds[$0].instruments.contains(.priceSupport)
        && model.funds[$0].eligible.admits(facility, index: p)
    }
    return stride(from: 0, to: stepCount, by: perYear).map { first in
      (first..<(first + perYear)).contains { t in
        parts(p, t).contains { part in
          let support = funds.reduce(0) { sum, f in
            let pays = model.funds[f].paysWithoutAccount || fundMoney[slot(f, t)] > 0
            return sum + (pays ? rates.support(model.funds[f].pays, facility: p, step: t, part) : 0)
          }
          return margin[slot(p, t)] + support > 1e-9 * max(1e-3, abs(margin[slot(p, t)]))
        }
      }
    }
  }

  /// Whether the business earns something in every year in which a loan of a step asks for service that cannot all be put
  /// off.
  func isServiceable(_ loan: LoanTerms, _ p: Int, _ t: Int, _ earns: [Bool]) -> Bool {
    let repaid = Repayment(
      loan, to: model.facilities[p], awardedIn: t, horizon: model.horizon)
    func isPaid(_ step: Int) -> Bool {
      guard let terms = loan.forbearance, terms.atMost >= 1 else { return earns[step / perYear] }
      return earns[step / perYear] || terms.admits(calendar[step])
    }
    if repaid.late.count > 0, !isPaid(lastYearStep) { return false }
    return repaid.steps.allSatisfy(isPaid)
  }

  /// An award that costs money in a step in which programmes and private money together may not pay all of it is not
  /// made.
  mutating func closeUnpayableBuilds() {
    if keepsUnpayable { return }
    for (p, facility) in model.facilities.enumerated() {
      guard let expansion = facility.expansion, !options[p].isEmpty else { continue }
      var shares = [Double](repeating: 0, count: stepCount)
      for (f, entries) in awards.enumerated() {
        for entry in entries where entry.facility == p {
          for t in costSteps[p] where entry.columns[t] >= 0 { shares[t] += model.funds[f].maxShare }
        }
      }
      for t in costSteps[p] {
        shares[t] = min(shares[t], expansion.combinedMaxShare)
        if privateMoney[slot(p, t)] >= 0 { shares[t] += expansion.privateMaxShare }
      }
      for option in options[p] {
        for award in option.steps where option.cost[award - option.steps.lowerBound] > 0 {
          let isPayable = spending(p, awardedIn: award).enumerated().allSatisfy { year, fraction in
            fraction <= 0 || shares[min(award + year * perYear, endStepCount - 1)] >= 1 - 1e-9
          }
          if !isPayable {
            program.setColumnBounds(option.column(award), lower: 0, upper: 0)
          }
        }
      }
    }
  }
}
