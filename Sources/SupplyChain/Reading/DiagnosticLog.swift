/// Collects what is wrong while files are read, and the files, for the lines that messages show.
final class DiagnosticLog {
  private(set) var files: [SourceFile] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// What is suspicious in the texts themselves; never an error.
  private(set) var warnings: [Diagnostic] = []
  private var seen: Set<Key> = []
  /// Put before every message, e.g. `scenario export_ban: `.
  var label = ""
  /// Whether problems are left out because they follow from one that was reported.
  var isSilent = false
  /// Further problems are counted, not kept.
  static let keptAtMost = 10_000
  private static let warningsKeptAtMost = 1000

  private struct Key: Hashable {
    var position: Position
    var message: String
  }

  init(files: [SourceFile] = []) { self.files = files }

  /// Adds a file and returns its number; nil where there are too many.
  func add(_ file: SourceFile) -> Int? {
    guard files.count < Int(UInt16.max) else { return nil }
    files.append(file)
    return files.count - 1
  }

  /// Whether nothing more is kept, so that nothing more need be worded.
  var isFull: Bool { isSilent || diagnostics.count >= Self.keptAtMost }

  func error(
    _ message: @autoclosure () -> String, at position: Position, found: String? = nil,
    expected: @autoclosure () -> String? = nil, help: @autoclosure () -> String? = nil
  ) {
    guard !isFull else { return }
    let message = message()
    let expected = expected()
    // One wrong value that a change puts into many entries is one problem.
    let key = Key(position: position, message: expected ?? message)
    guard seen.insert(key).inserted else { return }
    let place = place(position)
    diagnostics.append(
      Diagnostic(
        message: label + message, file: place.file, line: place.line, column: place.column,
        found: found.map { $0.utf8.count > 400 ? String($0.prefix(200)) : $0 },
        expected: expected, suggestion: help()))
  }

  func warning(
    _ message: @autoclosure () -> String, at position: Position, found: String? = nil,
    help: @autoclosure () -> String? = nil
  ) {
    guard !isSilent, warnings.count < Self.warningsKeptAtMost else { return }
    let message = message()
    guard seen.insert(Key(position: position, message: "warning: " + message)).inserted else {
      return
    }
    let place = place(position)
    warnings.append(
      Diagnostic(
        severity: .warning, message: label + message, file: place.file, line: place.line,
        column: place.column, found: found, suggestion: help()))
  }

  /// A problem with a whole file.
  func error(_ message: String, file: String, help: String? = nil) {
    diagnostics.append(
      Diagnostic(message: message, file: file, line: 0, column: 0, suggestion: help))
  }

  func place(_ position: Position) -> SourceLocation {
    let index = Int(position.file)
    guard index < files.count else { return SourceLocation(file: "", line: 0, column: 0) }
    let file = files[index]
    guard file.hasLines else { return SourceLocation(file: file.name, line: 0, column: 0) }
    return SourceLocation(file: file.name, line: Int(position.line), column: Int(position.column))
  }

  /// `line 12`, with the file where it is another one.
  func words(for position: Position, seenFrom other: Position) -> String {
    let place = place(position)
    if position.file == other.file { return "line \(place.line)" }
    return "\(place.file.escapedForDisplay(limit: 200)), line \(place.line)"
  }

  /// The errors in file order, with the source lines of the first that will be printed.
  var errors: ModelErrors { ModelErrors(diagnostics: inFileOrder(diagnostics)) }

  func inFileOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var order: [String: Int] = [:]
    for (index, file) in files.enumerated() where order[file.name] == nil {
      order[file.name] = index
    }
    // Looked up once each: names can be as long as the text of a setting.
    let ranks = diagnostics.map { order[$0.file] ?? -1 }
    var sorted = diagnostics.indices.sorted { left, right in
      let (a, b) = (diagnostics[left], diagnostics[right])
      return (ranks[left], a.line, a.column, left) < (ranks[right], b.line, b.column, right)
    }.map { diagnostics[$0] }
    for index in sorted.indices.prefix(ModelErrors.printedAtMost) {
      guard let number = order[sorted[index].file], files[number].hasLines else { continue }
      sorted[index].sourceLine = files[number].line(sorted[index].line)
    }
    return sorted
  }

  var hasErrors: Bool { !diagnostics.isEmpty }
}
