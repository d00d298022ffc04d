import CGLPK

/// Owner of one problem object of GLPK, which holds the scaled program.
///
/// It lives and dies on one thread: `close` must be called there, and there is no `deinit` on purpose.
final class GLPKProblem {
  private var handle: OpaquePointer?
  let columnCount: Int
  private(set) var rowCount: Int

  init(_ program: LinearProgram, _ scaling: Scaling) throws(SolverError) {
    columnCount = program.columnCount
    rowCount = program.rowCount
    var coefficient = program.coefficient
    for i in 0..<program.rowCount {
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        coefficient[k] *= scaling.row[i] * scaling.column[Int(program.columnIndex[k])]
      }
    }
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    let costs = scaling.scaledCosts(program.cost)
    let start = program.rowStart.map { Int64($0) }
    var made: OpaquePointer?
    let status = start.withUnsafeBufferPointer { start in
      program.columnIndex.withUnsafeBufferPointer { index in
        coefficient.withUnsafeBufferPointer { value in
          var data = lpk_data()
          data.columns = Int32(truncatingIfNeeded: program.columnCount)
          data.rows = Int32(truncatingIfNeeded: program.rowCount)
          data.row_start = start.baseAddress
          data.column_index = index.baseAddress
          data.coefficient = value.baseAddress
          data.offset = program.objectiveOffset * scaling.objective * scaling.bound
          return columns.lower.withUnsafeBufferPointer { columnLower in
            columns.upper.withUnsafeBufferPointer { columnUpper in
              rows.lower.withUnsafeBufferPointer { rowLower in
                rows.upper.withUnsafeBufferPointer { rowUpper in
                  costs.withUnsafeBufferPointer { cost in
                    data.column_lower = columnLower.baseAddress
                    data.column_upper = columnUpper.baseAddress
                    data.row_lower = rowLower.baseAddress
                    data.row_upper = rowUpper.baseAddress
                    data.cost = cost.baseAddress
                    return lpk_create(&data, &made)
                  }
                }
              }
            }
          }
        }
      }
    }
    handle = made
    try check(status)
  }

  func close() {
    if let handle { _ = lpk_delete(handle) }
    handle = nil
  }

  /// Turns a code of the C face into an error.
  private func check(_ status: Int32) throws(SolverError) {
    switch status {
    case Int32(LPK_FATAL): throw .solverFailed(lastMessage)
    case Int32(LPK_LOST): throw .sessionEnded
    case Int32(LPK_MEMORY): throw .outOfMemory
    case Int32(LPK_ARGUMENT): throw .invalidProgram("a number is not finite after scaling")
    default: return
    }
  }

  private var lastMessage: String {
    guard let text = lpk_last_message() else { return "unknown error" }
    let message = String(cString: text)
    return String(message.drop { $0.isWhitespace }.prefix { !$0.isNewline })
  }

  private func open() throws(SolverError) -> OpaquePointer {
    guard let handle else { throw .sessionEnded }
    return handle
  }

  /// - Throws: `SolverError.sessionEnded` on another thread than the one that made the object, and after its end.
  func checkThread() throws(SolverError) { try setRowBounds([], lower: [], upper: []) }

  // MARK: Solving

  func simplex(
    _ options: lpk_simplex_options, _ monitor: lpk_monitor
  ) throws(SolverError) -> lpk_result {
    let handle = try open()
    var options = options
    var monitor = monitor
    var result = lpk_result()
    return try finish(lpk_simplex(handle, &options, &monitor, &result), result)
  }

  func exact(_ monitor: lpk_monitor) throws(SolverError) -> lpk_result {
    let handle = try open()
    var monitor = monitor
    var result = lpk_result()
    return try finish(lpk_exact(handle, &monitor, &result), result)
  }

  /// A solve that was left the hard way counts as one that was stopped.
  private func finish(_ status: Int32, _ result: lpk_result) throws(SolverError) -> lpk_result {
    var result = result
    if status == Int32(LPK_INTERRUPTED) {
      result.code = Int32(LPK_FAILED)
      result.status = Int32(LPK_UNDEFINED)
      return result
    }
    try check(status)
    return result
  }

  func treeSearch(
    _ isInteger: [Bool], _ options: lpk_tree_options, start: [Double]?, _ monitor: lpk_monitor
  ) throws(SolverError) -> lpk_tree_result {
    let handle = try open()
    var options = options
    var monitor = monitor
    var result = lpk_tree_result()
    let kinds = isInteger.map { UInt8($0 ? 1 : 0) }
    let status: Int32
    if let start {
      status = start.withUnsafeBufferPointer { start in
        options.start = start.baseAddress
        return lpk_tree_search(handle, kinds, &options, &monitor, &result)
      }
    } else {
      status = lpk_tree_search(handle, kinds, &options, &monitor, &result)
    }
    if status == Int32(LPK_INTERRUPTED) {
      result.code = Int32(LPK_STOPPED)
      result.bound = -.infinity
      return result
    }
    try check(status)
    return result
  }

  // MARK: Reading

  enum Source: Int32 {
    case simplex = 0
    case tree = 1
  }

  /// Values and multipliers of the scaled program.
  func solution(_ source: Source) throws(SolverError) -> (columns: [Double], duals: [Double]) {
    let handle = try open()
    var columns = [Double](repeating: 0, count: columnCount)
    var rows = [Double](repeating: 0, count: rowCount)
    var duals = rows
    var reduced = columns
    try check(lpk_get_solution(handle, source.rawValue, &columns, &rows, &duals, &reduced))
    return (columns, duals)
  }

  func basis() throws(SolverError) -> Basis {
    let handle = try open()
    var columns = [Int8](repeating: 0, count: columnCount)
    var rows = [Int8](repeating: 0, count: rowCount)
    try check(lpk_get_basis(handle, &columns, &rows))
    return Basis(
      columns: columns.map { Basis.Status(rawValue: $0) ?? .atLower },
      rows: rows.map { Basis.Status(rawValue: $0) ?? .basic })
  }

  func setBasis(_ basis: Basis) throws(SolverError) {
    let handle = try open()
    try check(
      lpk_set_basis(handle, basis.columns.map { $0.rawValue }, basis.rows.map { $0.rawValue }))
  }

  func useStandardBasis() throws(SolverError) { try check(lpk_standard_basis(try open())) }

  func useAdvancedBasis() throws(SolverError) { try check(lpk_advanced_basis(try open())) }

  /// Whether the basis could be factorised.
  func factorise(reusing: Bool = false) throws(SolverError) -> Bool {
    let status = lpk_factorise(try open(), reusing ? 1 : 0)
    try check(status)
    return status == 0
  }

  /// Whether the basis could be factorised, and whether its point and its multipliers are feasible.
  func warmUp() throws(SolverError) -> (fits: Bool, primal: Bool, dual: Bool) {
    var primal: Int32 = 0
    var dual: Int32 = 0
    let status = lpk_warm_up(try open(), &primal, &dual)
    try check(status)
    return (status == 0, primal != 0, dual != 0)
  }

  /// Row multipliers of the row in which the dual simplex met infeasibility.
  func infeasibleRow() throws(SolverError) -> [Double]? {
    let handle = try open()
    var multipliers = [Double](repeating: 0, count: rowCount)
    var found: Int32 = 0
    try check(lpk_infeasible_row(handle, &multipliers, &found))
    return found == 0 ? nil : multipliers
  }

  /// Direction of the column in which the primal simplex met unboundedness, up to its sign.
  func unboundedColumn() throws(SolverError) -> [Double]? {
    let handle = try open()
    var direction = [Double](repeating: 0, count: columnCount)
    var found: Int32 = 0
    try check(lpk_unbounded_column(handle, &direction, &found))
    return found == 0 ? nil : direction
  }

  // MARK: Edits

  func setCosts(_ costs: [Double], offset: Double) throws(SolverError) {
    try check(lpk_set_costs(try open(), costs, offset))
  }

  func setColumnBounds(_ columns: [Int32], lower: [Double], upper: [Double]) throws(SolverError) {
    let count = Int32(truncatingIfNeeded: columns.count)
    try check(lpk_set_column_bounds(try open(), count, columns, lower, upper))
  }

  func setRowBounds(_ rows: [Int32], lower: [Double], upper: [Double]) throws(SolverError) {
    let count = Int32(truncatingIfNeeded: rows.count)
    try check(lpk_set_row_bounds(try open(), count, rows, lower, upper))
  }

  func addRow(
    _ columns: [Int32], _ values: [Double], lower: Double, upper: Double
  ) throws(SolverError) {
    let start: [Int64] = [0, Int64(columns.count)]
    try check(lpk_add_rows(try open(), 1, start, columns, values, [lower], [upper]))
    rowCount += 1
  }

  /// Replaces the coefficients of some rows; `start` has one more entry than `rows`.
  func setRows(
    _ rows: [Int32], start: [Int64], _ columns: [Int32], _ values: [Double]
  ) throws(SolverError) {
    let count = Int32(truncatingIfNeeded: rows.count)
    try check(lpk_set_rows(try open(), count, rows, start, columns, values))
  }

  /// For tests: makes the library stop on an error of its own.
  func provokeError() throws(SolverError) { try check(lpk_provoke_error(try open())) }
}

