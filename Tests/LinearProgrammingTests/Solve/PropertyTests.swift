import TestSupport
import Testing

@testable import LinearProgramming

/// Changes that must not change the answer, or must change it in a known way.
@Suite struct PropertyTests {
  private func optimum(_ program: LinearProgram) throws -> Double? {
    try solve(program).optimum?.objective
  }

  /// The program with other units and another order of rows and columns.
  private func transformed(
    _ program: LinearProgram, rowOrder: [Int], columnOrder: [Int], unit: (Int) -> Double,
    money: Double
  ) -> LinearProgram {
    var result = LinearProgram()
    var place = [Int](repeating: 0, count: program.columnCount)
    for (position, j) in columnOrder.enumerated() {
      place[j] = position
      result.addColumn(
        lower: program.columnLower[j] * unit(j), upper: program.columnUpper[j] * unit(j),
        cost: program.cost[j] / unit(j) * money)
    }
    for i in rowOrder {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let j = Int(program.columnIndex[k])
        result.addEntry(place[j], program.coefficient[k] / unit(j))
      }
      result.finishRow(lower: program.rowLower[i], upper: program.rowUpper[i])
    }
    return result
  }

  @Test(arguments: 0..<25)
  func `units and order do not matter`(seed: Int) throws {
    var random = Random(UInt64(500 + seed))
    let program = randomProgram(&random, columns: 8, rows: 6)
    let expected = try optimum(program)
    let changed = transformed(
      program, rowOrder: (0..<6).reversed(), columnOrder: (0..<8).reversed(),
      unit: { $0 % 2 == 0 ? 1000 : 0.01 }, money: 1e-6)
    let found = try optimum(changed)
    #expect((expected == nil) == (found == nil))
    if let expected, let found { #expect(isClose(found * 1e6, expected, 1e-6)) }
  }

  @Test(arguments: 0..<25)
  func `the dual has the same optimum`(seed: Int) throws {
    var random = Random(UInt64(900 + seed))
    // min c·x, A·x ≥ b, x ≥ 0 with c ≥ 0 and its dual max b·y, Aᵀ·y ≤ c, y ≥ 0.
    let a = (0..<4).map { _ in (0..<5).map { _ in Double(random.whole(0...6)) } }
    let b = (0..<4).map { _ in Double(random.whole(0...9)) }
    let c = (0..<5).map { _ in Double(random.whole(1...9)) }
    var primal = LinearProgram()
    for j in 0..<5 { primal.addColumn(cost: c[j]) }
    for i in 0..<4 { primal.addRow(lower: b[i], upper: .infinity, (0..<5).map { ($0, a[i][$0]) }) }
    var dual = LinearProgram()
    for i in 0..<4 { dual.addColumn(cost: -b[i]) }
    for j in 0..<5 { dual.addRow(lower: -.infinity, upper: c[j], (0..<4).map { ($0, a[$0][j]) }) }
    let first = try solve(primal)
    if let solution = first.optimum {
      let other = try #require(try solve(dual).optimum)
      #expect(isClose(solution.objective, -other.objective))
      #expect(isClose(solution.bound, solution.objective))
    } else {
      #expect(first.certificate != nil)
      guard case .unbounded = try solve(dual) else {
        Issue.record("the dual of an infeasible program is not unbounded")
        return
      }
    }
  }

  @Test func `prices predict the effect of a small change`() throws {
    let counted = try (0..<15).reduce(0) { try $0 + priced($1) }
    #expect(counted >= 25)
  }

  /// The number of upper bounds with a price, each of which is moved a little.
  private func priced(_ seed: Int) throws -> Int {
    var random = Random(UInt64(1300 + seed))
    var program = randomProgram(&random, columns: 6, rows: 4)
    guard let before = try solve(program).optimum else { return 0 }
    var counted = 0
    for i in 0..<4 where before.rowDuals[i] < -1e-6 {
      counted += 1
      let upper = program.rowUpper[i]
      program.setRowBounds(i, lower: program.rowLower[i], upper: upper + 1e-4)
      let more = try #require(try solve(program).optimum)
      // The optimum is convex in the bound: it falls at most by price times step.
      #expect(more.objective >= before.objective + 1e-4 * before.rowDuals[i] - 1e-7)
      #expect(more.objective <= before.objective + 1e-7)
      program.setRowBounds(i, lower: program.rowLower[i], upper: upper)
    }
    return counted
  }

  @Test func `a relaxed bound never makes the optimum worse`() throws {
    let counted = try (0..<15).count { seed in
      var random = Random(UInt64(1700 + seed))
      var program = randomProgram(&random, columns: 6, rows: 5)
      guard let before = try solve(program).optimum else { return false }
      for i in 0..<5 {
        program.setRowBounds(i, lower: program.rowLower[i], upper: program.rowUpper[i] + 1)
      }
      let after = try #require(try solve(program).optimum).objective
      #expect(after <= before.objective + 1e-7, "seed \(seed)")
      return true
    }
    #expect(counted >= 14)
  }

  @Test func `scaling narrows the range and changes no answer`() throws {
    var random = Random(77)
    let program = transformed(
      randomProgram(&random, columns: 8, rows: 6), rowOrder: Array(0..<6),
      columnOrder: Array(0..<8), unit: { [1e-4, 1, 1e5][$0 % 3] }, money: 1)
    let scaling = Scaling(for: program)
    let before = try #require(scaling.rangeBefore)
    let after = try #require(scaling.rangeAfter)
    #expect(after.upperBound / after.lowerBound < before.upperBound / before.lowerBound / 1e4)
    for factor in scaling.row + scaling.column { #expect(factor.significand == 1) }
    var options = SolverOptions()
    let scaled = try #require(try optimum(program))
    options.isScaled = false
    let plain = try #require(try solve(program, options).optimum?.objective)
    #expect(isClose(scaled, plain, 1e-6))
  }
}
