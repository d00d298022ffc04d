import LinearProgramming
import SupplyChain
import Support

/// A target that outcomes of some probability may miss (formulation section 7.4, chance targets).
///
/// Where outcomes may be given up, its row is without a bound in their own programs; what ties them together stands in
/// the extensive form.
public struct ChanceTarget: Sendable {
  /// What the extensive form asks instead of the row.
  public enum Form: Sendable, Hashable {
    /// A column an outcome that is 1 where the target is missed: exactly the chance.
    case wholeNumbers
    /// A bound on the conditional value at risk of the excess, which implies the chance.
    case cvar
    /// No outcome is unlikely enough to be given up: the row stays in each of them.
    case everyOutcome
  }

  /// The target's row in an outcome's program.
  struct Row: Sendable {
    var index: Int
    /// The bound that it had.
    var upper: Double
    /// Of the activity less that bound, over the columns' bounds.
    var least: Double
    var most: Double
  }

  public let year: Int
  /// The least probability with which it is kept.
  public let chance: Double
  public let form: Form
  /// By outcome; nil where it has no such target.
  private let rows: [Row?]
  /// By outcome, what the extensive form bounds; all nil where the outcomes that have the target may miss it together.
  let boundRows: [Row?]

  /// A target that is exceeded by less counts as kept: rounding.
  public static let tolerance = 1e-6
  /// Of the probability.
  static let probabilityTolerance = 1e-9

  /// Whether any outcome could be given up at all. A target of which none can holds in every outcome.
  public static func mayBeMissed(_ chance: Double, probabilities: [Double]) -> Bool {
    probabilities.contains { $0 <= 1 - chance + probabilityTolerance }
  }

  /// - Parameters:
  ///   - bounds: by outcome, of the rows before they were freed (`AllocationProgram.bounds`).
  public init(
    year: Int, chance: Double, form: Form, _ outcomes: [AllocationProgram],
    probabilities: [Double], bounds: [Double?]
  ) {
    self.year = year
    self.chance = chance
    self.form = form
    let rows = zip(outcomes, bounds).map { own, bound -> Row? in
      guard let bound, let index = own.targetRow(year) else { return nil }
      let program = own.program
      var row = Row(index: index, upper: bound, least: -bound, most: -bound)
      for k in program.rowStart[index]..<program.rowStart[index + 1] {
        let j = Int(program.columnIndex[k])
        let a = program.coefficient[k] * program.columnLower[j]
        let b = program.coefficient[k] * program.columnUpper[j]
        row.least += min(a, b)
        row.most += max(a, b)
      }
      return row
    }
    let asked = zip(rows, probabilities).reduce(0) { $1.0 == nil ? $0 : $0 + $1.1 }
    self.rows = rows
    boundRows = asked <= 1 - chance + Self.probabilityTolerance ? rows.map { _ in nil } : rows
  }

  /// The probability that may be missed, with the tolerance.
  var room: Double { 1 - chance + Self.probabilityTolerance }

  /// Whether a probability suffices.
  public func isKept(with probability: Double) -> Bool {
    probability >= chance - Self.probabilityTolerance
  }

  /// By how much a plan of an outcome exceeds the target, negative where it is below; nil where the outcome has none.
  public func excess(_ program: AllocationProgram, outcome: Int, at point: [Double]) -> Double? {
    guard let row = rows[outcome] else { return nil }
    let own = program.program
    var sum = CompensatedSum(-row.upper)
    for k in own.rowStart[row.index]..<own.rowStart[row.index + 1] {
      sum.add(own.coefficient[k] * point[Int(own.columnIndex[k])])
    }
    return sum.value
  }
}

extension AllocationProgram {
  /// The row of the target of a year.
  fileprivate func targetRow(_ year: Int) -> Int? {
    rows.firstIndex { $0.kind == .target && model.targets[Int($0.first)].year == year }
  }

  /// By year, the bound of the target's row; nil where there is none.
  public func bounds(ofTargets years: [Int]) -> [Double?] {
    years.map { year in targetRow(year).map { program.rowUpper[$0] } }
  }

  /// The program with the rows of the targets of some years unbounded.
  public func freeing(targets years: [Int]) -> AllocationProgram {
    var result = self
    for row in years.compactMap(targetRow) {
      result.program.setRowBounds(row, lower: -.infinity, upper: .infinity)
    }
    return result
  }
}
