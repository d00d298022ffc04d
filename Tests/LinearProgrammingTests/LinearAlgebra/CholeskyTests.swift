import Testing

@testable import LinearAlgebra

@Suite struct CholeskyTests {
  @Test func `a matrix of two by two has the factor worked out by hand`() {
    // 4 2   2 0   2 1
    // 2 5 = 1 2 · 0 2
    var matrix: [Double] = [4, 2, 2, 5]
    DenseCholesky.factorise(&matrix, size: 2)
    #expect([matrix[0], matrix[1], matrix[3]] == [2, 1, 2])
    var x: [Double] = [8, 12]
    DenseCholesky.solve(matrix, size: 2, &x)
    #expect(x == [1, 2])
    // The rows (2, 5) and (4, 2), by columns.
    var rows: [Double] = [2, 4, 5, 2]
    DenseCholesky.divide(&rows, rows: 2, by: matrix, size: 2)
    #expect(rows == [1, 2, 2, 0])
  }

  @Test func `a square is added to the lower triangle alone`() {
    // v = 1 3    v·vᵀ = 10 14
    //     2 4           14 20
    var sum: [Double] = [1, 0, 7, 0]
    DenseCholesky.addSquare(of: [1, 2, 3, 4], rows: 2, columns: 2, to: &sum)
    #expect(sum == [11, 14, 7, 20])
  }

  @Test(arguments: [1, 47, 48, 49, 100, 150])
  func `a unit matrix plus ones takes a vector of ones back, in panels of every width`(size: Int) {
    var matrix = [Double](repeating: 1, count: size * size)
    for i in 0..<size { matrix[i * size + i] = 2 }
    DenseCholesky.factorise(&matrix, size: size)
    var x = [Double](repeating: Double(size + 1), count: size)
    DenseCholesky.solve(matrix, size: size, &x)
    #expect(x.allSatisfy { abs($0 - 1) < 1e-12 })
  }

  @Test func `the Schur complement of a border is the one worked out by hand`() throws {
    // N = 2 1   N⁻¹ = ⅓ ·  2 -1   W = 3 0
    //     1 2             -1  2       0 3
    let symbolic = try #require(
      SymbolicFactorisation(rows: 2, start: [0, 2], index: [0, 1], mustStop: { false }))
    let factor = NormalFactor(symbolic, value: [1, 1])
    factor.factorise([1], shift: [1, 1], mustStop: { false })
    let border = SchurComplement(symbolic, [(column: 0, row: 0), (column: 1, row: 1)])
    var sum: [Double] = [0, 0, 5, 1]
    border.addProduct(factor, values: [3, 3], target: [0, 1], to: &sum, size: 2)
    for (found, wanted) in zip(sum, [6.0, -3, 5, 7]) { #expect(abs(found - wanted) < 1e-12) }
  }
}
