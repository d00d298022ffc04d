import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// Rules of the formulation that an expert would look for in every plan, checked from the plan's own figures: sections
/// 4 (money) and 6 (what is used).
private struct PlanRules {
  let plan: Plan
  let model: Model
  let rates: SupportRates

  init(_ plan: Plan, _ model: Model) {
    self.plan = plan
    self.model = model
    rates = SupportRates(model)
  }

  /// What is wrong, in words.
  var broken: [String] { floors + shares + support + imports + accounts }

  private let slack = 1e-4

  /// Millions a kilotonne of activity in a step at which full cost is covered: market price of the main product and the
  /// gap, or more where a strike or a rate says so.
  private var floors: [String] {
    let horizon = model.horizon
    return plan.priceFloors.compactMap { row in
      let p = row.facility
      let facility = model.facilities[p]
      let amount = facility.recipe.mainAmount
      let step = (row.year - horizon.start) * horizon.stepsPerYear
      let paying = model.funds.filter {
        $0.instruments.contains(.priceSupport) && $0.eligible.admits(facility, index: p)
      }
      let most = paying.reduce(0) { sum, fund in
        let part = CapacityPart.allCases.map {
          rates.support(fund.pays, facility: p, step: step, $0)
        }
        return sum + (part.max() ?? 0)
      }
      guard row.floor <= (row.marketPrice + most * 1000 / amount) * (1 + slack) else {
        return "the price floor of \(facility.id) in \(row.year) is above what its rates pay"
      }
      // One programme that pays the gap, or a strike of the main product: never above full cost, or the strike.
      guard paying.count == 1, let rule = paying.first?.pays else { return nil }
      let cost =
        row.marketPrice
        + (rates.capitalCharge(facility: p, step: step) - rates.margin(facility: p, step: step))
        * 1000 / amount
      let limit: Double? =
        switch rule.kind {
        case .gap: max(cost, row.marketPrice)
        case .floor where rule.commodity == facility.recipe.main:
          max(rule.strike.level(row.year), row.marketPrice)
        default: nil
        }
      guard let limit, row.floor > limit * (1 + slack) else { return nil }
      return "the price floor of \(facility.id) in \(row.year) is above its full cost or strike"
    }
  }

  private var shares: [String] {
    var wrong: [String] = []
    for (p, facility) in model.facilities.enumerated() {
      guard let expansion = facility.expansion else { continue }
      let account = plan.account(of: p, model)
      for row in account.years {
        let paid = row.awards.reduce(0) { $0 + $1.amount }
        let cost = row.capex
        let room = slack * max(cost, 0.01)
        // Sources of the money of building are its uses.
        if abs(paid + row.privateMoney - cost) > room {
          wrong.append("\(facility.id) \(row.year): uses")
        }
        if row.privateMoney > expansion.privateMaxShare * cost + room
          || row.privateMoney < expansion.privateMinShare * cost - room
        {
          wrong.append("\(facility.id) \(row.year): private share")
        }
        if paid > expansion.combinedMaxShare * cost + room {
          wrong.append("\(facility.id) \(row.year): combined share")
        }
        for source in row.awards
        where source.amount > model.funds[source.fund].maxShare * cost + room {
          wrong.append("\(facility.id) \(row.year): share of \(model.funds[source.fund].id)")
        }
        if facility.isCommercial, row.paid > Plan.negligible, row.earnings < (1 - 1e-3) * row.paid {
          wrong.append("\(facility.id) \(row.year): pays \(row.paid) of \(row.earnings)")
        }
      }
      if let earned = account.privateReturn, earned.ratio < 1 - slack {
        wrong.append("\(facility.id): private money earns \(earned.ratio)")
      }
    }
    return wrong
  }

  /// Support is at most its rate times what the part makes, so none without output.
  private var support: [String] {
    struct Place: Hashable {
      var facility: Int
      var step: Int
    }
    let made = Dictionary(
      uniqueKeysWithValues: plan.partActivities.map {
        (Place(facility: $0.facility, step: $0.step), $0)
      })
    return plan.supports.compactMap { row in
      let part: CapacityPart = row.isForExisting ? .existing : .new
      let activity = made[Place(facility: row.facility, step: row.step)]
      let tonnes = (part == .new ? activity?.new : activity?.existing) ?? 0
      let rate = rates.support(
        model.funds[row.fund].pays, facility: row.facility, step: row.step, part)
      let most = rate * tonnes / 1000
      return row.amount > most * (1 + slack) + 1e-5
        ? "\(model.funds[row.fund].id) pays \(row.amount) for \(tonnes) t, at most \(most)" : nil
    }
  }

