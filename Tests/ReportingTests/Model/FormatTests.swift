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
    for scenario in document.scenarioIDs { _ = try document.model(scenarios: [scenario]) }
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
