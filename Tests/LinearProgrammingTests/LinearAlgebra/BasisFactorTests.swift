import TestSupport
import Testing

@testable import LinearAlgebra
@testable import LinearProgramming

@Suite struct BasisFactorTests {
  private func randomMatrix(_ random: inout Random, columns: Int, rows: Int) -> LinearProgram {
    var program = LinearProgram()
    program.addColumns(columns, upper: 1)
    for _ in 0..<rows {
      for _ in 0..<random.whole(1...6) {
        program.addEntry(random.whole(0...(columns - 1)), Double(random.whole(-5...5)) + 0.25)
      }
      program.finishRow(lower: 0, upper: 1)
    }
    return program
  }

  /// Largest residual of `B·x = b` and `Bᵀ·y = c` for a few sparse and dense right-hand sides.
  private func residual(
    _ factor: BasisFactor, _ head: UnsafeMutablePointer<Int32>, _ matrix: RowwiseMatrix,
    _ random: inout Random
  ) -> Double {
    let m = factor.size
    var worst = 0.0
    for share in [1, 3, m] {
      let x = SparseVector(m)
      var right = [Double](repeating: 0, count: m)
      for _ in 0..<share {
        let i = random.whole(0...(m - 1))
        if right[i] == 0 {
          right[i] = random.uniform() + 0.5
          x.set(i, right[i])
        }
      }
      let y = SparseVector(m)
      y.copy(x)
      factor.solve(x)
      factor.solveTransposed(y)
      let product = SparseVector(m)
      for p in 0..<m { matrix.add(Int(head[p]), times: x.value[p], to: product) }
      for p in 0..<m {
        worst = max(worst, abs(product.value[p] - right[p]))
        worst = max(worst, abs(matrix.product(Int(head[p]), y.value) - right[p]))
      }
    }
    return worst
  }

  @Test(arguments: 0..<12)
  func `solves are right after factorising and after every update`(seed: Int) {
    var random = Random(UInt64(70 + seed))
    let m = random.whole(20...150)
    let program = randomMatrix(&random, columns: 2 * m, rows: m)
    let matrix = RowwiseMatrix(ColumnMatrix(program, Scaling(identityFor: program)))
    let head = UnsafeMutablePointer<Int32>.allocate(capacity: m)
    defer { head.deallocate() }
    for p in 0..<m { head[p] = Int32(random.whole(0...2) == 0 ? 2 * m + p : p) }
    let factor = BasisFactor(m)
    _ = factor.factorise(head, matrix)
    #expect((0..<m).allSatisfy { head[$0] >= 0 })
    #expect(residual(factor, head, matrix, &random) < 1e-7)
    var updates = 0
    for _ in 0..<200 where updates < 60 {
      let q = random.whole(0...(2 * m - 1))
      if (0..<m).contains(where: { Int(head[$0]) == q }) { continue }
      let column = SparseVector(m)
      matrix.scatter(q, into: column)
      factor.solve(column, keepsSpike: true)
      guard let p = (0..<m).max(by: { abs(column.value[$0]) < abs(column.value[$1]) }),
        abs(column.value[p]) > 0.1
      else { continue }
      let row = SparseVector(m)
      row.set(p, 1)
      factor.solveTransposed(row, keepsRow: true)
      let error = factor.update(p, alpha: column.value[p])
      #expect(error < 1e-6)
      head[p] = Int32(q)
      updates += 1
      #expect(residual(factor, head, matrix, &random) < 1e-6)
    }
    #expect(updates > 10)
  }

  @Test func `a dependent column gives way to the activity of a row`() {
    var program = LinearProgram()
    program.addColumns(3, upper: 1)
    program.addRow(lower: 0, upper: 1, [(0, 1), (1, 2), (2, 1)])
    program.addRow(lower: 0, upper: 1, [(0, 2), (1, 4), (2, 3)])
    program.addRow(lower: 0, upper: 1, [(0, 3), (1, 6), (2, -1)])
    let matrix = RowwiseMatrix(ColumnMatrix(program, Scaling(identityFor: program)))
    let head = UnsafeMutablePointer<Int32>.allocate(capacity: 3)
    defer { head.deallocate() }
    for p in 0..<3 { head[p] = Int32(p) }
    let factor = BasisFactor(3)
    let dropped = factor.factorise(head, matrix)
    #expect(dropped.count == 1)
    #expect(dropped[0] < 2)
    #expect((0..<3).filter { head[$0] >= 3 }.count == 1)
    var random = Random(1)
    #expect(residual(factor, head, matrix, &random) < 1e-9)
  }
}
