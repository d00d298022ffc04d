import CDense

/// The Schur complement `Wᵀ·N⁻¹·W` of a bordered system with the factorised block N = L·Lᵀ and sparse border columns W.
/// The symbolic part, which columns are nonzero in which supernode of L⁻¹·W, is computed once.
package struct SchurComplement {
  /// By supernode: the nonzero columns (ids within W) there, ascending.
  private let active: [[Int32]]
  /// By supernode: entries (position in `active`, row within the supernode, index in the list of entries).
  private let entries: [[(position: Int32, row: Int32, source: Int32)]]
  private let highest: Int
  private let mostActive: Int
  private static let columnsAtOnce = 64
  /// Multiplications of one product.
  package let work: Double

  /// - Parameter columns: entries of W as (column id, row in the caller's order), in the order of later values.
  package init(_ symbolic: SymbolicFactorisation, _ columns: [(column: Int32, row: Int32)]) {
    var sets = [Set<Int32>](repeating: [], count: symbolic.supernodes.count)
    for entry in columns {
      sets[Int(symbolic.supernodeOf[Int(symbolic.permutation[Int(entry.row)])])].insert(
        entry.column)
    }
    var work = 0.0
    for (b, node) in symbolic.supernodes.enumerated() where node.height > node.width {
      let parent = Int(symbolic.supernodeOf[Int(symbolic.rows[node.rowStart + node.width])])
      sets[parent].formUnion(sets[b])
    }
    let active = sets.map { $0.sorted() }
    for (b, node) in symbolic.supernodes.enumerated() {
      let count = Double(active[b].count)
      work += count * Double(node.width) * (Double(node.height) + count)
    }
    var entries = [[(position: Int32, row: Int32, source: Int32)]](
      repeating: [], count: symbolic.supernodes.count)
    for (source, entry) in columns.enumerated() {
      let position = Int(symbolic.permutation[Int(entry.row)])
      let b = Int(symbolic.supernodeOf[position])
      entries[b].append(
        (
          SchurComplement.position(of: entry.column, in: active[b]),
          Int32(truncatingIfNeeded: position - symbolic.supernodes[b].first),
          Int32(truncatingIfNeeded: source)
        ))
    }
    self.active = active
    self.entries = entries
    self.work = work
    highest = symbolic.supernodes.reduce(0) { max($0, $1.height) }
    mostActive = active.reduce(0) { max($0, $1.count) }
  }

  private static func position(of column: Int32, in list: [Int32]) -> Int32 {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if list[middle] < column { low = middle + 1 } else { high = middle }
    }
    return Int32(truncatingIfNeeded: low)
  }

  /// Adds the lower triangle of `Wᵀ·N⁻¹·W` to a dense matrix, column id k of W at `target[k]`.
  ///
  /// - Parameters:
  ///   - values: of the entries of W.
  ///   - size: rows and columns of `sum`.
  package func addProduct(
    _ factor: NormalFactor, values: [Double], target: [Int32],
    to sum: UnsafeMutablePointer<Double>, size: Int
  ) {
    // Panels hold L⁻¹·W transposed: a row for each active column, a column for each row of the supernode.
    var panels = [[Double]?](repeating: nil, count: active.count)
    var product = [Double](
      repeating: 0, count: max(1, mostActive * max(highest, SchurComplement.columnsAtOnce)))
    for (b, node) in factor.symbolic.supernodes.enumerated() where !active[b].isEmpty {
      let own = active[b]
      let count = own.count
      var panel = panels[b] ?? [Double](repeating: 0, count: count * node.width)
      panels[b] = nil
      for entry in entries[b] {
        panel[Int(entry.position) + Int(entry.row) * count] += values[Int(entry.source)]
      }
      factor.values.withUnsafeBufferPointer { numbers in
        let top = numbers.baseAddress! + node.start
        panel.withUnsafeMutableBufferPointer { panel in
          let base = panel.baseAddress!
          dense_divide(base, count, node.width, count, top, node.height)
          // The lower triangle of the product, a few columns at a time.
          for first in stride(from: 0, to: count, by: SchurComplement.columnsAtOnce) {
            let width = min(SchurComplement.columnsAtOnce, count - first)
            let height = count - first
            dense_multiply(
              &product, height, width, node.width, base + first, count, base + first, count)
            for j in 0..<width {
              let column = sum + Int(target[Int(own[first + j])]) * size
              for i in j..<height {
                column[Int(target[Int(own[first + i])])] += product[j * height + i]
              }
            }
          }
        }
        let below = node.height - node.width
        if below > 0 {
          dense_multiply(
            &product, count, below, node.width, panel, count, top + node.width, node.height)
          scatter(b, node, factor, product, below, &panels)
        }
      }
    }
  }

  /// Subtracts a supernode's contributions from the panels of its ancestors.
  private func scatter(
    _ b: Int, _ node: Supernode, _ factor: NormalFactor, _ product: [Double],
    _ below: Int, _ panels: inout [[Double]?]
  ) {
    let own = active[b]
    var map: [Int32] = []
    var current = -1
    for i in 0..<below {
      let row = Int(factor.symbolic.rows[node.rowStart + node.width + i])
      let above = Int(factor.symbolic.supernodeOf[row])
      if above != current {
        current = above
        let list = active[above]
        map.removeAll(keepingCapacity: true)
        var position = 0
        for column in own {
          while list[position] < column { position += 1 }
          map.append(Int32(truncatingIfNeeded: position))
        }
        if panels[above] == nil {
          panels[above] = [Double](
            repeating: 0, count: list.count * factor.symbolic.supernodes[above].width)
        }
      }
      let height = active[above].count
      let offset = (row - factor.symbolic.supernodes[above].first) * height
      let from = i * own.count
      panels[above]?.withUnsafeMutableBufferPointer { panel in
        map.withUnsafeBufferPointer { map in
          product.withUnsafeBufferPointer { product in
            for j in 0..<map.count { panel[offset + Int(map[j])] -= product[from + j] }
          }
        }
      }
    }
  }
}
