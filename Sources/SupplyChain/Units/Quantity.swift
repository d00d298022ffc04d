/// What is wrong with a text that should be a quantity.
struct QuantityProblem: Error, Hashable {
  var message: String
  var expected: String?
  var suggestion: String?

  init(message: String, expected: String? = nil, suggestion: String? = nil) {
    self.message = message
    self.expected = expected
    self.suggestion = suggestion
  }
}

/// What a quantity of the model measures: its dimension, the unit of its value in `Model`, and the
/// values that make sense.
enum Measure: Hashable {
  /// Tonnes.
  case mass
  /// Tonnes a year.
  case capacity
  /// Tonnes in a year or in the horizon: written in t or t/yr.
  case flow
  /// Millions of the currency.
  case money
  /// Millions in a year or in the horizon: written in money or money a year.
  case yearlyMoney
  /// Currency per tonne.
  case price
  /// Currency per tonne-a-year.
  case capex
  /// Years.
  case duration
  /// A share from 0 to 1.
  case fraction
  /// A yearly rate, 0 or more and below 10.
  case rate
  /// A pure number, 0 or more.
  case number
  /// Tonnes per tonne, 0 or more.
  case yield

  var dimension: Dimension {
    switch self {
    case .mass: Dimension(mass: 1)
    case .capacity, .flow: Dimension(mass: 1, time: -1)
    case .money: Dimension(money: 1)
    case .yearlyMoney: Dimension(time: -1, money: 1)
    case .price: Dimension(mass: -1, money: 1)
    case .capex: Dimension(mass: -1, time: 1, money: 1)
    case .duration: Dimension(time: 1)
    case .fraction, .rate, .number, .yield: .pure
    }
  }

  var isPure: Bool { dimension == .pure }

  func admits(_ dimension: Dimension) -> Bool {
    dimension == self.dimension || (self == .flow && dimension == Dimension(mass: 1))
      || (self == .yearlyMoney && dimension == Dimension(money: 1))
  }

  var upperBound: Double {
    switch self {
    case .fraction: 1
    case .rate: 10
    case .duration: 1000
    default: .infinity
    }
  }

  /// The largest number without a unit: a bare 5 where a yearly rate stands is 500 %, which nobody means.
  var largestBare: Double? {
    switch self {
    case .fraction, .rate: 1
    default: nil
    }
  }

  /// Whether one amount, instead of a map from year to amount, stands for every year.
  var takesOneAmountForAllYears: Bool { self == .yearlyMoney }

  /// Texts that are read as this measure, in a model whose currency is USD; the first is quoted in messages.
  var examples: [String] {
    switch self {
    case .mass: ["500 t", "1.2 kt"]
    case .capacity: ["45 kt/yr", "120 t/month"]
    case .flow: ["45 kt", "45 kt/yr"]
    case .money, .yearlyMoney: ["120 MUSD", "1.5 BUSD"]
    case .price: ["75 USD/kg", "9 kUSD/t"]
    case .capex: ["250 kUSD/(t/yr)", "30 MUSD/(kt/yr)"]
    case .duration: ["18 months", "3 years"]
    case .fraction: ["30%", "0.3"]
    case .rate: ["5%", "0.05"]
    case .number: ["3"]
    case .yield: ["0.145"]
    }
  }

  private var noun: String {
    switch self {
    case .mass: "a mass"
    case .capacity: "tonnes a year"
    case .flow: "tonnes"
    case .money, .yearlyMoney: "money"
    case .price: "money per mass"
    case .capex: "money per yearly capacity"
    case .duration: "a time"
    case .fraction: "a share from 0 to 1"
    case .rate: "a yearly rate"
    case .number: "a number, 0 or more"
    case .yield: "tonnes per tonne"
    }
  }

  /// What is expected, with an example in the model's currency.
  func words(currency: String) -> String {
    let shown = self == .flow ? examples : Array(examples.prefix(1))
    let list = shown.map { "`\($0)`" }.joined(separator: " or ")
    return "\(noun) (e.g. \(list))".replacing("USD", with: currency)
  }
}

/// A number with its unit, as a model file writes it.
///
///     var units = UnitSystem(currency: "USD")
///     try Quantity.value(of: "18 months", as: .duration, units: &units)  // 1.5
enum Quantity {
  /// The value in the unit that `measure` has in `Model`.
  static func value(
    of text: String, as measure: Measure, units: inout UnitSystem, isSigned: Bool = false
  ) throws(QuantityProblem) -> Double {
    var text = text
    text.makeContiguousUTF8()
    let (number, unitText) = try split(text)
    var problem: QuantityProblem?
    var value = 0.0
    do throws(QuantityProblem) {
      let unit = unitText.isEmpty ? Unit.one : try units.unit(unitText)
      value = try convert(number, unit, hasUnit: !unitText.isEmpty, measure, units.currency)
    } catch {
      problem = error
    }
    if let problem {
      throw QuantityProblem(
        message: problem.message,
        expected: problem.expected ?? measure.words(currency: units.currency),
        suggestion: problem.suggestion)
    }
    try check(value, as: measure, currency: units.currency, isSigned: isSigned)
    if measure == .rate, unitText.isEmpty, abs(value) >= 1 {
      // Nobody means 500 % a year by a bare 5.
      throw QuantityProblem(
        message: "a bare \(value.plain) is \((value * 100).plain)% a year",
        expected: measure.words(currency: units.currency),
        suggestion: "did you mean `\(value.plain)%`?")
    }
    return value
  }

