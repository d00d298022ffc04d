import Testing

@testable import SupplyChain

@Suite struct GeneratorTests {
  @Test(arguments: [
    "facilities=16,seed=1", "facilities=40,step=quarter,seed=2", "facilities=60,modules=yes",
    "facilities=20,step=month,years=4,outcomes=10",
  ])
  func `a generated programme is a model`(text: String) throws {
    let generator = try ModelGenerator.parse(text).get()
    let document = try ModelDocument.read(text: generator.text, file: "generated.yaml")
    #expect(document.base.facilities.count == generator.facilities)
    #expect(document.base.horizon.step == generator.step)
    #expect(generator.text == generator.text)
    for scenario in document.scenarioIDs { _ = try document.model(scenarios: [scenario]) }
  }

  @Test(arguments: ["facilities", "facilities=0", "size=3", "step=week", "modules=maybe"])
  func `a wrong description is refused`(text: String) {
    #expect(throws: GeneratorProblem.self) { try ModelGenerator.parse(text).get() }
  }

  @Test func `stages follow the material`() throws {
    let generator = ModelGenerator()
    let model = try ModelDocument.read(text: generator.text, file: "g.yaml").base
    #expect(model.stages == ["mine", "separation", "metal", "magnet", "recycling"])
  }
}
