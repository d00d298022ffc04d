import Foundation

/// Finds the lines of a model file, or the rows of a table, that hold numbers, with what their comments say.
struct CommentReader {
  struct Found {
    /// Where the comment begins, or the line itself.
    var position: Position
    var path: String
    var text: String
    var marks: SourceMarks
    var holdsNumber: Bool
  }

  let files: [SourceFile]
  let number: Int

  /// The column of a table that holds comments.
  static let column = "#"

  /// Keys at the top whose numbers say nothing of the world.
  private static let notData = ["lodestone", "as_of", "name", "author"]

  /// The lines of a YAML file that hold a number or a comment.
  func lines() -> [Found] {
    var found: [Found] = []
    var trail: [(indent: Int, key: String)] = []
    // By bytes: a line feed behind a carriage return is one character with it.
    let bytes = files[number].bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, bytes) in bytes.enumerated() {
      let raw = String(decoding: bytes, as: UTF8.self)
      let (text, comment, column) = Self.split(raw)
      let indent = raw.prefix { $0 == " " }.count
      if !text.isEmpty {
        while let last = trail.last, last.indent >= indent { trail.removeLast() }
        if let key = Self.key(text) { trail.append((indent, key)) }
      }
      let isPlace = trail.count == 3 && trail[0].key == "facilities" && trail[2].key == "at"
      let isData = (indent > 0 || !Self.notData.contains(trail.first?.key ?? "")) && !isPlace
      let holdsNumber = !text.isEmpty && isData && Self.holdsNumber(text)
      guard holdsNumber || !comment.isEmpty else { continue }
      found.append(
        Found(
          position: Position(
            line: index + 1, column: comment.isEmpty ? indent + 1 : column, file: number),
          path: trail.map(\.key).joined(separator: "."), text: text,
          marks: SourceMarks(comment: comment, line: text), holdsNumber: holdsNumber))
    }
    return found
  }

  /// The rows of a table; what is wrong with the table itself has been told.
  func rows() -> [Found] {
    var sheet = SheetReader(log: DiagnosticLog(files: files), file: number)
    guard sheet.isFine else { return [] }
    let names = sheet.header.map(\.text)
    let comment = names.firstIndex(of: Self.column)
    let title =
      names.firstIndex(of: "id") ?? names.firstIndex(of: "path") ?? names.firstIndex(of: "name")
    var found: [Found] = []
    while let row = sheet.next() {
      let cells = row.indices.filter { index in
        index != comment && !["id", "path", "name", "year"].contains(names[index])
          && !row[index].text.isEmpty
      }
      let text = cells.map { "\(names[$0]): \(row[$0].text)" }.joined(separator: ", ")
      found.append(
        Found(
          position: row[comment ?? 0].position, path: title.map { row[$0].text } ?? "",
          text: text,
          marks: SourceMarks(comment: comment.map { row[$0].text } ?? "", line: text),
          holdsNumber: cells.contains { Self.holdsNumber(":" + row[$0].text) }))
    }
    return found
  }

  /// The text of a line before its comment, without blanks around it, the comment, and the column of its `#`.
  private static func split(_ line: String) -> (text: String, comment: String, column: Int) {
    var quote: Character?
    var previous: Character = " "
    for index in line.indices {
      let character = line[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if (character == "\"" || character == "'") && " :,[{".contains(previous) {
        // An apostrophe inside a word is none.
        quote = character
      } else if character == "#", previous == " " {
        let text = line[..<index].trimmingCharacters(in: .whitespaces)
        let comment = line[line.index(after: index)...].trimmingCharacters(
          in: .whitespacesAndNewlines)
        return (text, comment, line.unicodeScalars.distance(from: line.startIndex, to: index) + 1)
      }
      previous = character
    }
    return (line.trimmingCharacters(in: .whitespacesAndNewlines), "", 1)
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
}
