/// Numbers as spreadsheets and people of many countries write them, and what to write instead: `1,5`, `1.500,00`,
/// `1 500`, `1'500`, `1_000`.
enum NumberHabit {
  /// Spaces other than the ordinary one that stand between digits or before a unit: no-break, narrow no-break, thin,
  /// figure space.
  static func isWideSpace(_ character: Character) -> Bool {
    "\u{00A0}\u{202F}\u{2009}\u{2007}".contains(character)
  }

  /// The text with ordinary spaces.
  static func narrow(_ text: String) -> String {
    Substring(String(text.map { isWideSpace($0) ? " " : $0 })).trimmed
  }

  /// What to say of a text that begins with a number and goes on with something that can be no unit.
  ///
  /// - Parameter length: of the number, in bytes.
  static func problem(with text: String, numberOfLength length: Int) -> QuantityProblem? {
    if isPlain(text.utf8.dropFirst(length)), text.utf8.first != UInt8(ascii: "0") || length > 1 {
      return nil
    }
    let number = String(decoding: text.utf8.prefix(length), as: UTF8.self)
    let rest = String(decoding: text.utf8.dropFirst(length), as: UTF8.self)
    if number == "0", let mark = rest.first, mark == "x" || mark == "o" || mark == "b" {
      return QuantityProblem(
        message: "numbers are decimal", suggestion: "write the number with the digits 0 to 9")
    }
    if let problem = GroupedNumber(text)?.problem { return problem }
    if rest.contains(where: isWideSpace) {
      return QuantityProblem(
        message: "a no-break space stands where an ordinary one belongs",
        suggestion: "write `\(narrow(text))`")
    }
    if rest.hasPrefix(".") {
      return QuantityProblem(
        message: "a number needs a digit after its point",
        suggestion: "write `\(number)\(rest.dropFirst())`")
    }
    if rest.first?.isNumber == true || rest.hasPrefix(":") {
      return QuantityProblem(message: "not a number")
    }
    return nil
  }

  /// Whether what follows a number is nothing, or a unit in ASCII after ordinary spaces: nearly every number of a file.
  private static func isPlain(_ rest: Substring.UTF8View) -> Bool {
    let unit = rest.drop { $0 == UInt8(ascii: " ") }
    guard let first = unit.first else { return rest.isEmpty }
    let isUnit =
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20) || first == UInt8(ascii: "%")
      || first == UInt8(ascii: "(")
    return isUnit && unit.allSatisfy { $0 < 0x80 }
  }

  /// Whether a number that is read as a fraction looks like thousands with a point: `1.500 t/yr`. Only where the unit
  /// is so small that nobody writes thousandths of it, or where the last digit is a 0 that a fraction does not need.
  static func looksLikeThousands(_ text: String, _ unit: Unit) -> Bool {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    let whole = digits.prefix(while: Number.isDigit)
    guard (1...3).contains(whole.count), whole.first != UInt8(ascii: "0"),
      digits.dropFirst(whole.count).first == UInt8(ascii: ".")
    else { return false }
    let decimals = digits.dropFirst(whole.count + 1).prefix(while: Number.isDigit)
    let after = digits.dropFirst(whole.count + 1 + decimals.count).first
    guard decimals.count == 3, after.map({ $0 | 0x20 != UInt8(ascii: "e") }) ?? true else {
      return false
    }
    let dimension = unit.dimension
    guard dimension.mass != 0 || dimension.money != 0 else { return false }
    let isLarge = unit.numerator >= 1000 * max(1, unit.denominator) && dimension.mass >= 0
    let isPrice = dimension.mass < 0 && unit.numerator > unit.denominator
    return !isLarge && (!isPrice || decimals.last == UInt8(ascii: "0"))
  }
}

/// Digits in groups, with what stands between them.
private struct GroupedNumber {
  private var sign = ""
  private var groups: [String] = []
  private var marks: [Character] = []
  private var rest = ""

  /// nil where the text begins with no digit.
  init?(_ text: String) {
    var characters = Substring(text.prefix(400))
    if let first = characters.first, first == "+" || first == "-" {
      sign = String(characters.removeFirst())
    }
    while true {
      let digits = characters.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty else { break }
      groups.append(String(digits))
      characters = characters.dropFirst(digits.count)
      guard let mark = characters.first, GroupedNumber.isMark(mark),
        let next = characters.dropFirst().first, next.isASCII, next.isNumber
      else { break }
      marks.append(mark)
      characters = characters.dropFirst()
    }
    guard !groups.isEmpty else { return nil }
    rest = NumberHabit.narrow(String(characters))
    if !rest.isEmpty, rest != "%" { rest = " " + rest }
  }

  private static func isMark(_ character: Character) -> Bool {
    ".,'’_ ".contains(character) || NumberHabit.isWideSpace(character)
  }

  /// nil where the digits are one plain number.
  var problem: QuantityProblem? {
    guard let first = marks.first, marks != ["."] else { return nil }
    let message =
      if marks.contains(",") {
        "a comma is not part of a number"
      } else if marks.allSatisfy({ $0 == "." }) {
        "a number has one decimal point at most"
      } else {
        "digits may not be grouped"
      }
    return QuantityProblem(message: message, suggestion: suggestion(first))
  }

  private func suggestion(_ first: Character) -> String? {
    let isOneMark = marks.allSatisfy { $0 == first }
    let joined = groups.joined()
    if isOneMark, marks.count == 1, first == "," {
      let decimal = groups.joined(separator: ".")
      guard GroupedNumber.isThousands(groups[...]), groups[0] != "0" else { return write(decimal) }
      return "write `\(written(joined))` for thousands or `\(written(decimal))` for a fraction"
    }
    if isOneMark {
      return GroupedNumber.isThousands(groups[...]) || first == "_" ? write(joined) : nil
    }
    guard let last = marks.last, last == "." || last == ",", let tail = groups.last,
      marks.dropLast().allSatisfy({ $0 == first }), last != first,
      GroupedNumber.isThousands(groups.dropLast())
    else { return nil }
    return write(groups.dropLast().joined() + "." + tail)
  }

  private static func isThousands(_ groups: ArraySlice<String>) -> Bool {
    (groups.first?.count ?? 4) <= 3 && groups.dropFirst().allSatisfy { $0.count == 3 }
  }

  private func written(_ number: String) -> String { sign + number + rest }

  private func write(_ number: String) -> String { "write `\(written(number))`" }
}
