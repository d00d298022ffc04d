import Testing

@testable import SupplyChain

@Suite struct WarningTests {
  private func warnings(_ text: String) throws -> [String] {
    try Example.read(text).warnings.map { "\($0.line): \($0.message)" }
  }

  @Test func `commodities without source or use`() throws {
    let text = Example.small(
      "commodities:\n",
      "commodities:\n  spare: { stage: mine }\n  lost: { stage: mine }\n"
    ).replacing("{ ore: 2 }", with: "{ ore: 2, lost: 1 }")
    #expect(
      try warnings(text) == [
        "9: nobody makes, imports or uses spare", "10: nobody makes or imports lost",
      ])
    let stock = text + "\nstockpiles: { s: { commodity: lost, opening: { foreign: 1 t } } }"
    #expect(try warnings(stock) == ["9: nobody makes, imports or uses spare"])
  }

  @Test func `a fund that can support nothing`() throws {
    #expect(
      try warnings(Example.small("max_share: 75%", "eligible: { stage: magnet }"))
        == [
          "36: fund grants: no facility has the stage magnet",
          "41: limit mines has no effect: no fund gives awards to what passes `where`",
        ])
    #expect(
      try warnings(Example.small("max_share: 75%", "eligible: { facility: plant }"))
        == [
          "36: no facility that fund grants may support can be expanded",
          "41: limit mines has no effect: no fund gives awards to what passes `where`",
        ])
  }

  @Test func `a fund of grants and loans`() throws {
    let text = Example.small(
      "instruments: [grant]", "instruments: [grant, loan]\n    loan: { rate: 4%, tenor: 9 years }")
    #expect(
      try warnings(text)
        == ["36: fund grants gives grants and loans; its awards are treated as loans"])
  }

  private func forborne(_ terms: String) -> String {
    Example.small(
      "instruments: [grant]",
      "instruments: [loan]\n    loan: { rate: 4%, tenor: 9 years, forbearance: { \(terms) } }")
  }

  @Test func `forbearance that has no effect, or that pays`() throws {
    let path = "funds.grants.loan.forbearance"
    for outside in ["from: 2031", "until: 2025"] {
      #expect(
        try warnings(forborne("rate: 4%, \(outside)"))
          == ["36: \(path) has no effect: its years are outside the horizon"])
    }
    for inside in ["at_most: 1%", "at_most: 0%", "from: 2030", "until: 2026"] {
      #expect(try warnings(forborne("rate: 4%, \(inside)")).isEmpty, "\(inside)")
    }
    #expect(
      try warnings(forborne("rate: 6%, at_most: 50%"))
        == ["36: \(path): interest of 6% is above the discount rate of 5%"])
    let own = forborne("rate: 4%").replacing(
      "expansion:", with: "commercial: false\n    expansion:")
    #expect(
      try warnings(own) == ["37: \(path) has no effect: no commercial facility may have its loans"])
  }

  @Test
  func `loans that need never be paid are told of the model itself`()
    throws
  {
    func advice(_ terms: String) throws -> [String] {
      try Example.read(forborne(terms)).advice.map(\.message)
        .filter { $0.contains("forbearance") }
    }
    let path = "funds.grants.loan.forbearance"
    let grant =
      "loans of fund grants need never be paid: \(path) lets every payment be put off in every year"
    #expect(try advice("rate: 4%") == [grant])
    #expect(try advice("rate: 4%, from: 2020, until: 2050") == [grant])
    for less in ["at_most: 99%", "at_most: 0%", "from: 2027", "until: 2029"] {
      #expect(try advice("rate: 4%, \(less)").isEmpty, "\(less)")
    }
  }

  @Test func `demand that no source of its classes can meet`() throws {
    let text = Example.small(
      "demand:\n",
      "demand:\n  arms: { commodity: oxide, quantity: 1 t/yr, require: { classes: [domestic] } }\n")
    #expect(
      try warnings(text) == ["34: demand arms cannot be met from the classes it requires"])
  }

  @Test func `lead times past the horizon`() throws {
    let text = Example.small("permit: 3 years", "permit: 9 years")
      .replacing("fast_track: { permit: 1 year,", with: "fast_track: { permit: 4 years,")
    #expect(try warnings(text) == ["12: pit's expansion cannot be ready within the horizon"])
  }

  @Test func `an import with neither limit nor price`() throws {
    let text = Example.small(", country: CN, price: 60 USD/kg", ", country: CN")
    #expect(try warnings(text) == ["31: import cn_oxide has neither limit nor price"])
  }

  @Test func `a recipe that yields more of an element than it takes in`() throws {
    let text = Example.small("price: 10 USD/kg", "price: 10 USD/kg, contains: { nd: 5% }")
      .replacing(
        "stage: separation, price", with: "stage: separation, contains: { nd: 50% }, price")
    // 2 t of ore at 5% hold 0.1 t; 0.5 t of oxide at 50% hold 0.25 t.
    #expect(try warnings(text) == ["24: plant yields more nd than it takes in"])
    #expect(try Example.read(text).warnings[0].found == "0.25 t out, 0.1 t in, per t of activity")
  }

  @Test func `a min beside a module and a limit on an unknown stage`() throws {
    let text = Example.small("permit: 3 years", "min: 1 kt/yr\n      module: 5 kt/yr")
      .replacing("where: { stage: mine }", with: "where: { stage: mines, tags: x }")
    #expect(
      try warnings(text) == [
        "12: the min of pit's expansion is not applied beside its module",
        "42: limit mines: nothing has the stage mines",
        "42: limit mines: no facility has the tag x",
      ])
  }

  @Test func `warnings of a scenario are its own`() throws {
    let document = try Example.read(
      Example.small(
        adding: Example.scenario(["remove: 'facilities.plant'", "remove: imports.cn_oxide"])))
    #expect(document.warnings.isEmpty)
    let model = try document.model(scenarios: ["s"])
    #expect(
      document.warnings(for: model).map(\.message) == [
        "nobody uses ore", "nobody makes or imports oxide",
        "demand cars cannot be met: oxide has no source",
      ])
  }
}
