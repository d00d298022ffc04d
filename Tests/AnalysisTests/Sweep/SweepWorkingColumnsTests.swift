import Allocation
import SupplyChain
import Testing

@testable import Analysis

@Suite struct SweepWorkingColumnsTests {
  private func seed(_ used: WorkingColumns?) -> SweepWorkingColumns.SeedCase {
    SweepWorkingColumns.SeedCase(used: used, result: nil)
  }

  @Test func `short lists have no seeds`() throws {
    let part = try #require(SweepPart(number: 2, of: 3))
    for used in [SweepWorkingColumns(count: 99), SweepWorkingColumns(count: 298, part: part)] {
      #expect(used.seeds.isEmpty)
      #expect(used.columns(for: 0) { _ in fatalError("no case is solved") } == nil)
    }
  }

  @Test func `each seed is solved once, and the same ones whatever the order`() {
    var lists: [[Int]] = []
    for first in [1, 5] {
      let used = SweepWorkingColumns(count: 480)
      var solved: [Int] = []
      func solve(_ index: Int) -> SweepWorkingColumns.SeedCase {
        solved.append(index)
        return seed(WorkingColumns())
      }
      for index in [first, 3, 479] {
        #expect(used.seed(index) { solve(index) } == nil)
        #expect(used.columns(for: index, solve) != nil)
      }
      #expect(used.seed(470) { solve(470) } != nil)
      lists.append(solved.sorted())
    }
    #expect(lists[0] == (0..<48).map { 10 * $0 })
    #expect(lists[1] == lists[0])
  }

  @Test func `a part has seeds of its own`() throws {
    let part = try #require(SweepPart(number: 2, of: 3))
    let used = SweepWorkingColumns(count: 1000, part: part)
    #expect(used.seeds.count == 48 && Set(used.seeds).count == 48)
    #expect(used.seeds.allSatisfy { $0 % 3 == 1 && $0 < 1000 })
    #expect(SweepWorkingColumns(count: 299, part: part).seeds.count == 48)
  }

  @Test func `seeds without a plan leave the others`() {
    let used = SweepWorkingColumns(count: 240)
    #expect(used.columns(for: 1) { _ in seed(nil) } == nil)
    let some = SweepWorkingColumns(count: 240)
    #expect(some.columns(for: 1) { seed($0 == 50 ? WorkingColumns() : nil) } != nil)
  }

  @Test func `what others do changes no answer`() throws {
    var generator = ModelGenerator()
    generator.facilities = 20
    let document = try ModelDocument.read(text: generator.text)
    func program(_ factor: Double) throws -> AllocationProgram {
      AllocationProgram(
        try document.model(factors: [("facilities.*.expansion.capex", factor)]), relaxed: true)
    }
    var used = WorkingColumns()
    for factor in [0.8, 1.1] {
      let allocation = try program(factor)
      used.add(allocation, solve(allocation))
    }
    // Two that are like those, and one that is not.
    for (factor, known) in [(0.9, used), (1.05, used), (0.3, used), (1, WorkingColumns())] {
      let allocation = try program(factor)
      let expected = solve(allocation)
      var settings = AllocationSettings()
      settings.workingColumns = known
      let found = solve(allocation, settings)
      #expect(found.status == .optimal)
      #expect(found.stages.allSatisfy { $0.verification?.isVerified == true })
      for (own, other) in zip(found.objectives, expected.objectives) {
        #expect(abs(own.value - other.value) <= 1e-6 * max(1, abs(other.value)))
      }
    }
  }
}
