import Allocation
import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

// Values are held to a millionth of their size while the next objective is minimised, so they are compared a
// little more coarsely.

/// Foreign magnets may stop coming in 2028. A plant awarded in 2026 or 2027 works a year later; 100 t/yr cost
/// 10 MUSD, demand is 1 kt/yr. Foreign magnets count 1, going without counts 2.
func banModel(
  ban: String = "50%", base: String = "50%", money: String = "50 MUSD", more: String = "",
  expansion: String = "", reveal: Int = 2027
) -> String {
  """
  lodestone: 1
  name: ban
  horizon: { start: 2026, end: 2028, step: year }
  money: { currency: USD, discount: 0% }
  provenance:
    classes: { domestic: 0, foreign: 1 }
    countries: { US: domestic, CN: foreign }
  commodities:
    magnet: { stage: magnet, price: 50 USD/kg }
    heavy: { stage: magnet, price: 50 USD/kg }
  facilities:
    plain_plant:
      stage: magnet
      country: US
      recipe: { out: { magnet: 1 } }
      expansion: { max: 1 kt/yr, capex: 100 kUSD/(t/yr), construction: 1 year \(expansion) }
    heavy_plant:
      stage: magnet
      country: US
      recipe: { out: { heavy: 1 } }
      expansion: { max: 1 kt/yr, capex: 100 kUSD/(t/yr), construction: 1 year \(expansion) }
  imports:
    cn_plain: { commodity: magnet, country: CN, limit: 5 kt/yr }
    cn_heavy: { commodity: heavy, country: CN, limit: 5 kt/yr }
  demand:
    plain: { commodity: magnet, quantity: 1 kt/yr, weight: 1.2 }
    hard: { commodity: heavy, quantity: 1 kt/yr }
  funds:
    grants: { instruments: [grant], appropriations: { 2026: \(money) } , keep: 0% }
  scenarios:
    ban:
      changes:
        - { set: imports.cn_heavy.limit, to: 0 t/yr, from: 2027 }
  uncertainty:
    reveal: \(reveal)
    outcomes: { base: \(base), ban: \(ban) }
  \(more)
  """
}

private func planned(
  _ yaml: String, _ risk: Uncertainty.Risk = .expected, level: Double = 0.9,
  method: UncertaintySettings.Method = .extensive
) throws -> UncertainPlan {
  let document = try ModelDocument.read(text: yaml, file: "test.yaml")
  let uncertainty = try #require(document.base.uncertainty)
  let list = try OutcomeList(document, uncertainty)
  var settings = UncertaintySettings()
  settings.risk = RiskMeasure(risk, level: level)
  settings.method = method
  return try planUnderUncertainty(list, base: document.base, settings)
}

func isNear(_ a: Double?, _ b: Double?, _ tolerance: Double = 5e-6) -> Bool {
  guard let a, let b else { return false }
  return abs(a - b) <= tolerance
}

/// Plans before the outcome is known.
@Suite struct UncertaintyTests {
  // Weighted demand: 2.2 kt in each of three years, 6.6 in all. 50 MUSD buy 0.5 kt/yr of one plant, at work in
  // 2027 and 2028. Spent on the plain plant it saves 0.5·1.2·2 = 1.2 in both outcomes. Spent on the heavy one
  // it saves 0.5·2 = 1 without a ban and 0.5·2·2 = 2 with it. All foreign: 6.6; with a ban 2 more: 8.6.

