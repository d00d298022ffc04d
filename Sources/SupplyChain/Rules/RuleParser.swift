/// Reads expressions and comparisons:
///
///     comparison = sum ("<=" | ">=" | "=") sum
///     sum        = product (("+" | "-") product)*
///     product    = part (("*" | "/") part)*
///     part       = number unit? | name filters? | "last_year(" sum ")" | "(" sum ")" | "-" part
///     filters    = "[" key "=" value ("|" value)* ("," …)* "]"
///
/// A name may hold `-`; the sign of a difference stands between spaces.
struct RuleParser {
  private let text: [UInt8]
  private var index = 0
  private var depth = 0
  private var units: UnitSystem

  /// The longest text, in bytes, and the deepest brackets that are read.
  static let longest = 4000
  private static let deepest = 40

  static let previous = "last_year"

  private init(_ text: String, _ units: UnitSystem) throws(RuleProblem) {
    self.text = Array(text.utf8)
    self.units = units
    if self.text.count > Self.longest {
      throw RuleProblem(
        "an expression is longer than \(Self.longest) characters", at: 0,
        help: "give parts of it names under `measures`")
    }
  }

  static func expression(
    _ text: String, units: UnitSystem
  ) throws(RuleProblem) -> RuleSyntax {
    var parser = try RuleParser(text, units)
    let result = try parser.sum()
    if let sign = parser.comparisonSign() {
      throw RuleProblem(
        "a measure is a sum and not a comparison", at: parser.index, found: sign,
        help: "comparisons stand under `rules`")
    }
    try parser.end()
    return result
  }

  static func comparison(
    _ text: String, units: UnitSystem
  ) throws(RuleProblem) -> RuleComparison {
    var parser = try RuleParser(text, units)
    let left = try parser.sum()
    let sense = try parser.sense()
    let right = try parser.sum()
    if let sign = parser.comparisonSign() {
      throw RuleProblem(
        "a rule has one comparison", at: parser.index, found: sign, help: "write two rules")
    }
    try parser.end()
    return RuleComparison(left: left, sense: sense, right: right)
  }

  // MARK: Sums and products

  private mutating func sum() throws(RuleProblem) -> RuleSyntax {
    var result = try product()
    while let sign = next(of: "+-") {
      let right = try product()
      result = .binary(
        sign == "+" ? .plus : .minus, result, right,
        result.range.lowerBound..<right.range.upperBound)
    }
    return result
  }

  private mutating func product() throws(RuleProblem) -> RuleSyntax {
    var result = try part()
    while let sign = next(of: "*/") {
      let right = try part()
      result = .binary(
        sign == "*" ? .times : .over, result, right,
        result.range.lowerBound..<right.range.upperBound)
    }
    return result
  }

  private mutating func part() throws(RuleProblem) -> RuleSyntax {
    skipSpaces()
    guard index < text.count else {
      throw RuleProblem(
        text.isEmpty ? "there is no expression" : "the expression breaks off", at: index,
        expected: "a number with its unit or a quantity (e.g. `activity[stage=metal]`)")
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw RuleProblem("the brackets are nested too deeply", at: index)
    }
    let start = index
    switch text[index] {
    case UInt8(ascii: "("):
      index += 1
      let inner = try sum()
      try close("(", openedAt: start)
      return inner
    case UInt8(ascii: "-"):
      index += 1
      let inner = try part()
      return .negative(inner, start..<inner.range.upperBound)
    case let byte where Number.isDigit(byte): return try number()
    case let byte where Self.isLetter(byte): return try name()
    default:
      throw RuleProblem(
        "`\(character)` is not expected here", at: index, found: rest,
        expected: "a number with its unit or a quantity (e.g. `activity[stage=metal]`)",
        help: character == "." ? "a number needs a digit before its point" : nil)
    }
  }

  // MARK: Numbers

