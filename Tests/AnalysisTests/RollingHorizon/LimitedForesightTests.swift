import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

@Suite struct LimitedForesightTests {
  /// A mine of 1 kt/yr costs 10 MUSD; 1 kt/yr of ore is needed in 11 years.
  private func chain(appropriations: String, limits: String, more: String = "") throws -> Model {
    try model(
      """
      lodestone: 1
      name: Chain
      horizon: { start: 2026, end: 2036 }
      provenance: { classes: { home: 0, foreign: 1 }, countries: { US: home, CN: foreign } }
      commodities: { ore: { stage: mine, price: 10 USD/kg } }
      facilities:
        mine:
          stage: mine
          country: US
          recipe: { out: { ore: 1 } }
          opex: 5 USD/kg
          expansion: { max: 10 kt/yr, capex: 10 kUSD/(t/yr) }
      imports: { cn: { commodity: ore, country: CN, limit: 100 kt/yr } }
      demand: { need: { commodity: ore, quantity: 1 kt/yr\(more) } }
      funds: { f: { instruments: [grant], appropriations: \(appropriations) } }
      limits: [\(limits)]
      """)
  }

  private static let lateMoney =
    "{ 2031: 10 MUSD, 2032: 10 MUSD, 2033: 10 MUSD, 2034: 10 MUSD, 2035: 10 MUSD, 2036: 10 MUSD }"

  /// Every window leaves the next a millionth of the objective.
  private func isNear(_ plan: RollingPlan, _ dependency: Double) -> Bool {
    isClose(plan.rolling.objectives.first?.value ?? -1, dependency, relative: 1e-5)
  }

  private func rolling(_ model: Model, _ foresight: Int, step: Int = 1) -> RollingPlan {
    rollingPlan(model, RollingSettings(foresight: foresight, step: step))
  }

  /// The mine is built with the first money, in 2031: foreign ore in 5 of 11 years.
  @Test(arguments: [
    "{ name: floor, measure: build, at_least: 100 t/yr, from: 2033 }",
    "{ name: cap, measure: import, at_most: 0 t, from: 2033 }",
    "{ name: floor, measure: award, at_least: 15 MUSD, per: horizon }",
  ])
  func `A limit of years not seen is not known before them`(limit: String) throws {
    for foresight in [1, 3, 6, 11] {
      let plan = rolling(try chain(appropriations: Self.lateMoney, limits: limit), foresight)
      #expect(plan.rolling.status == .optimal, "\(foresight): \(plan.rolling.reason ?? "")")
      #expect(isNear(plan, 5 / 11.0), "\(foresight)")
    }
  }

  /// 0.2 kt/yr of mine are built each year from 2026 on, until all ore is from home in 2030:
  /// foreign are 0.8 + 0.6 + 0.4 + 0.2 of 11.
  @Test func `A minimum over the horizon is known when its last year is seen`() throws {
    let floor = "{ name: floor, measure: award, at_least: 15 MUSD, per: horizon }"
    for foresight in [3, 6, 11] {
      let plan = rolling(try chain(appropriations: "2 MUSD", limits: floor), foresight)
      #expect(plan.rolling.status == .optimal, "\(foresight): \(plan.rolling.reason ?? "")")
      #expect(isNear(plan, 2 / 11.0), "\(foresight)")
      let spent = plan.rolling.plan?.awards.reduce(0) { $0 + $1.amount } ?? 0
      #expect(isClose(spent, 15))
    }
  }

  @Test func `Whom a segment requires later is not known before`() throws {
    let required = try chain(
      appropriations: Self.lateMoney, limits: "", more: ", require: { classes: [home], from: 2028 }"
    )
    // With or without the requirement nothing can be done before 2031; then 3 years without any ore.
    let plan = rolling(required, 2)
    #expect(plan.rolling.status == .optimal)
    #expect(isNear(plan, (2 + 3 * 2) / 11.0))
  }

  /// Windows of random models with every kind of limit: what the first sees does not depend on what comes later.
  @Test func `The first years of a plan do not depend on years that it does not see`() throws {
    var random = Random(11)
    var counted = 0
    for _ in 0..<12 {
      let from = random.whole(2030...2035)
      let later = [
        "{ name: a, measure: build, at_least: 50 t/yr, from: \(from) }",
        "{ name: b, measure: import, at_most: 100 t, from: \(from) }",
        "{ name: c, measure: award, at_most: 1 MUSD, from: \(from) }",
        "{ name: d, measure: award, at_least: 4 MUSD, per: horizon }",
        "{ name: e, measure: support, at_most: 0 MUSD, from: \(from) }",
      ].shuffled(using: &random).prefix(random.whole(1...3))
      let money = "{ 2026: 1 MUSD, 2027: 2 MUSD, 2028: 1 MUSD, \(from): 9 MUSD }"
      let free = rolling(try chain(appropriations: money, limits: ""), 4)
      let bound = rolling(
        try chain(appropriations: money, limits: later.joined(separator: ", ")), 4)
      #expect(bound.windows.first?.status == free.windows.first?.status)
      guard let a = free.rolling.plan, let b = bound.rolling.plan else { continue }
      counted += 1
      let early = { (plan: Plan) in
        plan.awards.filter { $0.step < from - 3 - 2026 }.reduce(0) { $0 + $1.amount }
      }
      #expect(isClose(early(a), early(b)))
    }
    #expect(counted >= 6)
  }
}
