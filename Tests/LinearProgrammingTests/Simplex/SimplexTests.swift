import TestSupport
import Testing

@testable import LinearAlgebra
@testable import LinearProgramming

/// Our simplex alone, without presolve, fallback attempts and GLPK.
@Suite struct SimplexTests {
  private func engine(_ program: LinearProgram) -> Simplex {
    let scaling = Scaling(identityFor: program)
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    let simplex = Simplex(
      ColumnMatrix(program, scaling), lower: columns.lower + rows.lower,
      upper: columns.upper + rows.upper, cost: program.cost)
    simplex.setBasis(Basis.standard(for: program))
    return simplex
  }

  private func expectOptimum(
    _ simplex: Simplex, _ program: LinearProgram, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let point = simplex.point
    let check = program.verification(of: point.columns, duals: point.duals)
    #expect(check.doubt == nil, sourceLocation: sourceLocation)
    #expect(simplex.basis.basicCount == program.rowCount, sourceLocation: sourceLocation)
  }

  /// Sparse, with equations, ranges, free and fixed columns and many ties.
  private func sparseProgram(_ random: inout Random, columns: Int, rows: Int) -> LinearProgram {
    var program = LinearProgram()
    for _ in 0..<columns {
      let lower = Double(random.whole(-3...2))
      let cost = Double(random.whole(-4...4))
      switch random.whole(0...9) {
      case 0: program.addColumn(lower: -.infinity, upper: .infinity, cost: cost)
      case 1: program.addColumn(lower: lower, upper: lower, cost: cost)
      case 2, 3: program.addColumn(lower: 0, upper: .infinity, cost: abs(cost))
      default:
        program.addColumn(lower: lower, upper: lower + Double(random.whole(1...6)), cost: cost)
      }
    }
    for _ in 0..<rows {
      var middle = 0.0
      for _ in 0..<random.whole(1...5) {
        let j = random.whole(0...(columns - 1))
        let a = Double(random.whole(-3...3))
        let low = program.columnLower[j]
        program.addEntry(j, a)
        middle += a * (low.isFinite ? low + 0.5 : 0)
      }
      switch random.whole(0...3) {
      case 0: program.finishRow(lower: middle, upper: middle)
      case 1: program.finishRow(lower: middle - 1, upper: middle + 2)
      case 2: program.finishRow(lower: middle - 1, upper: .infinity)
      default: program.finishRow(lower: -.infinity, upper: middle + 1)
      }
    }
    return program
  }

  @Test(arguments: 0..<60)
  func `random programs end as with the C library`(seed: Int) throws {
    var random = Random(UInt64(500 + seed))
    let rows = random.whole(5...80)
    let program = sparseProgram(&random, columns: rows + random.whole(0...60), rows: rows)
    let simplex = engine(program)
    let end = simplex.solve()
    switch try solve(program) {
    case .optimal(let solution):
      #expect(end == .optimal)
      expectOptimum(simplex, program)
      #expect(isClose(program.value(simplex.point.columns), solution.objective))
    case .infeasible:
      #expect(end == .infeasible)
      let proof = try #require(simplex.farkas)
      let certificate = program.certificate(
        multipliers: proof, scaling: Scaling(identityFor: program))
      #expect(certificate != nil)
    case .unbounded: #expect(end == .unbounded)
    default: Issue.record("the C library came to no end")
    }
  }

  @Test(arguments: 0..<20)
  func `either simplex goes on from the basis when costs and bounds change`(seed: Int) throws {
    var random = Random(UInt64(900 + seed))
    var program = transportProgram(plants: 12, markets: 20, seed: UInt64(seed + 1))
    let simplex = engine(program)
    #expect(simplex.solve() == .optimal)
    for step in 0..<6 {
      if step % 2 == 0 {
        program.setCosts(program.cost.map { $0 * (0.5 + random.uniform()) })
      } else {
        for i in 0..<program.rowCount where program.rowUpper[i].isFinite {
          let more = 1 + random.uniform()
          program.setRowBounds(
            i, lower: program.rowLower[i],
            upper: max(program.rowLower[i], program.rowUpper[i] * more)
          )
        }
      }
      simplex.setProgram(
        lower: program.columnLower + program.rowLower,
        upper: program.columnUpper + program.rowUpper, program.cost)
      #expect(simplex.solve() == .optimal)
      expectOptimum(simplex, program)
      let cold = try #require(try solve(program).optimum)
      #expect(isClose(program.value(simplex.point.columns), cold.objective))
    }
  }

