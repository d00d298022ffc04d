import SupplyChain
import TestSupport
import Testing

@testable import Allocation

@Suite struct ProvenanceReachTests {
  private func reach(_ text: String) throws -> ProvenanceReach {
    ProvenanceReach(try ModelDocument.read(text: text, file: "test.yaml").model())
  }

  @Test func `home-made and imported magnets come in two classes, batches in one`() throws {
    let reach = try reach(MagnetModel().text)
    #expect(reach.native == [[0, 1]])
    #expect(reach.batches == [[0]])
    #expect(reach.balance == [0..<2])
    #expect(reach.served[0].before == [0, 1] && reach.served[0].after == [0, 1])
  }

  @Test func `a class that nothing comes in has no columns`() throws {
    // Nothing is allied: such magnets would be home-made ones, downgraded for nothing.
    let reach = try reach(MagnetModel(allied: ("allied: 0.25", "AU: allied")).text)
    #expect(reach.native == [[0, 2]])
    #expect(reach.served[0].before == [0, 2])
    #expect(reach.balance == [0..<3])
  }

  @Test func `a requirement that comes into force leaves the classes that it allows`() throws {
    let text = MagnetModel().text.replacing(
      "quantity: 1 kt/yr", with: "quantity: 1 kt/yr, require: { classes: [domestic], from: 2027 }")
    let reach = try reach(text)
    #expect(reach.served[0].before == [0, 1] && reach.served[0].after == [0])
  }
}
