import Testing

@testable import LinearAlgebra
@testable import LinearProgramming

@Suite struct NucleusTests {
  @Test func `a basis in which no row or column is single is eliminated as a whole`() {
    // 2 1 0
    // 0 1 1   has the determinant 3; its rows add up to (3, 2, 2).
    // 1 0 1
    var program = LinearProgram()
    for _ in 0..<3 { program.addColumn(lower: 0, upper: 1, cost: 0) }
    program.addRow(lower: 0, upper: 1, [(0, 2), (1, 1)])
    program.addRow(lower: 0, upper: 1, [(1, 1), (2, 1)])
    program.addRow(lower: 0, upper: 1, [(0, 1), (2, 1)])
    let matrix = RowwiseMatrix(ColumnMatrix(program, Scaling(identityFor: program)))
    let head = UnsafeMutablePointer<Int32>.allocate(capacity: 3)
    defer { head.deallocate() }
    for p in 0..<3 { head[p] = Int32(p) }
    let factor = BasisFactor(3)
    #expect(factor.factorise(head, matrix).isEmpty)
    let x = SparseVector(3)
    for (i, right) in [3.0, 2, 2].enumerated() { x.set(i, right) }
    factor.solve(x)
    for p in 0..<3 { #expect(abs(x.value[p] - 1) < 1e-12) }
  }
}
