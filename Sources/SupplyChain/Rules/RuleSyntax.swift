/// An expression over measures as it is written, each part with the bytes of the text that it takes.
indirect enum RuleSyntax: Sendable {
  enum Operator: Character, Sendable {
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
  }
  /// In tonnes, years, millions and the units of factors.
  case number(Double, Dimension, Range<Int>)
  /// A number by year: a measure whose value is a map.
  case series(Series, Dimension, Range<Int>)
  /// A quantity, a factor or a measure, with the filters behind it.
  case name(String, [RuleFilter], Range<Int>)
  /// `last_year(…)`.
  case lastYear(RuleSyntax, Range<Int>)
  case negative(RuleSyntax, Range<Int>)
  case binary(Operator, RuleSyntax, RuleSyntax, Range<Int>)

  /// Whether it speaks of the year before.
  var looksBack: Bool {
    switch self {
    case .number, .series, .name: false
    case .lastYear: true
    case .negative(let inner, _): inner.looksBack
    case .binary(_, let left, let right, _): left.looksBack || right.looksBack
    }
  }

  var range: Range<Int> {
    switch self {
    case .number(_, _, let range), .series(_, _, let range), .name(_, _, let range),
      .lastYear(_, let range),
      .negative(_, let range), .binary(_, _, _, let range):
      range
    }
  }
}

/// `stage=metal|magnet`, as it is written.
struct RuleFilter: Sendable {
  var key: String
  var keyAt: Int
  /// Names, in which `*` stands for any text.
  var values: [(text: String, at: Int)]
}

/// Two expressions with a sign of comparison between them.
struct RuleComparison: Sendable {
  var left: RuleSyntax
  var sense: WrittenRule.Sense
  var right: RuleSyntax
}

/// What is wrong with an expression, and at which byte of its text.
struct RuleProblem: Error {
  var message: String
  var at: Int
  var found: String?
  var expected: String?
  var help: String?

  init(
    _ message: String, at: Int, found: String? = nil, expected: String? = nil, help: String? = nil
  ) {
    self.message = message
    self.at = at
    self.found = found
    self.expected = expected
    self.help = help
  }
}
