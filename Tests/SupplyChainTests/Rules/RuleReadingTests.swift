import Testing

@testable import SupplyChain

@Suite struct RuleReadingTests {
  /// The small model with factors, measures and rules that there is nothing wrong with.
  private static let sections = """
    factors:
      jobs: { unit: jobs, per: activity, values: { "*": 0.1 jobs/(t/yr), plant: 0.5 jobs/(t/yr) } }
      co2: { unit: tCO2, values: { "*[stage=mine]": 2 tCO2/t } }
    measures:
      home: served[class=domestic|allied]
      goal: { 2027: 20%, 2030: 50% }
      work: jobs[stage=separation] + 2 * jobs[facility=pit]
    rules:
    """

  private func read(_ rules: String...) throws -> Model {
    try Example.read(
      Example.small(
        adding: Self.sections + "\n" + rules.map { "  - { \($0) }" }.joined(separator: "\n"))
    ).model()
  }

  private func diagnostic(_ rule: String) throws -> Diagnostic {
    let text = Example.small(adding: Self.sections + "\n  - rule: \(rule)\n")
    return try #require(Example.diagnostics(text).first)
  }

  private func value(_ rule: WrittenRule, _ kind: PlanQuantity.Kind) -> [Double] {
    rule.difference.terms.filter { $0.quantity.kind == kind }.map { $0.coefficient.values[0] }
  }

