import Testing

@testable import SupplyChain

@Suite struct UnitGuideTests {
  @Test func `the examples are quantities of their measure`() throws {
    var units = UnitSystem(currency: "USD")
    for measure in UnitGuide.rows.flatMap(\.kinds) {
      for example in measure.examples {
        #expect(throws: Never.self, "\(example)") {
          try Quantity.value(of: example, as: measure, units: &units)
        }
      }
    }
  }

  @Test func `every quantity of the format stands in one line`() {
    let keys = UnitGuide.lines.map { Set($0.uses) }
    #expect(keys.allSatisfy { !$0.isEmpty })
    for key in ["discount", "hurdle", "rate"] {
      #expect(UnitGuide.lines.filter { $0.measure == "yearly rate" }[0].uses.contains(key))
    }
  }
}
