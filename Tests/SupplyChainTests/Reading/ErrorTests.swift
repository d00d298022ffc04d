import Testing

@testable import SupplyChain

/// Every class of error, with its place.
@Suite struct ErrorTests {
  /// What replaces which piece of the small model, and the one problem that follows.
  struct Case: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    var problem: String
    var testDescription: String { problem }

    init(_ old: String, _ new: String, _ problem: String) {
      self.old = old
      self.new = new
      self.problem = problem
    }
  }

  private static func loan(_ terms: String) -> String {
    "instruments: [loan]\n    loan: { rate: 4%, tenor: 9 years, forbearance: { \(terms) } }"
  }

  static let cases = [
    Case("lodestone: 1", "lodestone: 2", "1:12: unknown format version"),
    Case("name: Small", "name: ''\nnamee: x", "3:1: unknown key `namee`"),
    Case("name: Small", "name:", "2:6: name has no value"),
    Case("name: Small", "name: \"a\\u202e\"", "2:7: name holds characters that cannot be seen"),
    Case("start: 2026", "start: 1899", "3:19: horizon.start: `1899` is not a year"),
    Case("start: 2026", "start: 20260", "3:19: horizon.start: `20260` is not a year"),
    Case("start: 2026", "start: -1", "3:19: horizon.start: `-1` is not a year"),
    Case("start: 2026", "start: 2031", "3:30: the horizon ends before it starts"),
    Case(
      "start: 2026, end: 2030", "start: 1900, end: 2200",
      "3:30: the horizon is longer than 200 years"),
    Case("step: year", "step: week", "3:42: horizon.step cannot be `week`"),
    Case("currency: USD", "currency: 5", "4:20: money.currency is not a currency's code"),
    Case("discount: 5%", "discount: 50", "4:35: money.discount: the value is out of range"),
    Case("discount: 5%", "discount: .nan", "4:35: money.discount: numbers must be finite"),
    Case(
      "allied: 0.25", "allied: -1", "6:35: provenance.classes.allied: the value may not be negative"
    ),
    Case("CN: foreign", "CN: forein", "7:46: provenance.countries.CN: there is no class `forein`"),
    Case("ore: { stage: mine,", "ore: {", "9:3: commodities.ore lacks `stage`"),
    Case(
      "price: 10 USD/kg", "price: 10 USD", "9:30: commodities.ore.price: the unit measures money"),
    Case("price: 10 USD/kg", "price: [1]", "9:30: commodities.ore.price has the wrong shape"),
    Case("price: 10 USD/kg", "price: {}", "9:30: commodities.ore.price has no years"),
    Case(
      "2030: 95 USD/kg", "2030: inf", "10:63: commodities.oxide.price, 2030: numbers must be finite"
    ),
    Case(
      "2030: 95 USD/kg", "3030: 5 USD/kg", "10:57: commodities.oxide.price: `3030` is not a year"),
    Case("2030: 95 USD/kg", "2026: 5 USD/kg", "10:57: duplicate key `2026`, first on line 10"),
    Case(
      "existing: 10 kt/yr", "existing: -1 t/yr",
      "17:15: facilities.pit.existing: the value may not be negative"),
    Case("country: AU", "country: ZZ", "26:14: facilities.plant: country `ZZ` has no class"),
    Case("max: 20 kt/yr", "min: 1 kt/yr", "19:7: facilities.pit.expansion lacks `max`"),
    Case(
      "permit: 3 years", "permit: 3",
      "21:15: facilities.pit.expansion.permit: the number lacks its unit"),
    Case(
      "permit: 3 years", "life: 3 years", "21:7: unknown key `life` in facilities.pit.expansion"),
    Case(
      "permit: 3 years", "requires: plan",
      "21:17: facilities.pit.expansion.requires: there is no facility `plan`"),
    Case(
      "permit: 3 years", "requires: pit",
      "21:17: expansions require each other in a circle: pit → pit"),
    Case(
      "permit: 3 years", "ramp: [140%]",
      "21:14: facilities.pit.expansion.ramp: the share is out of range"),
    Case(
      "permit: 3 years", "spending: [50%, 40%]",
      "21:17: facilities.pit.expansion.spending does not add up to 100%"),
    Case(
      "permit: 3 years", "min: 21 kt/yr",
      "21:12: facilities.pit.expansion.min is larger than its max"),
    Case(
      "permit: 3 years", "module: 0 t/yr",
      "21:15: facilities.pit.expansion.module must be above zero"),
    Case(
      "permit: 3 years", "earliest: soon",
      "21:17: facilities.pit.expansion.earliest: `soon` is not a year"),
    Case(
      "permit: 3 years", "private: { hurdle: 12 }",
      "21:26: facilities.pit.expansion.private.hurdle: the value is out of range"),
    Case(
      "capex: +5%", "capex: 5%",
      "23:44: facilities.pit.expansion.fast_track.capex does not say whether it is more or less"),
    Case(
      "{ ore: 2 }", "{ or: 2 }", "27:21: facilities.plant.recipe.in: there is no commodity `or`"),
    Case(
      "{ oxide: 0.5 }", "{ oxide: 0.5 t }",
      "27:45: facilities.plant.recipe.out.oxide: a pure number takes no unit (found mass)"),
    Case(
      "{ oxide: 0.5 } }", "{ oxide: 0.5 }, main: ore }",
      "27:58: facilities.plant.recipe.main is not among the outputs"),
    Case(
      "existing: 8 kt/yr", "commercial: yes",
      "28:17: facilities.plant.commercial is either true or false"),
    Case(
      "existing: 8 kt/yr", "availability: 90",
      "28:19: facilities.plant.availability: the share is out of range"),
    Case("existing: 8 kt/yr", "opex: 1 USD/kg", "29:5: duplicate key `opex`, first on line 28"),
    Case(
      "cn_oxide: { commodity: oxide", "cn_oxide: { commodity: oxyde",
      "31:26: imports.cn_oxide.commodity: there is no commodity `oxyde`"),
    Case(
      "quantity: { 2026: 1 kt/yr, 2030: 3 kt/yr }", "weight: 1",
      "34:3: demand.cars lacks `quantity`"),
    Case(
      "instruments: [grant]", "instruments: [grnt]",
      "37:19: funds.grants.instruments cannot be `grnt`"),
    Case(
      "instruments: [grant]", "instruments: [loan]",
      "36:3: funds.grants gives loans but lacks `loan`"),
    Case(
      "instruments: [grant]", loan("rate: -1%"),
      "38:60: funds.grants.loan.forbearance.rate: the value may not be negative"),
    Case(
      "instruments: [grant]", loan("rate: 4%, at_most: 101%"),
      "38:73: funds.grants.loan.forbearance.at_most: the share is out of range"),
    Case(
      "instruments: [grant]", loan("rate: 4%, share: 10%"),
      "38:64: unknown key `share` in funds.grants.loan.forbearance"),
    Case(
      "instruments: [grant]", loan("at_most: 10%"),
      "38:52: funds.grants.loan.forbearance lacks `rate`"),
    Case(
      "instruments: [grant]", loan("rate: 4%, from: 2029, until: 2028"),
      "38:83: funds.grants.loan.forbearance ends before it begins"),
    Case(
      "instruments: [grant]",
      "instruments: [grant]\n    loan: { rate: 4%, tenor: 9 years, forbearance: { rate: 4% } }",
      "38:11: funds.grants has loan terms but gives no loans"),
    Case(
      "appropriations: { 2026: 300 MUSD, 2028: 100 MUSD }", "appropriations: 3 kt",
      "38:21: funds.grants.appropriations: the unit measures mass"),
    Case(
      "max_share: 75%", "max_share: 175%",
      "39:16: funds.grants.max_share: the share is out of range"),
    Case(
      "max_share: 75%", "eligible: { facility: [pitt] }",
      "39:28: funds.grants.eligible.facility: there is no facility `pitt`"),
    Case(
      "max_share: 75%", "eligible: { country: XX }",
      "39:26: funds.grants.eligible.country: there is no country `XX`"),
    Case("measure: award", "measure: awards", "41:29: limits[1].measure cannot be `awards`"),
    Case("at_most: 500 MUSD", "at_most: 500 t", "41:69: limits[1].at_most: the unit measures mass"),
    Case("at_most: 500 MUSD", "per: horizon", "41:5: limits[1] lacks its bound"),
    Case(
      "at_most: 500 MUSD", "at_most: 1 MUSD, at_least: 1 MUSD", "41:87: limits[1] has two bounds"),
    Case(
      "at_most: 500 MUSD", "at_most: 1 MUSD, from: 2030, until: 2029",
      "41:96: limits[1] ends before it begins"),
    Case(
      "at_most: 500 MUSD", "per: horizon, at_most: { 2026: 1 MUSD, 2027: 2 MUSD }",
      "41:83: limits[1].at_most gives years, but the limit is over the horizon"),
  ]

  @Test(arguments: cases)
  func `one mistake is one error at its place`(item: Case) {
    #expect(Example.problems(Example.small(item.old, item.new)) == [item.problem])
  }

  @Test(arguments: [
    ("targets: { 2031: 10% }", "42:12: targets: 2031 is outside the horizon"),
    ("targets: { 2030: 15 }", "42:18: targets, 2030: the share is out of range"),
    ("objective: [cost]", "42:13: objective cannot be `cost`"),
    ("objective: [unmet, unmet]", "42:20: objective names `unmet` twice"),
    (
      "stockpiles: { a: { commodity: ore, opening: { foreign: 9 t }, max: 5 t } }",
      "42:45: stockpiles.a opens with more than its max"
    ),
    (
      "stockpiles: { a: { commodity: ore, opening: { foes: 9 t } } }",
      "42:47: stockpiles.a.opening.foes: there is no class `foes`"
    ),
    (
      "returns: { a: { commodity: ore, country: US, from: [cats] } }",
      "42:53: returns.a.from: there is no demand `cats`"
    ),
    (
      "uncertainty: { reveal: 2027, outcomes: { base: 90% } }",
      "42:40: probabilities of uncertainty.outcomes do not add up to 100%"
    ),
    (
      "uncertainty: { reveal: 2027, outcomes: { bse: 100% } }",
      "42:42: uncertainty.outcomes: there is no scenario `bse`"
    ),
    ("uncertainty: { reveal: 2027 }", "42:14: uncertainty has neither outcomes nor a sample"),
    (
      "uncertainty: { reveal: 2040, outcomes: { base: 1 } }",
      "42:24: uncertainty.reveal is outside the horizon"
    ),
    (
      "scenarios: { a: { extends: b }, b: { extends: a } }",
      "42:47: scenarios extend each other in a circle: a → b → a"
    ),
    ("scenarios: { a: { extends: [c] } }", "42:29: scenarios.a.extends: there is no scenario `c`"),
    ("scenarios: { base: {} }", "42:14: a scenario may not be called `base`"),
    ("scenarios: { a: { changes: [{ }] } }", "42:29: scenarios.a.changes[1] needs one verb"),
    (
      "scenarios: { a: { changes: [{ set: facilities.pitt.opex, to: 1 USD/kg }] } }",
      "42:36: scenario a: the path matches nothing at `pitt`"
    ),
    (
      "scenarios: { a: { changes: [{ scale: imports.cn_ore.limt, by: 2 }] } }",
      "42:38: scenario a: there is no key `limt` in `imports.<id>`"
    ),
    (
      "scenarios: { a: { changes: [{ set: facilities.pit.opex, to: 1 t }] } }",
      "42:61: scenario a: facilities.pit.opex: the unit measures mass"
    ),
    (
      "scenarios: { a: { changes: [{ shift: facilities.pit.opex, by: 1 year }] } }",
      "42:63: scenario a: facilities.pit.opex: the unit measures time"
    ),
    (
      "scenarios: { a: { changes: [{ scale: facilities.pit.stage, by: 2 }] } }",
      "42:38: scenario a: facilities.pit.stage is not a quantity"
    ),
    (
      "scenarios: { a: { changes: [{ scale: facilities.pit, by: 2 }] } }",
      "42:38: scenario a: `facilities.pit` is an entry, not a quantity"
    ),
    (
      "scenarios: { a: { changes: [{ scale: funds.grants.keep, by: 2, from: 2027 }] } }",
      "42:38: scenario a: funds.grants.keep has one value for all years"
    ),
    (
      "scenarios: { a: { changes: [{ remove: demand.cars }, { remove: returns.x }] } }",
      "42:64: scenario a: the path matches nothing at `x`"
    ),
    (
      "scenarios: { a: { changes: [{ shift: demand.cars.quantity, by: -2 kt/yr }] } }",
      "42:64: scenario a: demand.cars.quantity: after the change the value may not be negative"
    ),
    (
      "scenarios: { a: { changes: [{ set: 'facilities.*[tag=x].opex', to: 1 USD/kg }] } }",
      "42:36: scenario a: the path matches nothing at `*`"
    ),
    (
      "scenarios: { a: { changes: [{ scale: funds.*.keep, by: 1, to: 2 }] } }",
      "42:63: scenarios.a.changes[1]: `scale` takes no `to`"
    ),
    (
      "uncertainty: { reveal: 2027, sample: { count: 5, vary: [{ path: demand.x.quantity, "
        + "normal: { mean: 1, sd: 1 } }] } }",
      "42:65: the path matches nothing at `x`"
    ),
    ("tables: { facilitys: a.csv }", "42:11: there is no table for `facilitys`"),
  ])
  func `a mistake in a later section is one error at its place`(text: String, problem: String) {
    #expect(Example.problems(Example.small(adding: text)) == [problem])
  }

  @Test func `an id may not hold a point`() {
    let text = Example.small("commodities:\n", "commodities:\n  o.re: { stage: mine }\n")
    #expect(Example.problems(text) == ["9:3: an id holds characters it may not"])
  }

  @Test func `removing what others require is an error`() {
    let text =
      Example.small("permit: 3 years", "requires: plant") + "\n"
      + Example.scenario(["remove: facilities.plant"])
    #expect(
      Example.problems(text) == [
        "21:17: scenario s: facilities.pit.expansion.requires: there is no facility `plant`"
      ])
  }

  @Test func `all problems are reported in one run in file order`() {
    let text = Example.small
      .replacing("opex: 9 USD/kg", with: "opx: 9 USD/kg")
      .replacing("country: AU", with: "country: ZZ")
      .replacing("max_share: 75%", with: "max_share: 75")
    #expect(Example.diagnostics(text).map(\.line) == [26, 29, 39])
  }

  @Test func `a misplaced key says where it belongs`() {
    let text = Example.small("existing: 8 kt/yr", "capex: 8 kUSD/(t/yr)")
    #expect(
      Example.diagnostics(text).first?.suggestion
        == "`capex` belongs in `facilities.<id>.expansion`")
  }

  @Test func `a message shows the line with a caret`() {
    let text = Example.small("existing: 8 kt/yr", "existing: 8 kt")
    #expect(
      Example.diagnostics(text).first?.description == """
        m.yaml:28:15: error: facilities.plant.existing: the unit measures mass
          28 |     existing: 8 kt
             |               ^
          found: 8 kt
          expected: tonnes a year (e.g. `45 kt/yr`)
          help: add `/yr`
        """)
  }

  @Test func `at most fifty problems are printed`() {
    let entries = (0..<80).map { "  x\($0): { stage: mine, prise: 1 }" }.joined(separator: "\n")
    let text = Example.small("commodities:\n", "commodities:\n" + entries + "\n")
    let diagnostics = Example.diagnostics(text)
    #expect(diagnostics.count == 80)
    #expect(
      ModelErrors(diagnostics: diagnostics).description.hasSuffix(
        "\nand 30 more\nThe keys are described in Docs/format-reference.md #commoditiesid"))
  }

  @Test func `control characters are escaped in messages`() {
    let text = Example.small("name: Small", "\"na\\e[2Jme\": Small")
    let shown = ModelErrors(diagnostics: Example.diagnostics(text)).description
    #expect(shown.contains("unknown key `na\\u{1b}[2Jme`"))
    #expect(!shown.unicodeScalars.contains("\u{1b}"))
  }

  @Test func `the Norway problem is none`() throws {
    let text = Example.small("country: AU", "country: NO").replacing(
      "name: Small", with: "name: yes")
    let model = try Example.read(text).base
    #expect(model.facilities[1].country == "NO")
    #expect(model.name == "yes")
  }

  @Test func `an unknown scenario lists the known`() throws {
    let document = try Example.read(Example.small(adding: "scenarios: { ban: {}, boom: {} }"))
    do throws(ModelErrors) {
      _ = try document.model(scenarios: ["bam"])
      Issue.record("the scenario was found")
    } catch {
      #expect(error.diagnostics[0].suggestion == "did you mean `ban`? known: base, ban, boom")
    }
  }

  @Test func `a wrong setting is named by its option`() throws {
    let document = try Example.read(Example.small)
    for (path, value, problem) in [
      (
        "funds.*.max_share", "50 t",
        "--set funds.*.max_share=50 t: error: funds.grants.max_share: a pure"
      ),
      ("funds.x.max_share", "50%", "--set funds.x.max_share=50%: error: the path matches nothing"),
      ("funds..x", "50%", "--set funds..x=50%: error: a path has an empty part"),
      ("funds.*.keep", "", "--set funds.*.keep=: error: the setting has no value"),
      ("funds.*.keep", "[", "--set funds.*.keep=[: error: YAML: did not find expected"),
    ] {
      do throws(ModelErrors) {
        _ = try document.model(settings: [(path, value)])
        Issue.record("the setting was taken")
      } catch {
        #expect(error.description.hasPrefix(problem))
      }
    }
    #expect(throws: ModelErrors.self) { try document.model(budgetScale: .nan) }
    #expect(throws: ModelErrors.self) { try document.model(factors: [("demand.*.weight", -1)]) }
  }
}
