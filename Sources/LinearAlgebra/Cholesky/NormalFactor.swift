import CDense

/// The numeric Cholesky factorisation of `A·D·Aᵀ + diagonal` for changing `D` (the normal equations): left-looking and
/// supernodal, so that each supernode is updated from earlier ones by dense matrix products.
package final class NormalFactor {
  package let symbolic: SymbolicFactorisation
  /// The supernodes' dense blocks.
  private(set) var values: [Double]
  /// Values of A in the order of `symbolic.columnRow`.
  private let columnValue: [Double]

  /// Multiplications of one factorisation.
  package var work: Double { symbolic.work }

  /// - Parameter value: of the entries of A, in the order of the columns that were analysed.
  package init(_ symbolic: SymbolicFactorisation, value: [Double]) {
    self.symbolic = symbolic
    columnValue = symbolic.sourceOfEntry.map { value[Int($0)] }
    values = [Double](repeating: 0, count: symbolic.valueCount)
  }

  /// Factorises `A·diag(d)·Aᵀ + diag(shift)`; `shift` is in the caller's order of rows. False where `mustStop`
  /// said so.
  @discardableResult
  package func factorise(
    _ d: [Double], shift: [Double], mustStop: () -> Bool
  ) -> Bool {
    let (rowCount, supernodes, permutation) = (
      symbolic.rowCount, symbolic.supernodes, symbolic.permutation
    )
    let (rows, supernodeOf) = (symbolic.rows, symbolic.supernodeOf)
    var relative = [Int32](repeating: 0, count: rowCount)
    var next = [Int32](repeating: -1, count: supernodes.count)
    var head = next
    var reached = [Int](repeating: 0, count: supernodes.count)
    var diagonal = [Double](repeating: 0, count: rowCount)
    for row in 0..<rowCount { diagonal[Int(permutation[row])] = shift[row] }
    let widest = supernodes.reduce(0) { max($0, $1.width) }
    let highest = supernodes.reduce(0) { max($0, $1.height) }
    var product = [Double](repeating: 0, count: widest * highest)
    var local = [Int32](repeating: 0, count: highest)
    var least = [Double](repeating: 0, count: widest)
    return values.withUnsafeMutableBufferPointer { values in
      rows.withUnsafeBufferPointer { rows in
        relative.withUnsafeMutableBufferPointer { relative in
          product.withUnsafeMutableBufferPointer { product in
            local.withUnsafeMutableBufferPointer { local in
              for b in supernodes.indices {
                if b % 128 == 127 && mustStop() { return false }
                let node = supernodes[b]
                let target = values.baseAddress! + node.start
                target.update(repeating: 0, count: node.width * node.height)
                for i in 0..<node.height { relative[Int(rows[node.rowStart + i])] = Int32(i) }
                assemble(node, target, relative, d, diagonal)
                for c in 0..<node.width { least[c] = 1e-14 * target[c * node.height + c] }
                var other = Int(head[b])
                while other >= 0 {
                  let following = Int(next[other])
                  let source = supernodes[other]
                  update(
                    node, target, from: source, reached[other], values, rows, relative, local,
                    product)
                  var position = reached[other]
                  let end = node.first + node.width
                  while position < source.height, Int(rows[source.rowStart + position]) < end {
                    position += 1
                  }
                  reached[other] = position
                  if position < source.height {
                    let owner = Int(supernodeOf[Int(rows[source.rowStart + position])])
                    next[other] = head[owner]
                    head[owner] = Int32(other)
                  }
                  other = following
                }
                dense_factorise(target, node.height, node.width, node.height, least)
                if node.height > node.width {
                  reached[b] = node.width
                  let owner = Int(supernodeOf[Int(rows[node.rowStart + node.width])])
                  next[b] = head[owner]
                  head[owner] = Int32(b)
                }
              }
              return true
            }
          }
        }
      }
    }
  }

  private func assemble(
    _ node: Supernode, _ target: UnsafeMutablePointer<Double>,
    _ relative: UnsafeMutableBufferPointer<Int32>, _ d: [Double], _ diagonal: [Double]
  ) {
    // Runs for every supernode: without bounds checks.
    let relative = relative.baseAddress!
    let (rowStart, columnStart) = (symbolic.rowStart, symbolic.columnStart)
    symbolic.columnRow.withUnsafeBufferPointer { columnRow in
      columnValue.withUnsafeBufferPointer { columnValue in
        symbolic.rowColumn.withUnsafeBufferPointer { rowColumn in
          symbolic.rowPosition.withUnsafeBufferPointer { rowPosition in
            for c in 0..<node.width {
              let row = node.first + c
              let column = target + c * node.height
              column[c] += diagonal[row]
              for k in rowStart[row]..<rowStart[row + 1] {
                let j = Int(rowColumn[k])
                let position = Int(rowPosition[k])
                let factor = columnValue[position] * d[j]
                if factor == 0 { continue }
                for q in position..<columnStart[j + 1] {
                  column[Int(relative[Int(columnRow[q])])] += factor * columnValue[q]
                }
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private func update(
    _ node: Supernode, _ target: UnsafeMutablePointer<Double>, from source: Supernode,
    _ reached: Int,
    _ values: UnsafeMutableBufferPointer<Double>, _ rows: UnsafeBufferPointer<Int32>,
    _ relative: UnsafeMutableBufferPointer<Int32>, _ local: UnsafeMutableBufferPointer<Int32>,
    _ product: UnsafeMutableBufferPointer<Double>
  ) {
    let end = node.first + node.width
    var stop = reached
    while stop < source.height, Int(rows[source.rowStart + stop]) < end { stop += 1 }
    let height = source.height - reached
    let row = rows.baseAddress! + source.rowStart + reached
    let relative = relative.baseAddress!
    let left = values.baseAddress! + source.start + reached
    let top = Int(relative[Int(row[0])])
    if Int(relative[Int(row[height - 1])]) - top == height - 1 {
      // The rows are contiguous in the target too.
      dense_multiply_subtract(
        target + top + (Int(row[0]) - node.first) * node.height, node.height, height,
        stop - reached, source.width, left, source.height, left, source.height)
      return
    }
    for i in 0..<height { local[i] = relative[Int(row[i])] }
    dense_update(
      target, node.height, local.baseAddress!, height, stop - reached, source.width, left,
      source.height, product.baseAddress!)
  }

  /// Solves with the factor, in the caller's order of rows.
  package func solve(_ right: [Double]) -> [Double] {
    let (rowCount, supernodes, permutation) = (
      symbolic.rowCount, symbolic.supernodes, symbolic.permutation
    )
    var x = [Double](repeating: 0, count: rowCount)
    for row in 0..<rowCount { x[Int(permutation[row])] = right[row] }
    x.withUnsafeMutableBufferPointer { x in
      values.withUnsafeBufferPointer { values in
        symbolic.rows.withUnsafeBufferPointer { rows in
          for node in supernodes {
            let top = values.baseAddress! + node.start
            let own = x.baseAddress! + node.first
            dense_forward(own, node.width, top, node.height)
            let below = node.height - node.width
            let target = rows.baseAddress! + node.rowStart + node.width
            dense_scatter(
              x.baseAddress!, target, below, node.width, top + node.width, node.height, own)
          }
          for node in supernodes.reversed() {
            let top = values.baseAddress! + node.start
            let own = x.baseAddress! + node.first
            let below = node.height - node.width
            let target = rows.baseAddress! + node.rowStart + node.width
            dense_gather(
              own, target, below, node.width, top + node.width, node.height, x.baseAddress!)
            dense_backward(own, node.width, top, node.height)
          }
        }
      }
    }
    var result = right
    for row in 0..<rowCount { result[row] = x[Int(permutation[row])] }
    return result
  }
}
