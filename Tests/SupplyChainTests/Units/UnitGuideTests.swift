import Testing

@testable import SupplyChain

@Suite struct UnitGuideTests {
  @Test func `the examples are quantities of their measure`() throws {
    var units = UnitSystem(currency: "USD")
    for line in UnitGuide.examples {
      for example in line.examples {
        #expect(throws: Never.self, "\(example)") {
          try Quantity.value(of: example, as: line.kind, units: &units)
        }
      }
    }
  }
}
