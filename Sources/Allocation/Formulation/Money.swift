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
      for t in 0..<last where fundMoney[slot(f, t)] > 0 {
        carry[slot(f, t)] = Int32(
          column(ColumnKey(.carry, f, step: t), upper: 2 * fundMoney[slot(f, t)]))
      }
    }
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
          most += largestCost(p) * (1 + loan.rate * (loan.tenor + 1))
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
    for (p, facility) in model.facilities.enumerated()
    where fund.eligible.admits(facility, index: p) {
      var columns = [Int32](repeating: -1, count: stepCount)
      let most = min(largestCost(p) * fund.maxShare, fund.maxPerFacility ?? .infinity)
      guard most > 0 else { continue }
      let costs = stepsWithCost(p)
      let earns = fund.instruments.contains(.loan) ? yearsWithEarnings(p) : []
      for t in costSteps[p] where costs[t] {
        let upper = min(most, largestAwards(f, fund, t))
        guard upper > 0 else { continue }
        if let loan = fund.loan, !earns.isEmpty, !isServiceable(loan, t, earns) { continue }
        columns[t] = Int32(column(ColumnKey(.award, f, p, step: t), upper: upper))
      }
      if columns.contains(where: { $0 >= 0 }) {
        awards[f].append(FacilityColumns(facility: p, columns: columns))
      }
    }
  }

  /// By year: whether the business can earn anything from which debt is served. Empty where nothing asks for it.
  private func yearsWithEarnings(_ p: Int) -> [Bool] {
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

  /// Whether the business earns something in every year in which a loan of a step asks for service.
  private func isServiceable(_ loan: LoanTerms, _ t: Int, _ earns: [Bool]) -> Bool {
    let repaid = Repayment(loan, awardedIn: t, horizon: model.horizon)
    if repaid.late.count > 0, earns.last == false { return false }
    return repaid.steps.allSatisfy { earns[$0 / perYear] }
  }

  /// An award that costs money in a step in which programmes and private money together may not pay all of it is not
  /// made.
  private mutating func closeUnpayableBuilds() {
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

  /// Support that is chosen has a use where it covers a loss, serves debt or makes private money bankable; or where a
  /// limit counts it. Support to which a plant is entitled is paid whatever its use.
  private mutating func addSupportColumns(_ f: Int, _ fund: Fund) {
    let isLimited = model.limits.contains { $0.measure == .support }
    for (p, facility) in model.facilities.enumerated()
    where fund.eligible.admits(facility, index: p) {
      let isBankable = costSteps[p].contains { privateMoney[slot(p, $0)] >= 0 }
      let owes = facility.isCommercial && hasLoans(p)
      let none = [Int32](repeating: -1, count: stepCount)
      var entry = SupportColumns(
        facility: p, support: [none, none], refund: [none, none],
        rate: Part.allCases.map { part in
          (0..<stepCount).map { rates.support(fund.pays, facility: p, step: $0, part) }
        }, refundRate: (0..<stepCount).map { rates.refund(fund.pays, facility: p, step: $0) })
      for t in 0..<stepCount {
        let loses = facility.isCommercial && margin[slot(p, t)] < 0
        for part in parts(p, t) {
          let index = part.rawValue
          let tonnes =
            part == .new ? largestNew[slot(p, t)] : largestExisting[slot(p, t)]
          let isUseful =
            fund.pays.isEntitled || isLimited || owes || loses || (isBankable && part == .new)
          if isUseful, entry.rate[index][t] > 0 {
            var most = min(entry.rate[index][t] * tonnes, fund.maxPerFacility ?? .infinity)
            if !fund.paysWithoutAccount { most = min(most, fundMoney[slot(f, t)]) }
            if most > 0 || fund.pays.isEntitled {
              entry.support[index][t] = Int32(
                column(
                  ColumnKey(part == .new ? .support : .existingSupport, f, p, step: t),
                  upper: most))
            }
          }
          if entry.refundRate[t] > 0 {
            entry.refund[index][t] = Int32(
              column(
                ColumnKey(part == .new ? .refund : .existingRefund, f, p, step: t),
                upper: entry.refundRate[t] * tonnes))
          }
        }
      }
      if (entry.support + entry.refund).joined().contains(where: { $0 >= 0 }) {
        supports[f].append(entry)
      }
    }
  }

  private func hasLoans(_ p: Int) -> Bool {
    model.funds.indices.contains { f in
      model.funds[f].instruments.contains(.loan) && awards[f].contains { $0.facility == p }
    }
  }

  /// Rules that together say "exactly" or "not at all" are written so: as pairs of inequalities they leave the interior
  /// point no interior.
  private mutating func findLossCover() {
    var paid = Part.allCases.map { _ in
      [Double](repeating: 0, count: model.facilities.count * stepCount)
    }
    for entry in supports.joined() {
      for part in Part.allCases {
        for t in 0..<stepCount where entry.support[part.rawValue][t] >= 0 {
          paid[part.rawValue][slot(entry.facility, t)] += entry.rate[part.rawValue][t]
        }
      }
    }
    for (p, facility) in model.facilities.enumerated() where facility.isCommercial {
      for t in 0..<stepCount where margin[slot(p, t)] < 0 {
        let loss = -margin[slot(p, t)]
        for part in Part.allCases {
          let rate = paid[part.rawValue][slot(p, t)]
          guard rate <= loss * (1 + 1e-9) else { continue }
          lossCover[part.rawValue][slot(p, t)] = rate < loss * (1 - 1e-9) ? .short : .exact
        }
      }
    }
    closeUncoveredActivity()
  }

  /// What runs at a loss that no support can cover does not run.
  private mutating func closeUncoveredActivity() {
    for p in model.facilities.indices {
      for t in 0..<stepCount {
        let parts = parts(p, t)
        guard !parts.isEmpty, parts.allSatisfy({ lossCover[$0.rawValue][slot(p, t)] == .short })
        else { continue }
        for k in provenance.batches[p].indices {
          program.setColumnBounds(Int(activity[slot(p, t)]) + k, lower: 0, upper: 0)
        }
      }
    }
  }

  /// Old and new are kept apart where support or private money tells them apart (formulation section 4, old and new).
  private mutating func addNewActivityColumns() {
    var isTold = [Bool](repeating: false, count: model.facilities.count)
    for p in model.facilities.indices {
      isTold[p] = costSteps[p].contains { privateMoney[slot(p, $0)] >= 0 }
    }
    for entry in supports.joined() { isTold[entry.facility] = true }
    for p in model.facilities.indices where isTold[p] {
      for t in 0..<stepCount where parts(p, t).count > 1 {
        newActivity[slot(p, t)] = Int32(
          column(
            ColumnKey(.newActivity, p, step: t),
            upper: lossCover[Part.new.rawValue][slot(p, t)] == .short
              ? 0 : largestNew[slot(p, t)]))
      }
    }
  }

  private mutating func addPurchaseColumns() {
    for (f, fund) in model.funds.enumerated() where fund.instruments.contains(.stockpile) {
      bought[f] = [Int32](repeating: -1, count: model.stockpiles.count * stepCount)
      for (i, pile) in model.stockpiles.enumerated() {
        for t in 0..<stepCount
        where t < endStepCount && fundMoney[slot(f, t)] > 0 && purchasePrice(pile, t) > 0 {
          bought[f][slot(i, t)] = Int32(
            column(ColumnKey(.bought, f, i, step: t), upper: fundMoney[slot(f, t)]))
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
    addAccountRows(finance)
    addPurchaseRows()
  }

  /// Support is earned by output: at most its rate times the part's activity, and that much where it is entitled.
  private mutating func addSupportRateRows(_ f: Int, _ fund: Fund, _ entry: SupportColumns) {
    let p = entry.facility
    for part in Part.allCases {
      for t in 0..<stepCount {
        let support = entry.support[part.rawValue][t]
        if support >= 0 {
          program.addEntry(Int(support), 1)
          addActivityEntries(p, t, part, factor: -entry.rate[part.rawValue][t])
          let isExact =
            fund.pays.isEntitled || lossCover[part.rawValue][slot(p, t)] == .exact
          finish(
            RowKey(part == .new ? .supportRate : .existingSupportRate, f, p, step: t),
            lower: isExact ? 0 : -.infinity, upper: 0)
        }
        let refund = entry.refund[part.rawValue][t]
        if refund >= 0 {
          program.addEntry(Int(refund), 1)
          addActivityEntries(p, t, part, factor: -entry.refundRate[t])
          finish(
            RowKey(part == .new ? .refundRate : .existingRefundRate, f, p, step: t), lower: 0,
            upper: 0)
        }
      }
    }
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
    for t in costSteps[p] {
      addCostEntries(p, t, factor: -1)
      if program.openRowIsEmpty { continue }
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

  private mutating func addLossRows(_ p: Int, _ facility: Facility, _ finance: FinanceIndex) {
    guard facility.isCommercial else { return }
    for t in 0..<stepCount where margin[slot(p, t)] < 0 && activity[slot(p, t)] >= 0 {
      // Without support columns old and new need not be told apart.
      let isTold = newActivity[slot(p, t)] >= 0
      for part in isTold ? Part.allCases : Array(parts(p, t).prefix(1))
      where lossCover[part.rawValue][slot(p, t)] == .free {
        addActivityEntries(p, t, isTold ? part : nil, factor: margin[slot(p, t)])
        for support in finance.supports[p] {
          for column in support.columns.supports(t, isTold ? part : nil) {
            program.addEntry(Int(column), 1)
          }
        }
        finish(RowKey(.noLoss, p, part.rawValue, step: t), lower: 0)
      }
    }
  }

  /// Adds what a facility earns in a step, of one part or of both: margin and support less refunds.
  ///
  /// A part whose loss is covered exactly, or that does not run, earns nothing: without its terms presolve sees it.
  private mutating func addEarnings(
    _ p: Int, _ t: Int, _ part: Part?, factor: Double, _ finance: FinanceIndex
  ) {
    for one in parts(p, t) where part == nil || part == one {
      for support in finance.supports[p] {
        for column in support.columns.refunds(t, one) { program.addEntry(Int(column), -factor) }
      }
      guard lossCover[one.rawValue][slot(p, t)] == .free else { continue }
      // Where old and new are not told apart the activity is that of both, once.
      let isTold = newActivity[slot(p, t)] >= 0
      if isTold || one == parts(p, t).first {
        addActivityEntries(p, t, isTold ? one : nil, factor: factor * margin[slot(p, t)])
      }
      for support in finance.supports[p] {
        for column in support.columns.supports(t, one) { program.addEntry(Int(column), factor) }
      }
    }
  }

  private mutating func addDebtRows(_ p: Int, _ facility: Facility, _ finance: FinanceIndex) {
    guard facility.isCommercial else { return }
    let lastYear = stepCount - perYear
    for first in stride(from: 0, to: stepCount, by: perYear) {
      if first == lastYear {
        // The last year bears one annuity of every loan that is not paid back before it.
        for loan in finance.loans[p]
        where loan.repaid.late.count > 0 || (loan.repaid.steps.last ?? 0) >= first {
          program.addEntry(loan.column, -loan.repaid.payment)
        }
      } else {
        for service in finance.service[p]
        where (first..<(first + perYear)).contains(service.step) {
          program.addEntry(service.column, -service.payment)
        }
      }
      if program.openRowIsEmpty { continue }
      for t in first..<(first + perYear) { addEarnings(p, t, nil, factor: 1, finance) }
      finish(RowKey(.debt, p, step: first), lower: 0)
    }
  }

  private mutating func addBankabilityRow(_ p: Int, _ facility: Facility, _ finance: FinanceIndex) {
    guard let expansion = facility.expansion,
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

/// Who pays each facility: the same columns as by fund, found by facility.
struct FinanceIndex {
  struct FundColumns {
    var fund: Int
    var columns: [Int32]
  }
  struct FundSupport {
    var fund: Int
    var columns: ProgramBuilder.SupportColumns
  }
  /// One yearly payment on a loan: `payment` per unit of the award column, in `step`.
  struct Payment {
    var fund: Int
    var column: Int
    var step: Int
    var payment: Double
  }
  var awards: [[FundColumns]]
  var supports: [[FundSupport]]
  /// Payments of each facility's loans that fall inside the horizon.
  var service: [[Payment]]
  /// Each facility's loans.
  var loans: [[Loan]]

  /// What is repaid per unit of an award column.
  struct Loan {
    var column: Int
    var repaid: Repayment
  }

  init(_ builder: ProgramBuilder) {
    let facilities = builder.model.facilities.count
    awards = [[FundColumns]](repeating: [], count: facilities)
    supports = [[FundSupport]](repeating: [], count: facilities)
    service = [[Payment]](repeating: [], count: facilities)
    loans = [[Loan]](repeating: [], count: facilities)
    for (f, fund) in builder.model.funds.enumerated() {
      for entry in builder.awards[f] {
        awards[entry.facility].append(FundColumns(fund: f, columns: entry.columns))
        guard fund.instruments.contains(.loan), let loan = fund.loan else { continue }
        for t in 0..<builder.stepCount where entry.columns[t] >= 0 {
          let repaid = Repayment(loan, awardedIn: t, horizon: builder.model.horizon)
          loans[entry.facility].append(Loan(column: Int(entry.columns[t]), repaid: repaid))
          for step in repaid.steps {
            service[entry.facility].append(
              Payment(fund: f, column: Int(entry.columns[t]), step: step, payment: repaid.payment))
          }
        }
      }
      for entry in builder.supports[f] {
        supports[entry.facility].append(FundSupport(fund: f, columns: entry))
      }
    }
  }
}