extension LinearProgram {
  /// Bounds of the columns as the solver sees them; those of integer columns rounded inwards.
  func scaledColumnBounds(_ scaling: Scaling) -> (lower: [Double], upper: [Double]) {
    let bounds = (0..<columnCount).map { scaledColumnBounds($0, scaling) }
    return (bounds.map { $0.lower }, bounds.map { $0.upper })
  }

  @inline(__always)
  func scaledColumnBounds(_ j: Int, _ scaling: Scaling) -> (lower: Double, upper: Double) {
    if isInteger[j] {
      return (
        (columnLower[j] - 1e-9).rounded(.up), (columnUpper[j] + 1e-9).rounded(.down)
      )
    }
    let factor = scaling.bound / scaling.column[j]
    let (lower, upper) = (columnLower[j] * factor, columnUpper[j] * factor)
    return (
      lower < -scaling.farBound ? -.infinity : lower, upper > scaling.farBound ? .infinity : upper
    )
  }

  func scaledRowBounds(_ scaling: Scaling) -> (lower: [Double], upper: [Double]) {
    var lower = rowLower
    var upper = rowUpper
    for i in lower.indices {
      let factor = scaling.bound * scaling.row[i]
      lower[i] *= factor
      upper[i] *= factor
    }
    return (lower, upper)
  }

  /// An integer column whose bounds hold no whole number.
  var emptyIntegerColumn: Int? {
    isInteger.indices.first { j in
      if !isInteger[j] { return false }
      return (columnLower[j] - 1e-9).rounded(.up) > (columnUpper[j] + 1e-9).rounded(.down)
    }
  }
}
