import SupplyChain
import Support

/// Formulation section 4: money. Everything in millions.
extension ProgramBuilder {
  mutating func addMoneyColumns() {
    findFundMoney()
    for (p, facility) in model.facilities.enumerated() {
      guard let expansion = facility.expansion, expansion.privateMaxShare > 0 else { continue }
      for t in costSteps[p] {
        privateMoney[slot(p, t)] = Int32(
          column(ColumnKey(.privateMoney, p, step: t), upper: largestCost(p)))
      }
    }
    for (f, fund) in model.funds.enumerated() {
      if fund.givesCapital { addAwardColumns(f, fund) }
    }
    closeUnpayableBuilds()
    for (f, fund) in model.funds.enumerated() where fund.instruments.contains(.priceSupport) {
      addSupportColumns(f, fund)
    }
    findLossCover()
    addNewActivityColumns()
    addPurchaseColumns()
    for (f, fund) in model.funds.enumerated() where !fund.paysWithoutAccount {
      // In the years beyond only support is paid.
      let last = fund.instruments.contains(.priceSupport) ? stepCount : endStepCount
      for t in 0..<last where fundMoney[slot(f, t)] > 0 || committed.pays(f, t) {
        carry[slot(f, t)] = Int32(
          column(ColumnKey(.carry, f, step: t), upper: 2 * fundMoney[slot(f, t)]))
      }
    }
    addForbearanceColumns()
  }

  /// The most money each fund can have in hand in each step. Repayments to a revolving fund are bounded by
  /// what the facilities it may fund can cost, with interest; refunds by what the plants can make.
  private mutating func findFundMoney() {
    for (f, fund) in model.funds.enumerated() {
      var money = 0.0
      for t in 0..<stepCount {
        if t > 0, t % perYear == 0 { money *= fund.keep }
        money += appropriation(f, t)
        fundMoney[slot(f, t)] = money
      }
      let refunds = largestRefunds(f, fund)
      var first = refunds > 0 ? 0 : nil
      var most = (0..<stepCount).reduce(refunds) { $0 + appropriation(f, $1) }
      if fund.instruments.contains(.loan), let loan = fund.loan, loan.isRevolving {
        let start = (0..<stepCount).first { fundMoney[slot(f, $0)] > 0 }
        first = [first, start].compactMap { $0 }.min()
        for (p, facility) in model.facilities.enumerated()
        where fund.eligible.admits(facility, index: p) {
          var back = largestCost(p) * (1 + loan.rate * (loan.tenor + 1))
          if let terms = loan.forbearance, terms.atMost > 0 {
            back *= Interest.discount(rate: terms.rate, years: -elapsed(stepCount))
          }
          most += back
        }
      }
      if let first { for t in first..<stepCount { fundMoney[slot(f, t)] = most } }
    }
  }

  private func largestRefunds(_ f: Int, _ fund: Fund) -> Double {
    guard fund.instruments.contains(.priceSupport), fund.pays.twoWay > 0 else { return 0 }
    var most = 0.0
    for (p, facility) in model.facilities.enumerated()
    where fund.eligible.admits(facility, index: p) {
      for t in 0..<stepCount {
        most += rates.refund(fund.pays, facility: p, step: t) * largestActivity[slot(p, t)]
      }
    }
    return most
  }

  /// What arrives in a fund in a step: the year's appropriation in the year's first step.
  func appropriation(_ f: Int, _ t: Int) -> Double {
    t % perYear == 0 && t < endStepCount
      ? model.funds[f].appropriations.amount(years[t]) * model.budgetScale : 0
  }

  /// An upper bound of a facility's cost in one step.
  private func largestCost(_ p: Int) -> Double {
    guard let expansion = model.facilities[p].expansion else { return 0 }
    let dearest = options[p].flatMap(\.cost).max() ?? 0
    return dearest / buildUnit[p] * expansion.max / AllocationProgram.tonnesPerUnit
  }

