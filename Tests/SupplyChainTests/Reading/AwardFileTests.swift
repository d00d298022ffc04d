import SupplyChain
import TestSupport
import Testing

/// Files of awards for a plant with a fast track, a works without expansion, a grant, a reserve and its buyer.
@Suite struct AwardFileTests {
  private static let text = """
    lodestone: 1
    name: Awards
    horizon: { start: 2026, end: 2029, step: quarter }
    provenance: { classes: { domestic: 0, foreign: 1 }, countries: { US: domestic, CN: foreign } }
    commodities: { oxide: { stage: separation, price: 50 USD/kg } }
    facilities:
      plant:
        name: The Plant
        stage: separation
        country: US
        recipe: { out: { oxide: 1 } }
        expansion: { max: 1 kt/yr, capex: 10 kUSD/(t/yr), construction: 2 years, fast_track: { construction: 1 year } }
      works: { stage: separation, country: US, recipe: { out: { oxide: 1 } }, existing: 10 t/yr }
    demand: { all: { commodity: oxide, quantity: 1 kt/yr } }
    stockpiles: { reserve: { commodity: oxide } }
    funds:
      grants: { instruments: [grant], appropriations: { 2026: 50 MUSD } }
      buyer: { instruments: [stockpile], appropriations: { 2026: 5 MUSD } }

    """

  private func model(_ more: String = "") throws -> Model {
    try ModelDocument.read(text: Self.text + more).model()
  }

  private func read(_ text: String) throws -> [Commitment] {
    try AwardFile(text: text).commitments(in: try model()).awards
  }

  private func errors(_ text: String) throws -> [Diagnostic] {
    do {
      _ = try AwardFile(text: text).commitments(in: try model())
      return []
    } catch let errors as ModelErrors {
      return errors.diagnostics
    }
  }

