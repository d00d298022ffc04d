import SupplyChain

extension Plan {
  /// What a facility puts off of the payments on a fund's loans in a step and pays of earlier ones, and what it then owes
  /// of them with interest; millions.
  public struct PutOff: Sendable {
    public var fund: Int
    public var facility: Int
    public var step: Int
    public var deferred: Double
    public var caughtUp: Double
    public var arrears: Double

    /// Counts what is put off, or caught up where it is below 0.
    fileprivate mutating func add(_ amount: Double) {
      let net = deferred - caughtUp + amount
      (deferred, caughtUp) = (max(0, net), max(0, -net))
    }

    fileprivate var withoutNoise: PutOff {
      var result = self
      if deferred < Plan.negligible { result.deferred = 0 }
      if caughtUp < Plan.negligible { result.caughtUp = 0 }
      return result
    }
  }

  /// What a facility never pays of a fund's loans: arrears left at the end of the horizon, the years beyond included, and
  /// payments after it; millions.
  public struct NeverPaid: Sendable {
    public var fund: Int
    public var facility: Int
    public var amount: Double
  }

  /// Reads which payments are put off.
  mutating func readForbearance(_ allocation: AllocationProgram, _ point: [Double]) {
    let model = allocation.model
    let horizon = model.horizon
    let all = horizon.stepCountWithBeyond
    struct Debt: Hashable {
      var fund: Int
      var facility: Int
    }
    var rows: [Debt: [PutOff]] = [:]
    var lost: [Debt: Double] = [:]
    for (j, key) in allocation.columns.enumerated() where key.kind.isOfForbearance {
      let debt = Debt(fund: Int(key.first), facility: Int(key.second))
      let (t, value) = (Int(key.step), max(0, point[j]))
      var own =
        rows[debt]
        ?? (0..<all).map {
          PutOff(
            fund: debt.fund, facility: debt.facility, step: $0, deferred: 0, caughtUp: 0,
            arrears: 0)
        }
      switch key.kind {
      case .arrears:
        own[t].arrears += value
        own[t].add(value)
        if t == all - 1 {
          lost[debt, default: 0] += value
        } else if let loan = model.funds[debt.fund].loan {
          own[t + 1].add(-value * growth(loan, horizon))
        }
      default:
        guard let loan = model.funds[debt.fund].loan else { continue }
        let repaid = Repayment(
          loan, to: model.facilities[debt.facility], awardedIn: t, horizon: horizon)
        lost[debt, default: 0] += value * Double(repaid.late.count)
        if let last = repaid.steps.last, last >= all - horizon.stepsPerYear {
          own[last].deferred += value
          var owed = value
          for step in last..<all {
            own[step].arrears += owed
            if step == all - 1 { lost[debt, default: 0] += owed }
            owed *= growth(loan, horizon)
          }
        }
      }
      rows[debt] = own
    }
    putOff = rows.values.joined().map(\.withoutNoise).filter {
      $0.step < horizon.stepCount && max($0.deferred, $0.caughtUp, $0.arrears) > Plan.negligible
    }.sorted { ($0.fund, $0.facility, $0.step) < ($1.fund, $1.facility, $1.step) }
    neverPaid = lost.filter { $0.value > Plan.negligible }.map {
      NeverPaid(fund: $0.key.fund, facility: $0.key.facility, amount: $0.value)
    }.sorted { ($0.fund, $0.facility) < ($1.fund, $1.facility) }
  }
}

/// By how much what is put off grows in a step.
private func growth(_ loan: LoanTerms, _ horizon: Horizon) -> Double {
  Interest.discount(rate: loan.forbearance?.rate ?? 0, years: -horizon.stepLength)
}

extension ColumnKey.Kind {
  fileprivate var isOfForbearance: Bool {
    switch self {
    case .arrears, .unpaid: true
    default: false
    }
  }
}
