import Foundation
import SupplyChain
import Testing

@testable import Reporting

@Suite struct FormatTests {
  @Test func `the reference in the docs is the one the program prints`() throws {
    let file = Program.repository.appendingPathComponent("Docs/format-reference.md")
    #expect(try String(contentsOf: file, encoding: .utf8) == FormatReference.markdown)
  }

  @Test func `every key of the format says what it is`() {
    func check(_ keys: [FormatKey], _ place: String) {
      for key in keys {
        let path = "\(place).\(key.name)"
        if !place.contains(".vary") { #expect(!key.note.isEmpty, "\(path)") }
        switch key.shape {
        case .keys(let inner), .entries(let inner), .list(let inner): check(inner, path)
        default: break
        }
      }
    }
    check(FormatKey.all, "")
  }

  @Test(arguments: ModelTemplate.allCases)
  func `a template is a model without warnings, scenarios included`(template: ModelTemplate) throws
  {
    let document = try ModelDocument.read(text: template.text(name: "a \"b\": c"), file: "t.yaml")
    #expect(document.warnings.isEmpty)
    #expect(document.base.name == "a \"b\": c")
    for scenario in document.scenarioIDs { _ = try document.model(scenarios: [scenario]) }
  }

  @Test func `errors end with the sections of the reference that describe their keys`() throws {
    let text = smallModel.replacingOccurrences(of: "stage:", with: "stge:")
    let file = Program.repository.appendingPathComponent("Docs/format-reference.md")
    let titles = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
      .filter { $0.hasPrefix("## ") }
    // As GitHub makes them.
    let anchors = titles.map { title in
      title.dropFirst(3).lowercased().replacing(" ", with: "-").filter {
        $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_"
      }
    }
    for wrong in [text, "lodestone: 1", smallModel + "\nfnds: {}\n"] {
      let errors = try #require(throws: ModelErrors.self) {
        try ModelDocument.read(text: wrong, file: "t.yaml").model()
      }
      let last = try #require(errors.description.components(separatedBy: "\n").last)
      let named = last.components(separatedBy: "#").dropFirst()
        .map { $0.trimmingCharacters(in: [",", " "]) }
      #expect(last.hasPrefix("The keys are described in Docs/format-reference.md #"))
      #expect(!named.isEmpty && named.allSatisfy { anchors.contains($0) }, "\(last)")
    }
  }

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
