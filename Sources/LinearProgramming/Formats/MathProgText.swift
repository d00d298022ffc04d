/// Scans a model in GNU MathProg before GLPK translates it.
///
/// A translation may run statements that write and read other files (`printf … > "file"`, `table`). Such files
/// are refused.
struct MathProgText {
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private enum Token: Equatable {
    case word(ArraySlice<UInt8>)
    case mark(UInt8)
    case text
  }

  /// - Throws: what is refused, with its line.
  func check() throws(ProgramFileError) {
    var scan = self
    var depth = 0
    var isPrinting = false
    var isStart = true
    while let token = try scan.next() {
      if isStart {
        if token == .word(Array("data".utf8)[...]) { return }
        if token == .word(Array("table".utf8)[...]) {
          throw scan.fault("a table statement reads or writes other files, which is not done here")
        }
      }
      if token == .word(Array("printf".utf8)[...]) { (isPrinting, depth) = (true, 0) }
      isStart = token == .mark(UInt8(ascii: ";")) || token == .mark(UInt8(ascii: "}"))
      switch token {
      case .mark(UInt8(ascii: "{")): depth += 1
      case .mark(UInt8(ascii: "}")): depth -= 1
      case .mark(UInt8(ascii: ";")): isPrinting = false
      case .mark(UInt8(ascii: ">")) where isPrinting && depth <= 0:
        throw scan.fault("printf writes another file, which is not done here")
      default: break
      }
    }
  }

  private func fault(_ message: String) -> ProgramFileError {
    ProgramFileError(line: line, message: message)
  }

  /// The next word, sign or text in quotes, past blanks and comments, as GLPK tells them apart.
  private mutating func next() throws(ProgramFileError) -> Token? {
    while place < bytes.count {
      let byte = bytes[place]
      switch byte {
      case UInt8(ascii: "\n"):
        line += 1
        place += 1
      case UInt8(ascii: " "), 9...13: place += 1
      case 0..<32, 127: throw fault("there is a control character")
      case UInt8(ascii: "#"):
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
      case UInt8(ascii: "/") where place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: "*"):
        skipComment()
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        skipText(byte)
        return .text
      default:
        let start = place
        while place < bytes.count, Self.isOfWord(bytes[place]) { place += 1 }
        if place > start { return .word(bytes[start..<place]) }
        place += 1
        return .mark(byte)
      }
    }
    return nil
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private mutating func skipComment() {
    place += 2
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "\n") { line += 1 }
      place += 1
      if place < bytes.count, bytes[place - 1] == UInt8(ascii: "*"),
        bytes[place] == UInt8(ascii: "/")
      {
        place += 1
        return
      }
    }
  }

  /// A doubled quote inside ends one text and starts the next, which is as good here. Texts end with their line.
  private mutating func skipText(_ quote: UInt8) {
    place += 1
    while place < bytes.count, bytes[place] != quote, bytes[place] != UInt8(ascii: "\n") {
      place += 1
    }
    if place < bytes.count, bytes[place] == quote { place += 1 }
  }
}
