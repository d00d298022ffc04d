/// `constant + Σ coefficient · quantity`, all in tonnes, years, millions and the units of factors.
public struct LinearExpression: Sendable, Hashable {
  public struct Term: Sendable, Hashable {
    public var quantity: PlanQuantity
    /// A level series over the years in which the expression is taken.
    public var coefficient: Series
    /// The quantity is that of so many years before.
    public var yearsBefore: Int
  }
  public var terms: [Term]
  /// A level series; over several years its last year counts.
  public var constant: Series
  public var dimension: Dimension

  public init(
    terms: [Term] = [], constant: Series = Series(0), dimension: Dimension = .pure
  ) {
    self.terms = terms
    self.constant = constant
    self.dimension = dimension
  }

  /// How many years before the first one it looks.
  public var yearsBefore: Int { terms.map(\.yearsBefore).max() ?? 0 }

  var isConstant: Bool { terms.isEmpty }

  /// The constant and the coefficients.
  var allSeries: [Series] {
    get { [constant] + terms.map(\.coefficient) }
    set {
      constant = newValue[0]
      for index in terms.indices { terms[index].coefficient = newValue[index + 1] }
    }
  }

  /// A 0, which may be of any dimension.
  var isNothing: Bool { terms.isEmpty && constant.values.allSatisfy { $0 == 0 } }

  /// Whether it is 0 or more whatever is decided.
  var isNeverNegative: Bool {
    (terms.map(\.coefficient) + [constant]).allSatisfy { $0.values.allSatisfy { $0 >= 0 } }
  }
}

extension LinearExpression {
  /// `self + factor · other`, of the same dimension.
  func adding(_ other: LinearExpression, times factor: Double = 1, in horizon: Horizon)
    -> LinearExpression
  {
    var result = self
    result.constant = constant.combined(other.constant, in: horizon) { $0 + factor * $1 }
    for term in other.terms {
      let place = result.terms.firstIndex {
        $0.quantity == term.quantity && $0.yearsBefore == term.yearsBefore
      }
      if let place {
        result.terms[place].coefficient = result.terms[place].coefficient.combined(
          term.coefficient, in: horizon
        ) { $0 + factor * $1 }
      } else {
        var scaled = term
        scaled.coefficient.values = term.coefficient.values.map { factor * $0 }
        result.terms.append(scaled)
      }
    }
    return result
  }

  /// The product with a number of every year.
  func scaled(
    by factors: Series, _ dimension: Dimension, in horizon: Horizon,
    _ product: (Double, Double) -> Double = { $0 * $1 }
  ) -> LinearExpression {
    LinearExpression(
      terms: terms.map { term in
        var scaled = term
        scaled.coefficient = term.coefficient.combined(factors, in: horizon, product)
        return scaled
      }, constant: constant.combined(factors, in: horizon, product), dimension: dimension)
  }

  /// The expression of the year before.
  func oneYearBefore(in horizon: Horizon) -> LinearExpression {
    LinearExpression(
      terms: terms.map { term in
        Term(
          quantity: term.quantity, coefficient: term.coefficient.oneYearLater(in: horizon),
          yearsBefore: term.yearsBefore + 1)
      }, constant: constant.oneYearLater(in: horizon), dimension: dimension)
  }
}

extension Series {
  /// Two level series combined year by year; one value where both have one.
  fileprivate func combined(
    _ other: Series, in horizon: Horizon, _ combine: (Double, Double) -> Double
  ) -> Series {
    if values.count == 1, other.values.count == 1 {
      return Series(combine(values[0], other.values[0]))
    }
    let years = Array(horizon.start...horizon.end)
    return Series(years: years, values: years.map { combine(level($0), other.level($0)) })
  }

  fileprivate func oneYearLater(in horizon: Horizon) -> Series {
    if values.count == 1 { return self }
    let years = Array(horizon.start...horizon.end)
    return Series(years: years, values: years.map { level($0 - 1) })
  }
}
