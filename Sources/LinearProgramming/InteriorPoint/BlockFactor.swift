import CDense
import Dispatch

/// The normal equations of a program whose blocks of rows meet only in a few linking columns and in the rows
/// of a part of their own (block-angular; Schur complement, as in Gondzio and Grothey 2009).
///
/// With N the normal matrix of a block's own columns and W its entries in the linking columns: the blocks are
/// factorised one by one on all cores, `G = D⁻¹ + Σ Wᵀ·N⁻¹·W` is made of them in a fixed order, and the rows of
/// the shared part follow as `N₀ + W₀·G⁻¹·W₀ᵀ`. All three are sums of positive matrices.
final class BlockFactor: NormalEquations {
  private final class Part {
    let rows: [Int32]
    /// Ids of the part's own columns.
    let columns: [Int32]
    let factor: NormalFactor
    let border: Border
    /// Entries in linking columns: row within the part, linking id, value; by linking column.
    let linkRow: [Int32]
    let linkColumn: [Int32]
    let linkValue: [Double]
    /// Linking ids that occur, and each entry's place among them.
    init?(
      rows: [Int32], columns: [Int32], matrix: ColumnMatrix, linking: [Int32], links: [Int32],
      localRow: [Int32]
    ) {
      self.rows = rows
      self.columns = columns
      var start = [0]
      var index: [Int32] = []
      var value: [Double] = []
      for j in columns {
        for k in matrix.start[Int(j)]..<matrix.start[Int(j) + 1] {
          index.append(localRow[Int(matrix.index[k])])
          value.append(matrix.value[k])
        }
        start.append(index.count)
      }
      guard
        let factor = NormalFactor(
          rows: rows.count, start: start, index: index, value: value, mustStop: { false })
      else { return nil }
      self.factor = factor
      let ids = Set(links).sorted()
      self.ids = ids
      var entries: [(column: Int32, row: Int32)] = []
      var linkColumn: [Int32] = []
      var linkValue: [Double] = []
      for (position, k) in ids.enumerated() {
        let j = Int(linking[Int(k)])
        for entry in matrix.start[j]..<matrix.start[j + 1] {
          let row = Int(matrix.index[entry])
          guard localRow[row] >= 0, Int(localRow[row]) < rows.count,
            rows[Int(localRow[row])] == Int32(truncatingIfNeeded: row)
          else { continue }
          entries.append((Int32(truncatingIfNeeded: position), localRow[row]))
          linkColumn.append(k)
          linkValue.append(matrix.value[entry])
        }
      }
      linkRow = entries.map(\.row)
      self.linkColumn = linkColumn
      self.linkValue = linkValue
      border = Border(factor, entries)
    }
    /// Linking columns that reach this part.
    let ids: [Int32]
  }

  let rowCount: Int
  private let parts: [Part]
  /// Rows of the shared part, its own columns with their entries, and its entries in linking columns.
  private let topRows: [Int32]
  private let topColumns: [(column: Int32, entries: [(row: Int32, value: Double)])]
  private let topLinks: [(row: Int32, link: Int32, value: Double)]
  private let linking: [Int32]
  private var coupling: [Double]
  private var top: [Double]
  private var isLoose: [Bool]
  private let matrix: ColumnMatrix
  private var weight: [Double] = []
  private var shift: [Double] = []
  /// G⁻¹ applied is a solve with `coupling`, a dense Cholesky factor by columns.
  let work: Double
  /// Parts of the sum that are made side by side; fixed, so that the numbers do not depend on the machine.
  private static let lanes = 4
  /// What is added to the diagonal of every block: where all of a row's own columns sit on their bounds, its
  /// pivot would be nothing but rounding until the linking columns come in. Conjugate gradients make up for it.
  private static let cushion = 1e-9

