import CDense

/// Dense Cholesky factors by columns, in panels.
enum DenseCholesky {
  private static let panel = 48

  /// Replaces the lower half of a matrix by its factor.
  static func factorise(_ matrix: inout [Double], size: Int) {
    if size == 0 { return }
    var product = [Double](repeating: 0, count: size * panel)
    var least = (0..<size).map { 1e-14 * matrix[$0 * size + $0] }
    matrix.withUnsafeMutableBufferPointer { matrix in
      let base = matrix.baseAddress!
      for first in stride(from: 0, to: size, by: panel) {
        let width = min(panel, size - first)
        let height = size - first
        if first > 0 {
          dense_multiply(&product, height, width, first, base + first, size, base + first, size)
          for c in 0..<width {
            let column = base + (first + c) * size + first
            for i in c..<height { column[i] -= product[c * height + i] }
          }
        }
        least.withUnsafeMutableBufferPointer { least in
          _ = dense_factorise(
            base + first * size + first, height, width, size, least.baseAddress! + first)
        }
      }
    }
  }

  /// rows × size matrix by columns: each row r becomes L⁻¹·r.
  static func divide(_ v: inout [Double], rows: Int, by factor: [Double], size: Int) {
    var coefficients = [Double](repeating: 0, count: size)
    v.withUnsafeMutableBufferPointer { v in
      let base = v.baseAddress!
      for c in 0..<size {
        for k in 0..<c { coefficients[k] = factor[k * size + c] }
        dense_subtract(base + c * rows, rows, c, base, rows, coefficients)
        let pivot = 1 / factor[c * size + c]
        for i in 0..<rows { base[c * rows + i] *= pivot }
      }
    }
  }

  static func solve(_ factor: [Double], size: Int, _ x: inout [Double]) {
    factor.withUnsafeBufferPointer { factor in
      x.withUnsafeMutableBufferPointer { x in
        for c in 0..<size {
          let column = c * size
          let value = x[c] / factor[column + c]
          x[c] = value
          if value == 0 { continue }
          for i in (c + 1)..<max(size, c + 1) { x[i] -= factor[column + i] * value }
        }
        for c in stride(from: size - 1, through: 0, by: -1) {
          let column = c * size
          var value = x[c]
          for i in (c + 1)..<max(size, c + 1) { value -= factor[column + i] * x[i] }
          x[c] = value / factor[column + c]
        }
      }
    }
  }
}
