import Foundation
import SupplyChain
import TestSupport
import Testing

@testable import Reporting

@Suite struct FormatTests {
  @Test func `the reference in the docs is the one the program prints`() throws {
    let file = Repository.url.appendingPathComponent("Docs/format-reference.md")
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
    #expect(!document.advice.contains { $0.message.contains("rules changed") })
    for scenario in document.scenarioIDs { _ = try document.model(scenarios: [scenario]) }
  }

  @Test func `the full template has every section, and its further keys can be set`() throws {
    let text = ModelTemplate.full.text(name: "full")
    let document = try ModelDocument.read(text: text, file: "t.yaml")
    let settings = text.components(separatedBy: "\n").filter { $0.hasPrefix("#   ") }.map { line in
      let setting = line.dropFirst(4).components(separatedBy: " #")[0]
      let parts = setting.split(separator: "=", maxSplits: 1)
      return (path: String(parts[0]), value: parts[1].trimmingCharacters(in: .whitespaces))
    }
    #expect(settings.count >= 14)
    let plain = try document.model()
    for setting in settings {
      let model = try document.model(settings: [setting])
      #expect(document.warnings(for: model).isEmpty, "\(setting)")
      #expect(String(describing: model) != String(describing: plain), "\(setting)")
    }
    for section in FormatKey.all.map(\.name)
    where !["as_of", "author", "description", "objective"].contains(section) {
      let isThere =
        text.contains("\n\(section):") || text.contains("#   \(section)")
        || text.contains("`\(section):")
      #expect(isThere, "\(section)")
    }
  }

  @Test func `errors end with the sections of the reference that describe their keys`() throws {
    let text = MagnetModel().text.replacingOccurrences(of: "stage:", with: "stge:")
    let file = Repository.url.appendingPathComponent("Docs/format-reference.md")
    let titles = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
      .filter { $0.hasPrefix("## ") }
    // As GitHub makes them.
    let anchors = titles.map { title in
      title.dropFirst(3).lowercased().replacing(" ", with: "-").filter {
        $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_"
      }
    }
    for wrong in [text, "lodestone: 1", MagnetModel().text + "\nfnds: {}\n"] {
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
}