  /// The most that a fund can award in a step: of a loan it is charged the subsidy alone.
  private func largestAwards(_ f: Int, _ fund: Fund, _ t: Int) -> Double {
    if fund.paysWithoutAccount { return 0 }
    let money = fundMoney[slot(f, t)]
    guard fund.instruments.contains(.loan), let loan = fund.loan, loan.subsidy < 1 else {
      return money
    }
    let lent = loan.subsidy > 0 ? money / loan.subsidy : .infinity
    return min(lent, loan.authority ?? .infinity)
  }

  private mutating func addAwardColumns(_ f: Int, _ fund: Fund) {
    for (p, facility) in model.facilities.enumerated() {
      var columns = [Int32](repeating: -1, count: stepCount)
      var most = min(largestCost(p) * fund.maxShare, fund.maxPerFacility ?? .infinity)
      if !fund.eligible.admits(facility, index: p) { most = 0 }
      guard most > 0 || committed.paidFacilities.contains(p) else { continue }
      let costs = stepsWithCost(p)
      let earns = fund.instruments.contains(.loan) ? yearsWithEarnings(p) : []
      for t in 0..<endStepCount {
        let known = committed.award(f, p, t)
        // What has been awarded was awarded, whatever the rules say of it.
        var upper = costSteps[p].contains(t) && costs[t] ? min(most, largestAwards(f, fund, t)) : 0
        if let loan = fund.loan, !earns.isEmpty, !isServiceable(loan, p, t, earns) { upper = 0 }
        guard upper > 0 || known != nil else { continue }
        columns[t] = Int32(column(ColumnKey(.award, f, p, step: t), upper: upper))
      }
      if columns.contains(where: { $0 >= 0 }) {
        awards[f].append(FacilityColumns(facility: p, columns: columns))
      }
    }
  }

  private mutating func addPurchaseColumns() {
    for (f, fund) in model.funds.enumerated() where fund.instruments.contains(.stockpile) {
      bought[f] = [Int32](repeating: -1, count: model.stockpiles.count * stepCount)
      for (i, pile) in model.stockpiles.enumerated() {
        for t in 0..<stepCount
        where t < endStepCount && purchasePrice(pile, t) > 0 {
          let known = committed.purchase(f, i, t)
          let upper = max(fundMoney[slot(f, t)], known ?? 0)
          guard upper > 0 || known != nil else { continue }
          bought[f][slot(i, t)] = Int32(column(ColumnKey(.bought, f, i, step: t), upper: upper))
        }
      }
    }
  }

  mutating func addMoneyRows() {
    let finance = FinanceIndex(self)
    for (p, facility) in model.facilities.enumerated() {
      addCostRows(p, facility, finance)
      addLossRows(p, facility, finance)
      addDebtRows(p, facility, finance)
      addBankabilityRow(p, facility, finance)
    }
    for (f, fund) in model.funds.enumerated() {
      for entry in supports[f] { addSupportRateRows(f, fund, entry) }
      if let authority = fund.loan?.authority {
        for entry in awards[f] { addEntries(entry.columns) }
        if !program.openRowIsEmpty { finish(RowKey(.authority, f), upper: authority) }
      }
      guard let most = fund.maxPerFacility else { continue }
      for p in model.facilities.indices {
        for column in finance.awards[p] where column.fund == f { addEntries(column.columns) }
        for entry in supports[f] where entry.facility == p {
          for columns in entry.support { addEntries(columns) }
        }
        if !program.openRowIsEmpty { finish(RowKey(.perFacility, f, p), upper: most) }
      }
    }
    addForbearanceRows(finance)
    addAccountRows(finance)
    addPurchaseRows()
  }

  private mutating func addEntries(_ columns: [Int32]) {
    for column in columns where column >= 0 { program.addEntry(Int(column), 1) }
  }

