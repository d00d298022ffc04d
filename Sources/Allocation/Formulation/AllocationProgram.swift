import LinearProgramming
import SupplyChain

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
  /// Costs by which to look for one of many optima, where there is a single objective that is likely to have
  /// many: a solve with them ends sooner.
  let tieCosts: [Double]?
  /// kt/yr of capacity per unit of a build column: 1, or the module, by facility.
  public let buildUnit: [Double]
  /// Columns that are basic in a start basis whose slack rows are feasible wherever the model has no lower
  /// limits: pairs (row, column), each row's own balance variable (a fund's carry, a stock).
  public let startBasis: [(row: Int, column: Int)]

  /// Builds the program; `relaxed` drops the whole-number rules.
  public init(_ model: Model, relaxed: Bool = false) {
    var builder = ProgramBuilder(model, relaxed: relaxed)
    builder.build()
    self.model = model
    program = builder.program
    columns = builder.columns
    rows = builder.rows
    objectives = builder.objectiveVectors
    tieCosts = builder.tieCosts
    buildUnit = builder.buildUnit
    startBasis = builder.startBasis
    let names = ProgramNames(model: model, columns: columns, rows: rows)
    program.columnName = names.column
    program.rowName = names.row
  }

  /// A program composed of others.
  init(
    model: Model, program: LinearProgram, columns: [ColumnKey], rows: [RowKey],
    objectives: [ObjectiveVector], tieCosts: [Double]? = nil, buildUnit: [Double],
    startBasis: [(row: Int, column: Int)]
  ) {
    self.model = model
    self.program = program
    self.columns = columns
    self.rows = rows
    self.objectives = objectives
    self.tieCosts = tieCosts
    self.buildUnit = buildUnit
    self.startBasis = startBasis
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
      tieCosts: tieCosts == other.tieCosts ? other.tieCosts : tieCosts, buildUnit: buildUnit,
      startBasis: startBasis.elementsEqual(other.startBasis, by: ==)
        ? other.startBasis : startBasis)
  }

  /// The program and, after its own rows, one without bounds for each objective but the last: where that
  /// objective will be held once its best value is known.
  var programWithHeldRows: LinearProgram {
    var result = program
    for vector in objectives.dropLast() {
      result.addRow(lower: -.infinity, upper: .infinity, vector.heldTerms)
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

  /// Brings the largest coefficient to 1.
  var heldFactor: Double {
    let largest = coefficients.reduce(0) { max($0, abs($1)) }
    return largest > 0 ? 1 / largest : 1
  }

  /// The row that holds the objective, its largest coefficient 1.
  var heldTerms: [(column: Int, coefficient: Double)] {
    let factor = heldFactor
    return coefficients.indices.compactMap { j in
      coefficients[j] == 0 ? nil : (j, coefficients[j] * factor)
    }
  }

  /// What an objective may be above its best value while later ones are minimised.
  static func heldTolerance(best: Double) -> Double { max(1e-6 * abs(best), 1e-9) }

  /// The upper bound of the row that holds this objective near its best value.
  func heldBound(best: Double) -> Double {
    (best + ObjectiveVector.heldTolerance(best: best) - offset) * heldFactor
  }

  public func value(at point: [Double]) -> Double {
    var sum = CompensatedSum(offset)
    for (coefficient, x) in zip(coefficients, point) where coefficient != 0 {
      sum.add(coefficient * x)
    }
    return sum.value
  }
}

/// Neumaier's compensated sum.
struct CompensatedSum {
  private var sum: Double
  private var compensation = 0.0
  init(_ start: Double = 0) { sum = start }
  mutating func add(_ term: Double) {
    let next = sum + term
    if abs(sum) >= abs(term) {
      compensation += (sum - next) + term
    } else {
      compensation += (term - next) + sum
    }
    sum = next
  }
  var value: Double { sum + compensation }
}
