import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// What is lost without a project and with a year's delay, worked out by hand.
@Suite struct ProjectDecisionsTests {
  private func decisions(
    _ text: String, others: [[Int: Double]] = []
  ) throws -> ProjectDecisions? {
    let model = try model(text)
    let solution = solve(AllocationProgram(model, relaxed: true))
    return ProjectDecisions.find(
      model, try #require(solution.plan), others: others, RunSettings(isRelaxed: true))
  }

  @Test func `losing the cheap plant costs what the dear one cannot make up for`() throws {
    // 10 MUSD buy 200 t/yr of the cheap one, 40 MUSD 400 of the dear: 40 % stay foreign. Without the cheap one 50 MUSD buy
    // 500 t/yr; without the dear one 200 are left.
    let found = try #require(try decisions(twoPlants()))
    #expect(found.projects.map(\.facility) == [1, 0] && found.fundedCount == 2)
    #expect(isClose(found.projects[0].withoutIt ?? 0, 0.4))
    #expect(isClose(found.projects[1].withoutIt ?? 0, 0.1))
    #expect(found.projects.allSatisfy { $0.firstAward == 2026 && $0.otherPlans == 0 })
    // A year later the 40 MUSD of 2026, which are kept, buy the same for 2027 alone: half of the 0.4.
    #expect(isClose(found.projects[0].aYearLater ?? 0, 0.2))
  }

  @Test func `other plans are counted that build it`() throws {
    let found = try #require(try decisions(twoPlants(), others: [[0: 10], [0: 0.1, 1: 50], [:]]))
    #expect(found.otherPlanCount == 3)
    #expect(found.projects.map(\.otherPlans) == [1, 1])
  }

  @Test func `where a rule cannot be kept without a project, there is no figure`() throws {
    let limit =
      "limits: [{ name: least, measure: build, where: { facility: dear }, at_least: 100 t/yr, per: horizon }]"
    let found = try #require(try decisions(twoPlants(more: limit)))
    #expect(found.projects.first { $0.facility == 1 }?.withoutIt == nil)
    #expect(found.projects.first { $0.facility == 0 }?.withoutIt != nil)
  }

  @Test func `what has been awarded is no decision any more`() throws {
    let awarded = "committed: [{ facility: dear, fund: grants, time: 2026, money: 40 MUSD }]"
    let found = try decisions(twoPlants(more: awarded))
    #expect(found?.projects.contains { $0.facility == 1 } != true)
  }
}
