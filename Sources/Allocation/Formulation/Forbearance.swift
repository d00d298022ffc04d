import SupplyChain

/// Formulation section 4: payments put off.
extension ProgramBuilder {
  /// Columns of one fund's loans to one facility, by step; -1 where there is none.
  struct ForbearanceColumns {
    var fund: Int
    var facility: Int
    var terms: Forbearance
    var arrears: [Int32]
    /// By how much arrears grow in a step.
    var growth: Double
    /// By step of the award: what is never paid of each of its payments from the last year on.
    var unpaid: [Int32]
  }

  /// The first step of the last year, in which the debt row stands for all later years.
  var lastYearStep: Int { stepCount - perYear }

  /// Whether the debt row of the last year bears a loan's annuity: it is not paid back before.
  func isDueInLastYear(_ repaid: Repayment) -> Bool {
    repaid.late.count > 0 || (repaid.steps.last ?? 0) >= lastYearStep
  }

  mutating func addForbearanceColumns() {
    for (f, fund) in model.funds.enumerated() where fund.instruments.contains(.loan) {
      guard let loan = fund.loan, let terms = loan.forbearance, terms.atMost > 0 else { continue }
      for entry in awards[f] where model.facilities[entry.facility].isCommercial {
        addForbearanceColumns(f, loan, terms, entry)
      }
    }
  }

  private mutating func addForbearanceColumns(
    _ f: Int, _ loan: LoanTerms, _ terms: Forbearance, _ entry: FacilityColumns
  ) {
    let p = entry.facility
    let none = [Int32](repeating: -1, count: stepCount)
    var result = ForbearanceColumns(
      fund: f, facility: p, terms: terms, arrears: none,
      growth: Interest.discount(rate: terms.rate, years: -stepLength), unpaid: none)
    // The most that can be put off in each step.
    var most = [Double](repeating: 0, count: stepCount)
    for t in 0..<stepCount where entry.columns[t] >= 0 {
      let repaid = Repayment(
        loan, to: model.facilities[p], awardedIn: t, horizon: model.horizon)
      let award = max(
        program.columnUpper[Int(entry.columns[t])], committed.award(f, p, t) ?? 0)
      let payment = terms.atMost * repaid.payment * award
      for step in repaid.steps where step < lastYearStep && terms.admits(calendar[step]) {
        most[step] += payment
      }
      if isDueInLastYear(repaid), terms.admits(calendar[lastYearStep]) {
        result.unpaid[t] = Int32(column(ColumnKey(.unpaid, f, p, step: t), upper: payment))
      }
    }
    var owed = 0.0
    for t in 0..<stepCount {
      owed = owed * result.growth + most[t]
      guard owed > 0 else { continue }
      result.arrears[t] = Int32(column(ColumnKey(.arrears, f, p, step: t), upper: owed))
    }
    if (result.arrears + result.unpaid).contains(where: { $0 >= 0 }) { forbearances.append(result) }
  }

  /// What may be put off: arrears grow by interest, and by no more than a share of the payments due.
  mutating func addForbearanceRows(_ finance: FinanceIndex) {
    for entry in forbearances {
      let (f, p) = (entry.fund, entry.facility)
      var due = [[FinanceIndex.Payment]](repeating: [], count: stepCount)
      for service in finance.service[p] where service.fund == f {
        let mayWait = service.step < lastYearStep && entry.terms.admits(calendar[service.step])
        if mayWait { due[service.step].append(service) }
      }
      for t in 0..<stepCount where entry.arrears[t] >= 0 {
        addPutOff(entry, t, factor: 1)
        for service in due[t] {
          program.addEntry(service.column, -entry.terms.atMost * service.payment)
        }
        finish(RowKey(.deferral, f, p, step: t), upper: 0)
      }
      for loan in finance.loans[p] where loan.fund == f && entry.unpaid[loan.step] >= 0 {
        program.addEntry(Int(entry.unpaid[loan.step]), 1)
        program.addEntry(loan.column, -entry.terms.atMost * loan.repaid.payment)
        finish(RowKey(.unpaid, f, p, step: loan.step), upper: 0)
      }
    }
  }

  /// Adds what is put off in a step, less what is caught up, to the open row: by how much arrears grow beside interest.
  private mutating func addPutOff(_ entry: ForbearanceColumns, _ t: Int, factor: Double) {
    if entry.arrears[t] >= 0 { program.addEntry(Int(entry.arrears[t]), factor) }
    if t > 0, entry.arrears[t - 1] >= 0 {
      program.addEntry(Int(entry.arrears[t - 1]), -entry.growth * factor)
    }
  }

  /// Adds what a facility pays less of its debt in a year than is due, with a plus, to the open row.
  mutating func addPutOffEntries(_ p: Int, year first: Int) {
    for entry in forbearances where entry.facility == p {
      for t in first..<(first + perYear) { addPutOff(entry, t, factor: 1) }
      guard first == lastYearStep else { continue }
      for column in entry.unpaid where column >= 0 { program.addEntry(Int(column), 1) }
    }
  }

  /// Adds the same as the hurdle row counts it: nothing is gained by paying late, and what is left at the end is owed.
  mutating func addPutOffEntries(_ p: Int, hurdle: Double, discount: [Double]) {
    for entry in forbearances
    where entry.facility == p && entry.terms.rate > hurdle {
      for t in 0..<stepCount { addPutOff(entry, t, factor: discount[t]) }
      if let left = entry.arrears.last, left >= 0 {
        program.addEntry(Int(left), -(discount.last ?? 0))
      }
    }
  }

  /// Adds what comes back to a revolving fund in a step less than is due, with a plus, to the open row.
  mutating func addPutOffEntries(fund f: Int, step t: Int, _ finance: FinanceIndex) {
    for entry in forbearances where entry.fund == f {
      addPutOff(entry, t, factor: 1)
      guard t >= lastYearStep else { continue }
      for loan in finance.loans[entry.facility]
      where loan.fund == f && loan.repaid.steps.last == t && entry.unpaid[loan.step] >= 0 {
        program.addEntry(Int(entry.unpaid[loan.step]), 1)
      }
    }
  }

  /// Adds what putting off costs the public to an objective.
  func addPutOffCosts(_ vector: inout [Double], _ finance: FinanceIndex, _ discount: [Double]) {
    for entry in forbearances {
      for t in 0..<stepCount {
        if entry.arrears[t] >= 0 { vector[Int(entry.arrears[t])] += discount[t] }
        if t > 0, entry.arrears[t - 1] >= 0 {
          vector[Int(entry.arrears[t - 1])] -= entry.growth * discount[t]
        }
      }
      for loan in finance.loans[entry.facility]
      where loan.fund == entry.fund && entry.unpaid[loan.step] >= 0 {
        // Each payment from the last year on, per unit of one.
        var lost =
          loan.repaid.lateValue(rate: model.discountRate, stepLength: stepLength)
          / loan.repaid.payment
        if let last = loan.repaid.steps.last, last >= lastYearStep { lost += discount[last] }
        vector[Int(entry.unpaid[loan.step])] += lost
      }
    }
  }
}
