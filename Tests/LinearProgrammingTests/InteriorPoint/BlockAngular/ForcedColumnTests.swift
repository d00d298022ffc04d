import Testing

@testable import LinearProgramming

/// Columns that rows leave no choice.
@Suite struct ForcedColumnTests {
  /// Columns x, y, z in 0…10; costs −1, −2, −3.
  private func program(_ rows: [(terms: [(Int, Double)], lower: Double, upper: Double)])
    -> LinearProgram
  {
    var program = LinearProgram()
    for cost in [-1.0, -2, -3] { program.addColumn(upper: 10, cost: cost) }
    for row in rows {
      program.addRow(
        lower: row.lower, upper: row.upper, row.terms.map { (column: $0.0, coefficient: $0.1) })
    }
    return program
  }

  private func reducedCosts(_ program: LinearProgram, _ y: [Double]) -> [Double] {
    var result = program.cost
    for i in 0..<program.rowCount {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        result[Int(program.columnIndex[k])] -= y[i] * program.coefficient[k]
      }
    }
    return result
  }

  @Test func `two prices of one thing allow none of it, and what pays for it is nothing`() {
    // 3x = y + z and 4x = y + z: x = 0; then y + z = 0.
    let program = program([
      ([(0, 3), (1, -1), (2, -1)], 0, 0), ([(0, 4), (1, -1), (2, -1)], 0, 0),
    ])
    let forced = ForcingConstraints(program, sharedRows: [0, 1])
    #expect(forced.isFixed == [true, true, true])
    #expect(forced.value == [0, 0, 0])
    #expect(forced.presolvedProgram().rows.isEmpty)
    var y = [0.0, 0]
    forced.postsolve(&y)
    // Without multipliers the bound would be −60; with them it is the optimum, 0.
    for d in reducedCosts(program, y) { #expect(d >= -1e-12) }
  }

  @Test func `equations may fix columns between their bounds`() {
    // x + y = 5 and x + 3y = 9: x = 3, y = 2; then x + z ≤ 3 leaves z = 0.
    let program = program([
      ([(0, 1), (1, 1)], 5, 5), ([(0, 1), (1, 3)], 9, 9), ([(0, 1), (2, 1)], -.infinity, 3),
    ])
    let forced = ForcingConstraints(program, sharedRows: [0, 1, 2])
    #expect(forced.isFixed == [true, true, true])
    #expect(abs(forced.value[0] - 3) < 1e-12 && abs(forced.value[1] - 2) < 1e-12)
    #expect(forced.value[2] == 0)
    var y = [0.0, 0, 0]
    forced.postsolve(&y)
    let d = reducedCosts(program, y)
    #expect(abs(d[0]) < 1e-12 && abs(d[1]) < 1e-12 && d[2] >= -1e-12)
    #expect(y[2] <= 0)
    // The bound is the only point there is: −3 − 4.
    let bound = 5 * y[0] + 9 * y[1] + 3 * y[2]
    #expect(abs(bound + 7) < 1e-11)
  }

  @Test func `a row holds its columns where it is at its end, from above and from below`() {
    // x − y ≤ −10 and y + z ≥ 20.
    let program = program([
      ([(0, 1), (1, -1)], -.infinity, -10), ([(1, 1), (2, 1)], 20, .infinity),
    ])
    let forced = ForcingConstraints(program, sharedRows: [])
    #expect(forced.value == [0, 10, 10])
    var y = [0.0, 0]
    forced.postsolve(&y)
    let d = reducedCosts(program, y)
    #expect(y[0] <= 0 && y[1] >= 0)
    #expect(d[0] >= -1e-12 && d[1] <= 1e-12 && d[2] <= 1e-12)
  }

  @Test func `what leaves a choice, or none at all, is left alone`() {
    let free = ForcingConstraints(
      program([
        ([(0, 3), (1, -1), (2, -1)], 0, 0), ([(0, 3), (1, -1), (2, -1)], 0, 0),
        ([(0, 1), (1, 1)], -.infinity, .infinity), ([(0, 1), (2, 1)], 0, 5),
      ]), sharedRows: [0, 1, 2, 3])
    #expect(free.isFixed == [false, false, false])
    // x = 12 is beyond its bound.
    let impossible = ForcingConstraints(
      program([([(0, 1), (1, 1)], 11, 11), ([(0, 2), (1, 1)], 23, 23)]), sharedRows: [0, 1])
    #expect(impossible.isFixed == [false, false, false])
    #expect(impossible.presolvedProgram().rows == [0, 1])
  }

  @Test func `near equations are told apart by those that differ most`() {
    let rows = [[3.0, -1, -1], [3.0001, -1, -1], [5, -1, -1]]
    let echelon = RowEchelonForm(rows)
    #expect(echelon.rows.count == 2 && Set(echelon.rows) == [0, 2])
    for k in 0..<2 where echelon.isAlone(k) {
      let sums = (0..<3).map { c in
        zip(echelon.rows, echelon.combination[k]).reduce(0) { $0 + $1.1 * rows[$1.0][c] }
      }
      #expect(abs(sums[echelon.columns[k]] - 1) < 1e-12)
    }
    #expect((0..<2).filter { echelon.isAlone($0) }.count == 1)
  }
}
