import TestSupport
import Testing

@testable import LinearAlgebra
@testable import LinearProgramming

/// Reduces a program, solves the rest, restores the basis, and gives both.
private func reduce(_ program: LinearProgram) throws -> (rest: LinearProgram, basis: Basis)? {
  let scaling = Scaling(identityFor: program)
  let reduced = Presolve(
    matrix: ColumnMatrix(program, scaling), lower: program.columnLower + program.rowLower,
    upper: program.columnUpper + program.rowUpper, cost: program.cost, mustStop: { false })
  guard let reduced else { return nil }
  let rest = reduced.presolvedProgram()
  var basis = Basis.standard(for: rest.program)
  var duals: [Double] = []
  if rest.program.rowCount > 0 {
    guard let found = try solve(rest.program).optimum else { return nil }
    basis = try #require(found.basis)
    duals = found.rowDuals
  }
  let restored = reduced.postsolve(
    basis, multipliers: duals, columns: rest.columns, rows: rest.rows)
  return (rest.program, restored.basis)
}

/// Checks that a restored basis is optimal: the simplex has nothing to do.
private func expectOptimal(
  _ program: LinearProgram, _ basis: Basis, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  #expect(basis.basicCount == program.rowCount, sourceLocation: sourceLocation)
  let expected = try #require(try solve(program).optimum?.objective)
  try withSolverSession(program, isScaled: false) { session in
    try session.setBasis(basis)
    #expect(try session.basis() != nil, "the basis is singular", sourceLocation: sourceLocation)
    let found = try #require(try session.solve().optimum)
    #expect(found.iterations == 0, sourceLocation: sourceLocation)
    #expect(isClose(found.objective, expected), sourceLocation: sourceLocation)
  }
}

/// A program with what the rules look for: chains of equations, rows of one column, rows that force, fixed
/// columns and columns nobody wants.
private func chainProgram(_ random: inout Random) -> LinearProgram {
  var program = LinearProgram()
  let steps = random.whole(3...9)
  let chains = random.whole(2...4)
  var stock = [[Int]]()
  var flow = [[Int]]()
  for _ in 0..<chains {
    stock.append(
      (0..<steps).map { _ in
        program.addColumn(lower: 0, upper: random.whole(0...2) == 0 ? 4 : .infinity, cost: 0.1)
      })
    flow.append(
      (0..<steps).map { _ in
        program.addColumn(
          lower: 0, upper: random.whole(0...4) == 0 ? 0 : 5, cost: Double(random.whole(-3...4)))
      })
  }
  for c in 0..<chains {
    for t in 0..<steps {
      // stock after = stock before + flow − what leaves
      var terms = [(column: stock[c][t], coefficient: 1.0), (flow[c][t], -1.0)]
      if t > 0 { terms.append((stock[c][t - 1], -0.9)) }
      program.addRow(lower: 0, upper: 0, terms)
      if random.whole(0...3) == 0 {
        program.addRow(lower: -.infinity, upper: 0.5 * Double(t), [(flow[c][t], 2)])
      }
      if random.whole(0...5) == 0 {
        program.addRow(lower: -.infinity, upper: 0, [(flow[c][t], 1), (stock[c][t], 2)])
      }
    }
  }
  for t in 0..<steps {
    let terms = (0..<chains).map { (column: flow[$0][t], coefficient: 1 + random.uniform()) }
    program.addRow(lower: -.infinity, upper: Double(random.whole(1...12)), terms)
    if random.whole(0...2) == 0 {
      let two = [(column: stock[0][t], coefficient: 1.5), (flow[chains - 1][t], -0.5)]
      program.addRow(lower: 1, upper: 1, two)
    }
  }
  return program
}

@Suite struct ReductionTests {
  @Test func `a row of one column becomes its bounds, and gets its price back`() throws {
    var program = LinearProgram()
    let x = program.addColumn(lower: 0, upper: 10, cost: -1)
    let y = program.addColumn(lower: 0, upper: 10, cost: -1)
    program.addRow(lower: -.infinity, upper: 6, [(x, 2)])
    program.addRow(lower: -.infinity, upper: 8, [(x, 1), (y, 1)])
    program.addRow(lower: -.infinity, upper: 8, [(x, 1), (y, 2)])
    let found = try #require(try reduce(program))
    #expect(found.rest.rowCount < 3)
    try expectOptimal(program, found.basis)
    #expect(found.basis.rows[0] == .atUpper && found.basis.columns[x] == .basic)
  }

