import LinearProgramming
import SupplyChain

/// The extensive form of the stochastic program: the first-stage decisions once, everything else once an outcome
/// (formulation section 7.3, extensive form).
///
/// The columns are the shared decisions, then each outcome's own, then those of chance targets and of the risk measure.
/// The first objective is the measure; the later ones are expectations.
public struct ExtensiveForm: Sendable {
  public let allocation: AllocationProgram
  /// By outcome: the program's column for each column of the outcome's own.
  public let columns: [[Int32]]
  /// By column of the program: the outcome it belongs to, −1 where all share it.
  public let outcomeOfColumn: [Int32]
  /// By chance target: the column by which it may be missed for more than the chance allows; empty but in an elastic
  /// form.
  public let slackColumns: [Int]
  private let factors: [[Double]]

  /// - Parameters:
  ///   - best: by outcome, what is taken off the first objective, where the measure is shifted.
  ///   - chances: targets; the outcomes' programs have the rows of those that may be missed without a bound.
  public init(
    _ outcomes: [AllocationProgram], probabilities: [Double], risk: RiskMeasure,
    firstStage: FirstStage, best: [Double] = [], chances: [ChanceTarget] = []
  ) {
    var composer = Composer(outcomes, probabilities, firstStage, chances)
    for outcome in outcomes.indices { composer.addColumns(of: outcome) }
    composer.addChanceColumns()
    for outcome in outcomes.indices { composer.addRows(of: outcome) }
    composer.addChanceRows()
    self.init(composer, risk, best)
  }

  /// The elastic form: chance targets have a slack each, whose sum is the only objective.
  public init(
    elastic chances: [ChanceTarget], _ outcomes: [AllocationProgram], probabilities: [Double],
    firstStage: FirstStage
  ) {
    var composer = Composer(outcomes, probabilities, firstStage, chances)
    for outcome in outcomes.indices { composer.addColumns(of: outcome) }
    composer.addChanceColumns()
    composer.addSlackColumns()
    for outcome in outcomes.indices { composer.addRows(of: outcome) }
    composer.addChanceRows()
    columns = composer.columns
    factors = composer.factors
    outcomeOfColumn = composer.owners
    slackColumns = composer.slacks
    allocation = composer.finished((composer.slacks.map { ($0, 1) }, 0)).firstObjectiveOnly()
  }

  /// The same; nil where `mustStop`, which is asked before each outcome, said so.
  public init?(
    _ outcomes: [AllocationProgram], probabilities: [Double], risk: RiskMeasure,
    firstStage: FirstStage, best: [Double] = [], chances: [ChanceTarget] = [],
    mustStop: () -> Bool
  ) {
    var composer = Composer(outcomes, probabilities, firstStage, chances)
    for outcome in outcomes.indices {
      if mustStop() { return nil }
      composer.addColumns(of: outcome)
    }
    composer.addChanceColumns()
    for outcome in outcomes.indices {
      if mustStop() { return nil }
      composer.addRows(of: outcome)
    }
    if mustStop() { return nil }
    composer.addChanceRows()
    self.init(composer, risk, best)
  }

  private init(_ composed: Composer, _ risk: RiskMeasure, _ best: [Double]) {
    var composer = composed
    let first = composer.addRisk(risk, best)
    columns = composer.columns
    factors = composer.factors
    outcomeOfColumn = composer.owners
    slackColumns = []
    allocation = composer.finished(first)
  }

  /// What a point of the program means in an outcome's own program.
  public func point(_ outcome: Int, of point: [Double]) -> [Double] {
    zip(columns[outcome], factors[outcome]).map { point[Int($0)] * $1 }
  }
}

private struct Composer {
  let outcomes: [AllocationProgram]
  let probabilities: [Double]
  let firstStage: FirstStage
  let chances: [ChanceTarget]
  /// Of the first outcome's model.
  private let shape: Shape
  var program = LinearProgram()
  var keys: [ColumnKey] = []
  var rows: [RowKey] = []
  var names: [(outcome: Int, column: Int)] = []
  var rowNames: [(outcome: Int, row: Int)] = []
  var columns: [[Int32]] = []
  var owners: [Int32] = []
  /// By outcome and column: its value for a value of 1 of the composed column.
  var factors: [[Double]] = []
  /// By chance target and outcome: the column that is 1 where it is missed, or its excess; -1 for none.
  private var misses: [[Int]] = []
  /// By chance target: the quantile of the excess; -1 for none.
  private var quantiles: [Int] = []
  /// By chance target: its slack.
  private(set) var slacks: [Int] = []

