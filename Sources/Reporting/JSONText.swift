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

  /// The text, indented by two spaces; arrays and objects of plain values stay on one line.
  public var text: String {
    var out = ""
    write(to: &out, indent: 0)
    out += "\n"
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
    case .array, .object: true
    default: false
    }
  }

  private func write(to out: inout String, indent: Int) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .integer(let value): out += String(value)
    case .number(let value): out += JSONValue.number(value)
    case .string(let value): JSONValue.write(value, to: &out)
    case .array(let items):
      JSONValue.writeList(items, "[", "]", isPlain, indent, to: &out) { item, out in
        item.write(to: &out, indent: indent + 2)
      }
    case .object(let members):
      JSONValue.writeList(members, "{", "}", isPlain && indent > 0, indent, to: &out) {
        member, out in
        JSONValue.write(member.key, to: &out)
        out += ": "
        member.value.write(to: &out, indent: indent + 2)
      }
    }
  }

  private static func writeList<Item>(
    _ items: [Item], _ open: String, _ close: String, _ onOneLine: Bool, _ indent: Int,
    to out: inout String, _ write: (Item, inout String) -> Void
  ) {
    out += open
    let margin = String(repeating: " ", count: indent + 2)
    for (index, item) in items.enumerated() {
      if index > 0 { out += onOneLine ? ", " : "," }
      if !onOneLine { out += "\n" + margin }
      write(item, &out)
    }
    if !onOneLine, !items.isEmpty { out += "\n" + String(repeating: " ", count: indent) }
    out += close
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == 0 { return "0" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    return value.description
  }

  private static func write(_ string: String, to out: inout String) {
    out += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{2028}": out += "\\u2028"
      case "\u{2029}": out += "\\u2029"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}
