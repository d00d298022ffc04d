/// Money in the prefix that suits its size: thousands (k), millions (M), billions (B), trillions (T) of a currency.
public enum Money {
  /// `1.25 BUSD`, `137 MUSD`, `0 MUSD`: three digits that mean something.
  ///
  /// - Parameter millions: the amount.
  public static func words(_ millions: Double, _ currency: String) -> String {
    let scale = MoneyScale(millions, currency)
    let value = abs(millions) * scale.factor
    let decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
    let number = Figure.number(value, decimals: decimals)
    let isZero = number.allSatisfy { "0.".contains($0) }
    if isZero { return "0 M\(currency)" }
    return (millions < 0 ? "−" : "") + "\(number) \(scale.unit)"
  }
}

/// The prefix that a table of money is shown in.
public struct MoneyScale: Sendable, Hashable {
  /// What millions are multiplied by.
  public let factor: Double
  /// `MUSD`, `BKRW`.
  public let unit: String
  /// For one amount, in millions: from 1 to 999 of its prefix.
  init(_ millions: Double, _ currency: String) {
    let size = abs(millions)
    let (factor, prefix): (Double, String) =
      size >= 999_500
      ? (1e-6, "T") : size >= 999.5 ? (1e-3, "B") : size >= 0.9995 ? (1, "M") : (1e3, "k")
    self.factor = size == 0 ? 1 : factor
    unit = (size == 0 ? "M" : prefix) + currency
  }

  /// For a table whose largest amount, in millions, is given: the largest prefix in which that is 100 or more, so that
  /// amounts a hundredth as large still show.
  public init(largest millions: Double, _ currency: String) {
    let size = abs(millions)
    let (factor, prefix): (Double, String) =
      size >= 100_000_000
      ? (1e-6, "T") : size >= 100_000 ? (1e-3, "B") : size >= 1 || size == 0 ? (1, "M") : (1e3, "k")
    self.factor = factor
    unit = prefix + currency
  }

  /// The number of a cell, below 10 with a decimal; a dot where it is nothing that shows.
  public func cell(_ millions: Double) -> String {
    let value = millions * factor
    let number = Figure.number(abs(value), decimals: abs(value) < 9.95 ? 1 : 0)
    if number.allSatisfy({ "0.".contains($0) }) { return "·" }
    return (value < 0 ? "−" : "") + number
  }
}
