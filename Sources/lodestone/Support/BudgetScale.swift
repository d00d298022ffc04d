import ArgumentParser

/// What `--budget-scale` multiplies every appropriation by: `0.5` or `50%`.
struct BudgetScale: ExpressibleByArgument, Equatable {
  var value: Double

  /// What it may be, for messages.
  static let words = "a number from 0 to 1e9 or a share, like 0.5 or 50%"

  init(_ value: Double) { self.value = value }

  init?(argument: String) {
    let isPercent = argument.hasSuffix("%")
    let digits = isPercent ? argument.dropLast() : Substring(argument)
    guard digits.first.map({ $0.isNumber || $0 == "." }) == true, let number = Double(digits),
      number.isFinite, number <= 1e11
    else { return nil }
    value = isPercent ? number / 100 : number
    if value > 1e9 { return nil }
  }

  var defaultValueDescription: String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
}
