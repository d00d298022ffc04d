import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// The model files of the corpus that stand alone.
private let corpus = Repository.corpusNames.filter { $0 != "year-table" }.map(Repository.corpus)

/// Where the programs of two models differ; nil where they do not. A limit that a scenario lifted is written
/// as one of 1000 kt a year (83 a month), which differs from none only where a rule of the model counts imports.
private func difference(_ one: Model, _ other: Model) -> String? {
  let a = AllocationProgram(one).program
  let b = AllocationProgram(other).program
  if a.cost != b.cost || a.objectiveOffset != b.objectiveOffset { return "costs" }
  if a.columnLower != b.columnLower || a.isInteger != b.isInteger { return "columns" }
  let isCapped = zip(a.columnUpper, b.columnUpper).contains { $0 != $1 && min($0, $1) < 80 }
  if isCapped || a.columnUpper.count != b.columnUpper.count { return "upper bounds" }
  if a.rowLower != b.rowLower || a.rowUpper != b.rowUpper { return "rows" }
  let isSame = a.rowStart == b.rowStart && a.columnIndex == b.columnIndex
  return isSame && a.coefficient == b.coefficient ? nil : "coefficients"
}

/// Effective models, written and read again.
@Suite struct ModelTreeTests {
  @Test
  func `every corpus model under every scenario is the same program when read again`() throws {
    for path in corpus {
      let document = try ModelDocument.read(path: path)
      for ids in [[]] + document.scenarioIDs.map({ [$0] }) {
        let expected = try document.model(scenarios: ids)
        let text = try document.tree(scenarios: ids).yaml(comments: ["from \(path)"])
        let again = try ModelDocument.read(text: text).model()
        #expect(difference(again, expected) == nil, "\(path) \(ids)")
      }
    }
  }

  @Test func `a budget scale is multiplied into the appropriations, exactly`() throws {
    for path in corpus {
      let document = try ModelDocument.read(path: path)
      let expected = try document.model(budgetScale: 0.3)
      let text = try document.tree(budgetScale: 0.3).yaml()
      let again = try ModelDocument.read(text: text).model()
      #expect(difference(again, expected) == nil, "\(path)")
    }
  }

  @Test func `a limit lifted outside a window is written as one that never binds`() throws {
    let document = try ModelDocument.read(text: banned)
    let text = try document.tree(scenarios: ["ban"]).yaml()
    #expect(text.contains("limit: { 2026: 1000000 kt/yr, 2027: 0 t/yr }"))
    let again = try ModelDocument.read(text: text).model()
    #expect(difference(again, try document.model(scenarios: ["ban"])) == nil)
  }

  @Test
  func `only what a scenario changes is told, with units, and removed entries as such`() throws {
    let document = try ModelDocument.read(text: banned)
    #expect(
      try document.differences(scenarios: ["ban"]) == [
        ModelDifference(
          path: "imports.cn.limit", before: nil, after: "{ 2026: no limit, 2027: 0 t/yr }"),
        ModelDifference(path: "demand.all.quantity", before: "1 kt/yr", after: "1100 t/yr"),
        ModelDifference(
          path: "funds.grants",
          before: "{ instruments: [grant], appropriations: { 2026: 50 MUSD } }", after: nil),
        ModelDifference(path: "limits.few.at_most", before: "3", after: "2"),
      ])
    #expect(try document.differences() == [])
    #expect(
      try document.differences(settings: [("demand.all.weight", "2")]) == [
        ModelDifference(path: "demand.all.weight", before: nil, after: "2")
      ])
  }

  @Test func `text that YAML could take for something else is quoted`() throws {
    let tree = ModelTree.keys([
      .init("a", .plain("x: y")), .init("b", .quoted("true")), .init("c", .plain("- 1")),
      .init("d", .plain("-1.5")), .init("e", .quoted("two\nlines \"quoted\" \u{202E}")),
      .init("f", .plain("")), .init("g", .list([.plain("NO"), .plain("#4")])),
    ])
    #expect(
      tree.yaml() == """
        a: "x: y"
        b: "true"
        c: "- 1"
        d: -1.5
        e: "two\\nlines \\"quoted\\" \\U0000202e"
        f:
        g: ["NO", "#4"]

        """)
  }
}

private let banned = MagnetModel(
  name: "ban", horizon: 2026...2029, importLimit: nil,
  funds: [
    MagnetModel.grants(), "loans: { instruments: [grant], appropriations: { 2026: 5 MUSD } }",
  ],
  more: """
    limits:
      - { name: few, measure: projects, at_most: 3 }
    scenarios:
      ban:
        changes:
          - { set: imports.cn.limit, to: 0 t/yr, from: 2027 }
          - { scale: demand.*.quantity, by: 1.1 }
          - { remove: funds.grants }
          - { set: limits.few.at_most, to: 2 }
    """
).text
