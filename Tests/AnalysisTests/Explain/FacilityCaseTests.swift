import SupplyChain
import Testing

@testable import Analysis

@Suite struct FacilityCaseTests {
  private func value(
    _ quantity: FacilityCase.BreakEven.Quantity, in found: FacilityCase
  ) -> Double? {
    found.breakEvens.first { $0.quantity == quantity }?.value
  }

  @Test func `the dearer of two plants comes in at the other's capex`() throws {
    let model = try Sample.plants(
      Sample.plant("cheap", expansion: "capex: 100 kUSD/(t/yr)"),
      Sample.plant("dear", expansion: "capex: 125 kUSD/(t/yr)"))
    let dear = try FacilityCase.explain(model, facility: 1)
    #expect(dear.standing == .out)
    #expect(isNear(try #require(value(.capex, in: dear)), 0.8, 1e-4))
    // A t/yr of it takes the money of 1.25 t/yr of the other: 0.25 t of 1,000 in each year.
    #expect(isNear(dear.reducedCost ?? 0, 0.25 / 1000, 1e-4))
    let cheap = try FacilityCase.explain(model, facility: 0)
    #expect(cheap.standing == .needed)
    #expect(isNear(cheap.least, 500, 1e-3) && isNear(cheap.most, 500, 1e-3))
    #expect(isNear(try #require(cheap.valueWithout), 0.6))
    #expect(isNear(try #require(value(.capex, in: cheap)), 1.25, 1e-4))
  }

  @Test func `a plant at a loss comes in at the price that covers its costs`() throws {
    let model = try Sample.plants(
      Sample.plant("plant", "opex: 62 USD/kg", expansion: "capex: 100 kUSD/(t/yr)"))
    let found = try FacilityCase.explain(model, facility: 0)
    #expect(found.standing != .needed)
    #expect(isNear(try #require(value(.premium, in: found)), 12_000, 1e-4))
    #expect(value(.capex, in: found) == nil)
  }

  @Test func `a plant too late for the horizon says so and from which permit it would not be`()
    throws
  {
    let model = try Sample.plants(
      Sample.plant("plant", expansion: "capex: 100 kUSD/(t/yr), permit: 3 years"))
    let found = try FacilityCase.explain(model, facility: 0)
    #expect(found.standing == .impossible)
    #expect(found.firstYear == nil)
    #expect(value(.permit, in: found) == 1)
  }

  @Test func `two plants alike are each built in some best plans only`() throws {
    let model = try Sample.plants(
      Sample.plant("left", expansion: "capex: 100 kUSD/(t/yr)"),
      Sample.plant("right", expansion: "capex: 100 kUSD/(t/yr)"))
    let found = try FacilityCase.explain(model, facility: 0)
    #expect(found.standing == .optional)
    #expect(isNear(found.most, 500, 1e-3))
    #expect(found.least < 1)
  }
}
