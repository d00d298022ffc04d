/// Turns written expressions into linear ones and checks their dimensions.
struct RuleLinearForm {
  let scope: RuleScope
  let span: PlanQuantity.Span
  /// The text that the ranges of the syntax point into.
  let text: String
  /// Measures that are being read, to find those that refer to themselves.
  private let open: [String]
  private var horizon: Horizon { scope.model.horizon }

  /// Measures may stand in measures to this depth.
  private static let deepest = 40

  init(scope: RuleScope, span: PlanQuantity.Span, text: String, inside open: [String] = []) {
    self.scope = scope
    self.span = span
    self.text = text
    self.open = open
  }

  // MARK: Comparisons

  /// Both sides of a comparison; a quotient that is compared with a number is multiplied out.
  func sides(
    _ comparison: RuleComparison
  ) throws(RuleProblem) -> (left: LinearExpression, right: LinearExpression) {
    if let sides = try multipliedOut(comparison.left, comparison.right) { return sides }
    if let (right, left) = try multipliedOut(comparison.right, comparison.left) {
      return (left, right)
    }
    var left = try linear(comparison.left)
    var right = try linear(comparison.right)
    try align(&left, &right, comparison.left, comparison.right, "compared with")
    return (left, right)
  }

  /// `share · whole` for the comparison of `part / whole` with a share.
  private func multipliedOut(
    _ quotient: RuleSyntax, _ other: RuleSyntax
  ) throws(RuleProblem) -> (LinearExpression, LinearExpression)? {
    guard case .binary(.over, let part, let whole, _) = quotient else { return nil }
    let divisor = try linear(whole)
    if divisor.isConstant { return nil }
    let share = try linear(other)
    guard share.isConstant else {
      throw RuleProblem(
        "a quotient of what is decided is compared with what is decided, which is not linear",
        at: quotient.range.lowerBound, found: words(quotient),
        expected: "a number on the other side",
        help: "multiply out: `\(words(part)) >= 40% * (\(words(whole)))`")
    }
    guard divisor.isNeverNegative else {
      throw RuleProblem(
        "what is divided by may be below 0, so that it cannot be multiplied out",
        at: whole.range.lowerBound, found: words(whole),
        help: "write the comparison without the quotient")
    }
    var left = try linear(part)
    var right = try bounded(
      divisor.scaled(
        by: share.constant, divisor.dimension.times(share.dimension), in: horizon), other.range)
    if share.isNothing { right.dimension = left.dimension }
    try align(&left, &right, quotient, other, "compared with")
    return (left, right)
  }

  // MARK: Sums and products

  func linear(_ syntax: RuleSyntax) throws(RuleProblem) -> LinearExpression {
    switch syntax {
    case .number(let value, let dimension, _):
      return LinearExpression(constant: Series(value), dimension: dimension)
    case .series(let series, let dimension, _):
      return LinearExpression(constant: series, dimension: dimension)
    case .name(let name, let filters, let range):
      return try named(name, filters, range)
    case .lastYear(let inner, let range):
      guard span == .year else {
        throw RuleProblem(
          "`\(RuleParser.previous)` looks from year to year, but the rule is over several years",
          at: range.lowerBound, help: "remove `per`")
      }
      return try linear(inner).oneYearBefore(in: horizon)
    case .negative(let inner, _):
      let value = try linear(inner)
      return value.scaled(by: Series(-1), value.dimension, in: horizon)
    case .binary(let sign, let left, let right, let range):
      let value =
        switch sign {
        case .plus, .minus: try sum(sign, left, right)
        case .times: try product(left, right)
        case .over: try quotient(left, right, range)
        }
      return try bounded(value, range)
    }
  }

  /// Larger numbers than a file may write come from products alone.
  private func bounded(
    _ value: LinearExpression, _ range: Range<Int>
  ) throws(RuleProblem) -> LinearExpression {
    if value.allSeries.allSatisfy({ $0.values.allSatisfy { abs($0) <= Number.largest } }) {
      return value
    }
    throw RuleProblem(
      "a number becomes too large", at: range.lowerBound, found: words(range),
      expected: "numbers of at most 1e15 tonnes or millions")
  }

  private func sum(
    _ sign: RuleSyntax.Operator, _ a: RuleSyntax, _ b: RuleSyntax
  ) throws(RuleProblem) -> LinearExpression {
    var left = try linear(a)
    var right = try linear(b)
    try align(&left, &right, a, b, sign == .plus ? "added to" : "set against")
    return left.adding(right, times: sign == .plus ? 1 : -1, in: horizon)
  }

  private func product(
    _ a: RuleSyntax, _ b: RuleSyntax
  ) throws(RuleProblem) -> LinearExpression {
    let left = try linear(a)
    let right = try linear(b)
    let dimension = left.dimension.times(right.dimension)
    if left.isConstant { return right.scaled(by: left.constant, dimension, in: horizon) }
    if right.isConstant { return left.scaled(by: right.constant, dimension, in: horizon) }
    throw RuleProblem(
      "two sums of decisions are multiplied, which is not linear", at: b.range.lowerBound,
      found: words(b), expected: "a number times a sum of decisions",
      help: "the nearest linear form holds one of them at a number: `40% * \(words(b))`")
  }

