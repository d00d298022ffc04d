import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// Two plants: 200 t/yr at 50 and 500 t/yr at 100 kUSD per t/yr, 50 MUSD, 1,000 t of demand in each of two years.
@Suite struct ReachTests {
  private func find(
    _ targets: [(year: Int, value: Double)], _ measure: Reach.Measure, more: String = ""
  ) throws -> Reach {
    try Reach.find(try model(twoPlants(more: more)), targets, measure: measure)
  }

  @Test func `the least money builds the cheapest plants as late as the target allows`() throws {
    let found = try find([(2027, 0.6)], .publicCost)
    #expect(found.misses.isEmpty)
    // 200 t/yr of the cheap plant and 200 t/yr of the dear one, paid in 2027 at a discount of 10 %.
    let cost = found.solution.objectives.first { $0.objective == .publicCost }?.value
    #expect(isClose(cost ?? 0, 30 / 1.1, relative: 1e-5))
    let price = try #require(found.prices.first)
    // Ten tonnes a year more of the dear plant.
    #expect(price.year == 2027 && isClose(price.perPoint, 1 / 1.1, relative: 1e-5))
    // Of such plans the least dependent: nothing more can be had for nothing.
    #expect(isClose(found.solution.plan?.dependencyByYear[1] ?? 0, 0.6, relative: 1e-5))
  }

  @Test func `the least budget is a share of what is appropriated`() throws {
    let found = try find([(2027, 0.6)], .budgetScale)
    #expect(isClose(found.budgetScale ?? 0, 0.6, relative: 2e-3))
    #expect((found.budgetScale ?? 0) >= 0.6)
    #expect((found.solution.plan?.dependencyByYear[1] ?? 1) <= 0.6 + 1e-6)
  }

  @Test func `what cannot be had with the money there is comes as near as it can`() throws {
    let found = try find([(2027, 0.2)], .publicCost)
    let miss = try #require(found.misses.first)
    // 600 t/yr are all that the money buys.
    #expect(isClose(miss.reached, 0.4, relative: 1e-3) && miss.asked == 0.2)
    #expect(isClose(found.solution.plan?.dependencyByYear[1] ?? 0, 0.4, relative: 1e-3))
    // With more money 700 t/yr can be had, for 60 MUSD.
    let rich = try find([(2027, 0.2)], .budgetScale)
    #expect(isClose(rich.misses.first?.reached ?? 0, 0.3, relative: 1e-3))
    #expect(isClose(rich.budgetScale ?? 0, 1.2, relative: 2e-3))
  }

  @Test func `targets of the model hold beside those that are asked for`() throws {
    let found = try find([(2027, 0.6)], .publicCost, more: "targets: { 2026: 60%, 2027: 10% }")
    #expect(found.targets.map(\.value) == [0.6, 0.6] && found.ownYears == [2026])
    #expect(found.misses.isEmpty)
    let cost = found.solution.objectives.first { $0.objective == .publicCost }?.value
    #expect(isClose(cost ?? 0, 30, relative: 1e-5))
  }

  @Test func `no plan even without targets is told as such`() throws {
    let strict = try model(
      twoPlants(
        more: "limits: [{ name: all at home, measure: import, per: horizon, at_least: 9 kt }]"))
    #expect {
      _ = try Reach.find(strict, [(2027, 0.6)], measure: .publicCost)
    } throws: { error in
      if case .noPlan(.infeasible, _)? = error as? StudyEnd { true } else { false }
    }
  }
}
