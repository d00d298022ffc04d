import LinearProgramming

/// The CVaR reformulation (Rockafellar and Uryasev 2000): outcomes whose expected objective is the conditional value at
/// risk of the given outcomes' first objectives, the mean of the worst `1 − level`.
///
/// The quantile η becomes a further first-stage decision, and each outcome's objective is
/// `η + max(0, objective − η)/(1 − level)`.
public struct CVaRReformulation: Sendable {
  /// The columns of the outcome's own come first.
  public let outcomes: [AllocationProgram]
  public let firstStage: FirstStage

  /// - Parameter level: from 0 to below 1.
  public init(_ outcomes: [AllocationProgram], firstStage: FirstStage, level: Double) {
    let range = outcomes.range()
    self.outcomes = outcomes.map { $0.cvar(level, range) }
    self.firstStage = firstStage.deciding(
      lower: range.lower, upper: range.upper,
      columns: outcomes.map { Int32(truncatingIfNeeded: $0.program.columnCount) })
  }
}

extension AllocationProgram {
  fileprivate func cvar(_ level: Double, _ range: (lower: Double, upper: Double))
    -> AllocationProgram
  {
    let vector = objectives[0]
    var program = program
    let quantile = program.addColumn(lower: range.lower, upper: range.upper)
    let excess = program.addColumn(lower: 0, upper: range.upper - range.lower)
    for (j, value) in vector.coefficients.enumerated() where value != 0 {
      program.addEntry(j, value)
    }
    program.addEntry(quantile, -1)
    program.addEntry(excess, -1)
    program.finishRow(lower: -.infinity, upper: -vector.offset)
    var costs = [Double](repeating: 0, count: program.columnCount)
    costs[quantile] = 1
    costs[excess] = 1 / (1 - level)
    program.setCosts(costs)
    program.objectiveOffset = 0
    return AllocationProgram(
      model: model, program: program, columns: columns + [ColumnKey(.peak), ColumnKey(.peak)],
      rows: rows + [RowKey(.held)],
      objectives: [ObjectiveVector(objective: vector.objective, coefficients: costs, offset: 0)],
      buildUnit: buildUnit, carryColumn: carryColumn)
  }
}
