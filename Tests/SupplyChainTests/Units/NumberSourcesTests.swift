import Foundation
import TestSupport
import Testing

@testable import SupplyChain

@Suite struct NumberSourcesTests {
  private static let bibliography = """
    key,title,publisher,date,url,grade
    filing,Annual report,Miner,2026-02-13,https://example.org/a,A
    release,Release,Miner,2024,https://example.org/b,B
    old,Press,Paper,2024-10,,C
    unused,Study,Agency,2026,https://example.org/d,B

    """

  private static let text = """
    lodestone: 1
    name: Sources
    as_of: 2026-11-15
    horizon: { start: 2026, end: 2027 } # assumption: two years
    provenance:
      classes: { home: 0, foreign: 1 } # assumption: as far as it goes
      countries: { US: home, CN: foreign }
    commodities:
      ore:
        name: Miner's ore # [filing]
        stage: mine
        price: { 2026: 62.5 USD/kg } # derived: 50 * 1.25 = 62.5 [release], analogy: overrun of a quarter
    facilities:
      pit:
        stage: mine
        country: US
        recipe: { out: { ore: 1 } } # [filing, old]
        existing: 1 kt/yr # [filing]
    demand:
      all:
        commodity: ore
        quantity: 1 kt/yr # [filing]; assumption: all of it
    """

  private func sources(
    _ text: String = text, _ bibliography: String = bibliography, tables: [String: String] = [:]
  ) throws -> NumberSources {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try write("model.yaml", text)
    try write("sources.csv", bibliography)
    for (name, text) in tables { try write(name, text) }
    return try NumberSources(path: folder.appendingPathComponent("model.yaml").path)
  }

  private func problems(_ sources: NumberSources) -> [String] {
    sources.problems.map { problem in
      "\(problem.file.split(separator: "/").last ?? ""):\(problem.line):\(problem.column): \(problem.message)"
    }
  }

  @Test func `a line has the weakest grade of what it rests on`() throws {
    let sources = try sources()
    #expect(problems(sources) == [])
    let grades = Dictionary(uniqueKeysWithValues: sources.lines.map { ($0.path, $0.grade) })
    #expect(grades["facilities.pit.existing"] == .a)
    #expect(grades["facilities.pit.recipe"] == .c)
    #expect(grades["commodities.ore.price"] == .d)
    #expect(grades["demand.all.quantity"] == .e)
    #expect(sources.lines.count == 6)
    #expect(EvidenceGrade.allCases.map { sources.count($0) } == [1, 0, 1, 1, 3])
  }

  @Test func `line ends of any kind are read alike`() throws {
    let text = Self.text.replacing("\n", with: "\r\n")
    #expect(problems(try sources(text)) == [])
    #expect(try sources(text).lines.map(\.number) == sources().lines.map(\.number))
  }

  @Test func `sources are stale by the day of the model, and cited or not`() throws {
    let sources = try sources()
    #expect(sources.asOf?.description == "2026-11-15")
    // 2024 may be its last day, which is less than 24 months before.
    #expect(sources.stale.map(\.key) == ["old"])
    #expect(sources.uncited.map(\.key) == ["unused"])
    #expect(sources.bibliography.map(\.lineCount) == [3, 1, 1, 0])
    let undated = try self.sources(Self.text.replacing("as_of: 2026-11-15\n", with: ""))
    #expect(undated.stale.isEmpty)
  }

  @Test func `what a row of the base year rests on is cited`() throws {
    let table = BaseYear.columns.joined(separator: ",") + "\nore,flows,,value,,5,10%,unused,\n"
    #expect(try sources(tables: ["base-year.csv": table]).uncited.isEmpty)
  }

  @Test(arguments: [
    (
      "1 kt/yr # [filing]\n", "1 kt/yr\n", "the line does not say where its number comes from", 18,
      5
    ),
    ("1 kt/yr # [filing]\n", "1 kt/yr # [fling]\n", "there is no source `fling`", 18, 23),
    ("= 62.5", "= 62.6", "the derivation gives another number than it says", 12, 34),
    ("2026: 62.5", "2026: 62", "the derivation's number is not on its line", 12, 32),
    ("50 * 1.25", "50 × 1.25", "the derivation cannot be worked out: `×`", 12, 34),
    (
      "[release], analogy: overrun of a quarter", "", "does not say what its derivation rests on",
      12, 34
    ),
    ("analogy: overrun of a quarter", "analogy:", "`analogy:` gives no reason", 12, 34),
  ])
  func `what is wrong with a comment is told at its place`(
    old: String, new: String, message: String, line: Int, column: Int
  ) throws {
    let text = Self.text.replacing(old, with: new)
    #expect(text != Self.text)
    let found = problems(try sources(text))
    #expect(found.count == 1 && found[0].contains(message), "\(found)")
    #expect(found.first?.hasPrefix("model.yaml:\(line):\(column): ") == true, "\(found)")
  }