  @Test func `a likely ban makes the hedge worth it`() throws {
    // Expected savings: plain 1.2, heavy 0.5·1 + 0.5·2 = 1.5.
    let plan = try planned(banModel())
    #expect(plan.solution.status == .optimal)
    #expect(isNear(plan.value, (0.5 * 6.6 + 0.5 * 8.6 - 1.5) / 6.6))
    #expect(isNear(plan.outcomes[0].objectives.first?.value, 5.6 / 6.6))
    #expect(isNear(plan.outcomes[1].objectives.first?.value, 6.6 / 6.6))
    // Known from the start: 6.6 − 1.2 and 8.6 − 2.
    #expect(isNear(plan.waitAndSee, (0.5 * 5.4 + 0.5 * 6.6) / 6.6))
    #expect(isNear(plan.valueOfPerfectInformation, 0.1 / 6.6))
    #expect(isNear(plan.outcomes[0].regret, 0.2 / 6.6))
    // The base plan builds the plain plant: 5.4 and 7.4.
    #expect(isNear(plan.baseCase?.value, 6.4 / 6.6))
    let hedge = try #require(plan.hedgingDecisions.first { $0.id == "heavy_plant" })
    #expect(isNear(hedge.planned, 500, 0.01) && isNear(hedge.base, 0, 0.01))
    #expect(isNear(hedge.own[0], 0, 0.01) && isNear(hedge.own[1], 500, 0.01))
    // Known from the start, the heavy plant is built with the ban alone.
    #expect(plan.earlyAwards.map(\.ownPlans) == [1])
    #expect(isNear(plan.earlyAwards[0].capacity, 500, 0.01))
  }

  @Test func `an unlikely ban does not`() throws {
    // Heavy saves 0.9·1 + 0.1·2 = 1.1 < 1.2.
    let plan = try planned(banModel(ban: "10%", base: "90%"))
    #expect(isNear(plan.value, (0.9 * 5.4 + 0.1 * 7.4) / 6.6))
    #expect(isNear(plan.baseCase?.value, plan.value))
    #expect(plan.hedgingDecisions.isEmpty)
  }

  @Test func `the worst case, the regret and the tail have their hand-made values`() throws {
    // Money split as s to the heavy plant: base 5.4 + 0.2·s, ban 7.4 − 0.8·s with s from 0 to 1 of it.
    let worst = try planned(banModel(), .worst)
    #expect(isNear(worst.value, 6.6 / 6.6))
    // Regrets 0.2·s and 0.8·(1 − s) meet at s = 0.8.
    let regret = try planned(banModel(), .regret)
    #expect(isNear(regret.value, 0.16 / 6.6))
    #expect(isNear(regret.outcomes[0].regret, 0.16 / 6.6))
    #expect(isNear(regret.outcomes[1].regret, 0.16 / 6.6))
    // A ban of 10 %, the worst 20 %: half of the tail is the ban.
    let tail = try planned(banModel(ban: "10%", base: "90%"), .cvar, level: 0.8)
    #expect(isNear(tail.value, (0.5 * 5.6 + 0.5 * 6.6) / 6.6))
    let expected = try planned(banModel(ban: "10%", base: "90%"))
    let worse = try planned(banModel(ban: "10%", base: "90%"), .worst)
    #expect(try #require(expected.value) <= #require(tail.value) + 1e-9)
    #expect(try #require(tail.value) <= #require(worse.value) + 1e-9)
  }

  @Test func `what is decided before the reveal is the same in all outcomes`() throws {
    let plan = try planned(banModel())
    let builds = plan.outcomes.map { outcome in
      (outcome.plan?.builds ?? []).filter { $0.step < 1 }.map { "\($0.facility) \($0.capacity)" }
    }
    #expect(builds[0] == builds[1])
    #expect(!builds[0].isEmpty)
  }

  @Test func `a reveal in the first year costs nothing`() throws {
    let plan = try planned(banModel(reveal: 2026))
    #expect(isNear(plan.valueOfPerfectInformation, 0))
  }

  @Test(arguments: [0, 1])
  func `one certain outcome is the plain solve, later objectives too`(which: Int) throws {
    let yaml = banModel(ban: which == 1 ? "100%" : "0%", base: which == 0 ? "100%" : "0%")
    let document = try ModelDocument.read(text: yaml, file: "test.yaml")
    let model = try document.model(scenarios: which == 1 ? ["ban"] : [])
    let plain = Allocation.solve(AllocationProgram(model))
    for risk in [Uncertainty.Risk.expected, .worst, .cvar] {
      let plan = try planned(yaml, risk)
      #expect(plan.outcomes.count == 1)
      #expect(isNear(plan.value, plain.objectives[0].value))
      #expect(isNear(plan.solution.objectives[1].value, plain.objectives[1].value, 1e-3))
    }
    #expect(isNear(try planned(yaml, .regret).value, 0))
  }

