import Testing

@testable import SupplyChain

/// Hand-computed results of every kind of change.
@Suite struct ChangeTests {
  private func levels(_ series: Series?, _ years: ClosedRange<Int> = 2026...2030) -> [Double] {
    years.map { series?.level($0) ?? .nan }
  }

  @Test func `set replaces a quantity`() throws {
    let model = try Example.changed("set: facilities.plant.opex, to: 4 USD/kg")
    #expect(model.facilities[1].opex == Series(4000))
  }

  @Test func `set replaces a whole series and adds a missing one`() throws {
    let model = try Example.changed(
      "set: 'imports.cn_*.limit', to: { 2027: 0 t/yr, 2029: 8 kt/yr }")
    #expect(levels(model.imports[0].limit) == [0, 0, 4000, 8000, 8000])
    #expect(levels(model.imports[1].limit) == [0, 0, 4000, 8000, 8000])
  }

  @Test func `set in a window leaves the other years`() throws {
    let model = try Example.changed(
      "set: commodities.oxide.price, to: 1 USD/kg, from: 2027, until: 2028")
    #expect(levels(model.commodities[1].price) == [75_000, 1000, 1000, 90_000, 95_000])
  }

  @Test func `set in a window leaves a missing limit lifted`() throws {
    let model = try Example.changed(
      "set: imports.cn_oxide.limit, to: 100 t/yr, from: 2028, until: 2029")
    #expect(levels(model.imports[0].limit) == [.infinity, .infinity, 100, 100, .infinity])
  }

  @Test func `set of a series in a window takes its values`() throws {
    let model = try Example.changed(
      "set: demand.cars.quantity, to: { 2028: 1 t/yr, 2030: 3 t/yr }, from: 2029")
    #expect(levels(model.demand[0].quantity) == [1000, 1500, 2000, 2, 3])
  }