  /// The dimension of a text's unit; nil where it is no quantity.
  static func dimension(of text: String, units: inout UnitSystem) -> Dimension? {
    guard let (_, unitText) = try? split(text), !unitText.isEmpty else { return nil }
    return (try? units.unit(unitText))?.dimension
  }

  /// Whether a text that is read as a fraction looks like thousands: see `NumberHabit.looksLikeThousands`.
  static func looksLikeThousands(_ text: String, units: inout UnitSystem) -> Bool {
    guard text.utf8.contains(UInt8(ascii: ".")), let (_, unitText) = try? split(text),
      let unit = try? units.unit(unitText)
    else { return false }
    return NumberHabit.looksLikeThousands(text, unit)
  }

  /// Refuses values that the measure does not take.
  static func check(
    _ value: Double, as measure: Measure, currency: String, isSigned: Bool = false
  ) throws(QuantityProblem) {
    if value.isNaN || (value < 0 && !isSigned) {
      throw QuantityProblem(
        message: "the value may not be negative", expected: measure.words(currency: currency))
    }
    let bound = measure.upperBound
    guard abs(value) > bound || (measure == .rate && abs(value) >= bound) else { return }
    if value.isInfinite && measure.upperBound.isInfinite { return }
    let percent = measure == .fraction || measure == .rate
    throw QuantityProblem(
      message: measure == .fraction ? "the share is out of range" : "the value is out of range",
      expected: measure.words(currency: currency),
      suggestion: percent && value <= 100 ? "did you mean `\(value.plain)%`?" : nil)
  }

  /// The number and the unit's text after it.
  private static func split(_ text: String) throws(QuantityProblem) -> (Double, String) {
    let bytes = text.utf8.span
    let length = Number.extent(bytes)
    guard length > 0 else { throw Number.problem(with: text) }
    let value = try Number.value(bytes, length: length)
    if length == bytes.count { return (value, "") }
    let rest = text.utf8.dropFirst(length)
    if let problem = NumberHabit.problem(with: text, numberOfLength: length) { throw problem }
    let unit = rest.drop { $0 == UInt8(ascii: " ") }
    return (value, String(Substring(unit)))
  }

  private static func convert(
    _ number: Double, _ unit: Unit, hasUnit: Bool, _ measure: Measure, _ currency: String
  ) throws(QuantityProblem) -> Double {
    guard measure.admits(unit.dimension) else {
      throw wrongDimension(unit, hasUnit: hasUnit, measure, number: number, currency)
    }
    if unit == .percent && measure == .duration {
      throw QuantityProblem(message: "the unit does not fit")
    }
    var value = number
    if unit.numerator != 1 { value *= Double(unit.numerator) }
    if measure == .money || measure == .yearlyMoney {
      value = number * Double(unit.numerator) / (Double(unit.denominator) * 1e6)
      if unit.numerator >= 1_000_000 && unit.denominator == 1 {
        value = number * Double(unit.numerator / 1_000_000)
      }
      return value
    }
    if unit.denominator != 1 { value /= Double(unit.denominator) }
    return value
  }

  private static func wrongDimension(
    _ unit: Unit, hasUnit: Bool, _ measure: Measure, number: Double, _ currency: String
  ) -> QuantityProblem {
    if !hasUnit {
      return QuantityProblem(message: "the number lacks its unit")
    }
    if measure.isPure {
      return QuantityProblem(message: "a pure number takes no unit (found \(unit.dimension.words))")
    }
    var help: String?
    if measure == .capex && unit.dimension == Dimension(mass: -1, time: -1, money: 1) {
      help = "write the capacity in brackets: `k\(currency)/(t/yr)`"
    } else if measure == .capex && unit.dimension == Dimension(mass: -1, money: 1) {
      help = "capital cost is per yearly capacity: `k\(currency)/(t/yr)`"
    } else if measure == .capacity && unit.dimension == Dimension(mass: 1) {
      help = "add `/yr`"
    } else if (measure == .mass && unit.dimension == Dimension(mass: 1, time: -1))
      || (measure == .money && unit.dimension == Dimension(time: -1, money: 1))
    {
      help = "leave out `/yr`"
    }
    return QuantityProblem(
      message: "the unit measures \(unit.dimension.words)", suggestion: help)
  }
}

extension Double {
  /// The shortest text, without a trailing `.0`.
  var plain: String {
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