  @Test func `a decision that one outcome rules out is ruled out in all`() throws {
    let yaml = banModel().replacingOccurrences(
      of: "to: 0 t/yr, from: 2027 }",
      with:
        "to: 0 t/yr, from: 2027 }\n      - { set: facilities.heavy_plant.expansion.earliest, to: 2027 }"
    )
    let plan = try planned(yaml)
    #expect(isNear(plan.value, (0.5 * 5.4 + 0.5 * 7.4) / 6.6))
  }

  @Test func `whole modules are the same in all outcomes, and the gap is told`() throws {
    let plan = try planned(banModel(expansion: ", module: 500 t/yr"))
    #expect(plan.solution.status == .optimal)
    #expect(plan.solution.size.integers > 0)
    #expect(isNear(plan.value, 6.1 / 6.6))
    #expect(plan.solution.verification?.isVerified == true)
    // With modules of 400 t/yr one is bought, and 10 MUSD are left.
    let coarse = try planned(banModel(expansion: ", module: 400 t/yr"))
    #expect(isNear(coarse.value, (7.6 - 0.8 * 1.5) / 6.6))
  }

  @Test func `a sampled model has its count of outcomes around each scenario`() throws {
    let yaml =
      banModel()
      + "\n  sample: { count: 3, seed: 5, vary: [{ path: demand.*.quantity, uniform: { low: 0.9, high: 1.1 } }] }\n"
    let fixed = yaml.replacingOccurrences(of: "  \n\n  sample", with: "  sample")
    let plan = try planned(fixed)
    #expect(plan.outcomes.count == 6)
    #expect(isNear(plan.outcomes.reduce(0) { $0 + $1.probability }, 1))
    #expect(plan.outcomes[0].name == "base #1")
    #expect(plan.outcomes.allSatisfy { ($0.regret ?? -1) > -1e-7 })
  }

  @Test func `an impossible outcome leaves no plan, and says so`() throws {
    let plan = try planned(banModel(more: "targets: { 2028: 10% }"))
    #expect(plan.solution.status == .infeasible)
    #expect(plan.value == nil)
  }

  @Test func `planning that is cancelled ends as interrupted`() throws {
    let document = try ModelDocument.read(text: banModel(), file: "test.yaml")
    let list = try OutcomeList(document, try #require(document.base.uncertainty))
    var settings = UncertaintySettings()
    settings.run.allocation.cancellation = Cancellation()
    settings.run.allocation.cancellation?.cancel()
    let plan = try planUnderUncertainty(list, base: document.base, settings)
    #expect(plan.solution.status == .interrupted)
  }
}

/// Plans made outcome by outcome.
@Suite struct DecompositionTests {
  @Test(arguments: [Uncertainty.Risk.expected, .worst, .regret, .cvar])
  func `the decomposition finds what the extensive form finds, and proves it`(
    risk: Uncertainty.Risk
  ) throws {
    let yaml = banModel(ban: "30%", base: "70%")
    let whole = try planned(yaml, risk, level: 0.6)
    let parts = try planned(yaml, risk, level: 0.6, method: .decomposition)
    #expect(parts.solution.reason == nil)
    // A regret is so small a difference that the extensive form may have to be asked.
    #expect(parts.method == .decomposition || risk == .regret)
    #expect(parts.solution.status == .optimal)
    #expect(parts.solution.verification?.isVerified == true)
    #expect(isNear(parts.value, whole.value, 1e-5))
    #expect(
      isNear(
        parts.solution.objectives.last?.value, whole.solution.objectives.last?.value, 1e-2))
    let bound = try #require(parts.solution.stages[0].verification?.dualBound)
    #expect(bound <= (whole.value ?? 0) + 1e-7)
  }
}

/// Plans with limited foresight.
@Suite struct RollingTests {
  private func rolled(_ yaml: String, _ foresight: Int, _ step: Int = 1) throws -> RollingPlan {
    let document = try ModelDocument.read(text: yaml, file: "test.yaml")
    let model = try document.model(scenarios: ["ban"])
    return rollingPlan(model, RollingSettings(foresight: foresight, step: step))
  }

  @Test func `foresight of the whole horizon is perfect foresight`() throws {
    let plan = try rolled(banModel(), 3)
    #expect(plan.windows.count == 1)
    #expect(isNear(plan.cost[0].value, 0))
  }

