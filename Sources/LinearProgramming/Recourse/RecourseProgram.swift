/// The program of one outcome, in which some columns are first-stage decisions, made before the outcome is known.
public struct RecourseProgram: Sendable {
  public let program: LinearProgram
  /// By column: the decision it holds, −1 for the outcome's own.
  let decision: [Int32]
  /// By column: its value for a decision of 1; 1 for the outcome's own.
  let factor: [Double]
  let pattern: Pattern

  /// - Parameters:
  ///   - decision: by column: the shared decision it holds, −1 for the outcome's own.
  ///   - factor: by column: its value for a decision of 1; 1 for the outcome's own.
  ///   - other: a program that may have the same pattern, which is then shared.
  public init(
    _ program: LinearProgram, decision: [Int32], factor: [Double],
    like other: RecourseProgram? = nil
  ) {
    self.program = program
    if let other, other.decision == decision, other.program.rowStart == program.rowStart,
      other.program.columnIndex == program.columnIndex
    {
      self.decision = other.decision
      self.factor = other.factor == factor ? other.factor : factor
      pattern = other.pattern
    } else {
      self.decision = decision
      self.factor = factor
      pattern = Pattern(program, decision)
    }
  }

  /// The pattern of an outcome's own columns and rows; outcomes with the same rules share it.
  final class Pattern: Sendable {
    /// Ids in the program, ascending.
    let columns: [Int32]
    let rows: [Int32]
    /// Rows of shared decisions alone.
    let sharedRows: [Int32]
    /// Entries of the own columns in the own rows by column, and where in the program each stands.
    let start: [Int]
    let index: [Int32]
    let source: [Int32]
    /// Of the own part alone, and of the whole program.
    let scaling: Scaling
    let wholeScaling: Scaling

    init(_ program: LinearProgram, _ decision: [Int32]) {
      var place = [Int32](repeating: -1, count: program.columnCount)
      var columns: [Int32] = []
      var part = LinearProgram()
      for j in place.indices where decision[j] < 0 {
        place[j] = Int32(truncatingIfNeeded: columns.count)
        columns.append(Int32(truncatingIfNeeded: j))
        part.addColumn(
          lower: program.columnLower[j], upper: program.columnUpper[j], cost: program.cost[j])
      }
      var rows: [Int32] = []
      var sharedRows: [Int32] = []
      var count = [Int](repeating: 0, count: columns.count + 1)
      for i in 0..<program.rowCount {
        let entries = program.rowStart[i]..<program.rowStart[i + 1]
        guard entries.contains(where: { place[Int(program.columnIndex[$0])] >= 0 }) else {
          sharedRows.append(Int32(truncatingIfNeeded: i))
          continue
        }
        rows.append(Int32(truncatingIfNeeded: i))
        for k in entries {
          let p = Int(place[Int(program.columnIndex[k])])
          if p < 0 { continue }
          count[p + 1] += 1
          part.addEntry(p, program.coefficient[k])
        }
        part.finishRow(lower: program.rowLower[i], upper: program.rowUpper[i])
      }
      for p in columns.indices { count[p + 1] += count[p] }
      var fill = count
      var index = [Int32](repeating: 0, count: count[columns.count])
      var source = index
      for (r, i) in rows.enumerated() {
        for k in program.rowStart[Int(i)]..<program.rowStart[Int(i) + 1] {
          let p = Int(place[Int(program.columnIndex[k])])
          if p < 0 { continue }
          index[fill[p]] = Int32(truncatingIfNeeded: r)
          source[fill[p]] = Int32(truncatingIfNeeded: k)
          fill[p] += 1
        }
      }
      self.columns = columns
      self.rows = rows
      self.sharedRows = sharedRows
      start = count
      self.index = index
      self.source = source
      scaling = Scaling(for: part)
      wholeScaling = Scaling(for: program)
    }
  }
}
