import Allocation
import Foundation
import TestSupport
import Testing

@testable import SupplyChain

/// Parts of a model in files of their own, and templates.
@Suite struct IncludeTests {
  /// The small model without its plant, with `include` after it.
  private static func model(_ include: String) -> String {
    let lines = Example.small.split(separator: "\n", omittingEmptySubsequences: false)
    let start = lines.firstIndex { $0.hasPrefix("  plant:") } ?? 0
    let end = lines.firstIndex { $0.hasPrefix("imports:") } ?? 0
    return (lines[..<start] + lines[end...]).joined(separator: "\n") + "\ninclude:\n" + include
  }

  private static let plant = """
    parameters: { id: , capacity: 8 kt/yr, country: AU }
    facilities:
      $(id):
        name: Plant $(id)
        stage: separation
        country: $(country)
        recipe: { in: { ore: 2 }, out: { oxide: 0.5 } }
        existing: $(capacity)
        opex: 9 USD/kg
    """

  private func withFolder<Value>(
    _ files: [String: String], _ body: (String) throws -> Value
  ) throws -> Value {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("include-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return try body(folder.path)
  }

  /// Problems as `file:line:column: message`, and what they found and expected.
  private func problems(_ include: String, _ files: [String: String]) throws -> [String] {
    try withFolder(files) { folder in
      Example.diagnostics(Self.model(include), folder: folder).map {
        "\(($0.file as NSString).lastPathComponent):\($0.line):\($0.column): \($0.message)"
      }
    }
  }

  private func document(_ include: String, _ files: [String: String]) throws -> ModelDocument {
    try withFolder(files) { folder in try Example.read(Self.model(include), folder: folder) }
  }

  // MARK: What it comes to

  @Test func `a part and a template come to the model that is written out`() throws {
    let parts = try document(
      "  - { file: plant.yaml, with: { id: plant } }", ["plant.yaml": Self.plant])
    let whole = try Example.read(
      Example.small("  plant:\n    stage", "  plant:\n    name: Plant plant\n    stage"))
    #expect(Set(parts.base.facilities.map(\.id)) == Set(whole.base.facilities.map(\.id)))
    let a = try #require(parts.base.facilities.first { $0.id == "plant" })
    let b = try #require(whole.base.facilities.first { $0.id == "plant" })
    #expect(a.existing == b.existing && a.opex == b.opex && a.name == b.name)
    #expect(parts.differences(to: whole).isEmpty)
  }

  @Test func `each use of a template has its own values`() throws {
    let text = """
        - { file: plant.yaml, with: { id: one, capacity: 2 kt/yr } }
        - file: plant.yaml
          with: { id: two, country: US, capacity: { 2026: 1 kt/yr, 2028: 3 kt/yr } }
        - { file: plant.yaml, with: { id: three } }
      """
    let model = try document(text, ["plant.yaml": Self.plant]).base
    #expect(model.facilities.map(\.id) == ["one", "two", "three", "pit"])
    #expect(model.facilities[0].existing == Series(2000))
    #expect(model.facilities[1].existing == Series(years: [2026, 2028], values: [1000, 3000]))
    #expect(model.facilities[1].country == "US" && model.facilities[2].country == "AU")
    #expect(model.facilities[2].existing == Series(8000))
  }

  @Test func `parts include parts, with tables beside them, and lists are joined`() throws {
    let files = [
      "parts/all.yaml": """
      include: [{ file: deep/plant.yaml, with: { id: plant } }]
      tables: { demand: more.csv }
      limits:
        - { name: second, measure: award, at_most: 1 BUSD }
      """,
      "parts/deep/plant.yaml": Self.plant,
      "parts/more.csv": "id,commodity,quantity\nwind,oxide,1 kt/yr\n",
    ]
    let document = try document("  - file: parts/all.yaml", files)
    #expect(document.base.demand.map(\.id) == ["cars", "wind"])
    #expect(document.base.limits.map(\.name) == ["second", "mines"])
    #expect(
      document.fileNames.map { ($0 as NSString).lastPathComponent } == [
        "m.yaml", "all.yaml", "plant.yaml", "more.csv",
      ])
  }

