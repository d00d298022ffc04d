import LinearAlgebra

/// Columns of one group that are 0 at every point of a program, and the rows that show it: a plant, say, for which nobody
/// can pay, whose awards, private money, capacity and earnings hang on each other.
///
///     cost·build = award + own money,  award ≤ 0.4·cost·build,  own money ≤ 0.5·cost·build      all are 0
///
/// No single row says so. With such columns left in, the feasible set has no interior: an interior point method goes on in
/// short steps, and the basis near its end is far from any of the program.
struct ClosedBlock {
  let columns: [Int]
  /// Rows in which nothing but the columns of the block moves.
  let rows: [Int]
  /// Columns and rows of the block, with those of the rows' bounds that are 0, and no upper bounds of columns: a cone.
  private let cone: LinearProgram

  /// Iterations of the simplex on one block, which as a rule needs fewer than the block has columns.
  private static let mostIterations = 5_000

  /// - Parameters:
  ///   - lower, upper: of the columns, then of the rows, of the scaled program.
  private init(
    _ columns: [Int], _ rows: [Int], of matrix: RowwiseMatrix, lower: [Double], upper: [Double]
  ) {
    self.columns = columns
    self.rows = rows
    let n = matrix.columnCount
    var cone = LinearProgram()
    var place: [Int: Int] = [:]
    for j in columns { place[j] = cone.addColumn() }
    for i in rows {
      for k in matrix.rowStart[i]..<matrix.rowStart[i + 1] {
        if let own = place[Int(matrix.rowIndex[k])] { cone.addEntry(own, matrix.rowValue[k]) }
      }
      cone.finishRow(
        lower: lower[n + i] == 0 ? 0 : -.infinity, upper: upper[n + i] == 0 ? 0 : .infinity)
    }
    self.cone = cone
  }

  // MARK: Search

  /// The closed blocks of a scaled program: in each group of columns, those that are 0 at every point of the cone of the
  /// group's own rows with bounds of 0.
  ///
  /// - Parameters:
  ///   - group: by column, from 0; −1 for columns that are in none.
  ///   - lower, upper: of the columns, then of the rows.
  static func search(
    _ matrix: ColumnMatrix, group: [Int32], lower: [Double], upper: [Double], mustStop: () -> Bool
  ) -> [ClosedBlock] {
    let matrix = RowwiseMatrix(matrix)
    var found: [ClosedBlock] = []
    for own in groups(matrix, group, lower, upper) {
      if mustStop() { return [] }
      var (columns, rows) = own
      while !columns.isEmpty, !rows.isEmpty {
        let block = ClosedBlock(columns, rows, of: matrix, lower: lower, upper: upper)
        let closed = block.closedColumns
        if closed.count == columns.count {
          found.append(block)
          break
        }
        // Without the rows in which others move fewer columns may be closed.
        columns = closed
        let isClosed = Set(closed)
        rows.removeAll { i in
          (matrix.rowStart[i]..<matrix.rowStart[i + 1]).contains {
            let j = Int(matrix.rowIndex[$0])
            return upper[j] > 0 && !isClosed.contains(j)
          }
        }
      }
    }
    return found
  }

  /// By group: its columns that may be above 0 and not below, and the rows with a bound of 0 in which nothing else moves.
  private static func groups(
    _ matrix: RowwiseMatrix, _ group: [Int32], _ lower: [Double], _ upper: [Double]
  ) -> [(columns: [Int], rows: [Int])] {
    let n = matrix.columnCount
    let count = Int(group.max() ?? -1) + 1
    var result = [(columns: [Int], rows: [Int])](repeating: ([], []), count: count)
    func owner(of j: Int) -> Int {
      j < group.count && lower[j] == 0 && upper[j] > 0 ? Int(group[j]) : -1
    }
    for j in 0..<n where owner(of: j) >= 0 { result[owner(of: j)].columns.append(j) }
    for i in 0..<matrix.rowCount where lower[n + i] == 0 || upper[n + i] == 0 {
      var own: Int?
      for k in matrix.rowStart[i]..<matrix.rowStart[i + 1] {
        let j = Int(matrix.rowIndex[k])
        if lower[j] == 0, upper[j] == 0 { continue }
        let next = owner(of: j)
        own = own == nil || own == next ? next : -1
        if own == -1 { break }
      }
      if let own, own >= 0 { result[own].rows.append(i) }
    }
    return result
  }

  /// The columns that are 0 at every point of the cone: each is split into a part of at most 1 and the rest, and the sum of
  /// the former is made as large as it can be. A column that can be above 0 can be 1 as well, as a cone has no size.
  ///
  /// - Returns: none where the simplex does not end.
  private var closedColumns: [Int] {
    let count = columns.count
    var split = LinearProgram()
    split.addColumns(count)
    split.addColumns(count, upper: 1)
    for i in 0..<cone.rowCount {
      for k in cone.rowStart[i]..<cone.rowStart[i + 1] {
        split.addEntry(Int(cone.columnIndex[k]), cone.coefficient[k])
        split.addEntry(count + Int(cone.columnIndex[k]), cone.coefficient[k])
      }
      split.finishRow(lower: cone.rowLower[i], upper: cone.rowUpper[i])
    }
    split.setCosts((0..<(2 * count)).map { $0 < count ? 0 : -1 })
    guard let optimum = ClosedBlock.optimum(of: split) else { return [] }
    return columns.indices.filter { optimum.values[count + $0] < 0.5 }.map { columns[$0] }
  }

  // MARK: Multipliers

  /// What is added to the multipliers of the block's rows so that no reduced cost of its columns has the wrong sign; nil where
  /// that is not found. Such multipliers exist, as no point of the cone but 0 is within its rows.
  ///
  /// - Parameter reducedCosts: of the columns.
  func multipliers(reducedCosts: [Double]) -> [Double]? {
    var program = cone
    program.setCosts(reducedCosts)
    return ClosedBlock.optimum(of: program)?.multipliers
  }

  // MARK: Simplex

  private struct Optimum {
    var values: [Double]
    var multipliers: [Double]
  }

  /// Where a small expansion earns the money for a larger one, and that for a larger one again, errors grow from step to
  /// step, and only a simplex in rational arithmetic sees that nothing can be built in the end.
  ///
  /// - Returns: nil where none of the methods ends.
  private static func optimum(of program: LinearProgram) -> Optimum? {
    let simplex = Simplex(program, Scaling(identityFor: program))
    simplex.iterationLimit = mostIterations
    for pivot in [1e-9, 1e-13] {
      simplex.absolutePivotTolerance = pivot
      simplex.iterations = 0
      simplex.setBasis(Basis.standard(for: program))
      if simplex.optimise(usesParametric: false) == .optimal {
        let point = simplex.point
        return Optimum(values: point.columns, multipliers: point.duals)
      }
    }
    return try? exactOptimum(of: program)
  }

  private static func exactOptimum(of program: LinearProgram) throws(SolverError) -> Optimum? {
    let session = try SolverSession(program, isScaled: false)
    defer { session.end() }
    let context = try SolveContext(SolverOptions())
    let attempt = SolveStrategy.GLPKAttempt(algorithm: .exact)
    guard case .optimal(let values, let multipliers, _) = try session.run(attempt, context) else {
      return nil
    }
    return Optimum(values: values, multipliers: multipliers)
  }
}
