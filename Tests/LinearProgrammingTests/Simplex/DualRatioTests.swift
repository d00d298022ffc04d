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

  @Test func `a step passes the breakpoint of a column that flips to its other bound`() {
    // At x's breakpoint, 1, the slope falls from 5 to 4: y enters at 2, and one step does.
    let simplex = simplex()
    #expect(simplex.solve() == .optimal)
    #expect(simplex.point.columns == [1, 4])
    #expect(simplex.iterations == 1)
  }

  @Test func `without flips the first breakpoint ends the step, and the optimum is the same`() {
    let simplex = simplex()
    simplex.allowsBoundFlips = false
    #expect(simplex.solve() == .optimal)
    #expect(simplex.point.columns == [1, 4])
  }
}
