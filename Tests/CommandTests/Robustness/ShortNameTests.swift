import Foundation
import TestSupport
import Testing

/// Files with names of one character, which Foundation's functions on paths stop the program at.
@Suite struct ShortNameTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(arguments, in: folder)
  }

  @Test(arguments: ["m", "é", "\u{301}", "🇩"])
  func `a model's name may be of one character`(name: String) throws {
    _ = try folder.write(name, smallModel)
    #expect(try run("validate", name).code == 0)
    let solved = try run("solve", name, "--out", "p", "--only-plan")
    #expect(solved.code == 0, "\(solved.errors)")
    #expect(try run("evaluate", name, "--awards", "p").code == 0)
    #expect(
      try run("sweep", name, "--store", "s", "--relax", "--vary", "budget_scale=1,2").code == 0)
    #expect(try run("report", name, "--out", "r").code == 0)
    #expect(try run("export", name, "--out", "e").code < 3)
    #expect(try run("new", "n").code == 0)
  }

  @Test(arguments: ["a", "é", "\u{301}", "a//", "é/", "\u{301}/", "/", "//", ".", "..", ""])
  func `a file that is named and not there is told`(name: String) throws {
    let sections = [
      "include: [{ file: \"\(name)\" }]", "include: [\"\(name)\"]", "sources: \"\(name)\"",
      "base_year: { table: \"\(name)\" }", "facilities: \"\(name)\"",
      "returns: { table: \"\(name)\" }",
    ]
    for section in sections {
      let model = try folder.write("model.yaml", smallModel + "\n" + section + "\n")
      let found = try run("validate", model)
      #expect(found.code == 1 || found.code == 0, "\(section): \(found.code) \(found.errors)")
    }
    for command in ["validate", "solve", "describe", "show", "sources", "bench", "explain"] {
      #expect([1, 2].contains(try run(command, name + "x").code), "\(command) \(name)x")
    }
    #expect([1, 2].contains(try run("check", name, name).code))
  }
}
