/// Powers of mass, time, money and units that a model makes for itself.
public struct Dimension: Sendable, Hashable {
  public var mass: Int
  public var time: Int
  public var money: Int
  /// Powers of the units of factors, such as jobs; none of them is 0.
  public var own: [String: Int] = [:]

  public init(mass: Int = 0, time: Int = 0, money: Int = 0, own: [String: Int] = [:]) {
    self.mass = mass
    self.time = time
    self.money = money
    self.own = own
  }

  public static let pure = Dimension()

  /// The dimension of a product.
  func times(_ other: Dimension, power: Int = 1) -> Dimension {
    Dimension(
      mass: mass + power * other.mass, time: time + power * other.time,
      money: money + power * other.money,
      own: own.merging(other.own.mapValues { power * $0 }, uniquingKeysWith: +)
        .filter { $0.value != 0 })
  }

  /// The dimension of a quotient.
  func divided(by other: Dimension) -> Dimension { times(other, power: -1) }

  /// How the dimension is written, e.g. `money/(t/yr)`.
  var words: String {
    if self == .pure { return "a pure number" }
    func product(_ parts: [(String, Int)]) -> String {
      parts.filter { $0.1 > 0 }.map { $0.1 == 1 ? $0.0 : "\($0.0)^\($0.1)" }
        .joined(separator: "·")
    }
    let parts =
      [("money", money), ("mass", mass), ("time", time)]
      + own.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let top = product(parts)
    let bottom = product(parts.map { ($0.0, -$0.1) })
    if bottom.isEmpty { return top }
    let divisor = bottom.contains("·") ? "(\(bottom))" : bottom
    return (top.isEmpty ? "1" : top) + "/" + divisor
  }
}

extension Dimension {
  /// The unit of amounts in tonnes, years and millions, such as `t/yr` or `MUSD`; empty for a pure number.
  public func unit(currency: String) -> String {
    if mass == -1, time == 1 {
      // As people write it: money or jobs for a yearly capacity.
      let top = Dimension(money: money, own: own).unit(currency: currency)
      return (top.isEmpty ? "1" : top) + "/(t/yr)"
    }
    let parts =
      [("M" + currency, money), ("t", mass), ("yr", time)]
      + own.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    func product(_ sign: Int) -> [String] {
      parts.flatMap { Array(repeating: $0.0, count: max(0, sign * $0.1)) }
    }
    let (top, bottom) = (product(1), product(-1))
    if bottom.isEmpty { return top.joined(separator: "·") }
    let divisor = bottom.count > 1 ? "(" + bottom.joined(separator: "·") + ")" : bottom[0]
    return (top.isEmpty ? "1" : top.joined(separator: "·")) + "/" + divisor
  }
}

/// A unit as a multiple of tonnes, years and one of the currency: `numerator / denominator`, whole
/// numbers, so that `18 months` is exactly 1.5 years.
struct Unit: Hashable {
  var dimension: Dimension
  var numerator: Int
  var denominator: Int

  static let one = Unit(dimension: .pure, numerator: 1, denominator: 1)
  static let percent = Unit(dimension: .pure, numerator: 1, denominator: 100)

  /// nil on overflow.
  func divided(by other: Unit) -> Unit? {
    let (top, topOverflow) = numerator.multipliedReportingOverflow(by: other.denominator)
    let (bottom, bottomOverflow) = denominator.multipliedReportingOverflow(by: other.numerator)
    guard !topOverflow, !bottomOverflow, abs(dimension.mass) < 9, abs(dimension.time) < 9,
      abs(dimension.money) < 9
    else { return nil }
    let divisor = Self.greatestCommonDivisor(top, bottom)
    return Unit(
      dimension: dimension.divided(by: other.dimension), numerator: top / divisor,
      denominator: bottom / divisor)
  }

  private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
  }
}

/// The units a model may write: t, kt, kg; yr, year, years, month, months; its currency with the
/// prefixes k, M and B; %; units of its own; and quotients of them.
struct UnitSystem {
  let currency: String
  private var known: [String: Unit] = [:]
  private let atoms: [String: Unit]

  /// - Parameter own: units that the model makes for itself, such as `jobs`.
  init(currency: String, own: [String] = []) {
    self.currency = currency
    let mass = Dimension(mass: 1)
    let time = Dimension(time: 1)
    let money = Dimension(money: 1)
    let year = Unit(dimension: time, numerator: 1, denominator: 1)
    let month = Unit(dimension: time, numerator: 1, denominator: 12)
    var atoms: [String: Unit] = [
      "t": Unit(dimension: mass, numerator: 1, denominator: 1),
      "kt": Unit(dimension: mass, numerator: 1000, denominator: 1),
      "kg": Unit(dimension: mass, numerator: 1, denominator: 1000),
      "yr": year, "year": year, "years": year, "month": month, "months": month,
      "%": .percent,
    ]
    for (prefix, factor) in [("", 1), ("k", 1000), ("M", 1_000_000), ("B", 1_000_000_000)] {
      let name = prefix + currency
      if atoms[name] == nil {
        atoms[name] = Unit(dimension: money, numerator: factor, denominator: 1)
      }
    }
    for name in own where atoms[name] == nil {
      atoms[name] = Unit(dimension: Dimension(own: [name: 1]), numerator: 1, denominator: 1)
    }
    self.atoms = atoms
  }

