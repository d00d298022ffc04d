import LinearProgramming
import SupplyChain
import TestSupport
import Testing

@testable import Allocation

/// The small model: a million buys 10 t/yr of 1,000, so that 100 million leave nothing foreign.
@Suite struct BudgetProgramTests {
  private func program(_ more: String = "") throws -> BudgetProgram {
    let model = try ModelDocument.read(text: MagnetModel(more: more).text, file: "test.yaml")
      .model()
    return BudgetProgram(model, upTo: 3)
  }

  @Test func `the money of every year stands in the account's row`() throws {
    let program = try program()
    #expect(program.rows.map(\.amount) == [50])
    #expect(program.appropriations == 50)
  }

  @Test func `half the money leaves three quarters foreign, and its slope is half`() throws {
    try withBudgetSession(try program()) { session in
      for (scale, value, slope) in [
        (0.5, 0.75, -0.5), (1, 0.5, -0.5), (1.5, 0.25, -0.5), (3, 0, 0),
      ] {
        guard case .optimal(let point) = try session.solve(at: scale) else {
          Issue.record("no optimum at \(scale)")
          continue
        }
        #expect(isClose(point.value, value, absolute: 1e-7))
        #expect(isClose(point.slope, slope, absolute: 1e-7))
      }
    }
  }

  @Test func `a plan's carried money is moved to another budget, where there is enough`() throws {
    let program = try program()
    try withBudgetSession(program) { session in
      guard case .optimal(let point) = try session.solve(at: 1) else {
        Issue.record("no optimum")
        return
      }
      #expect(program.moved(point.point, to: 1.2) != nil)
      #expect(program.moved(point.point, to: 0.8) == nil)
    }
  }

  @Test func `the smallest budget for a target is the one worked out by hand`() throws {
    // A quarter of the demand from home: 25 MUSD of 50.
    let least = try leastBudgetScale(try program("targets: { 2026: 75% }"), in: 0...3)
    guard case .found(let scale) = least else {
      Issue.record("\(least)")
      return
    }
    #expect(isClose(scale, 0.5))
    #expect(
      try leastBudgetScale(try program("targets: { 2026: 0% }"), in: 0...1.5) == .noneInRange)
  }

  @Test func `a search for the least budget that is cut off proves nothing`() throws {
    var settings = AllocationSettings()
    settings.cancellation = Cancellation()
    settings.cancellation?.cancel()
    let hopeless = try program("targets: { 2026: 0% }")
    #expect(
      try leastBudgetScale(hopeless, in: 0...1.5, settings: settings) == .notSettled("interrupted"))
  }
}
