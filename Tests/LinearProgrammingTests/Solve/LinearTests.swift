import TestSupport
import Testing

@testable import LinearProgramming

@Suite struct LinearTests {
  @Test(arguments: SolverOptions.Method.allCases, SolverOptions.Presolve.allCases)
  func `a textbook program has its known optimum and prices`(
    method: SolverOptions.Method, presolve: SolverOptions.Presolve
  ) throws {
    var options = SolverOptions()
    options.method = method
    options.presolve = presolve
    let solution = try #require(try solve(textbookProgram(), options).optimum)
    #expect(isClose(solution.objective, -36))
    #expect(isClose(solution.columnValues[0], 2))
    #expect(isClose(solution.columnValues[1], 6))
    #expect(isClose(solution.rowDuals[0], 0))
    #expect(isClose(solution.rowDuals[1], -1.5))
    #expect(isClose(solution.rowDuals[2], -1))
    #expect(isClose(solution.bound, -36))
    #expect(solution.verification.boundIsProven)
    #expect(solution.basis != nil)
    #expect(!solution.attempts.isEmpty)
  }

  @Test func `the offset belongs to objective and bound`() throws {
    var program = textbookProgram()
    program.objectiveOffset = 100
    let solution = try #require(try solve(program).optimum)
    #expect(isClose(solution.objective, 64))
    #expect(isClose(solution.bound, 64))
  }

  @Test func `programs without rows or columns have an answer`() throws {
    #expect(try solve(LinearProgram()).optimum?.objective == 0)
    var program = LinearProgram()
    program.addColumn(lower: 1, upper: 3, cost: 2)
    program.addColumn(lower: 1, upper: 3, cost: -2)
    #expect(try solve(program).optimum?.columnValues == [1, 3])
    var rows = LinearProgram()
    rows.finishRow(lower: -.infinity, upper: 5)
    #expect(try solve(rows).optimum != nil)
    rows.finishRow(lower: 5, upper: .infinity)
    #expect(try solve(rows).isInfeasible)
  }

  @Test func `a program with all columns fixed is solved`() throws {
    var program = LinearProgram()
    program.addColumn(lower: 2, upper: 2, cost: 1)
    program.addColumn(lower: 3, upper: 3, cost: 1)
    program.addRow(lower: 0, upper: 5, [(0, 1), (1, 1)])
    #expect(try solve(program).optimum?.objective == 5)
  }

  @Test func `terms that cancel leave no zero behind`() {
    var program = LinearProgram()
    program.addColumns(3)
    program.addRow(lower: 0, upper: 1, [(0, 1), (1, 2), (0, -1), (2, 3)])
    program.addRow(lower: 0, upper: 1, [(0, 4), (1, 2)])
    #expect(program.columnIndex == [1, 2, 0, 1])
    #expect(program.coefficient == [2, 3, 4, 2])
    #expect(program.rowStart == [0, 2, 4])
  }

  @Test func `numbers that are not finite are refused before the solver sees them`() {
    var program = textbookProgram()
    program.addRow(lower: 0, upper: 1, [(0, .nan)])
    #expect(throws: SolverError.self) { try solve(program) }
    var crossed = textbookProgram()
    crossed.setColumnBounds(0, lower: 2, upper: 1)
    #expect(throws: SolverError.self) { try solve(crossed) }
    var costs = textbookProgram()
    costs.setCost(0, .infinity)
    #expect(throws: SolverError.self) { try solve(costs) }
    var options = SolverOptions()
    options.timeLimit = -1
    #expect(throws: SolverError.self) { try solve(textbookProgram(), options) }
  }

  @Test(arguments: 0..<60)
  func `random programs agree with their vertices`(seed: Int) throws {
    var random = Random(UInt64(seed))
    let program = randomProgram(&random, columns: 3, rows: random.whole(1...5))
    let outcome = try solve(program)
    if let best = program.optimumByVertices() {
      let solution = try #require(outcome.optimum)
      #expect(isClose(solution.objective, best))
      #expect(solution.verification.isVerified)
    } else {
      #expect(outcome.certificate != nil)
    }
  }

  @Test func `a degenerate assignment is solved`() throws {
    var program = LinearProgram()
    let n = 30
    for _ in 0..<(n * n) { program.addColumn(lower: 0, upper: 1, cost: 1) }
    for i in 0..<n {
      for j in 0..<n { program.addEntry(i * n + j, 1) }
      program.finishRow(lower: 1, upper: 1)
    }
    for j in 0..<n {
      for i in 0..<n { program.addEntry(i * n + j, 1) }
      program.finishRow(lower: 1, upper: 1)
    }
    #expect(isClose(try #require(try solve(program).optimum).objective, Double(n)))
  }
}
