import LinearProgramming

/// What is known of how each group's mean objective depends on the shared decisions: numbers that it is not below.
struct GroupCuts {
  /// By group: its probability.
  let shares: [Double]
  private var cuts: [(group: Int, constant: Double, slope: [Double])] = []

  init(shares: [Double]) { self.shares = shares }

  /// The group's mean is at least `constant + slope·x` at any decisions x.
  mutating func add(group: Int, constant: Double, slope: [Double]) {
    cuts.append((group: group, constant: constant, slope: slope))
  }

  /// The decisions within a box at which the cuts are least, and each group's slope there: where cuts meet, weighted as
  /// their multipliers are. Nil where there is no verified answer.
  ///
  /// - Parameter rows: what decisions have to fulfil.
  func least(rows: [Recourse.Row], lower: [Double], upper: [Double])
    -> (decisions: [Double], slopes: [[Double]])?
  {
    var program = LinearProgram()
    for (lower, upper) in zip(lower, upper) { program.addColumn(lower: lower, upper: upper) }
    let first = program.columnCount
    for share in shares { program.addColumn(lower: -.infinity, upper: .infinity, cost: share) }
    for cut in cuts {
      for (j, value) in cut.slope.enumerated() where value != 0 { program.addEntry(j, -value) }
      program.addEntry(first + cut.group, 1)
      program.finishRow(lower: cut.constant, upper: .infinity)
    }
    for row in rows { program.add(row) }
    guard case .optimal(let found)? = try? solve(program) else { return nil }
    var slopes = shares.map { _ in [Double](repeating: 0, count: first) }
    for (k, cut) in cuts.enumerated() where found.rowDuals[k] != 0 {
      let weight = found.rowDuals[k] / shares[cut.group]
      for j in cut.slope.indices { slopes[cut.group][j] += weight * cut.slope[j] }
    }
    return (Array(found.columnValues.prefix(first)), slopes)
  }
}

extension LinearProgram {
  /// A row of shared decisions, which are the first columns.
  mutating func add(_ row: Recourse.Row) {
    addRow(
      lower: row.lower, upper: row.upper,
      zip(row.decisions, row.values).map { (column: $0, coefficient: $1) })
  }
}