  @Test func `the example that cycles ends at minus a twentieth`() {
    var program = LinearProgram()
    for cost in [-0.75, 150, -0.02, 6] { program.addColumn(cost: cost) }
    program.addRow(lower: -.infinity, upper: 0, [(0, 0.25), (1, -60), (2, -0.04), (3, 9)])
    program.addRow(lower: -.infinity, upper: 0, [(0, 0.5), (1, -90), (2, -0.02), (3, 3)])
    program.addRow(lower: -.infinity, upper: 1, [(2, 1)])
    let simplex = engine(program)
    #expect(simplex.solve() == .optimal)
    #expect(isClose(program.value(simplex.point.columns), -0.05))
  }

  @Test func `a degenerate assignment of forty by forty costs forty`() {
    var program = LinearProgram()
    let size = 40
    for i in 0..<size {
      for j in 0..<size { program.addColumn(upper: 1, cost: (i + j) % size == 0 ? 1 : 2) }
    }
    for i in 0..<size {
      program.addRow(lower: 1, upper: 1, (0..<size).map { (i * size + $0, 1) })
      program.addRow(lower: 1, upper: 1, (0..<size).map { ($0 * size + i, 1) })
    }
    let simplex = engine(program)
    #expect(simplex.solve() == .optimal)
    expectOptimum(simplex, program)
    #expect(isClose(program.value(simplex.point.columns), Double(size)))
  }

  @Test func `a column that falls without end is found`() {
    var program = LinearProgram()
    let x = program.addColumn(cost: -1)
    let y = program.addColumn(cost: 1)
    program.addRow(lower: -.infinity, upper: 4, [(x, 1), (y, -2)])
    #expect(engine(program).solve() == .unbounded)
  }

  @Test func `dependent columns leave a basis that is set`() {
    var program = LinearProgram()
    for j in 0..<3 { program.addColumn(upper: 5, cost: Double(j) - 1) }
    program.addRow(lower: 0, upper: 4, [(0, 1), (1, 2)])
    program.addRow(lower: 0, upper: 8, [(0, 2), (1, 4), (2, 1)])
    program.addRow(lower: 0, upper: 9, [(0, 1), (1, 2), (2, 1)])
    let simplex = engine(program)
    simplex.setBasis(
      Basis(columns: [.basic, .basic, .basic], rows: [.atUpper, .atUpper, .atUpper]))
    #expect(simplex.factorise() == .repaired)
    #expect(simplex.solve() == .optimal)
    expectOptimum(simplex, program)
  }

  @Test func `it stops when asked to, and goes on`() {
    let program = transportProgram(plants: 30, markets: 40, seed: 5)
    let simplex = engine(program)
    simplex.mustStop = { simplex.iterations >= 10 }
    #expect(simplex.solve() == .stopped)
    #expect(simplex.iterations < 40)
    simplex.mustStop = { false }
    #expect(simplex.solve() == .optimal)
    expectOptimum(simplex, program)
  }

  @Test func `bounds that move are followed in a few steps`() throws {
    var program = transportProgram(plants: 30, markets: 40, seed: 6)
    let simplex = engine(program)
    #expect(simplex.solve() == .optimal)
    let cold = simplex.iterations
    for i in 0..<program.rowCount {
      program.setRowBounds(
        i, lower: 0.98 * program.rowLower[i], upper: 0.97 * program.rowUpper[i])
    }
    simplex.setProgram(
      lower: program.columnLower + program.rowLower,
      upper: program.columnUpper + program.rowUpper, program.cost)
    #expect(simplex.solve() == .optimal)
    expectOptimum(simplex, program)
    #expect(simplex.iterations < cold / 3)
    let fresh = try #require(try solve(program).optimum)
    #expect(isClose(program.value(simplex.point.columns), fresh.objective))
  }

