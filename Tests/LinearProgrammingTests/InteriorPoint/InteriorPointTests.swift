import TestSupport
import Testing

@testable import LinearAlgebra
@testable import LinearProgramming

/// Sparse columns with a few entries each; every row has at least its own column.
private func randomColumns(rows: Int, columns: Int, seed: UInt64) -> (
  start: [Int], index: [Int32], value: [Double]
) {
  var random = Random(seed)
  var result = (start: [0], index: [Int32](), value: [Double]())
  for j in 0..<columns {
    var chosen: Set<Int> = j < rows ? [j] : []
    for _ in 0..<random.whole(1...4) { chosen.insert(random.whole(0...(rows - 1))) }
    for row in chosen.sorted() {
      result.index.append(Int32(row))
      result.value.append(Double(random.whole(1...9)) * (random.whole(0...1) == 0 ? 1 : -1))
    }
    result.start.append(result.index.count)
  }
  return result
}

/// Transport programs side by side, joined by one row: large and sparse.
private func blocks(
  count: Int,
  _ block: (UInt64) -> LinearProgram = { transportProgram(plants: 8, markets: 12, seed: $0) }
) -> LinearProgram {
  var program = LinearProgram()
  var all: [(column: Int, coefficient: Double)] = []
  for seed in 1...count {
    let part = block(UInt64(seed))
    let first = program.columnCount
    for j in 0..<part.columnCount {
      program.addColumn(lower: part.columnLower[j], upper: part.columnUpper[j], cost: part.cost[j])
    }
    for i in 0..<part.rowCount {
      for k in part.rowStart[i]..<part.rowStart[i + 1] {
        program.addEntry(first + Int(part.columnIndex[k]), part.coefficient[k])
      }
      program.finishRow(lower: part.rowLower[i], upper: part.rowUpper[i])
    }
    all.append((column: first, coefficient: 1))
  }
  program.addRow(lower: -.infinity, upper: 1e5, all)
  return program
}

/// Random numbers by a shift register (Marsaglia 2003).
private struct ShiftRegister {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}

