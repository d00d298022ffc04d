/// A JSON value that keeps the order of its keys, so that the same result is the same bytes.
public indirect enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Written in the shortest form that reads back as the same number; not-finite numbers become null.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(key: String, value: JSONValue)])
  /// An array of plain values that are text already, one a line, in any number of parts: very many would take many times
  /// the memory of their text.
  case lines([String])

  /// The text, indented by two spaces; arrays and objects of plain values stay on one line.
  public var text: String {
    var out = ""
    write(to: &out)
    return out
  }

  /// Writes the text piece by piece.
  public func write(to out: inout some TextOutputStream) {
    write(to: &out, indent: 0)
    out.write("\n")
  }

  /// The text of a container of plain values, as it stands within others: on one line.
  var line: String {
    var out = ""
    write(to: &out, indent: 2)
    return out
  }

  /// The text on one line without blanks.
  public var compactText: String {
    var out = ""
    writeCompact(to: &out)
    return out
  }

  private func writeCompact(to out: inout String) {
    switch self {
    case .lines(let parts):
      let items = parts.flatMap { $0.split(separator: "\n") }
      out += "[" + items.joined(separator: ",") + "]"
    case .array(let items):
      out += "["
      for (index, item) in items.enumerated() {
        if index > 0 { out += "," }
        item.writeCompact(to: &out)
      }
      out += "]"
    case .object(let members):
      out += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { out += "," }
        JSONValue.write(member.key, to: &out)
        out += ":"
        member.value.writeCompact(to: &out)
      }
      out += "}"
    default: write(to: &out, indent: 0)
    }
  }

  private var isPlain: Bool {
    switch self {
    case .array(let items): items.allSatisfy { !$0.isContainer }
    case .object(let members): members.allSatisfy { !$0.value.isContainer }
    default: true
    }
  }

  private var isContainer: Bool {
    switch self {
    case .array, .object, .lines: true
    default: false
    }
  }

  private func write(to out: inout some TextOutputStream, indent: Int) {
    switch self {
    case .null: out.write("null")
    case .bool(let value): out.write(value ? "true" : "false")
    case .integer(let value): out.write(String(value))
    case .number(let value): out.write(JSONValue.number(value))
    case .string(let value): JSONValue.write(value, to: &out)
    case .array(let items):
      JSONValue.writeList(items, "[", "]", isPlain, indent, to: &out) { item, out in
        item.write(to: &out, indent: indent + 2)
      }
    case .object(let members):
      JSONValue.writeList(members, "{", "}", isPlain && indent > 0, indent, to: &out) {
        member, out in
        JSONValue.write(member.key, to: &out)
        out.write(": ")
        member.value.write(to: &out, indent: indent + 2)
      }
    case .lines(let parts):
      let items = parts.lazy.flatMap { $0.split(separator: "\n") }
      JSONValue.writeList(items, "[", "]", false, indent, to: &out) { item, out in
        out.write(String(item))
      }
    }
  }

  private static func writeList<Item, Stream: TextOutputStream>(
    _ items: some Sequence<Item>, _ open: String, _ close: String, _ onOneLine: Bool,
    _ indent: Int, to out: inout Stream, _ write: (Item, inout Stream) -> Void
  ) {
    out.write(open)
    let margin = String(repeating: " ", count: indent + 2)
    var isEmpty = true
    for (index, item) in items.enumerated() {
      isEmpty = false
      if index > 0 { out.write(onOneLine ? ", " : ",") }
      if !onOneLine { out.write("\n" + margin) }
      write(item, &out)
    }
    if !onOneLine, !isEmpty { out.write("\n" + String(repeating: " ", count: indent)) }
    out.write(close)
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == 0 { return "0" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    return value.description
  }

  private static func write(_ string: String, to out: inout some TextOutputStream) {
    out.write(quoted(string))
  }

  /// A text as JSON writes it, and YAML reads it.
  public static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{2028}": text += "\\u2028"
      case "\u{2029}": text += "\\u2029"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
