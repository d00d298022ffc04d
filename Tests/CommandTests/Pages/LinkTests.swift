import Foundation
import TestSupport
import Testing

@Suite struct LinkTests {
  /// Headings as links name them: lower case, without punctuation, `-` for spaces.
  private func anchors(_ page: String) throws -> Set<String> {
    var isCode = false
    var found: Set<String> = []
    for line in try Repository.text(page).components(separatedBy: "\n") {
      if line.hasPrefix("```") { isCode.toggle() }
      guard !isCode, let heading = line.prefixMatch(of: /[#]{1,6} (.+)/) else { continue }
      let kept = heading.1.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
      found.insert(kept.replacingOccurrences(of: " ", with: "-"))
    }
    return found
  }

  @Test func `every relative link of a page leads to a file and a heading that are there`() throws {
    var count = 0
    for page in Repository.pages {
      let folder = (page as NSString).deletingLastPathComponent
      for match in try Repository.text(page).matches(of: /\]\(([^)#\s]*)(?:#([^)\s]*))?\)/) {
        let target = String(match.1)
        guard !target.contains("://"), !target.hasPrefix("mailto:") else { continue }
        count += 1
        let path =
          target.isEmpty
          ? page : String(NSString(string: "/\(folder)/\(target)").standardizingPath.dropFirst())
        #expect(Repository.exists(path), "\(page) points to \(target)")
        guard let anchor = match.2, path.hasSuffix(".md") else { continue }
        let isThere = try anchors(path).contains(String(anchor))
        #expect(isThere, "\(page) points to \(target)#\(anchor)")
      }
    }
    #expect(count > 60)
  }

  /// Words in backquotes that look like a path of this repository.
  @Test func `every path that a page names is there`() throws {
    var count = 0
    for page in Repository.pages {
      let pattern = /`((?:Sources|Tests|Docs|Models|Scripts|Benchmarks)\/[A-Za-z0-9_.+\/-]+)`/
      for match in try Repository.text(page).matches(of: pattern) {
        count += 1
        #expect(Repository.exists(String(match.1)), "\(page) names \(match.1)")
      }
    }
    #expect(count > 10)
  }

  /// `Simplex+Dual.swift` may stand without its folder, where that is clear.
  @Test func `every source file that a page names is there`() throws {
    let all = Repository.files(
      below: ["Sources", "Tests", "Benchmarks"], endings: [".swift", ".py", ".c", ".h"])
    let names = Set(all.map { ($0 as NSString).lastPathComponent })
    for page in Repository.pages {
      for match in try Repository.text(page).matches(of: /`([A-Za-z0-9+]+\.swift)`/) {
        let isThere = names.contains(String(match.1))
        #expect(isThere, "\(page) names \(match.1)")
      }
    }
  }
}
