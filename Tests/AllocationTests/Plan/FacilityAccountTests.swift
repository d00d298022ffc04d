import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// Later objectives use the millionth by which earlier ones may be worse: figures of a plan agree to a share of 1e-4.
private func isNear(_ a: Double, _ b: Double) -> Bool {
  isClose(a, b, relative: 1e-4, absolute: 1e-6)
}

@Suite struct FacilityAccountTests {
  private func read(_ name: String) throws -> (plan: Plan, model: Model) {
    let model = try ModelDocument.read(path: Repository.corpus(name)).model()
    return (try #require(solve(AllocationProgram(model)).plan), model)
  }

  private func plan(_ text: String) throws -> (plan: Plan, model: Model) {
    let model = try ModelDocument.read(text: text, file: "test.yaml").model()
    return (try #require(solve(AllocationProgram(model)).plan), model)
  }

  @Test func `private money that the gap makes bankable earns its hurdle rate and no more`() throws
  {
    // hand-gap: 139.363244 t/yr at 100 kUSD cost 13.936324 MUSD: grants of 10, private money of 3.936324. What is made,
    // 111.490595 t a year, earns 5 + 15.343174 USD/kg: worth the private money at 10 %.
    let (plan, model) = try read("hand-gap")
    let account = plan.account(of: 0, model)
    let first = account.years[0]
    #expect(isNear(first.capex, 13.936324))
    #expect(
      isNear(first.awards[0].amount, 10) && isNear(first.privateMoney, 3.936324))
    let earned = try #require(account.privateReturn)
    #expect(isNear(earned.ratio, 1))
    #expect(isNear(earned.invested, 3.936324))
    let second = account.years[1]
    #expect(second.existing == 0 && isNear(second.new, 111.490595))
    #expect(isNear(second.margin, 0.557453))
    #expect(isNear(second.supported, 111.490595 * 0.015343174))
    #expect(isNear(second.earnings, second.margin + second.supported))
    // Without support it stops below its opex of 25; a gap without a limit is always filled.
    #expect(isNear(try #require(second.stopPrice), 25_000))
    #expect(second.stopPriceWithSupport == 0)
    #expect(first.stopPrice == nil)
  }

  @Test func `old and new are told, and debt is covered just so in the last year`() throws {
    // hand-loan-tail: the plant makes 20 t of its own, and as much as 85.870287 MUSD add at 1 MUSD per t/yr.
    let (plan, model) = try read("hand-loan-tail")
    let account = plan.account(of: 0, model)
    #expect(account.years.map { $0.existing.rounded() } == [20, 20, 20])
    #expect(isNear(account.years[2].new, 85.870287))
    // 200 - 100 kUSD/t on 105.870287 t; nothing is due before 2029, all ten payments after the end.
    #expect(isNear(account.years[2].margin, 10.5870287))
    #expect(account.years.allSatisfy { $0.debtCover == nil })
    #expect(isNear(account.owed, 85.870287 * 1.23290944))
  }

  @Test func `debt cover is what is earned for each unit that is due`() throws {
    // 50 MUSD lent in 2026 at 0 % for 2 years build 500 t/yr, which earn 50 USD/kg = 25 MUSD a year, and 25 are due
    // in 2027: covered once. The other 25 are owed after the end.
    let (plan, model) = try plan(
      MagnetModel(funds: [
        "loans: { instruments: [loan], appropriations: { 2026: 50 MUSD }, loan: { rate: 0%, tenor: 2 years } }"
      ]).text)
    let account = plan.account(of: 0, model)
    #expect(account.years[0].debtCover == nil)
    #expect(isNear(account.years[1].service, 25))
    #expect(isNear(try #require(account.leastDebtCover), 1))
    #expect(isNear(account.owed, 25))
    #expect(account.privateReturn == nil)
  }

  @Test func `a floor lets the price fall to nothing, a fixed rate to what it makes up for`() throws
  {
    // Opex of 60 against a price of 50 USD/kg. A strike of 65 covers 60 at any price of magnets; 15 USD/kg a tonne let
    // the price fall to 45. Without support it stops below 60.
    for (rule, price) in [
      ("rule: floor, commodity: magnet, strike: 65 USD/kg", 0.0),
      ("rule: per_tonne, commodity: magnet, rate: 15 USD/kg", 45_000),
      ("rule: gap, max: 12 USD/kg", 48_000),
    ] {
      let (plan, model) = try plan(
        MagnetModel(
          plants: [.init(keys: ["opex: 60 USD/kg", "existing: 300 t/yr"])],
          funds: [
            "support: { instruments: [price_support], appropriations: { 2026: 50 MUSD }, pays: { \(rule) } }"
          ]
        ).text)
      let year = plan.account(of: 0, model).years[0]
      #expect(isNear(year.existing, 300), "\(rule)")
      #expect(isNear(try #require(year.stopPrice), 60_000), "\(rule)")
      #expect(isNear(try #require(year.stopPriceWithSupport), price), "\(rule)")
    }
  }

  @Test func `who could replace a plant is told with what each lacks`() throws {
    // 50 MUSD build 500 t/yr of the cheapest. `dear` can add 2 kt/yr and loses 10 USD/kg; `late` comes after the end;
    // `poor` may be paid by nobody; `idle` has 100 t/yr that lose 10 USD/kg.
    let plants: [MagnetModel.Plant] = [
      .init("cheap"),
      .init("dear", keys: ["opex: 60 USD/kg"], expansion: "max: 2 kt/yr, capex: 120 kUSD/(t/yr)"),
      .init("late", expansion: "max: 1 kt/yr, capex: 90 kUSD/(t/yr), permit: 5 years"),
      .init("poor", keys: ["tags: [poor]"], expansion: "max: 700 t/yr, capex: 10 kUSD/(t/yr)"),
      .init("ready", expansion: "max: 800 t/yr, capex: 110 kUSD/(t/yr)"),
    ]
    let (plan, model) = try plan(
      MagnetModel(
        plants: plants,
        funds: [
          "grants: { instruments: [grant], appropriations: { 2026: 50 MUSD }, eligible: { facility: [cheap, dear, late, ready] } }"
        ]
      ).text)
    let found = plan.account(of: 0, model).replacements
    let lacks = Dictionary(
      uniqueKeysWithValues: found.map { (model.facilities[$0.facility].id, $0.lacks) })
    #expect(lacks["ready"] == [])
    #expect(lacks["late"] == [.time])
    #expect(lacks["poor"] == [.money])
    #expect(lacks["dear"]?.count == 1)
    if case .loss(let amount)? = lacks["dear"]?.first { #expect(isNear(amount, 10_000)) }
    #expect(found.first.map { model.facilities[$0.facility].id } == "ready")
    #expect(isNear(found.first?.room ?? 0, 800))
    #expect(plan.publiclyPaid == [0])
  }

  @Test func `rates are the same inside the program and outside`() throws {
    for name in Repository.corpusNames {
      let model = try ModelDocument.read(path: Repository.corpus(name)).model()
      var builder = ProgramBuilder(model, relaxed: true)
      builder.build()
      let rates = SupportRates(model)
      for (f, fund) in model.funds.enumerated() {
        for entry in builder.supports[f] {
          for part in CapacityPart.allCases {
            for t in 0..<builder.stepCount {
              let rate = rates.support(fund.pays, facility: entry.facility, step: t, part)
              #expect(rate == entry.rate[part.rawValue][t])
            }
          }
        }
      }
    }
  }
}
