import Allocation
import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// The plan of the base case carried out in every outcome, in the model of the ban: 50 MUSD build 500 t/yr of the plain
/// plant, which saves 1.2 · 0.5 in two years of three; all is 6.6.
@Suite struct StressTestTests {
  private func tested(_ text: String) throws -> StressTest {
    let document = try ModelDocument.read(text: text, file: "test.yaml")
    let uncertainty = try #require(document.base.uncertainty)
    return try StressTest.find(
      try OutcomeList(document, uncertainty), base: document.base, settings: RunSettings())
  }

  private let banned = "- { set: imports.cn_heavy.limit, to: 0 t/yr, from: 2027 }"

  // Under the ban nobody serves 1 kt/yr of the heavy magnets in two years, which counts twice.
  @Test func `what is decided before the reveal is held in every outcome`() throws {
    let test = try tested(banModel())
    #expect(isNear(test.plan.objectives.first?.value, 5.4 / 6.6))
    #expect(isNear(test.outcomes[0].value, 5.4 / 6.6))
    #expect(isNear(test.outcomes[1].value, 7.4 / 6.6))
    #expect(test.outcomes.allSatisfy { $0.violations.isEmpty && !$0.isCutBack })
    let spread = try #require(test.spread)
    #expect(isNear(spread.value.mean, 6.4 / 6.6))
    #expect(isNear(spread.value.p10, 5.4 / 6.6) && isNear(spread.value.p90, 7.4 / 6.6))
    #expect(isNear(spread.byYear[1]?.p10, 1.6 / 2.2) && isNear(spread.byYear[1]?.p90, 2.6 / 2.2))
    #expect(spread.failures.isEmpty && test.shareWithoutPlan == 0 && test.unfinished == 0)
  }

  // The plan that allows for the ban does no worse in the mean than the one that is carried out.
  @Test func `a plan made for all outcomes is at least as good in the mean`() throws {
    let text = banModel()
    let document = try ModelDocument.read(text: text, file: "test.yaml")
    let list = try OutcomeList(document, try #require(document.base.uncertainty))
    let plan = try planUnderUncertainty(list, base: document.base, UncertaintySettings())
    let mean = try #require(tested(text).spread?.value.mean)
    #expect(try #require(plan.value) <= mean + 1e-9)
  }

  /// 100 MUSD build 1 kt/yr, which earns 50 MUSD a year and owes 50. At 30 USD/kg it lacks 20 in each of two years.
  private var unpaidDebts: String {
    banModel(money: "100 MUSD", expansion: ", private: { max_share: 0% }")
      .replacing(
        "instruments: [grant],",
        with:
          "instruments: [loan], eligible: { facility: [plain_plant] }, loan: { rate: 0%, tenor: 2 years },"
      )
      .replacing(banned, with: "- { set: commodities.magnet.price, to: 30 USD/kg, from: 2027 }")
  }

  @Test func `objectives start from the vertex of least violation and end where a cold solve does`()
    throws
  {
    let document = try ModelDocument.read(text: unpaidDebts, file: "test.yaml")
    let list = try OutcomeList(document, try #require(document.base.uncertainty))
    let base = AllocationProgram(document.base, relaxed: true)
    let own = AllocationProgram(list.outcomes[1].model, relaxed: true, keepsUnpayable: true)
    let stage = try FirstStage([base, own], reveal: list.uncertainty.reveal)
    let held = own.holding(stage.held(stage.values(base, point: solve(base).point), in: 1))
    #expect(solve(held).status == .infeasible)
    let relaxed = try #require(held.feasibilityRelaxation(AllocationSettings()))
    let start = try #require(relaxed.start)
    let warm = solve(relaxed.program, from: start)
    #expect(warm.status == .optimal)
    let cold = solve(relaxed.program)
    for (found, expected) in zip(warm.objectives, cold.objectives) {
      #expect(isNear(found.value, expected.value, 1e-6 * max(1, abs(expected.value))))
    }
    #expect(warm.stages.first?.attempts.first?.detail.contains("from the basis") == true)
  }

  @Test func `debts that an outcome leaves unpaid are told and nothing else is given up`() throws {
    let test = try tested(unpaidDebts)
    #expect(isNear(test.outcomes[0].value, 4.2 / 6.6))
    #expect(test.outcomes[0].violations.isEmpty)
    #expect(isNear(test.outcomes[1].value, 4.2 / 6.6, 1e-6))
    let lacking = test.outcomes[1].violations
    #expect(lacking.map(\.year) == [2027, 2028] && lacking.allSatisfy { $0.kind == .debt })
    #expect(lacking.allSatisfy { isNear($0.amount, 20, 1e-3) })
  }

  // Of 500 t/yr an outcome admits 300; the money that is left over goes to nothing else before the reveal.
  @Test func `awards that an outcome does not admit are cut back`() throws {
    let test = try tested(
      banModel().replacing(
        banned, with: "- { set: facilities.plain_plant.expansion.max, to: 300 t/yr }"))
    #expect(!test.outcomes[0].isCutBack && test.outcomes[1].isCutBack)
    #expect(isNear(test.outcomes[1].value, (6.6 - 0.72) / 6.6))
  }

  // Where it succeeds, the plain plant saves 1.2 of 6.6.
  @Test func `a project that fails is told with what its failure costs`() throws {
    let test = try tested(
      banModel(expansion: ", delivery: { success: 75% }").replacing(
        "outcomes: { base: 50%, ban: 50% }",
        with: "sample: { count: 20, seed: 7, vary: [ { delivery: facilities.plain_plant } ] }"))
    let failed = test.outcomes.filter { isNear($0.value, 1) }
    let succeeded = test.outcomes.filter { isNear($0.value, 5.4 / 6.6) }
    #expect(failed.count + succeeded.count == 20 && (1...10).contains(failed.count))
    let failure = try #require(test.spread?.failures.first)
    #expect(failure.id == "plain_plant" && isNear(failure.awarded, 500, 0.01))
    #expect(
      isNear(failure.share, Double(failed.count) / 20) && isNear(failure.hurt, 1.2 / 6.6, 1e-5))
  }

  @Test func `a cancelled test says how many outcomes it has not seen`() throws {
    let text = banModel(expansion: ", delivery: { success: 75% }").replacing(
      "outcomes: { base: 50%, ban: 50% }",
      with: "sample: { count: 200, seed: 7, vary: [ { delivery: facilities.plain_plant } ] }")
    let document = try ModelDocument.read(text: text, file: "test.yaml")
    let list = try OutcomeList(document, try #require(document.base.uncertainty))
    var settings = RunSettings()
    let cancellation = Cancellation()
    settings.cancellation = cancellation
    settings.progress = { if $0.phase == "outcomes" { cancellation.cancel() } }
    let test = try StressTest.find(list, base: document.base, settings: settings)
    #expect((1..<200).contains(test.unfinished))
    #expect(test.outcomes.allSatisfy { ($0.status == .interrupted) == ($0.value == nil) })
  }
}
