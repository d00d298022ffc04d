import Foundation
import TestSupport
import Testing

/// The sources and pages cite the formulation as “formulation section 7.4, risk measures”. The words
/// after the number say what the section is cited for.
@Suite struct CitationTests {
  private struct Citation {
    var file: String
    var section: String
    /// In lower case; empty where the citation does not say what it is for.
    var words: String
  }

  /// By number: the heading and everything up to the next heading that is not below it, in lower case.
  private func sections() throws -> [String: String] {
    var found: [String: String] = [:]
    var open: [String] = []
    for line in try Repository.text("Docs/formulation.md").components(separatedBy: "\n") {
      if let heading = line.prefixMatch(of: /[#]{2,3} ([0-9]+(?:\.[0-9]+)?)[.]?\s/) {
        let number = String(heading.1)
        open = open.filter { number.hasPrefix($0 + ".") } + [number]
      }
      for number in open { found[number, default: ""] += line.lowercased() + "\n" }
    }
    return found
  }

  private func citations() throws -> [Citation] {
    let tests = Repository.files(below: ["Tests"], endings: [".swift"])
      .filter { !$0.hasSuffix("CitationTests.swift") }
    return try (Repository.sources + tests + Repository.pages).flatMap { file in
      let text = try Repository.text(file).replacing(/\n[ \t]*(?:\/\/\/? ?)?/, with: " ")
      let cited = /[Ff]ormulation,? section ([0-9]+(?:\.[0-9]+)?)(?:[,:] ([A-Za-z -]+))?/
      return text.matches(of: cited).map {
        Citation(
          file: file, section: String($0.1),
          words: ($0.2 ?? "").lowercased().trimmingCharacters(in: .whitespaces))
      }
    }
  }

  @Test func `every cited section of the formulation exists and says what it is cited for`() throws
  {
    let sections = try sections()
    let citations = try citations()
    #expect(citations.count >= 20)
    for citation in citations {
      let place = "\(citation.file) cites section \(citation.section)"
      let text = try #require(sections[citation.section], "\(place), which there is not")
      #expect(citation.words != "", "\(place) and does not say what for: `section N, words`")
      let saysIt = text.contains(citation.words)
      #expect(saysIt, "\(place) for '\(citation.words)', which it does not have")
    }
  }

  @Test func `sections that the formulation refers to within itself exist`() throws {
    let sections = try sections()
    let text = try Repository.text("Docs/formulation.md")
    for match in text.matches(of: /sections? ([0-9]+(?:\.[0-9]+)?)/) {
      #expect(sections[String(match.1)] != nil, "section \(match.1)")
    }
  }
}
