import LinearProgramming
import SupplyChain

/// The decisions of the steps before the reveal, which are the same in all outcomes (formulation section 7.3,
/// nonanticipativity):
/// `build`, `award`, `private`, `bought` and `store`.
///
/// A decision that one outcome rules out has an upper bound of 0, because every outcome's bounds hold.
public struct FirstStage: Sendable {
  public struct Decision: Sendable {
    /// Facilities, funds and stockpiles are numbered as in the first outcome's model (those that only later
    /// models have come after), options as 0 (standard) and 1 (fast track).
    public let key: ColumnKey
    /// In the unit of the program's column.
    public var lower: Double
    public var upper: Double
    public var isInteger: Bool
    /// kt/yr in a unit of a build decision; else 1.
    public var unit: Double
    /// The first outcome that has no such decision.
    var ruledOutBy: Int?
  }
  /// The first step in which the outcome is known.
  public let revealStep: Int
  public let decisions: [Decision]
  /// By outcome: the column of each decision, or -1 where it has none.
  public let columns: [[Int32]]
  /// By outcome: units of its column in a unit of the decision.
  public let factors: [[Double]]
  private let numbering: Numbering

  /// - Parameter reveal: the year from whose first step on the outcome is known.
  public init(_ outcomes: [AllocationProgram], reveal: Int) throws(UncertaintyProblem) {
    let horizon = outcomes.first?.model.horizon ?? Horizon(start: reveal, end: reveal, step: .year)
    let step = (reveal - horizon.start) * horizon.stepsPerYear
    if outcomes.contains(where: { $0.model.horizon != horizon }) { throw .horizonsDiffer }
    var numbering = Numbering()
    var decisions: [Decision] = []
    var positions: [ColumnKey: Int] = [:]
    var found: [[(position: Int, column: Int)]] = []
    for (outcome, program) in outcomes.enumerated() {
      let keys = numbering.keys(program)
      var members: [(position: Int, column: Int)] = []
      for (j, key) in program.columns.enumerated()
      where FirstStage.isShared(key, before: step) {
        let common = keys(key)
        let unit = key.kind == .build ? program.buildUnit[Int(key.first)] : 1
        let (lower, upper) = (program.program.columnLower[j], program.program.columnUpper[j])
        let isInteger = program.program.isInteger[j]
        if let position = positions[common] {
          let factor = decisions[position].unit / unit
          if factor != 1, isInteger || decisions[position].isInteger {
            throw .modulesDiffer(facility: program.model.facilities[Int(key.first)].id)
          }
          decisions[position].lower = max(decisions[position].lower, lower / factor)
          decisions[position].upper = min(decisions[position].upper, upper / factor)
          decisions[position].isInteger = decisions[position].isInteger || isInteger
          members.append((position, j))
        } else {
          positions[common] = decisions.count
          members.append((decisions.count, j))
          decisions.append(
            Decision(
              key: common, lower: lower, upper: upper, isInteger: isInteger, unit: unit,
              ruledOutBy: outcome > 0 ? 0 : nil))
        }
      }
      found.append(members)
    }
    var columns: [[Int32]] = []
    var factors: [[Double]] = []
    for (outcome, members) in found.enumerated() {
      var column = [Int32](repeating: -1, count: decisions.count)
      var factor = [Double](repeating: 1, count: decisions.count)
      for (position, j) in members {
        column[position] = Int32(truncatingIfNeeded: j)
        let key = outcomes[outcome].columns[j]
        if key.kind == .build {
          factor[position] = decisions[position].unit / outcomes[outcome].buildUnit[Int(key.first)]
        }
      }
      for position in decisions.indices where column[position] < 0 {
        if decisions[position].ruledOutBy == nil { decisions[position].ruledOutBy = outcome }
        decisions[position].upper = 0
        decisions[position].lower = min(decisions[position].lower, 0)
      }
      columns.append(column)
      factors.append(factor)
    }
    revealStep = step
    self.decisions = decisions
    self.columns = columns
    self.factors = factors
    self.numbering = numbering
  }

  /// The same decisions, in some of the outcomes only.
  public func among(_ outcomes: [Int]) -> FirstStage {
    FirstStage(
      revealStep: revealStep, decisions: decisions, columns: outcomes.map { columns[$0] },
      factors: outcomes.map { factors[$0] }, numbering: numbering)
  }