  @Test func `a model may be made of parts alone`() throws {
    let document = try withFolder(["rest.yaml": Example.small]) { folder in
      try Example.read("include: [{ file: rest.yaml }]\nlodestone: 1\n", folder: folder)
    }
    #expect(document.base.name == "Small")
    let whole = try Example.read(Example.small)
    #expect(document.differences(to: whole).isEmpty)
  }

  @Test func `dollars are text where no parameter is meant`() throws {
    let plant = Self.plant.replacing("Plant $(id)", with: "Costs $5, $$(x) of $(id)")
    let model = try document("  - { file: plant.yaml, with: { id: a } }", ["plant.yaml": plant])
      .base
    #expect(model.facilities[0].name == "Costs $5, $(x) of a")
  }

  // MARK: What is told

  @Test(arguments: [
    ("  - plant.yaml", "m.yaml:37:5: include: each item names a file"),
    ("  plant.yaml", "m.yaml:37:3: include: this is not a list"),
    ("  - { with: { id: a } }", "m.yaml:37:5: include: the file is missing"),
    (
      "  - { file: plan.yaml, with: { id: a } }", "m.yaml:37:13: `plan.yaml`: there is no such file"
    ),
    ("  - { file: ../plant.yaml }", "m.yaml:37:13: `../plant.yaml` is outside the model's folder"),
    ("  - { file: /etc/passwd }", "m.yaml:37:13: `/etc/passwd` is outside the model's folder"),
    ("  - { file: link.yaml }", "m.yaml:37:13: `link.yaml` is a link out of the model's folder"),
    ("  - { file: . }", "m.yaml:37:13: `.` is a link out of the model's folder"),
    ("  - { file: plant.yaml }", "m.yaml:37:5: `plant.yaml`: parameter `id` has no value"),
    (
      "  - { file: plant.yaml, with: { id: a, capcity: 1 kt/yr } }",
      "m.yaml:37:40: `plant.yaml` has no parameter `capcity`"
    ),
    ("  - { file: plant.yaml, wiht: { id: a } }", "m.yaml:37:25: unknown key `wiht` in include"),
    (
      "  - { file: plant.yaml, with: a }",
      "m.yaml:37:31: include: `with` gives parameters their values"
    ),
    (
      "  - { file: plant.yaml, with: { id: a, capacity: 8 kt } }",
      "m.yaml:37:50: facilities.a.existing: the unit measures mass"
    ),
    (
      "  - { file: plant.yaml, with: { id: { x: 1 } } }",
      "plant.yaml:3:3: parameter `id` is no text, which stands within other text here"
    ),
    ("  - { file: plant.yaml, with: { id: pit } }", "m.yaml:12:3: duplicate id `pit`, first on"),
    (
      "  - { file: plant.yaml, with: { id: a } }\n  - { file: plant.yaml, with: { id: a } }",
      "plant.yaml:3:3: duplicate id `a`, first on line 3"
    ),
    ("  - { file: loop.yaml }", "loop.yaml:1:19: `loop.yaml` includes itself"),
    ("  - { file: money.yaml }", "m.yaml:4:1: `money` stands in two files, first on"),
    ("  - { file: empty.yaml }", "empty.yaml:0:0: the file is empty"),
    ("  - { file: list.yaml }", "list.yaml:1:1: the file is not a part of a model"),
    ("  - { file: old.yaml }", "old.yaml:1:12: this part is of another version of the format"),
    ("  - { file: unused.yaml }", "unused.yaml:1:15: parameter `x` is not used in this file"),
    ("  - { file: wrong.yaml }", "wrong.yaml:2:10: there is no parameter `nmae`"),
    ("  - { file: open.yaml }", "open.yaml:1:10: `$(` begins no parameter"),
    (
      "  - { file: names.yaml }",
      "names.yaml:1:15: a parameter's name is of letters, digits and `_`"
    ),
    ("  - { file: twice.yaml }", "twice.yaml:4:3: duplicate key `a` after parameters"),
    ("  - { file: unknown.yaml }", "unknown.yaml:1:1: unknown key `facilitys`"),
  ])
  func `what is wrong is told where it stands`(include: String, expected: String) throws {
    let files = [
      "plant.yaml": Self.plant, "loop.yaml": "include: [{ file: loop.yaml }]",
      "money.yaml": "money: { currency: EUR }", "empty.yaml": "# nothing\n", "list.yaml": "- a\n",
      "old.yaml": "lodestone: 7\n", "unused.yaml": "parameters: { x: 1 }\n",
      "wrong.yaml": "parameters: { name: 1 }\ntargets: \"$(nmae) $(name)\"\n",
      "open.yaml": "targets: \"$(\"\n", "names.yaml": "parameters: { a-b: 1 }\n",
      "twice.yaml": "parameters: { p: a, q: a }\nfunds:\n  $(p): {}\n  $(q): {}\n",
      "unknown.yaml": "facilitys: {}\n",
    ]
    let found = try withFolder(files) { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link.yaml", withDestinationPath: "/etc/hostname")
      return Example.diagnostics(Self.model(include), folder: folder).map {
        "\(($0.file as NSString).lastPathComponent):\($0.line):\($0.column): \($0.message)"
      }
    }
    #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
  }