  init(
    _ outcomes: [AllocationProgram], _ probabilities: [Double], _ firstStage: FirstStage,
    _ chances: [ChanceTarget]
  ) {
    self.outcomes = outcomes
    self.probabilities = probabilities
    self.firstStage = firstStage
    self.chances = chances.filter { $0.form != .everyOutcome }
    shape = Shape(outcomes.first?.model ?? Model())
    let columnCount = outcomes.reduce(0) { $0 + $1.program.columnCount + 1 }
    let rowCount = outcomes.reduce(0) { $0 + $1.program.rowCount + 1 }
    program.reserve(
      columns: columnCount, rows: rowCount,
      nonzeros: outcomes.reduce(0) { $0 + 2 * $1.program.nonzeroCount })
    keys.reserveCapacity(columnCount)
    owners.reserveCapacity(columnCount)
    names.reserveCapacity(columnCount)
    rows.reserveCapacity(rowCount)
    rowNames.reserveCapacity(rowCount)
    addSharedColumns()
  }

  private mutating func addSharedColumns() {
    for (position, decision) in firstStage.decisions.enumerated() {
      let owner = firstStage.columns.firstIndex { $0[position] >= 0 } ?? 0
      program.addColumn(
        lower: decision.lower, upper: decision.upper, integer: decision.isInteger)
      keys.append(decision.key)
      owners.append(-1)
      names.append((outcome: owner, column: Int(firstStage.columns[owner][position])))
    }
  }

  /// Takes the outcomes in order.
  mutating func addColumns(of outcome: Int) {
    let own = outcomes[outcome]
    var map = [Int32](repeating: -1, count: own.program.columnCount)
    var factor = [Double](repeating: 1, count: own.program.columnCount)
    for position in firstStage.decisions.indices {
      let column = Int(firstStage.columns[outcome][position])
      guard column >= 0 else { continue }
      map[column] = Int32(truncatingIfNeeded: position)
      factor[column] = firstStage.factors[outcome][position]
    }
    for j in map.indices where map[j] < 0 {
      map[j] = Int32(
        truncatingIfNeeded: program.addColumn(
          lower: own.program.columnLower[j], upper: own.program.columnUpper[j],
          integer: own.program.isInteger[j]))
      keys.append(own.columns[j])
      owners.append(Int32(truncatingIfNeeded: outcome))
      names.append((outcome: outcome, column: j))
    }
    columns.append(map)
    factors.append(factor)
  }

  /// Takes the outcomes in order, after the columns of all.
  mutating func addRows(of outcome: Int) {
    let own = outcomes[outcome]
    // Words about rows are made from the first outcome's model; rows of a model with other entries get none.
    let isAlike = Shape(own.model) == shape
    let places = Dictionary(
      chances.indices.compactMap { n in chances[n].boundRows[outcome].map { ($0.index, n) } },
      uniquingKeysWith: { first, _ in first })
    for i in 0..<own.program.rowCount {
      for k in own.program.rowStart[i]..<own.program.rowStart[i + 1] {
        let j = Int(own.program.columnIndex[k])
        program.addEntry(
          Int(columns[outcome][j]), own.program.coefficient[k] * factors[outcome][j])
      }
      let upper = places[i].map { addMissEntries($0, outcome) } ?? own.program.rowUpper[i]
      program.finishRow(lower: own.program.rowLower[i], upper: upper)
      rows.append(isAlike ? own.rows[i] : RowKey(.held))
      rowNames.append((outcome: outcome, row: i))
    }
  }

  // MARK: Targets with a chance

