import TestSupport
import Testing

@testable import LinearProgramming

/// Whole-number programs whose on–off columns have constants far larger than they need.
@Suite struct LargeConstantTests {
  /// Goods from four plants with a fixed charge each; at most `limit` from each where there is one.
  private func plants(
    _ unit: [Double], fixed: [Double], need: Double, limit: [Double]?, constant: Double
  ) -> LinearProgram {
    var program = LinearProgram()
    let amounts = unit.map { program.addColumn(cost: $0) }
    let built = fixed.map { program.addColumn(upper: 1, cost: $0, integer: true) }
    for (x, y) in zip(amounts, built) {
      program.addRow(lower: -.infinity, upper: 0, [(x, 1), (y, -constant)])
    }
    program.addRow(lower: need, upper: .infinity, amounts.map { ($0, 1) })
    for (k, most) in (limit ?? []).enumerated() {
      program.addRow(lower: -.infinity, upper: most, [(amounts[k], 1)])
    }
    return program
  }

  @Test(arguments: [1e3, 1e6, 1e9, 1e12])
  func `limits in other rows make the constant small`(constant: Double) throws {
    let program = plants(
      [5, 3, 1, 4], fixed: [35, 1, 8, 46], need: 23, limit: [6, 12, 10, 8], constant: constant)
    #expect(isClose(try #require(try solve(program).optimum).objective, 95))
  }

  @Test(arguments: [1e3, 1e7, 1e11])
  func `what costs more than a known plan makes the constant small`(constant: Double) throws {
    let program = plants(
      [1, 5, 2, 3], fixed: [4, 26, 25, 42], need: 13, limit: nil, constant: constant)
    #expect(isClose(try #require(try solve(program).optimum).objective, 17))
  }

  @Test func `a switch that has to be open keeps the constant that it needs`() throws {
    // 1.3 are fixed, so y is at least 0.65 and has to be 1, which leaves the other switch closed.
    var program = LinearProgram()
    let fixed = program.addColumn(lower: 1.3, upper: 1.3)
    let free = program.addColumn(upper: 2, cost: -1)
    let switches = (0..<2).map { _ in program.addColumn(upper: 1, cost: 1, integer: true) }
    program.addRow(lower: -.infinity, upper: 1e-9, [(fixed, 1), (switches[0], -2)])
    program.addRow(lower: -.infinity, upper: 0, [(free, 1), (switches[1], -2)])
    program.addRow(lower: -.infinity, upper: 1, switches.map { ($0, 1) })
    #expect(isClose(try #require(try solve(program).optimum).objective, 1))
  }

  @Test func `only what no point needs is taken off`() throws {
    let program = plants(
      [5, 3, 1, 4], fixed: [35, 1, 8, 46], need: 23, limit: [6, 12, 10, 8], constant: 1e9)
    let tight = try #require(program.tightened(cutoff: nil))
    for (row, most) in [6.0, 12, 10, 8].enumerated() {
      let own = tight.rowStart[row]..<tight.rowStart[row + 1]
      #expect(own.contains { isClose(tight.coefficient[$0], -most) })
    }
    #expect(tight.tightened(cutoff: nil) == nil)
  }

  @Test(arguments: 0..<40)
  func `a search of our own finds what trying every point finds`(seed: Int) throws {
    var random = Random(UInt64(40_000 + seed))
    let program = randomProgram(&random, columns: 4, rows: 3, integer: true)
    let expected = program.optimumByPoints()
    let session = try SolverSession(program)
    defer { session.end() }
    let context = try SolveContext(SolverOptions())
    guard case .optimal(let root) = try session.solveLinear(context, relaxed: true) else {
      #expect(expected == nil)
      return
    }
    var state = MixedState(root: root, rootBasis: root.basis)
    let end = try session.branchAndBound(&state, context)
    #expect(end == .failed && (state.incumbent == nil) == (expected == nil))
    if let expected, let found = state.incumbent {
      #expect(isClose(found.objective, expected) && isClose(state.bound, expected, 1e-5))
    }
  }
}
