import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

@Suite struct HedgingDecisionTests {
  @Test func `what is built beyond the base plan is told in tonnes, and nothing else is`() throws {
    let text = MagnetModel(
      horizon: 2026...2028, plants: [.init("left"), .init("right")]
    ).text
    let model = try ModelDocument.read(text: text, file: "test.yaml").model()
    let program = AllocationProgram(model)
    let stage = try FirstStage([program, program], reveal: 2027)
    let none = stage.decisions.map { _ in 0.0 }
    // 0.5 kt/yr of the second plant.
    let built = stage.decisions.map { decision in
      decision.key.kind == .build && decision.key.first == 1 ? 0.5 / decision.unit : 0
    }
    let found = HedgingDecisions(stage, model, decisions: built, base: none, own: [none, built])
    #expect(found.list.map(\.id) == ["right"])
    #expect(isClose(found.list[0].planned, 500) && found.list[0].base == 0)
    #expect(found.list[0].own.map { $0.rounded() } == [0, 500])
    #expect(!found.list[0].isStockpile)
    #expect(HedgingDecisions(stage, model, decisions: built, base: built, own: []).list.isEmpty)
    #expect(HedgingDecisions(stage, model, decisions: built, base: nil, own: []).list.isEmpty)
  }
}
