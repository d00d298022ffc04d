import Allocation
import SupplyChain
import TestSupport
import Testing

@testable import Analysis

/// The plan that exists gives all 50 MUSD to the dear plant: 500 t/yr, a dependency of 0.5. The best has 200 t/yr of the cheap
/// one for 10 of them: 0.4.
@Suite struct RevisionTests {
  private func revise(_ limit: RevisionLimit, _ rows: [String]) throws -> Revision {
    let model = try model(twoPlants())
    let text = "facility,fund,year,amount\n" + rows.joined(separator: "\n") + "\n"
    let awards = try AwardFile(text: text).commitments(in: model).awards
    return try Revision.find(model, from: awards, within: limit)
  }

  private let plan = ["dear,grants,2026,50 MUSD", "dear,,2026,500 t/yr"]

  @Test func `two changes reach the best plan, one buys nothing`() throws {
    let found = try revise(.changes(2), plan)
    let values = found.steps.map { $0.objectives.first?.value ?? 0 }
    #expect(values.count == 3)
    for (value, expected) in zip(values, [0.5, 0.5, 0.4]) {
      #expect(isClose(value, expected, relative: 1e-5))
    }
    #expect(found.changes.map(\.subject) == [.facility(0), .facility(1)])
    #expect(isClose(found.changes[0].capacity?.after ?? 0, 200, relative: 1e-4))
    // Without either change the other buys nothing.
    #expect(found.changes.allSatisfy { isClose($0.worth ?? 0, 0.1, relative: 1e-4) })
  }

  @Test func `money alone is followed by the capacity that it pays for`() throws {
    let found = try revise(.changes(2), [plan[0]])
    #expect(isClose(found.solution.objectives[0].value, 0.4, relative: 1e-5))
    #expect(found.changes.first { $0.subject == .facility(1) }?.capacity == nil)
  }

  @Test func `money that moves buys in proportion`() throws {
    // 5 MUSD from the dear plant to the cheap one: 450 + 100 t/yr.
    let found = try revise(.money(5), [plan[0]])
    #expect(isClose(found.solution.objectives[0].value, 0.45, relative: 1e-5))
    #expect(found.steps.count == 5 && found.changes.count == 2)
  }

  @Test func `a plan that breaks rules has no value without a change`() throws {
    let found = try revise(.changes(1), ["dear,grants,2026,60 MUSD"])
    #expect(found.steps.map(\.status) == [.infeasible, .optimal])
  }

  @Test func `changes without a limit reach the best plan of random models`() throws {
    var count = 0
    for seed in UInt64(1)...10 {
      let model = try model(RandomModel(seed).text)
      let best = solve(AllocationProgram(model))
      guard best.status == .optimal else { continue }
      let free = try Revision.find(model, from: [], within: .changes(model.facilities.count))
      #expect(
        isClose(
          free.solution.objectives[0].value, best.objectives[0].value, relative: 1e-5,
          absolute: 1e-7),
        "seed \(seed)")
      let values = free.steps.compactMap { $0.objectives.first?.value }
      for (a, b) in zip(values, values.dropFirst()) { #expect(b <= a + 1e-6 * abs(a) + 1e-9) }
      count += 1
    }
    #expect(count >= 6)
  }
}
