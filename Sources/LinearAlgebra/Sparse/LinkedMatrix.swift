/// A sparse matrix in doubly linked lists by row and by column, for insertion and removal of entries.
///
/// Entries keep their ids while they exist. `-1` ends a list.
package struct LinkedMatrix {
  package private(set) var row: [Int32]
  package private(set) var column: [Int32]
  package var value: [Double]
  package private(set) var nextInRow: [Int32]
  package private(set) var nextInColumn: [Int32]
  package private(set) var firstInRow: [Int32]
  package private(set) var firstInColumn: [Int32]
  package private(set) var rowLength: [Int32]
  package private(set) var columnLength: [Int32]
  private var previousInRow: [Int32]
  private var previousInColumn: [Int32]
  private var unused: [Int32] = []

  /// Copies a matrix by columns; the lists keep its order.
  package init(_ matrix: ColumnMatrix) {
    let count = matrix.value.count
    row = matrix.index
    value = matrix.value
    column = [Int32](repeating: 0, count: count)
    nextInRow = [Int32](repeating: -1, count: count)
    nextInColumn = nextInRow
    previousInRow = nextInRow
    previousInColumn = nextInRow
    firstInRow = [Int32](repeating: -1, count: matrix.rowCount)
    rowLength = [Int32](repeating: 0, count: matrix.rowCount)
    firstInColumn = [Int32](repeating: -1, count: matrix.columnCount)
    columnLength = [Int32](repeating: 0, count: matrix.columnCount)
    for j in stride(from: matrix.columnCount - 1, through: 0, by: -1) {
      for entry in (matrix.start[j]..<matrix.start[j + 1]).reversed() {
        column[entry] = Int32(truncatingIfNeeded: j)
        link(entry)
      }
    }
  }

  private mutating func link(_ entry: Int) {
    let i = Int(row[entry])
    let j = Int(column[entry])
    let id = Int32(truncatingIfNeeded: entry)
    nextInRow[entry] = firstInRow[i]
    previousInRow[entry] = -1
    if firstInRow[i] >= 0 { previousInRow[Int(firstInRow[i])] = id }
    firstInRow[i] = id
    nextInColumn[entry] = firstInColumn[j]
    previousInColumn[entry] = -1
    if firstInColumn[j] >= 0 { previousInColumn[Int(firstInColumn[j])] = id }
    firstInColumn[j] = id
    rowLength[i] += 1
    columnLength[j] += 1
  }

  package mutating func add(row i: Int, column j: Int, _ number: Double) {
    let entry: Int
    if let reused = unused.popLast() {
      entry = Int(reused)
      row[entry] = Int32(truncatingIfNeeded: i)
      column[entry] = Int32(truncatingIfNeeded: j)
      value[entry] = number
    } else {
      entry = value.count
      row.append(Int32(truncatingIfNeeded: i))
      column.append(Int32(truncatingIfNeeded: j))
      value.append(number)
      nextInRow.append(-1)
      previousInRow.append(-1)
      nextInColumn.append(-1)
      previousInColumn.append(-1)
    }
    link(entry)
  }

  package mutating func remove(_ entry: Int) {
    let i = Int(row[entry])
    let j = Int(column[entry])
    let (before, after) = (previousInRow[entry], nextInRow[entry])
    if before >= 0 { nextInRow[Int(before)] = after } else { firstInRow[i] = after }
    if after >= 0 { previousInRow[Int(after)] = before }
    let (above, below) = (previousInColumn[entry], nextInColumn[entry])
    if above >= 0 { nextInColumn[Int(above)] = below } else { firstInColumn[j] = below }
    if below >= 0 { previousInColumn[Int(below)] = above }
    rowLength[i] -= 1
    columnLength[j] -= 1
    unused.append(Int32(truncatingIfNeeded: entry))
  }
}
