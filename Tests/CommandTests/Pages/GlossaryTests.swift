import Foundation
import TestSupport
import Testing

@Suite struct GlossaryTests {
  /// The first column of the table of former names.
  private func formerNames() throws -> [String] {
    let text = try Repository.text("Docs/glossary.md")
    let start = try #require(text.range(of: "## Former names"))
    let end = try #require(text.range(of: "## References"))
    return text[start.upperBound..<end.lowerBound].split(separator: "\n")
      .filter { $0.hasPrefix("| ") && !$0.hasPrefix("| Former") && !$0.hasPrefix("| ---") }
      .map { row in
        row.split(separator: "|")[0].trimmingCharacters(in: CharacterSet(charactersIn: " `"))
      }
  }

  /// File names stand for themselves, as `GroupCuts.swift`.
  @Test func `pages other than the glossary use the standard terms`() throws {
    let names = try formerNames()
    #expect(names.count > 30)
    let pages = Repository.pages.filter { $0 != "Docs/glossary.md" && !$0.hasPrefix("Models/") }
    for page in pages {
      let text = try Repository.text(page)
      for name in names {
        let escaped = NSRegularExpression.escapedPattern(for: name)
        let whole = try Regex("\\b\(escaped)\\b(?!\\.swift)")
        let isThere = text.firstMatch(of: whole) != nil
        #expect(!isThere, "\(page) says '\(name)'; see the glossary")
      }
    }
  }
}