  /// Takes them after the columns of all outcomes. All outcomes share them: a row ties them together.
  mutating func addChanceColumns() {
    for target in chances {
      let own = target.boundRows.compactMap { $0 }
      let least = own.map(\.least).min() ?? 0
      let most = own.map(\.most).max() ?? 0
      let isWhole = target.form == .wholeNumbers
      quantiles.append(
        isWhole || own.isEmpty ? -1 : addSharedColumn(lower: least, upper: max(least, most)))
      misses.append(
        target.boundRows.map { row in
          guard let row else { return -1 }
          // What is never missed needs no column.
          if isWhole {
            return row.most > 0 ? addSharedColumn(lower: 0, upper: 1, integer: true) : -1
          }
          return addSharedColumn(lower: 0, upper: max(0, most - least))
        })
    }
  }

  mutating func addSlackColumns() {
    for _ in chances { slacks.append(addSharedColumn(lower: 0, upper: .infinity)) }
  }

  /// What the row of a target in an outcome has besides the dependency; returns its bound.
  private mutating func addMissEntries(_ n: Int, _ outcome: Int) -> Double {
    guard let row = chances[n].boundRows[outcome] else { return .infinity }
    let miss = misses[n][outcome]
    switch chances[n].form {
    case .wholeNumbers: if miss >= 0 { program.addEntry(miss, -row.most) }
    case .cvar:
      program.addEntry(quantiles[n], -1)
      program.addEntry(miss, -1)
    case .everyOutcome: break
    }
    return row.upper
  }

  /// The row of each chance target that ties the outcomes together, after the rows of all.
  mutating func addChanceRows() {
    for (n, target) in chances.enumerated() where misses[n].contains(where: { $0 >= 0 }) {
      let isWhole = target.form == .wholeNumbers
      for (outcome, miss) in misses[n].enumerated() where miss >= 0 {
        let share = probabilities[outcome]
        program.addEntry(miss, isWhole ? share : share / (1 - target.chance))
      }
      if !isWhole { program.addEntry(quantiles[n], 1) }
      if !slacks.isEmpty { program.addEntry(slacks[n], -1) }
      program.finishRow(lower: -.infinity, upper: isWhole ? target.room : 0)
      let place = outcomes.first?.model.targets.firstIndex { $0.year == target.year }
      rows.append(place.map { RowKey(.target, $0) } ?? RowKey(.held))
      rowNames.append((outcome: -1, row: -2))
    }
  }

  private mutating func addSharedColumn(
    lower: Double, upper: Double, integer: Bool = false
  ) -> Int {
    owners.append(-1)
    keys.append(ColumnKey(.peak))
    names.append((outcome: -2, column: names.count))
    return program.addColumn(lower: lower, upper: upper, integer: integer)
  }

  // MARK: Measure and objectives

  /// The columns and rows of the measure; returns its coefficients and offset.
  mutating func addRisk(_ risk: RiskMeasure, _ best: [Double])
    -> (terms: [(column: Int, value: Double)], offset: Double)
  {
    if risk.kind == .expected { return expectation(0) }
    let range = outcomes.range(risk.isShifted ? best : [])
    // A difference of two values is told as one: so its gap is measured on their size.
    let base = best.isEmpty || !risk.isShifted ? 0 : best.reduce(0, +) / Double(best.count)
    let top = addRiskColumn(range.lower + base, range.upper + base, of: -1)
    var terms = [(column: top, value: 1.0)]
    for (outcome, own) in outcomes.enumerated() {
      let vector = own.objectives[0]
      for (j, value) in vector.coefficients.enumerated() where value != 0 {
        program.addEntry(Int(columns[outcome][j]), value * factors[outcome][j])
      }
      program.addEntry(top, -1)
      if risk.kind == .cvar {
        let excess = addRiskColumn(0, range.upper - range.lower, of: outcome)
        program.addEntry(excess, -1)
        terms.append((column: excess, value: probabilities[outcome] / (1 - risk.level)))
      }
      let shift = risk.isShifted ? best[outcome] : 0
      program.finishRow(lower: -.infinity, upper: shift - base - vector.offset)
      rows.append(RowKey(.held))
      rowNames.append((outcome: outcome, row: -1))
    }
    return (terms, -base)
  }

  private mutating func addRiskColumn(_ lower: Double, _ upper: Double, of outcome: Int) -> Int {
    owners.append(Int32(truncatingIfNeeded: outcome))
    keys.append(ColumnKey(.peak))
    names.append((outcome: -1, column: names.count))
    return program.addColumn(lower: lower, upper: upper)
  }

