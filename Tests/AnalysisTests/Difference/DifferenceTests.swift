import SupplyChain
import TestSupport
import Testing

@testable import Analysis

@Suite struct DifferenceTests {
  @Test func `what differences explain adds up to the difference`() throws {
    let old = try ModelDocument.read(text: twoPlants(), file: "old.yaml")
    let text = twoPlants().replacing("max: 200 t/yr", with: "max: 100 t/yr")
      .replacing("2026: 50 MUSD", with: "2026: 40 MUSD")
    let new = try ModelDocument.read(text: text, file: "new.yaml")
    let groups = old.differenceGroups(to: new)
    #expect(groups.map(\.name) == ["facilities.cheap", "funds.grants"])
    let found = try Attribution.find(old, new, groups)
    #expect(found.method == .shapley && found.solves == 4)
    // Before 200 + 400 t/yr, after 100 + 350. With less money 200 + 300, with a smaller plant 100 + 450.
    let shares = found.shares.map { $0.changes[0] ?? 0 }
    #expect(isClose(found.before[0] ?? 0, 0.4, relative: 1e-5))
    #expect(isClose(found.after[0] ?? 0, 0.55, relative: 1e-5))
    #expect(isClose(shares[0], 0.05, relative: 1e-3) && isClose(shares[1], 0.1, relative: 1e-3))
  }

  @Test func `a difference after which there is no plan explains nothing, and says so`() throws {
    let old = try ModelDocument.read(text: twoPlants(), file: "old.yaml")
    let new = try ModelDocument.read(
      text: twoPlants(more: "targets: { 2027: 1% }"), file: "new.yaml")
    let found = try Attribution.find(old, new, old.differenceGroups(to: new))
    #expect(found.after[0] == nil && found.shares.first?.changes[0] == nil)
    #expect(found.whyNoneBefore == nil && found.whyNoneAfter?.isEmpty == false)
  }

  private func differences(_ a: String, _ b: String) throws -> [ResultDifference] {
    try #require(
      ResultDifference.find(Array(a.utf8), Array(b.utf8), tolerance: 1e-6))
  }

  @Test func `rows are matched by their names and years, in any order`() throws {
    let a = """
      {"objectives": {"dependency": 0.5}, "timing": {"solve": 1}, "plan": {"awards": [
        {"fund": "f", "facility": "p", "year": 2026, "period": "2026", "value": 10},
        {"fund": "f", "facility": "q", "year": 2026, "period": "2026", "value": 5}]}}
      """
    let b = """
      {"objectives": {"dependency": 0.4}, "timing": {"solve": 2}, "plan": {"awards": [
        {"fund": "f", "facility": "q", "year": 2026, "period": "2026", "value": 5.000000001},
        {"fund": "f", "facility": "r", "year": 2027, "period": "2027", "value": 3},
        {"fund": "f", "facility": "p", "year": 2026, "period": "2026", "value": 12}]}}
      """
    let found = try differences(a, b)
    #expect(found.map(\.table) == ["objectives", "plan.awards", "plan.awards"])
    #expect(found.map(\.row) == ["", "p, f, 2026", "r, f, 2027"])
    #expect(found.map(\.change)[1] == 2 && found.map(\.change)[2] == 3)
    #expect(try differences(a, a).isEmpty)
    #expect(ResultDifference.find(Array("{".utf8), Array(a.utf8), tolerance: 0) == nil)
  }
}
