import Allocation
import SupplyChain
import Testing

@testable import Analysis

@Suite struct BaselineSolverTests {
  @Test func `a second start changes no answer of a large program`() throws {
    var generator = ModelGenerator()
    generator.facilities = 20
    let model = try ModelDocument.read(text: generator.text).model()
    try withBaselineSolver(model, RunSettings(isRelaxed: true)) { baseline throws(StudyEnd) in
      let base = try baseline.solveBase()
      #expect(base.allocation.startUse(.fewBounds) == .tried)
      let built = base.model.facilities.indices.filter { p in
        base.model.facilities[p].expansion != nil
      }
      for p in built.prefix(4) {
        let change = FacilityChange(model: base.model, p: p)
        guard let without = try baseline.solve(change.removed) else { continue }
        let other = WarmStart(without.allocation, without.solution, nearness: .fewBounds)
        for factor in [0.5, 0.9, 2] {
          let changed = change.withCapex(factor)
          let found = try baseline.solve(changed, orFrom: other)
          let cold = solve(AllocationProgram(changed, relaxed: true))
          let expected = cold.stages.first?.value ?? .nan
          #expect(abs((found?.value ?? .nan) - expected) <= 1e-7 * max(abs(expected), 1e-3))
          #expect(found?.solution.stages.first?.verification?.isVerified == true)
        }
      }
    }
  }
}
