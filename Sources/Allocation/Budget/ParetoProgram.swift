import LinearProgramming
import SupplyChain

extension BudgetProgram {
  /// The program of a model's first objective with the second held at a value that is left open (ε-constraint; formulation
  /// section 7.9, two objectives): its row stands last, and the scale is the second objective's value less its offset.
  public init(holdingSecondObjectiveOf model: Model, relaxed: Bool = false) {
    let base = AllocationProgram(model, relaxed: relaxed)
    let held = HeldObjective(base.objectives[1])
    var program = base.program
    let row = program.rowCount
    program.addRow(lower: -.infinity, upper: .infinity, held.terms)
    allocation = AllocationProgram(
      model: model, program: program, columns: base.columns,
      rows: base.rows + [RowKey(.held, 1)], objectives: base.objectives,
      tieBreakingCosts: base.tieBreakingCosts, buildUnit: base.buildUnit,
      carryColumn: base.carryColumn)
    rows = [(row: row, amount: held.scale)]
    appropriations = 0
  }
}

extension AllocationProgram {
  /// The program with an upper bound on one of its objectives, in its unit.
  public func bounding(objective index: Int, atMost value: Double) -> AllocationProgram {
    let held = HeldObjective(objectives[index])
    var bounded = program
    bounded.addRow(
      lower: -.infinity, upper: (value - held.vector.offset) * held.scale, held.terms)
    return AllocationProgram(
      model: model, program: bounded, columns: columns, rows: rows + [RowKey(.held, index)],
      objectives: objectives, tieBreakingCosts: tieBreakingCosts, buildUnit: buildUnit,
      carryColumn: carryColumn)
  }

  /// The program with one of its objectives no worse than a value that was found for it, to the tolerance by which values
  /// are held.
  public func bounding(objective index: Int, noWorseThan value: Double) -> AllocationProgram {
    bounding(objective: index, atMost: value + HeldObjective.tolerance(best: value))
  }

  /// The program whose first objective is a weighted sum of its objectives, and its only one.
  public func weighing(_ weights: [Double]) -> AllocationProgram {
    var coefficients = [Double](repeating: 0, count: columns.count)
    var offset = 0.0
    for (weight, vector) in zip(weights, objectives) {
      offset += weight * vector.offset
      for (j, value) in vector.coefficients.enumerated() { coefficients[j] += weight * value }
    }
    let sum = ObjectiveVector(
      objective: objectives[0].objective, coefficients: coefficients, offset: offset)
    var weighed = program
    weighed.setCosts(coefficients)
    weighed.objectiveOffset = offset
    return AllocationProgram(
      model: model, program: weighed, columns: columns, rows: rows, objectives: [sum],
      buildUnit: buildUnit, carryColumn: carryColumn)
  }
}

extension AllocationProgram {
  /// The program with its objectives in another order.
  public func ordering(_ order: [Int]) -> AllocationProgram {
    if order == Array(objectives.indices) { return self }
    let vectors = order.map { objectives[$0] }
    var ordered = program
    ordered.setCosts(vectors[0].coefficients)
    ordered.objectiveOffset = vectors[0].offset
    return AllocationProgram(
      model: model, program: ordered, columns: columns, rows: rows, objectives: vectors,
      buildUnit: buildUnit, carryColumn: carryColumn)
  }
}
