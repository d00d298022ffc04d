import CDense

/// Sparse rows or columns, each a range of `index` and `value`.
package struct SparseLines {
  package let start: [Int]
  package let index: [Int32]
  package let value: [Double]

  package init(start: [Int], index: [Int32], value: [Double]) {
    self.start = start
    self.index = index
    self.value = value
  }

  /// The product of each line with a vector.
  package func multiply(_ x: [Double], _ result: inout [Double]) {
    sparse_multiply(&result, start.count - 1, start, index, value, x)
  }

  /// Lines the other way; `count` of them.
  package func transposed(count: Int) -> SparseLines {
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
