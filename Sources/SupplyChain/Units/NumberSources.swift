import Foundation

/// Where the numbers of a model file come from, as its own comments say: a line that holds a number ends in a
/// comment with keys of a bibliography in brackets, or with the word *assumption*.
///
///     existing: 45 kt/yr          # [mcs2026]
///     permit: 3 years             # assumption: like the mine next door
///
/// The bibliography is `sources.csv` beside the model: `key,title,publisher,date,url`.
public struct NumberSources: Sendable {
  public struct Line: Sendable {
    public var number: Int
    /// Dotted keys down to the line.
    public var path: String
    /// The line without its comment.
    public var text: String
    public var keys: [String]
    /// The words of an assumption; nil where the line names none.
    public var assumption: String?
    public var hasSource: Bool { !keys.isEmpty || assumption != nil }
  }
  public struct Entry: Sendable {
    public var key: String
    public var title: String
    public var publisher: String
    public var date: String
    public var url: String
  }
  /// Lines that hold numbers, in order.
  public var lines: [Line] = []
  public var bibliography: [Entry] = []

  /// Lines whose numbers have neither a source nor an assumption.
  public var bare: [Line] { lines.filter { !$0.hasSource } }
  /// Keys that lines name and the bibliography lacks, each once, in order.
  public var unknownKeys: [String] {
    let known = Set(bibliography.map(\.key))
    var seen = Set<String>()
    return lines.flatMap(\.keys).filter { !known.contains($0) && seen.insert($0).inserted }
  }

  /// Reads the comments of a model file that has been read without errors, and `sources.csv` beside it.
  /// - Throws: `ModelErrors` where a file cannot be read.
  public init(path: String) throws(ModelErrors) {
    let bytes = try Self.bytes(path)
    var trail: [(indent: Int, key: String)] = []
    for (index, raw) in String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated() {
      let (text, comment) = Self.split(String(raw))
      guard !text.isEmpty else { continue }
      let indent = raw.prefix { $0 == " " }.count
      while let last = trail.last, last.indent >= indent { trail.removeLast() }
      if let key = Self.key(text) { trail.append((indent, key)) }
      guard Self.holdsNumber(text) else { continue }
      lines.append(
        Line(
          number: index + 1, path: trail.map(\.key).joined(separator: "."), text: text,
          keys: Self.keys(comment), assumption: Self.assumption(comment)))
    }
    let folder = (path as NSString).deletingLastPathComponent
    let table = (folder as NSString).appendingPathComponent("sources.csv")
    guard FileManager.default.fileExists(atPath: table) else { return }
    bibliography = try Self.bibliography(table)
  }

  private static func bytes(_ path: String) throws(ModelErrors) -> [UInt8] {
    do throws(FileReader.Problem) {
      return try FileReader.bytes(path: path)
    } catch {
      throw ModelErrors(
        diagnostics: [
          Diagnostic(
            message: "the file \(error.message)", file: path, line: 1, column: 1,
            suggestion: error.suggestion)
        ])
    }
  }

  /// The text of a line before its comment, without blanks around it, and the comment.
  private static func split(_ line: String) -> (text: String, comment: String) {
    var quote: Character?
    var previous: Character = " "
    for index in line.indices {
      let character = line[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "#", previous == " " {
        let text = line[..<index].trimmingCharacters(in: .whitespaces)
        return (
          text, String(line[line.index(after: index)...]).trimmingCharacters(in: .whitespaces)
        )
      }
      previous = character
    }
    return (line.trimmingCharacters(in: .whitespaces), "")
  }

  private static func key(_ text: String) -> String? {
    let body = text.hasPrefix("- ") ? text.dropFirst(2) : Substring(text)
    guard let colon = body.firstIndex(of: ":") else { return nil }
    let key = body[..<colon].trimmingCharacters(in: .whitespaces)
    let isName = key.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
    return isName && !key.isEmpty ? key : nil
  }

  /// Whether a value on the line begins with a digit: after a colon, a comma, a bracket or a dash.
  private static func holdsNumber(_ text: String) -> Bool {
    var previous: Character = " "
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
        continue
      }
      if character == "\"" || character == "'" {
        quote = character
      } else if character.isASCII, character.isNumber, ":,[{-+".contains(previous) {
        return true
      }
      if character != " " { previous = character }
    }
    return false
  }

  private static func keys(_ comment: String) -> [String] {
    var keys: [String] = []
    var rest = Substring(comment)
    while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
      for key in rest[rest.index(after: open)..<close].split(separator: ",") {
        keys.append(key.trimmingCharacters(in: .whitespaces))
      }
      rest = rest[rest.index(after: close)...]
    }
    return keys
  }

  private static func assumption(_ comment: String) -> String? {
    guard let range = comment.range(of: "assumption", options: .caseInsensitive) else { return nil }
    return String(comment[range.upperBound...])
      .trimmingCharacters(in: CharacterSet(charactersIn: " :;"))
  }

  private static func bibliography(_ path: String) throws(ModelErrors) -> [Entry] {
    let log = DiagnosticLog()
    var bytes = try bytes(path)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    let file = log.add(SourceFile(name: path, bytes: bytes)) ?? 0
    var sheet = SheetReader(log: log, file: file)
    let header = sheet.header.map(\.text)
    func column(_ name: String) -> Int? { header.firstIndex(of: name) }
    if sheet.isFine, column("key") == nil || column("title") == nil {
      log.error(
        "the bibliography lacks a column `key` or `title`", at: sheet.start,
        expected: "key,title,publisher,date,url")
    }
    var entries: [Entry] = []
    while let row = sheet.next() {
      func cell(_ name: String) -> String { column(name).map { row[$0].text } ?? "" }
      guard !cell("key").isEmpty else { continue }
      entries.append(
        Entry(
          key: cell("key"), title: cell("title"), publisher: cell("publisher"), date: cell("date"),
          url: cell("url")))
    }
    if log.hasErrors { throw log.errors }
    return entries
  }
}
