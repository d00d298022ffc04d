import LinearProgramming

/// A cutting-plane (bundle) model of each group's mean objective as a function of the first-stage decisions: the largest
/// of its optimality cuts, which lie nowhere above it.
struct CuttingPlaneModel {
  /// By group: its probability.
  let shares: [Double]
  private var cuts: [(group: Int, constant: Double, subgradient: [Double])] = []

  init(shares: [Double]) { self.shares = shares }

  /// Adds the optimality cut `mean objective of the group ≥ constant + subgradient·x`, in the objective's unit, for all
  /// decisions x.
  mutating func add(group: Int, constant: Double, subgradient: [Double]) {
    cuts.append((group: group, constant: constant, subgradient: subgradient))
  }

  /// The minimiser of the model's mean over the groups within a box, and a subgradient of each group's model there: its
  /// active cuts, weighted by their multipliers. Nil where the solve gives no verified optimum.
  ///
  /// - Parameter rows: feasibility cuts and the rows of the decisions alone.
  func minimiser(rows: [Recourse.Row], lower: [Double], upper: [Double])
    -> (decisions: [Double], subgradients: [[Double]])?
  {
    var program = LinearProgram()
    for (lower, upper) in zip(lower, upper) { program.addColumn(lower: lower, upper: upper) }
    let first = program.columnCount
    for share in shares { program.addColumn(lower: -.infinity, upper: .infinity, cost: share) }
    for cut in cuts {
      for (j, value) in cut.subgradient.enumerated() where value != 0 {
        program.addEntry(j, -value)
      }
      program.addEntry(first + cut.group, 1)
      program.finishRow(lower: cut.constant, upper: .infinity)
    }
    for row in rows { program.add(row) }
    guard case .optimal(let found)? = try? solve(program) else { return nil }
    var subgradients = shares.map { _ in [Double](repeating: 0, count: first) }
    for (k, cut) in cuts.enumerated() where found.rowDuals[k] != 0 {
      let weight = found.rowDuals[k] / shares[cut.group]
      for j in cut.subgradient.indices {
        subgradients[cut.group][j] += weight * cut.subgradient[j]
      }
    }
    return (Array(found.columnValues.prefix(first)), subgradients)
  }
}

extension LinearProgram {
  /// Adds a row over the first-stage decisions, which are the first columns.
  mutating func add(_ row: Recourse.Row) {
    addRow(
      lower: row.lower, upper: row.upper,
      zip(row.decisions, row.values).map { (column: $0, coefficient: $1) })
  }
}
