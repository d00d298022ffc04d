/// A number of an expression, or numbers by year, with their dimension: what scenarios scale and set, and what
/// sensitivity varies.
struct RuleNumbers {
  /// In tonnes, years, millions and the units of factors.
  var series: Series
  var dimension: Dimension
  /// Whether a change worked out every year that there may ever be.
  var isForEveryYear = false

  init(_ series: Series, _ dimension: Dimension) {
    self.series = series
    self.dimension = dimension
  }

  /// nil where a node is no number and no map from year to number: an expression of quantities, say.
  init?(_ node: Node, _ units: UnitSystem) {
    switch node.content {
    case .worked(let worked):
      self.init(worked.all, worked.dimension ?? .pure)
      isForEveryYear = worked.isForEveryYear
    case .plain(let text), .quoted(let text):
      guard let syntax = try? RuleParser.expression(text, units: units), let own = syntax.number
      else { return nil }
      self.init(Series(own.value), own.dimension)
    case .mapping(let mapping):
      var values: [Int: Double] = [:]
      var dimension: Dimension?
      for pair in mapping.pairs {
        guard let year = Int(pair.key), let one = RuleNumbers(pair.value, units),
          one.series.values.count == 1, dimension ?? one.dimension == one.dimension
        else { return nil }
        values[year] = one.series.values[0]
        dimension = one.dimension
      }
      let years = values.keys.sorted()
      guard let dimension, !years.isEmpty else { return nil }
      self.init(Series(years: years, values: years.map { values[$0] ?? 0 }), dimension)
    case .list: return nil
    }
  }

  /// The one number that a rule's text has; nil where it has several or none.
  init?(ofRule text: String, _ units: UnitSystem) {
    guard let comparison = try? RuleParser.comparison(text, units: units),
      let own = comparison.onlyNumber
    else { return nil }
    self.init(Series(own.value), own.dimension)
  }
}

extension RuleSyntax {
  /// A number with or without a sign.
  fileprivate var number: (value: Double, dimension: Dimension)? {
    switch self {
    case .number(let value, let dimension, _): (value, dimension)
    case .negative(let inner, _): inner.number.map { (0 - $0.value, $0.dimension) }
    default: nil
    }
  }

  /// The numbers that are written in it.
  fileprivate var literals: [(value: Double, dimension: Dimension, range: Range<Int>)] {
    switch self {
    case .number(let value, let dimension, let range): [(value, dimension, range)]
    case .series, .name: []
    case .lastYear(let inner, _), .negative(let inner, _): inner.literals
    case .binary(_, let left, let right, _): left.literals + right.literals
    }
  }

  /// With a series in place of its numbers.
  fileprivate func replacingNumbers(by numbers: RuleNumbers) -> RuleSyntax {
    switch self {
    case .number(_, _, let range): .series(numbers.series, numbers.dimension, range)
    case .series, .name: self
    case .lastYear(let inner, let range): .lastYear(inner.replacingNumbers(by: numbers), range)
    case .negative(let inner, let range): .negative(inner.replacingNumbers(by: numbers), range)
    case .binary(let sign, let left, let right, let range):
      .binary(
        sign, left.replacingNumbers(by: numbers), right.replacingNumbers(by: numbers), range)
    }
  }
}

extension RuleComparison {
  private var literals: [(value: Double, dimension: Dimension, range: Range<Int>)] {
    left.literals + right.literals
  }

  var numberCount: Int { literals.count }

  /// The number for which `bound` stands.
  var onlyNumber: (value: Double, dimension: Dimension, range: Range<Int>)? {
    literals.count == 1 ? literals[0] : nil
  }

  func replacingNumber(by numbers: RuleNumbers) -> RuleComparison {
    RuleComparison(
      left: left.replacingNumbers(by: numbers), sense: sense,
      right: right.replacingNumbers(by: numbers))
  }
}
