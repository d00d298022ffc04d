import CGLPK

/// Runs `body` with a session for `program` and frees the solver's memory afterwards, on this thread.
///
///     let outcome = try withSolverSession(program) { session in
///       _ = try session.solve()
///       try session.setRowBounds(budget, lower: 0, upper: 120)
///       return try session.solve()  // warm
///     }
///
/// - Throws: `SolverError` if the program has a number that is not finite or bounds that cross, and whatever
///   `body` throws.
public func withSolverSession<Result>(
  _ program: LinearProgram, isScaled: Bool = true, _ body: (SolverSession) throws -> Result
) throws -> Result {
  let session = try SolverSession(program, isScaled: isScaled)
  defer { session.end() }
  return try body(session)
}

/// Solves a program cold, in a session of its own.
///
/// - Throws: `SolverError`.
public func solve(
  _ program: LinearProgram, _ options: SolverOptions = SolverOptions()
) throws(SolverError) -> Outcome {
  let session = try SolverSession(program, isScaled: options.isScaled)
  defer { session.end() }
  return try session.solve(options)
}

/// A program in the solver's memory that is solved, edited and solved again, each time from the last basis.
///
/// A session belongs to the thread that made it, and ends with the scope of `withSolverSession`; later calls
/// throw `SolverError.sessionEnded`. Answers are verified against `program`, the session's own copy.
public final class SolverSession {
  /// The program with all edits so far.
  public internal(set) var program: LinearProgram
  /// The factors between `program` and what the solver holds.
  public internal(set) var scaling: Scaling

  /// The order of elimination of the last interior point, by row of `program`; nil before there is one.
  public internal(set) var rowOrder: RowOrder?

  var object: SolverObject
  /// Whether the object holds a basis worth starting from.
  var isWarm = false
  var costsChanged = false
  var boundsChanged = false
  /// Whether the object lags behind `program`, because an integer column held no whole number for a while.
  var needsLoad = false
  let isScaled: Bool
  /// Made when a warm solve needs it; forgotten when coefficients change.
  var simplex: Simplex?
  /// Whether the session's basis is that of `simplex`, and the object has an older one.
  var isBasisInSimplex = false

  /// A session that its owner ends with `end()` on the same thread; `withSolverSession` does both.
  /// - Throws: `SolverError` if the program has a number that is not finite or bounds that cross.
  public init(_ program: LinearProgram, isScaled: Bool = true) throws(SolverError) {
    try program.check()
    self.program = program
    self.isScaled = isScaled
    scaling = isScaled ? Scaling(for: program) : Scaling(identityFor: program)
    needsLoad = program.emptyIntegerColumn != nil
    let loaded = needsLoad ? LinearProgram() : program
    object = try SolverObject(loaded, needsLoad ? Scaling(identityFor: loaded) : scaling)
  }

  /// Frees the solver's memory; later calls throw `SolverError.sessionEnded`.
  public func end() {
    simplex = nil
    isBasisInSimplex = false
    object.close()
  }

  // MARK: Basis

  /// The basis that the next solve starts from; nil before the first.
  /// - Throws: `SolverError` if the session has ended.
  public func basis() throws(SolverError) -> Basis? {
    guard isWarm else { return nil }
    try object.checkThread()
    if isBasisInSimplex, let simplex { return simplex.basis }
    return try object.basis()
  }

  /// Sets the basis that the next solve starts from. One that cannot be factorised is not used.
  /// - Throws: `SolverError.invalidOption` if it does not fit the program.
  public func setBasis(_ basis: Basis) throws(SolverError) {
    if program.emptyIntegerColumn == nil { try loadIfNeeded() }
    guard !needsLoad, basis.columns.count == program.columnCount,
      basis.rows.count == program.rowCount,
      basis.basicCount == program.rowCount
    else {
      throw .invalidOption("the basis does not fit the program")
    }
    if usesSimplex {
      try setSimplexBasis(basis)
    } else {
      isBasisInSimplex = false
      try object.setBasis(basis)
      isWarm = try object.factorise()
      if !isWarm { try object.useStandardBasis() }
    }
    costsChanged = true
    boundsChanged = true
  }

  // MARK: Edits

  /// Replaces all costs. The next solve continues with the primal simplex.
  /// - Throws: `SolverError.invalidProgram` if a cost is not finite or the count is wrong.
  public func setCosts(_ costs: [Double], offset: Double? = nil) throws(SolverError) {
    guard costs.count == program.columnCount, costs.allSatisfy({ $0.isFinite }) else {
      throw .invalidProgram("a cost is not finite, or their count is not that of the columns")
    }
    if let offset, !offset.isFinite { throw .invalidProgram("the objective offset is \(offset)") }
    program.setCosts(costs)
    if let offset { program.objectiveOffset = offset }
    if isScaled { scaling.rescaleObjective(program) }
    if !needsLoad { try sendCosts() }
    costsChanged = true
  }

