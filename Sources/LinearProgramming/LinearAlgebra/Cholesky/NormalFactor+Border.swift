import CDense

/// Sparse columns W beside a factor L·Lᵀ = N, for `Wᵀ·N⁻¹·W`: which of them reach which block of the factor is
/// found once.
struct Border {
  /// By block: the columns (ids within W) that are not zero there, ascending.
  private let active: [[Int32]]
  /// By block: entries (position in `active`, row within the block, index in the list of entries).
  private let entries: [[(position: Int32, row: Int32, source: Int32)]]
  private let highest: Int
  private let mostActive: Int
  private static let columnsAtOnce = 64
  /// Multiplications of one product.
  let work: Double

  /// - Parameter columns: entries of W as (column id, row in the caller's order), in the order of later values.
  init(_ factor: NormalFactor, _ columns: [(column: Int32, row: Int32)]) {
    var sets = [Set<Int32>](repeating: [], count: factor.blocks.count)
    for entry in columns {
      sets[Int(factor.blockOf[Int(factor.place[Int(entry.row)])])].insert(entry.column)
    }
    var work = 0.0
    for (b, block) in factor.blocks.enumerated() where block.height > block.width {
      let parent = Int(factor.blockOf[Int(factor.rows[block.rowStart + block.width])])
      sets[parent].formUnion(sets[b])
    }
    let active = sets.map { $0.sorted() }
    for (b, block) in factor.blocks.enumerated() {
      let count = Double(active[b].count)
      work += count * Double(block.width) * (Double(block.height) + count)
    }
    var entries = [[(position: Int32, row: Int32, source: Int32)]](
      repeating: [], count: factor.blocks.count)
    for (source, entry) in columns.enumerated() {
      let place = Int(factor.place[Int(entry.row)])
      let b = Int(factor.blockOf[place])
      entries[b].append(
        (
          Border.position(of: entry.column, in: active[b]),
          Int32(truncatingIfNeeded: place - factor.blocks[b].first),
          Int32(truncatingIfNeeded: source)
        ))
    }
    self.active = active
    self.entries = entries
    self.work = work
    highest = factor.blocks.reduce(0) { max($0, $1.height) }
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

  /// Adds the lower half of `Wᵀ·N⁻¹·W` to a dense matrix, column id k of W at `place[k]`.
  ///
  /// - Parameters:
  ///   - values: of the entries of W.
  ///   - size: rows and columns of `sum`.
  func addProduct(
    _ factor: NormalFactor, values: [Double], place: [Int32],
    to sum: UnsafeMutablePointer<Double>, size: Int
  ) {
    // Panels hold L⁻¹·W transposed: a row for each active column, a column for each row of the block.
    var panels = [[Double]?](repeating: nil, count: active.count)
    var product = [Double](
      repeating: 0, count: max(1, mostActive * max(highest, Border.columnsAtOnce)))
    for (b, block) in factor.blocks.enumerated() where !active[b].isEmpty {
      let own = active[b]
      let count = own.count
      var panel = panels[b] ?? [Double](repeating: 0, count: count * block.width)
      panels[b] = nil
      for entry in entries[b] {
        panel[Int(entry.position) + Int(entry.row) * count] += values[Int(entry.source)]
      }
      factor.values.withUnsafeBufferPointer { numbers in
        let top = numbers.baseAddress! + block.start
        panel.withUnsafeMutableBufferPointer { panel in
          let base = panel.baseAddress!
          dense_divide(base, count, block.width, count, top, block.height)
          // The lower half of the product, a few columns at a time.
          for first in stride(from: 0, to: count, by: Border.columnsAtOnce) {
            let width = min(Border.columnsAtOnce, count - first)
            let height = count - first
            dense_multiply(
              &product, height, width, block.width, base + first, count, base + first, count)
            for j in 0..<width {
              let column = sum + Int(place[Int(own[first + j])]) * size
              for i in j..<height {
                column[Int(place[Int(own[first + i])])] += product[j * height + i]
              }
            }
          }
        }
        let below = block.height - block.width
        if below > 0 {
          dense_multiply(
            &product, count, below, block.width, panel, count, top + block.width, block.height)
          scatter(b, block, factor, product, below, &panels)
        }
      }
    }
  }

  /// Takes what a block's columns contribute from the panels of the blocks above it.
  private func scatter(
    _ b: Int, _ block: NormalFactor.Block, _ factor: NormalFactor, _ product: [Double],
    _ below: Int, _ panels: inout [[Double]?]
  ) {
    let own = active[b]
    var map: [Int32] = []
    var current = -1
    for i in 0..<below {
      let row = Int(factor.rows[block.rowStart + block.width + i])
      let target = Int(factor.blockOf[row])
      if target != current {
        current = target
        let list = active[target]
        map.removeAll(keepingCapacity: true)
        var position = 0
        for column in own {
          while list[position] < column { position += 1 }
          map.append(Int32(truncatingIfNeeded: position))
        }
        if panels[target] == nil {
          panels[target] = [Double](
            repeating: 0, count: list.count * factor.blocks[target].width)
        }
      }
      let height = active[target].count
      let offset = (row - factor.blocks[target].first) * height
      let from = i * own.count
      panels[target]?.withUnsafeMutableBufferPointer { panel in
        map.withUnsafeBufferPointer { map in
          product.withUnsafeBufferPointer { product in
            for j in 0..<map.count { panel[offset + Int(map[j])] -= product[from + j] }
          }
        }
      }
    }
  }
}
