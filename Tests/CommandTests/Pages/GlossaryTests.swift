import Foundation
import TestSupport
import Testing

@Suite struct GlossaryTests {
  /// The first column of the table of former names.
  private func formerNames() throws -> [String] {
    let text = try Repository.text("Docs/glossary.md")
    let start = try #require(text.range(of: "## Former names"))
    let end = try #require(text[start.upperBound...].range(of: "\n## "))
    return text[start.upperBound..<end.lowerBound].split(separator: "\n")
      .filter { $0.hasPrefix("| ") && !$0.hasPrefix("| Former") && !$0.hasPrefix("| ---") }
      .map { $0.split(separator: "|")[0].trimmingCharacters(in: .whitespaces) }
  }

  /// Those of a text as whole words. A file's name stands for itself, as `GroupCuts.swift`.
  private func found(_ names: [String], in text: String) throws -> [String] {
    let text = text as NSString
    return try names.filter { name in
      guard text.range(of: name, options: .literal).location != NSNotFound else { return false }
      let escaped = NSRegularExpression.escapedPattern(for: name)
      let whole = try Regex("\\b\(escaped)\\b(?!\\.swift)")
      return (text as String).firstMatch(of: whole) != nil
    }
  }

  @Test func `pages other than the glossary use the standard terms`() throws {
    let names = try formerNames().map { $0.replacingOccurrences(of: "`", with: "") }
    #expect(names.count > 40)
    for page in Repository.pages where page != "Docs/glossary.md" && !page.hasPrefix("Models/") {
      #expect(try found(names, in: Repository.text(page)) == [], "\(page); see the glossary")
    }
  }

  @Test func `the sources use the standard terms`() throws {
    let names = try formerNames().compactMap { $0.wholeMatch(of: /`([A-Za-z]+)`/) }
      .map { String($0.1) }
    #expect(names.count > 25)
    for file in Repository.sources {
      #expect(try found(names, in: Repository.text(file)) == [], "\(file); see the glossary")
    }
  }
}
