/// A number that a comment says how it was worked out: `derived: 50 * 1.25 = 62.5`.
///
/// The expression is plain arithmetic of numbers, `+ - * / ( )`; `85%` is 0.85. There are no units.
public struct Derivation: Sendable, Hashable {
  /// As it stands in the comment.
  public var expression: String
  /// The number as it stands in the comment, with its `%`.
  public var value: String
  /// Of the expression; nil where it cannot be worked out.
  public var result: Double?
  /// What is wrong with it, with what was expected; nil where it is right.
  public var problem: Problem?

  public struct Problem: Sendable, Hashable {
    public var message: String
    public var expected: String?
    public var help: String?
  }

  /// - Parameter line: the numbers of the line that it stands on.
  init(expression: String, value: String, line: [WrittenNumber]) {
    self.expression = expression
    self.value = value
    guard let written = WrittenNumber(value) else {
      problem = Problem(
        message: value.isEmpty
          ? "the derivation has no value" : "`\(value)` is not a number",
        expected: "`derived: 50 * 1.25 = 62.5`")
      return
    }
    do throws(Arithmetic.Problem) {
      let result = try Arithmetic.value(of: expression)
      self.result = result
      guard written.isRounded(result) else {
        problem = Problem(
          message: "the derivation gives another number than it says",
          expected: written.rounded(result),
          help: "correct the expression, or the number on the line")
        return
      }
    } catch {
      problem = Problem(
        message: "the derivation cannot be worked out: \(error.message)",
        expected: "numbers, + - * / and brackets (e.g. `50 * 1.25`)", help: error.help)
      return
    }
    if !line.contains(where: { $0.value == written.value }) {
      problem = Problem(
        message: "the derivation's number is not on its line",
        expected: "\(value) among the numbers of the line",
        help: "write the number as it stands on the line")
    }
  }
}

/// A number as people write it, with its decimals.
struct WrittenNumber: Sendable, Hashable {
  var value: Double
  /// Of the digits, per cent or not.
  private var decimals: Int
  private var isPercent: Bool

  /// `62.5`, `85%`, `-3`; nil for anything else.
  init?(_ text: String) {
    isPercent = text.hasSuffix("%")
    let digits = isPercent ? String(text.dropLast()) : text
    let body = digits.drop { $0 == "-" || $0 == "+" }
    guard !body.isEmpty, body.utf8.allSatisfy({ Number.isDigit($0) || $0 == UInt8(ascii: ".") }),
      let number = Double(digits)
    else { return nil }
    decimals =
      digits.firstIndex(of: ".").map { digits.distance(from: $0, to: digits.endIndex) - 1 } ?? 0
    value = isPercent ? number / 100 : number
  }

  private var unit: Double {
    var unit = isPercent ? 0.01 : 1.0
    for _ in 0..<decimals { unit /= 10 }
    return unit
  }

  /// Whether a number, rounded to these decimals, is this one.
  func isRounded(_ exact: Double) -> Bool {
    abs(exact - value) <= unit * 0.5 + 1e-9 * max(abs(exact), abs(value))
  }

  /// A number with these decimals, and two more where it is no such number.
  func rounded(_ exact: Double) -> String {
    var scale = 1.0
    for _ in 0..<(decimals + 2) { scale *= 10 }
    let shown = ((isPercent ? exact * 100 : exact) * scale).rounded() / scale
    return shown.plain + (isPercent ? "%" : "")
  }

  /// The numbers of a line of a file, outside quotes too: `price: { 2026: 95 USD/kg }` has 2026 and 95.
  static func all(in text: String) -> [WrittenNumber] {
    var found: [WrittenNumber] = []
    var current = ""
    var previous: Character = " "
    func isPart(_ character: Character) -> Bool {
      character.isASCII && (character.isNumber || character == ".")
    }
    func close(_ next: Character) {
      if let number = WrittenNumber(next == "%" ? current + "%" : current) { found.append(number) }
      current = ""
    }
    for character in text {
      if isPart(character) {
        // A digit inside a word such as `cn2` is part of the word.
        if current.isEmpty, previous.isLetter || previous == "_" {
          previous = "_"
          continue
        }
        current.append(character)
      } else if !current.isEmpty {
        if character != "_" { close(character) }
      }
      previous = character
    }
    if !current.isEmpty { close(" ") }
    return found
  }
}

/// Plain arithmetic: numbers, per cent, `+ - * /` and brackets.
enum Arithmetic {
  struct Problem: Error {
    var message: String
    var help: String?
  }

  static func value(of text: String) throws(Problem) -> Double {
    var parser = Parser(rest: Substring(text))
    let value = try parser.sum(depth: 0)
    parser.skipSpaces()
    if let next = parser.rest.first { throw unexpected(next) }
    guard value.isFinite else { throw Problem(message: "it divides by 0 or has no finite value") }
    return value
  }

  private static func unexpected(_ character: Character) -> Problem {
    let help: String? =
      switch character {
      case "×", "·", "x": "write `*` for times"
      case "÷", ":": "write `/` for divided by"
      case "−", "–": "write `-` for minus"
      case ",": "the decimal point is a point, and digits are not grouped"
      default: character.isLetter ? "leave units and words out" : nil
      }
    return Problem(
      message: "`\(String(character).escapedForDisplay(limit: 8))` is not expected", help: help)
  }

  private struct Parser {
    var rest: Substring

    mutating func skipSpaces() { rest = rest.drop { $0 == " " } }

    /// The operator that stands next, taken where it is one of these.
    private mutating func take(_ operators: String) -> Character? {
      skipSpaces()
      guard let next = rest.first, operators.contains(next) else { return nil }
      rest.removeFirst()
      return next
    }

    mutating func sum(depth: Int) throws(Problem) -> Double {
      var value = try product(depth: depth)
      while let sign = take("+-") {
        let next = try product(depth: depth)
        value = sign == "+" ? value + next : value - next
      }
      return value
    }

    private mutating func product(depth: Int) throws(Problem) -> Double {
      var value = try factor(depth: depth)
      while let sign = take("*/") {
        let next = try factor(depth: depth)
        value = sign == "*" ? value * next : value / next
      }
      return value
    }

    private mutating func factor(depth: Int) throws(Problem) -> Double {
      guard depth < 50 else { throw Problem(message: "it has more than 50 brackets in each other") }
      if take("-") != nil { return -(try factor(depth: depth + 1)) }
      if take("(") != nil {
        let value = try sum(depth: depth + 1)
        guard take(")") != nil else { throw Problem(message: "a bracket is not closed") }
        return try percent(value)
      }
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let value = Double(digits) else {
        if let next = rest.first { throw Arithmetic.unexpected(next) }
        throw Problem(message: "a number is missing")
      }
      rest = rest.dropFirst(digits.count)
      return try percent(value)
    }

    private mutating func percent(_ value: Double) throws(Problem) -> Double {
      take("%") == nil ? value : value / 100
    }
  }
}
