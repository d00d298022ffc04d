import LinearAlgebra

extension ColumnMatrix {
  /// The scaled matrix of a program.
  init(_ program: LinearProgram, _ scaling: Scaling) {
    var start = [Int](repeating: 0, count: program.columnCount + 1)
    for j in program.columnIndex { start[Int(j) + 1] += 1 }
    for j in 0..<program.columnCount { start[j + 1] += start[j] }
    var fill = start
    var index = [Int32](repeating: 0, count: program.nonzeroCount)
    var value = [Double](repeating: 0, count: program.nonzeroCount)
    for i in 0..<program.rowCount {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let j = Int(program.columnIndex[k])
        index[fill[j]] = Int32(i)
        value[fill[j]] = program.coefficient[k] * scaling.row[i] * scaling.column[j]
        fill[j] += 1
      }
    }
    self.init(rowCount: program.rowCount, start: start, index: index, value: value)
  }
}