  private func expectation(_ index: Int)
    -> (terms: [(column: Int, value: Double)], offset: Double)
  {
    var terms: [(column: Int, value: Double)] = []
    var offset = 0.0
    for (outcome, own) in outcomes.enumerated() {
      let vector = own.objectives[index]
      offset += probabilities[outcome] * vector.offset
      for (j, value) in vector.coefficients.enumerated() where value != 0 {
        terms.append(
          (
            column: Int(columns[outcome][j]),
            value: value * factors[outcome][j] * probabilities[outcome]
          ))
      }
    }
    return (terms, offset)
  }

  mutating func finished(_ first: (terms: [(column: Int, value: Double)], offset: Double))
    -> AllocationProgram
  {
    let objectives = outcomes.first?.objectives ?? []
    let vectors = objectives.enumerated().map { index, objective in
      let (terms, offset) = index == 0 ? first : expectation(index)
      var coefficients = [Double](repeating: 0, count: program.columnCount)
      for term in terms { coefficients[term.column] += term.value }
      return ObjectiveVector(
        objective: objective.objective, coefficients: coefficients, offset: offset)
    }
    if let first = vectors.first {
      program.setCosts(first.coefficients)
      program.objectiveOffset = first.offset
    }
    program.columnName = columnName()
    program.rowName = rowName()
    return AllocationProgram(
      model: outcomes.first?.model ?? Model(), program: program, columns: keys, rows: rows,
      objectives: vectors, buildUnit: outcomes.first?.buildUnit ?? [])
  }

  private func columnName() -> @Sendable (Int) -> String {
    let (outcomes, names, shared) = (outcomes, names, firstStage.decisions.count)
    return { j in
      let (outcome, column) = names[j]
      if outcome < 0 { return "\(outcome == -2 ? "chance" : "risk").c\(j + 1)" }
      let name = outcomes[outcome].program.name(ofColumn: column)
      return j < shared ? "\(name).c\(j + 1)" : "o\(outcome + 1).\(name).c\(j + 1)"
    }
  }

  private func rowName() -> @Sendable (Int) -> String {
    let (outcomes, names) = (outcomes, rowNames)
    return { i in
      guard i < names.count else { return "r\(i + 1)" }
      let (outcome, row) = names[i]
      return row < 0
        ? "\(row == -2 ? "chance" : "risk").r\(i + 1)"
        : "o\(outcome + 1).\(outcomes[outcome].program.name(ofRow: row)).r\(i + 1)"
    }
  }

  /// What row keys of a model point at.
  private struct Shape: Equatable {
    var facilities: [String]
    var funds: [String]
    var stockpiles: [String]
    var limits: [String]
    var rules: [String]
    var targets: [Int]

    init(_ model: Model) {
      facilities = model.facilities.map(\.id)
      funds = model.funds.map(\.id)
      stockpiles = model.stockpiles.map(\.id)
      limits = model.limits.map(\.name)
      rules = model.rules.map(\.name)
      targets = model.targets.map(\.year)
    }
  }
}

extension [AllocationProgram] {
  /// What the first objectives can be at most and at least, less a value for each outcome where there are any.
  func range(_ shift: [Double] = []) -> (lower: Double, upper: Double) {
    var range = (lower: Double.infinity, upper: -Double.infinity)
    for (outcome, own) in enumerated() {
      let reach = own.objectives[0].range(over: own.program)
      let shift = shift.isEmpty ? 0 : shift[outcome]
      range.lower = Swift.min(range.lower, reach.lowerBound - shift)
      range.upper = Swift.max(range.upper, reach.upperBound - shift)
    }
    return range
  }
}

extension ObjectiveVector {
  /// The least and the largest value over the columns' boxes.
  public func range(over program: LinearProgram) -> ClosedRange<Double> {
    var least = offset
    var most = offset
    for (j, value) in coefficients.enumerated() where value != 0 {
      let a = value * program.columnLower[j]
      let b = value * program.columnUpper[j]
      least += min(a, b)
      most += max(a, b)
    }
    return least...max(least, most)
  }
}
