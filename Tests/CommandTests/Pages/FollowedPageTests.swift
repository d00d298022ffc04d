import Foundation
import TestSupport
import Testing

/// Pages whose commands are run, and whose quotations are held against what is printed.
@Suite struct FollowedPageTests {
  /// - Parameter commands: a floor on the blocks that are run.
  @Test(arguments: [
    (page: "Docs/explain.md", commands: 5), (page: "Docs/uncertainty.md", commands: 7),
    (page: "Docs/solvers.md", commands: 0), (page: "Docs/cookbook.md", commands: 14),
    (page: "Docs/sweeps.md", commands: 2),
  ])
  func `a page shows what is printed`(page: String, commands: Int) throws {
    let read = try Page(page)
    let run = read.blocks.filter { $0.language == "sh" && $0.words["norun"] == nil }
    #expect(run.count >= commands)
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      at: folder.url.appendingPathComponent("Models"),
      withDestinationURL: Repository.url.appendingPathComponent("Models"))
    try read.follow(in: folder)
  }
}