  @Test func `a circle of files is told with its way`() throws {
    let files = [
      "a.yaml": "include: [{ file: b.yaml }]", "b.yaml": "include: [{ file: a.yaml }]",
    ]
    let found = try withFolder(files) { folder in
      Example.diagnostics(Self.model("  - { file: a.yaml }"), folder: folder)
    }
    let circle = try #require(found.first { $0.message.contains("includes itself") })
    #expect(circle.suggestion == "the way: a.yaml → b.yaml → a.yaml")
  }

  @Test func `a text without a folder includes nothing`() throws {
    let found = Example.problems(Self.model("  - { file: a.yaml }"))
    #expect(found.contains { $0.contains("cannot be read: the model is not in a folder") })
  }

  @Test func `parameters have no place in a model's own file`() throws {
    let found = Example.problems(Example.small(adding: "parameters: { a: 1 }"))
    #expect(found.contains { $0.contains("`parameters` stands in a file that is included") })
  }

  @Test func `files that multiply are stopped`() throws {
    // Each level has ten uses of the next: a million in all.
    var files: [String: String] = [:]
    for level in 0..<6 {
      let items = Array(repeating: "{ file: p\(level + 1).yaml }", count: 10)
      files["p\(level).yaml"] = "include: [\(items.joined(separator: ", "))]"
    }
    files["p6.yaml"] = "funds: {}"
    let found = try problems("  - { file: p0.yaml }", files)
    #expect(found.contains { $0.contains("more than 1000 files are included") })
    #expect(found.count < 20)
  }

  @Test func `settings and scenarios change what stands in a part`() throws {
    let document = try document(
      "  - { file: plant.yaml, with: { id: plant } }",
      [
        "plant.yaml": Self.plant + """

          scenarios:
            closed: { changes: [{ set: facilities.$(id).existing, to: 0 t/yr }] }
          """
      ])
    let closed = try document.model(scenarios: ["closed"])
    #expect(closed.facilities.first { $0.id == "plant" }?.existing == Series(0))
    let set = try document.model(settings: [(path: "facilities.plant.opex", value: "1 USD/kg")])
    #expect(set.facilities.first { $0.id == "plant" }?.opex == Series(1000))
  }

  @Test func `the example of the pages is the tutorial, made of parts`() throws {
    let parts = try ModelDocument.read(path: Repository.path("Docs/parts/model.yaml"))
    let whole = try ModelDocument.read(path: Repository.path("Models/tutorial.yaml"))
    let differences = parts.differences(to: whole)
    #expect(differences.map(\.path) == ["name"], "\(differences)")
  }
}