  /// With one decision more, which every outcome has.
  func deciding(lower: Double, upper: Double, columns: [Int32]) -> FirstStage {
    let decision = Decision(
      key: ColumnKey(.peak), lower: lower, upper: upper, isInteger: false, unit: 1)
    return FirstStage(
      revealStep: revealStep, decisions: decisions + [decision],
      columns: zip(self.columns, columns).map { $0 + [$1] }, factors: factors.map { $0 + [1] },
      numbering: numbering)
  }

  private init(
    revealStep: Int, decisions: [Decision], columns: [[Int32]], factors: [[Double]],
    numbering: Numbering
  ) {
    self.revealStep = revealStep
    self.decisions = decisions
    self.columns = columns
    self.factors = factors
    self.numbering = numbering
  }

  /// The decisions as a point of another program of the same family takes them; what that program has no
  /// column for is 0.
  public func values(_ program: AllocationProgram, point: [Double]) -> [Double] {
    var numbering = numbering
    let keys = numbering.keys(program)
    let positions = Dictionary(
      decisions.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    var values = [Double](repeating: 0, count: decisions.count)
    for (j, key) in program.columns.enumerated()
    where FirstStage.isShared(key, before: revealStep) {
      guard let position = positions[keys(key)] else { continue }
      let unit = key.kind == .build ? program.buildUnit[Int(key.first)] : 1
      values[position] = point[j] * unit / decisions[position].unit
    }
    return values
  }

  static func isShared(_ key: ColumnKey, before step: Int) -> Bool {
    guard Int(key.step) < step else { return false }
    switch key.kind {
    case .build, .award, .privateMoney, .bought, .store: return true
    default: return false
    }
  }
}

/// What keeps outcomes from being planned for together.
public enum UncertaintyProblem: Error, Sendable, CustomStringConvertible {
  case horizonsDiffer
  case modulesDiffer(facility: String)
  /// Words about the program and about what to do.
  case tooLarge(String)
  case interrupted
  /// There is no first stage.
  case nothingToDecide(reveal: Int)
  /// A chance target in a format that has no rows over several outcomes.
  case chanceByStages(year: Int)

  public var description: String {
    switch self {
    case .horizonsDiffer:
      "the outcomes have different horizons; found in their scenarios, expected one for all"
    case .modulesDiffer(let facility):
      "the outcomes have different modules for \(facility), which must be awarded before the outcome is "
        + "known; expected one size for all"
    case .tooLarge(let words): words
    case .nothingToDecide(let reveal):
      "nothing is awarded or built before the outcome is known in \(reveal): there is no first stage; "
        + "expected a later year in `uncertainty.reveal`"
    case .chanceByStages(let year):
      "the chance of target \(year) ties the outcomes together, which a program by stages cannot say; write all of "
        + "them in one program (--mps), or take the chance away (--set 'uncertainty.chance={}')"
    case .interrupted: "interrupted while the outcomes were made; there is no plan yet"
    }
  }
}

/// One numbering of facilities, funds, stockpiles and classes for models that may lack some of them.
private struct Numbering: Sendable {
  private var facilities: [String: Int] = [:]
  private var funds: [String: Int] = [:]
  private var stockpiles: [String: Int] = [:]
  private var classes: [String: Int] = [:]

  /// Translates the keys of a program.
  mutating func keys(_ program: AllocationProgram) -> (ColumnKey) -> ColumnKey {
    let model = program.model
    func numbers(_ ids: [String], _ known: inout [String: Int]) -> [Int] {
      ids.map { id in
        if let number = known[id] { return number }
        known[id] = known.count
        return known.count - 1
      }
    }
    let facility = numbers(model.facilities.map(\.id), &facilities)
    let fund = numbers(model.funds.map(\.id), &funds)
    let stockpile = numbers(model.stockpiles.map(\.id), &stockpiles)
    let provenance = numbers(model.provenance.classes.map(\.name), &classes)
    return { key in
      let (first, second, step) = (Int(key.first), Int(key.second), Int(key.step))
      switch key.kind {
      case .build:
        let kind = model.facilities[first].expansion?.options[second].kind
        return ColumnKey(.build, facility[first], kind == .fastTrack ? 1 : 0, step: step)
      case .award: return ColumnKey(.award, fund[first], facility[second], step: step)
      case .privateMoney: return ColumnKey(.privateMoney, facility[first], step: step)
      case .bought: return ColumnKey(.bought, fund[first], stockpile[second], step: step)
      case .store: return ColumnKey(.store, stockpile[first], provenance[second], step: step)
      default: return key
      }
    }
  }
}

extension AllocationProgram {
  /// The program with its first objective alone.
  public func firstObjectiveOnly() -> AllocationProgram {
    AllocationProgram(
      model: model, program: program, columns: columns, rows: rows,
      objectives: Array(objectives.prefix(1)), buildUnit: buildUnit, carryColumn: carryColumn)
  }

