import LinearProgramming
import SupplyChain
import Support
import Testing

@testable import Allocation

/// What a solve tells of its steps where it was stopped before it had a plan.
@Suite struct InterruptedStepsTests {
  /// Large enough for the interior point.
  private func program() throws -> AllocationProgram {
    var generator = ModelGenerator()
    generator.facilities = 40
    let document = try ModelDocument.read(text: generator.text)
    return AllocationProgram(try document.model(), relaxed: true)
  }

  @Test func `a solve interrupted in the interior point tells the steps it took`() throws {
    let cancellation = Cancellation()
    var settings = AllocationSettings()
    settings.cancellation = cancellation
    settings.progress = { _, progress in
      if progress.stage == .interiorPoint && progress.iterations >= 3 { cancellation.cancel() }
    }
    let solution = solve(try program(), settings)
    #expect(solution.status == .interrupted)
    let attempts = try #require(solution.stages.first).attempts
    #expect(attempts.map(\.method).contains(.presolve))
    let last = try #require(attempts.last)
    #expect(last.method == .interiorPoint)
    #expect(last.result == "interrupted")
  }
}
