import Foundation
import Testing

@testable import SupplyChain

@Suite struct DocumentTests {
  @Test func `the small model reads without problems or warnings`() throws {
    let document = try Example.read(Example.small)
    #expect(document.warnings.map(\.message) == [])
    #expect(document.base.horizon == Horizon(start: 2026, end: 2030, step: .year))
    #expect(document.base.discountRate == 0.05)
    #expect(document.base.objectives == [.dependency, .publicCost])
  }

  @Test func `one appropriation is that of every year`() throws {
    let text = Example.small.replacingOccurrences(
      of: "appropriations: { 2026: 300 MUSD, 2028: 100 MUSD }", with: "appropriations: 30 MUSD")
    let fund = try Example.read(text).base.funds[0]
    #expect((2025...2031).map(fund.appropriations.amount) == [0, 30, 30, 30, 30, 30, 0])
  }

  @Test func `the page's example reads`() throws {
    let document = try Example.read(Example.page)
    let model = document.base
    let facility = model.facilities[2]
    #expect(facility.name == "Mountain Pass separation")
    #expect(facility.existing.level(2030) == 10_000)
    #expect(facility.availability.level(2030) == 0.9)
    #expect(facility.opex.level(2030) == 9000)
    #expect(facility.life == 25)
    #expect(facility.recipe.main == 5)
    let expansion = try #require(facility.expansion)
    #expect(expansion.max == 20_000)
    #expect(expansion.min == 2000)
    #expect(expansion.module == 5000)
    #expect(expansion.options[0].capex.level(2026) == 30_000)
    #expect(expansion.options[1].capex.level(2026) == 31_500)
    #expect(expansion.options[1].permit == 1)
    #expect(expansion.options[1].construction == 2)
    #expect(expansion.ramp == [0.4, 0.8, 1])
    #expect(expansion.requires == 0)
    #expect(expansion.exclusiveGroup == "group_name")
    #expect(expansion.hurdle == 0.12)
    #expect(model.commodities[5].price?.level(2028) == 82_500)
    #expect(model.commodities[5].contains.map(\.share) == [0.65, 0.2])
    #expect(model.imports[0].limit?.level(2035) == 20_000)
    #expect(model.demand[0].requiredClasses == [0, 1])
    #expect(model.demand[0].requiredFrom == 2027)
    #expect(model.stockpiles[0].opening == [0, 0, 20])
    #expect(model.returns[0].from == [1])
    #expect(model.returns[0].lag == 12)
    #expect(model.funds[0].appropriations.amount(2027) == 300)
    #expect(model.funds[0].appropriations.amount(2028) == 0)
    #expect(model.funds[0].eligible.facilities == [2])
    #expect(model.funds[1].appropriations.amount(2026) == 1000)
    #expect(
      model.funds[1].loan == LoanTerms(rate: 0.04, tenor: 10, grace: 2, isRevolving: true))
    #expect(model.limits[0].shareOf == Filter())
    #expect(model.limits[0].value.level(2026) == 0.5)
    #expect(model.targets.map(\.value) == [0.4, 0.2])
    #expect(model.uncertainty?.sample?.vary[0].factor == .normal(mean: 1, sd: 0.1))
    #expect(document.scenarioIDs == ["other_scenario", "price_dumping", "export_ban"])
    let banned = try document.model(scenarios: ["export_ban"])
    #expect(banned.imports[0].limit?.level(2026) == 0)
    #expect(banned.commodities[5].price?.level(2029) == (75_000 + 15_000 * 0.75) / 2)
    #expect(banned.facilities[0].expansion?.options[0].permit == 6)
    #expect(banned.facilities[2].expansion?.options.count == 1)
  }
}