  @Test func `set of an appropriation in a window gives every year of it the amount`() throws {
    let model = try Example.changed(
      "set: funds.grants.appropriations, to: 50 MUSD, from: 2027, until: 2028")
    #expect(
      model.funds[0].appropriations == Series(years: [2026, 2027, 2028], values: [300, 50, 50]))
  }

  @Test func `set of amounts by year in a window is zero elsewhere in it`() throws {
    let model = try Example.changed(
      "set: funds.grants.appropriations, to: { 2027: 7 MUSD, 2030: 9 MUSD }, from: 2027, until: 2029"
    )
    #expect(model.funds[0].appropriations == Series(years: [2026, 2027], values: [300, 7]))
  }

  @Test func `one year of a series can be named`() throws {
    let model = try Example.changed(
      "set: funds.grants.appropriations.2028, to: 1 MUSD",
      "scale: commodities.oxide.price.2027, by: 2")
    #expect(model.funds[0].appropriations == Series(years: [2026, 2028], values: [300, 1]))
    #expect(levels(model.commodities[1].price) == [75_000, 160_000, 85_000, 90_000, 95_000])
  }

  @Test func `scale multiplies every value of a series`() throws {
    let model = try Example.changed("scale: 'commodities.*.price', by: 0.5")
    #expect(model.commodities[0].price == Series(5000))
    #expect(model.commodities[1].price == Series(years: [2026, 2030], values: [37_500, 47_500]))
  }

  @Test func `scale in a window takes whole years`() throws {
    let model = try Example.changed("scale: commodities.oxide.price, by: 2, from: 2028")
    #expect(levels(model.commodities[1].price) == [75_000, 80_000, 170_000, 180_000, 190_000])
  }

  @Test func `scale of appropriations touches the years of the window`() throws {
    let model = try Example.changed("scale: funds.grants.appropriations, by: 0.5, from: 2027")
    #expect(model.funds[0].appropriations == Series(years: [2026, 2028], values: [300, 50]))
  }

  @Test func `scale takes defaults and skips what has none`() throws {
    let model = try Example.changed(
      "scale: 'facilities.*.availability', by: 0.9", "scale: 'imports.*.limit', by: 0.5",
      "scale: 'facilities.*.opex', by: 2", "scale: 'facilities.*.expansion.min', by: 2",
      "scale: demand.cars.weight, by: 3", "scale: funds.grants.keep, by: 0.5",
      "scale: funds.grants.max_per_facility, by: 0.5", "scale: provenance.year_weights, by: 2")
    #expect(model.facilities[0].availability == Series(0.9))
    #expect(model.imports[0].limit == nil)
    #expect(model.imports[1].limit == Series(years: [2026], values: [10_000]))
    #expect(model.facilities[0].opex == Series(0))
    #expect(model.facilities[1].opex == Series(18_000))
    #expect(model.facilities[0].expansion?.min == nil)
    #expect(model.demand[0].weight == 3)
    #expect(model.funds[0].keep == 0.5)
    #expect(model.funds[0].maxPerFacility == nil)
    #expect(model.provenance.yearWeights == Series(2))
  }

  @Test func `an import without a price scales its commodity's price`() throws {
    let text = Example.small(
      "commodity: oxide, country: CN, price: 60 USD/kg",
      "commodity: oxide, country: CN, limit: 1 t/yr")
    let model = try Example.read(
      text + "\n" + Example.scenario(["scale: imports.cn_oxide.price, by: 2"])
    ).model(scenarios: ["s"])
    #expect(model.imports[0].price == Series(years: [2026, 2030], values: [150_000, 190_000]))
    #expect(model.commodities[1].price == Series(years: [2026, 2030], values: [75_000, 95_000]))
  }

  @Test func `shift adds to quantities and defaults`() throws {
    let model = try Example.changed(
      "shift: 'facilities.*[stage=mine].expansion.permit', by: 2 years",
      "shift: facilities.plant.existing, by: -3 kt/yr",
      "shift: 'facilities.*.expansion.fast_track.construction', by: 6 months")
    #expect(model.facilities[0].expansion?.options[0].permit == 5)
    #expect(model.facilities[0].expansion?.options[1].permit == 1)
    #expect(model.facilities[0].expansion?.options[1].construction == 2.5)
    #expect(model.facilities[1].existing == Series(5000))
  }

  @Test func `shift in a window takes whole years`() throws {
    let model = try Example.changed(
      "shift: demand.cars.quantity, by: 1 kt/yr, from: 2027, until: 2027")
    #expect(levels(model.demand[0].quantity) == [1000, 2500, 2000, 2500, 3000])
  }

  @Test func `shift moves years`() throws {
    let model = try Example.changed(
      "set: facilities.pit.expansion.earliest, to: 2027",
      "shift: facilities.pit.expansion.earliest, by: 2 years")
    #expect(model.facilities[0].expansion?.earliest == 2029)
  }

  @Test func `the fast track's costs follow the changed standard cost`() throws {
    let model = try Example.changed("scale: 'facilities.*.expansion.capex', by: 2")
    #expect(model.facilities[0].expansion?.options[0].capex == Series(60_000))
    #expect(model.facilities[0].expansion?.options[1].capex == Series(63_000))
    let fast = try Example.changed("scale: facilities.pit.expansion.fast_track.capex, by: 2")
    #expect(fast.facilities[0].expansion?.options[1].capex == Series(63_000))
  }

  @Test func `remove takes a key or an entry away`() throws {
    let model = try Example.changed(
      "remove: 'facilities.*[tag=federal_land].expansion'", "remove: imports.cn_oxide",
      "remove: limits.mines", "remove: funds.grants.appropriations.2028")
    #expect(model.facilities[0].expansion == nil)
    #expect(model.imports.map(\.id) == ["cn_ore"])
    #expect(model.limits.isEmpty)
    #expect(model.funds[0].appropriations == Series(years: [2026], values: [300]))
  }

  @Test func `entries are filtered by stage, country and tag`() throws {
    let model = try Example.changed(
      "scale: 'imports.*[stage=separation].price', by: 2",
      "scale: 'commodities.*[stage=mine].price', by: 3",
      "scale: 'imports.*[country=CN][stage=mine].price', by: 4",
      "set: 'facilities.*[country=AU].opex', to: 1 USD/kg")
    #expect(model.imports.map { $0.price?.level(2026) } == [120_000, 20_000])
    #expect(model.commodities[0].price == Series(30_000))
    #expect(model.facilities.map { $0.opex.level(2026) } == [0, 1000])
  }

  @Test func `a whole part can be set`() throws {
    let model = try Example.changed(
      "set: facilities.plant.expansion, to: { max: 1 kt/yr, capex: 2 kUSD/(t/yr) }",
      "set: targets, to: { 2028: 30% }", "set: money.discount, to: 7%",
      "set: objective, to: [unmet]", "set: 'limits.mines.at_most', to: 5 MUSD",
      "set: demand.cars.require.classes, to: [domestic]",
      "set: provenance.classes.allied, to: 0.5", "set: facilities.plant.recipe.in.ore, to: 3")
    #expect(model.facilities[1].expansion?.max == 1000)
    #expect(model.targets.map(\.year) == [2028])
    #expect(model.discountRate == 0.07)
    #expect(model.objectives == [.unmet])
    #expect(model.limits[0].value == Series(5))
    #expect(model.demand[0].requiredClasses == [0])
    #expect(model.provenance.classes[1].weight == 0.5)
    #expect(model.facilities[1].recipe.inputs[0].amount == 3)
  }

  @Test func `setting below a missing expansion is skipped for a glob and an error by name`() throws
  {
    let model = try Example.changed("set: 'facilities.*.expansion.max', to: 1 kt/yr")
    #expect(model.facilities.map { $0.expansion?.max } == [1000, nil])
    let text = Example.small(
      adding: Example.scenario(["set: facilities.plant.expansion.max, to: 1 kt/yr"]))
    let problem = Example.diagnostics(text).first
    #expect(
      problem?.message
        == "scenario s: `facilities.plant.expansion` is not there, so nothing in it can be set")
    #expect(problem?.suggestion == "set the whole of `facilities.plant.expansion`")
  }

  @Test func `a change leaves the base as it was`() throws {
    let document = try Example.read(
      Example.small(adding: Example.scenario(["scale: 'demand.*.quantity', by: 2"])))
    _ = try document.model(scenarios: ["s"])
    #expect(try document.model().demand[0].quantity.values == [1000, 3000])
    #expect(try document.model(scenarios: ["base"]).demand[0].quantity.values == [1000, 3000])
    #expect(try document.model(scenarios: ["s", "s"]).demand[0].quantity.values == [2000, 6000])
  }

  @Test func `scenarios extend others first, and each once`() throws {
    let document = try Example.read(
      Example.small(
        adding: """
          scenarios:
            root: { changes: [{ scale: demand.cars.weight, by: 2 }] }
            left: { extends: [root], changes: [{ set: facilities.plant.opex, to: 1 USD/kg }] }
            right: { extends: root, changes: [{ set: facilities.plant.opex, to: 2 USD/kg }] }
            both: { extends: [left, right], changes: [{ scale: facilities.plant.opex, by: 10 }] }
          """))
    let model = try document.model(scenarios: ["both"])
    #expect(model.demand[0].weight == 2)
    #expect(model.facilities[1].opex == Series(20_000))
  }

  @Test func `settings, factors and the budget apply after scenarios`() throws {
    let document = try Example.read(
      Example.small(adding: Example.scenario(["set: funds.grants.max_share, to: 10%"])))
    let model = try document.model(
      scenarios: ["s"], settings: [("funds.*.max_share", "50%"), ("targets", "{ 2030: 20% }")],
      factors: [("demand.*.quantity", 1.5)], budgetScale: 0.5)
    #expect(model.funds[0].maxShare == 0.5)
    #expect(model.targets[0].value == 0.2)
    #expect(model.demand[0].quantity.values == [1500, 4500])
    #expect(model.budgetScale == 0.5)
    #expect(model.funds[0].appropriations.values == [300, 100])
  }
}