  private mutating func number() throws(RuleProblem) -> RuleSyntax {
    let start = index
    let bytes = Array(text[start...])
    let length = Number.extent(bytes.span)
    let value: Double
    do throws(QuantityProblem) { value = try Number.value(bytes.span, length: length) } catch {
      throw RuleProblem(error.message, at: start, found: rest, help: error.suggestion)
    }
    index += length
    if index < text.count, text[index] == UInt8(ascii: ",") || text[index] == UInt8(ascii: "'") {
      throw RuleProblem(
        "`\(character)` is not expected in a number", at: index, found: rest,
        help: "the decimal point is a point, and digits are not grouped: `1500 t`")
    }
    let end = index
    guard let unitText = unitText() else { return .number(value, .pure, start..<end) }
    let unit: Unit
    do throws(QuantityProblem) { unit = try units.unit(unitText) } catch {
      throw RuleProblem(
        error.message, at: index - unitText.utf8.count, found: unitText,
        expected: error.expected, help: error.suggestion)
    }
    return .number(Self.value(value, unit), unit.dimension, start..<index)
  }

  /// In millions instead of the currency.
  private static func value(_ number: Double, _ unit: Unit) -> Double {
    var numerator = number * Double(unit.numerator)
    var denominator = Double(unit.denominator)
    for _ in 0..<max(0, unit.dimension.money) { denominator *= 1e6 }
    for _ in 0..<max(0, -unit.dimension.money) { numerator *= 1e6 }
    return numerator / denominator
  }

  /// The text of the unit behind a number: a word, and quotients of what the model knows as units.
  private mutating func unitText() -> String? {
    skipSpaces()
    let start = index
    guard index < text.count else { return nil }
    if text[index] == UInt8(ascii: "%") {
      index += 1
    } else if Self.isLetter(text[index]) {
      while index < text.count, Self.isWordByte(text[index]) { index += 1 }
    } else {
      return nil
    }
    while let end = divisor(from: index) { index = end }
    return String(decoding: text[start..<index], as: UTF8.self)
  }

  /// The end of `/unit` or `/(unit/unit)`; nil where something else stands there.
  private func divisor(from start: Int) -> Int? {
    var end = start
    func skip() -> Int {
      var place = end
      while place < text.count, text[place] == UInt8(ascii: " ") { place += 1 }
      return place
    }
    end = skip()
    guard end < text.count, text[end] == UInt8(ascii: "/") else { return nil }
    end += 1
    end = skip()
    guard end < text.count else { return nil }
    if text[end] == UInt8(ascii: "(") {
      guard let close = text[end...].firstIndex(of: UInt8(ascii: ")")) else { return nil }
      let inside = text[(end + 1)..<close]
      let words = inside.split { " /".utf8.contains($0) }
      let isUnit = words.allSatisfy { units.isUnit(String(decoding: $0, as: UTF8.self)) }
      return isUnit && !words.isEmpty ? close + 1 : nil
    }
    let word = text[end...].prefix { Self.isWordByte($0) }
    guard units.isUnit(String(decoding: word, as: UTF8.self)) else { return nil }
    return end + word.count
  }

  // MARK: Names and filters

  private mutating func name() throws(RuleProblem) -> RuleSyntax {
    let start = index
    let name = word()
    if name == Self.previous {
      skipSpaces()
      let open = index
      guard next(of: "(") != nil else {
        throw RuleProblem(
          "`\(Self.previous)` needs brackets", at: index, found: rest,
          expected: "e.g. `\(Self.previous)(spending)`")
      }
      let inner = try sum()
      try close("(", openedAt: open)
      return .lastYear(inner, start..<index)
    }
    var filters: [RuleFilter] = []
    var end = index
    if next(of: "[") != nil {
      let open = index - 1
      repeat { filters.append(try filter()) } while next(of: ",") != nil
      try close("[", openedAt: open)
      end = index
    }
    if index < text.count, text[index] == UInt8(ascii: "(") {
      throw RuleProblem(
        "`\(name.escapedForDisplay(limit: 40))` takes no brackets `(…)`", at: index,
        help: "filters stand in `[…]`, e.g. `activity[stage=metal]`")
    }
    return .name(name, filters, start..<end)
  }

