import Allocation
import SupplyChain
import Testing

@testable import Analysis

@Suite struct UsedInSweepTests {
  private func pilot(_ used: UsedColumns?) -> UsedInSweep.Pilot {
    UsedInSweep.Pilot(used: used, result: nil)
  }

  @Test func `short lists have no pilots`() throws {
    let part = try #require(SweepPart(number: 2, of: 3))
    for used in [UsedInSweep(count: 99), UsedInSweep(count: 298, part: part)] {
      #expect(used.pilots.isEmpty)
      #expect(used.columns(for: 0) { _ in fatalError("no case is solved") } == nil)
    }
  }

  @Test func `each pilot is solved once, and the same ones whatever the order`() {
    var lists: [[Int]] = []
    for first in [1, 5] {
      let used = UsedInSweep(count: 480)
      var solved: [Int] = []
      func solve(_ index: Int) -> UsedInSweep.Pilot {
        solved.append(index)
        return pilot(UsedColumns())
      }
      for index in [first, 3, 479] {
        #expect(used.pilot(index) { solve(index) } == nil)
        #expect(used.columns(for: index, solve) != nil)
      }
      #expect(used.pilot(470) { solve(470) } != nil)
      lists.append(solved.sorted())
    }
    #expect(lists[0] == (0..<48).map { 10 * $0 })
    #expect(lists[1] == lists[0])
  }

  @Test func `a part has pilots of its own`() throws {
    let part = try #require(SweepPart(number: 2, of: 3))
    let used = UsedInSweep(count: 1000, part: part)
    #expect(used.pilots.count == 48 && Set(used.pilots).count == 48)
    #expect(used.pilots.allSatisfy { $0 % 3 == 1 && $0 < 1000 })
    #expect(UsedInSweep(count: 299, part: part).pilots.count == 48)
  }

  @Test func `pilots without a plan leave the others`() {
    let used = UsedInSweep(count: 240)
    #expect(used.columns(for: 1) { _ in pilot(nil) } == nil)
    let some = UsedInSweep(count: 240)
    #expect(some.columns(for: 1) { pilot($0 == 50 ? UsedColumns() : nil) } != nil)
  }

  @Test func `what others do changes no answer`() throws {
    var generator = ModelGenerator()
    generator.facilities = 20
    let document = try ModelDocument.read(text: generator.text)
    func program(_ factor: Double) throws -> AllocationProgram {
      AllocationProgram(
        try document.model(factors: [("facilities.*.expansion.capex", factor)]), relaxed: true)
    }
    var used = UsedColumns()
    for factor in [0.8, 1.1] {
      let allocation = try program(factor)
      used.add(allocation, solve(allocation))
    }
    // Two that are like those, and one that is not.
    for (factor, known) in [(0.9, used), (1.05, used), (0.3, used), (1, UsedColumns())] {
      let allocation = try program(factor)
      let expected = solve(allocation)
      var settings = AllocationSettings()
      settings.usedColumns = known
      let found = solve(allocation, settings)
      #expect(found.status == .optimal)
      #expect(found.stages.allSatisfy { $0.verification?.isVerified == true })
      for (own, other) in zip(found.objectives, expected.objectives) {
        #expect(abs(own.value - other.value) <= 1e-6 * max(1, abs(other.value)))
      }
    }
  }
}