  /// Adds `factor · cost[p,t]` to the open row. An option of nil adds all options.
  mutating func addCostEntries(
    _ p: Int, _ t: Int, factor: Double, option only: BuildOption.Kind? = nil
  ) {
    guard model.facilities[p].expansion != nil, t < endStepCount else { return }
    let last = endStepCount - 1
    for (j, option) in options[p].enumerated() {
      if let only, kind(ofOption: j, facility: p) != only { continue }
      func add(_ award: Int, _ fraction: Double) {
        program.addEntry(
          option.column(award), factor * fraction * option.cost[award - option.steps.lowerBound])
      }
      if t < last {
        for year in 0..<longestSpending(p) where option.steps.contains(t - year * perYear) {
          let award = t - year * perYear
          let spending = spending(p, awardedIn: award)
          if year < spending.count { add(award, spending[year]) }
        }
      } else {
        // What would be spent after the end is spent in its last step.
        for award in option.steps {
          for (year, fraction) in spending(p, awardedIn: award).enumerated()
          where award + year * perYear >= last {
            add(award, fraction)
          }
        }
      }
    }
  }

  /// The steps in which awards of a facility can cost money.
  private func stepsWithCost(_ p: Int) -> [Bool] {
    var costs = [Bool](repeating: false, count: stepCount)
    for option in options[p] {
      for award in option.steps where option.cost[award - option.steps.lowerBound] > 0 {
        for (year, fraction) in spending(p, awardedIn: award).enumerated() where fraction > 0 {
          costs[min(award + year * perYear, endStepCount - 1)] = true
        }
      }
    }
    return costs
  }

  /// The years over which awards of a facility can cost money.
  private func longestSpending(_ p: Int) -> Int {
    let own = model.facilities[p].expansion?.spending.count ?? 0
    let base = model.costsBeforeReveal?.facilities[model.facilities[p].id]?.spending.count ?? 0
    return max(own, base)
  }

  /// The kind of the facility's j-th option that has columns.
  func kind(ofOption j: Int, facility p: Int) -> BuildOption.Kind {
    let key = columns[options[p][j].first]
    return model.facilities[p].expansion?.options[Int(key.second)].kind ?? .standard
  }

  private mutating func addCostRows(_ p: Int, _ facility: Facility, _ finance: FinanceIndex) {
    guard let expansion = facility.expansion else { return }
    let isCommitted = committed.paidFacilities.contains(p)
    for t in isCommitted ? 0..<endStepCount : costSteps[p] {
      addCostEntries(p, t, factor: -1)
      if program.openRowIsEmpty, !isCommitted || !committed.isPaid(p, t) { continue }
      for award in finance.awards[p] where award.columns[t] >= 0 {
        program.addEntry(Int(award.columns[t]), 1)
      }
      let privateColumn = Int(privateMoney[slot(p, t)])
      if privateColumn >= 0 { program.addEntry(privateColumn, 1) }
      finish(RowKey(.cost, p, step: t), lower: 0, upper: 0)
      for award in finance.awards[p]
      where award.columns[t] >= 0 && model.funds[award.fund].maxShare < 1 {
        program.addEntry(Int(award.columns[t]), 1)
        addCostEntries(p, t, factor: -model.funds[award.fund].maxShare)
        finish(RowKey(.awardShare, award.fund, p, step: t), upper: 0)
      }
      if privateColumn >= 0, expansion.privateMaxShare < 1 {
        program.addEntry(privateColumn, 1)
        addCostEntries(p, t, factor: -expansion.privateMaxShare)
        finish(RowKey(.privateShare, p, step: t), upper: 0)
      }
      if privateColumn >= 0, expansion.privateMinShare > 0 {
        program.addEntry(privateColumn, 1)
        addCostEntries(p, t, factor: -expansion.privateMinShare)
        finish(RowKey(.leastPrivateShare, p, step: t), lower: 0)
      }
      if expansion.combinedMaxShare < 1 {
        for award in finance.awards[p] where award.columns[t] >= 0 {
          program.addEntry(Int(award.columns[t]), 1)
        }
        if program.openRowIsEmpty { continue }
        addCostEntries(p, t, factor: -expansion.combinedMaxShare)
        finish(RowKey(.combinedShare, p, step: t), upper: 0)
      }
    }
  }