  /// Imports shown are used: no more of a commodity than is taken in, served, stored in the year.
  private var imports: [String] {
    let horizon = model.horizon
    var wrong: [String] = []
    for (c, commodity) in model.commodities.enumerated() {
      var shown = [Double](repeating: 0, count: horizon.stepCount)
      var used = shown
      for row in plan.imports where model.imports[row.source].commodity == c {
        shown[row.step] += row.tonnes
      }
      for row in plan.activities {
        for input in model.facilities[row.facility].recipe.inputs where input.commodity == c {
          used[row.step] += input.amount * row.tonnes
        }
      }
      for row in plan.served where model.demand[row.segment].commodity == c {
        if row.provenanceClass != nil { used[row.step] += row.tonnes }
      }
      for row in plan.stocks where model.stockpiles[row.stockpile].commodity == c {
        used[row.step] += row.stored
      }
      for t in shown.indices where shown[t] > used[t] * (1 + slack) + 1e-3 {
        wrong.append("\(shown[t]) t of \(commodity.id) in step \(t), used \(used[t])")
      }
    }
    return wrong
  }

  /// What programmes paid is in the accounts by year, and contracts cost at least what is paid under them.
  private var accounts: [String] {
    plan.programmes(model).flatMap { row -> [String] in
      let years = plan.accounts.filter { $0.fund == row.fund }
      let paid = years.reduce(0) { $0 + $1.awarded + $1.supported + $1.purchased - $1.refunded }
      var wrong: [String] = []
      let id = model.funds[row.fund].id
      if !isClose(paid, row.paid, relative: 1e-6, absolute: 1e-4) { wrong.append("\(id): paid") }
      // What a fund may keep in full does not lapse.
      if model.funds[row.fund].keep == 1, row.lapsed > 1e-4 * max(row.appropriated, 0.1) {
        wrong.append("\(id): \(row.lapsed) lapsed")
      }
      let back = years.reduce(0) { $0 + $1.repaid }
      if !isClose(back, row.repaid, relative: 1e-6, absolute: 1e-4) {
        wrong.append("\(id): repaid")
      }
      if let contracts = row.contracts, let cost = contracts.cost(at: 1) {
        let net = row.support - row.refunds
        let room = slack * max(abs(cost), 0.1)
        if net > cost + room || (!contracts.isAtMost && net < cost - room) {
          wrong.append("\(id): contracts of \(cost), paid \(net)")
        }
      }
      return wrong
    }
  }
}

@Suite struct PlanRuleTests {
  private func check(_ model: Model, relaxed: Bool = false) throws -> Plan? {
    let solution = solve(AllocationProgram(model, relaxed: relaxed))
    guard let plan = solution.plan else { return nil }
    #expect(PlanRules(plan, model).broken == [], "\(model.name)")
    return plan
  }

  @Test(arguments: Repository.corpusNames)
  func `every plan of the corpus keeps the rules of money and use`(name: String) throws {
    let document = try ModelDocument.read(path: Repository.corpus(name))
    _ = try check(document.model())
    _ = try check(document.model(budgetScale: 0.5), relaxed: true)
    for scenario in document.scenarioIDs.prefix(3) {
      _ = try check(document.model(scenarios: [scenario]), relaxed: true)
    }
  }

  @Test func `plans in which payments may be put off keep the rules of money and use`() throws {
    var late = 0
    for seed in 0..<30 {
      let terms = ", forbearance: { rate: \(seed % 9)%, at_most: \(40 + 2 * seed)% }"
      let model = try ModelDocument.read(
        text: RandomModel(UInt64(seed), loan: terms).text, file: "random \(seed)"
      ).model()
      if let plan = try check(model), !plan.putOff.isEmpty { late += 1 }
    }
    #expect(late >= 3, "\(late)")
  }

  @Test func `plans of random models keep the rules of money and use`() throws {
    var (planned, supported, lent, invested) = (0, 0, 0, 0)
    for seed in 0..<60 {
      let model = try ModelDocument.read(
        text: RandomModel(UInt64(seed)).text, file: "random \(seed)"
      ).model()
      guard let plan = try check(model) else { continue }
      planned += 1
      if !plan.supports.isEmpty { supported += 1 }
      if plan.awards.contains(where: { $0.instrument == .loan }) { lent += 1 }
      if !plan.privateReturns.isEmpty { invested += 1 }
    }
    // The models are about something.
    #expect(planned >= 55, "\(planned) plans")
    #expect(supported >= 20 && lent >= 5 && invested >= 10, "\(supported), \(lent), \(invested)")
  }
}
