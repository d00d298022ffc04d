import Testing

@testable import SupplyChain

@Suite struct ObjectiveReadingTests {
  private static let sections = """
    factors:
      posts: { unit: jobs, values: { "*": 0.1 jobs/(t/yr) } }
    measures:
      home: served[class=domestic]
      work: posts
      goal: 20%
      held: stock
      index: dependency
      steps: spending - last_year(spending)
      rest: served - 3 kt/yr
    """

  private func text(_ objective: String) -> String {
    Example.small(adding: Self.sections + "\nobjective: \(objective)\n")
  }

  private func read(_ objective: String) throws -> [Objective] {
    try Example.read(text(objective)).model().objectives
  }

  private func diagnostic(_ objective: String) throws -> Diagnostic {
    try #require(Example.diagnostics(text(objective)).first)
  }

  @Test func `objectives are built-in names and measures`() throws {
    let found = try read("[dependency, maximize work, home]")
    #expect(found.map(\.name) == ["dependency", "work", "home"])
    #expect(found.map(\.written) == ["dependency", "maximize work", "home"])
    #expect(found.map(\.isMaximised) == [false, true, false])
    #expect(found[1].amount == .own(unit: "yr·jobs") && found[2].amount == .own(unit: "t"))
    #expect(try read("maximise home").map(\.written) == ["maximize home"])
    #expect(found[1].shown(-5.0) == 5 && found[2].shown(5.0) == 5)
  }

  @Test(arguments: [
    ("[dependency, goal]", "goal is a number"),
    ("[held]", "no total over the years: `stock` has no sum over several years"),
    ("[index]", "no total over the years: `dependency` has no sum"),
    ("[steps]", "no total over the years: `last_year` looks from year to year"),
    ("[rest]", "no total over the years"),
    ("[maximize dependency]", "`dependency` is minimised"),
    ("[home, maximize home]", "names `home` twice"),
    ("[dependency, { maximize: home }]", "an objective is a name"),
    ("[hom]", "objective cannot be `hom`"),
    ("[served]", "objective cannot be `served`"),
  ])
  func `what is no objective is refused at its place`(objective: String, words: String) throws {
    let found = try diagnostic(objective)
    #expect(found.message.contains(words), "\(found)")
    #expect(found.line > 0 && found.column > 0)
  }

  @Test func `a misspelt objective has its nearest told`() throws {
    #expect(try diagnostic("[hom]").suggestion == "did you mean `home`?")
    #expect(try diagnostic("[maximize hme]").suggestion == "did you mean `maximize home`?")
    #expect(try diagnostic("[publik_cost]").suggestion == "did you mean `public_cost`?")
    #expect(try diagnostic("[served]").suggestion?.contains("measures: { total_served") == true)
    #expect(
      try diagnostic("[hom]").expected?.hasSuffix(
        "or a measure: home, work, held, index, steps, rest") == true)
  }

  @Test func `a scenario may change the order`() throws {
    let document = try Example.read(
      text("[dependency]")
        + "scenarios:\n  jobs: { changes: [{ set: objective, to: [maximize work, dependency] }] }\n"
    )
    #expect(
      try document.model(scenarios: ["jobs"]).objectives.map(\.written) == [
        "maximize work", "dependency",
      ])
    #expect(throws: ModelErrors.self) {
      try document.model(settings: [("objective", "[maximize nothing]")])
    }
  }

  @Test func `the least of what only work makes is to do nothing`() throws {
    let found = try Example.read(text("[work, dependency]"))
    let warnings = found.warnings(for: found.base)
    #expect(warnings.contains { $0.message.contains("the least of it is to do nothing") })
    let sound = try Example.read(text("[maximize work, dependency]"))
    #expect(!sound.warnings(for: sound.base).contains { $0.message.contains("do nothing") })
  }
}
