/// The numbers of a model file: digits, optionally a sign, a decimal point and an exponent.
///
/// `12`, `0.145`, `-3`, `2.5e3` are numbers; `.5`, `1,5`, `1_000`, `0x10`, `012`, `nan`, `inf` are
/// not, and each is answered with what to write.
enum Number {
  /// Larger magnitudes are refused.
  static let largest = 1e15
  /// Smaller magnitudes than this, other than zero, are refused.
  static let smallest = 1e-30

  /// The length in bytes of the number at the start of `text`; 0 where there is none.
  static func extent(_ text: borrowing Span<UInt8>) -> Int {
    var index = 0
    let count = text.count
    if index < count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      index += 1
    }
    let digits = index
    while index < count, isDigit(text[index]) { index += 1 }
    guard index > digits else { return 0 }
    if index + 1 < count, text[index] == UInt8(ascii: "."), isDigit(text[index + 1]) {
      index += 1
      while index < count, isDigit(text[index]) { index += 1 }
    }
    if index < count, text[index] | 0x20 == UInt8(ascii: "e") {
      var ahead = index + 1
      if ahead < count, text[ahead] == UInt8(ascii: "-") || text[ahead] == UInt8(ascii: "+") {
        ahead += 1
      }
      if ahead < count, isDigit(text[ahead]) {
        while ahead < count, isDigit(text[ahead]) { ahead += 1 }
        index = ahead
      }
    }
    return index
  }

  /// The value of the number that fills the first `length` bytes.
  static func value(_ text: borrowing Span<UInt8>, length: Int) throws(QuantityProblem) -> Double {
    var index = 0
    var isNegative = false
    if text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
      isNegative = text[0] == UInt8(ascii: "-")
      index = 1
    }
    if length > index + 1, text[index] == UInt8(ascii: "0"), isDigit(text[index + 1]) {
      throw QuantityProblem(
        message: "a number may not begin with a zero digit",
        suggestion: "leave the zeros in front out")
    }
    var mantissa = 0
    var digits = 0
    var decimals = 0
    var isPlain = true
    var isAfterPoint = false
    for position in index..<length {
      let byte = text[position]
      if byte == UInt8(ascii: ".") {
        isAfterPoint = true
      } else if isDigit(byte) {
        digits += 1
        if digits > 15 {
          isPlain = false
          break
        }
        mantissa = mantissa * 10 + Int(byte - UInt8(ascii: "0"))
        if isAfterPoint { decimals += 1 }
      } else {
        isPlain = false
        break
      }
    }
    var magnitude: Double
    if isPlain {
      magnitude = Double(mantissa) / powersOfTen[decimals]
    } else {
      guard length <= 400 else {
        throw QuantityProblem(message: "a number of more than 400 digits", expected: nil)
      }
      var bytes: [UInt8] = []
      for position in index..<length { bytes.append(text[position]) }
      magnitude = Double(String(decoding: bytes, as: UTF8.self)) ?? .infinity
      if magnitude == 0, bytes.contains(where: { $0 > UInt8(ascii: "0") && isDigit($0) }) {
        // An exponent's digits alone do not make a zero an underflow.
        let digitsBefore = bytes.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        if digitsBefore.contains(where: { $0 > UInt8(ascii: "0") && isDigit($0) }) {
          magnitude = smallest / 2
        }
      }
    }
    if magnitude > largest {
      throw QuantityProblem(
        message: "the number is too large", expected: "a number of at most 1e15")
    }
    if magnitude > 0, magnitude < smallest {
      throw QuantityProblem(
        message: "the number is too small to be meant",
        expected: "0 or a number of at least 1e-30")
    }
    return isNegative && magnitude != 0 ? -magnitude : magnitude
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// Why a text does not begin with a number, and what to write instead.
  static func problem(with text: String) -> QuantityProblem {
    let lowered = text.lowercased()
    if lowered.isEmpty { return QuantityProblem(message: "there is no value") }
    let bare = lowered.drop { $0 == "-" || $0 == "+" || $0 == "." }
    if bare.hasPrefix("nan") || bare.hasPrefix("inf") {
      return QuantityProblem(
        message: "numbers must be finite",
        suggestion: "where something has no limit, leave the limit out")
    }
    if lowered.first == "." {
      return QuantityProblem(
        message: "a number needs a digit before the point", suggestion: "write `0\(text)`")
    }
    if let first = text.first, "−–".contains(first), text.dropFirst().first?.isNumber == true {
      return QuantityProblem(
        message: "the sign is no minus", suggestion: "write `-\(text.dropFirst())`")
    }
    if text.contains(where: NumberHabit.isWideSpace) {
      return QuantityProblem(
        message: "a no-break space stands before the number",
        suggestion: "write `\(NumberHabit.narrow(text))`")
    }
    let currencySigns: [Character: String] = ["$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"]
    if let first = text.first, let code = currencySigns[first] {
      return QuantityProblem(
        message: "money is written with the currency's code after the number",
        suggestion: "write e.g. `5 M\(code)`")
    }
    if text.unicodeScalars.contains(where: { $0.properties.numericType != nil && $0.value > 127 }) {
      return QuantityProblem(
        message: "not a number", suggestion: "write numbers with the digits 0 to 9")
    }
    return QuantityProblem(message: "not a number")
  }
}
