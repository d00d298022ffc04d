import TestSupport
import Testing

@testable import LinearProgramming

@Suite struct SessionTests {
  @Test func `a warm start after a new bound takes few iterations`() throws {
    let program = transportProgram(plants: 15, markets: 25, seed: 3)
    try withSolverSession(program) { session throws in
      let cold = try #require(try session.solve().optimum)
      try session.setRowBounds(0, lower: -.infinity, upper: 25)
      let warm = try #require(try session.solve().optimum)
      let fresh = try #require(try solve(session.program).optimum)
      #expect(isClose(warm.objective, fresh.objective))
      #expect(warm.iterations < cold.iterations / 2)
      #expect(warm.attempts[0].method == .glpkDual)
    }
  }

  @Test func `costs, bounds and rows can change and the answer stays that of a cold solve`() throws
  {
    for seed in 0..<8 {
      var random = Random(UInt64(40 + seed))
      let program = randomProgram(&random, columns: 6, rows: 4)
      try withSolverSession(program) { session throws in
        for step in 0..<10 {
          switch step % 4 {
          case 0: try session.setCosts((0..<6).map { _ in Double(random.whole(-9...5)) }, offset: 2)
          case 1:
            try session.setColumnBounds(
              random.whole(0...5), lower: 0, upper: Double(random.whole(0...6)))
          case 2: try session.setRowBounds(0, lower: -.infinity, upper: Double(random.whole(0...9)))
          default:
            try session.addRow(
              [(0, Double(random.whole(1...4))), (3, Double(random.whole(-4...4))), (0, 1)],
              lower: -.infinity, upper: Double(random.whole(3...9)))
          }
          let warm = try session.solve()
          let cold = try solve(session.program)
          #expect((warm.optimum == nil) == (cold.optimum == nil))
          if let a = warm.optimum, let b = cold.optimum {
            #expect(isClose(a.objective, b.objective))
          }
          #expect(warm.isInfeasible == cold.isInfeasible)
        }
      }
    }
  }

  @Test func `a basis travels to another session`() throws {
    let program = transportProgram(plants: 10, markets: 15, seed: 9)
    let first = try #require(try solve(program).optimum)
    let basis = try #require(first.basis)
    #expect(basis.basicCount == program.rowCount)
    try withSolverSession(program) { session throws in
      try session.setBasis(basis)
      let again = try #require(try session.solve().optimum)
      #expect(again.iterations == 0)
      #expect(isClose(again.objective, first.objective))
    }
  }

  @Test func `a basis that does not fit is refused, and one that is singular is not used`() throws {
    let program = textbookProgram()
    try withSolverSession(program) { session throws in
      #expect(throws: SolverError.self) {
        try session.setBasis(Basis(columns: [.basic], rows: [.basic]))
      }
      var twin = LinearProgram()
      twin.addColumns(2, upper: 1)
      twin.addRow(lower: 0, upper: 1, [(0, 1), (1, 1)])
      twin.addRow(lower: 0, upper: 1, [(0, 1), (1, 1)])
      try withSolverSession(twin) { other throws in
        try other.setBasis(Basis(columns: [.basic, .basic], rows: [.atLower, .atLower]))
        #expect(try other.solve().optimum != nil)
      }
    }
  }

  @Test func `a session that has ended refuses to work`() throws {
    let escaped = try withSolverSession(textbookProgram()) { $0 }
    #expect(throws: SolverError.sessionEnded) { try escaped.solve() }
  }

  @Test func `edits with bad numbers are refused and change nothing`() throws {
    try withSolverSession(textbookProgram()) { session throws in
      #expect(throws: SolverError.self) { try session.setCosts([1]) }
      #expect(throws: SolverError.self) { try session.setCosts([1, .nan]) }
      #expect(throws: SolverError.self) { try session.setRowBounds(0, lower: 2, upper: 1) }
      #expect(throws: SolverError.self) { try session.setRowBounds(9, lower: 0, upper: 1) }
      #expect(throws: SolverError.self) { try session.setColumnBounds(0, lower: .nan, upper: 1) }
      #expect(throws: SolverError.self) { try session.addRow([(5, 1)], lower: 0, upper: 1) }
      #expect(isClose(try #require(try session.solve().optimum).objective, -36))
    }
  }

  @Test func `a replaced program gives the answer of a cold solve`() throws {
    for seed in 0..<12 {
      var random = Random(UInt64(900 + seed))
      let first = randomProgram(&random, columns: 8, rows: 6)
      try withSolverSession(first) { session throws in
        var basis: Basis?
        for step in 0..<8 {
          // Other numbers in the same shape, and now and then another shape.
          let rows = step % 4 == 3 ? 7 : 6
          let next = randomProgram(&random, columns: 8, rows: rows)
          let start = basis.flatMap { $0.rows.count == rows ? $0 : nil }
          try session.replace(with: next, from: step % 2 == 0 ? start : nil)
          let warm = try session.solve()
          let cold = try solve(next)
          #expect((warm.optimum == nil) == (cold.optimum == nil))
          #expect(warm.isInfeasible == cold.isInfeasible)
          if let a = warm.optimum, let b = cold.optimum {
            #expect(isClose(a.objective, b.objective))
            basis = a.basis
          }
        }
      }
    }
  }

  @Test func `any choice of basic members is repaired to a basis that can be factorised`() throws {
    var random = Random(77)
    for _ in 0..<60 {
      let program = randomProgram(&random, columns: 12, rows: 9)
      var wild = Basis.standard(for: program)
      for j in wild.columns.indices where random.whole(0...1) == 0 { wild.columns[j] = .basic }
      for i in wild.rows.indices where random.whole(0...2) > 0 { wild.rows[i] = .atLower }
      let basis = wild.repaired(for: program)
      #expect(basis.basicCount == program.rowCount)
      for j in wild.columns.indices where basis.columns[j] == .basic {
        #expect(wild.columns[j] == .basic)
      }
      try withSolverSession(program) { session throws in
        try session.setBasis(basis)
        let kept = try #require(try session.basis())
        #expect(kept.columns.map { $0 == .basic } == basis.columns.map { $0 == .basic })
        #expect(kept.rows.map { $0 == .basic } == basis.rows.map { $0 == .basic })
      }
    }
  }

  @Test func `the ordering of a cold start is that of the solve, and a small program has none`()
    throws
  {
    var options = SolverOptions()
    options.method = .interior
    let program = transportProgram(plants: 20, markets: 30, seed: 5)
    let found = try withSolverSession(program) { session -> FillReducingOrdering? in
      _ = try session.solve(options)
      return session.rowOrdering
    }
    let cold = try withSolverSession(program) { try $0.coldRowOrdering(options) }
    #expect(try #require(cold).position == #require(found).position)
    #expect(try withSolverSession(textbookProgram()) { try $0.coldRowOrdering(.init()) } == nil)
  }
}
