import Reporting

/// Reads one JSON value (RFC 8259) from bytes.
struct JSONReader {
  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONInput.Problem) -> JSONInput {
    let value = try value()
    skipBlanks()
    guard place == bytes.count else { throw problem("there is more after the value") }
    return value
  }

  private func problem(_ message: String) -> JSONInput.Problem {
    JSONInput.Problem(message: message, place: place)
  }

  private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      place += 1
    }
  }

  private mutating func value() throws(JSONInput.Problem) -> JSONInput {
    skipBlanks()
    switch current {
    case UInt8(ascii: "{"):
      return try nested { reader throws(JSONInput.Problem) in try reader.object() }
    case UInt8(ascii: "["):
      return try nested { reader throws(JSONInput.Problem) in try reader.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw problem("the text ends where a value should be")
    default: return .number(try number())
    }
  }

  private mutating func nested(
    _ read: (inout JSONReader) throws(JSONInput.Problem) -> JSONInput
  ) throws(JSONInput.Problem) -> JSONInput {
    guard depth < JSONInput.deepest else {
      throw problem("values are nested more than \(JSONInput.deepest) deep")
    }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  private mutating func word(
    _ text: String, _ value: JSONInput
  ) throws(JSONInput.Problem) -> JSONInput {
    guard bytes[place...].starts(with: text.utf8) else { throw problem("this is no value") }
    place += text.utf8.count
    return value
  }

  private mutating func object() throws(JSONInput.Problem) -> JSONInput {
    var members: [JSONInput.Member] = []
    var names: Set<String> = []
    place += 1
    skipBlanks()
    if current == UInt8(ascii: "}") {
      place += 1
      return .object([])
    }
    while true {
      skipBlanks()
      guard current == UInt8(ascii: "\"") else {
        throw problem("a member's name should stand here")
      }
      let name = try string()
      guard names.insert(name).inserted else {
        throw problem("a member is named twice: \(JSONValue.quoted(String(name.prefix(40))))")
      }
      skipBlanks()
      guard current == UInt8(ascii: ":") else { throw problem("a colon should stand here") }
      place += 1
      members.append(.init(name, try value()))
      if try ends(with: UInt8(ascii: "}")) { return .object(members) }
    }
  }

  private mutating func array() throws(JSONInput.Problem) -> JSONInput {
    var items: [JSONInput] = []
    place += 1
    skipBlanks()
    if current == UInt8(ascii: "]") {
      place += 1
      return .array([])
    }
    while true {
      items.append(try value())
      if try ends(with: UInt8(ascii: "]")) { return .array(items) }
    }
  }

  /// After an item: whether the list ends here; a comma says that it goes on.
  private mutating func ends(with mark: UInt8) throws(JSONInput.Problem) -> Bool {
    skipBlanks()
    guard let byte = current, byte == mark || byte == UInt8(ascii: ",") else {
      throw problem("a comma or the end of the list should stand here")
    }
    place += 1
    return byte == mark
  }

  private mutating func number() throws(JSONInput.Problem) -> String {
    let start = place
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 &- 0x30 < 10 } ?? false }
    if current == UInt8(ascii: "-") { place += 1 }
    guard isDigit(current) else { throw problem("this is no value") }
    if current == UInt8(ascii: "0") {
      place += 1
    } else {
      while isDigit(current) { place += 1 }
    }
    if current == UInt8(ascii: ".") {
      place += 1
      guard isDigit(current) else { throw problem("a digit should stand here") }
      while isDigit(current) { place += 1 }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      place += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { place += 1 }
      guard isDigit(current) else { throw problem("a digit should stand here") }
      while isDigit(current) { place += 1 }
    }
    guard place - start <= 400 else { throw problem("a number has more than 400 digits") }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func string() throws(JSONInput.Problem) -> String {
    place += 1
    var text: [UInt8] = []
    while true {
      guard let byte = current else { throw problem("a text lacks its closing quote") }
      switch byte {
      case UInt8(ascii: "\""):
        place += 1
        guard let valid = String(validating: text, as: UTF8.self) else {
          throw problem("a text is not UTF-8")
        }
        return valid
      case UInt8(ascii: "\\"):
        place += 1
        text += Array(String(try escaped()).utf8)
      case 0..<0x20: throw problem("a text holds a control character")
      default:
        text.append(byte)
        place += 1
      }
    }
  }

  /// What stands behind a backslash.
  private mutating func escaped() throws(JSONInput.Problem) -> Unicode.Scalar {
    guard let byte = current else { throw problem("a text lacks its closing quote") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let first = try hexadecimal()
      if let scalar = Unicode.Scalar(first) { return scalar }
      // Half of a character beyond the first 65,536; the other half must follow.
      guard first < 0xDC00, current == UInt8(ascii: "\\") else { throw problem("half a character") }
      place += 1
      guard current == UInt8(ascii: "u") else { throw problem("half a character") }
      place += 1
      let second = try hexadecimal()
      guard (0xDC00...0xDFFF).contains(second) else { throw problem("half a character") }
      let whole = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
      guard let scalar = Unicode.Scalar(whole) else { throw problem("half a character") }
      return scalar
    default: throw problem("an escape is not known")
    }
  }

  private mutating func hexadecimal() throws(JSONInput.Problem) -> UInt16 {
    guard place + 4 <= bytes.count else {
      throw problem("four hexadecimal digits should stand here")
    }
    var value: UInt16 = 0
    for byte in bytes[place..<place + 4] {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x41 + 10
      case 0x61...0x66: digit = byte - 0x61 + 10
      default: throw problem("four hexadecimal digits should stand here")
      }
      value = value << 4 | UInt16(digit)
    }
    place += 4
    return value
  }
}
