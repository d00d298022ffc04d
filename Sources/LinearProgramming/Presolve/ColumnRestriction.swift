import LinearAlgebra

/// The pricing of columns that a restricted program excluded: those nonbasic at 0, with the rows at their bound 0 that
/// have no other columns.
///
/// While a program restricted to a working set of columns is solved, rows of excluded columns alone have no multiplier.
/// At an optimum of the whole program they have one: the capacity of a plant that is not built is worth what its output
/// would be. Multipliers for which no excluded column has a negative reduced cost, as far as there are any, are those of
/// the optimum of
///
///     minimise (c − Aᵀ·y)·x  subject to  A·x ≤ 0,  0 ≤ x ≤ 1
///
/// over these columns and rows, where y are the multipliers of the other rows. It is separable into many small programs,
/// so the simplex is quick here. Every basis of it is feasible in the whole program, where x = 0.
struct ColumnRestriction {
  /// Ids in the whole program.
  let columns: [Int]
  let rows: [Int]
  private let matrix: ColumnMatrix
  private let lower: [Double]
  private let upper: [Double]
  /// By row of the whole program: its index in `rows`; −1: not among them.
  private let rowIndex: [Int32]

  /// - Parameters:
  ///   - matrix, lower, upper: of the whole program, scaled; bounds of the columns, then of the rows.
  ///   - basis: of the whole program, feasible.
  init(matrix: ColumnMatrix, lower: [Double], upper: [Double], basis: Basis) {
    self.matrix = matrix
    self.lower = lower
    self.upper = upper
    let n = matrix.columnCount
    columns = (0..<n).filter {
      basis.columns[$0] == .atLower && lower[$0] == 0 && upper[$0] > 0
    }
    var isOwn = (0..<matrix.rowCount).map { i in
      basis.rows[i] == .basic && (lower[n + i] == 0 || upper[n + i] == 0)
    }
    for j in 0..<n {
      let status = basis.columns[j]
      let isZero = status == .atUpper ? upper[j] == 0 : lower[j] == 0
      if status != .basic && isZero { continue }
      for k in matrix.start[j]..<matrix.start[j + 1] { isOwn[Int(matrix.index[k])] = false }
    }
    let own = isOwn.indices.filter { isOwn[$0] }
    rows = own
    var rowIndex = [Int32](repeating: -1, count: matrix.rowCount)
    for (k, i) in own.enumerated() { rowIndex[i] = Int32(truncatingIfNeeded: k) }
    self.rowIndex = rowIndex
  }

  /// Sets the basis statuses of these columns and rows to those of the pricing problem's optimum.
  ///
  /// - Parameters:
  ///   - cost, multipliers: of the whole program, scaled.
  ///   - mustStop: asked often; true leaves the basis as it is.
  /// - Returns: the number of iterations.
  func price(
    _ basis: inout Basis, cost: [Double], multipliers: [Double], mustStop: @escaping () -> Bool
  ) -> Int {
    if columns.isEmpty || rows.isEmpty { return 0 }
    var start = [0]
    var index: [Int32] = []
    var value: [Double] = []
    var reduced: [Double] = []
    for j in columns {
      var sum = cost[j]
      for k in matrix.start[j]..<matrix.start[j + 1] {
        let i = Int(matrix.index[k])
        if rowIndex[i] < 0 {
          sum -= matrix.value[k] * multipliers[i]
        } else {
          index.append(rowIndex[i])
          value.append(matrix.value[k])
        }
      }
      start.append(index.count)
      reduced.append(sum)
    }
    let n = matrix.columnCount
    let simplex = Simplex(
      ColumnMatrix(rowCount: rows.count, start: start, index: index, value: value),
      lower: columns.map { _ in 0 } + rows.map { lower[n + $0] == 0 ? 0 : -.infinity },
      upper: columns.map { min(1, upper[$0]) } + rows.map { upper[n + $0] == 0 ? 0 : .infinity },
      cost: reduced)
    simplex.setBasis(
      Basis(
        columns: columns.map { _ in .atLower }, rows: rows.map { _ in .basic }))
    simplex.mustStop = mustStop
    simplex.iterationLimit = 2 * rows.count
    let end = simplex.optimise(usesParametric: false)
    guard end == .optimal || end == .iterationLimit else { return simplex.iterations }
    let found = simplex.basis
    for (k, j) in columns.enumerated() where found.columns[k] == .basic {
      basis.columns[j] = .basic
    }
    for (k, i) in rows.enumerated() { basis.rows[i] = found.rows[k] }
    return simplex.iterations
  }
}
