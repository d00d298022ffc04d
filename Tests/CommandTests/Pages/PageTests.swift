import Foundation
import TestSupport
import Testing

@Suite struct PageTests {
  @Test func `the tutorial does what it says`() throws {
    let page = try Page("Docs/tutorial.md")
    #expect(page.blocks.count > 15)
    try page.follow(in: TemporaryFolder())
  }

  /// A folder with the models in it, as a clone has them.
  private func clone() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["Models", ".build"] {
      try FileManager.default.createSymbolicLink(
        at: folder.url.appendingPathComponent(name),
        withDestinationURL: Repository.url.appendingPathComponent(name))
    }
    return folder
  }

  @Test func `the gallery shows what is printed`() throws {
    try Page("Docs/gallery.md").follow(in: clone())
  }

  /// The flagship takes too long here; what it prints is checked by eye when the README changes.
  @Test func `the README's examples on small models run`() throws {
    let folder = try clone()
    let library = Repository.url.appendingPathComponent(".build/lodestone-share/echarts.min.js")
    let hasLibrary = FileManager.default.fileExists(atPath: library.path)
    let lines = try Page("README.md").blocks.filter { $0.language == "sh" }
      .flatMap { $0.text.components(separatedBy: "\n") }
      .filter { $0.hasPrefix("lodestone ") && !$0.contains("Models/us-ndfeb") }
      .filter { hasLibrary || !$0.hasPrefix("lodestone report") }
    #expect(lines.count >= 3)
    for line in lines {
      let result = try Program.shell(line, in: folder)
      #expect(result.code == 0, "\(line): \(result.errors)")
    }
  }
}
