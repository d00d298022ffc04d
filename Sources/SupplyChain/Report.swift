/// Collects what is wrong while files are read, and the files, for the lines that messages show.
final class Report {
  private(set) var files: [SourceFile] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var seen: Set<Key> = []
  /// Put before every message, e.g. `scenario export_ban: `.
  var label = ""
  /// Whether problems are left out because they follow from one that was reported.
  var isSilent = false
  /// Further problems are counted, not kept.
  static let keptAtMost = 10_000

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

  func error(
    _ message: String, at position: Position, found: String? = nil, expected: String? = nil,
    help: String? = nil
  ) {
    add(.error, message, at: position, found: found, expected: expected, help: help)
  }

  func add(
    _ severity: Diagnostic.Severity, _ message: String, at position: Position,
    found: String? = nil, expected: String? = nil, help: String? = nil
  ) {
    // One wrong value that a change puts into many entries is one problem.
    let key = Key(position: position, message: expected ?? message)
    guard !isSilent, diagnostics.count < Self.keptAtMost, seen.insert(key).inserted else { return }
    let place = place(position)
    diagnostics.append(
      Diagnostic(
        severity: severity, message: label + message, file: place.file, line: place.line,
        column: place.column, found: found, expected: expected, suggestion: help))
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

  /// The diagnostics in file order, with the source lines of the first that will be printed.
  func sorted(_ severity: Diagnostic.Severity) -> [Diagnostic] {
    var order: [String: Int] = [:]
    for (index, file) in files.enumerated() where order[file.name] == nil {
      order[file.name] = index
    }
    let wanted = diagnostics.enumerated().filter { $0.element.severity == severity }
    var sorted = wanted.sorted { left, right in
      let (a, b) = (left.element, right.element)
      let (fileA, fileB) = (order[a.file] ?? -1, order[b.file] ?? -1)
      return (fileA, a.line, a.column, left.offset) < (fileB, b.line, b.column, right.offset)
    }.map(\.element)
    for index in sorted.indices.prefix(ModelErrors.printedAtMost) {
      guard let number = order[sorted[index].file], files[number].hasLines else { continue }
      sorted[index].sourceLine = files[number].line(sorted[index].line)
    }
    return sorted
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  var errors: ModelErrors { ModelErrors(diagnostics: sorted(.error)) }
}