  /// - Parameters:
  ///   - blockOfRow: −1: of the shared part.
  ///   - blockOfColumn: −1: of the shared part, −2: linking.
  init?(matrix: ColumnMatrix, blockOfRow: [Int32], blockOfColumn: [Int32], blockCount: Int) {
    rowCount = matrix.rowCount
    self.matrix = matrix
    var rows = [[Int32]](repeating: [], count: blockCount)
    var columns = rows
    var local = [Int32](repeating: -1, count: matrix.rowCount)
    var topRows: [Int32] = []
    for (i, b) in blockOfRow.enumerated() {
      let row = Int32(truncatingIfNeeded: i)
      if b < 0 {
        local[i] = Int32(truncatingIfNeeded: topRows.count)
        topRows.append(row)
      } else {
        local[i] = Int32(truncatingIfNeeded: rows[Int(b)].count)
        rows[Int(b)].append(row)
      }
    }
    var linking: [Int32] = []
    var links = [[Int32]](repeating: [], count: blockCount)
    var topColumns: [(column: Int32, entries: [(row: Int32, value: Double)])] = []
    var topLinks: [(row: Int32, link: Int32, value: Double)] = []
    for (j, b) in blockOfColumn.enumerated() {
      let column = Int32(truncatingIfNeeded: j)
      if b >= 0 {
        columns[Int(b)].append(column)
        continue
      }
      let range = matrix.start[j]..<matrix.start[j + 1]
      if b == -1 {
        topColumns.append((column, range.map { (local[Int(matrix.index[$0])], matrix.value[$0]) }))
        continue
      }
      let id = Int32(truncatingIfNeeded: linking.count)
      linking.append(column)
      for k in range {
        let row = Int(matrix.index[k])
        if blockOfRow[row] >= 0 {
          if links[Int(blockOfRow[row])].last != id { links[Int(blockOfRow[row])].append(id) }
        } else {
          topLinks.append((local[row], id, matrix.value[k]))
        }
      }
    }
    self.topRows = topRows
    self.topColumns = topColumns
    self.topLinks = topLinks
    self.linking = linking
    let (allRows, allColumns, allLinks, allLinking, allLocal) = (
      rows, columns, links, linking, local
    )
    let box = PartBox(blockCount)
    DispatchQueue.concurrentPerform(iterations: blockCount) { b in
      box.put(
        Part(
          rows: allRows[b], columns: allColumns[b], matrix: matrix, linking: allLinking,
          links: allLinks[b], localRow: allLocal), at: b)
    }
    guard let parts = box.all else { return nil }
    self.parts = parts
    coupling = [Double](repeating: 0, count: linking.count * linking.count)
    top = [Double](repeating: 0, count: topRows.count * topRows.count)
    isLoose = [Bool](repeating: false, count: linking.count)
    work = parts.reduce(0) { $0 + $1.factor.work + $1.border.work }
  }

  private final class PartBox: @unchecked Sendable {
    // Each place is written by one thread, once.
    private let places: UnsafeMutableBufferPointer<Part?>
    init(_ count: Int) {
      places = .allocate(capacity: count)
      places.initialize(repeating: nil)
    }
    deinit {
      places.deinitialize()
      places.deallocate()
    }
    func put(_ part: Part?, at index: Int) { places[index] = part }
    var all: [Part]? {
      let found = places.compactMap { $0 }
      return found.count == places.count ? found : nil
    }
  }

  // MARK: Factorising

