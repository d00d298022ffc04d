/// Reads rows of cells between commas, or another separator, with quotes as RFC 4180 has them.
struct CSVParser {
  struct Cell {
    var text: String
    var position: Position
    var isQuoted: Bool
  }

  struct Problem {
    var message: String
    var position: Position
    var help: String?
  }

  /// What stopped the reading before the end.
  private(set) var problem: Problem?
  private let bytes: [UInt8]
  private let file: Int
  private let separator: UInt8
  private var index = 0
  private var line = 1
  private var column = 1

  init(_ bytes: [UInt8], file: Int, separator: UInt8 = UInt8(ascii: ",")) {
    self.bytes = bytes
    self.file = file
    self.separator = separator
  }

  /// Passes over the first line `sep=,` (or another separator), which Excel writes for itself.
  mutating func skipSeparatorLine() {
    let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
    guard line.count <= 7, String(decoding: line, as: UTF8.self).lowercased().hasPrefix("sep=")
    else { return }
    while index < line.count { step() }
    endLine()
  }

  private mutating func endLine() {
    if peek == 0x0D { step() }
    if peek == 0x0A { step() }
  }

  /// The next row; nil at the end or after a problem.
  mutating func next() -> [Cell]? {
    guard problem == nil, index < bytes.count else { return nil }
    var row: [Cell] = []
    while true {
      skipSpaces()
      guard let cell = peek == UInt8(ascii: "\"") ? quoted() : plain() else { return nil }
      row.append(cell)
      if peek == separator {
        step()
        continue
      }
      endLine()
      return row
    }
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private var position: Position { Position(line: line, column: column, file: file) }

  private mutating func step() {
    let byte = bytes[index]
    index += 1
    if byte == 0x0A || (byte == 0x0D && peek != 0x0A) {
      line += 1
      column = 1
    } else if byte & 0xC0 != 0x80 {
      column += 1
    }
  }

  private mutating func skipSpaces() {
    while peek == UInt8(ascii: " ") { step() }
  }

  private mutating func plain() -> Cell? {
    let start = position
    let first = index
    while let byte = peek, byte != separator, byte != 0x0A, byte != 0x0D { step() }
    let text = String(decoding: bytes[first..<index], as: UTF8.self)
    return Cell(text: Self.withoutSpaces(text), position: start, isQuoted: false)
  }

  /// Without spaces of any width at either end.
  private static func withoutSpaces(_ text: String) -> String {
    guard text.utf8.last == UInt8(ascii: " ") || text.utf8.contains(where: { $0 >= 0x80 }) else {
      return text
    }
    func isSpace(_ character: Character) -> Bool {
      character == " " || NumberHabit.isWideSpace(character)
    }
    var rest = text.drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest.removeLast() }
    return String(rest)
  }

  private mutating func quoted() -> Cell? {
    let start = position
    step()
    var text: [UInt8] = []
    while let byte = peek {
      step()
      guard byte == UInt8(ascii: "\"") else {
        text.append(byte)
        continue
      }
      if peek == UInt8(ascii: "\"") {
        text.append(byte)
        step()
        continue
      }
      skipSpaces()
      if let after = peek, after != separator, after != 0x0A, after != 0x0D {
        problem = Problem(
          message: "text follows the closing quote of a cell", position: position,
          help: "write a quote inside quotes twice")
        return nil
      }
      return Cell(
        text: String(decoding: text, as: UTF8.self), position: start, isQuoted: true)
    }
    problem = Problem(
      message: "the quote that begins here is never closed", position: start, help: nil)
    return nil
  }
}
