/// A sparse matrix by columns.
package struct ColumnMatrix {
  package var rowCount: Int
  package var start: [Int]
  package var index: [Int32]
  package var value: [Double]
  package var columnCount: Int { start.count - 1 }

  package init(rowCount: Int, start: [Int], index: [Int32], value: [Double]) {
    self.rowCount = rowCount
    self.start = start
    self.index = index
    self.value = value
  }
}
