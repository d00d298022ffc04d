import LinearAlgebra

extension BlockAngularProgram {
  /// The first stage with its linking columns first, and the diagonal blocks; scaled.
  func parts(
    blockCount: Int, matrix: ColumnMatrix, lower: [Double], upper: [Double], cost: [Double]
  ) -> (top: BlockPart, parts: [BlockPart], linkCount: Int) {
    var rows = [[Int32]](repeating: [], count: blockCount + 1)
    var columns = rows
    var localRow = [Int32](repeating: -1, count: matrix.rowCount)
    for (i, b) in blockOfRow.enumerated() {
      let place = Int(b) + 1
      localRow[i] = Int32(truncatingIfNeeded: rows[place].count)
      rows[place].append(Int32(truncatingIfNeeded: i))
    }
    var linking: [Int32] = []
    for (j, b) in blockOfColumn.enumerated() where b != BlockAngularProgram.out {
      if b == -2 {
        linking.append(Int32(truncatingIfNeeded: j))
      } else {
        columns[Int(b) + 1].append(Int32(truncatingIfNeeded: j))
      }
    }
    columns[0] = linking + columns[0]
    // Entries of linking columns, by block.
    var links = [[(row: Int32, id: Int32, value: Double)]](repeating: [], count: blockCount)
    for (id, j) in linking.enumerated() {
      for k in matrix.start[Int(j)]..<matrix.start[Int(j) + 1] {
        let row = Int(matrix.index[k])
        let b = Int(blockOfRow[row])
        if b >= 0 {
          links[b].append((localRow[row], Int32(truncatingIfNeeded: id), matrix.value[k]))
        }
      }
    }
    func made(
      _ place: Int, _ links: [(row: Int32, id: Int32, value: Double)], _ known: [BlockPattern]
    )
      -> BlockPart
    {
      var start = [0]
      var index: [Int32] = []
      var value: [Double] = []
      start.reserveCapacity(columns[place].count + 1)
      for j in columns[place] {
        for k in matrix.start[Int(j)]..<matrix.start[Int(j) + 1] {
          let row = Int(matrix.index[k])
          if Int(blockOfRow[row]) + 1 != place { continue }
          index.append(localRow[row])
          value.append(matrix.value[k])
        }
        start.append(index.count)
      }
      var ids: [Int32] = []
      var positions: [Int32] = []
      for entry in links {
        if ids.last != entry.id { ids.append(entry.id) }
        positions.append(Int32(truncatingIfNeeded: ids.count - 1))
      }
      let own = BlockPattern(
        rowCount: rows[place].count, start: start, index: index, linkRow: links.map(\.row),
        linkPosition: positions, ids: ids)
      return BlockPart(
        known.first { $0.isSame(own) } ?? own, columns: columns[place], rows: rows[place],
        value: value, linkValue: links.map(\.value), cost: cost, lower: lower, upper: upper,
        programColumns: matrix.columnCount)
    }
    let top = made(0, [], [])
    var known: [BlockPattern] = []
    var parts: [BlockPart] = []
    for b in 0..<blockCount {
      let part = made(b + 1, links[b], known)
      if !known.contains(where: { $0 === part.pattern }) { known.append(part.pattern) }
      parts.append(part)
    }
    return (top, parts, linking.count)
  }
}
