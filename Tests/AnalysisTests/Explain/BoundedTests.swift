import Foundation
import SupplyChain
import TestSupport
import Testing

@testable import Allocation
@testable import Analysis

/// Why no valid model is unbounded.
@Suite struct BoundedTests {
  private static let text = MagnetModel(
    name: "plants", discount: "0%", plants: [.init(keys: ["opex: 10 USD/kg"])], importLimit: nil
  ).text

  /// Every column that an objective likes large has an upper bound of its own, and none may fall below 0: then the
  /// objective has a floor whatever the rows say.
  private func expectFloors(_ model: Model) {
    var all = model
    all.objectives = Objective.builtIn
    for isRelaxed in [true, false] {
      let allocation = AllocationProgram(all, relaxed: isRelaxed)
      let program = allocation.program
      #expect(allocation.objectives.count == Objective.builtIn.count)
      #expect(program.columnLower.allSatisfy { $0 >= 0 })
      for vector in allocation.objectives {
        for j in vector.coefficients.indices where vector.coefficients[j] < 0 {
          #expect(
            program.columnUpper[j].isFinite,
            "\(vector.objective.name) falls with \(allocation.columns[j])")
        }
      }
    }
  }

  @Test(arguments: Sample.corpus + ["quarter-stockpiles", "month-short", "year-system-cost"])
  func `no objective of a model of the corpus can fall without end`(name: String) throws {
    expectFloors(try Sample.corpus(name))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `nor can those of random national programmes`(seed: UInt64) throws {
    expectFloors(try Sample.random(seed: seed))
  }

  @Test func `nor where interest brings in more than the discount takes`() throws {
    // Each million lent for a year comes back as 1.5 million at a discount rate of 0: the programme's cost falls
    // with every loan, as far as there is money and something to lend for.
    let fund = "grants: { instruments: [grant]"
    let loans = try Sample.model(
      BoundedTests.text.replacingOccurrences(
        of: fund,
        with: "loans: { loan: { rate: 50%, tenor: 1 year, revolving: true }, instruments: [loan]")
        + "\nobjective: [public_cost]\n")
    expectFloors(loans)
    #expect(Sample.best(loans) != nil)
    expectFloors(try Sample.corpus("hand-forbearance-tail"))
  }

  @Test(arguments: [
    ("price: 50 USD/kg", "price: -50 USD/kg"),
    ("capex: 100 kUSD/(t/yr)", "capex: -100 kUSD/(t/yr)"),
    ("opex: 10 USD/kg", "opex: -10 USD/kg"),
    ("max: 2 kt/yr", "max: -2 kt/yr"),
    ("max: 2 kt/yr, ", ""),
    ("max: 2 kt/yr", "max: inf kt/yr"),
    ("quantity: 1 kt/yr", "quantity: -1 kt/yr"),
    ("quantity: 1 kt/yr", "quantity: inf kt/yr"),
    ("2026: 50 MUSD", "2026: inf MUSD"),
    ("discount: 0%", "discount: -200%"),
    ("out: { magnet: 1 }", "out: { magnet: -1 }"),
    ("domestic: 0", "domestic: -1"),
  ])
  func `what would make one unbounded is refused`(valid: String, wrong: String) throws {
    let text = BoundedTests.text
    _ = try Sample.model(text)
    let changed = text.replacingOccurrences(of: valid, with: wrong)
    try #require(changed != text)
    #expect(throws: (any Error).self) { try Sample.model(changed) }
  }
}
