import SupplyChain
import Testing

@testable import Analysis

@Suite struct BreakEvenTests {
  @Test
  func `a plant at a loss of 10 USD/kg has its floor there, and a guarantee frees the grants`()
    throws
  {
    // 100 MUSD build and support: 120 a kt/yr, so 5/6 kt/yr; without support it cannot run; guaranteed, all the
    // money builds 1 kt/yr, and 2 kt at 10 USD/kg are paid.
    let model = try Sample.plants(
      Sample.plant("plant", "opex: 60 USD/kg", expansion: "capex: 100 kUSD/(t/yr)"),
      instruments: "grant, price_support", appropriation: "100 MUSD")
    let outlook = try #require(try BreakEvenPrices.find([("base", model)]).outlooks.first)
    #expect(isNear(try #require(outlook.value), 1.0 / 6))
    #expect(isNear(try #require(outlook.valueWithoutSupport), 1))
    #expect(abs(try #require(outlook.valueWithGuarantee)) < 1e-6)
    #expect(isNear(outlook.support, 10 * 10 / 6.0, 1e-4))
    #expect(isNear(outlook.guarantee, 20, 1e-4))
    #expect(outlook.plants.map(\.year) == [2026, 2027])
    for row in outlook.plants {
      #expect(isNear(row.marketPrice, 50_000))
      #expect(isNear(row.floor, 60_000))
      #expect(isNear(row.margin, -10_000))
      #expect(isNear(try #require(row.supportedPrice), 60_000, 1e-4))
    }
  }

  @Test func `a plant that earns its costs needs no floor`() throws {
    let model = try Sample.plants(
      Sample.plant("plant", "opex: 20 USD/kg", expansion: "capex: 100 kUSD/(t/yr)"))
    let outlook = try #require(try BreakEvenPrices.find([("base", model)]).outlooks.first)
    #expect(outlook.support == 0 && outlook.guarantee == 0)
    #expect(outlook.value == outlook.valueWithoutSupport)
    #expect(outlook.plants.allSatisfy { isNear($0.margin, 30_000) && isNear($0.floor, 20_000) })
  }

  @Test func `a case without a plan is told and the others go on`() throws {
    let model = try Sample.tutorial()
    let impossible = try Sample.tutorial(
      more: "limits: [{ name: impossible, measure: award, at_least: 1000000 MUSD, per: horizon }]")
    let floors = try BreakEvenPrices.find([
      ("base", model), ("strict", impossible), ("again", model),
    ])
    #expect(floors.outlooks.map { $0.value == nil } == [false, true, false])
    #expect(floors.outlooks[1].reason?.contains("impossible") == true)
  }

  @Test func `a case that cannot meet its targets is of the plan that misses them least`() throws {
    // Nothing is at work in 2026, so all is foreign then, whatever is paid.
    let model = try Sample.tutorial()
    let floors = try BreakEvenPrices.find([
      ("base", model), ("strict", try Sample.tutorial(targets: [2026: 0])),
    ])
    let (base, strict) = (floors.outlooks[0], floors.outlooks[1])
    #expect(strict.reason == nil && base.misses.isEmpty)
    #expect(strict.misses.map(\.year) == [2026] && isNear(strict.misses[0].reached, 1))
    #expect(strict.missesWithoutSupport.map(\.year) == [2026])
    #expect(isNear(strict.value ?? 0, base.value ?? 1))
    #expect(isNear(strict.valueWithGuarantee ?? 0, base.valueWithGuarantee ?? 1))
  }
}