  /// Whether a word is a unit.
  func isUnit(_ word: String) -> Bool { atoms[word] != nil }

  /// The unit a text names, e.g. `kUSD/(t/yr)`.
  mutating func unit(_ text: String) throws(QuantityProblem) -> Unit {
    if let unit = known[text] { return unit }
    guard text.utf8.count <= 60 else {
      throw QuantityProblem(message: "not a unit", suggestion: unitsHelp)
    }
    if let written = apartMoney(text) {
      throw QuantityProblem(message: "not a unit", suggestion: "write `\(written)`")
    }
    var parser = UnitParser(text: Array(text))
    let unit = try parser.expression(self)
    if let rest = parser.rest {
      throw QuantityProblem(message: "`\(rest)` after the unit is not understood")
    }
    if known.count < 1000 { known[text] = unit }
    return unit
  }

  /// `M USD`, `million USD`, `USD bn` in one word; nil for anything else.
  private func apartMoney(_ text: String) -> String? {
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 2 else { return nil }
    let prefixes = [
      "k": "k", "thousand": "k", "tsd": "k", "m": "M", "mn": "M", "mm": "M", "mio": "M",
      "mln": "M", "million": "M", "millions": "M", "b": "B", "bn": "B", "mrd": "B",
      "billion": "B", "billions": "B",
    ]
    func prefix(_ word: String) -> String? {
      prefixes[word.lowercased().filter { $0 != "." }]
    }
    let money = words[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    if let prefix = prefix(words[0]), words[1].hasPrefix(currency) { return prefix + words[1] }
    if let prefix = prefix(words[1]), money.first.map(String.init) == currency {
      return prefix + words[0]
    }
    return nil
  }

  fileprivate func atom(_ name: String) throws(QuantityProblem) -> Unit {
    if let unit = atoms[name] { return unit }
    throw QuantityProblem(
      message: "unknown unit `\(name.escapedForDisplay(limit: 40))`",
      suggestion: suggestion(for: name) ?? unitsHelp)
  }

  var unitsHelp: String {
    "units are t, kt, kg, yr, months, \(currency), k\(currency), M\(currency), B\(currency), % "
      + "and their quotients"
  }

  private func suggestion(for name: String) -> String? {
    let habits = [
      "tonne": "t", "tonnes": "t", "ton": "t", "tons": "t", "mt": "t", "tpa": "t/yr",
      "ktpa": "kt/yr", "tpy": "t/yr", "ktpy": "kt/yr", "a": "yr", "y": "yr", "yrs": "yr",
      "mo": "months", "percent": "%", "pct": "%", "$": currency, "m$": "M" + currency,
      "k$": "k" + currency, "b$": "B" + currency, "bn" + currency.lowercased(): "B" + currency,
      "mn" + currency.lowercased(): "M" + currency, "g": "kg", "kilogram": "kg",
    ]
    if name == "Mt" { return "write `1000 kt` for a million tonnes" }
    let lowered = name.lowercased()
    if let match = habits[lowered] { return "did you mean `\(match)`?" }
    if let match = atoms.keys.sorted().first(where: { $0.lowercased() == lowered }) {
      return "did you mean `\(match)`?"
    }
    let core = name.count == 4 ? String(name.dropFirst()) : name
    if core.count == 3, core.allSatisfy({ $0.isUppercase && $0.isASCII }) {
      return "the model's currency is \(currency) (money.currency)"
    }
    if name.count > 1,
      let match = Spelling.nearest(to: name, in: atoms.keys.filter { $0.count > 1 }.sorted())
    {
      return "did you mean `\(match)`?"
    }
    return nil
  }
}

/// Reads `term / term / …`, a term being a unit's name or a bracketed expression.
private struct UnitParser {
  let text: [Character]
  var index = 0
  var depth = 0

  init(text: [Character]) { self.text = text }

  var rest: String? {
    let tail = String(text[index...])
    return tail.allSatisfy { $0 == " " } ? nil : tail.escapedForDisplay(limit: 40)
  }

  mutating func expression(_ system: UnitSystem) throws(QuantityProblem) -> Unit {
    var unit = try term(system)
    skipSpaces()
    while index < text.count, text[index] == "/" {
      index += 1
      let divisor = try term(system)
      guard let quotient = unit.divided(by: divisor) else {
        throw QuantityProblem(message: "the unit is too long")
      }
      unit = quotient
      skipSpaces()
    }
    return unit
  }

  private mutating func term(_ system: UnitSystem) throws(QuantityProblem) -> Unit {
    skipSpaces()
    guard index < text.count else {
      throw QuantityProblem(message: "the unit breaks off after `/` or `(`")
    }
    if text[index] == "(" {
      index += 1
      depth += 1
      guard depth < 8 else { throw QuantityProblem(message: "the unit is too long") }
      let unit = try expression(system)
      skipSpaces()
      guard index < text.count, text[index] == ")" else {
        throw QuantityProblem(message: "the unit lacks a closing bracket")
      }
      index += 1
      depth -= 1
      return unit
    }
    let start = index
    while index < text.count, !" /()".contains(text[index]) { index += 1 }
    guard index > start else {
      throw QuantityProblem(message: "`\(text[start])` is not expected in a unit")
    }
    return try system.atom(String(text[start..<index]))
  }

  private mutating func skipSpaces() {
    while index < text.count, text[index] == " " { index += 1 }
  }
}