  @Test func `a row at the end of its range fixes its columns`() throws {
    var program = LinearProgram()
    let x = program.addColumn(lower: 1, upper: 5, cost: -3)
    let y = program.addColumn(lower: 2, upper: 5, cost: -1)
    let z = program.addColumn(lower: 0, upper: 4, cost: -1)
    program.addRow(lower: -.infinity, upper: 3, [(x, 1), (y, 1)])
    program.addRow(lower: -.infinity, upper: 4, [(x, 1), (y, 1), (z, 1)])
    let found = try #require(try reduce(program))
    #expect(found.rest.columnCount == 0)
    try expectOptimal(program, found.basis)
  }

  @Test func `a column that costs and helps nobody goes to its lower bound`() throws {
    var program = LinearProgram()
    let x = program.addColumn(lower: 1, upper: 5, cost: 3)
    let y = program.addColumn(lower: 0, upper: 5, cost: -1)
    program.addRow(lower: -.infinity, upper: 4, [(x, 1), (y, 2)])
    program.addRow(lower: -.infinity, upper: 5, [(x, 1), (y, 1)])
    let found = try #require(try reduce(program))
    #expect(found.rest.columnCount <= 1)
    try expectOptimal(program, found.basis)
  }

  @Test func `of two columns in an equation one takes over the other's bounds`() throws {
    var program = LinearProgram()
    let x = program.addColumn(lower: 0, upper: 2, cost: 1)
    let y = program.addColumn(lower: 0, upper: 100, cost: -1)
    let z = program.addColumn(lower: 0, upper: 9, cost: -0.1)
    program.addRow(lower: 1, upper: 1, [(x, 2), (y, -0.5)])
    program.addRow(lower: -.infinity, upper: 30, [(x, 3), (y, 1), (z, 2)])
    program.addRow(lower: -.infinity, upper: 40, [(x, 1), (y, 4), (z, 1)])
    let found = try #require(try reduce(program))
    #expect(found.rest.rowCount <= 2 && found.rest.columnCount <= 2)
    try expectOptimal(program, found.basis)
  }

  @Test func `what has no optimum is left to the solver`() throws {
    var infeasible = LinearProgram()
    let x = infeasible.addColumn(lower: 0, upper: 1, cost: 1)
    infeasible.addRow(lower: 3, upper: 3, [(x, 1)])
    #expect(try reduce(infeasible) == nil)
    var unbounded = LinearProgram()
    let y = unbounded.addColumn(lower: 0, upper: .infinity, cost: -1)
    unbounded.addRow(lower: 0, upper: .infinity, [(y, 1)])
    #expect(try reduce(unbounded) == nil)
  }

  /// Whether a program has an optimum and can be made smaller; then the restored basis is looked at.
  private func isRestored(_ program: LinearProgram) throws -> Bool {
    guard try solve(program).optimum != nil, let found = try reduce(program) else { return false }
    try expectOptimal(program, found.basis)
    return true
  }

  @Test func `the restored basis of a random program is optimal`() throws {
    let counted = try (1...300 as ClosedRange<UInt64>).count { seed in
      var random = Random(seed)
      return try isRestored(chainProgram(&random))
    }
    #expect(counted >= 100)
  }

  @Test func `the restored basis of a program without structure is optimal`() throws {
    let counted = try (1...200 as ClosedRange<UInt64>).count { seed in
      var random = Random(seed)
      return try isRestored(randomProgram(&random, columns: 10, rows: 7))
    }
    #expect(counted >= 180)
  }
}

@Suite struct ImpliedBoundTests {
  /// A fund with money at the start: what is carried on falls, so that only the last has to be watched. Its
  /// upper bounds come from the row before, its lower bounds from the row after.
  @Test func `a bound that one row implies and another that the next one does free a column`()
    throws
  {
    var program = LinearProgram()
    let years = 6
    let carried = (0..<years).map { _ in program.addColumn(lower: 0, upper: 50, cost: 0) }
    let spent = (0..<years).map { t in
      (0..<3).map { k in program.addColumn(lower: 0, upper: 9, cost: -Double(1 + (t * 3 + k) % 5)) }
    }
    for t in 0..<years {
      let before = t > 0 ? [(column: carried[t - 1], coefficient: -1.0)] : []
      program.addRow(
        lower: t == 0 ? 40 : 0, upper: t == 0 ? 40 : 0,
        [(carried[t], 1)] + before + spent[t].map { ($0, 1.0) })
      program.addRow(lower: -.infinity, upper: 14, spent[t].map { ($0, 2.0) })
    }
    let (rest, basis) = try #require(try reduce(program))
    #expect(rest.rowCount <= years + 1, "one account row and the limits are left")
    try expectOptimal(program, basis)
  }
}
