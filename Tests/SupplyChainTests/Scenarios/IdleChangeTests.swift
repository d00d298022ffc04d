import TestSupport
import Testing

@testable import SupplyChain

/// Changes that change nothing, and changes that depend on later ones.
@Suite struct IdleChangeTests {
  private func warnings(_ changes: String...) throws -> [String] {
    try Example.read(Example.small(adding: Example.scenario(changes))).warnings.map(\.message)
  }

  @Test(arguments: [
    ("scale: imports.cn_oxide.limit, by: 0.5", "what it matches has no limit"),
    ("scale: facilities.plant.expansion.capex, by: 0.5", "nothing that it matches has `expansion`"),
    ("remove: facilities.plant.expansion", "nothing that it matches has `expansion`"),
    ("scale: facilities.*.expansion.module, by: 0.5", "nothing that it matches has `module`"),
    (
      "set: imports.cn_oxide.limit, to: 0 t/yr, from: 2040",
      "its years are outside the horizon, 2026 to 2030"
    ),
    (
      "set: imports.cn_ore.limit, to: 0 t/yr, until: 2020",
      "its years are outside the horizon, 2026 to 2030"
    ),
    ("scale: funds.grants.appropriations, by: 1", "all that it matches is so already"),
    ("set: funds.grants.max_share, to: 75%", "all that it matches is so already"),
  ])
  func `a change without effect is told with the reason`(change: String, reason: String) throws {
    #expect(
      try warnings(change) == ["scenario s: the change has no effect: \(reason)"])
  }

  @Test func `a change with an effect is not`() throws {
    #expect(try warnings("scale: imports.*.limit, by: 0.5").isEmpty)
    #expect(
      try warnings(
        "set: horizon.end, to: 2040", "set: imports.cn_ore.limit, to: 0 t/yr, from: 2035"
      ).isEmpty)
    #expect(
      try warnings(
        "set: imports.cn_ore.limit, to: 0 t/yr, from: 2035", "set: horizon.end, to: 2040"
      ).isEmpty)
  }

  @Test func `the window outside the horizon is no difference`() throws {
    let text = Example.small(
      adding: Example.scenario(["set: imports.cn_oxide.limit, to: 0 t/yr, from: 2040"]))
    #expect(try Example.read(text).differences(scenarios: ["s"]).isEmpty)
  }

  @Test func `a scenario without changes and a draw of nothing are told`() throws {
    #expect(
      try Example.read(Example.small(adding: "scenarios: { empty: {} }")).warnings.map(\.message)
        == ["scenario empty changes nothing"])
    let sample = """
      uncertainty:
        reveal: 2028
        sample: { count: 3, vary: [{ path: facilities.*.expansion.module, normal: { mean: 1, sd: 0.1 } }] }
      """
    #expect(
      try Example.read(Example.small(adding: sample)).warnings.map(\.message)
        == ["nothing varies here: nothing that it matches has `module`"])
  }

  // MARK: Standards

  @Test func `a missing key that has a standard is changed from it`() throws {
    #expect(
      try Example.changed("shift: facilities.*.expansion.earliest, by: 2 years")
        .facilities[0].expansion?.earliest == 2028)
    #expect(
      try Example.changed("scale: facilities.pit.expansion.ramp, by: 0.5")
        .facilities[0].expansion?.ramp == [0.5])
    #expect(
      try Example.changed("shift: limits.mines.until, by: -1 year").limits[0].until == 2029)
    #expect(try Example.changed("scale: facilities.pit.life, by: 0.4").facilities[0].life == 2)
    #expect(
      try Example.changed("shift: provenance.unmet, by: 1").provenance.unmetWeight == 3)
  }

  // MARK: Order

  @Test func `an amount for every year is one for the years of a longer horizon too`() throws {
    let base = Example.small(
      "appropriations: { 2026: 300 MUSD, 2028: 100 MUSD }", "appropriations: 1 MUSD")
    func total(_ changes: String...) throws -> Double {
      let model = try Example.read(base + "\n" + Example.scenario(changes)).model(scenarios: ["s"])
      return model.funds[0].appropriations.values.reduce(0, +)
    }
    let scale = "scale: funds.grants.appropriations, by: 2"
    let longer = "set: horizon.end, to: 2036"
    #expect(try total(scale, longer) == 22)
    #expect(try total(longer, scale) == 22)
    let later = "scale: funds.grants.appropriations, by: 3, from: 2029"
    #expect(try total(later, longer) == 3 + 8 * 3)
    #expect(try total(longer, later) == 3 + 8 * 3)
  }

  /// Changes of values and of the horizon's ends may stand in either order.
  @Test func `changes of values commute with changes of the horizon`() throws {
    var random = Random(11)
    let paths: [(path: String, unit: String)] = [
      ("imports.cn_ore.limit", " t/yr"), ("imports.cn_oxide.limit", " t/yr"),
      ("commodities.oxide.price", " USD/kg"), ("demand.cars.quantity", " t/yr"),
      ("facilities.pit.existing", " t/yr"), ("funds.grants.appropriations", " MUSD"),
    ]
    var compared = 0
    for _ in 0..<400 {
      let (path, unit) = paths[random.below(paths.count)]
      let amount = "\(1 + random.below(50))\(unit)"
      var change = [
        "set: \(path), to: \(amount)", "scale: \(path), by: 2", "shift: \(path), by: \(amount)",
      ][random.below(3)]
      let isAlways = random.below(3) == 0
      if !isAlways {
        let from = 2020 + random.below(20)
        if random.below(3) > 0 { change += ", from: \(from)" }
        if random.below(3) > 0 { change += ", until: \(from + random.below(6))" }
      }
      let ends = [
        "set: horizon.end, to: \(2030 + random.below(12))",
        "set: horizon.start, to: \(2020 + random.below(8))",
      ]
      let isEvery = random.below(2) == 0
      let base =
        isEvery
        ? Example.small(
          "appropriations: { 2026: 300 MUSD, 2028: 100 MUSD }", "appropriations: 1 MUSD")
        : Example.small
      func model(_ changes: [String]) throws -> Model {
        try Example.read(base + "\n" + Example.scenario(changes)).model(scenarios: ["s"])
      }
      let first = try model([change] + ends)
      let last = try model(ends + [change])
      let years = first.horizon.start...first.horizon.end
      compared += 1
      for year in years {
        let left = values(first, year)
        let right = values(last, year)
        #expect(
          zip(left, right).allSatisfy { $0 == $1 || abs($0 - $1) < 1e-9 * max(1, abs($0)) },
          "\(change), \(ends), \(year): \(left) \(right)")
      }
    }
    #expect(compared == 400)
  }

  private func values(_ model: Model, _ year: Int) -> [Double] {
    var values: [Double] = []
    for source in model.imports { values.append(source.limit?.level(year) ?? .infinity) }
    for commodity in model.commodities { values.append(commodity.price?.level(year) ?? 0) }
    for segment in model.demand { values.append(segment.quantity.level(year)) }
    for facility in model.facilities { values.append(facility.existing.level(year)) }
    for fund in model.funds { values.append(fund.appropriations.amount(year)) }
    return values
  }
}