  @Test func `a rule is its sides, in tonnes, years and millions`() throws {
    let model = try read(
      #"name: floor, rule: "activity[stage=mine] - 40% * imports[commodity=ore] >= 3 kt/yr""#,
      #"rule: "awards[fund=grants] + 500 USD/(t/yr) * build <= 120 MUSD", per: horizon"#)
    let floor = model.rules[0]
    #expect(floor.name == "floor" && floor.sense == .atLeast && floor.period == .year)
    #expect(value(floor, .activity) == [1] && value(floor, .imports) == [-0.4])
    #expect(floor.bound(in: 2026) == 3000)
    #expect(floor.dimension == Dimension(mass: 1, time: -1))
    #expect(floor.difference.terms[0].quantity.filter.stages == ["mine"])
    #expect(floor.difference.terms[1].quantity.filter.commodities == [0])
  }

  @Test func `money for capacity is not money for tonnes`() throws {
    let found = try diagnostic("awards + 500 USD/(t/yr) * activity <= 120 MUSD")
    #expect(found.message.contains("added to"))
  }

  @Test func `a share of sums is multiplied out`() throws {
    let rule = try read(#"rule: "activity[country=AU] / activity >= goal", from: 2028"#).rules[0]
    #expect(rule.difference.terms.count == 2)
    #expect(rule.difference.terms[1].coefficient.level(2027) == -0.2)
    #expect(abs(rule.difference.terms[1].coefficient.level(2028) + 0.3) < 1e-12)
    let turned = try read(#"rule: "30% <= activity[country=AU] / activity""#).rules[0]
    #expect(turned.sense == .atMost)
    #expect(turned.left.terms[0].coefficient == Series(0.3))
  }

  @Test func `last year shifts quantities and numbers`() throws {
    let rule = try read(#"rule: "spending <= 120% * last_year(spending)""#).rules[0]
    #expect(rule.difference.yearsBefore == 1)
    #expect(
      rule.years(of: Horizon(start: 2026, end: 2030, step: .year)).map(\.lowerBound).first == 2027)
    let numbers = try read(#"rule: "home <= last_year(goal) * demand""#).rules[0]
    #expect(numbers.right.terms[0].coefficient.level(2028) == 0.2)
  }

  @Test func `each makes a rule for each name that counts something`() throws {
    let rules = try read(
      #"name: one source, rule: "imports[country=each] <= 65% * imports", each: country"#
    ).rules
    #expect(rules.map(\.name) == ["one source (CN)"])
    let some = try read(
      #"rule: "activity[facility=each] >= 1 t/yr", each: facility, among: "p*""#
    ).rules
    #expect(some.map(\.name) == ["rule 1 (pit)", "rule 1 (plant)"])
  }

  @Test func `the last factor that fits counts`() throws {
    let model = try read(#"rule: "jobs >= 100 jobs""#)
    #expect(model.factors[0].amounts == [0.1, 0.5])
    #expect(model.factors[1].amounts == [2, 0])
    #expect(model.measures.map(\.id) == ["home", "goal", "work"])
    #expect(model.measures[2].yearly.dimension == Dimension(own: ["jobs": 1]))
  }

  @Test func `over years a factor a year counts years`() throws {
    let rule = try read(#"rule: "co2 <= 900 tCO2", per: cumulative, penalty: 5 USD/tCO2"#).rules[0]
    #expect(rule.dimension == Dimension(own: ["tCO2": 1]))
    #expect(rule.penalty == 5e-6)
    #expect(
      rule.years(of: Horizon(start: 2026, end: 2028, step: .year)) == [
        2026...2026, 2026...2027, 2026...2028,
      ])
    #expect(throws: (any Error).self) { _ = try read(#"rule: "jobs <= 900 jobs", per: horizon"#) }
  }

  @Test(arguments: [
    (
      "activty <= 3 t/yr", "there is no quantity, factor or measure `activty`",
      "did you mean `activity`?", 11
    ),
    ("activity[stage=mien] <= 3 t/yr", "there is no stage `mien`", "did you mean `mine`?", 26),
    ("activity[fund=grants] <= 3 t/yr", "`activity` has no filter `fund`", "", 20),
    ("activity <= 3", "a pure number is compared with mass/time", "the number lacks its unit", 23),
    ("activity <= 3 MUSD", "money is compared with mass/time", "", 23),
    (
      "activity * imports <= 3 t/yr", "two sums of decisions are multiplied, which is not linear",
      "the nearest linear form holds one of them at a number: `40% * imports`", 22
    ),
    (
      "activity / imports >= activity",
      "a quotient of what is decided is compared with what is decided",
      "multiply out: `activity >= 40% * (imports)`", 11
    ),
    ("awards + 1 / activity <= 3 MUSD", "a sum of decisions divides", "", 24),
    ("activity <= 3 tonnes", "unknown unit `tonnes`", "did you mean `t`?", 25),
    ("activity < 3 t/yr", "`<` is not expected here", "write `<=`", 20),
    ("activity", "a rule lacks its comparison", "", 19),
    ("(activity <= 3 t/yr", "the bracket `(` is not closed", "", 21),
    ("activity <= 1,500 t/yr", "`,` is not expected in a number", "", 24),
    ("3 t/yr <= 4 t/yr", "the rule compares numbers and binds nothing", "", 11),
    ("home[stage=mine] <= 3 t/yr", "`home` is a measure, which takes no filter", "", 16),
    ("activity[stage=each] <= 3 t/yr", "`stage=each` needs `each: stage`", "", 26),
    ("jobs <= 3 tCO2", "tCO2 is compared with jobs", "", 19),
    (
      "1e15 * 1e15 * activity <= 3 t/yr", "a number becomes too large", "", 11
    ),
    ("activity <= 3 t/yr <= 4 t/yr", "a rule has one comparison", "write two rules", 30),
  ])
  func `what is wrong with a rule is told at its place`(
    rule: String, message: String, help: String, column: Int
  ) throws {
    let found = try diagnostic(rule)
    #expect(found.message.contains(message), "\(found.message)")
    #expect(help.isEmpty || found.suggestion?.contains(help) == true, "\(found)")
    #expect(found.column == column, "\(found)")
  }

  @Test(arguments: [
    ("a: a + activity", "refers to itself"), ("activity: imports", "is the name of a quantity"),
    ("t: imports", "is the name of a unit"), ("jobs: imports", "is the name of a factor"),
    ("x: imports <= 3 t", "a measure is a sum and not a comparison"),
    ("x: { 2028: imports }", "2028 is not a number"), ("x: [imports]", "has the wrong shape"),
    ("x: ''", "there is no expression"),
    ("x: { 2028: 3 t, 2029: 4 MUSD }", "money stands among mass"),
  ])
  func `what is wrong with a measure is told`(measure: String, message: String) {
    let text = Example.small(
      adding: Self.sections.replacing("measures:\n", with: "measures:\n  \(measure)\n").replacing(
        "rules:", with: ""))
    let problems = Example.problems(text)
    #expect(problems.contains { $0.contains(message) }, "\(problems)")
  }

  @Test(arguments: [
    ("f: { unit: t, values: { pit: 1 t } }", "is not a unit's name"),
    ("f: { unit: MWh, values: { pti: 1 MWh/t } }", "no facility is so named"),
    ("f: { unit: MWh, values: { pit: 1 MWh/kUSD } }", "the number is"),
    (
      "f: { unit: MWh, per: imports, values: { pit: 1 MWh/t } }",
      "imports is no sum over facilities"
    ),
    ("f: { unit: MWh }", "lacks `values`"),
  ])
  func `what is wrong with a factor is told`(factor: String, message: String) {
    let problems = Example.problems(Example.small(adding: "factors:\n  \(factor)\n"))
    #expect(problems.contains { $0.contains(message) }, "\(problems)")
  }

  @Test(arguments: [
    ("penalty: 5 USD/kg, rule: activity = 3 t/yr", "takes no penalty"),
    ("penalty: 5 MUSD, rule: activity >= 3 t/yr", "the penalty is money"),
    ("from: 2029, until: 2027, rule: activity >= 3 t/yr", "ends before it begins"),
    ("among: CN, rule: activity >= 3 t/yr", "needs `each`"),
    ("each: country, rule: activity >= 3 t/yr", "does not say where `each` stands"),
    ("per: horizon, rule: stock >= 3 t", "has no sum over several years"),
    ("per: horizon, rule: activity >= 3 kt/yr", "is compared with mass"),
    ("per: horizon, rule: activity >= last_year(activity)", "looks from year to year"),
    ("per: horizon, rule: served / demand >= goal", ""),
  ])
  func `what is wrong beside a rule is told`(rule: String, message: String) {
    let problems = Example.problems(Example.small(adding: Self.sections + "\n  - { \(rule) }"))
    #expect(problems.isEmpty == message.isEmpty)
    #expect(message.isEmpty || problems.contains { $0.contains(message) }, "\(problems)")
  }

  @Test func `measures that double thirty times are read at once`() throws {
    let chain = (1...30).map { "  m\($0): m\($0 - 1) + m\($0 - 1)" }.joined(separator: "\n")
    let model = try Example.read(
      Example.small(adding: "measures:\n  m0: activity\n" + chain)
    ).model()
    #expect(model.measures[30].yearly.terms.map(\.coefficient.values) == [[1_073_741_824]])
  }

  @Test func `a scenario replaces numbers and rules`() throws {
    let text =
      Example.small(adding: Self.sections + "\n  - { name: floor, rule: home >= goal * demand }\n")
      + Example.scenario([
        "set: measures.goal, to: { 2027: 10% }", "set: rules.floor.until, to: 2028",
      ])
    let rule = try Example.read(text).model(scenarios: ["s"]).rules[0]
    #expect(rule.right.terms[0].coefficient.level(2030) == 0.1)
    #expect(rule.until == 2028)
  }

  @Test func `rules that bind nothing are told`() throws {
    let document = try Example.read(
      Example.small(
        adding: Self.sections
          + "\n  - { rule: spending >= last_year(spending), until: 2020 }"
          + "\n  - { rule: 'capex[stage=separation] <= 3 MUSD' }"))
    let words = document.warnings.map(\.message)
    #expect(words.contains { $0.contains("not in force within the horizon") })
    #expect(words.contains { $0.contains("`capex` with its filters") })
  }
}
