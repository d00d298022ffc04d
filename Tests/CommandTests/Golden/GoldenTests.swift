import Foundation
import TestSupport
import Testing

/// What commands print, held byte for byte. `Tests/CommandTests/Golden/README.md` says how it is taken again.
@Suite struct GoldenTests {
  private enum Mode: String {
    case exact, close, take
  }

  private static let environment = ProcessInfo.processInfo.environment
  private static let transcripts = Repository.url
    .appendingPathComponent("Tests/CommandTests/Golden/Transcripts")
  static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: transcripts.path))?
    .filter { $0.hasSuffix(".txt") && $0 != "pages.txt" }.sorted() ?? []

  @Test func `all transcripts are found`() {
    #expect(Self.names.count >= 14)
  }

  @Test(.needsChartLibrary, arguments: ["pages.txt"])
  func `pages hold what they held`(_ name: String) throws {
    try check(name)
  }

  @Test(arguments: names)
  func `commands print what they printed`(_ name: String) throws {
    try check(name)
  }

  private func check(_ name: String) throws {
    let mode = try #require(Mode(rawValue: Self.environment["LODESTONE_GOLDEN"] ?? "exact"))
    let file = Self.transcripts.appendingPathComponent(name)
    let expected = try String(contentsOf: file, encoding: .utf8)
    let transcript = Transcript(expected)
    try #require(!transcript.steps.isEmpty)

    let folder = try TemporaryFolder()
    for (link, target) in [("Models", "Models"), ("corpus", "Tests/Reference/corpus")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(link), withDestinationPath: Repository.path(target))
    }
    let found = try transcript.played(in: folder.url.path) { command in
      let result = try Program.shell(
        "set -o pipefail\n" + command, program: Self.environment["LODESTONE_PROGRAM"], in: folder)
      return (result.code, result.output, result.errors)
    }

    switch mode {
    case .take: try found.write(to: file, atomically: true, encoding: .utf8)
    case .exact:
      #expect(
        found == expected,
        "\(name):\n\(Transcript.difference(expected: expected, found: found))")
    case .close:
      let (old, new) = (Rounding.rounded(expected), Rounding.rounded(found))
      #expect(old == new, "\(name):\n\(Transcript.difference(expected: old, found: new))")
    }
  }
}
