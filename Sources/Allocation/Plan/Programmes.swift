import SupplyChain

extension Plan {
  /// What a programme promised and paid to the horizon's `end`; everything in millions, undiscounted.
  public struct Programme: Sendable {
    public var fund: Int
    /// Appropriations at the model's budget scale.
    public var appropriated: Double
    /// Most of all its loans together, where there is such a limit.
    public var authority: Double?
    public var grants = 0.0
    public var loans = 0.0
    /// What the fund is charged of its loans: their subsidy share.
    public var loanCharge = 0.0
    public var support = 0.0
    /// What plants paid back under two-way floors.
    public var refunds = 0.0
    public var purchases = 0.0
    /// Service on its loans: what is due, less what is put off, and what is caught up.
    public var repaid = 0.0
    /// Of service, what is put off and what is caught up, and what is then owed at `end` with interest.
    public var putOff = 0.0
    public var caughtUp = 0.0
    public var arrears = 0.0
    /// What of its loans is never paid, after `end` either.
    public var neverPaid = 0.0
    /// What of its loans is due after `end`.
    public var owed = 0.0
    /// In hand at the end.
    public var left = 0.0
    /// What was neither spent nor is in hand: it lapsed at the ends of years.
    public var lapsed = 0.0
    /// nil: nothing is made under it.
    public var contracts: Contracts?
    /// Money given, less refunds; what is lent and comes back included.
    public var paid: Double { grants + loans + support - refunds + purchases }
    /// Whether it promises or moves any money.
    public var hasMoney: Bool {
      max(appropriated, authority ?? 0, grants, loans, support, refunds, purchases)
        > Plan.negligible
    }
  }

  /// What price-support contracts would cost for the tonnes that the plan makes under them, to `end`.
  ///
  /// What is made is held; rates are worked out again from the prices. Of a programme that pays every tonne (`entitled`)
  /// all that is made by whom it admits counts, less refunds. Of one that pays by choice, its full rate on what is made
  /// by the part of a facility that it pays in the step: at most that.
  public struct Contracts: Sendable {
    public struct Cost: Sendable {
      /// All commodity prices, as a share of the model's.
      public var prices: Double
      /// Millions, undiscounted.
      public var amount: Double
    }
    /// Whether the programme may pay less.
    public var isAtMost: Bool
    /// Tonnes of the facilities' main products.
    public var tonnes: Double
    public var costs: [Cost]
    /// The cost at some prices, millions.
    public func cost(at prices: Double) -> Double? { costs.first { $0.prices == prices }?.amount }
  }

  /// The prices at which contracts are told, as shares of the model's.
  public static let contractPrices = [1, 0.9, 0.7]

  /// The programmes of a plan for a model, in order of funds.
  public func programmes(_ model: Model) -> [Programme] {
    let stressed = Plan.contractPrices.map { SupportRates(model.withPrices(scaledBy: $0)) }
    return model.funds.indices.map { f in
      let fund = model.funds[f]
      var row = Programme(
        fund: f, appropriated: fund.appropriated(model.horizon) * model.budgetScale,
        authority: fund.loan?.authority)
      for award in awards where award.fund == f {
        guard award.instrument == .loan, let loan = fund.loan else {
          row.grants += award.amount
          continue
        }
        row.loans += award.amount
        row.loanCharge += loan.subsidy * award.amount
        let repaid = Repayment(
          loan, to: model.facilities[award.facility], awardedIn: award.step, horizon: model.horizon)
        row.repaid += award.amount * repaid.paidToEnd(model.horizon)
        row.owed += award.amount * repaid.owedAfterEnd(model.horizon)
      }
      addForbearance(&row, model.horizon)
      row.support = supports.reduce(0) { $0 + ($1.fund == f ? $1.amount : 0) }
      row.refunds = refunds.reduce(0) { $0 + ($1.fund == f ? $1.amount : 0) }
      row.purchases = purchases.reduce(0) { $0 + ($1.fund == f ? $1.amount : 0) }
      row.left = accounts.first { $0.fund == f && $0.year == model.horizon.end }?.carried ?? 0
      if !fund.paysWithoutAccount {
        let back = fund.loan?.isRevolving == true ? row.repaid : 0
        let spent =
          row.grants + row.loanCharge + row.support - row.refunds + row.purchases
        row.lapsed = max(0, row.appropriated + back - spent - row.left)
      }
      row.contracts = contracts(f, fund, model, stressed)
      return row
    }
  }

  private func addForbearance(_ row: inout Programme, _ horizon: Horizon) {
    for entry in putOff where entry.fund == row.fund {
      row.putOff += entry.deferred
      row.caughtUp += entry.caughtUp
      if entry.step == horizon.stepCount - 1 { row.arrears += entry.arrears }
    }
    row.repaid += row.caughtUp - row.putOff
    for entry in neverPaid where entry.fund == row.fund { row.neverPaid += entry.amount }
  }

  private struct Part: Hashable {
    var facility: Int
    var step: Int
    var part: CapacityPart
  }

  private func contracts(
    _ f: Int, _ fund: Fund, _ model: Model, _ stressed: [SupportRates]
  ) -> Contracts? {
    guard fund.instruments.contains(.priceSupport) else { return nil }
    let paid = Set(
      supports.filter { $0.fund == f }.map {
        Part(facility: $0.facility, step: $0.step, part: $0.isForExisting ? .existing : .new)
      })
    var result = Contracts(
      isAtMost: !fund.pays.isEntitled, tonnes: 0,
      costs: Plan.contractPrices.map { .init(prices: $0, amount: 0) })
    for row in partActivities
    where fund.eligible.admits(model.facilities[row.facility], index: row.facility) {
      let (p, t) = (row.facility, row.step)
      for part in CapacityPart.allCases {
        let tonnes = part == .new ? row.new : row.existing
        guard tonnes > Plan.negligible,
          fund.pays.isEntitled
            ? stressed[0].isPaid(fund.pays, t)
            : paid.contains(Part(facility: p, step: t, part: part))
        else { continue }
        result.tonnes += tonnes * model.facilities[p].recipe.mainAmount
        for n in stressed.indices {
          let rate =
            stressed[n].support(fund.pays, facility: p, step: t, part)
            - stressed[n].refund(fund.pays, facility: p, step: t)
          result.costs[n].amount += rate * tonnes / AllocationProgram.tonnesPerUnit
        }
      }
    }
    return result.tonnes > Plan.negligible ? result : nil
  }
}

extension Model {
  /// The model with the prices of all commodities multiplied.
  public func withPrices(scaledBy factor: Double) -> Model {
    guard factor != 1 else { return self }
    var result = self
    for c in result.commodities.indices {
      result.commodities[c].price?.values = commodities[c].price?.values.map { $0 * factor } ?? []
    }
    return result
  }
}

extension Recipe {
  /// Tonnes of the main product per tonne of activity; 0 where there is none.
  public var mainAmount: Double {
    outputs.reduce(0) { $0 + ($1.commodity == main ? $1.amount : 0) }
  }
}

extension Repayment {
  /// Payments on a loan of 1 to the horizon's `end`, and those due after it.
  func paidToEnd(_ horizon: Horizon) -> Double {
    payment * Double(steps.count { $0 < horizon.stepCount })
  }
  func owedAfterEnd(_ horizon: Horizon) -> Double {
    payment * Double(steps.count { $0 >= horizon.stepCount } + late.count)
  }
}