  private mutating func filter() throws(RuleProblem) -> RuleFilter {
    skipSpaces()
    let keyAt = index
    let key = word()
    guard !key.isEmpty, next(of: "=") != nil else {
      throw RuleProblem(
        "a filter is not understood", at: key.isEmpty ? keyAt : index, found: rest,
        expected: "a key and a value (e.g. `stage=metal`)")
    }
    var values: [(text: String, at: Int)] = []
    repeat {
      skipSpaces()
      let at = index
      while index < text.count, Self.isNameByte(text[index]) || text[index] == UInt8(ascii: "*") {
        index += 1
      }
      guard index > at else {
        throw RuleProblem(
          "the filter `\(key)` lacks its value", at: at, found: rest,
          expected: "a name, names with `|` between them, or `*`")
      }
      values.append((String(decoding: text[at..<index], as: UTF8.self), at))
    } while next(of: "|") != nil
    return RuleFilter(key: key, keyAt: keyAt, values: values)
  }

  private mutating func word() -> String {
    let start = index
    while index < text.count, Self.isNameByte(text[index]) { index += 1 }
    return String(decoding: text[start..<index], as: UTF8.self)
  }

  // MARK: Signs

  private mutating func sense() throws(RuleProblem) -> WrittenRule.Sense {
    let at = index
    if let sign = comparisonSign(), let sense = WrittenRule.Sense(rawValue: sign) {
      index += sign.utf8.count
      return sense
    }
    let habits = ["<": "<=", ">": ">=", "≤": "<=", "≥": ">=", "==": "=", "=<": "<=", "=>": ">="]
    let sign = comparisonSign() ?? ""
    throw RuleProblem(
      index < text.count ? "`\(character)` is not expected here" : "a rule lacks its comparison",
      at: index < text.count ? index : at, found: index < text.count ? rest : nil,
      expected: "`<=`, `>=` or `=` and a second expression",
      help: habits[sign].map { "write `\($0)`" })
  }

  /// The signs of comparison that stand next, as they are written; nil where there are none.
  private mutating func comparisonSign() -> String? {
    skipSpaces()
    let tail = String(decoding: text[index...].prefix(8), as: UTF8.self)
    let sign = tail.prefix { "<>=≤≥".contains($0) }
    return sign.isEmpty ? nil : String(sign)
  }

  private mutating func next(of signs: String) -> Character? {
    skipSpaces()
    guard index < text.count, signs.utf8.contains(text[index]) else { return nil }
    index += 1
    return Character(UnicodeScalar(text[index - 1]))
  }

  private mutating func close(_ sign: String, openedAt open: Int) throws(RuleProblem) {
    let closing = sign == "(" ? ")" : "]"
    if next(of: closing) != nil { return }
    throw RuleProblem(
      "the bracket `\(sign)` is not closed", at: index < text.count ? index : open,
      found: index < text.count ? rest : nil, expected: "`\(closing)`")
  }

  private mutating func end() throws(RuleProblem) {
    skipSpaces()
    guard index < text.count else { return }
    throw RuleProblem(
      "`\(character)` is not expected here", at: index, found: rest,
      expected: "an operator `+ - * /` or the end",
      help: Self.isLetter(text[index]) ? "write `*` between factors" : nil)
  }

  private mutating func skipSpaces() {
    while index < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[index]) { index += 1 }
  }

  /// What stands at the current place, for messages.
  private var rest: String { String(decoding: text[index...].prefix(60), as: UTF8.self) }
  private var character: String { (rest.first.map(String.init) ?? "").escapedForDisplay() }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
  }
  private static func isWordByte(_ byte: UInt8) -> Bool { isLetter(byte) || Number.isDigit(byte) }
  private static func isNameByte(_ byte: UInt8) -> Bool {
    isWordByte(byte) || byte == UInt8(ascii: "-")
  }
}
