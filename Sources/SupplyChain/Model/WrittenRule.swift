/// A named sum over the plan, as the model's file writes it.
public struct NamedMeasure: Sendable {
  public var id: String
  /// The expression as it stands in the file.
  public var text: String
  /// Its amount in a year.
  public var yearly: LinearExpression
  /// What its years come to together.
  public var total: Total
  public var location: SourceLocation

  /// The sum that a rule with `per: horizon` compares, over all years.
  public enum Total: Sendable {
    case sum(LinearExpression)
    /// There is none: why, and what may stand in its place.
    case none(reason: String, help: String?)
  }

  /// Whether it depends on what is decided; else it is a number with a name.
  public var isDecided: Bool { !yearly.terms.isEmpty }

  /// All coefficients and constants, always in the same order.
  var allSeries: [Series] {
    get {
      guard case .sum(let sum) = total else { return yearly.allSeries }
      return yearly.allSeries + sum.allSeries
    }
    set {
      let count = yearly.terms.count + 1
      yearly.allSeries = Array(newValue[..<count])
      guard case .sum(var sum) = total else { return }
      sum.allSeries = Array(newValue[count...])
      total = .sum(sum)
    }
  }
}

extension Model {
  /// The rules whose penalty counts in none of some objectives, so that they have no effect.
  public func rulesWithoutEffect(under objectives: [Objective]) -> [WrittenRule] {
    if objectives.contains(.publicCost) || objectives.contains(.systemCost) { return [] }
    return rules.filter { $0.penalty != nil }
  }
}

/// A linear comparison that every plan keeps (formulation section 5.2, rules).
public struct WrittenRule: Sendable {
  public enum Period: String, Sendable, CaseIterable {
    /// In every year.
    case year
    /// Over all its years together.
    case horizon
    /// In every year, over the years up to it.
    case cumulative
  }
  public enum Sense: String, Sendable, CaseIterable {
    case atMost = "<="
    case atLeast = ">="
    case equal = "="
  }
  public var name: String
  /// The comparison as it stands in the file.
  public var text: String
  public var left: LinearExpression
  public var sense: Sense
  public var right: LinearExpression
  public var period: Period
  public var from: Int?
  public var until: Int?
  /// Millions for a unit that lacks, of a rule that may be broken; nil: it may not.
  public var penalty: Double?
  public var location: SourceLocation
  /// `left − right`, which the sense compares with 0.
  public private(set) var difference: LinearExpression

  public init(
    name: String, text: String, left: LinearExpression, sense: Sense, right: LinearExpression,
    period: Period, horizon: Horizon, location: SourceLocation
  ) {
    self.name = name
    self.text = text
    self.left = left
    self.sense = sense
    self.right = right
    self.period = period
    self.location = location
    difference = left.adding(right, times: -1, in: horizon)
  }

  public var dimension: Dimension { left.dimension }

  /// Units of the rule in a unit of its row in the program: thousands where it counts tonnes.
  public var rowUnit: Double { dimension.mass == 1 ? 1000 : 1 }

  /// The years whose amounts a row sums, for each row; the last of them is the year of the row.
  public func years(of horizon: Horizon) -> [ClosedRange<Int>] {
    // What looks back needs a year to look at.
    let first = max(horizon.start + difference.yearsBefore, from ?? horizon.start)
    let last = min(horizon.end, until ?? horizon.end)
    guard first <= last else { return [] }
    switch period {
    case .year: return (first...last).map { $0...$0 }
    case .horizon: return [first...last]
    case .cumulative: return (first...last).map { first...$0 }
    }
  }

  /// The number on the right-hand side of a row once everything decided stands on the left.
  public func bound(in year: Int) -> Double { 0 - difference.constant.level(year) }

  /// Moves the number of every year.
  public mutating func shiftBound(by change: (Int) -> Double, in horizon: Horizon) {
    let years = Array(horizon.start...horizon.end)
    func moved(_ constant: Series, _ sign: Double) -> Series {
      Series(years: years, values: years.map { constant.level($0) + sign * change($0) })
    }
    right.constant = moved(right.constant, 1)
    difference.constant = moved(difference.constant, -1)
  }

  /// All coefficients and constants, always in the same order.
  var allSeries: [Series] {
    get { left.allSeries + right.allSeries + difference.allSeries }
    set {
      let (a, b) = (left.terms.count + 1, right.terms.count + 1)
      left.allSeries = Array(newValue[..<a])
      right.allSeries = Array(newValue[a..<(a + b)])
      difference.allSeries = Array(newValue[(a + b)...])
    }
  }

  /// Whether another rule is the same but for its numbers.
  func isLike(_ other: WrittenRule) -> Bool {
    func shape(_ rule: WrittenRule) -> [[PlanQuantity]] {
      [rule.left, rule.right, rule.difference].map { $0.terms.map(\.quantity) }
    }
    return name == other.name && sense == other.sense && shape(self) == shape(other)
  }

  /// Whether doing nothing breaks it, or what is given anyway may.
  var asksForSomething: Bool {
    if difference.terms.contains(where: { $0.quantity.kind.hasGivenPart }) { return true }
    return difference.constant.values.contains { value in
      switch sense {
      case .atMost: value > 0
      case .atLeast: value < 0
      case .equal: value != 0
      }
    }
  }
}