  @Test func `the same program is solved in the same steps`() {
    let program = transportProgram(plants: 25, markets: 35, seed: 8)
    let first = engine(program)
    let second = engine(program)
    #expect(first.solve() == .optimal)
    #expect(second.solve() == .optimal)
    #expect(first.iterations == second.iterations)
    #expect(first.basis == second.basis)
    #expect(first.point.columns == second.point.columns)
  }

  @Test(arguments: 1...6)
  func `from an optimum whose costs and bounds change a little the way is short`(seed: Int) throws {
    var random = Random(UInt64(1300 + seed))
    var program = transportProgram(plants: 30, markets: 40, seed: UInt64(seed))
    let plain = engine(program)
    #expect(plain.solve() == .optimal)
    program.setCosts(program.cost.map { $0 * (0.98 + 0.04 * random.uniform()) })
    for i in 0..<program.rowCount {
      program.setRowBounds(
        i, lower: 0.98 * program.rowLower[i], upper: 0.97 * program.rowUpper[i])
    }
    let simplex = engine(program)
    simplex.setBasis(plain.basis)
    #expect(simplex.solve() == .optimal)
    expectOptimum(simplex, program)
    let fresh = engine(program)
    #expect(fresh.solve() == .optimal)
    #expect(simplex.iterations < fresh.iterations / 2)
    #expect(isClose(simplex.objective, fresh.objective))
  }

  @Test func `from a basis with small wrong signs it need not flip bounds`() {
    let counted = (0..<30).count { staysNear($0) }
    #expect(counted >= 10)
  }

  /// Whether the program of a seed, and the one next to it, have an optimum; then it is looked for.
  private func staysNear(_ seed: Int) -> Bool {
    var random = Random(UInt64(900 + seed))
    let program = sparseProgram(&random, columns: 60, rows: 40)
    let plain = engine(program)
    guard plain.solve() == .optimal else { return false }
    let simplex = engine(program)
    simplex.setBasis(plain.basis)
    // Other costs and bounds than those of the basis.
    let scaling = Scaling(identityFor: program)
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    simplex.setProgram(
      lower: columns.lower + rows.lower, upper: (columns.upper + rows.upper).map { $0 + 0.01 },
      program.cost.map { $0 + 0.01 * (random.uniform() - 0.5) })
    simplex.allowsBoundFlips = false
    guard simplex.solve() == .optimal else { return false }
    simplex.setProgram(
      lower: columns.lower + rows.lower, upper: columns.upper + rows.upper, program.cost)
    #expect(simplex.solve() == .optimal, "seed \(seed)")
    expectOptimum(simplex, program)
    #expect(
      abs(simplex.objective - plain.objective) <= 1e-6 * max(1, abs(plain.objective)),
      "seed \(seed)")
    return true
  }

  @Test func `a wanted variable takes the place of the least wanted one that it depends on`() {
    // x + y + z = 1 and y + w = 1 with x and w basic; y is wanted most, and w less than x.
    var program = LinearProgram()
    for _ in 0..<4 { program.addColumn(lower: 0, upper: 2, cost: 0) }
    program.addRow(lower: 1, upper: 1, [(0, 1), (1, 1), (2, 1)])
    program.addRow(lower: 1, upper: 1, [(1, 1), (3, 1)])
    let simplex = engine(program)
    simplex.setBasis(
      Basis(columns: [.basic, .atLower, .atLower, .basic], rows: [.fixed, .fixed]))
    simplex.push(
      [2, 1], weight: [50, 1000, 100, 5, 0, 0],
      leavesAtUpper: [false, false, false, true, false, false])
    // z depends on x alone, which is wanted half as much: it stays out.
    #expect(simplex.basis.columns == [.basic, .basic, .atLower, .atUpper])
  }
}
