import TestSupport
import Testing

@testable import LinearProgramming

/// The optimum as a function of right-hand sides that move together.
@Suite struct FollowTests {
  /// A fund buys what it can of goods with falling value for money, over several years; large enough for our
  /// simplex. Rows 0 to `years - 1` are the years' money.
  private func fundProgram(years: Int, goods: Int, seed: UInt64) -> LinearProgram {
    var random = Random(seed)
    var program = LinearProgram()
    for _ in 0..<(years * goods) {
      program.addColumn(upper: 0.2 + random.uniform(), cost: -(0.1 + random.uniform()))
    }
    let rest = program.addColumns(years, upper: .infinity)
    for t in 0..<years {
      for g in 0..<goods { program.addEntry(t * goods + g, 0.5 + random.uniform()) }
      program.addEntry(rest + t, 1)
      if t > 0 { program.addEntry(rest + t - 1, -1) }
      program.finishRow(lower: 1, upper: 1)
    }
    for g in 0..<goods {
      program.addRow(
        lower: -.infinity, upper: 0.3 * Double(years),
        (0..<years).map { ($0 * goods + g, 0.5 + random.uniform()) })
    }
    return program
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `every corner of the path is an optimum, and there are no others`(seed: UInt64) throws {
    let years = 12
    let program = fundProgram(years: years, goods: 60, seed: seed)
    let rows = (0..<years).map { (row: $0, amount: 1 + 0.1 * Double($0)) }
    func moved(_ factor: Double) -> LinearProgram {
      var result = program
      for (row, amount) in rows {
        result.setRowBounds(row, lower: factor * amount, upper: factor * amount)
      }
      return result
    }
    var corners: [(position: Double, value: Double, slope: Double)] = []
    try withSolverSession(moved(0.5)) { session throws in
      let start = try #require(try session.solve().optimum)
      corners.append((0.5, start.objective, .nan))
      let end = try session.solveParametric(rows, from: 0.5, to: 30) { found in
        corners.append((found.position, found.solution.objective, found.slope))
        #expect(found.solution.verification.isVerified)
        return true
      }
      #expect(end == .reached)
      #expect(session.program.rowUpper[1] == 30 * rows[1].amount)
      // The session goes on from where the walk ended.
      let last = try #require(try session.solve().optimum)
      #expect(isClose(last.objective, corners[corners.count - 1].value))
    }
    #expect(corners.count > 20)
    for k in 1..<corners.count {
      let (a, b) = (corners[k - 1], corners[k])
      #expect(abs(a.value + b.slope * (b.position - a.position) - b.value) < 1e-7 * abs(b.value))
      if k > 1 { #expect(b.slope >= a.slope - 1e-9 * abs(a.slope)) }
      if k % 5 > 0 { continue }
      let middle = (a.position + b.position) / 2
      let cold = try #require(try solve(moved(middle)).optimum)
      #expect(abs(cold.objective - (a.value + b.value) / 2) < 1e-7 * abs(b.value))
    }
  }

  @Test func `the caller can end the walk`() throws {
    let program = fundProgram(years: 12, goods: 60, seed: 4)
    let rows = (0..<12).map { (row: $0, amount: 1.0) }
    try withSolverSession(program) { session throws in
      #expect(try session.solve().optimum != nil)
      var count = 0
      _ = try session.solveParametric(rows, from: 1, to: 30) { found in
        count += 1
        return count < 3
      }
      #expect(count == 3)
    }
  }
}
