extension SolverSession {
  /// Replaces the program by a related one, so that the next solve starts from what is known.
  ///
  /// Where both have the same shape (counts and whole columns) only what differs is handed over and the
  /// scaling stays; otherwise the new program is loaded whole.
  ///
  /// - Parameter start: the basis to start from, repaired where it is not one; nil keeps the session's where
  ///   the shape is the same and starts cold where it is not.
  /// - Throws: `SolverError.invalidProgram` if a number is not finite or bounds cross, and
  ///   `SolverError.invalidOption` if the basis has other counts than the program.
  /// - Complexity: linear in the nonzeros.
  public func replace(with next: LinearProgram, from start: Basis? = nil) throws(SolverError) {
    try next.check()
    rowOrdering = nil
    foundBlocks = nil
    if let start,
      start.columns.count != next.columnCount || start.rows.count != next.rowCount
    {
      throw .invalidOption("the basis does not fit the program")
    }
    let hasSameShape =
      program.emptyIntegerColumn == nil && next.columnCount == program.columnCount
      && next.rowCount == program.rowCount
      && next.isInteger == program.isInteger && next.emptyIntegerColumn == nil
    if hasSameShape {
      try edit(into: next)
    } else {
      try reload(next)
    }
    guard let start, next.emptyIntegerColumn == nil else { return }
    let fits = start.basicCount == next.rowCount
    if fits { try setBasis(start) }
    if !fits || holder.isNone { try setBasis(start.repaired(for: next)) }
  }

  private func reload(_ next: LinearProgram) throws(SolverError) {
    try checkThread()
    forgetSolvers()
    closesBlocks = false
    program = next
    scaling = isScaled ? Scaling(for: next) : Scaling(identityFor: next)
    edits = [.costs, .bounds]
  }

  private func edit(into next: LinearProgram) throws(SolverError) {
    let previous = program
    let rows = previous.rowsThatDiffer(from: next)
    if rows.count > max(64, next.rowCount / 3) {
      let basis = try basis()
      try reload(next)
      if let basis { try setBasis(basis) }
      return
    }
    program = next
    if !rows.isEmpty {
      if case .simplex = holder, let basis = simplexBasis { holder = .value(basis) }
      simplex = nil
      try sendRows(rows)
    }
    if previous.cost != next.cost || previous.objectiveOffset != next.objectiveOffset {
      try setCosts(next.cost, offset: next.objectiveOffset)
    }
    let columns = next.columnLower.indices.filter {
      previous.columnLower[$0] != next.columnLower[$0]
        || previous.columnUpper[$0] != next.columnUpper[$0]
    }
    if !columns.isEmpty {
      edits.insert(.bounds)
      try sendColumnBounds(columns)
    }
    let bounds = next.rowLower.indices.filter {
      previous.rowLower[$0] != next.rowLower[$0] || previous.rowUpper[$0] != next.rowUpper[$0]
    }
    if !bounds.isEmpty {
      try setRowBounds(bounds.map { ($0, next.rowLower[$0], next.rowUpper[$0]) })
    }
  }

  private func sendRows(_ rows: [Int]) throws(SolverError) {
    var start: [Int64] = [0]
    var columns: [Int32] = []
    var values: [Double] = []
    for row in rows {
      for k in program.rowStart[row]..<program.rowStart[row + 1] {
        let column = program.columnIndex[k]
        columns.append(column)
        values.append(program.coefficient[k] * scaling.row[row] * scaling.column[Int(column)])
      }
      start.append(Int64(values.count))
    }
    edits = [.costs, .bounds]
    try glpk?.setRows(rows.map { Int32(truncatingIfNeeded: $0) }, start: start, columns, values)
  }
}

extension LinearProgram {
  /// Rows whose coefficients differ from those of a program with the same number of rows.
  fileprivate func rowsThatDiffer(from other: LinearProgram) -> [Int] {
    (0..<rowCount).filter { i in
      let mine = rowStart[i]..<rowStart[i + 1]
      let theirs = other.rowStart[i]..<other.rowStart[i + 1]
      return mine.count != theirs.count
        || !columnIndex[mine].elementsEqual(other.columnIndex[theirs])
        || !coefficient[mine].elementsEqual(other.coefficient[theirs])
    }
  }
}
