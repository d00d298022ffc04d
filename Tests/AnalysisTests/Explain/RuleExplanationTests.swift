import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// Rules in explanations, evaluations, limited foresight and stochastic programs, on the tutorial.
@Suite struct RuleExplanationTests {
  private func tutorial(_ sections: String) throws -> Model {
    try model(try Repository.text("Models/tutorial.yaml") + "\n" + sections)
  }

  @Test func `a rule is part of a conflict and is loosened by what lacks`() throws {
    // 900 t/yr are home-made at most in 2029: 50 lack.
    let model = try tutorial(
      "rules: [{ name: local, rule: \"served[class=domestic] >= 95% * demand\", from: 2029 }]")
    let iis = try #require(try IIS.find(model))
    #expect(iis.isIrreducible)
    let key = try #require(
      iis.rules.compactMap { rule -> RowKey? in
        if case .row(let key) = rule, key.kind == .rule { key } else { nil }
      }.first)
    #expect(key.first == 0 && key.step == 3)
    let relaxation = try FeasibilityRelaxation.find(model, iis)
    let single = try #require(
      relaxation.single.first { if case .rule = $0.kind { true } else { false } })
    #expect(single.kind == .rule(0, year: 2029))
    #expect(single.value >= 50 && single.value < 50.2)
    #expect(solve(AllocationProgram(single.applied(to: model))).status == .optimal)
  }

  @Test func `a rule with an equals sign is loosened to either side`() throws {
    let model = try tutorial(
      "rules: [{ name: exact, rule: \"served[class=domestic] = 950 t/yr\", from: 2029 }]")
    let iis = try #require(try IIS.find(model))
    let relaxation = try FeasibilityRelaxation.find(model, iis)
    let single = try #require(
      relaxation.single.first { if case .rule = $0.kind { true } else { false } })
    #expect(solve(AllocationProgram(single.applied(to: model))).status == .optimal)
  }

  @Test func `a rule has a price, and its end`() throws {
    // Each t/yr of magnets less in 2028 is foreign then: 1 of 4,000 t. 900 t could be made.
    let model = try tutorial(
      "rules: [{ name: cap, rule: \"activity[facility=magnet_works] <= 500 t/yr\", from: 2028, until: 2028 }]"
    )
    let limiting = try Limiting.explain(model)
    let price = try #require(limiting.prices.first { $0.parameter.kind == .rule(0) })
    #expect(isClose(price.more?.slope ?? 0, -1 / 4000.0, relative: 1e-4))
    #expect(isClose(price.more?.reach ?? 0, 400, relative: 1e-3))
    #expect(price.parameter.size == 500)
  }

  @Test func `awards that break a rule are told by how much`() throws {
    let model = try tutorial("rules: [{ name: cap, rule: awards <= 40 MUSD }]")
    let text =
      "facility,fund,year,amount\nseparation,grants,2026,30 MUSD\nmagnet_works,grants,2026,30 MUSD\n"
    let awards = try AwardFile(text: text).commitments(in: model).awards
    let found = try Evaluation.find(
      model, awards, operatesOnly: false, settings: RunSettings(isRelaxed: false))
    let broken = try #require(found.broken.first)
    guard case .row(let key) = broken.kind else {
      Issue.record("\(broken)")
      return
    }
    #expect(key.kind == .rule && isClose(broken.amount, 20, relative: 1e-4))
  }

  @Test func `a rule over years that are not seen is known when they are`() throws {
    // Awards are at least 80 MUSD in all: unknown to a planner who sees two years, until 2028.
    for foresight in [1, 2, 4] {
      let plan = rollingPlan(
        try tutorial(
          "rules: [{ name: least, rule: awards >= 80 MUSD, per: horizon }]"),
        RollingSettings(foresight: foresight, step: 1))
      #expect(plan.rolling.status == .optimal)
      let awarded = plan.rolling.plan?.awards.reduce(0) { $0 + $1.amount } ?? 0
      #expect(awarded >= 80 * (1 - 1e-6))
    }
  }

  @Test func `a share holds on in years that are not seen`() throws {
    // A planner of one year at a time keeps the rule in each.
    let plan = rollingPlan(
      try tutorial(
        "rules: [{ name: share, rule: \"awards[facility=separation] / awards <= 50%\" }]"),
      RollingSettings(foresight: 2, step: 1))
    #expect(plan.rolling.status == .optimal)
    for row in plan.rolling.plan?.rules ?? [] { #expect(row.left <= row.right + 1e-6) }
  }

  @Test func `every outcome keeps the rules`() throws {
    let text =
      try Repository.text("Models/tutorial.yaml") + """

        rules: [{ name: cap, rule: "activity[facility=magnet_works] <= 900 t/yr", from: 2027 }]
        uncertainty: { reveal: 2028, outcomes: { base: 50%, export_ban: 50% } }
        """
    let document = try ModelDocument.read(text: text, file: "t.yaml")
    let models = try ["base", "export_ban"].map { try document.model(scenarios: [$0]) }
    #expect(models.allSatisfy { $0.rules.map(\.name) == ["cap"] })
    let programs = models.map { AllocationProgram($0) }
    let rows = programs.map { program in program.rows.count { $0.kind == .rule } }
    #expect(rows == [3, 3])
  }
}