  private func quotient(
    _ a: RuleSyntax, _ b: RuleSyntax, _ range: Range<Int>
  ) throws(RuleProblem) -> LinearExpression {
    let left = try linear(a)
    let right = try linear(b)
    guard right.isConstant else {
      throw RuleProblem(
        "a sum of decisions divides, which is not linear", at: b.range.lowerBound, found: words(b),
        expected: "a quotient alone on one side of a rule, and a number on the other",
        help: "or multiplied out: `\(words(a)) >= 40% * (\(words(b)))`")
    }
    guard right.constant.values.allSatisfy({ $0 != 0 }) else {
      throw RuleProblem("something is divided by 0", at: b.range.lowerBound, found: words(b))
    }
    return left.scaled(
      by: right.constant, left.dimension.divided(by: right.dimension), in: horizon
    ) { $0 / $1 }
  }

  /// Sees to it that two expressions have one dimension. A bare 0 has any; an amount that is no sum of decisions is in a
  /// rule for every year an amount a year.
  private func align(
    _ left: inout LinearExpression, _ right: inout LinearExpression, _ a: RuleSyntax,
    _ b: RuleSyntax, _ verb: String
  ) throws(RuleProblem) {
    if left.dimension == right.dimension { return }
    if left.isNothing { left.dimension = right.dimension }
    if right.isNothing { right.dimension = left.dimension }
    if span == .year {
      let year = Dimension(time: 1)
      if left.isConstant, left.dimension == right.dimension.times(year) {
        left.dimension = right.dimension
      } else if right.isConstant, right.dimension == left.dimension.times(year) {
        right.dimension = left.dimension
      }
    }
    guard left.dimension != right.dimension else { return }
    var help: String?
    if span == .years, right.isConstant,
      left.dimension == right.dimension.times(Dimension(time: 1))
    {
      help = "over several years amounts are totals: leave out `/yr`"
    } else if right.isConstant, right.dimension == .pure {
      help = "the number lacks its unit"
    }
    throw RuleProblem(
      "\(dimension(right)) is \(verb) \(dimension(left))", at: b.range.lowerBound, found: words(b),
      expected: "\(dimension(left)), as `\(words(a))` has", help: help)
  }

  private func dimension(_ value: LinearExpression) -> String { value.dimension.words }

  // MARK: Names

  private func named(
    _ name: String, _ filters: [RuleFilter], _ range: Range<Int>
  ) throws(RuleProblem) -> LinearExpression {
    if let kind = PlanQuantity.Kind(rawValue: name) {
      return try quantity(name, kind, nil, filters, range)
    }
    if let index = scope.factors[name] {
      return try quantity(name, scope.model.factors[index].per, index, filters, range)
    }
    guard let syntax = scope.measures[name] else { throw unknown(name, range) }
    if let first = filters.first {
      throw RuleProblem(
        "`\(name)` is a measure, which takes no filter", at: first.keyAt,
        help: "filters stand at quantities: make a measure of what is meant")
    }
    guard !open.contains(name) else {
      throw RuleProblem("the measure `\(name)` refers to itself", at: range.lowerBound, found: name)
    }
    guard open.count < Self.deepest else {
      throw RuleProblem("measures stand in measures too deeply", at: range.lowerBound, found: name)
    }
    if let known = scope.memo.values[.init(measure: name, span: span)] { return known }
    var plain = scope
    plain.each = nil
    let inner = RuleLinearForm(scope: plain, span: span, text: "", inside: open + [name])
    do throws(RuleProblem) {
      let value = try inner.linear(syntax)
      scope.memo.values[.init(measure: name, span: span)] = value
      return value
    } catch {
      // The place that it names is one in the measure's own text.
      throw RuleProblem(
        "the measure `\(name)` cannot be used here: \(error.message)", at: range.lowerBound,
        found: name, help: error.help)
    }
  }

  private func quantity(
    _ name: String, _ kind: PlanQuantity.Kind, _ factor: Int?, _ filters: [RuleFilter],
    _ range: Range<Int>
  ) throws(RuleProblem) -> LinearExpression {
    guard var dimension = kind.dimension(in: span) else {
      throw RuleProblem(
        "`\(name)` has no sum over several years", at: range.lowerBound, found: words(range),
        help: "leave out `per: horizon` or `per: cumulative`")
    }
    var quantity = PlanQuantity(kind, try scope.filter(filters, of: name, keys: kind.keys))
    if let factor {
      quantity.factor = factor
      dimension = dimension.times(scope.model.factors[factor].dimension)
    }
    return LinearExpression(
      terms: [.init(quantity: quantity, coefficient: Series(1), yearsBefore: 0)],
      dimension: dimension)
  }

  private func unknown(_ name: String, _ range: Range<Int>) -> RuleProblem {
    let habits = [
      "award": "awards", "import": "imports", "builds": "build", "unmet": "shortage",
      "public_cost": "spending", "money": "spending",
    ]
    let nearest = habits[name] ?? Spelling.nearest(to: name, in: scope.allNames)
    let hasMinus = name.contains("-")
    return RuleProblem(
      "there is no quantity, factor or measure `\(name.escapedForDisplay(limit: 80))`",
      at: range.lowerBound, found: name,
      expected: "one of " + PlanQuantity.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        + ", or the name of a factor or a measure",
      help: nearest.map { "did you mean `\($0)`?" }
        ?? (hasMinus ? "the sign of a difference stands between spaces: `a - b`" : nil))
  }

  private func words(_ syntax: RuleSyntax) -> String { words(syntax.range) }

  private func words(_ range: Range<Int>) -> String {
    let bytes = Array(text.utf8)
    guard range.upperBound <= bytes.count else { return "…" }
    return String(decoding: bytes[range], as: UTF8.self)
  }
}
