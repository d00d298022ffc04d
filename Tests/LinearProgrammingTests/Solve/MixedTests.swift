import TestSupport
import Testing

@testable import LinearProgramming

@Suite struct MixedTests {
  @Test(arguments: 0..<60)
  func `random programs agree with all their points`(seed: Int) throws {
    var random = Random(UInt64(3000 + seed))
    let program = randomProgram(&random, columns: 4, rows: random.whole(1...5), integer: true)
    var options = SolverOptions()
    options.presolve = [.automatic, .on, .off][seed % 3]
    options.dives = seed % 2 == 0
    let outcome = try solve(program, options)
    if let best = program.optimumByPoints() {
      let solution = try #require(outcome.optimum)
      #expect(isClose(solution.objective, best, 2e-6))
      #expect(solution.columnValues.allSatisfy { $0 == $0.rounded() })
    } else {
      #expect(outcome.isInfeasible)
    }
  }

  @Test func `a program on which cover cuts abort has its optimum`() throws {
    var program = LinearProgram()
    for (upper, cost) in [(3.0, 1.0), (3, -7), (3, -3), (1, -6)] {
      program.addColumn(lower: 0, upper: upper, cost: cost, integer: true)
    }
    program.addRow(lower: -.infinity, upper: 27, [(0, -8), (2, -3)])
    program.addRow(lower: 17, upper: .infinity, [(0, -9), (1, -5), (2, 7)])
    program.addRow(lower: -8, upper: .infinity, [(0, 6)])
    #expect(isClose(try #require(try solve(program).optimum).objective, -15))
  }

  @Test func `feasible for fractions and infeasible for whole numbers`() throws {
    var program = LinearProgram()
    program.addColumn(lower: 0, upper: 5, cost: 1, integer: true)
    program.addColumn(lower: 0, upper: 5, cost: 1, integer: true)
    program.addRow(lower: 1, upper: 1, [(0, 2), (1, -2)])
    #expect(try solve(program).isInfeasible)
    var between = LinearProgram()
    between.addColumn(lower: 0.2, upper: 0.8, cost: 1, integer: true)
    #expect(try solve(between).isInfeasible)
  }

  @Test func `bounds of integer columns are rounded inwards`() throws {
    var program = LinearProgram()
    program.addColumn(lower: 0.5, upper: 3.7, cost: -1, integer: true)
    program.addColumn(lower: 0.5, upper: 2.9999999999, cost: -1, integer: true)
    program.addRow(lower: -.infinity, upper: 100, [(0, 1), (1, 1)])
    #expect(isClose(try #require(try solve(program).optimum).columnValues[0], 3))
  }

  @Test func `plants with fixed costs are chosen as by hand`() throws {
    // Two plants of 10 t, 5 and 3 to open; 12 t asked for, a tonne missing costs 1.
    var program = LinearProgram()
    let flows = [program.addColumn(lower: 0, upper: 10), program.addColumn(lower: 0, upper: 10)]
    let open = [
      program.addColumn(lower: 0, upper: 1, cost: 5, integer: true),
      program.addColumn(lower: 0, upper: 1, cost: 3, integer: true),
    ]
    let missing = program.addColumn(lower: 0, upper: 12, cost: 1)
    for p in 0..<2 { program.addRow(lower: -.infinity, upper: 0, [(flows[p], 1), (open[p], -10)]) }
    program.addRow(lower: 12, upper: 12, [(flows[0], 1), (flows[1], 1), (missing, 1)])
    let solution = try #require(try solve(program).optimum)
    #expect(isClose(solution.objective, 5))
    #expect(solution.columnValues[open[1]] == 1)
    #expect(isClose(solution.columnValues[missing], 2))
    #expect(solution.basis != nil)
  }

  @Test func `a session solves edited integer programs again`() throws {
    var random = Random(5)
    let program = randomProgram(&random, columns: 5, rows: 3, integer: true)
    var counted = 0
    try withSolverSession(program) { session throws in
      for step in 0..<6 {
        let j = step % 5
        try session.setColumnBounds(j, lower: 0, upper: Double(step % 4))
        let expected = session.program.optimumByPoints()
        let found = try session.solve().optimum?.objective
        #expect((expected == nil) == (found == nil))
        guard let expected, let found else { continue }
        #expect(isClose(expected, found, 2e-6))
        counted += 1
      }
    }
    #expect(counted >= 5)
  }

  @Test func `a start point and a cutoff do not change the optimum`() throws {
    var random = Random(17)
    let program = randomProgram(&random, columns: 5, rows: 3, integer: true)
    let best = try #require(try solve(program).optimum)
    var options = SolverOptions()
    options.startPoint = best.columnValues
    options.cutoff = best.objective
    options.dives = false
    #expect(isClose(try #require(try solve(program, options).optimum).objective, best.objective))
  }
}