  private mutating func addDebtRows(_ p: Int, _ facility: Facility, _ finance: FinanceIndex) {
    guard facility.isCommercial else { return }
    for first in stride(from: 0, to: stepCount, by: perYear) {
      if first == lastYearStep {
        // The last year bears one annuity of every loan that is not paid back before it.
        for loan in finance.loans[p] where isDueInLastYear(loan.repaid) {
          program.addEntry(loan.column, -loan.repaid.payment)
        }
      } else {
        for service in finance.service[p]
        where (first..<(first + perYear)).contains(service.step) {
          program.addEntry(service.column, -service.payment)
        }
      }
      addPutOffEntries(p, year: first)
      if program.openRowIsEmpty { continue }
      for t in first..<(first + perYear) { addEarnings(p, t, nil, factor: 1, finance) }
      finish(RowKey(.debt, p, step: first), lower: 0)
    }
  }

  private mutating func addBankabilityRow(_ p: Int, _ facility: Facility, _ finance: FinanceIndex) {
    // Who invests in a project that fails loses the money: it is asked to earn its rate where the project succeeds.
    guard let expansion = facility.expansion, expansion.failsFrom == nil,
      costSteps[p].contains(where: { privateMoney[slot(p, $0)] >= 0 })
    else { return }
    let discount = discountFactors(expansion.hurdle)
    for t in costSteps[p] where privateMoney[slot(p, t)] >= 0 {
      program.addEntry(Int(privateMoney[slot(p, t)]), -discount[t])
    }
    for t in 0..<stepCount { addEarnings(p, t, .new, factor: discount[t], finance) }
    for service in finance.service[p] {
      program.addEntry(service.column, -discount[service.step] * service.payment)
    }
    addPutOffEntries(p, hurdle: expansion.hurdle, discount: discount)
    finish(RowKey(.bankability, p), lower: 0)
  }

  private mutating func addAccountRows(_ finance: FinanceIndex) {
    var repaid = [[[FinanceIndex.Payment]]](
      repeating: [[FinanceIndex.Payment]](repeating: [], count: stepCount),
      count: model.funds.count)
    for payment in finance.service.joined()
    where model.funds[payment.fund].loan?.isRevolving == true {
      repaid[payment.fund][payment.step].append(payment)
    }
    for (f, fund) in model.funds.enumerated() {
      for t in 0..<stepCount where carry[slot(f, t)] >= 0 {
        let now = Int(carry[slot(f, t)])
        program.addEntry(now, 1)
        if t > 0, carry[slot(f, t - 1)] >= 0 {
          program.addEntry(Int(carry[slot(f, t - 1)]), t % perYear == 0 ? -fund.keep : -1)
        }
        let charge = fund.instruments.contains(.loan) ? fund.loan?.subsidy ?? 1 : 1
        for award in awards[f] where award.columns[t] >= 0 {
          program.addEntry(Int(award.columns[t]), charge)
        }
        for entry in supports[f] {
          for column in entry.supports(t) { program.addEntry(Int(column), 1) }
          for column in entry.refunds(t) { program.addEntry(Int(column), -1) }
        }
        if !bought[f].isEmpty {
          for i in model.stockpiles.indices where bought[f][slot(i, t)] >= 0 {
            program.addEntry(Int(bought[f][slot(i, t)]), 1)
          }
        }
        for payment in repaid[f][t] { program.addEntry(payment.column, -payment.payment) }
        if fund.loan?.isRevolving == true { addPutOffEntries(fund: f, step: t, finance) }
        let arrives = appropriation(f, t)
        let row = finish(RowKey(.account, f, step: t), lower: arrives, upper: arrives)
        carryColumn[row] = now
      }
    }
  }

  private mutating func addPurchaseRows() {
    for (i, pile) in model.stockpiles.enumerated() {
      let classes = provenance.native[pile.commodity]
      for t in 0..<stepCount where store[slot(i, t)] >= 0 {
        let price = purchasePrice(pile, t)
        guard price > 0 else { continue }
        for k in classes.indices {
          program.addEntry(
            Int(store[slot(i, t)]) + k, -price * AllocationProgram.tonnesPerUnit / 1e6)
        }
        for f in model.funds.indices where !bought[f].isEmpty && bought[f][slot(i, t)] >= 0 {
          program.addEntry(Int(bought[f][slot(i, t)]), 1)
        }
        finish(RowKey(.purchase, i, step: t), lower: 0, upper: 0)
      }
    }
  }
}
