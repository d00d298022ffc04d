import Testing

@testable import SupplyChain

/// Numbers of measures and rules as series of scenarios.
@Suite struct RuleNumberTests {
  private static let sections = """
    measures:
      goal: { 2026: 20%, 2030: 60% }
      floor: 3 kt/yr
      home: served[class=domestic]
    rules:
      - { name: dig, rule: "activity[stage=mine] >= 3 kt/yr" }
      - { name: share, rule: "home >= 40% * demand" }
      - { name: goals, rule: "home / demand >= goal" }
      - { name: two, rule: "activity[stage=mine] + 2 * home >= 1 kt/yr" }
      - { name: given, rule: "activity[stage=mine] <= 9 kt/yr", bound: { 2026: 5 kt/yr, 2030: 9 kt/yr } }
    """

  private func model(_ changes: String...) throws -> Model {
    let text = Example.small(adding: Self.sections + "\n" + Example.scenario(changes))
    return try Example.read(text).model(scenarios: ["s"])
  }

  private func problem(_ changes: String...) throws -> Diagnostic {
    let text = Example.small(adding: Self.sections + "\n" + Example.scenario(changes))
    do throws(ModelErrors) {
      _ = try Example.read(text).model(scenarios: ["s"])
    } catch {
      return error.diagnostics[0]
    }
    throw Missing()
  }
  private struct Missing: Error {}

  private func bound(_ model: Model, _ name: String, _ year: Int) throws -> Double {
    try #require(model.rules.first { $0.name == name }).bound(in: year)
  }

  private func share(_ model: Model, _ name: String, _ year: Int) throws -> Double {
    let rule = try #require(model.rules.first { $0.name == name })
    let term = rule.difference.terms.first { $0.quantity.kind == .demand }
    return 0 - (term?.coefficient.level(year) ?? 0)
  }

  @Test func `the number of a rule is scaled, shifted and set`() throws {
    let scaled = try model("scale: rules.dig.bound, by: 1.5")
    #expect(try bound(scaled, "dig", 2028) == 4500)
    #expect(scaled.rules[0].text == "activity[stage=mine] >= 4500 t/yr")
    #expect(try bound(model("shift: rules.dig.bound, by: 500 t/yr"), "dig", 2028) == 3500)
    #expect(try bound(model("set: rules.dig.bound, to: 2 kt/yr"), "dig", 2028) == 2000)
    // A share that multiplies is the rule's number as well.
    #expect(try share(model("scale: rules.share.bound, by: 50%"), "share", 2028) == 0.2)
  }

  @Test func `in some years alone`() throws {
    let later = try model("set: rules.dig.bound, to: 5 kt/yr, from: 2029")
    #expect(try bound(later, "dig", 2028) == 3000)
    #expect(try bound(later, "dig", 2029) == 5000)
    let twice = try model(
      "scale: rules.dig.bound, by: 2, from: 2029", "scale: rules.dig.bound, by: 2, from: 2030")
    #expect(try bound(twice, "dig", 2028) == 3000)
    #expect(try bound(twice, "dig", 2029) == 6000)
    #expect(try bound(twice, "dig", 2030) == 12_000)
    #expect(twice.rules[0].text == "activity[stage=mine] >= bound")
    let one = try model("set: rules.dig.bound.2027, to: 1 kt/yr")
    #expect(try bound(one, "dig", 2027) == 1000)
    #expect(try bound(one, "dig", 2028) == 3000)
  }

  @Test func `a bound beside a rule stands for its number`() throws {
    let plain = try model("set: description, to: as it is")
    #expect(try bound(plain, "given", 2026) == 5000)
    #expect(try bound(plain, "given", 2028) == 7000)
    #expect(try bound(model("scale: rules.given.bound, by: 2"), "given", 2030) == 18_000)
    #expect(plain.rules[4].text == "activity[stage=mine] <= bound")
  }

  @Test func `measures that are numbers are series`() throws {
    #expect(try share(model("scale: measures.goal, by: 50%"), "goals", 2030) == 0.3)
    #expect(try share(model("set: measures.goal.2030, to: 80%"), "goals", 2030) == 0.8)
    let shifted = try share(model("shift: measures.goal, by: 10%"), "goals", 2026)
    #expect(abs(shifted - 0.3) < 1e-12)
    // Of all measures those that are numbers change.
    let all = try model("scale: measures.*, by: 2")
    #expect(try share(all, "goals", 2026) == 0.4)
    #expect(all.measures.first { $0.id == "floor" }?.yearly.constant.level(2026) == 6000)
  }

  @Test(arguments: [
    ("scale: rules.two.bound, by: 2", "no number that could be changed"),
    ("scale: measures.home, by: 2", "no number that could be changed"),
    ("scale: rules.goals.bound, by: 2", "no number that could be changed"),
    ("shift: rules.dig.bound, by: 3 MUSD", "is mass/time"),
    ("set: rules.dig.bound, to: 3 MUSD", "money stands for mass/time"),
    ("set: rules.dig.bound, to: home", "is a number, or numbers by year"),
    ("set: rules.two.bound, to: 3 kt/yr", "this rule has 2"),
  ])
  func `what is no number is refused`(change: String, words: String) throws {
    let found = try problem(change)
    #expect(found.message.contains(words), "\(found)")
    #expect(found.line > 0)
  }

  @Test func `they are among the numbers of the model`() throws {
    let numbers = try ModelNumbers(Example.read(Example.small(adding: Self.sections)))
    func place(_ path: [String]) -> Int? { numbers.numbers.firstIndex { $0.path == path } }
    let dig = try #require(place(["rules", "dig", "bound"]))
    let goal = try #require(place(["measures", "goal", "2030"]))
    let given = try #require(place(["rules", "given", "bound", "2026"]))
    #expect(place(["measures", "floor"]) != nil && place(["measures", "home"]) == nil)
    #expect(place(["rules", "two", "bound"]) == nil)
    #expect(numbers.numbers[dig].location.line > 0)
    let changed = try numbers.model(scaling: [(dig, 1.1), (goal, 0.5), (given, 2)])
    #expect(abs(try bound(changed, "dig", 2028) - 3300) < 1e-9)
    #expect(try share(changed, "goals", 2030) == 0.3)
    #expect(try bound(changed, "given", 2026) == 10_000)
    #expect(try bound(changed, "given", 2030) == 9000)
  }
}
