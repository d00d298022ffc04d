import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Reporting

@Suite struct TieTests {
  private func lines(_ demand: String, twin: String = "") throws -> String {
    let text = """
      lodestone: 1
      name: Ties
      horizon: { start: 2026, end: 2026 }
      money: { currency: USD }
      provenance: { classes: { home: 0, foreign: 1 }, countries: { US: home, CN: foreign } }
      commodities: { ore: { stage: mine, price: 10 USD/kg }, gem: { stage: mine } }
      facilities:
        north: { stage: mine, country: US, recipe: { out: { ore: 1 } }, expansion: { max: 1 kt/yr, capex: 10 kUSD/(t/yr) } }
        south: { stage: mine, country: US, recipe: { out: { ore: 1 } }, expansion: { max: 1 kt/yr, capex: 10 kUSD/(t/yr)\(twin) } }
      imports: { cn: { commodity: ore, country: CN }, cn_gem: { commodity: gem, country: CN } }
      demand:
      \(demand)
      funds: { f: { instruments: [grant], appropriations: 10 MUSD } }
      """
    let model = try ModelDocument.read(text: text, file: "test.yaml").model()
    let plan = try #require(solve(AllocationProgram(model)).plan)
    return PlanSummary(plan, model, style: TerminalStyle(width: 100)).lines
      .joined(separator: "\n")
  }

  /// 1 kt of 2 is made at home; which segment gets it is the solver's choice.
  @Test func `segments that may be exchanged are named together`() throws {
    let text = try lines(
      "  cars: { commodity: ore, quantity: 1 kt/yr }\n  wind: { commodity: ore, quantity: 1 kt/yr }"
    )
    #expect(text.contains("Still dependent in 2026: cars, wind together 50 % foreign."))
    #expect(!text.contains("equal weight"))
  }

  @Test func `a segment that counts more is named by itself`() throws {
    let text = try lines(
      "  cars: { commodity: ore, quantity: 1 kt/yr, weight: 2 }\n  wind: { commodity: ore, quantity: 1 kt/yr }"
    )
    #expect(
      text.contains("Still dependent in 2026: wind 100 % foreign.\n")
        || text.hasSuffix("wind 100 % foreign."))
  }

  @Test func `where other segments of the same weight are better off, it is said`() throws {
    let text = try lines(
      "  cars: { commodity: ore, quantity: 1 kt/yr }\n  rings: { commodity: gem, quantity: 1 kt/yr }"
    )
    #expect(text.contains("rings 100 % foreign."))
    #expect(text.contains("Segments of equal weight count alike"))
  }

  @Test func `facilities that differ in their names alone are said to be alike`() throws {
    let demand = "  cars: { commodity: ore, quantity: 1 kt/yr }"
    #expect(try lines(demand).contains("north, south are alike"))
    #expect(!(try lines(demand, twin: ", permit: 0.1 years").contains("are alike")))
  }

  /// Every pair of a group may be exchanged: the objectives are those of the model with the two exchanged, in random
  /// models with twins.
  @Test func `facilities of a group are worth the same, whichever is forbidden`() throws {
    var random = Random(4)
    var groups = 0
    for _ in 0..<30 {
      let capex = [10, 10, 12]
      let kinds = (0..<4).map { _ in random.element(capex) }
      let plants = kinds.enumerated().map { index, cost in
        "  p\(index): { stage: mine, country: US, recipe: { out: { ore: 1 } }, expansion: { max: 1 kt/yr, capex: \(cost) kUSD/(t/yr) } }"
      }
      let text = """
        lodestone: 1
        name: Twins
        horizon: { start: 2026, end: 2027 }
        provenance: { classes: { home: 0, foreign: 1 }, countries: { US: home, CN: foreign } }
        commodities: { ore: { stage: mine, price: 10 USD/kg } }
        facilities:
        \(plants.joined(separator: "\n"))
        imports: { cn: { commodity: ore, country: CN } }
        demand: { need: { commodity: ore, quantity: 3 kt/yr } }
        funds: { f: { instruments: [grant], appropriations: \(1 + random.below(30)) MUSD } }
        """
      let document = try ModelDocument.read(text: text, file: "test.yaml")
      for group in try document.model().interchangeableFacilities {
        groups += 1
        let values = try group.prefix(2).map { p in
          let model = try document.model(
            settings: [("facilities.p\(p).expansion.max", "0.2 kt/yr")])
          return solve(AllocationProgram(model)).objectives.first?.value ?? .nan
        }
        #expect(isClose(values[0], values[1], relative: 1e-5))
        #expect(Set(group.map { kinds[$0] }).count == 1)
      }
    }
    #expect(groups > 20)
  }
}