  @Test func `who does not see the ban coming builds the wrong plant`() throws {
    // In 2026 nothing is banned: the plain plant. With foresight 8.6 − 2, without 8.6 − 1.2.
    let plan = try rolled(banModel(), 1)
    #expect(plan.windows.map(\.seen) == [2026...2026, 2027...2027, 2028...2028])
    #expect(plan.rolling.status == .optimal)
    #expect(isNear(plan.rolling.objectives[0].value, 7.4 / 6.6))
    #expect(isNear(plan.full.objectives[0].value, 6.6 / 6.6))
    // Later objectives may give up a millionth of the first in every window.
    #expect(abs(plan.cost[0].value - 0.8 / 6.6) < 5e-6)
  }

  @Test func `one year more of foresight is enough`() throws {
    let plan = try rolled(banModel(), 2)
    #expect(abs(plan.cost[0].value) < 5e-6)
  }

  @Test func `debt that a price that falls leaves unserved is told, and the plan goes on`() throws {
    let plant = MagnetModel.Plant(
      keys: ["opex: 5 USD/kg"], expansion: "max: 200 t/yr, capex: 50 kUSD/(t/yr)")
    let loans =
      "loans: { instruments: [loan], appropriations: { 2026: 10 MUSD }, keep: 0%, "
      + "loan: { rate: 0%, tenor: 2 years } }"
    let yaml = MagnetModel(
      name: "falling price", horizon: 2026...2028, discount: "0%",
      price: "{ 2026: 50 USD/kg, 2027: 10 USD/kg }", plants: [plant], funds: [loans]
    ).text
    let model = try ModelDocument.read(text: yaml, file: "test.yaml").model()
    let plan = rollingPlan(model, RollingSettings(foresight: 1, step: 1))
    // 2026 expects 45 USD/kg of margin on 200 t, 9 MUSD a year for 5 MUSD of service; there is 1 MUSD. With
    // foresight nothing is lent.
    #expect(plan.rolling.status == .optimal)
    #expect(plan.windows.map(\.isFeasibilityRelaxed) == [false, true, true])
    #expect(isNear(plan.rolling.objectives[0].value, 0.8))
    #expect(isNear(plan.full.objectives[0].value, 1))
    #expect(plan.violations.map(\.kind) == [.debt, .debt])
    #expect(plan.violations.map(\.year) == [2027, 2028])
    #expect(plan.violations.allSatisfy { abs($0.amount - 4) < 1e-4 })
  }

  @Test func `debt that may be put off leaves no obligation unkept`() throws {
    let plant = MagnetModel.Plant(
      keys: ["opex: 5 USD/kg"], expansion: "max: 200 t/yr, capex: 50 kUSD/(t/yr)")
    let loans =
      "loans: { instruments: [loan], appropriations: { 2026: 10 MUSD }, keep: 0%, "
      + "loan: { rate: 0%, tenor: 2 years, forbearance: { rate: 0% } } }"
    let yaml = MagnetModel(
      name: "falling price", horizon: 2026...2028, discount: "1%",
      price: "{ 2026: 50 USD/kg, 2027: 10 USD/kg }", plants: [plant], funds: [loans]
    ).text
    let model = try ModelDocument.read(text: yaml, file: "test.yaml").model()
    let plan = rollingPlan(model, RollingSettings(foresight: 1, step: 1))
    // 1 MUSD a year is earned for 5 of service; 4 are put off in 2027 and 4 in 2028, and never paid.
    #expect(plan.rolling.status == .optimal)
    #expect(plan.violations.isEmpty)
    #expect(plan.windows.map(\.isFeasibilityRelaxed) == [false, false, false])
    #expect(isNear(plan.rolling.objectives[0].value, 0.8))
    let made = try #require(plan.rolling.plan)
    #expect(abs((made.neverPaid.first?.amount ?? 0) - 8) < 1e-3)
  }

  @Test func `what no letting off makes possible has no plan`() throws {
    let plan = try rolled(banModel(more: "targets: { 2028: 10% }"), 1)
    #expect(plan.rolling.status == .infeasible)
    #expect(plan.violations.isEmpty)
  }
}
