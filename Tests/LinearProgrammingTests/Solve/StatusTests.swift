import Testing

@testable import LinearProgramming

@Suite struct StatusTests {
  /// x + y ≤ 1 and x + y ≥ 2.
  private var infeasible: LinearProgram {
    var program = LinearProgram()
    program.addColumns(2)
    program.setCosts([1, 1])
    program.addRow(lower: -.infinity, upper: 1, [(0, 1), (1, 1)])
    program.addRow(lower: 2, upper: .infinity, [(0, 1), (1, 1)])
    return program
  }

  /// min −x with x − y ≤ 1.
  private var unbounded: LinearProgram {
    var program = LinearProgram()
    program.addColumn(cost: -1)
    program.addColumn(cost: 0)
    program.addRow(lower: -.infinity, upper: 1, [(0, 1), (1, -1)])
    return program
  }

  @Test(arguments: SolverOptions.Method.allCases, SolverOptions.Presolve.allCases)
  func `an infeasible program comes with a proof`(
    method: SolverOptions.Method, presolve: SolverOptions.Presolve
  ) throws {
    var options = SolverOptions()
    options.method = method
    options.presolve = presolve
    let certificate = try #require(try solve(infeasible, options).certificate)
    #expect(certificate.rows.map { $0.index }.sorted() == [0, 1])
    #expect(certificate.columns.isEmpty)
    #expect(certificate.relativeMargin > 0.1)
    #expect(isClose(certificate.rows.reduce(0) { $0 + $1.share }, 1))
  }

  @Test(arguments: SolverOptions.Method.allCases, SolverOptions.Presolve.allCases)
  func `an unbounded program comes with a ray`(
    method: SolverOptions.Method, presolve: SolverOptions.Presolve
  ) throws {
    var options = SolverOptions()
    options.method = method
    options.presolve = presolve
    guard case .unbounded(let ray) = try solve(unbounded, options) else {
      Issue.record("not unbounded")
      return
    }
    let found = try #require(ray)
    #expect(found.columns.map { $0.direction } == [1, 1])
    #expect(found.objectiveChange == -1)
  }

  @Test(arguments: SolverOptions.Method.allCases, SolverOptions.Presolve.allCases)
  func `an infeasible program with an unbounded direction is called infeasible`(
    method: SolverOptions.Method, presolve: SolverOptions.Presolve
  ) throws {
    var program = infeasible
    program.addColumn(cost: -1)
    var options = SolverOptions()
    options.method = method
    options.presolve = presolve
    #expect(try solve(program, options).certificate != nil)
  }

  @Test func `a profitable column in no row is unbounded`() throws {
    var program = textbookProgram()
    program.addColumn(cost: -1)
    guard case .unbounded(let ray) = try solve(program) else {
      Issue.record("not unbounded")
      return
    }
    #expect(ray?.columns.map { $0.column } == [2])
  }

  @Test func `a conflict over several rows is proven`() throws {
    // Stock carried over four years, with more going out than can come in.
    var program = LinearProgram()
    for _ in 0..<4 { program.addColumn(lower: 0, upper: 10) }
    for _ in 0..<4 { program.addColumn(lower: 0, upper: 100) }
    for t in 0..<4 {
      program.addEntry(t, 1)
      program.addEntry(4 + t, -1)
      if t > 0 { program.addEntry(4 + t - 1, 1) }
      program.finishRow(lower: t == 3 ? 45 : 0, upper: t == 3 ? 45 : 0)
    }
    let certificate = try #require(try solve(program).certificate)
    #expect(certificate.rows.count == 4)
    #expect(certificate.columns.contains { $0.index < 4 })
  }

  @Test func `a time limit of zero ends at once without an answer`() throws {
    var options = SolverOptions()
    options.timeLimit = 0
    guard case .stopped(.timeLimit) = try solve(textbookProgram(), options) else {
      Issue.record("not stopped")
      return
    }
    options.timeLimit = 1e12
    #expect(try solve(textbookProgram(), options).optimum != nil)
  }

  @Test func `an iteration limit without presolve leaves a usable point`() throws {
    let program = transportProgram(plants: 20, markets: 30, seed: 1)
    var options = SolverOptions()
    options.presolve = .off
    options.method = .primal
    let full = try #require(try solve(program, options).optimum)
    options.iterationLimit = max(1, full.iterations - 3)
    switch try solve(program, options) {
    case .feasible(let solution, let reason):
      #expect(reason == .iterationLimit)
      #expect(program.isFeasible(solution.columnValues, tolerance: 1e-6))
      #expect(solution.objective >= full.objective - 1e-6)
    case .stopped(let reason): #expect(reason == .iterationLimit)
    default: Issue.record("neither feasible nor stopped")
    }
  }

  /// Stock over many steps, of which a little is lost in each; demand is a share of about what can come in.
  private func longStock(_ steps: Int, demand: Double) -> LinearProgram {
    var program = LinearProgram()
    for t in 0..<steps { program.addColumn(lower: 0, upper: 10 + Double(t % 7), cost: 1) }
    for _ in 0..<steps { program.addColumn(lower: 0, upper: .infinity, cost: 0.1) }
    for t in 0..<steps {
      program.addEntry(t, 1)
      program.addEntry(steps + t, -1)
      if t > 0 { program.addEntry(steps + t - 1, 0.999) }
      let need = demand * (10 + Double((t + 3) % 7))
      program.finishRow(lower: need, upper: need)
    }
    return program
  }

  @Test func `the interior point proves that a large program is infeasible, and no other`() throws {
    for (demand, isFeasible) in [(1.01, false), (0.7, true)] {
      let session = try SolverSession(longStock(2_000, demand: demand))
      let context = try SolveContext(SolverOptions())
      let certificate = session.proofFromInteriorPoint(context)
      #expect((certificate == nil) == isFeasible)
      #expect(context.attempts.map(\.method) == [.leastViolation])
      guard let certificate else { continue }
      var multipliers = [Double](repeating: 0, count: session.program.rowCount)
      for term in certificate.rows { multipliers[term.index] = term.weight }
      #expect(session.program.exactConflictMargin(multipliers: multipliers) != nil)
    }
  }
}
