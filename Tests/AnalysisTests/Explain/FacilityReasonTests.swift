import SupplyChain
import TestSupport
import Testing

@testable import Analysis

@Suite struct FacilityReasonTests {
  private func reason(_ model: Model, _ id: String) throws -> FacilityReason? {
    let p = try #require(model.facilities.firstIndex { $0.id == id })
    return try FacilityCase.explain(model, facility: p).reason
  }

  @Test func `a plant whose money helps more elsewhere is too dear`() throws {
    let model = try Sample.plants(
      Sample.plant("cheap", expansion: "capex: 100 kUSD/(t/yr)"),
      Sample.plant("dear", expansion: "capex: 125 kUSD/(t/yr)"))
    guard case .dear(let share, let cost, let other)? = try reason(model, "dear") else {
      Issue.record("another reason")
      return
    }
    #expect(isNear(share ?? 0, 0.8, 1e-4) && isNear(cost, 125_000) && other?.facility == 0)
    #expect(isNear(other?.amount ?? 0, 100_000))
    // What is built of it takes the money of the other.
    let found = try FacilityCase.explain(model, facility: 1)
    #expect(found.swaps.map(\.facility) == [0])
    // A tenth of its largest expansion, 200 t/yr, is what the money can build of it, for 25 of the 50 MUSD.
    #expect(isNear(found.swaps[0].before, 500, 1e-3) && isNear(found.swaps[0].after, 250, 1e-3))
    // Without the cheap one the dear one is built.
    let cheap = try FacilityCase.explain(model, facility: 0)
    #expect(cheap.reason == .needed && cheap.swaps.map(\.facility) == [1])
  }

  @Test func `a plant beside idle capacity is not needed for it`() throws {
    let model = try Sample.plants(
      Sample.plant("there", "existing: 3 kt/yr", expansion: "capex: 100 kUSD/(t/yr)"),
      Sample.plant("new", expansion: "capex: 50 kUSD/(t/yr)"))
    guard case .idle(let others)? = try reason(model, "new") else {
      Issue.record("another reason")
      return
    }
    #expect(others.map(\.facility) == [0] && isNear(others[0].amount, 2000, 1e-3))
  }

  @Test func `a plant at a loss is told what it loses`() throws {
    let model = try Sample.plants(
      Sample.plant("plant", "opex: 62 USD/kg", expansion: "capex: 100 kUSD/(t/yr)"))
    guard case .loss(let loss)? = try reason(model, "plant") else {
      Issue.record("another reason")
      return
    }
    #expect(isNear(loss, 12_000))
  }

  @Test func `a plant that nobody may pay for, and one that comes too late`() throws {
    let late = try Sample.plants(
      Sample.plant("plant", expansion: "capex: 100 kUSD/(t/yr), permit: 3 years"))
    #expect(try reason(late, "plant") == .tooLate(shorterBy: 2))
    let poor = try Sample.plants(
      Sample.plant("plant", expansion: "capex: 100 kUSD/(t/yr)"), instruments: "stockpile")
    #expect(try reason(poor, "plant") == .noMoney)
  }

  @Test func `what is short is named where more of a plant would not help`() throws {
    var model = try Sample.tutorial()
    // More ore than is used, and nobody who could refine it.
    #expect(try reason(model, "mine") == .productIsEnough)
    let separation = try #require(model.facilities.firstIndex { $0.id == "separation" })
    model.facilities[separation].expansion = nil
    let oxide = try #require(model.commodities.firstIndex { $0.id == "oxide" })
    guard case .bottleneck(let commodity, let gain)? = try reason(model, "magnet_works") else {
      Issue.record("another reason")
      return
    }
    #expect(commodity == oxide && gain > 0.5)
  }

  @Test func `a facility is found by its id, its name and a part of it`() throws {
    let model = try Sample.tutorial()
    #expect(try FacilityName.find("magnet_works", in: model) == 2)
    #expect(try FacilityName.find("MAGNET_WORKS", in: model) == 2)
    #expect(try FacilityName.find("separ", in: model) == 1)
    #expect {
      _ = try FacilityName.find("magnet_worsk", in: model)
    } throws: { error in
      (error as? FacilityName.NotFound)?.suggestions.first == "'magnet_works'"
    }
  }
}
