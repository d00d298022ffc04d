import Testing

@testable import SupplyChain

/// Whatever is in a file and has no effect is told.
@Suite struct EffectTests {
  private static let chain = """
    lodestone: 1
    name: Chain
    horizon: { start: 2026, end: 2032 }
    money: { currency: USD }
    provenance: { classes: { home: 0, foreign: 1 }, countries: { US: home, CN: foreign } }
    commodities: { ore: { stage: mine, price: 10 USD/kg } }
    facilities:
      mine: { stage: mine, country: US, recipe: { out: { ore: 1 } }, opex: 5 USD/kg, expansion: { max: 10 kt/yr, capex: 10 kUSD/(t/yr) } }
    imports: { cn: { commodity: ore, country: CN, limit: 100 kt/yr } }
    demand: { need: { commodity: ore, quantity: 1 kt/yr } }
    funds: { f: { instruments: [grant], appropriations: { 2026: 5 MUSD } } }
    """

  private func warnings(_ old: String, _ new: String) throws -> [String] {
    let text = Self.chain.replacing(old, with: new)
    #expect(text != Self.chain)
    return try Example.read(text).warnings.map { "\($0.line): \($0.message)" }
  }

  private func warnings(adding text: String) throws -> [String] {
    try Example.read(Self.chain + "\n" + text).warnings.map { "\($0.line): \($0.message)" }
  }

  @Test func `the chain itself has nothing to warn of`() throws {
    #expect(try Example.read(Self.chain).warnings.isEmpty)
  }

  @Test(arguments: [
    (
      "max: 10 kt/yr", "max: 1 kt/yr, module: 3 kt/yr",
      "8: mine's expansion: its module of 3000 t/yr is larger than its max of 1000 t/yr, so nothing can be added"
    ),
    ("max: 10 kt/yr", "max: 0 t/yr", "8: mine's expansion: its max is 0, so nothing can be added"),
    (
      "{ 2026: 5 MUSD }", "{ 2020: 50 MUSD, 2040: 3 MUSD }",
      "11: all money of fund f is appropriated outside the horizon"
    ),
    (
      "{ 2026: 5 MUSD }", "{ 2026: 50 MUSD, 2040: 3 MUSD }",
      "11: money of fund f is appropriated outside the horizon and cannot be spent"
    ),
    ("{ 2026: 5 MUSD }", "0 MUSD", "11: fund f has no money in any year"),
    (
      "instruments: [grant]", "instruments: [grant], eligible: { stage: [mine, minning] }",
      "11: fund f: no facility has the stage minning"
    ),
    (
      "instruments: [grant]", "instruments: [grant], eligible: { stage: mines }",
      "11: fund f: no facility has the stage mines"
    ),
    (
      "instruments: [grant]", "instruments: [grant, stockpile]",
      "11: fund f buys for stockpiles, of which the model has none"
    ),
    (
      "name: Chain", "name: Chain\nobjective: [system_cost]",
      "3: objective system_cost comes first: what costs least is to serve nobody"
    ),
    (
      "capex: 10 kUSD/(t/yr)", "capex: 10 kUSD/(t/yr), ramp: [0%]",
      "8: mine's expansion never works: its ramp is 0"
    ),
    (
      "capex: 10 kUSD/(t/yr)", "capex: 10 kUSD/(t/yr), fast_track: {}",
      "8: the fast track of mine is as the standard option"
    ),
    (
      "capex: 10 kUSD/(t/yr)", "capex: 10 kUSD/(t/yr), exclusive: sites",
      "8: mine is alone in the exclusive group sites, which excludes nothing"
    ),
    (
      "capex: 10 kUSD/(t/yr)", "capex: 10 kUSD/(t/yr), private: { max_share: 0% }",
      "8: facilities.mine.expansion.private: a largest share of 0% is no private money"
    ),
    (
      "quantity: 1 kt/yr", "quantity: 1 kt/yr, require: { classes: [home], from: 2040 }",
      "10: demand need requires classes from 2040 on, past the horizon"
    ),
  ])
  func `what has no effect is told`(old: String, new: String, warning: String) throws {
    #expect(try warnings(old, new) == [warning])
  }

  @Test(arguments: [
    ("{ 2026: 1 kt/yr, 2032: 2 kt/yr, 2083: 9 kt/yr }", "need.quantity 2083"),
    ("{ 2020: 1 kt/yr, 2025: 2 kt/yr, 2030: 3 kt/yr }", "need.quantity 2020"),
    ("{ 2033: 1 kt/yr, 2034: 2 kt/yr }", "need.quantity 2034"),
  ])
  func `values outside the horizon that no line leads to are told`(series: String, what: String)
    throws
  {
    let text = Self.chain.replacing("quantity: 1 kt/yr", with: "quantity: \(series)")
    let found = try Example.read(text).advice.filter { $0.message.contains("outside the horizon") }
    #expect(found.map(\.message) == ["values outside the horizon have no effect: \(what)"])
    #expect(found.first?.severity == .note && found.first?.line == 10)
  }

