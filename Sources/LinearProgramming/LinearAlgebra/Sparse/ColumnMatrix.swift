import CDense

/// A sparse matrix by columns.
struct ColumnMatrix {
  var rowCount: Int
  var start: [Int]
  var index: [Int32]
  var value: [Double]
  var columnCount: Int { start.count - 1 }

  init(rowCount: Int, start: [Int], index: [Int32], value: [Double]) {
    self.rowCount = rowCount
    self.start = start
    self.index = index
    self.value = value
  }

  /// The scaled matrix of a program.
  init(_ program: LinearProgram, _ scaling: Scaling) {
    rowCount = program.rowCount
    start = [Int](repeating: 0, count: program.columnCount + 1)
    for j in program.columnIndex { start[Int(j) + 1] += 1 }
    for j in 0..<program.columnCount { start[j + 1] += start[j] }
    var fill = start
    index = [Int32](repeating: 0, count: program.nonzeroCount)
    value = [Double](repeating: 0, count: program.nonzeroCount)
    for i in 0..<program.rowCount {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let j = Int(program.columnIndex[k])
        index[fill[j]] = Int32(i)
        value[fill[j]] = program.coefficient[k] * scaling.row[i] * scaling.column[j]
        fill[j] += 1
      }
    }
  }
}

/// Sparse rows or columns, each a range of `index` and `value`.
struct SparseLines {
  let start: [Int]
  let index: [Int32]
  let value: [Double]

  /// The product of each line with a vector.
  func multiply(_ x: [Double], _ result: inout [Double]) {
    sparse_multiply(&result, start.count - 1, start, index, value, x)
  }

  /// Lines the other way; `count` of them.
  func transposed(count: Int) -> SparseLines {
    var begin = [Int](repeating: 0, count: count + 1)
    for i in index { begin[Int(i) + 1] += 1 }
    for i in 0..<count { begin[i + 1] += begin[i] }
    var fill = begin
    var index = [Int32](repeating: 0, count: self.index.count)
    var value = [Double](repeating: 0, count: self.index.count)
    for j in 0..<(start.count - 1) {
      for k in start[j]..<start[j + 1] {
        let i = Int(self.index[k])
        index[fill[i]] = Int32(truncatingIfNeeded: j)
        value[fill[i]] = self.value[k]
        fill[i] += 1
      }
    }
    return SparseLines(start: begin, index: index, value: value)
  }
}
