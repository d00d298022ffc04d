import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// What stands beside a plan, worked out by hand and over the corpus.
@Suite struct PlanContextTests {
  private func context(_ model: Model, relaxed: Bool = false) throws -> (
    plan: AllocationSolution, context: PlanContext
  ) {
    let allocation = AllocationProgram(model, relaxed: relaxed)
    let solution = solve(allocation)
    let settings = RunSettings(isRelaxed: relaxed)
    return (solution, try #require(PlanContext.find(allocation, solution, settings)))
  }

  /// The cheap plant costs 50 MUSD a kt/yr and earns 50 − 20 = 30 USD/kg: 30 + 30/1.2 = 55 MUSD in present value at 20 %,
  /// so private money builds it. The dear one has no private money.
  private static let privatePlant = MagnetModel(
    plants: [
      .init(
        "cheap", keys: ["opex: 20 USD/kg"],
        expansion:
          "max: 200 t/yr, capex: 50 kUSD/(t/yr), private: { max_share: 100%, hurdle: 20% }"),
      .init("dear", expansion: "max: 600 t/yr, capex: 100 kUSD/(t/yr)"),
    ])

  // MARK: Plans as good

  @Test func `of two plants alike each can be left out, and one that all need cannot`() throws {
    // 50 MUSD build 500 t/yr of twins that differ in nothing, in any mix.
    var twins = MagnetModel(plants: [.init("one"), .init("two")])
    let either = try #require(try context(model(twins.text)).context.equallyGood)
    #expect(either.common == [] && !either.dispensable.isEmpty)
    // With 20 MUSD/(kt/yr) less the second is better, and builds all that the money pays for.
    twins.plants[1].expansion = "max: 2 kt/yr, capex: 80 kUSD/(t/yr)"
    let second = try #require(try context(model(twins.text)).context.equallyGood)
    #expect(second == EquallyGood(dispensable: [], common: [1]))
  }

  // MARK: Without public money

  @Test func `what public money buys is the difference to what private money builds alone`() throws
  {
    // Alone: 200 t/yr of 1,000. With 50 MUSD of grants 500 t/yr of the dear plant come on top.
    let (plan, context) = try context(model(Self.privatePlant.text))
    #expect(isClose(plan.objectives[0].value, 0.3))
    let baseline = try #require(context.baseline)
    #expect(isClose(baseline.dependency ?? 0, 0.8))
    #expect(
      baseline.plan?.dependencyByYear.allSatisfy { isClose($0 ?? 0, 0.8, relative: 1e-5) } == true)
    let builds = baseline.plan?.builds ?? []
    #expect(isClose(builds.reduce(0) { $0 + $1.capacity }, 200, relative: 1e-4))
    #expect(builds.allSatisfy { $0.facility == 0 })
    #expect(isClose(baseline.plan?.privateMoneySpent ?? 0, 10, relative: 1e-4))
    #expect(baseline.plan?.publicMoneySpent == 0)
    #expect(baseline.sharedFacilities == [1] && baseline.expandableCount == 2)
    #expect(!baseline.isRelaxed && baseline.reason == nil)
  }

  @Test func `a limit that demands public money leaves no plan without it, and is named`() throws {
    var text = Self.privatePlant
    text.more = "limits: [{ name: spend, measure: award, at_least: 10 MUSD, per: horizon }]"
    let baseline = try #require(try context(model(text.text)).context.baseline)
    #expect(baseline.plan == nil && baseline.dependency == nil)
    #expect(baseline.reason?.contains("spend") == true)
  }

  @Test func `entitled support and its refunds are gone, and a plant at a loss stands still`()
    throws
  {
    // 60 USD/kg of opex against a price of 50: without the floor of 60 nothing runs.
    let text = MagnetModel(
      plants: [.init("old", keys: ["opex: 60 USD/kg", "existing: 400 t/yr"])],
      funds: [
        "cfd: { instruments: [price_support], pays: { rule: floor, commodity: magnet, strike: 60 USD/kg, entitled: true, two_way: 100% } }"
      ]
    ).text
    let (plan, context) = try context(model(text))
    #expect(isClose(plan.objectives[0].value, 0.6))
    #expect(isClose(context.baseline?.dependency ?? 0, 1))
    #expect(context.baseline?.plan?.refunds.isEmpty == true)
  }

  @Test func `a model without programmes has no baseline`() throws {
    var text = Self.privatePlant
    text.funds = []
    #expect(try context(model(text.text)).context.baseline == nil)
  }

  // MARK: The end of the horizon

