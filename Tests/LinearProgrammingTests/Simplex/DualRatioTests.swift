import Testing

@testable import LinearAlgebra
@testable import LinearProgramming

@Suite struct DualRatioTests {
  /// x + y ≥ 5 with x ≤ 1 at a cost of 1 and y ≤ 10 at a cost of 2: the row is short by 5.
  private func simplex() -> Simplex {
    var program = LinearProgram()
    program.addColumn(lower: 0, upper: 1, cost: 1)
    program.addColumn(lower: 0, upper: 10, cost: 2)
    program.addRow(lower: 5, upper: .infinity, [(0, 1), (1, 1)])
    let scaling = Scaling(identityFor: program)
    let simplex = Simplex(
      ColumnMatrix(program, scaling), lower: program.columnLower + program.rowLower,
      upper: program.columnUpper + program.rowUpper, cost: program.cost)
    simplex.setBasis(Basis.standard(for: program))
    return simplex
  }

  /// What enters for a row that is short by `gap`, where both columns would close it, and what flips.
  private func choice(gap: Double) -> (entering: Int, flips: [Int32]) {
    let simplex = simplex()
    _ = simplex.factorise()
    simplex.computeDual()
    for j in 0..<2 { simplex.pivotRow.set(j, 1) }
    let test = DualRatioTest(3)
    return (test.choose(simplex, sign: 1, gap: gap), test.flips)
  }

  @Test func `a step passes the breakpoint of a column that flips to its other bound`() {
    // At x's breakpoint, 1, the slope falls from 5 to 4: y enters at 2.
    let (entering, flips) = choice(gap: 5)
    #expect(entering == 1 && flips == [0])
  }

  @Test func `a step ends at the breakpoint where the slope is used up`() {
    let (entering, flips) = choice(gap: 0.5)
    #expect(entering == 0 && flips.isEmpty)
  }

  @Test(arguments: [true, false])
  func `with and without flips the optimum is the same`(allowsBoundFlips: Bool) {
    let simplex = simplex()
    simplex.allowsBoundFlips = allowsBoundFlips
    #expect(simplex.solve() == .optimal)
    #expect(simplex.point.columns == [1, 4])
  }
}
