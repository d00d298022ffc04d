import Foundation
import SupplyChain
import TestSupport
import Testing

/// What commands say of a model file: `new`, `sources`, `describe`.
@Suite struct ModelCommandTests {
  @Test func `a new model solves, and nothing is overwritten`() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run(["new", "mine"], in: folder).code == 0)
    #expect(try Program.run(["solve", "mine.yaml"], in: folder).code == 0)
    let again = try Program.run(["new", "mine"], in: folder)
    #expect(again.code == 2)
    #expect(again.errors.contains("there already"))
  }

  @Test func `numbers without a source are found`() throws {
    let folder = try TemporaryFolder()
    let text = smallModel.replacingOccurrences(
      of: "limit: 5 kt/yr }", with: "limit: 5 kt/yr }   # [usgs]; assumption: all of it")
    let model = try folder.write("model.yaml", text)
    let sources = try NumberSources(path: model)
    let line = try #require(sources.lines.first { $0.path == "imports.cn" })
    #expect(line.keys == ["usgs"])
    #expect(line.assumption == "all of it")
    #expect(sources.unknownKeys == ["usgs"])
    #expect(sources.bare.contains { $0.path == "horizon" })
    #expect(!sources.lines.contains { $0.path == "facilities.plant.country" })
    #expect(try Program.run(["sources", model], in: folder).code == 1)
  }

  @Test func `a description shows the chain, the money and what cannot work`() throws {
    let folder = try TemporaryFolder()
    let text = smallModel.replacingOccurrences(
      of: "instruments: [grant]", with: "instruments: [stockpile]")
    let model = try folder.write("model.yaml", text)
    let result = try Program.run(["describe", model], in: folder)
    #expect(result.code == 0)
    #expect(result.output.contains("The chain") && result.output.contains("demand all"))
    #expect(result.output.contains("Projects that no fund may pay"))
    #expect(result.output.contains("poor"))
  }
}
