import Foundation
import Testing

/// An article of a library's reference whose worked example is compiled and run by a test.
///
/// The code stands in the article, and once more in the test, between the lines `// begin` and `// end`.
struct Article {
  private let name: String
  private let blocks: [Page.Block]

  /// - Parameter name: `LinearProgramming/SolvingAProgram`.
  init(_ name: String) throws {
    let parts = name.split(separator: "/")
    self.name = name
    blocks = try Page("Sources/\(parts[0])/\(parts[0]).docc/\(parts[1]).md").blocks
  }

  private func text(_ language: String) -> String {
    blocks.filter { $0.language == language }.map(\.text).joined(separator: "\n")
  }

  /// Holds the article's code against that of a source file, and what it shows against what was printed.
  func check(against file: String, printed: String) throws {
    let lines = text("swift").components(separatedBy: "\n")
    let code = lines.filter { !$0.hasPrefix("import ") }
    let source = try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\n")
    for line in lines where line.hasPrefix("import ") {
      #expect(source.contains(line), "\(name): \(line)")
    }
    let begin = try #require(source.firstIndex { $0.hasSuffix("// begin \(name)") })
    let end = try #require(source[begin...].firstIndex { $0.hasSuffix("// end") })
    let indentation = source[begin].prefix { $0 == " " }.count
    let compiled = source[(begin + 1)..<end].map { String($0.dropFirst(indentation)) }
    #expect(Article.trimmed(code) == Article.trimmed(compiled), "\(name)")
    #expect(Article.trimmed([text("text")]) == Article.trimmed([printed]), "\(name)")
  }

  private static func trimmed(_ lines: [String]) -> String {
    lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