  @Test func `values that a line within the horizon leads to have an effect`() throws {
    for series in ["{ 2020: 1 kt/yr, 2040: 3 kt/yr }", "{ 2026: 1 kt/yr }", "{ 2033: 1 kt/yr }"] {
      let text = Self.chain.replacing("quantity: 1 kt/yr", with: "quantity: \(series)")
      #expect(try !Example.read(text).advice.contains { $0.message.contains("outside") })
    }
  }

  @Test func `an expansion that requires what only comes later is told`() throws {
    let port =
      "  port: { stage: port, country: US, recipe: { out: { ore: 1 } }, existing: { 2026: 0 t/yr, 2028: 100 t/yr } }\nimports:"
    let text = Self.chain.replacing("imports:", with: port)
      .replacing("capex: 10 kUSD/(t/yr)", with: "capex: 10 kUSD/(t/yr), requires: port")
    #expect(
      try Example.read(text).warnings.map(\.message) == [
        "mine's expansion: it requires port, which is not there at the start and cannot be expanded, so nothing can be added"
      ])
  }

  @Test(arguments: [
    (
      "stockpiles: { s: { commodity: ore } }",
      "12: stockpile s stays empty: it opens with nothing and no fund buys for it"
    ),
    (
      "stockpiles: { s: { commodity: ore, opening: { home: 5 t }, loss: 1 } }",
      "12: stockpile s loses everything within a year"
    ),
    ("returns: { r: { commodity: ore, country: US } }", "12: returns r bring nothing back"),
    (
      "returns: { r: { commodity: ore, country: US, fraction: 5%, after: 9 years } }",
      "12: returns r bring nothing back within the horizon"
    ),
  ])
  func `what stays empty is told`(section: String, warning: String) throws {
    #expect(try warnings(adding: section) == [warning])
  }

  // MARK: Limits

  @Test(arguments: [
    (
      "measure: capex, where: { fund: f }, at_most: 0 MUSD",
      "has no effect: capex has no fund, so `where.fund` admits nothing"
    ),
    (
      "measure: build, where: { fund: f }, at_most: 0 t/yr",
      "has no effect: build has no fund, so `where.fund` admits nothing"
    ),
    (
      "measure: import, where: { facility: mine }, at_most: 0 t/yr",
      "has no effect: import has no facility, so `where.facility` admits nothing"
    ),
    (
      "measure: award, where: { option: standard }, at_most: 0 MUSD",
      "has no effect: award has no option, so `where.option` admits nothing"
    ),
    (
      "measure: award, where: { source: cn }, at_most: 0 MUSD",
      "has no effect: award has no source, so `where.source` admits nothing"
    ),
    (
      "measure: activity, where: { option: standard }, at_most: 0 t/yr",
      "has no effect: activity has no option, so `where.option` admits nothing"
    ),
    ("measure: award, at_most: 0 MUSD, from: 2040", "is not in force within the horizon"),
    ("measure: award, at_most: 0 MUSD, until: 2020", "is not in force within the horizon"),
    (
      "measure: award, where: { country: CN }, at_most: 0 MUSD",
      "has no effect: no fund gives awards to what passes `where`"
    ),
    (
      "measure: build, where: { country: CN }, at_most: 0 t/yr",
      "has no effect: no facility that can be expanded passes `where`"
    ),
    (
      "measure: build, where: { option: fast_track }, at_most: 0 t/yr",
      "has no effect: no facility that passes `where` has the option fast_track"
    ),
    (
      "measure: import, where: { country: US }, at_most: 0 t/yr",
      "has no effect: no import passes `where`"
    ),
    (
      "measure: private, at_most: 5 MUSD",
      "has no effect: no facility that passes `where` may take private money"
    ),
    (
      "measure: support, at_most: 5 MUSD",
      "has no effect: no fund gives price support to what passes `where`"
    ),
    (
      "measure: build, where: { country: CN }, at_least: 5 t/yr",
      "cannot be met: no facility that can be expanded passes `where`"
    ),
    ("measure: build, at_least: 0 t/yr", "has no effect: at least 0 is always so"),
    (
      "measure: award, at_most: 50%, of: { country: CN }",
      "has no effect: no fund gives awards to what passes `of`"
    ),
    (
      "measure: award, where: { stage: mine }, at_most: 100%, of: {}",
      "has no effect: `where` is a part of `of`, and never more than 100% of it"
    ),
    (
      "measure: award, where: { stage: mine }, at_least: 133%, of: { stage: mine }",
      "forbids all that `of` admits: `where` is a part of it, and never more than 100% of it"
    ),
  ])
  func `a limit that binds nothing is told`(limit: String, reason: String) throws {
    #expect(
      try warnings(adding: "limits:\n  - { name: x, \(limit) }")
        == ["13: limit x \(reason)"])
  }

  @Test(arguments: [
    ("import, at_most: 100 t/yr", "a mass (e.g. `500 t`)"),
    ("activity, at_least: 1 kt/yr", "a mass (e.g. `500 t`)"),
    ("award, at_most: 5 MUSD/yr", "money (e.g. `120 MUSD`)"),
    ("support, at_most: 5 MUSD/yr", "money (e.g. `120 MUSD`)"),
    ("private, at_most: 5 MUSD/yr", "money (e.g. `120 MUSD`)"),
    ("capex, at_most: 5 MUSD/yr", "money (e.g. `120 MUSD`)"),
    ("import, at_most: 10 t/month", "a mass (e.g. `500 t`)"),
  ])
  func `an amount a year is no limit over the horizon`(limit: String, expected: String) throws {
    let problems = Example.diagnostics(
      Self.chain + "\nlimits: [ { measure: \(limit), per: horizon } ]")
    #expect(problems.count == 1)
    #expect(problems[0].message.hasSuffix("is an amount a year, but the limit is over the horizon"))
    #expect(problems[0].expected == expected)
    #expect(problems[0].line == 12)
    #expect(Example.diagnostics(Self.chain + "\nlimits: [ { measure: \(limit) } ]").isEmpty)
  }

  @Test func `totals over the horizon are read and changed as totals`() throws {
    let text =
      Self.chain + """

        limits:
          - { name: all, measure: import, at_most: 700 t, per: horizon }
          - { name: money, measure: award, at_most: 5 MUSD, per: horizon }
          - { name: new, measure: build, at_most: 5 kt/yr, per: horizon }
        scenarios: { half: { changes: [{ scale: limits.*.at_most, by: 0.5 }] } }
        """
    let document = try Example.read(text)
    #expect(document.base.limits.map { $0.value.values } == [[700], [5], [5000]])
    let tree = try document.tree(scenarios: ["half"])
    let again = try Example.read(tree.yaml())
    #expect(again.base.limits.map { $0.value.values } == [[350], [2.5], [2500]])
  }

  // MARK: Nothing to measure

  @Test(arguments: [
    (
      "countries: { US: home, CN: foreign } }",
      "countries: { US: home, CN: foreign }, year_weights: 0 }",
      "every year weighs 0"
    ),
    ("quantity: 1 kt/yr", "quantity: 0 t/yr", "nothing that weighs anything is demanded"),
    (
      "quantity: 1 kt/yr", "quantity: 1 kt/yr, weight: 0",
      "nothing that weighs anything is demanded"
    ),
    (
      "{ need: { commodity: ore, quantity: 1 kt/yr } }", "{}",
      "nothing that weighs anything is demanded"
    ),
  ])
  func `a dependency of nothing is refused`(old: String, new: String, reason: String) throws {
    let text = Self.chain.replacing(old, with: new)
    let problems = Example.diagnostics(text)
    #expect(problems.map(\.message) == ["there is no dependency to measure: \(reason)"])
    #expect((problems.first?.line ?? 0) > 0)
    let unmet = text.replacing("name: Chain", with: "name: Chain\nobjective: [unmet]")
    #expect(try Example.read(unmet).warnings.contains { $0.message.hasSuffix(reason) })
  }

  @Test func `a model without demand lacks it`() {
    let text = Self.chain.split(separator: "\n").filter { !$0.hasPrefix("demand") }.joined(
      separator: "\n")
    #expect(Example.diagnostics(text).map(\.message) == ["the model lacks `demand`"])
  }

  // MARK: Times

  @Test(arguments: [
    (
      "opex: 5 USD/kg", "opex: 5 USD/kg, life: 13 months",
      "8: the life of mine, 13 months, is rounded up to 2 years"
    ),
    (
      "capex: 10 kUSD/(t/yr)", "capex: 10 kUSD/(t/yr), permit: 6 months, construction: 7 months",
      "8: permit and construction together are rounded up to whole steps: mine 13 months to 2 years"
    ),
    (
      "instruments: [grant]", "instruments: [loan], loan: { rate: 4%, tenor: 6 months }",
      "11: the tenor of fund f's loans, 6 months, is repaid in one payment"
    ),
    (
      "instruments: [grant]", "instruments: [loan], loan: { rate: 4%, tenor: 13 months }",
      "11: the tenor of fund f's loans, 13 months, is repaid in 2 yearly payments"
    ),
    (
      "instruments: [grant]",
      "instruments: [loan], loan: { rate: 4%, tenor: 2 years, grace: 1 month }",
      "11: the grace of fund f's loans, 1 month, is rounded up to 1 year"
    ),
  ])
  func `a time of part years is told`(old: String, new: String, warning: String) throws {
    #expect(try warnings(old, new) == [warning])
    let monthly = Self.chain.replacing(old, with: new)
      .replacing("end: 2032", with: "end: 2032, step: month")
    let rest = try Example.read(monthly).warnings.map(\.message)
    #expect(rest.isEmpty == !warning.contains("tenor"))
  }
}
