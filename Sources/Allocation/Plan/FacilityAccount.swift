import SupplyChain

/// What a facility gets, spends, makes and owes in a plan, by year to the horizon's `end`. Money is millions,
/// undiscounted.
public struct FacilityAccount: Sendable {
  /// Money of one programme.
  public struct Source: Sendable, Hashable {
    public var fund: Int
    public var amount: Double
  }
  public struct Year: Sendable {
    public var year: Int
    /// What pays for building: awards by programme, and private money.
    public var awards: [Source] = []
    public var privateMoney = 0.0
    /// What building costs, from what is awarded: equal to what pays for it.
    public var capex = 0.0
    /// Tonnes of the main product (of activity, where there is none) made by existing capacity and by what is awarded.
    public var existing = 0.0
    public var new = 0.0
    /// Earned at market prices.
    public var margin = 0.0
    public var support: [Source] = []
    public var refunds = 0.0
    /// Due on its loans.
    public var service = 0.0
    /// What is put off of that, what is paid of earlier years, and what is then owed of all that was put off.
    public var putOff = 0.0
    public var caughtUp = 0.0
    public var arrears = 0.0
    /// Market price of the main product, currency a tonne.
    public var marketPrice: Double?
    /// The price of the main product below which it stops, all other prices being what they are, without support and with
    /// that of the programmes that pay it in the year, at their full rate; 0: it runs at any price. nil where it
    /// makes nothing, has no main product or is not commercial.
    public var stopPrice: Double?
    public var stopPriceWithSupport: Double?

    public var supported: Double { support.reduce(0) { $0 + $1.amount } }
    public var earnings: Double { margin + supported - refunds }
    /// What is paid on its loans.
    public var paid: Double { service - putOff + caughtUp }
    /// Earnings ÷ service; nil where nothing is due.
    public var debtCover: Double? { service > Plan.negligible ? earnings / service : nil }
  }
  public var facility: Int
  /// Every year from start to `end`.
  public var years: [Year]
  /// nil: no private money.
  public var privateReturn: Plan.PrivateReturn?
  /// What of its loans is due after `end`.
  public var owed: Double
  /// What of its loans is never paid.
  public var neverPaid = 0.0
  /// Who else makes its main product and could make more, those that lack least first.
  public var replacements: [Replacement]

  /// The least debt cover of any year; nil where nothing is due.
  public var leastDebtCover: Double? { years.compactMap(\.debtCover).min() }
}

extension Plan {
  /// Facilities with awards or support, in order.
  public var publiclyPaid: [Int] {
    Set(awards.map(\.facility) + supports.map(\.facility)).sorted()
  }

  /// The account of a facility in a plan for a model, with or without who could replace it.
  public func account(
    of facility: Int, _ model: Model, withReplacements: Bool = true
  ) -> FacilityAccount {
    var account = FacilityAccountReader(self, model, facility).account
    if withReplacements { account.replacements = replacements(of: facility, model) }
    return account
  }
}

private struct FacilityAccountReader {
  let plan: Plan
  let model: Model
  let p: Int
  let rates: SupportRates

  init(_ plan: Plan, _ model: Model, _ p: Int) {
    self.plan = plan
    self.model = model
    self.p = p
    rates = SupportRates(model)
  }

  private var facility: Facility { model.facilities[p] }
  private var horizon: Horizon { model.horizon }

  var account: FacilityAccount {
    var years = (horizon.start...horizon.end).map { FacilityAccount.Year(year: $0) }
    func at(_ step: Int) -> Int { horizon.year(ofStep: step) - horizon.start }
    var owed = 0.0
    for award in plan.awards where award.facility == p {
      add(award.fund, award.amount, &years[at(award.step)].awards)
      guard award.instrument == .loan, let loan = model.funds[award.fund].loan else { continue }
      let repaid = Repayment(
        loan, to: facility, awardedIn: award.step, horizon: horizon)
      owed += award.amount * repaid.owedAfterEnd(horizon)
      for step in repaid.steps where step < horizon.stepCount {
        years[at(step)].service += award.amount * repaid.payment
      }
    }
    for row in plan.putOff where row.facility == p {
      years[at(row.step)].putOff += row.deferred
      years[at(row.step)].caughtUp += row.caughtUp
      if (row.step + 1) % horizon.stepsPerYear == 0 { years[at(row.step)].arrears += row.arrears }
    }
    for row in plan.supports where row.facility == p {
      add(row.fund, row.amount, &years[at(row.step)].support)
    }
    for row in plan.refunds where row.facility == p { years[at(row.step)].refunds += row.amount }
    for row in plan.privateMoney where row.facility == p {
      years[at(row.step)].privateMoney += row.amount
    }
    let perTonne = facility.recipe.main == nil ? 1 : facility.recipe.mainAmount
    for row in plan.partActivities where row.facility == p {
      years[at(row.step)].existing += row.existing * perTonne
      years[at(row.step)].new += row.new * perTonne
      years[at(row.step)].margin +=
        rates.margin(facility: p, step: row.step) * (row.existing + row.new)
        / AllocationProgram.tonnesPerUnit
    }
    addCapex(&years)
    for y in years.indices { addPrices(&years[y]) }
    return FacilityAccount(
      facility: p, years: years, privateReturn: plan.privateReturns.first { $0.facility == p },
      owed: owed,
      neverPaid: plan.neverPaid.reduce(0) { $0 + ($1.facility == p ? $1.amount : 0) },
      replacements: [])
  }

  private func add(_ fund: Int, _ amount: Double, _ sources: inout [FacilityAccount.Source]) {
    if let index = sources.firstIndex(where: { $0.fund == fund }) {
      sources[index].amount += amount
    } else {
      sources.append(.init(fund: fund, amount: amount))
    }
  }

  private func addCapex(_ years: inout [FacilityAccount.Year]) {
    for build in plan.builds where build.facility == p {
      guard let option = facility.expansion?.options.first(where: { $0.kind == build.option })
      else { continue }
      let year = horizon.year(ofStep: build.step)
      let cost = build.capacity * model.awardCost(p, option, year: year) / 1e6
      for (n, fraction) in model.spending(p, awardedIn: year).enumerated() {
        // What would be spent after the end is spent in its last step.
        years[min(year + n, horizon.end) - horizon.start].capex += cost * fraction
      }
    }
  }

  private func addPrices(_ row: inout FacilityAccount.Year) {
    guard let main = facility.recipe.main else { return }
    let market = model.commodities[main].price?.level(row.year) ?? 0
    row.marketPrice = market
    guard facility.isCommercial, row.existing + row.new > Plan.negligible else { return }
    let step = (row.year - horizon.start) * horizon.stepsPerYear
    let paying = model.funds.indices.filter { f in
      let fund = model.funds[f]
      guard fund.instruments.contains(.priceSupport) else { return false }
      return fund.pays.isEntitled
        ? fund.eligible.admits(facility, index: p) : row.support.contains { $0.fund == f }
    }
    let part: CapacityPart = row.new > Plan.negligible ? .new : .existing
    row.stopPrice = StopPrice(model, p, step, part, []).value
    row.stopPriceWithSupport =
      StopPrice(model, p, step, part, paying.map { model.funds[$0].pays }).value
  }
}
