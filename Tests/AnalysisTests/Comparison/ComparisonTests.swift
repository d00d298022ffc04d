import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

@Suite struct ComparisonTests {
  private static let scenarios = """
    scenarios:
      late: { changes: [ { set: facilities.dear.expansion.earliest, to: 2027 } ] }
      strict: { changes: [ { set: targets, to: { 2027: 10% } } ] }
      rich: { changes: [ { scale: funds.*.appropriations, by: 2 } ] }
    """

  private func document() throws -> ModelDocument {
    try ModelDocument.read(text: twoPlants(more: Self.scenarios), file: "test.yaml")
  }

  @Test func `the model as it is comes first, then every combination`() {
    let cases = ComparedCase.combinations(
      scenarios: [["a"], ["a", "b"]], budgetScales: [0.5, 1], onlyStages: [["mine"]])
    #expect(
      cases.map(\.name) == [
        "base", "base × 0.5", "a × 0.5", "a", "a + b × 0.5", "a + b", "base × 0.5, only mine",
        "base, only mine", "a × 0.5, only mine", "a, only mine", "a + b × 0.5, only mine",
        "a + b, only mine",
      ])
  }

  @Test func `cases say what moves, what only they build, and what all build`() throws {
    let cases = ComparedCase.combinations(
      scenarios: [["late"], ["strict"], ["rich"]], budgetScales: [1, 0.1], onlyStages: [])
    let comparison = try compare(try document(), cases)
    let entries = Dictionary(uniqueKeysWithValues: comparison.cases.map { ($0.name, $0) })
    // 50 MUSD: the cheap plant for 10, 400 t/yr of the dear one for 40.
    #expect(isClose(entries["base"]?.dependency ?? 0, 0.4))
    // A year later the dear plant serves one year of two: 1 − (200 + 0.5·400) / 1000.
    #expect(isClose(entries["late"]?.dependency ?? 0, 0.6))
    #expect(
      entries["late"]?.moves == [Comparison.Move(facility: "dear", before: 2026, after: 2027)])
    // 10 % cannot be had: the plan that comes nearest stands there, and by how much it misses.
    #expect(entries["strict"]?.solution.status == .optimal)
    #expect(entries["strict"]?.misses.map(\.year) == [2027])
    #expect(isClose(entries["strict"]?.misses.first?.reached ?? 0, 0.4, relative: 1e-3))
    #expect(isClose(entries["strict"]?.dependency ?? 0, 0.4, relative: 1e-3))
    #expect(entries["base"]?.misses.isEmpty == true)
    #expect(isClose(entries["rich"]?.dependency ?? 0, 0.3))
    #expect(isClose(entries["base × 0.1"]?.dependency ?? 0, 0.9))
    // With a tenth of the money only the cheap plant is built.
    #expect(comparison.common.map(\.facility) == ["cheap"])
    #expect(isClose(comparison.common.first?.smallest ?? 0, 100, relative: 1e-4))
    // Of plans within 2 % of the best none does without it: 5 MUSD and 0.918 take at least 64 t/yr of it.
    let sure = try #require(comparison.noRegret)
    #expect(sure.map(\.facility) == ["cheap"])
    #expect(isClose(sure[0].least, 64, relative: 1e-3))
    #expect(comparison.cases.allSatisfy { $0.builtOnlyHere.isEmpty })
    #expect(isClose(entries["base"]?.spent ?? 0, 50, relative: 1e-4))
  }

  @Test func `only the stage that may be funded is built and gets money`() throws {
    let cases = ComparedCase.combinations(
      scenarios: [], budgetScales: [1], onlyStages: [["special"], ["magnet"]])
    let comparison = try compare(try document(), cases)
    let special = try #require(comparison.cases.first { $0.name == "base, only special" })
    #expect(special.built.map(\.facility) == ["dear"])
    #expect(isClose(special.dependency ?? 0, 0.5))
    #expect(special.stages.first { $0.stage == "special" }?.moneyShare == 1)
    let base = try #require(comparison.cases.first)
    // Both plants' magnets are of the commodity's stage.
    #expect(
      isClose(base.stages.first { $0.stage == "magnet" }?.homeMade ?? 0, 0.6, relative: 1e-4))
    #expect(
      isClose(base.stages.first { $0.stage == "special" }?.moneyShare ?? 0, 0.8, relative: 1e-4))
    // What is built everywhere is counted over the unrestricted cases where there are two or more.
    #expect(comparison.common.isEmpty)
  }

  @Test(arguments: ["year-grants", "half-loans", "discrete-modules"])
  func `every case has the answer that it has alone, whichever thread is faster`(
    _ name: String
  ) throws {
    let document = try ModelDocument.read(path: Repository.corpus(name))
    let cases = ComparedCase.combinations(
      scenarios: document.scenarioIDs.map { [$0] }, budgetScales: [1, 0.5],
      onlyStages: [["separation"]])
    var settings = ComparisonSettings()
    settings.run.isRelaxed = true
    let comparison = try compare(document, cases, settings)
    for (entry, compared) in zip(comparison.cases, cases) {
      let alone = solve(AllocationProgram(entry.model, relaxed: true))
      #expect(alone.status == entry.solution.status, "\(compared.name)")
      guard let value = alone.objectives.first?.value else { continue }
      #expect(isClose(entry.solution.objectives.first?.value ?? .nan, value), "\(compared.name)")
    }
    let again = try compare(document, cases, settings)
    #expect(again.cases.map(\.dependency) == comparison.cases.map(\.dependency))
    #expect(again.cases.map(\.spent) == comparison.cases.map(\.spent))
    #expect(again.cases.map(\.built) == comparison.cases.map(\.built))
  }

  @Test func `a scenario that does not exist is an error of the model`() throws {
    let cases = ComparedCase.combinations(
      scenarios: [["lat"]], budgetScales: [1], onlyStages: [])
    let document = try document()
    #expect(throws: ModelErrors.self) { try compare(document, cases) }
  }

  @Test func `cases of a large model have the values that they have alone`() throws {
    var generator = ModelGenerator()
    generator.facilities = 20
    let document = try ModelDocument.read(text: generator.text)
    let scales = [1, 0.5, 0.1, 2.0]
    let cases = ComparedCase.combinations(scenarios: [], budgetScales: scales, onlyStages: [])
    var settings = ComparisonSettings()
    settings.run.isRelaxed = true
    let comparison = try compare(document, cases, settings)
    #expect(comparison.cases.count == scales.count)
    for (entry, scale) in zip(comparison.cases, scales) {
      let program = AllocationProgram(try document.model(budgetScale: scale), relaxed: true)
      #expect(program.startUse(.related) != .used)
      let alone = solve(program)
      #expect(entry.solution.status == .optimal)
      #expect(entry.solution.stages.allSatisfy { $0.verification?.isVerified == true })
      for (own, other) in zip(entry.solution.objectives, alone.objectives) {
        #expect(abs(own.value - other.value) <= 1e-6 * max(1, abs(other.value)))
      }
      #expect(entry.baseline != nil)
    }
  }
}
