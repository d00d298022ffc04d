import TestSupport
import Testing

@testable import SupplyChain

@Suite struct ModelNumbersTests {
  private func numbers(_ text: String = Example.small) throws -> ModelNumbers {
    try ModelNumbers(Example.read(text))
  }

  private func index(_ path: String, in numbers: ModelNumbers) throws -> Int {
    try #require(numbers.numbers.firstIndex { $0.path.joined(separator: ".") == path }, "\(path)")
  }

  @Test func `every quantity of a model is a number with its place`() throws {
    let numbers = try numbers()
    let paths = numbers.numbers.map { $0.path.joined(separator: ".") }
    for path in [
      "money.discount", "provenance.classes.allied", "commodities.oxide.price.2030",
      "facilities.pit.recipe.out.ore", "facilities.pit.expansion.fast_track.permit",
      "imports.cn_ore.limit.2026", "demand.cars.quantity.2026", "funds.grants.appropriations.2028",
      "limits.mines.at_most",
    ] {
      #expect(paths.contains(path), "\(path)")
    }
    #expect(Set(paths).count == paths.count)
    // Years and a surcharge are none.
    #expect(
      !paths.contains("horizon.start")
        && !paths.contains("facilities.pit.expansion.fast_track.capex"))
    let price = numbers.numbers[try index("commodities.oxide.price.2030", in: numbers)]
    #expect(price.location.line == 10 && price.location.file == "m.yaml")
  }

  @Test func `a multiplied number is what a factor of the command line makes of it`() throws {
    let document = try Example.read(Example.small)
    let numbers = try ModelNumbers(document)
    let opex = try index("facilities.plant.opex", in: numbers)
    let scaled = try numbers.model(scaling: [(number: opex, by: 1.5)])
    let expected = try document.model(factors: [(path: "facilities.plant.opex", by: 1.5)])
    #expect(scaled.facilities[1].opex.level(2027) == expected.facilities[1].opex.level(2027))
    #expect(scaled.facilities[0].opex == document.base.facilities[0].opex)
    let price = try index("commodities.oxide.price.2026", in: numbers)
    let money = try index("funds.grants.appropriations.2026", in: numbers)
    let both = try numbers.model(scaling: [(number: price, by: 2), (number: money, by: 0.5)])
    #expect(both.commodities[1].price == Series(years: [2026, 2030], values: [150_000, 95_000]))
    #expect(both.funds[0].appropriations == Series(years: [2026, 2028], values: [150, 100]))
  }

  @Test func `a share stays a share, and shares that must add up are refused`() throws {
    let text = Example.small("max_share: 75%", "max_share: 75%\n    keep: 100%")
      .replacing("permit: 3 years", with: "permit: 3 years\n      spending: [40%, 60%]")
    let numbers = try numbers(text)
    let share = try index("funds.grants.max_share", in: numbers)
    #expect(try numbers.model(scaling: [(number: share, by: 2)]).funds[0].maxShare == 1)
    let spending = try index("facilities.pit.expansion.spending.1", in: numbers)
    #expect(throws: ModelErrors.self) {
      try numbers.model(scaling: [(number: spending, by: 0.9)])
    }
  }

  @Test func `one amount for every year is multiplied in every year`() throws {
    let text = Example.small("{ 2026: 300 MUSD, 2028: 100 MUSD }", "10 MUSD")
    let numbers = try numbers(text)
    let money = try index("funds.grants.appropriations", in: numbers)
    let scaled = try numbers.model(scaling: [(number: money, by: 3)])
    #expect(scaled.funds[0].appropriations.values == Array(repeating: 30, count: 5))
  }

  @Test func `what a scenario changed is multiplied as it stands`() throws {
    let text = Example.small(adding: Example.scenario(["scale: commodities.*.price, by: 2"]))
    let numbers = try ModelNumbers(Example.read(text), scenarios: ["s"])
    let price = try index("commodities.oxide.price", in: numbers)
    let scaled = try numbers.model(scaling: [(number: price, by: 0.5)])
    #expect(scaled.commodities[1].price?.level(2026) == 75_000)
    #expect(scaled.commodities[1].price?.level(2030) == 95_000)
  }
}
