/// One thing that is wrong, or looks wrong, at one place of a model's files.
public struct Diagnostic: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Severity: String, Sendable {
    case error, warning
    /// Advice, of `validate` alone.
    case note
  }
  public var severity: Severity
  /// What is wrong, one sentence without a full stop.
  public var message: String
  /// The file as it was named, or the command-line option the text came from.
  public var file: String
  /// Counts from 1; 0 where no line can be told.
  public var line: Int
  /// Counts characters from 1; 0 where no column can be told.
  public var column: Int
  /// The text that was found there.
  public var found: String?
  /// What would have been right, with an example.
  public var expected: String?
  /// What to do about it.
  public var suggestion: String?
  /// The line of the file at `line`, for the caret.
  public var sourceLine: String?

  public init(
    severity: Severity = .error, message: String, file: String, line: Int, column: Int,
    found: String? = nil, expected: String? = nil, suggestion: String? = nil,
    sourceLine: String? = nil
  ) {
    self.severity = severity
    self.message = message
    self.file = file
    self.line = line
    self.column = column
    self.found = found
    self.expected = expected
    self.suggestion = suggestion
    self.sourceLine = sourceLine
  }

  /// `file:line:column: error: message`, the source line with a caret, and what would help.
  public var description: String {
    var place = file.escapedForDisplay(limit: 400)
    if line > 0 {
      place += ":\(line)"
      if column > 0 { place += ":\(column)" }
    }
    // Messages quote the file in many ways; whatever of it would act on a terminal is made visible here.
    var text = "\(place): \(severity.rawValue): \(message.escapedForDisplay())"
    if let excerpt { text += "\n" + excerpt }
    if let found { text += "\n  found: \(found.escapedForDisplay(limit: 120))" }
    if let expected { text += "\n  expected: \(expected.escapedForDisplay())" }
    if let suggestion { text += "\n  help: \(suggestion.escapedForDisplay())" }
    return text
  }

  /// The source line and a caret below the column; a long line is cut around the column.
  private var excerpt: String? {
    guard let sourceLine, line > 0, column > 0 else { return nil }
    let scalars = Array(sourceLine.unicodeScalars)
    // A line of a file that is no text shows nothing.
    if scalars.count(where: { $0.isHidden && $0 != "\t" }) > 3 { return nil }
    let target = min(column - 1, scalars.count)
    let first = target > 90 ? target - 60 : 0
    let last = min(scalars.count, first + 110)
    var shown = first > 0 ? "…" : ""
    var pad = first > 0 ? " " : ""
    for index in first..<last {
      let piece = scalars[index] == "\t" ? "\t" : scalars[index].escapedForDisplay
      shown += piece
      if index < target {
        pad += piece == "\t" ? "\t" : String(repeating: " ", count: piece.unicodeScalars.count)
      }
    }
    if last < scalars.count { shown += "…" }
    let number = String(line)
    let margin = String(repeating: " ", count: number.count)
    return "  \(number) | \(shown)\n  \(margin) | \(pad)^"
  }
}

/// Everything that keeps a model from being read, in the order of the files.
public struct ModelErrors: Error, Sendable, CustomStringConvertible {
  /// Never empty; warnings are not among them.
  public var diagnostics: [Diagnostic]

  public init(diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  /// At most this many are printed.
  public static let printedAtMost = 50

  public var description: String {
    var text = diagnostics.prefix(Self.printedAtMost).map(\.description).joined(separator: "\n")
    let rest = diagnostics.count - Self.printedAtMost
    if rest > 0 { text += "\nand \(rest) more" }
    if let reference { text += "\n" + reference }
    return text
  }
}

extension String {
  /// The text with control, formatting and line-breaking characters shown as escapes, cut at
  /// `limit` characters.
  public func escapedForDisplay(limit: Int = .max) -> String {
    var shown = ""
    var count = 0
    for scalar in unicodeScalars {
      if count >= limit {
        shown += "…"
        break
      }
      shown += scalar.escapedForDisplay
      count += 1
    }
    return shown
  }

  /// Whether a character would act on a terminal or hide itself rather than be seen.
  var hasHiddenCharacters: Bool {
    utf8.contains { $0 < 0x20 || $0 >= 0x7f } && unicodeScalars.contains { $0.isHidden }
  }
}

extension Unicode.Scalar {
  /// Control, formatting (such as a change of writing direction), and separator characters.
  var isHidden: Bool {
    if value < 0x7f { return value < 0x20 }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      return true
    default:
      return false
    }
  }

  var escapedForDisplay: String {
    switch self {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: isHidden ? "\\u{" + String(value, radix: 16) + "}" : String(self)
    }
  }
}
