import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// What each programme takes off, worked out by hand and over random models.
@Suite struct ProgrammeStepsTests {
  private func steps(_ model: Model) throws -> ProgrammeSteps? {
    let solution = solve(AllocationProgram(model, relaxed: true))
    return ProgrammeSteps.find(
      model, try #require(solution.plan), value: solution.objectives[0].value,
      RunSettings(isRelaxed: true))
  }

  /// 50 MUSD of `large` buy 500 t/yr and 10 MUSD of `small` another 100, of 1,000 that are needed.
  private static let twoFunds = MagnetModel(
    funds: [
      "small: { instruments: [grant], appropriations: { 2026: 10 MUSD } }",
      "large: { instruments: [grant], appropriations: { 2026: 50 MUSD } }",
      "idle: { instruments: [stockpile], appropriations: { 2026: 7 MUSD } }",
    ])

  @Test func `the programme that pays most comes first, and those that pay nothing last`() throws {
    let found = try #require(try steps(model(Self.twoFunds.text)))
    #expect(isClose(found.withoutProgrammes, 1))
    #expect(found.steps.map(\.funds) == [[1], [0], [2]])
    #expect(isClose(found.steps[0].value, 0.5) && isClose(found.steps[0].paid, 50, relative: 1e-5))
    #expect(isClose(found.steps[1].value, 0.4) && isClose(found.steps[1].paid, 10, relative: 1e-5))
    #expect(isClose(found.withAll, 0.4) && isClose(found.plan, 0.4))
  }

  @Test func `an entitled programme without appropriations is not there before its step`() throws {
    // 60 USD/kg of opex against a price of 50: without the floor of 60 nothing runs.
    let text = MagnetModel(
      plants: [.init("old", keys: ["opex: 60 USD/kg", "existing: 400 t/yr"])],
      funds: [
        "cfd: { instruments: [price_support], pays: { rule: floor, commodity: magnet, strike: 60 USD/kg, entitled: true, two_way: 100% } }"
      ]
    ).text
    let found = try #require(try steps(model(text)))
    #expect(isClose(found.withoutProgrammes, 1) && isClose(found.withAll, 0.6))
  }

  @Test func `without public money there are no steps`() throws {
    var text = MagnetModel()
    text.funds = []
    #expect(try steps(model(text.text)) == nil)
  }

  @Test func `awards that have been made and targets do not stop the first steps`() throws {
    var text = Self.twoFunds
    text.more = """
      targets: { 2027: 60% }
      committed: [{ facility: plant, fund: small, time: 2026, money: 10 MUSD }]
      """
    let found = try #require(try steps(model(text.text)))
    #expect(isClose(found.withoutProgrammes, 1) && isClose(found.plan, 0.4))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `no step of more programmes is worse, and the last is the plan without its rules`(
    seed: UInt64
  ) throws {
    let model = try Sample.random(seed: seed)
    guard let found = try steps(model) else { return }
    let values = [found.withoutProgrammes] + found.steps.map(\.value)
    for (a, b) in zip(values, values.dropFirst()) { #expect(b <= a + 1e-7) }
    #expect(found.withAll <= found.plan + 1e-7)
    #expect(Set(found.steps.flatMap(\.funds)) == Set(model.funds.indices))
  }
}
