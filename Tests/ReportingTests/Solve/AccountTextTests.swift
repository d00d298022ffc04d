import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Reporting

/// The plan of `hand-gap` in words: 10 MUSD of grants, 3.9 of private money, 3.4 of support for 223 t.
@Suite struct AccountTextTests {
  let model: Model
  let plan: Plan

  init() throws {
    model = try ModelDocument.read(path: Repository.corpus("hand-gap")).model()
    plan = try #require(solve(AllocationProgram(model)).plan)
  }

  @Test func `programmes are told without columns in which nobody has money`() {
    let tables = ProgrammeTables(plan, model)
    #expect(tables.accounts.head == ["programme", "promised", "grants", "support", "left"])
    #expect(tables.accounts.rows[0] == ["grants", "10", "10", "·", "·"])
    #expect(tables.contracts.rows == [["support", "223", "3.4", "≤ 3.4", "≤ 4.1", "≤ 5.4"]])
    #expect(tables.contracts.head.suffix(3) == ["these prices", "prices −10 %", "prices −30 %"])
  }

  @Test func `a facility's account has sources, uses and prices by year, with totals`() throws {
    let text = FacilityAccountText(plan.account(of: 0, model), model)
    let rows = Dictionary(
      uniqueKeysWithValues: text.table().rows.map { ($0[0], Array($0.dropFirst())) })
    #expect(rows["grants"] == ["10", "·", "·", "10"])
    #expect(rows["cost of building"] == ["14", "·", "·", "14"])
    #expect(rows["t made by what is awarded"] == ["·", "111", "111", "223"])
    #expect(rows["support: support"] == ["·", "1.7", "1.7", "3.4"])
    #expect(rows["stops below"] == ["·", "25.0", "25.0", ""])
    #expect(rows["stops below, with support"] == ["·", "never", "never", ""])
    #expect(rows["t made by what it had"] == nil && rows["debt service"] == nil)
    #expect(text.facts.first?.hasPrefix("Private money earns 1.00 times its hurdle rate") == true)
  }

  @Test(arguments: [
    ("war_forborne", "Payments of 40.0 MUSD on its loans are put off, and nothing is left unpaid."),
    ("long_war", "Payments of 80.0 MUSD on its loans are put off, and 74.9 MUSD are never paid."),
  ])
  func `payments that are put off are told by year, and what of them is never paid`(
    scenario: String, fact: String
  ) throws {
    let model = try ModelDocument.read(path: Repository.corpus("hand-forbearance")).model(
      scenarios: [scenario])
    let plan = try #require(solve(AllocationProgram(model)).plan)
    let text = FacilityAccountText(plan.account(of: 0, model), model)
    #expect(text.facts.contains(fact), "\(text.facts)")
    let rows = Dictionary(
      uniqueKeysWithValues: text.table().rows.map { ($0[0], Array($0.dropFirst())) })
    #expect(rows["payments put off"]?[2] == "40")
    let arrears = scenario == "long_war" ? ["40", "82", "75", ""] : ["40", "32", "·", ""]
    #expect(rows["arrears at the year's end"].map { Array($0.dropFirst(2)) } == arrears)
    let isUnpaid = ProgrammeTables(plan, model).accounts.head.contains("never paid")
    #expect(isUnpaid == (scenario == "long_war"))
  }

  @Test func `with room for two years the last is among them, and totals are of all`() {
    let table = FacilityAccountText(plan.account(of: 0, model), model).table(yearRoom: 2)
    #expect(table.head == ["", "2026", "2028", "total"])
    #expect(table.rows.contains(["t made by what is awarded", "·", "111", "223"]))
  }

  @Test func `the tables of a plan have the programmes and the accounts`() throws {
    let tables = Dictionary(
      uniqueKeysWithValues: PlanTables(plan, model).tables.map { ($0.name, $0) })
    let programmes = try #require(tables["programmes"])
    #expect(programmes.rows.count == 2)
    let column = try #require(programmes.columns.firstIndex { $0.id == "contract_cost_prices_70" })
    guard case .number(let cost) = programmes.rows[1][column] else {
      Issue.record("no cost")
      return
    }
    #expect(isClose(cost, 5.428, relative: 1e-3))
    #expect(tables["facility_accounts"]?.rows.count == 3)
  }
}
