/// A sparse matrix by columns with a row-wise copy, for pricing in the simplex method.
///
/// Public, with what its hot members read, since the optimiser inlines only public members into other modules.
public final class RowwiseMatrix {
  package let rowCount: Int
  public let columnCount: Int
  /// By columns: length `columnCount + 1`, then one entry a nonzero.
  public let start: UnsafeMutablePointer<Int>
  public let index: UnsafeMutablePointer<Int32>
  public let value: UnsafeMutablePointer<Double>
  /// By rows.
  package let rowStart: UnsafeMutablePointer<Int>
  package let rowIndex: UnsafeMutablePointer<Int32>
  package let rowValue: UnsafeMutablePointer<Double>

  package init(_ matrix: ColumnMatrix) {
    rowCount = matrix.rowCount
    columnCount = matrix.columnCount
    let count = matrix.index.count
    start = .allocate(capacity: columnCount + 1)
    index = .allocate(capacity: max(count, 1))
    value = .allocate(capacity: max(count, 1))
    rowStart = .allocate(capacity: rowCount + 1)
    rowIndex = .allocate(capacity: max(count, 1))
    rowValue = .allocate(capacity: max(count, 1))
    for j in 0...columnCount { start[j] = matrix.start[j] }
    rowStart.initialize(repeating: 0, count: rowCount + 1)
    for k in 0..<count {
      index[k] = matrix.index[k]
      value[k] = matrix.value[k]
      rowStart[Int(index[k]) + 1] += 1
    }
    for i in 0..<rowCount { rowStart[i + 1] += rowStart[i] }
    var fill = (0..<rowCount).map { rowStart[$0] }
    for j in 0..<columnCount {
      for k in start[j]..<start[j + 1] {
        let i = Int(index[k])
        rowIndex[fill[i]] = Int32(truncatingIfNeeded: j)
        rowValue[fill[i]] = value[k]
        fill[i] += 1
      }
    }
  }

  deinit {
    start.deallocate()
    index.deallocate()
    value.deallocate()
    rowStart.deallocate()
    rowIndex.deallocate()
    rowValue.deallocate()
  }

  /// Scatters the column of a variable into a cleared vector; that of a row activity is minus a unit vector.
  @inlinable
  public func scatter(_ variable: Int, into vector: SparseVector) {
    if variable >= columnCount {
      vector.set(variable - columnCount, -1)
      return
    }
    for k in start[variable]..<start[variable + 1] { vector.set(Int(index[k]), value[k]) }
  }

  /// Adds a multiple of the column of a variable.
  @inlinable
  public func add(_ variable: Int, times factor: Double, to vector: SparseVector) {
    if variable >= columnCount {
      vector.add(variable - columnCount, -factor)
      return
    }
    for k in start[variable]..<start[variable + 1] { vector.add(Int(index[k]), factor * value[k]) }
  }

  /// `column · y`.
  @inlinable @inline(__always)
  public func product(_ variable: Int, _ y: UnsafePointer<Double>) -> Double {
    if variable >= columnCount { return -y[variable &- columnCount] }
    var sum = 0.0
    for k in start[variable]..<start[variable &+ 1] { sum += value[k] * y[Int(index[k])] }
    return sum
  }
}
