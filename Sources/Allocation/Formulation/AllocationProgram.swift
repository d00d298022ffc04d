import LinearProgramming
import SupplyChain
import Support

/// The program of one model: minimise the first objective over everything that can be decided.
///
/// Inside the program quantities are kilotonnes, capacities kilotonnes a year, and money is millions, so that
/// coefficients sit near 1. `columns[j]` and `rows[i]` say what column `j` decides and what row `i` demands.
public struct AllocationProgram: Sendable {
  /// Tonnes in a mass unit of the program.
  public static let tonnesPerUnit = 1000.0

  public let model: Model
  /// The program with the first objective as its cost.
  public var program: LinearProgram
  public let columns: [ColumnKey]
  public let rows: [RowKey]
  /// One vector per objective of the model, in order.
  public let objectives: [ObjectiveVector]
  /// Of objectives that are counted and not optimised, in the order in which they were asked for.
  public let counted: [ObjectiveVector]
  /// Costs by which to look for one of many optima, where there is a single objective that is likely to have
  /// many: a solve with them ends sooner.
  let tieBreakingCosts: [Double]?
  /// kt/yr of capacity per unit of a build column: 1, or the module, by facility.
  public let buildUnit: [Double]
  /// By row of a fund's account: the column that carries its money to the next step. Empty for programs that are composed
  /// of several outcomes'.
  let carryColumn: [Int: Int]

  /// Builds the program; `relaxed` drops the whole-number rules.
  ///
  /// - Parameters:
  ///   - keepsUnpayable: whether awards that nobody could pay for or repay keep their columns, which are 0 in
  ///     every plan. A program whose past awards are committed, or whose conflicts are explained, needs them.
  ///   - others: objectives whose values at a point are wanted as well; of the peak it has the vector only where the peak is
  ///     an objective of the model.
  public init(
    _ model: Model, relaxed: Bool = false, keepsUnpayable: Bool = false,
    counting others: [Objective] = []
  ) {
    var builder = ProgramBuilder(model, relaxed: relaxed, keepsUnpayable: keepsUnpayable)
    builder.build()
    counted = builder.counted(others)
    self.model = model
    program = builder.program
    columns = builder.columns
    rows = builder.rows
    objectives = builder.objectiveVectors
    tieBreakingCosts = builder.tieBreakingCosts
    buildUnit = builder.buildUnit
    carryColumn = builder.carryColumn
    let names = ProgramNames(model: model, columns: columns, rows: rows)
    program.columnName = names.column
    program.rowName = names.row
    program.columnGroup = columns.map { Int32($0.facility ?? -1) }
  }

  /// A program composed of others.
  init(
    model: Model, program: LinearProgram, columns: [ColumnKey], rows: [RowKey],
    objectives: [ObjectiveVector], tieBreakingCosts: [Double]? = nil, buildUnit: [Double],
    carryColumn: [Int: Int] = [:]
  ) {
    self.model = model
    self.program = program
    self.columns = columns
    self.rows = rows
    self.objectives = objectives
    counted = []
    self.tieBreakingCosts = tieBreakingCosts
    self.buildUnit = buildUnit
    self.carryColumn = carryColumn
  }
}

extension AllocationProgram {
  /// The same program, with one copy of what is equal in another's: outcomes of one model differ in few numbers.
  public func sharingStorage(with other: AllocationProgram) -> AllocationProgram {
    var program = program
    program.shareStorage(with: other.program)
    let columns = columns == other.columns ? other.columns : columns
    let rows = rows == other.rows ? other.rows : rows
    let names = ProgramNames(model: model, columns: columns, rows: rows)
    program.columnName = names.column
    program.rowName = names.row
    let isAlike = objectives.count == other.objectives.count
    return AllocationProgram(
      model: model, program: program, columns: columns, rows: rows,
      objectives: isAlike
        ? zip(objectives, other.objectives).map { $0.sharingStorage(with: $1) } : objectives,
      tieBreakingCosts: tieBreakingCosts == other.tieBreakingCosts
        ? other.tieBreakingCosts : tieBreakingCosts, buildUnit: buildUnit,
      carryColumn: carryColumn == other.carryColumn ? other.carryColumn : carryColumn)
  }

  /// The program and, after its own rows, one without bounds for each objective but the last: where that
  /// objective will be held once its best value is known.
  var programWithHeldRows: LinearProgram {
    var result = program
    for vector in objectives.dropLast() {
      result.addRow(lower: -.infinity, upper: .infinity, HeldObjective(vector).terms)
    }
    return result
  }
}

/// A linear objective: `offset + Σ coefficient[j]·x[j]`, in the unit of formulation section 6, objectives.
public struct ObjectiveVector: Sendable {
  public let objective: Objective
  public let coefficients: [Double]
  public let offset: Double

  fileprivate func sharingStorage(with other: ObjectiveVector) -> ObjectiveVector {
    ObjectiveVector(
      objective: objective,
      coefficients: coefficients == other.coefficients ? other.coefficients : coefficients,
      offset: offset)
  }

  public func value(at point: [Double]) -> Double {
    var sum = CompensatedSum(offset)
    for (coefficient, x) in zip(coefficients, point) where coefficient != 0 {
      sum.add(coefficient * x)
    }
    return sum.value
  }
}