  @Test(arguments: [
    (",A\n", ",D\n", "the source `filing` cannot have this grade", 2),
    (",A\n", ",\n", "the source `filing` has no grade", 2),
    (",2024,", ",,", "the source `release` has no date", 3),
    (",2024-10,", ",2024-13,", "the date of the source `old` is no date", 4),
    ("Press,Paper,", "Press,,", "the source `old` cannot be found again", 4),
    ("unused,", "old,", "the key `old` stands there twice, first on line 4", 5),
    ("url,grade\n", "url,rank\n", "the bibliography lacks `grade`", 1),
  ])
  func `what is wrong with the bibliography is told at its place`(
    old: String, new: String, message: String, line: Int
  ) throws {
    let text = Self.bibliography.replacing(old, with: new)
    #expect(text != Self.bibliography)
    let found = problems(try sources(Self.text, text))
    #expect(
      found.contains { $0.hasPrefix("sources.csv:\(line):") && $0.contains(message) }, "\(found)")
  }

  @Test func `rows of tables say where their numbers come from in a column of their own`() throws {
    let text =
      Self.text.replacing("facilities:\n", with: "tables: { imports: imports.csv }\nfacilities:\n")
    let table = """
      id,commodity,country,limit,#
      near,ore,US,0.5 kt/yr,derived: 1/2 = 0.5 [filing]
      far,ore,CN,3 kt/yr,
      """
    let sources = try sources(text, tables: ["imports.csv": table])
    #expect(
      problems(sources) == [
        "imports.csv:3:20: the line does not say where its number comes from"
      ])
    #expect(sources.lines.first { $0.path == "near" }?.grade == .a)
  }

  @Test(arguments: [
    ("50 * 1.25", 62.5), ("2 + 3 * 4", 14), ("(2 + 3) * 4", 20), ("10 / 4 / 5", 0.5),
    ("85% * 200", 170),
    ("10 - 4 - 3", 3), ("-(1 + 1) * 3", -6), ("((1.5))", 1.5), ("(1 + 1)%", 0.02),
  ])
  func `expressions are worked out`(text: String, value: Double) throws {
    #expect(abs(try Arithmetic.value(of: text) - value) < 1e-12)
  }

  @Test(arguments: ["", "1 +", "(1", "1)", "1 2", "a", "1/0", "1,200 * 2", "2 kt", "1..2"])
  func `what is no expression is refused`(text: String) {
    #expect(throws: Arithmetic.Problem.self) { try Arithmetic.value(of: text) }
  }

  @Test func `a derived number is held to its printed digits`() {
    func problem(_ expression: String, _ value: String, on line: String) -> String? {
      Derivation(expression: expression, value: value, line: WrittenNumber.all(in: line)).problem?
        .message
    }
    #expect(problem("2 / 3", "0.67", on: "x: 0.67") == nil)
    #expect(problem("2 / 3", "0.66", on: "x: 0.66") != nil)
    #expect(problem("2 / 3", "67%", on: "x: 67%") == nil)
    #expect(problem("2 / 3", "66.7%", on: "x: { 2026: 66.7%, 2030: 5 }") == nil)
    #expect(problem("1000 / 3", "333", on: "x: 333 t/yr") == nil)
    #expect(problem("1000 / 3", "300", on: "x: 300 t/yr") != nil)
    #expect(problem("1 + 1", "2", on: "cn2: 3") != nil)
    #expect(problem("50 * 1000", "50000", on: "x: 50_000 t") == nil)
    #expect(problem("1", "", on: "x: 1") != nil)
  }

  @Test func `several derivations stand in one comment`() {
    let marks = SourceMarks(
      comment: "derived: 1 + 1 = 2; derived: 2 * 3 = 6 kt [a, b], assumption: why not",
      line: "{ 2026: 2 kt, 2027: 6 kt }")
    #expect(marks.derivations.map(\.expression) == ["1 + 1", "2 * 3"])
    #expect(marks.derivations.map(\.value) == ["2", "6"])
    #expect(marks.derivations.allSatisfy { $0.problem == nil })
    #expect(marks.keys == ["a", "b"])
    #expect(marks.assumption == "why not")
  }
}
