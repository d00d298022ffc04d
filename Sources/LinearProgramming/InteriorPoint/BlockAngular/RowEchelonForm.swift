/// The reduced row echelon form of a small dense matrix, by Gaussian elimination with complete pivoting after
/// equilibration.
struct RowEchelonForm {
  /// Pivots: row and column.
  private(set) var rows: [Int] = []
  private(set) var columns: [Int] = []
  /// By pivot: the combination of the pivot rows that has 1 in its column and 0 in those of the other pivots.
  private(set) var combination: [[Double]] = []
  private var alone: [Bool] = []

  /// Rows whose remaining entries are smaller than this are linearly dependent.
  private static let dependence = 1e-10
  /// A sum below this share of its terms' sizes is 0.
  private static let rounding = 1e-12

  init(_ matrix: [[Double]]) {
    choosePivots(matrix)
    let count = rows.count
    combination = RowEchelonForm.inverse(rows.map { r in columns.map { matrix[r][$0] } })
    for k in 0..<count {
      let isAlone = matrix[rows[k]].indices.allSatisfy { c in
        if columns.contains(c) { return true }
        var (sum, size) = (0.0, 0.0)
        for (factor, r) in zip(combination[k], rows) {
          sum += factor * matrix[r][c]
          size += abs(factor * matrix[r][c])
        }
        return abs(sum) <= RowEchelonForm.rounding * size
      }
      alone.append(isAlone)
    }
  }

  /// Whether the combination of a pivot contains its column alone.
  func isAlone(_ pivot: Int) -> Bool { alone[pivot] }

  private mutating func choosePivots(_ matrix: [[Double]]) {
    var left = matrix
    let width = matrix.first?.count ?? 0
    // Equilibration: columns of norm 1, then rows.
    for c in 0..<width {
      let most = left.reduce(0) { max($0, abs($1[c])) }
      if most > 0 { for r in left.indices { left[r][c] /= most } }
    }
    for r in left.indices {
      let most = left[r].reduce(0) { max($0, abs($1)) }
      if most > 0 { for c in 0..<width { left[r][c] /= most } }
    }
    while rows.count < min(width, left.count) {
      var (row, column, most) = (-1, -1, RowEchelonForm.dependence)
      for r in left.indices {
        for c in 0..<width where abs(left[r][c]) > most {
          (row, column, most) = (r, c, abs(left[r][c]))
        }
      }
      if row < 0 { return }
      rows.append(row)
      columns.append(column)
      let pivot = left[row]
      for r in left.indices {
        let factor = left[r][column] / pivot[column]
        if factor == 0 { continue }
        for c in 0..<width { left[r][c] -= factor * pivot[c] }
        left[r][column] = 0
      }
      left[row] = [Double](repeating: 0, count: width)
    }
  }

  /// The inverse by Gauss–Jordan elimination; rows and columns are in an order in which the pivots are on the diagonal.
  private static func inverse(_ matrix: [[Double]]) -> [[Double]] {
    var left = matrix
    let size = matrix.count
    var result = (0..<size).map { k in (0..<size).map { $0 == k ? 1.0 : 0 } }
    for k in 0..<size {
      let pivot = left[k][k]
      for c in 0..<size {
        left[k][c] /= pivot
        result[k][c] /= pivot
      }
      for r in 0..<size where r != k {
        let factor = left[r][k]
        if factor == 0 { continue }
        for c in 0..<size {
          left[r][c] -= factor * left[k][c]
          result[r][c] -= factor * result[k][c]
        }
      }
    }
    return result
  }
}
