import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// Later objectives use the millionth by which earlier ones may be worse: figures of a plan agree to a share of 1e-4.
private func isNear(_ a: Double, _ b: Double) -> Bool {
  isClose(a, b, relative: 1e-4, absolute: 1e-3)
}

@Suite struct ForbearanceTests {
  private func plan(
    _ scenario: String, _ change: (String) -> String = { $0 }
  ) throws -> (plan: Plan, model: Model) {
    let text = change(try Repository.text(Repository.corpus + "/hand-forbearance.yaml"))
    let model = try ModelDocument.read(text: text, file: "test.yaml").model(scenarios: [scenario])
    return (try #require(solve(AllocationProgram(model)).plan), model)
  }

  @Test func `what is put off in a price war is caught up with interest when prices are back`()
    throws
  {
    // 100 MUSD lent in 2026; 50 are due in 2028, of which 10 are earned, and 50 in 2029, when 60 are.
    let (plan, model) = try plan("war_forborne")
    #expect(plan.putOff.map(\.step) == [2, 3, 4])
    #expect(isNear(plan.putOff[0].deferred, 40) && isNear(plan.putOff[0].arrears, 40))
    #expect(isNear(plan.putOff[1].caughtUp, 10) && isNear(plan.putOff[1].arrears, 31.6))
    #expect(isNear(plan.putOff[2].caughtUp, 32.864) && isNear(plan.putOff[2].arrears, 0))
    let row = try #require(plan.programmes(model).first)
    #expect(isNear(row.putOff, 40) && isNear(row.caughtUp, 42.864) && isNear(row.arrears, 0))
    #expect(isNear(row.repaid, 102.864) && isNear(row.neverPaid, 0))
    let account = plan.account(of: 0, model)
    #expect(account.years.map { ($0.paid * 10).rounded() / 10 } == [0, 0, 10, 60, 32.9])
    #expect(isNear(account.years[2].service, 50) && isNear(account.years[2].putOff, 40))
    #expect(isNear(try #require(account.years[2].debtCover), 0.2))
  }

  @Test func `what a war without end leaves unpaid is never paid`() throws {
    let (plan, model) = try plan("long_war")
    // 40 * 1.04 + 40 = 81.6 at the end of 2029; 81.6 * 1.04 - 10 in 2030.
    #expect(isNear(plan.putOff[1].arrears, 81.6))
    let row = try #require(plan.programmes(model).first)
    #expect(isNear(row.arrears, 74.864) && isNear(row.neverPaid, 74.864))
  }

  @Test func `of payments after the horizon what the last year does not earn is never paid`() throws
  {
    // hand-forbearance-tail: 61.645472 a year are due from 2029 to 2038, of which 9.645472 are never paid.
    let model = try ModelDocument.read(path: Repository.corpus("hand-forbearance-tail")).model()
    let plan = try #require(solve(AllocationProgram(model)).plan)
    let row = try #require(plan.programmes(model).first)
    #expect(isClose(row.neverPaid, 96.45472, relative: 1e-3))
    #expect(isNear(row.owed, 616.45472))
    // Nothing falls due before the end, so nothing is put off there.
    #expect(plan.putOff.isEmpty && row.putOff == 0 && row.arrears == 0)
  }

  @Test func `quarters have the same payments, each with the interest of its quarter`() throws {
    // The loan of 2026-Q1 is due in the first quarters of 2028 and 2029.
    let (plan, _) = try plan("war_forborne") {
      $0.replacing("end: 2030", with: "end: 2030, step: quarter")
    }
    let first = try #require(plan.putOff.first)
    #expect(first.step == 8 && isNear(first.deferred, 40))
    let next = try #require(plan.putOff.first { $0.step == 9 })
    #expect(isClose(next.arrears, 40 * 1.0098534, relative: 1e-3))
    let paid = try #require(plan.putOff.first { $0.step == 12 })
    #expect(isClose(paid.arrears, 41.6 - paid.caughtUp, relative: 1e-3))
    #expect(isClose(plan.putOff.reduce(0) { $0 + $1.caughtUp }, 42.864, relative: 2e-3))
  }

  @Test func `a revolving fund gets what is paid and when it is`() throws {
    let (plan, _) = try plan("war_forborne") {
      $0.replacing("grace: 1 year }", with: "grace: 1 year, revolving: true }")
    }
    let repaid = plan.accounts.map { ($0.repaid * 10).rounded() / 10 }
    #expect(repaid == [0, 0, 10, 60, 32.9])
    #expect(isNear(try #require(plan.accounts.last).carried, 102.864))
  }

  /// The text of a model, and with something in the place of nothing in its loans.
  @Test(arguments: ["", ", forbearance: { rate: 9%, at_most: 0% }"])
  func `no forbearance and a share of nothing are the same program`(terms: String) throws {
    let text = try Repository.text(Repository.corpus + "/hand-forbearance.yaml")
    func program(_ text: String) throws -> AllocationProgram {
      AllocationProgram(
        try ModelDocument.read(text: text, file: "test.yaml").model(scenarios: ["war"]))
    }
    let plain = try program(text)
    let other = try program(text.replacing("grace: 1 year }", with: "grace: 1 year\(terms) }"))
    #expect(plain.columns == other.columns && plain.rows == other.rows)
    #expect(plain.program.columnIndex == other.program.columnIndex)
    #expect(plain.program.coefficient == other.program.coefficient)
    #expect(plain.program.cost == other.program.cost)
    #expect(plain.program.columnUpper == other.program.columnUpper)
    #expect(plain.program.rowUpper == other.program.rowUpper)
    let kinds: Set<ColumnKey.Kind> = [.arrears, .unpaid]
    let isPutOff = plain.columns.contains { kinds.contains($0.kind) }
    #expect(!isPutOff)
  }

  @Test(arguments: [(4.0, false), (12, false), (20, true)])
  func `the hurdle row gains nothing by late payments`(rate: Double, isCounted: Bool) throws {
    // Interest above the hurdle rate of 12 % costs the owners more; at or below it payments count when they are due.
    let text = try Repository.text(Repository.corpus + "/hand-forbearance.yaml")
      .replacing("construction: 1 year", with: "construction: 1 year, private: { hurdle: 12% }")
      .replacing("grace: 1 year }", with: "grace: 1 year, forbearance: { rate: \(rate)% } }")
    let allocation = AllocationProgram(
      try ModelDocument.read(text: text, file: "test.yaml").model())
    let program = allocation.program
    let row = try #require(allocation.rows.firstIndex { $0.kind == .bankability })
    var found: [ColumnKey.Kind: [Double]] = [:]
    for k in program.rowStart[row]..<program.rowStart[row + 1] {
      found[allocation.columns[Int(program.columnIndex[k])].kind, default: []]
        .append(program.coefficient[k])
    }
    #expect((found[.arrears] != nil) == isCounted)
    guard isCounted else { return }
    // Arrears of 2028 and 2029 relieve their year and cost 1.2 times as much in the next; those of the last year are owed.
    let arrears = try #require(found[.arrears])
    #expect(arrears.count == 2)
    #expect(isClose(arrears[0], 1 / 1.2544 - 1.2 / 1.404928))
    #expect(isClose(arrears[1], 1 / 1.404928 - 1.2 / 1.57351936))
  }

  @Test func `an unlimited rate of interest has finite numbers`() throws {
    let text = try Repository.text(Repository.corpus + "/hand-forbearance.yaml")
      .replacing("grace: 1 year }", with: "grace: 1 year, forbearance: { rate: 999% } }")
      .replacing("end: 2030", with: "end: 2090")
    let allocation = AllocationProgram(
      try ModelDocument.read(text: text, file: "test.yaml").model(scenarios: ["war"]))
    let isFinite = allocation.program.coefficient.allSatisfy { $0.isFinite }
    let hasNumbers = allocation.program.columnUpper.allSatisfy { !$0.isNaN }
    #expect(isFinite && hasNumbers)
  }

  @Test(arguments: 1...12)
  func `payments that may be put off never make the first objective worse`(seed: Int) throws {
    let terms = ", forbearance: { rate: \(seed)%, at_most: \(10 + 7 * seed)% }"
    let plain = RandomModel(UInt64(seed)).text
    let text = RandomModel(UInt64(seed), loan: terms).text
    let model = try ModelDocument.read(text: text, file: "test.yaml").model()
    let (without, with) = (try solved(plain), solve(AllocationProgram(model)))
    guard without.status == .optimal else { return }
    #expect(with.status == .optimal)
    let (old, new) = (value(.dependency, without), value(.dependency, with))
    #expect(new <= old + 2e-6 * max(1, abs(old)))
    let plan = try #require(with.plan)
    let forbearance = try #require(model.funds[1].loan?.forbearance)
    let step = Interest.discount(rate: forbearance.rate, years: -model.horizon.stepLength)
    for p in model.facilities.indices {
      var (owed, last) = (0.0, -1)
      for row in plan.putOff where row.facility == p && row.step < model.horizon.stepCount {
        // Steps in between in which nothing happens and nothing is owed are left out.
        if row.step > last + 1, owed > 1e-3 { Issue.record("a gap in the arrears") }
        let expected = owed * step + row.deferred - row.caughtUp
        #expect(isClose(row.arrears, expected, relative: 1e-5, absolute: 1e-3))
        (owed, last) = (row.arrears, row.step)
      }
      for year in plan.account(of: p, model, withReplacements: false).years {
        #expect(year.putOff <= forbearance.atMost * year.service * (1 + 1e-6) + 1e-3)
      }
    }
  }
}
