import Foundation
import TestSupport
import Testing

@Suite struct VersionTests {
  /// The text after `prefix` on the first line that begins with it, up to the first that is no part of a version.
  private func version(in file: String, after prefix: String) throws -> String {
    let lines = try Repository.text(file).components(separatedBy: "\n")
    let line = try #require(lines.first { $0.hasPrefix(prefix) }, "\(file): \(prefix)")
    return String(line.dropFirst(prefix.count).prefix { $0.isNumber || $0 == "." })
  }

  @Test func `the version is the same wherever it stands`() throws {
    let source = try version(
      in: "Sources/lodestone/Version.swift", after: "  static let current = \"")
    let told = try Program.run(["--version"], in: TemporaryFolder())
    #expect(told.output == source + "\n")
    #expect(try version(in: "CITATION.cff", after: "version: ") == source)
    #expect(try version(in: "README.md", after: "Version ") == source)
    let released = try Repository.text("CHANGELOG.md").matches(of: /\n## \[([0-9.]+)\]/)
    #expect(released.first.map { String($0.1) } == source)
  }

  @Test func `the version stands once in the sources`() throws {
    let source = try version(
      in: "Sources/lodestone/Version.swift", after: "  static let current = \"")
    let files = try Repository.sources.filter { try Repository.text($0).contains("\"\(source)\"") }
    #expect(files == ["Sources/lodestone/Version.swift"])
  }

  @Test func `the workflow runs what anyone can run`() throws {
    let text = try Repository.text(".github/workflows/ci.yml")
    #expect(text.matches(of: /\n *- run: (.*)/).map { String($0.1) } == ["bash .ci/run"])
  }
}
