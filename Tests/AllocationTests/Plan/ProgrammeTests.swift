import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// Later objectives use the millionth by which earlier ones may be worse: figures of a plan agree to a share of 1e-4.
private func isNear(_ a: Double, _ b: Double) -> Bool {
  isClose(a, b, relative: 1e-4, absolute: 1e-6)
}

@Suite struct ProgrammeTests {
  private func programmes(_ name: String) throws -> [Plan.Programme] {
    let model = try ModelDocument.read(path: Repository.corpus(name)).model()
    return try #require(solve(AllocationProgram(model)).plan).programmes(model)
  }

  @Test func `a two-way floor costs more at lower prices, refunds counted`() throws {
    // 40 t a year at prices of 80, 100 and 120 USD/kg against a strike of 110; 30 % of what is above comes back.
    //   these prices:   40 t * (30 + 10 - 0.3 * 10) = 1.48 MUSD
    //   10 % lower, 72, 90, 108: 40 t * (38 + 20 + 2) = 2.4 MUSD
    //   30 % lower, 56, 70, 84:  40 t * (54 + 40 + 26) = 4.8 MUSD
    let row = try #require(programmes("hand-floor").first)
    let contracts = try #require(row.contracts)
    #expect(!contracts.isAtMost)
    #expect(isNear(contracts.tonnes, 120))
    #expect(isNear(try #require(contracts.cost(at: 1)), 1.48))
    #expect(isNear(try #require(contracts.cost(at: 0.9)), 2.4))
    #expect(isNear(try #require(contracts.cost(at: 0.7)), 4.8))
    #expect(isNear(row.support, 1.6) && isNear(row.refunds, 0.12) && isNear(row.paid, 1.48))
  }

  @Test func `support by choice may cost its full rate where it pays something`() throws {
    // 0.4 MUSD pay 20 t in 2026, which lose 20 USD/kg. The full rate is 110 - 80 = 30; at 72 it is 38, at 56 it is 54.
    let row = try #require(programmes("hand-floor-chosen").first)
    let contracts = try #require(row.contracts)
    #expect(contracts.isAtMost)
    #expect(isNear(contracts.tonnes, 20))
    #expect(isNear(try #require(contracts.cost(at: 1)), 0.6))
    #expect(isNear(try #require(contracts.cost(at: 0.9)), 0.76))
    #expect(isNear(try #require(contracts.cost(at: 0.7)), 1.08))
    #expect(isNear(row.appropriated, 0.4) && isNear(row.support, 0.4))
  }

  @Test func `a gap widens by what the product earns less, and its limit holds`() throws {
    // hand-gap: 111.490595 t in each of two years; κ − m = 15.343174 USD/kg at 30 USD/kg. At 27 the gap is
    // 18.343174, at 21 it is 24.343174 (there are no inputs).
    let rows = try programmes("hand-gap")
    let contracts = try #require(rows[1].contracts)
    let tonnes = 2 * 111.490595
    #expect(isNear(contracts.tonnes, tonnes))
    for (prices, rate) in [(1, 15.343174), (0.9, 18.343174), (0.7, 24.343174)] {
      let cost = try #require(contracts.cost(at: prices))
      #expect(isNear(cost, tonnes * rate / 1000), "\(prices)")
    }
    #expect(isNear(rows[0].grants, 10) && rows[0].contracts == nil)
  }

  @Test func `what of loans comes back to the end and what is owed later add up to the annuities`()
    throws
  {
    // hand-loan-tail: 85.870287 MUSD at 0.123290944 a year for 10 years, the first payment in 2029, after the end.
    let row = try #require(programmes("hand-loan-tail").first)
    #expect(isNear(row.loans, 85.870287))
    #expect(row.repaid == 0)
    #expect(isNear(row.owed, 85.870287 * 1.23290944))
    #expect(
      isNear(row.loanCharge, row.loans) && isNear(row.left, 500 - row.loans))
  }

  @Test func `of a loan below full subsidy the fund is charged its share alone`() throws {
    let rows = try programmes("hand-subsidy")
    let model = try ModelDocument.read(path: Repository.corpus("hand-subsidy")).model()
    for row in rows where row.loans > 0 {
      let loan = try #require(model.funds[row.fund].loan)
      #expect(isNear(row.loanCharge, loan.subsidy * row.loans))
      #expect(row.authority == loan.authority)
    }
    #expect(rows.contains { $0.loans > 0 })
  }
}
