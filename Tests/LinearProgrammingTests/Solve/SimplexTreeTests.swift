import TestSupport
import Testing

@testable import LinearProgramming

/// Whole numbers in programs so large that our simplex takes part.
@Suite struct SimplexTreeTests {
  /// Columns and rows that change nothing.
  private func enlarged(_ program: LinearProgram) -> LinearProgram {
    var result = program
    for _ in 0..<2_000 {
      let column = result.addColumn(lower: 0, upper: 1)
      result.addRow(lower: 0.5, upper: .infinity, [(column, 1)])
    }
    return result
  }

  @Test(arguments: 0..<60)
  func `random programs agree with all their points`(seed: Int) throws {
    var random = Random(UInt64(5000 + seed))
    let program = randomProgram(&random, columns: 5, rows: random.whole(1...6), integer: true)
    let large = enlarged(program)
    #expect(SolveStrategy.hasOwnSimplex(SolveStrategy.Shape(large)))
    let outcome = try solve(large)
    if let best = program.optimumByPoints() {
      let solution = try #require(outcome.optimum)
      #expect(isClose(solution.objective, best, 2e-6))
      let whole = solution.columnValues.prefix(5)
      #expect(whole.allSatisfy { $0 == $0.rounded() })
      #expect(program.isFeasible(Array(whole)))
    } else {
      #expect(outcome.isInfeasible)
    }
  }

  @Test(arguments: 0..<20)
  func `knapsacks end in our own tree as in that of GLPK`(seed: Int) throws {
    var random = Random(UInt64(7000 + seed))
    var program = LinearProgram()
    var weights: [(column: Int, coefficient: Double)] = []
    for _ in 0..<12 {
      let weight = Double(random.whole(10...60))
      let column = program.addColumn(
        lower: 0, upper: Double(random.whole(1...3)), cost: -weight - Double(random.whole(0...9)),
        integer: true)
      weights.append((column, weight))
    }
    program.addRow(lower: -.infinity, upper: Double(random.whole(150...400)) + 0.5, weights)
    let large = enlarged(program)
    let found = try #require(try solve(large).optimum)
    var glpk = SolverOptions()
    glpk.engine = .glpk
    let expected = try #require(try solve(program, glpk).optimum)
    #expect(isClose(found.objective, expected.objective, 2e-6))
    #expect(
      found.attempts.contains { $0.method == .branchAndBound || $0.method == .revisedSimplex })
    #expect(!found.attempts.contains { $0.method == .glpkTree })
  }

  @Test func `units that need a part each are chosen as by hand`() throws {
    // a brings 10, and each after the first needs b, which costs 6: 3 of a and 2 of b.
    var program = LinearProgram()
    program.addColumn(lower: 0, upper: 3, cost: -10, integer: true)
    program.addColumn(lower: 0, upper: 100, cost: 6, integer: true)
    program.addRow(lower: -.infinity, upper: 7, [(0, 5), (1, -5)])
    let solution = try #require(try solve(enlarged(program)).optimum)
    #expect(isClose(solution.objective, -18))
    #expect(solution.columnValues[0] == 3 && solution.columnValues[1] == 2)
  }
}
