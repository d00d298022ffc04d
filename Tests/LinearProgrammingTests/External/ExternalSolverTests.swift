import Testing

@testable import LinearProgramming

/// Other solvers that happen to be installed; on a machine with none there is nothing to compare with.
@Suite struct ExternalSolverTests {
  static let installed = ExternalSolver.Kind.allCases.compactMap(ExternalSolver.init)
  static let needsOne = ConditionTrait.enabled(
    if: !installed.isEmpty, "no other solver is installed: glpsol, highs, clp, cbc or glop")

  @Test(needsOne, arguments: installed)
  func `an installed solver gives the same verified optimum`(external: ExternalSolver) throws {
    for seed in 0..<2 {
      let program = transportProgram(plants: 6, markets: 8, seed: UInt64(500 + seed))
      let ours = try #require(try solve(program).optimum)
      let theirs = try #require(try external.solve(program).outcome.optimum)
      #expect(isClose(ours.objective, theirs.objective))
    }
  }

  @Test(needsOne, arguments: installed)
  func `an installed solver tells a program without a solution`(external: ExternalSolver) throws {
    var program = LinearProgram()
    let x = program.addColumn(lower: 0, upper: 1, cost: 1)
    let y = program.addColumn(lower: 0, upper: 1, cost: 1)
    program.addRow(lower: 3, upper: .infinity, [(x, 1), (y, 1)])
    #expect(try external.solve(program).outcome.isInfeasible)
  }
}
