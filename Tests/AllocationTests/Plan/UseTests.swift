import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// How each use is served, worked out by hand.
@Suite struct UseTests {
  private func uses(_ demand: String, importLimit: String = "5 kt/yr") throws -> [Plan.Use] {
    let text = MagnetModel(importLimit: importLimit).text.replacing(
      "demand:", with: "demand:\n" + demand)
    let model = try ModelDocument.read(text: text, file: "test.yaml").model()
    let plan = try #require(solve(AllocationProgram(model)).plan)
    return plan.uses(model)
  }

  @Test func `what weighs more is served first, and each use has its own index`() throws {
    // 500 t/yr are made at home. Defence needs 300 of them and counts ten times; the rest goes to the other 1,000.
    let found = try uses("  defence: { commodity: magnet, quantity: 300 t/yr, weight: 10 }")
    #expect(found.map(\.segments) == [[0], [1]])
    #expect(found[0].dependencyByYear.allSatisfy { isClose($0 ?? 1, 0, relative: 1e-5) })
    #expect(found[1].dependencyByYear.allSatisfy { isClose($0 ?? 0, 0.8, relative: 1e-5) })
    #expect(isClose(found[1].sharesByYear[0]?[0] ?? 0, 0.2, relative: 1e-5))
  }

  @Test func `segments that differ in nothing but their size stand together`() throws {
    let found = try uses("  more: { commodity: magnet, quantity: 600 t/yr }")
    #expect(found.map(\.segments) == [[0, 1]])
    #expect(isClose(found[0].dependencyByYear[0] ?? 0, 1_100 / 1_600, relative: 1e-5))
  }

  @Test func `what nobody serves is told apart, with its weight in the index`() throws {
    // 500 t/yr from home and 250 from abroad, of 1,000.
    let found = try uses("", importLimit: "250 t/yr")
    let shares = try #require(found[0].sharesByYear[0])
    #expect(zip(shares, [0.5, 0.25, 0.25]).allSatisfy { isClose($0, $1, relative: 1e-5) })
    #expect(isClose(found[0].dependencyByYear[0] ?? 0, 0.25 + 2 * 0.25, relative: 1e-5))
  }

  @Test func `a year without demand has no figure, and a use without demand is left out`() throws {
    let found = try uses(
      "  later: { commodity: magnet, quantity: { 2026: 0 t/yr, 2027: 100 t/yr }, weight: 3 }\n"
        + "  never: { commodity: magnet, quantity: 0 t/yr, weight: 4 }")
    #expect(found.map(\.segments) == [[0], [2]])
    #expect(found[0].sharesByYear[0] == nil && found[0].dependencyByYear[0] == nil)
    #expect(found[0].sharesByYear[1] != nil)
  }
}
