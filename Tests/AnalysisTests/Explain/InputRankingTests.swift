import SupplyChain
import TestSupport
import Testing

@testable import Analysis

@Suite struct InputRankingTests {
  @Test func `every input stands on one yardstick, and the first are solved again`() throws {
    let found = try Limiting.explain(try model(twoPlants()))
    let ranking = try #require(found.ranking)
    let money = try #require(ranking.rows.first { $0.what == .input(.init(kind: .money(fund: 0))) })
    // Half a million: 5 t/yr of the dear plant, in both years.
    #expect(isNear(money.perPercent, -0.005, 1e-4))
    #expect(isNear(money.solved ?? 0, -0.005, 1e-4))
    let cheap = try #require(ranking.rows.first { $0.what == .bound(.expansion(0)) })
    // Two tonnes a year of it instead of one of the dear one.
    #expect(isNear(cheap.perPercent, -0.001, 1e-3))
    #expect(
      ranking.rows.map { abs($0.perPercent) }
        == ranking.rows.map { abs($0.perPercent) }.sorted(by: >))
    #expect(ranking.money.map(\.fund) == [0])
    #expect(isNear(ranking.sameMoney, 0.5) && isNear(ranking.money[0].change, -0.005, 1e-4))
  }

  @Test func `an interrupted answer does not say that nothing matters`() throws {
    var limiting = try Limiting.explain(try model(twoPlants()))
    limiting.prices = []
    limiting.permits = []
    limiting.ranking = nil
    limiting.isInterrupted = true
    #expect(!limiting.isNothingFound)
  }
}
