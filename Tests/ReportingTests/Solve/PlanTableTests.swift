import Allocation
import Foundation
import SupplyChain
import TestSupport
import Testing

@testable import Reporting

/// The tutorial's plan as it is written: 450 t/yr of separation and 900 t/yr of magnets for 90 MUSD.
@Suite struct PlanTableTests {
  let model: Model
  let solution: AllocationSolution
  let tables: [String: Table]

  init() throws {
    model = try ModelDocument.read(path: Repository.path("Models/tutorial.yaml")).model()
    solution = solve(AllocationProgram(model))
    let all = PlanTables(try #require(solution.plan), model).tables
    tables = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }

  private func sum(_ name: String) throws -> Double {
    let table = try #require(tables[name])
    let column = try #require(table.columns.firstIndex { $0.id == "value" })
    return table.rows.reduce(0) { sum, row in
      guard case .number(let value) = row[column] else { return sum }
      return sum + value
    }
  }

  @Test func `builds and awards add up to what is worked out by hand`() throws {
    #expect(isClose(try sum("builds"), 450 + 900, relative: 1e-5))
    #expect(isClose(try sum("awards"), 90, relative: 1e-5))
    #expect(tables["builds"]?.columns.first { $0.id == "value" }?.unit == "t/yr")
    #expect(tables["awards"]?.columns.first { $0.id == "value" }?.unit == "million USD")
  }

  @Test func `every table has a unique name and rows as wide as its head, in CSV too`() throws {
    #expect(tables.count == 19)
    for table in tables.values {
      #expect(table.rows.allSatisfy { $0.count == table.columns.count }, "\(table.name)")
      let lines = table.csv.split(separator: "\n")
      #expect(lines.count == table.rows.count + 1, "\(table.name)")
    }
  }

  @Test func `the JSON of a solve holds the plan's figures, and times where they are given`() throws
  {
    let report = SolveReport(solution, model, scenarios: ["a"])
    func object(_ timing: Timing?) throws -> [String: Any] {
      let data = Data(report.json(timing: timing).text.utf8)
      return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    let json = try object(nil)
    #expect(json["status"] as? String == "optimal" && json["scenarios"] as? [String] == ["a"])
    let objectives = try #require(json["objectives"] as? [String: Double])
    #expect(isClose(try #require(objectives["dependency"]), 0.4))
    #expect(json["timing"] == nil)
    #expect(try object(Timing())["timing"] != nil)
  }

  @Test(arguments: [
    (Horizon.Step.year, ["2026", "2027"]), (.half, ["2026-H1", "2026-H2"]),
    (.quarter, ["2026-Q1", "2026-Q2"]), (.month, ["2026-01", "2026-02"]),
  ])
  func `steps are named by their year and place in it`(step: Horizon.Step, names: [String]) {
    let horizon = Horizon(start: 2026, end: 2027, step: step)
    #expect((0..<2).map { horizon.periodName($0) } == names)
  }
}
