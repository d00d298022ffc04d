import CDense
import Dispatch

/// Blocked dense Cholesky factorisation of matrices stored by columns.
package enum DenseCholesky {
  /// Columns of a panel.
  private static let panel = 48
  /// Rows of a strip, which one thread works on at a time.
  private static let strip = 96

  /// Replaces the lower triangle of a matrix by its factor.
  package static func factorise(_ matrix: inout [Double], size: Int) {
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

  /// Replaces each row r of a rows × size matrix by L⁻¹·r.
  package static func divide(_ v: inout [Double], rows: Int, by factor: [Double], size: Int) {
    let strips = (rows + strip - 1) / strip
    v.withUnsafeMutableBufferPointer { v in
      factor.withUnsafeBufferPointer { factor in
        nonisolated(unsafe) let (base, factor) = (v.baseAddress!, factor.baseAddress!)
        DispatchQueue.concurrentPerform(iterations: strips) { k in
          let first = k * strip
          dense_divide(base + first, min(strip, rows - first), size, rows, factor, size)
        }
      }
    }
  }

  /// Adds the lower triangle of v·vᵀ to a matrix; v is rows × columns.
  package static func addSquare(of v: [Double], rows: Int, columns: Int, to sum: inout [Double]) {
    let strips = (rows + strip - 1) / strip
    v.withUnsafeBufferPointer { v in
      sum.withUnsafeMutableBufferPointer { sum in
        nonisolated(unsafe) let (v, sum) = (v.baseAddress!, sum.baseAddress!)
        DispatchQueue.concurrentPerform(iterations: strips) { k in
          let first = k * strip
          let (width, height) = (min(strip, rows - first), rows - first)
          var product = [Double](repeating: 0, count: width * height)
          dense_multiply(&product, height, width, columns, v + first, rows, v + first, rows)
          for c in 0..<width {
            let column = sum + (first + c) * rows + first
            for i in c..<height { column[i] += product[c * height + i] }
          }
        }
      }
    }
  }

  /// Solves L·Lᵀ·x = b in place.
  package static func solve(_ factor: [Double], size: Int, _ x: inout [Double]) {
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
