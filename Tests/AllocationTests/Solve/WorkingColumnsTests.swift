import Testing

@testable import Allocation
@testable import SupplyChain

/// A works that is built in the first year or, where its permit slips, comes later.
private func program(permit: String) throws -> AllocationProgram {
  let text = """
    lodestone: 1
    name: Slip
    horizon: { start: 2026, end: 2031 }
    provenance: { classes: { domestic: 0, foreign: 1 }, countries: { US: domestic, CN: foreign } }
    commodities: { magnet: { stage: magnet } }
    facilities:
      works:
        stage: magnet
        country: US
        recipe: { out: { magnet: 1 } }
        expansion: { max: 1 kt/yr, capex: 50 kUSD/(t/yr), permit: \(permit), ramp: [50%, 100%] }
    imports: { abroad: { commodity: magnet, country: CN, limit: 2 kt/yr } }
    demand: { all: { commodity: magnet, quantity: 1 kt/yr } }
    funds: { grants: { instruments: [grant], appropriations: { 2026: 100 MUSD } } }
    """
  return AllocationProgram(try ModelDocument.read(text: text).base, relaxed: true)
}

@Suite struct WorkingColumnsTests {
  @Test func `a column that is used in one step is kept in all, where data move activities`() throws
  {
    let plan = try program(permit: "1 year")
    let late = try program(permit: "3 years")
    let solution = solve(plan)
    var (exact, timeless) = (WorkingColumns(), WorkingColumns(isTimeless: true))
    exact.add(plan, solution)
    timeless.add(plan, solution)
    let (few, more) = (exact.excluded(in: late), timeless.excluded(in: late))
    #expect(zip(few, more).allSatisfy { $0 || !$1 }, "what is kept by step is kept in all steps")
    #expect(few.count { $0 } > more.count { $0 })
    for (key, isExcluded) in zip(late.columns, more) where key.kind == .added {
      #expect(!isExcluded, "\(key)")
    }
  }

  @Test func `the columns of a row that the others cannot satisfy are kept`() throws {
    let late = try program(permit: "3 years")
    // No column is known, and demand must be served, bought or go unserved all the same.
    let isExcluded = WorkingColumns().excluded(in: late)
    for i in 0..<late.program.rowCount {
      var (least, most) = (0.0, 0.0)
      for k in late.program.rowStart[i]..<late.program.rowStart[i + 1] {
        let j = Int(late.program.columnIndex[k])
        let lower = late.program.coefficient[k] * late.program.columnLower[j]
        let upper =
          isExcluded[j] ? lower : late.program.coefficient[k] * late.program.columnUpper[j]
        least += min(lower, upper)
        most += max(lower, upper)
      }
      #expect(least <= late.program.rowUpper[i] + 1e-9 && most >= late.program.rowLower[i] - 1e-9)
    }
    #expect(isExcluded.contains(true))
  }

  @Test(arguments: [true, false])
  func `a late works gives the same answer with the columns of the plan in time`(isTimeless: Bool)
    throws
  {
    let plan = try program(permit: "1 year")
    let late = try program(permit: "3 years")
    var settings = AllocationSettings()
    var working = WorkingColumns(isTimeless: isTimeless)
    working.add(plan, solve(plan))
    settings.workingColumns = working
    let (found, expected) = (solve(late, settings), solve(late))
    #expect(found.status == .optimal)
    for (one, other) in zip(found.objectives, expected.objectives) {
      #expect(abs(one.value - other.value) <= 1e-9 * max(1, abs(other.value)))
    }
  }
}
