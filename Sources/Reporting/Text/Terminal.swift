/// The width of a terminal, and whether it shows colour.
public struct TerminalStyle: Sendable {
  public var width: Int
  public var hasColor: Bool
  public init(width: Int = 80, hasColor: Bool = false) {
    self.width = max(40, width)
    self.hasColor = hasColor
  }
  public func bold(_ text: String) -> String { paint(text, "1") }
  func dim(_ text: String) -> String { paint(text, "2") }
  func green(_ text: String) -> String { paint(text, "32") }
  public func red(_ text: String) -> String { paint(text, "31") }
  func yellow(_ text: String) -> String { paint(text, "33") }

  /// The text with lines wider than the terminal broken at spaces, what follows indented under its line. Colour
  /// takes no width.
  public func folded(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        line.count <= width ? String(line) : folded(line: line)
      }
      .joined(separator: "\n")
  }

  private func folded(line: Substring) -> String {
    let indent = line.prefix { $0 == " " }.count
    let hanging = String(repeating: " ", count: min(indent + 2, width / 2))
    var out = ""
    var used = 0
    var isFirst = true
    for word in line.dropFirst(indent).split(separator: " ", omittingEmptySubsequences: false) {
      let length = Self.visibleCount(word)
      if isFirst {
        out = String(repeating: " ", count: indent) + word
        used = indent + length
        isFirst = false
      } else if used + 1 + length <= width {
        out += " " + word
        used += 1 + length
      } else {
        out = out.trimmedEnd + "\n" + hanging + word
        used = hanging.count + length
      }
    }
    return out
  }

  private static func visibleCount(_ word: Substring) -> Int {
    var count = 0
    var isColor = false
    for character in word {
      if character == "\u{1B}" { isColor = true }
      if !isColor { count += 1 }
      if isColor, character == "m" { isColor = false }
    }
    return count
  }

  private func paint(_ text: String, _ code: String) -> String {
    hasColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// Text as it may be shown: control characters and direction marks become `?`.
public func printable(_ text: String) -> String {
  var out = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
      out.append("?")
    default: out.append(scalar)
    }
  }
  return String(out)
}

/// Columns of text lined up: numbers to the right, words to the left.
public struct TextGrid: Sendable {
  public enum Alignment: Sendable { case left, right }
  private var alignments: [Alignment]
  private var rows: [[String]] = []

  public init(_ alignments: [Alignment]) { self.alignments = alignments }

  public mutating func add(_ cells: [String]) { rows.append(cells.map(printable)) }

  /// The lines, cells two spaces apart; where the width is short the widest left columns give way.
  public func lines(indent: Int = 2, width: Int) -> [String] {
    var widths = alignments.indices.map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    let room = width - indent - 2 * (widths.count - 1)
    var excess = widths.reduce(0, +) - room
    while excess > 0 {
      let wide = alignments.indices.filter { alignments[$0] == .left && widths[$0] > 8 }
      guard let widest = wide.max(by: { widths[$0] < widths[$1] }) else { break }
      let cut = min(excess, widths[widest] - 8)
      widths[widest] -= cut
      excess -= cut
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        TextGrid.fit(cell, widths[column], alignments[column])
      }
      let line = String(repeating: " ", count: indent) + cells.joined(separator: "  ")
      return line.trimmedEnd
    }
  }

  private static func fit(_ cell: String, _ width: Int, _ alignment: Alignment) -> String {
    if cell.count > width { return String(cell.prefix(max(1, width - 1))) + "…" }
    let space = String(repeating: " ", count: width - cell.count)
    return alignment == .left ? cell + space : space + cell
  }
}

extension String {
  var trimmedEnd: String {
    var view = Substring(self)
    while view.last == " " { view.removeLast() }
    return String(view)
  }
}

/// Numbers for people.
public enum Figure {
  /// Thousands apart, fixed decimals: `12,345.6`.
  public static func number(_ value: Double, decimals: Int = 0) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return value.description }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let rounded = (abs(value) * scale).rounded()
    let whole = Int(rounded / scale)
    var digits = String(whole)
    var grouped = ""
    while digits.count > 3 {
      grouped = "," + digits.suffix(3) + grouped
      digits.removeLast(3)
    }
    grouped = digits + grouped
    if decimals > 0 {
      let fraction = String(Int(rounded - Double(whole) * scale))
      grouped += "." + String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
    }
    return value < 0 && rounded > 0 ? "-" + grouped : grouped
  }

  public static func percent(_ share: Double, decimals: Int = 1) -> String {
    number(share * 100, decimals: decimals) + " %"
  }

  /// Three significant digits in powers of ten where the value is very small: `3.1e-10`.
  public static func tiny(_ value: Double) -> String {
    guard value.isFinite else { return "unknown" }
    if value == 0 { return "0" }
    var exponent = 0
    var mantissa = abs(value)
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    // 9.96 would become 10.0.
    if mantissa >= 9.95 {
      mantissa /= 10
      exponent += 1
    }
    if mantissa >= 9.95 {
      mantissa /= 10
      exponent += 1
    }
    let digits = number(mantissa, decimals: 1)
    return (value < 0 ? "-" : "") + digits + (exponent == 0 ? "" : "e\(exponent)")
  }

  /// A relative gap as a per cent: `0 %`, `0.77 %`, `1e-9 %`; rounding below a billionth is 0.
  public static func gap(_ value: Double) -> String {
    guard value.isFinite else { return "unknown" }
    let percent = abs(value) * 100
    if percent < 1e-10 { return "0 %" }
    return (percent < 0.005 ? tiny(percent) : number(percent, decimals: 2)) + " %"
  }

  public static func seconds(_ value: Double) -> String {
    if value < 0.0995 { return number(value * 1000, decimals: value < 0.00995 ? 1 : 0) + " ms" }
    return number(value, decimals: value < 9.995 ? 2 : 1) + " s"
  }

  /// Bars of eight heights for values from 0 to `top`; a space where there is none.
  public static func sparkline(_ values: [Double?], top: Double) -> String {
    let bars = Array("▁▂▃▄▅▆▇█")
    return String(
      values.map { value -> Character in
        guard let value, top > 0 else { return " " }
        let share = min(max(value / top, 0), 1)
        return bars[min(bars.count - 1, Int(share * Double(bars.count)))]
      })
  }
}
