import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

@Suite struct OutcomeConflictTests {
  private func planned(_ text: String) throws -> UncertainPlan {
    let document = try ModelDocument.read(text: text, file: "test.yaml")
    let list = try OutcomeList(document, try #require(document.base.uncertainty))
    return try planUnderUncertainty(list, base: document.base, UncertaintySettings())
  }

  @Test func `an outcome without a plan of its own is named`() throws {
    // Foreign magnets of the heavy kind stop coming in the outcome `ban`.
    let plan = try planned(
      banModel(
        more:
          "limits: [{ name: deliveries, measure: import, where: { source: cn_heavy }, at_least: 1 t, from: 2028 }]"
      ))
    #expect(plan.solution.status == .infeasible)
    let conflict = try #require(plan.conflict)
    #expect(conflict.kind == .alone && conflict.names == ["ban"])
    #expect(plan.solution.reason == conflict.words)
    #expect(conflict.words.hasPrefix("outcome ban has no plan by itself: these cannot all hold"))
    #expect(conflict.words.contains("deliveries"))
    #expect(plan.solution.size.rows == 0, "outcomes that cannot be are not put together")
  }

  @Test func `an outcome without a plan is named whether or not the plan is compared`() throws {
    let text = banModel(
      more:
        "limits: [{ name: deliveries, measure: import, where: { source: cn_heavy }, at_least: 1 t, from: 2028 }]"
    )
    let document = try ModelDocument.read(text: text, file: "test.yaml")
    let list = try OutcomeList(document, try #require(document.base.uncertainty))
    for (compares, method) in [
      (true, UncertaintySettings.Method.automatic), (false, .automatic), (false, .decomposition),
    ] {
      var settings = UncertaintySettings()
      settings.compares = compares
      settings.method = method
      settings.run.isRelaxed = true
      let plan = try planUnderUncertainty(list, base: document.base, settings)
      #expect(plan.solution.status == .infeasible, "\(compares), \(method)")
      #expect(plan.conflict?.names == ["ban"], "\(compares), \(method)")
    }
  }

  /// Each move leaves one of two sources, the two together none; the sets that the search begins with have one each.
  @Test func `a set of moves without a plan is named where it is first met`() throws {
    let more = """
      limits: [{ name: deliveries, measure: import, where: { source: [cn_plain, cn_heavy] }, at_least: 1 t, from: 2028 }]
      adversary: { reveal: 2027, at_most: 2, moves: { dear: 1%, no_heavy: 0%, cheap: 1%, no_magnets: 0% } }
      """
    let scenarios = """
      scenarios:
        dear: { changes: [{ scale: "commodities.*.price", by: 1.01 }] }
        cheap: { changes: [{ scale: "commodities.*.price", by: 0.99 }] }
        no_heavy: { changes: [{ set: imports.cn_heavy.limit, to: 0 t/yr, from: 2027 }] }
        no_magnets: { changes: [{ set: imports.cn_plain.limit, to: 0 t/yr, from: 2027 }] }
      """
    let document = try ModelDocument.read(
      text: banModel(more: more).replacing("scenarios:", with: scenarios), file: "test.yaml")
    let list = try OutcomeList(document, against: try #require(document.base.adversary))
    var settings = UncertaintySettings()
    settings.risk = RiskMeasure(.adversary)
    settings.method = .decomposition
    settings.compares = false
    let plan = try planUnderUncertainty(list, base: document.base, settings)
    #expect(plan.solution.status == .infeasible)
    let conflict = try #require(plan.conflict)
    #expect(conflict.kind == .alone && conflict.names == ["no_heavy + no_magnets"])
    #expect(plan.solution.reason == conflict.words)
  }

  /// 10 MUSD must be awarded in all. `early` has money in 2026 alone, `late` in 2027 alone, and the outcome is known
  /// in 2028: what is awarded in 2026 must be possible in both. `base` goes with either.
  @Test func `outcomes that clash through the decisions that they share are named, and no others`()
    throws
  {
    let text = banModel(
      more:
        "limits: [{ name: floor, measure: award, at_least: 10 MUSD, per: horizon }]", reveal: 2028
    ).replacing(
      "outcomes: { base: 50%, ban: 50% }", with: "outcomes: { base: 40%, early: 30%, late: 30% }"
    ).replacing(
      "scenarios:\n",
      with: """
        scenarios:
          early: { changes: [{ set: funds.grants.appropriations, to: { 2026: 50 MUSD } }] }
          late: { changes: [{ set: funds.grants.appropriations, to: { 2027: 50 MUSD } }] }

        """)
    let plan = try planned(
      text.replacing("{ 2026: 50 MUSD } , keep", with: "{ 2026: 50 MUSD, 2027: 50 MUSD } , keep"))
    #expect(plan.solution.status == .infeasible)
    let conflict = try #require(plan.conflict)
    #expect(conflict.kind == .together && conflict.isIrreducible)
    #expect(conflict.names == ["early", "late"])
    #expect(conflict.words.contains("before 2028"))
  }

  @Test func `where there is a plan there is no conflict`() throws {
    let document = try ModelDocument.read(text: banModel(), file: "test.yaml")
    let list = try OutcomeList(document, try #require(document.base.uncertainty))
    #expect(try conflict(of: list, UncertaintySettings()) == nil)
  }
}
