import SupplyChain

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

  /// What is repaid per unit of an award column, of the award in `step`.
  struct Loan {
    var fund: Int
    var column: Int
    var step: Int
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
          let repaid = Repayment(
            loan, to: builder.model.facilities[entry.facility], awardedIn: t,
            horizon: builder.model.horizon)
          loans[entry.facility].append(
            Loan(fund: f, column: Int(entry.columns[t]), step: t, repaid: repaid))
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