  func factorise(_ d: [Double], shift: [Double], mustStop: () -> Bool) -> Bool {
    if mustStop() { return false }
    weight = d
    self.shift = shift
    let count = linking.count
    let lanes = min(BlockFactor.lanes, parts.count)
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: max(1, lanes * count * count))
    sums.initialize(repeating: 0, count: max(1, lanes * count * count))
    defer { sums.deallocate() }
    nonisolated(unsafe) let shared = sums
    nonisolated(unsafe) let parts = parts
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      for b in stride(from: lane, to: parts.count, by: lanes) {
        let part = parts[b]
        _ = part.factor.factorise(
          part.columns.map { d[Int($0)] },
          shift: part.rows.map { shift[Int($0)] + BlockFactor.cushion }, mustStop: { false })
        part.border.addProduct(
          part.factor, values: part.linkValue, place: part.ids,
          to: shared + lane * count * count, size: count)
      }
    }
    for i in 0..<(count * count) {
      var sum = 0.0
      for lane in 0..<lanes { sum += sums[lane * count * count + i] }
      coupling[i] = sum
    }
    for k in 0..<count {
      let own = d[Int(linking[k])]
      isLoose[k] = own > 0
      if own > 0 {
        coupling[k * count + k] += 1 / own
        continue
      }
      // A fixed column: it does not move.
      for i in 0..<count {
        coupling[k * count + i] = 0
        coupling[i * count + k] = 0
      }
      coupling[k * count + k] = 1
    }
    DenseCholesky.factorise(&coupling, size: count)
    factoriseTop(d, shift)
    return true
  }

  private func factoriseTop(_ d: [Double], _ shift: [Double]) {
    let size = topRows.count
    let count = linking.count
    for i in top.indices { top[i] = 0 }
    for i in 0..<size { top[i * size + i] = shift[Int(topRows[i])] }
    for (column, entries) in topColumns {
      let weight = d[Int(column)]
      if weight == 0 { continue }
      for a in entries {
        for b in entries { top[Int(a.row) * size + Int(b.row)] += weight * a.value * b.value }
      }
    }
    guard count > 0, size > 0 else { return DenseCholesky.factorise(&top, size: size) }
    // V = L⁻¹·W₀ᵀ transposed: a row for each shared row.
    var v = [Double](repeating: 0, count: size * count)
    for entry in topLinks where isLoose[Int(entry.link)] {
      v[Int(entry.link) * size + Int(entry.row)] += entry.value
    }
    DenseCholesky.divide(&v, rows: size, by: coupling, size: count)
    var product = [Double](repeating: 0, count: size * size)
    dense_multiply(&product, size, size, count, v, size, v, size)
    for i in top.indices { top[i] += product[i] }
    DenseCholesky.factorise(&top, size: size)
  }

  // MARK: Solving

  /// Conjugate gradients with the factors as preconditioner: where the factors are exact to rounding the first
  /// step ends it, and near the optimum, where weights differ by many orders, a few more make up for what
  /// the elimination has lost.
  func solve(_ right: [Double]) -> [Double] {
    var x = [Double](repeating: 0, count: rowCount)
    var residual = right
    var z = backSolve(residual)
    var direction = z
    var product = dot(residual, z)
    let wanted = 1e-20 * dot(right, right)
    var best = (x: z, size: Double.infinity)
    for _ in 0..<BlockFactor.mostSteps {
      let image = times(direction)
      let curvature = dot(direction, image)
      guard curvature > 0, product.isFinite, curvature.isFinite else { break }
      let step = product / curvature
      for i in 0..<rowCount {
        x[i] += step * direction[i]
        residual[i] -= step * image[i]
      }
      let size = dot(residual, residual)
      if size < best.size { best = (x, size) }
      if size <= wanted || size > 1e8 * best.size { break }
      z = backSolve(residual)
      let next = dot(residual, z)
      guard next > 0 else { break }
      let factor = next / product
      for i in 0..<rowCount { direction[i] = z[i] + factor * direction[i] }
      product = next
    }
    return best.x
  }

  private static let mostSteps = 15

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in 0..<rowCount { sum += a[i] * b[i] }
    return sum
  }

  /// The matrix of the last factorisation times a vector.
  private func times(_ y: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rowCount)
    for i in 0..<rowCount { result[i] = shift[i] * y[i] }
    matrix.start.withUnsafeBufferPointer { start in
      matrix.index.withUnsafeBufferPointer { index in
        matrix.value.withUnsafeBufferPointer { value in
          result.withUnsafeMutableBufferPointer { result in
            for j in 0..<matrix.columnCount where weight[j] != 0 {
              var sum = 0.0
              for k in start[j]..<start[j + 1] { sum += value[k] * y[Int(index[k])] }
              sum *= weight[j]
              if sum == 0 { continue }
              for k in start[j]..<start[j + 1] { result[Int(index[k])] += value[k] * sum }
            }
          }
        }
      }
    }
    return result
  }

  private func backSolve(_ right: [Double]) -> [Double] {
    let count = linking.count
    var result = right
    var reached = blockSolves(right, minus: nil)
    var gathered = [Double](repeating: 0, count: count)
    for (b, part) in parts.enumerated() {
      for k in part.linkRow.indices {
        gathered[Int(part.linkColumn[k])] += part.linkValue[k] * reached[b][Int(part.linkRow[k])]
      }
    }
    for k in 0..<count where !isLoose[k] { gathered[k] = 0 }
    // W₀·G⁻¹·(Wᵀ·N⁻¹·r) leaves the shared rows' right side.
    var moved = gathered
    DenseCholesky.solve(coupling, size: count, &moved)
    var above = topRows.map { right[Int($0)] }
    for entry in topLinks { above[Int(entry.row)] -= entry.value * moved[Int(entry.link)] }
    DenseCholesky.solve(top, size: topRows.count, &above)
    for (i, row) in topRows.enumerated() { result[Int(row)] = above[i] }
    for entry in topLinks { gathered[Int(entry.link)] += entry.value * above[Int(entry.row)] }
    for k in 0..<count where !isLoose[k] { gathered[k] = 0 }
    DenseCholesky.solve(coupling, size: count, &gathered)
    reached = blockSolves(right, minus: gathered)
    for (b, part) in parts.enumerated() {
      for (i, row) in part.rows.enumerated() { result[Int(row)] = reached[b][i] }
    }
    return result
  }

  /// N⁻¹·(right − W·step) of every block.
  private func blockSolves(_ right: [Double], minus step: [Double]?) -> [[Double]] {
    nonisolated(unsafe) let parts = parts
    let results = UnsafeMutableBufferPointer<[Double]>.allocate(capacity: parts.count)
    results.initialize(repeating: [])
    defer {
      results.deinitialize()
      results.deallocate()
    }
    nonisolated(unsafe) let shared = results
    DispatchQueue.concurrentPerform(iterations: parts.count) { b in
      let part = parts[b]
      var own = part.rows.map { right[Int($0)] }
      if let step {
        for k in part.linkRow.indices {
          own[Int(part.linkRow[k])] -= part.linkValue[k] * step[Int(part.linkColumn[k])]
        }
      }
      shared[b] = part.factor.solve(own)
    }
    return Array(results)
  }
}

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