  /// The program with columns held to values, as far as their bounds admit them.
  ///
  /// - Parameter mayCutBack: whether less than the value is allowed as well.
  public func holding(
    _ values: [(column: Int, value: Double)], mayCutBack: Bool = false
  ) -> AllocationProgram {
    var result = self
    var lower = program.columnLower
    var upper = program.columnUpper
    for (column, value) in values {
      let made = mayCutBack && value <= 1e-8 ? 0 : value
      let held = min(max(made, lower[column]), upper[column])
      upper[column] = held
      if !mayCutBack { lower[column] = held }
    }
    result.program.setColumnBounds(lower: lower, upper: upper)
    result.program.freeRowsOfFixedColumns()
    return result
  }
}

extension LinearProgram {
  /// Takes the bounds off rows in which nothing is left to decide: who fixed their columns answers for them,
  /// and a rounding error there must not rule out the rest.
  mutating func freeRowsOfFixedColumns() {
    for i in 0..<rowCount where rowStart[i] < rowStart[i + 1] {
      let columns = columnIndex[rowStart[i]..<rowStart[i + 1]]
      if columns.allSatisfy({ columnLower[Int($0)] == columnUpper[Int($0)] }) {
        setRowBounds(i, lower: -.infinity, upper: .infinity)
      }
    }
  }
}

extension FirstStage {
  /// By column of an outcome: the decision it holds, −1 for none, and its value for a decision of 1.
  public func decisions(in outcome: Int, columnCount: Int) -> (decision: [Int32], factor: [Double])
  {
    var decision = [Int32](repeating: -1, count: columnCount)
    var factor = [Double](repeating: 1, count: columnCount)
    for (position, column) in columns[outcome].enumerated() where column >= 0 {
      decision[Int(column)] = Int32(truncatingIfNeeded: position)
      factor[Int(column)] = factors[outcome][position]
    }
    return (decision, factor)
  }

  /// What decisions are in an outcome's own columns.
  public func held(_ decisions: [Double], in outcome: Int) -> [(column: Int, value: Double)] {
    columns[outcome].enumerated().compactMap { position, column in
      column < 0 ? nil : (Int(column), decisions[position] * factors[outcome][position])
    }
  }

  /// Whether an outcome has no room for decisions: no column, or bounds that leave less.
  ///
  /// - Parameter program: the outcome's.
  public func isCutBack(
    _ decisions: [Double], in outcome: Int, of program: AllocationProgram
  ) -> Bool {
    decisions.indices.contains { position in
      let column = Int(columns[outcome][position])
      let value = decisions[position] * factors[outcome][position]
      let room = column < 0 ? 0 : program.program.columnUpper[column]
      return value > room + max(1e-6, 1e-6 * abs(value))
    }
  }

  /// The program with decisions that an outcome rules out ruled out, wherever it has a column for them.
  public func restricting(_ program: AllocationProgram) -> AllocationProgram {
    var result = program
    var numbering = numbering
    let keys = numbering.keys(program)
    let positions = Dictionary(
      decisions.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    var lower = program.program.columnLower
    var upper = program.program.columnUpper
    for (j, key) in program.columns.enumerated()
    where FirstStage.isShared(key, before: revealStep) {
      guard let position = positions[keys(key)] else { continue }
      let unit = key.kind == .build ? program.buildUnit[Int(key.first)] : 1
      let most = max(0, decisions[position].upper) * decisions[position].unit / unit
      upper[j] = max(lower[j], min(upper[j], most))
      lower[j] = min(lower[j], upper[j])
    }
    result.program.setColumnBounds(lower: lower, upper: upper)
    return result
  }
}
