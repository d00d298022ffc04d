import LinearAlgebra
import Support

/// Closed blocks in a session: they are looked for where a way to an optimal basis does not end soon. From then on their
/// columns stay at 0, and the multipliers of their rows, which prove that this costs nothing, come from the blocks
/// themselves. The verification against the whole program has the last word.
extension SolverSession {
  /// The closed blocks of the program.
  func closedBlocks(_ context: SolveContext) -> [ClosedBlock] {
    if let foundBlocks { return foundBlocks }
    let begin = monotonicSeconds()
    let columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    let found = ClosedBlock.search(
      ColumnMatrix(program, scaling), group: program.columnGroup,
      lower: columns.lower + rows.lower, upper: columns.upper + rows.upper,
      mustStop: { context.mustStop != nil })
    // A search that was stopped says nothing.
    if context.mustStop == nil { foundBlocks = found }
    let count = found.reduce(0) { $0 + $1.columns.count }
    context.log(
      .closedBlocks, "\(count) columns in \(found.count) blocks can only be 0", since: begin)
    return found
  }

  /// Forgets the blocks where bounds of their rows change: one may be open then.
  func forgetBlocks(withRows rows: [Int]) {
    guard let found = foundBlocks else { return }
    let edited = Set(rows)
    if found.contains(where: { $0.rows.contains(where: edited.contains) }) { foundBlocks = nil }
  }

  /// Whether there are closed blocks whose columns have not been held at 0 so far.
  func hasOpenBlocks(_ context: SolveContext) -> Bool {
    !closesBlocks && !program.columnGroup.isEmpty && !closedBlocks(context).isEmpty
  }

  /// Holds the columns of the closed blocks at 0.
  func closeBlocks(of simplex: Simplex, _ context: SolveContext) {
    var columns = program.scaledColumnBounds(scaling)
    let rows = program.scaledRowBounds(scaling)
    for block in closedBlocks(context) {
      for j in block.columns { columns.upper[j] = 0 }
    }
    simplex.setProgram(
      lower: columns.lower + rows.lower, upper: columns.upper + rows.upper,
      scaling.scaledCosts(program.cost))
  }

  /// The basis that the simplex holds, of the program as it is: columns of closed blocks are at their lower bound, not
  /// fixed.
  var simplexBasis: Basis? {
    guard var basis = simplex?.basis else { return nil }
    if !closesBlocks { return basis }
    for j in basis.columns.indices where basis.columns[j] == .fixed {
      if program.columnLower[j] < program.columnUpper[j] { basis.columns[j] = .atLower }
    }
    return basis
  }

  /// Multipliers with which no reduced cost of a closed block has the wrong sign.
  ///
  /// - Parameter multipliers: scaled, of a program without the blocks.
  func completed(_ multipliers: [Double], _ context: SolveContext) -> [Double] {
    if !closesBlocks { return multipliers }
    let matrix = ColumnMatrix(program, scaling)
    let cost = scaling.scaledCosts(program.cost)
    var result = multipliers
    for block in closedBlocks(context) {
      let reduced = block.columns.map { j in
        (matrix.start[j]..<matrix.start[j + 1]).reduce(cost[j]) {
          $0 - matrix.value[$1] * multipliers[Int(matrix.index[$1])]
        }
      }
      guard reduced.contains(where: { $0 < 0 }),
        let change = block.multipliers(reducedCosts: reduced)
      else { continue }
      for (k, i) in block.rows.enumerated() { result[i] += change[k] }
    }
    return result
  }
}