  /// Changes the bounds of a column. The next solve continues with the dual simplex.
  /// - Throws: `SolverError.invalidProgram` if they cross or are not numbers.
  public func setColumnBounds(
    _ column: Int, lower: Double, upper: Double
  ) throws(SolverError) {
    try setColumnBounds([(column, lower, upper)])
  }

  /// Changes the bounds of several columns.
  public func setColumnBounds(
    _ edits: [(column: Int, lower: Double, upper: Double)]
  ) throws(SolverError) {
    for edit in edits {
      guard (0..<program.columnCount).contains(edit.column) else {
        throw .invalidProgram("there is no column \(edit.column)")
      }
      if let fault = boundFault(edit.lower, edit.upper) {
        throw .invalidProgram("column \(program.name(ofColumn: edit.column)) \(fault)")
      }
    }
    for edit in edits {
      program.setColumnBounds(edit.column, lower: edit.lower, upper: edit.upper)
    }
    boundsChanged = true
    if program.emptyIntegerColumn != nil { needsLoad = true }
    if !needsLoad { try sendColumnBounds(edits.map { $0.column }) }
  }

  /// Changes the bounds of a row. The next solve continues with the dual simplex.
  /// - Throws: `SolverError.invalidProgram` if they cross or are not numbers.
  public func setRowBounds(_ row: Int, lower: Double, upper: Double) throws(SolverError) {
    try setRowBounds([(row, lower, upper)])
  }

  /// Changes the bounds of several rows.
  public func setRowBounds(
    _ edits: [(row: Int, lower: Double, upper: Double)]
  ) throws(SolverError) {
    for edit in edits {
      guard (0..<program.rowCount).contains(edit.row) else {
        throw .invalidProgram("there is no row \(edit.row)")
      }
      if let fault = boundFault(edit.lower, edit.upper) {
        throw .invalidProgram("row \(program.name(ofRow: edit.row)) \(fault)")
      }
    }
    for edit in edits { program.setRowBounds(edit.row, lower: edit.lower, upper: edit.upper) }
    let factors = edits.map { scaling.bound * scaling.row[$0.row] }
    boundsChanged = true
    if needsLoad { return }
    try object.setRowBounds(
      edits.map { Int32(truncatingIfNeeded: $0.row) },
      lower: zip(edits, factors).map { $0.lower * $1 },
      upper: zip(edits, factors).map { $0.upper * $1 })
  }

  /// Adds a row and returns its id; its slack becomes basic, so a warm start stays one.
  /// - Throws: `SolverError.invalidProgram` if a number is not finite or the bounds cross.
  @discardableResult
  public func addRow(
    _ terms: [(column: Int, coefficient: Double)], lower: Double, upper: Double
  ) throws(SolverError) -> Int {
    for term in terms {
      guard (0..<program.columnCount).contains(term.column), term.coefficient.isFinite else {
        throw .invalidProgram("a term of the new row is not finite or names no column")
      }
    }
    if let fault = boundFault(lower, upper) { throw .invalidProgram("the new row \(fault)") }
    let row = program.addRow(lower: lower, upper: upper, terms)
    let entries = program.rowStart[row]..<program.rowStart[row + 1]
    let columns = Array(program.columnIndex[entries])
    var values = Array(program.coefficient[entries])
    for k in values.indices { values[k] *= scaling.column[Int(columns[k])] }
    let factor = scaling.appendRow(largest: values.reduce(0) { max($0, abs($1)) })
    for k in values.indices { values[k] *= factor }
    boundsChanged = true
    if needsLoad { return row }
    try settleObject()
    simplex = nil
    try object.addRow(
      columns, values, lower: lower * factor * scaling.bound, upper: upper * factor * scaling.bound)
    return row
  }

  // MARK: Hand-over

  func sendCosts() throws(SolverError) {
    try object.setCosts(
      scaling.scaledCosts(program.cost),
      offset: program.objectiveOffset * scaling.objective * scaling.bound)
  }

  func sendColumnBounds(_ columns: [Int]) throws(SolverError) {
    let bounds = columns.map { program.scaledColumnBounds($0, scaling) }
    try object.setColumnBounds(
      columns.map { Int32(truncatingIfNeeded: $0) },
      lower: bounds.map { $0.lower }, upper: bounds.map { $0.upper })
  }

  /// Brings an object that lags behind up to date.
  func loadIfNeeded() throws(SolverError) {
    if !needsLoad { return }
    simplex = nil
    isBasisInSimplex = false
    object.close()
    object = try SolverObject(program, scaling)
    needsLoad = false
    isWarm = false
  }
}

extension Scaling {
  /// Adds the factor of a new row and returns it.
  mutating func appendRow(largest: Double) -> Double {
    let isIdentity = row.allSatisfy { $0 == 1 } && column.allSatisfy { $0 == 1 }
    row.append(isIdentity ? 1 : powerOfTwo(near: largest > 0 ? 1 / largest : 1))
    return row[row.count - 1]
  }
}
