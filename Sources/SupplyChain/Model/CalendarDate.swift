/// A day, a month or a year, as sources and models are dated.
public struct CalendarDate: Sendable, Hashable, CustomStringConvertible {
  public var year: Int
  /// From 1 to 12; nil where only the year is known.
  public var month: Int?
  /// From 1; nil where only the month is known.
  public var day: Int?

  /// Reads `2026`, `2026-11` or `2026-11-15`; nil for anything else, such as a day that does not exist.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let lengths = [4, 2, 2]
    guard (1...3).contains(parts.count) else { return nil }
    var numbers: [Int] = []
    for (part, length) in zip(parts, lengths) {
      guard part.utf8.count == length, part.utf8.allSatisfy(Number.isDigit),
        let number = Int(part)
      else { return nil }
      numbers.append(number)
    }
    guard ModelReader.years.contains(numbers[0]) else { return nil }
    year = numbers[0]
    if numbers.count > 1 {
      guard (1...12).contains(numbers[1]) else { return nil }
      month = numbers[1]
    }
    if numbers.count > 2 {
      guard (1...Self.dayCount(ofMonth: numbers[1], year: year)).contains(numbers[2]) else {
        return nil
      }
      day = numbers[2]
    }
  }

  /// As it was read.
  public var description: String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return ([String(year)] + [month, day].compactMap { $0.map(two) }).joined(separator: "-")
  }

  /// Whether its last possible day lies more than some months before a day.
  public func isOlder(thanMonths months: Int, before date: CalendarDate) -> Bool {
    let count = date.year * 12 + (date.month ?? 1) - 1 - months
    let limitYear = count / 12
    let limitMonth = count % 12 + 1
    let limitDay = min(date.day ?? 1, Self.dayCount(ofMonth: limitMonth, year: limitYear))
    let lastMonth = month ?? 12
    let last = (year, lastMonth, day ?? Self.dayCount(ofMonth: lastMonth, year: year))
    return last < (limitYear, limitMonth, limitDay)
  }

  private static func dayCount(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