  @Test func `money, capacity and purchases are told apart by their units`() throws {
    let found = try read(
      """
      facility,stockpile,fund,option,year,period,amount
      plant,,grants,,2026,2026-Q2,1.5 MUSD
      plant,,,fast_track,2027,2027-Q1,0.2 kt/yr
      ,reserve,buyer,,2026,2026-Q1,500 kUSD
      The Plant,,grants,,2027,,2 MUSD
      """)
    #expect(
      found.map(\.subject) == [
        .award(fund: 0, facility: 0), .build(facility: 0, option: .fastTrack),
        .purchase(fund: 1, stockpile: 0), .award(fund: 0, facility: 0),
      ])
    #expect(found.map(\.amount) == [1.5, 200, 0.5, 2])
    // A year without a period is all of it.
    #expect(found.map(\.steps) == [1..<2, 4..<5, 0..<1, 4..<8])
  }

  @Test func `money for what works after the horizon is told and left out`() throws {
    // The fast track takes a year: of the last year nothing works within the horizon.
    let (found, warnings) = try AwardFile(
      text:
        "facility,fund,period,amount\nplant,grants,2028-Q4,1 MUSD\nplant,grants,2029-Q1,1 MUSD\n"
    ).commitments(in: try model())
    #expect(found.map(\.steps) == [11..<12])
    #expect(warnings.count == 1)
    #expect(warnings.first?.message.contains("after the horizon") == true)
  }

  @Test func `awards that a model is committed to are known, whole or as their parts`() throws {
    let committed = try model(
      "committed: [{ facility: plant, fund: grants, time: 2026, money: 4 MUSD }, { facility: plant, time: 2027-Q1, capacity: 100 t/yr }]\n"
    )
    func known(_ rows: String) throws -> Model.KnownAwards {
      committed.known(
        try AwardFile(text: "facility,fund,year,period,amount\n" + rows).commitments(in: committed)
          .awards)
    }
    let same = try known(
      "plant,grants,2026,2026-Q1,3 MUSD\nplant,grants,2026,2026-Q3,1 MUSD\nplant,,2027,2027-Q1,100.001 t/yr\nplant,grants,2027,,4 MUSD\n"
    )
    #expect(same.same == [0, 1, 2] && same.other.isEmpty)
    let other = try known("plant,grants,2026,2026-Q1,3 MUSD\nplant,,2027,,100 t/yr\n")
    #expect(other.same.isEmpty && other.other.map(\.award) == [0, 1])
  }

  @Test func `byte order marks, line ends, semicolons and decimal commas are read`() throws {
    let plain = "facility,fund,period,value [million USD]\nplant,grants,2026-Q1,12.5\n"
    let saved =
      "\u{FEFF}facility;fund;period;value [million USD]\r\nplant;grants;2026-Q1;12,5\r\n;;;\r\n"
    let marked = "sep=;\nfacility;fund;period;amount\nplant;grants;2026-q1;12,5 MUSD\n"
    for text in [plain, saved, marked] {
      let found = try read(text)
      #expect(found.map(\.amount) == [12.5] && found[0].steps == 0..<1, "\(text)")
    }
    let doubtful = try errors("facility;fund;period;amount\nplant;grants;2026-Q1;1.234 MUSD\n")
    #expect(doubtful.first?.message.contains("two ways") == true)
  }

  @Test func `what a plan says of itself is read from JSON`() throws {
    let found = try read(
      """
      {
        "status": "optimal",
        "units": { "builds": { "value": "t/yr" }, "awards": { "value": "million USD" } },
        "plan": {
          "builds": [{"facility": "plant", "option": "standard", "year": 2026, "period": "2026-Q1", "value": 300, "modules": null}],
          "awards": [{"fund": "grants", "instrument": "grant", "facility": "plant", "year": 2026, "period": "2026-Q1", "value": 3e0}],
          "purchases": []
        }
      }
      """)
    #expect(found.map(\.amount) == [300, 3])
    #expect(try errors("{ \"status\": \"infeasible\", \"plan\": null }").count == 1)
    #expect(try errors("{ \"plan\": { \"awards\": 3 } }").count == 1)
    #expect(try errors("{ \"plan\": [").count >= 1)
  }

  @Test(arguments: [
    ("plannt,grants,2026-Q1,1 MUSD", "there is no facility `plannt`", "did you mean `plant`?"),
    ("plant,grant,2026-Q1,1 MUSD", "there is no fund `grant`", "did you mean `grants`?"),
    ("plant,buyer,2026-Q1,1 MUSD", "the fund `buyer` makes no awards", nil),
    ("works,grants,2026-Q1,1 MUSD", "nothing can be awarded to `works`", nil),
    ("plant,grants,2026-Q5,1 MUSD", "the time is not one of the horizon's", nil),
    ("plant,grants,2020,1 MUSD", "the time is not one of the horizon's", nil),
    ("plant,grants,2026-Q1,12", "the amount lacks its unit", nil),
    ("plant,grants,2026-Q1,-1 MUSD", "the value may not be negative", nil),
    ("plant,grants,2026-Q1,1 MEUR", "unknown unit `MEUR`", nil),
    ("plant,grants,2026-Q1,", "the row has no amount", nil),
    ("plant,,2026-Q1,1 MUSD", "the award names no programme that pays", nil),
    ("plant,grants,2026-Q1,1 kt/yr", "capacity is awarded to a facility, whoever pays", nil),
  ])
  func `what is wrong is told with its place`(row: String, message: String, help: String?) throws {
    let found = try errors("facility,fund,period,amount\n" + row + "\n")
    let first = try #require(found.first)
    #expect(first.message == message && first.file == "awards.csv" && first.line == 2)
    #expect(first.column >= 1)
    if let help { #expect(first.suggestion == help) }
  }

  @Test func `columns are told where they are not known, missing or twice`() throws {
    #expect(try errors("facility,fund,yaer,amount\n").first?.suggestion == "did you mean `year`?")
    #expect(try errors("facility,fund,year\n").first?.message == "the table has no column `amount`")
    let twice = try errors("facility,fund,programme,year,amount\n")
    #expect(twice.first?.message == "column 3 says the same as column 2")
    let same = try errors(
      "facility,fund,period,amount\nplant,grants,2026-Q1,1 MUSD\nplant,grants,2026-Q1,2 MUSD\n")
    #expect(same.first?.message == "the award is given twice, first on line 2")
  }

  @Test func `capacity that works only after the horizon is left out and told`() throws {
    let (awards, warnings) = try AwardFile(
      text: "facility,year,period,amount\nplant,2028,2028-Q2,10 t/yr\nplant,2026,2026-Q1,10 t/yr\n"
    ).commitments(in: try model())
    #expect(awards.count == 1 && warnings.count == 1)
    #expect(warnings.first?.message.contains("after the horizon") == true)
  }

  @Test func `awards in the model file are read alike`() throws {
    let found = try model(
      """
      committed:
        - { facility: plant, fund: grants, time: 2026-Q1, money: 3 MUSD, source: press release }
        - { facility: plant, option: fast_track, time: 2026, capacity: 100 t/yr }
        - { stockpile: reserve, fund: buyer, time: 2026-Q2, money: 1 MUSD }
      """
    ).commitments
    #expect(found.map(\.amount) == [3, 100, 1])
    #expect(found[0].source == "press release" && found[1].steps == 0..<4)
    let scaled = try ModelDocument.read(
      text: Self.text + "committed: [{ facility: plant, time: 2026, capacity: 100 t/yr }]\n"
    ).model(settings: [("committed.plant.capacity", "50 t/yr")])
    #expect(scaled.commitments.map(\.amount) == [50])
  }

  @Test func `a scenario that takes the project away takes its awards with it`() throws {
    let document = try ModelDocument.read(
      text: Self.text + """
        committed:
          - { facility: plant, option: fast_track, time: 2026, capacity: 100 t/yr }
          - { facility: plant, time: 2026, capacity: 10 t/yr }
        scenarios:
          slow: { changes: [{ remove: facilities.plant.expansion.fast_track }] }
          none: { changes: [{ remove: facilities.plant.expansion }] }
        """)
    #expect(document.base.commitments.count == 2)
    #expect(try document.model(scenarios: ["slow"]).commitments.map(\.amount) == [10])
    #expect(try document.model(scenarios: ["none"]).commitments.isEmpty)
    #expect(document.warnings.contains { $0.message.contains("the award is left out") })
  }

  @Test(arguments: [
    ("{ facility: plant, time: 2026 }", "committed[1] lacks its amount"),
    ("{ facility: plant, capacity: 1 t/yr }", "committed[1] lacks `time`"),
    (
      "{ facility: plant, time: 2026, capacity: 1 t/yr, money: 1 MUSD }",
      "committed[1] gives money and capacity"
    ),
    (
      "{ facility: plantt, time: 2026, capacity: 1 t/yr }",
      "committed[1]: there is no facility `plantt`"
    ),
    ("{ facility: plant, time: 2026, money: 1 t }", "committed[1].money: the unit measures mass"),
    ("{ facility: plant, tiem: 2026, capacity: 1 t/yr }", "unknown key `tiem` in committed[1]"),
  ])
  func `what is wrong in the model file is told`(entry: String, message: String) throws {
    do {
      _ = try model("committed: [\(entry)]\n")
      Issue.record("no error")
    } catch let errors as ModelErrors {
      #expect(errors.diagnostics.contains { $0.message == message }, "\(errors)")
    }
  }
}