  @Test func `money that comes too late for the horizon is awarded with more years beyond it`()
    throws
  {
    // A year of construction: the 50 MUSD of 2027 would work from 2028 on. With more years they are awarded, so that
    // 100 instead of 50 MUSD are; 2026 and 2027 stay as dependent as they are.
    var text = MagnetModel(
      plants: [
        .init(expansion: "max: 2 kt/yr, capex: 100 kUSD/(t/yr), construction: 1 year")
      ])
    text.funds = [
      "grants: { instruments: [grant], appropriations: { 2026: 50 MUSD, 2027: 50 MUSD } }"
    ]
    let effect = try #require(try context(model(text.text)).context.endEffect)
    #expect(effect.years == 2026...2027 && effect.beyond == 0 && effect.moreYears == 5)
    let longer = try #require(effect.longer)
    #expect(isClose(effect.plan.publicMoney, 50, relative: 1e-4))
    #expect(isClose(longer.publicMoney, 100, relative: 1e-4))
    #expect(isClose(effect.plan.capacity, 500, relative: 1e-4))
    #expect(isClose(longer.capacity, 1000, relative: 1e-4))
    #expect(isClose(effect.plan.dependency ?? 0, 0.75))
    #expect(isClose(longer.dependency ?? 0, 0.75, relative: 1e-5))
  }

  @Test func `without money there is no end effect`() throws {
    #expect(try context(model(MagnetModel(funds: []).text)).context.endEffect == nil)
  }

  // MARK: Sensitivity

  @Test func `the inputs that move the answer most, with the plan held and made again`() throws {
    // 1 − (50 MUSD / capex) / demand. Held, no more than 500 t/yr are built and 50 MUSD awarded: a tenth less capex and
    // a tenth more money then help nothing, and a tenth less money or more capex cuts the plant back as in a new plan.
    let (plan, context) = try context(model(MagnetModel().text))
    #expect(isClose(plan.objectives[0].value, 0.5))
    let found = try #require(context.sensitivity)
    #expect(found.objective == .dependency && isClose(found.value, 0.5) && !found.isRelaxed)
    var sides: [ModelInput.Kind: [InputSensitivity.Side]] = [:]
    for row in found.rows { sides[row.input.kind] = row.sides }
    #expect(found.rows.count == 3)
    func check(_ kind: ModelInput.Kind, _ expected: [Double]) throws {
      let found = try #require(sides[kind])
      #expect(found.map(\.factor) == [0.9, 1.1])
      let values: [Double] = found.map { [$0.reoptimised ?? 9, $0.held ?? 9] }.reduce([], +)
      for (value, wanted) in zip(values, expected) {
        #expect(isClose(value, wanted, relative: 1e-5), "\(kind)")
      }
    }
    try check(.capex(stage: "magnet"), [1 - 0.5 / 0.9, 0.5, 1 - 0.5 / 1.1, 1 - 0.5 / 1.1])
    try check(
      .demand(segment: 0), [1 - 0.5 / 0.9, 1 - 0.5 / 0.9, 1 - 0.5 / 1.1, 1 - 0.5 / 1.1])
    try check(.money(fund: 0), [0.55, 0.55, 0.45, 0.5])
  }

  @Test func `a permit that takes a step longer counts though no dual value shows it`() throws {
    // Permitted in a year, half of the demand is served in 2027. A tenth longer, nothing comes on line.
    let text = MagnetModel(
      plants: [.init(expansion: "max: 2 kt/yr, capex: 100 kUSD/(t/yr), permit: 1 year")])
    let found = try #require(try context(model(text.text)).context.sensitivity)
    let first = try #require(found.rows.first)
    #expect(first.input.kind == .permits)
    #expect(isClose(first.sides[0].reoptimised ?? 0, 0.75))
    #expect(isClose(first.sides[1].reoptimised ?? 0, 1) && isClose(first.sides[1].held ?? 0, 1))
  }

  @Test func `a parity price moves with the price of its imports`() throws {
    let text = MagnetModel().text
      .replacing("price: 50 USD/kg", with: "price: parity, premium: 5 USD/kg")
      .replacing(
        "country: CN", with: "country: CN, price: 40 USD/kg, tariff: 25%, freight: 3 USD/kg")
    let base = try model(text)
    let scaled = ModelInput(kind: .price(commodity: 0)).scaled(by: 1.1, in: base)
    #expect(isClose(base.commodities[0].price?.level(2026) ?? 0, 58_000))
    #expect(isClose(scaled.commodities[0].price?.level(2026) ?? 0, 63_800))
    #expect(isClose(scaled.imports[0].landedPrice(2026) ?? 0, 58_300))
  }

  // MARK: Properties

  @Test(arguments: Repository.corpusNames.filter { !$0.hasPrefix("month") })
  func `a plan is at least as good as without money, and made again as good as held`(
    _ name: String
  ) throws {
    var model = try ModelDocument.read(path: Repository.corpus(name)).model()
    model.objectives = [.dependency, .publicCost]
    let allocation = AllocationProgram(model, relaxed: true)
    let solution = solve(allocation)
    guard solution.status == .optimal, let value = solution.objectives.first?.value else { return }
    let settings = RunSettings(isRelaxed: true)
    let context = try #require(PlanContext.find(allocation, solution, settings))
    let noise = 1e-6 * max(1, abs(value))
    let isEntitled = model.funds.contains { $0.pays.isEntitled }
    if let baseline = context.baseline?.dependency, !isEntitled {
      #expect(baseline >= value - noise, "\(name)")
    }
    for row in context.sensitivity?.rows ?? [] {
      for side in row.sides {
        guard let held = side.held else { continue }
        let again = try #require(side.reoptimised, "\(name): \(row.input)")
        #expect(held >= again - noise, "\(name): \(row.input)")
      }
    }
  }
}
