import Allocation
import SupplyChain
import Testing

@testable import Analysis

/// Projects that may fail, in the model of the ban.
@Suite struct DeliveryTests {
  private func plan(money: String, terms: String = "", private share: String) throws
    -> UncertainPlan
  {
    let text =
      banModel(money: money)
      .replacing(
        "outcomes: { base: 50%, ban: 50% }",
        with: "sample: { count: 20, seed: 7, vary: [ { delivery: facilities.plain_plant } ] }"
      )
      .replacing(
        "out: { magnet: 1 } }\n    expansion: {",
        with:
          "out: { magnet: 1 } }\n    expansion: { delivery: { success: 75% }, private: { \(share) },"
      )
      .replacing("instruments: [grant],", with: terms.isEmpty ? "instruments: [grant]," : terms)
    #expect(text.contains("delivery: { success: 75% }"))
    let document = try ModelDocument.read(text: text, file: "test.yaml")
    let uncertainty = try #require(document.base.uncertainty)
    let list = try OutcomeList(document, uncertainty)
    var settings = UncertaintySettings()
    settings.risk = RiskMeasure(.expected, level: 0.9)
    settings.method = .extensive
    return try planUnderUncertainty(list, base: document.base, settings)
  }

  // With half of it private, 50 MUSD build the whole plain plant, which saves 1.2·2 of 6.6 where it succeeds; the
  // heavy plant would take grants alone and save 1 everywhere.
  @Test func `private money is lost with a project that fails and stays away from none`() throws {
    let plan = try plan(money: "50 MUSD", private: "min_share: 50%, max_share: 50%, hurdle: 0%")
    let succeeded = plan.outcomes.filter { ($0.objectives.first?.value ?? 1) < 1 - 1e-6 }.count
    #expect((10...19).contains(succeeded))
    #expect(isNear(plan.value, 1 - 2.4 * Double(succeeded) / 20 / 6.6))
    let failed = try #require(
      plan.outcomes.first { ($0.objectives.first?.value ?? 0) > 1 - 1e-6 }?.plan)
    #expect(isNear(failed.privateMoney.reduce(0) { $0 + $1.amount }, 50, 1e-3))
  }

  // A loan of 100 MUSD at 0 % in two payments of 50, in 2027 and 2028, from a margin of 50 MUSD a year.
  @Test func `a loan to a project that fails is not paid back`() throws {
    let plan = try plan(
      money: "100 MUSD",
      terms:
        "instruments: [loan], eligible: { facility: [plain_plant] }, loan: { rate: 0%, tenor: 2 years },",
      private: "max_share: 0%")
    let costs = plan.outcomes.map { ($0.objectives.last?.value ?? .nan).rounded() }
    let values = plan.outcomes.map { $0.objectives.first?.value ?? .nan }
    #expect(values.contains { $0 < 1 - 1e-6 } && values.contains { $0 > 1 - 1e-6 })
    for (value, cost) in zip(values, costs) { #expect(cost == (value < 1 - 1e-6 ? 0 : 100)) }
  }
}
