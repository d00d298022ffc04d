import SupplyChain

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
    for (f, fund) in model.funds.enumerated() where fund.instruments.contains(.priceSupport) {
      addSupportColumns(f, fund)
    }
    addFreshColumns()
    addPurchaseColumns()
    for f in model.funds.indices {
      for t in 0..<stepCount where fundMoney[slot(f, t)] > 0 {
        carry[slot(f, t)] = Int32(
          column(ColumnKey(.carry, f, step: t), upper: 2 * fundMoney[slot(f, t)]))
      }
    }
  }

  /// The most money each fund can have in hand in each step. Repayments to a revolving fund are bounded by
  /// what the facilities it may fund can cost, with interest.
  private mutating func findFundMoney() {
    for (f, fund) in model.funds.enumerated() {
      var money = 0.0
      for t in 0..<stepCount {
        if t > 0, t % perYear == 0 { money *= fund.keep }
        money += appropriation(f, t)
        fundMoney[slot(f, t)] = money
      }
      guard fund.instruments.contains(.loan), let loan = fund.loan, loan.isRevolving,
        let first = (0..<stepCount).first(where: { fundMoney[slot(f, $0)] > 0 })
      else { continue }
      var most = (0..<stepCount).reduce(0) { $0 + appropriation(f, $1) }
      for (p, facility) in model.facilities.enumerated()
      where fund.eligible.admits(facility, index: p) {
        most += largestCost(p) * (1 + loan.rate * (loan.tenor + 1))
      }
      for t in first..<stepCount { fundMoney[slot(f, t)] = most }
    }
  }

  /// What arrives in a fund in a step: the year's appropriation in the year's first step.
  func appropriation(_ f: Int, _ t: Int) -> Double {
    t % perYear == 0 ? model.funds[f].appropriations.amount(years[t]) * model.budgetScale : 0
  }

  /// An upper bound of a facility's cost in one step.
  private func largestCost(_ p: Int) -> Double {
    guard let expansion = model.facilities[p].expansion else { return 0 }
    let dearest = options[p].flatMap(\.cost).max() ?? 0
    return dearest / buildUnit[p] * expansion.max / AllocationProgram.tonnesPerUnit
  }

  private mutating func addAwardColumns(_ f: Int, _ fund: Fund) {
    for (p, facility) in model.facilities.enumerated()
    where fund.eligible.admits(facility, index: p) {
      var columns = [Int32](repeating: -1, count: stepCount)
      let most = min(largestCost(p) * fund.maxShare, fund.maxPerFacility ?? .infinity)
      guard most > 0 else { continue }
      for t in costSteps[p] where fundMoney[slot(f, t)] > 0 {
        columns[t] = Int32(
          column(ColumnKey(.award, f, p, step: t), upper: min(most, fundMoney[slot(f, t)])))
      }
      if columns.contains(where: { $0 >= 0 }) {
        awards[f].append(FacilityColumns(facility: p, columns: columns))
      }
    }
  }

  /// Support has a use where it covers a loss, serves debt or makes private money bankable; or where a
  /// limit counts it.
  private mutating func addSupportColumns(_ f: Int, _ fund: Fund) {
    let isLimited = model.limits.contains { $0.measure == .support }
    for (p, facility) in model.facilities.enumerated()
    where fund.eligible.admits(facility, index: p) {
      let isBankable = costSteps[p].contains { privateMoney[slot(p, $0)] >= 0 }
      let owes = facility.isCommercial && hasLoans(p)
      var columns = [Int32](repeating: -1, count: stepCount)
      for t in 0..<stepCount where fundMoney[slot(f, t)] > 0 {
        let loses = facility.isCommercial && margin[slot(p, t)] < 0 && activity[slot(p, t)] >= 0
        guard isLimited || isBankable || owes || loses else { continue }
        let most = min(fundMoney[slot(f, t)], fund.maxPerFacility ?? .infinity)
        columns[t] = Int32(column(ColumnKey(.support, f, p, step: t), upper: most))
      }
      if columns.contains(where: { $0 >= 0 }) {
        supports[f].append(FacilityColumns(facility: p, columns: columns))
      }
    }
  }

  private func hasLoans(_ p: Int) -> Bool {
    model.funds.indices.contains { f in
      model.funds[f].instruments.contains(.loan) && awards[f].contains { $0.facility == p }
    }
  }

  /// x_new has a column only where the margin is negative and there is existing capacity: with a positive
  /// margin the condition is easiest with all activity counted, without existing capacity all is new.
  private mutating func addFreshColumns() {
    for (p, facility) in model.facilities.enumerated() {
      guard costSteps[p].contains(where: { privateMoney[slot(p, $0)] >= 0 }) else { continue }
      for t in 0..<stepCount
      where margin[slot(p, t)] < 0 && activity[slot(p, t)] >= 0
        && facility.existing.level(years[t]) * facility.availability.level(years[t]) > 0
      {
        fresh[slot(p, t)] = Int32(
          column(ColumnKey(.fresh, p, step: t), upper: largestActivity[slot(p, t)]))
      }
    }
  }

  private mutating func addPurchaseColumns() {
    for (f, fund) in model.funds.enumerated() where fund.instruments.contains(.stockpile) {
      bought[f] = [Int32](repeating: -1, count: model.stockpiles.count * stepCount)
      for (i, pile) in model.stockpiles.enumerated() {
        for t in 0..<stepCount
        where fundMoney[slot(f, t)] > 0
          && (model.commodities[pile.commodity].price?.level(years[t]) ?? 0) > 0
        {
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
      guard let most = fund.maxPerFacility else { continue }
      for p in model.facilities.indices {
        for column in finance.awards[p] where column.fund == f { addEntries(column.columns) }
        for column in finance.supports[p] where column.fund == f { addEntries(column.columns) }
        if !program.openRowIsEmpty { finish(RowKey(.perFacility, f, p), upper: most) }
      }
    }
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
    guard let expansion = model.facilities[p].expansion else { return }
    for (j, option) in options[p].enumerated() {
      if let only, kind(ofOption: j, facility: p) != only { continue }
      for (year, fraction) in expansion.spending.enumerated() where fraction != 0 {
        if t < stepCount - 1 {
          let award = t - year * perYear
          guard option.steps.contains(award) else { continue }
          program.addEntry(
            option.column(award), factor * fraction * option.cost[award - option.steps.lowerBound])
        } else {
          for award in option.steps where award + year * perYear >= t {
            program.addEntry(
              option.column(award), factor * fraction * option.cost[award - option.steps.lowerBound]
            )
          }
        }
      }
    }
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
    }
  }

  /// Adds `factor · Σ_k x[p,k,t]` to the open row.
  mutating func addActivityEntries(_ p: Int, _ t: Int, factor: Double) {
    guard activity[slot(p, t)] >= 0 else { return }
    for k in provenance.batches[p].indices {
      program.addEntry(Int(activity[slot(p, t)]) + k, factor)
    }
  }

  private mutating func addLossRows(_ p: Int, _ facility: Facility, _ finance: FinanceIndex) {
    guard facility.isCommercial else { return }
    for t in 0..<stepCount where margin[slot(p, t)] < 0 && activity[slot(p, t)] >= 0 {
      addActivityEntries(p, t, factor: margin[slot(p, t)])
      for support in finance.supports[p] where support.columns[t] >= 0 {
        program.addEntry(Int(support.columns[t]), 1)
      }
      finish(RowKey(.noLoss, p, step: t), lower: 0)
    }
  }

  private mutating func addDebtRows(_ p: Int, _ facility: Facility, _ finance: FinanceIndex) {
    guard facility.isCommercial else { return }
    for first in stride(from: 0, to: stepCount, by: perYear) {
      let yearSteps = first..<(first + perYear)
      for service in finance.service[p] where yearSteps.contains(service.step) {
        program.addEntry(service.column, -service.payment)
      }
      if program.openRowIsEmpty { continue }
      for t in yearSteps {
        addActivityEntries(p, t, factor: margin[slot(p, t)])
        for support in finance.supports[p] where support.columns[t] >= 0 {
          program.addEntry(Int(support.columns[t]), 1)
        }
      }
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
    for t in 0..<stepCount {
      if fresh[slot(p, t)] >= 0 {
        program.addEntry(Int(fresh[slot(p, t)]), discount[t] * margin[slot(p, t)])
      } else {
        addActivityEntries(p, t, factor: discount[t] * margin[slot(p, t)])
      }
      for support in finance.supports[p] where support.columns[t] >= 0 {
        program.addEntry(Int(support.columns[t]), discount[t])
      }
    }
    for service in finance.service[p] {
      program.addEntry(service.column, -discount[service.step] * service.payment)
    }
    finish(RowKey(.bankability, p), lower: 0)
    for t in 0..<stepCount where fresh[slot(p, t)] >= 0 {
      let existing = facility.existing.level(years[t]) * facility.availability.level(years[t])
      program.addEntry(Int(fresh[slot(p, t)]), -1)
      addActivityEntries(p, t, factor: 1)
      finish(
        RowKey(.fresh, p, step: t), upper: existing * stepLength / AllocationProgram.tonnesPerUnit)
    }
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
        for award in awards[f] where award.columns[t] >= 0 {
          program.addEntry(Int(award.columns[t]), 1)
        }
        for support in supports[f] where support.columns[t] >= 0 {
          program.addEntry(Int(support.columns[t]), 1)
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
        let price = model.commodities[pile.commodity].price?.level(years[t]) ?? 0
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
  /// One yearly payment on a loan: `payment` per unit of the award column, in `step`.
  struct Payment {
    var fund: Int
    var column: Int
    var step: Int
    var payment: Double
  }
  var awards: [[FundColumns]]
  var supports: [[FundColumns]]
  /// Payments of each facility's loans that fall inside the horizon.
  var service: [[Payment]]

  init(_ builder: ProgramBuilder) {
    let facilities = builder.model.facilities.count
    awards = [[FundColumns]](repeating: [], count: facilities)
    supports = [[FundColumns]](repeating: [], count: facilities)
    service = [[Payment]](repeating: [], count: facilities)
    for (f, fund) in builder.model.funds.enumerated() {
      for entry in builder.awards[f] {
        awards[entry.facility].append(FundColumns(fund: f, columns: entry.columns))
        guard fund.instruments.contains(.loan), let loan = fund.loan else { continue }
        for t in 0..<builder.stepCount where entry.columns[t] >= 0 {
          let repaid = Repayment(loan, awardedIn: t, horizon: builder.model.horizon)
          for step in repaid.steps {
            service[entry.facility].append(
              Payment(fund: f, column: Int(entry.columns[t]), step: step, payment: repaid.payment))
          }
        }
      }
      for entry in builder.supports[f] {
        supports[entry.facility].append(FundColumns(fund: f, columns: entry.columns))
      }
    }
  }
}
