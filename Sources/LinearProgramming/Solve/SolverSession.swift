import CGLPK
import LinearAlgebra

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

  /// The fill-reducing ordering of the last interior point, by row of `program`; nil before there is one.
  public internal(set) var rowOrdering: FillReducingOrdering?

  /// The steps of the last solve, also where it found nothing: the last one is where it ended.
  public internal(set) var lastAttempts: [Attempt] = []

  let isScaled: Bool
  /// Who holds the basis that the next solve starts from.
  var holder = BasisHolder.none
  /// Since the optimum that the basis belongs to.
  var edits: SolveStrategy.Edits = []
  /// Made when a step needs it, and kept in step with the program from then on; nil before, and while an integer
  /// column holds no whole number.
  var glpk: GLPKProblem?
  /// Made when a step needs it; forgotten when coefficients change.
  var simplex: Simplex?
  /// Whether presolve takes out closed blocks: where the way from an interior point to a basis did not end soon with them.
  var closesBlocks = false
  /// Of the program as it is; nil where they have not been looked for since an edit that may have opened one.
  var foundBlocks: [ClosedBlock]?
  private let thread = lpk_thread_id()
  private var hasEnded = false

  /// A session that its owner ends with `end()` on the same thread; `withSolverSession` does both.
  /// - Throws: `SolverError` if the program has a number that is not finite or bounds that cross.
  public init(_ program: LinearProgram, isScaled: Bool = true) throws(SolverError) {
    try program.check()
    self.program = program
    self.isScaled = isScaled
    scaling = isScaled ? Scaling(for: program) : Scaling(identityFor: program)
  }

  /// Frees the solver's memory; later calls throw `SolverError.sessionEnded`.
  public func end() {
    hasEnded = true
    forgetSolvers()
  }

  /// - Throws: `SolverError.sessionEnded` on another thread than the one that made the session, and after its end.
  func checkThread() throws(SolverError) {
    if hasEnded || lpk_thread_id() != thread { throw .sessionEnded }
  }

  // MARK: Basis

  /// The basis that the next solve starts from; nil before the first.
  /// - Throws: `SolverError` if the session has ended.
  public func basis() throws(SolverError) -> Basis? {
    try checkThread()
    switch holder {
    case .none: return nil
    case .value(let basis): return basis
    case .simplex: return simplexBasis
    case .glpk: return try glpk?.basis()
    }
  }

  /// Sets the basis that the next solve starts from. One that cannot be factorised is not used.
  /// - Throws: `SolverError.invalidOption` if it does not fit the program.
  public func setBasis(_ basis: Basis) throws(SolverError) {
    guard program.emptyIntegerColumn == nil, basis.columns.count == program.columnCount,
      basis.rows.count == program.rowCount,
      basis.basicCount == program.rowCount
    else {
      throw .invalidOption("the basis does not fit the program")
    }
    if hasOwnSimplex {
      try setSimplexBasis(basis)
    } else {
      try setGLPKBasis(basis)
    }
    edits = [.costs, .bounds]
  }

  /// Makes the next solve a cold one.
  public func forgetBasis() { holder = .none }

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
    try sendCosts()
    edits.insert(.costs)
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
    foundBlocks = nil
    self.edits.insert(.bounds)
    try sendColumnBounds(edits.map { $0.column })
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
    forgetBlocks(withRows: edits.map { $0.row })
    let factors = edits.map { scaling.bound * scaling.row[$0.row] }
    self.edits.insert(.bounds)
    try checkThread()
    try glpk?.setRowBounds(
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
    edits.insert(.bounds)
    try checkThread()
    if case .simplex = holder, var basis = simplexBasis {
      basis.rows.append(.basic)
      holder = .value(basis)
    } else if case .value(var basis) = holder {
      basis.rows.append(.basic)
      holder = .value(basis)
    }
    simplex = nil
    try glpk?.addRow(
      columns, values, lower: lower * factor * scaling.bound, upper: upper * factor * scaling.bound)
    return row
  }

  // MARK: Hand-over to GLPK

  func sendCosts() throws(SolverError) {
    try checkThread()
    try glpk?.setCosts(
      scaling.scaledCosts(program.cost),
      offset: program.objectiveOffset * scaling.objective * scaling.bound)
  }

  func sendColumnBounds(_ columns: [Int]) throws(SolverError) {
    try checkThread()
    if glpk == nil { return }
    // GLPK refuses bounds that cross; it gets the whole program once they do not.
    if program.emptyIntegerColumn != nil {
      forgetSolvers()
      return
    }
    let bounds = columns.map { program.scaledColumnBounds($0, scaling) }
    try glpk?.setColumnBounds(
      columns.map { Int32(truncatingIfNeeded: $0) },
      lower: bounds.map { $0.lower }, upper: bounds.map { $0.upper })
  }

  /// Frees what the solvers hold, the basis with it.
  func forgetSolvers() {
    glpk?.close()
    glpk = nil
    simplex = nil
    holder = .none
  }
}

/// Who holds the basis of a session.
enum BasisHolder: Sendable {
  case none
  /// Nobody yet: the next step that needs it gets it.
  case value(Basis)
  case simplex
  case glpk

  var isNone: Bool { if case .none = self { true } else { false } }
}

extension Scaling {
  /// Adds the factor of a new row and returns it.
  mutating func appendRow(largest: Double) -> Double {
    let isIdentity = row.allSatisfy { $0 == 1 } && column.allSatisfy { $0 == 1 }
    row.append(isIdentity ? 1 : powerOfTwo(near: largest > 0 ? 1 / largest : 1))
    return row[row.count - 1]
  }
}