@Suite struct InteriorPointTests {
  @Test(arguments: [1, 2, 17, 120])
  func `the elimination order is a permutation`(rows: Int) throws {
    let a = randomColumns(rows: rows, columns: rows, seed: UInt64(rows))
    let order = try #require(
      MinimumDegree(rows: rows, start: a.start, index: a.index, mustStop: { false })
    ).order
    #expect(order.sorted() == (0..<Int32(rows)).map { $0 })
  }

  @Test func `an arrow is eliminated from its tips`() throws {
    let order = try #require(
      MinimumDegree(
        rows: 6, start: [0, 2, 4, 6, 8, 10], index: [0, 1, 0, 2, 0, 3, 0, 4, 0, 5],
        mustStop: { false })
    ).order
    #expect(order.firstIndex(of: 0)! >= 4)
  }

  @Test func `the analysis ends when it must`() {
    let a = randomColumns(rows: 1000, columns: 3000, seed: 1)
    #expect(
      MinimumDegree(rows: 1000, start: a.start, index: a.index, mustStop: { true }) == nil)
  }

  @Test(arguments: 1...8)
  func `the factor solves the normal equations`(seed: UInt64) throws {
    let rows = Int(10 * seed)
    let a = randomColumns(rows: rows, columns: 2 * rows, seed: seed)
    var random = Random(seed + 100)
    let d = (0..<(2 * rows)).map { _ in 0.1 + random.uniform() }
    let shift = (0..<rows).map { _ in random.uniform() }
    let right = (0..<rows).map { _ in random.uniform() - 0.5 }
    let symbolic = try #require(
      SymbolicFactorisation(
        rows: rows, start: a.start, index: a.index, mustStop: { false }))
    let factor = NormalFactor(symbolic, value: a.value)
    #expect(factor.factorise(d, shift: shift, mustStop: { false }))
    let y = factor.solve(right)
    var product = zip(shift, y).map { $0 * $1 }
    for j in 0..<(2 * rows) {
      let range = a.start[j]..<a.start[j + 1]
      let sum = range.reduce(0.0) { $0 + a.value[$1] * y[Int(a.index[$1])] }
      for k in range { product[Int(a.index[k])] += a.value[k] * d[j] * sum }
    }
    for i in 0..<rows { #expect(abs(product[i] - right[i]) < 1e-9) }
  }

  @Test func `its optimum is that of the simplex, and its basis can be started from`() throws {
    let counted = try (1...20).count { try isOptimumOfSimplex($0) }
    #expect(counted >= 20)
  }

  /// Whether the program of a seed has an optimum; then both methods find it.
  private func isOptimumOfSimplex(_ seed: UInt64) throws -> Bool {
    var random = Random(seed)
    let program = randomProgram(&random, columns: 12, rows: 8)
    guard let expected = try solve(program).optimum?.objective else { return false }
    let scaling = Scaling(identityFor: program)
    let matrix = ColumnMatrix(program, scaling)
    let lower = program.columnLower + program.rowLower
    let upper = program.columnUpper + program.rowUpper
    let method = try #require(
      InteriorPoint(
        matrix: matrix, lower: lower, upper: upper, cost: program.cost, mustStop: { false }))
    let point = try #require(method.solve(tolerance: 1e-9))
    let value = zip(program.cost, point.x).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(value - expected) < 1e-5 * (1 + abs(expected)), "seed \(seed)")
    let guess = CrossoverBasis(point, matrix: matrix, lower: lower, upper: upper)
    #expect(guess.basis.basicCount == program.rowCount)
    try withSolverSession(program, isScaled: false) { session in
      try session.setBasis(guess.basis)
      #expect(try session.basis() != nil)
      let found = try #require(try session.solve().optimum)
      #expect(isClose(found.objective, expected), "seed \(seed)")
    }
    return true
  }

  @Test func `a large program starts from the interior point and ends at the same optimum`() throws
  {
    var program = blocks(count: 60)
    // What is shipped beyond what is asked for pays, so that the basis of the rows has wrong reduced costs.
    program.setCosts(program.cost.map { $0 - 5 })
    let found = try #require(try solve(program).optimum)
    #expect(found.attempts.contains { $0.method == .interiorPoint })
    #expect(found.basis != nil && found.verification.isVerified)
    var plain = SolverOptions()
    plain.method = .primal
    let expected = try #require(try solve(program, plain).optimum)
    #expect(isClose(found.objective, expected.objective))
  }

  /// What the first block ships decides first, so that the others may do as they like; what all of them cost
  /// decides next.
  @Test(arguments: [8, 60])
  func `among equally good optima it finds one that suits the next objective`(count: Int) throws {
    // The tolerance at the end holds for these numbers, not for any: ties are broken by small weights.
    var program = blocks(count: count) { seed in
      var random = ShiftRegister(seed)
      return transportProgram(plants: 8, markets: 12) { random.uniform() }
    }
    var random = ShiftRegister(7)
    let next = program.cost.map { _ in Double(1 + random.next() % 100) }
    let ships = next.indices.map { $0 < 96 ? 1.0 : 0 }
    program.setCosts(ships)
    func value(_ solution: Solution, _ costs: [Double]) -> Double {
      zip(costs, solution.columnValues).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let plain = try #require(try solve(program).optimum)
    var options = SolverOptions()
    options.secondaryCosts = next
    try withSolverSession(program) { session in
      let first = try #require(try session.solve(options).optimum)
      #expect(isClose(first.objective, plain.objective))
      let held = (0..<96).map { (column: $0, coefficient: 1.0) }
      try session.addRow(held, lower: -.infinity, upper: first.objective)
      try session.setCosts(next)
      let second = try #require(try session.solve().optimum)
      #expect(isClose(value(first, next), second.objective, 1e-6))
      #expect(value(plain, next) > 1.01 * second.objective)
    }
  }

  @Test func `costs of another count are no next objective`() throws {
    let program = blocks(count: 8)
    var options = SolverOptions()
    options.secondaryCosts = [1, 2]
    let found = try #require(try solve(program, options).optimum)
    #expect(isClose(found.objective, try #require(try solve(program).optimum).objective))
  }

  @Test func `a column without bounds keeps it away`() {
    var program = LinearProgram()
    program.addColumn(lower: -.infinity, upper: .infinity, cost: 1)
    program.addRow(lower: 1, upper: 2, [(0, 1)])
    let matrix = ColumnMatrix(program, Scaling(identityFor: program))
    let method = InteriorPoint(
      matrix: matrix, lower: [-.infinity, 1], upper: [.infinity, 2], cost: [1],
      mustStop: { false })
    #expect(method == nil)
  }
}
