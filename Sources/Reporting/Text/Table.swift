/// One kind of result as rows: written as CSV, as JSON objects, or on the terminal.
public struct Table: Sendable {
  public struct Column: Sendable {
    /// The key in JSON and the header in CSV.
    public var id: String
    /// Written behind the id in a CSV header, `value [t/yr]`; nil: none.
    public var unit: String?
    public init(_ id: String, unit: String? = nil) {
      self.id = id
      self.unit = unit
    }
  }
  public enum Cell: Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    case empty
  }
  /// The file's name without ending, and the key in JSON.
  public var name: String
  public var columns: [Column]
  public var rows: [[Cell]]

  public init(_ name: String, _ columns: [Column], rows: [[Cell]] = []) {
    self.name = name
    self.columns = columns
    self.rows = rows
  }

  /// The rows as JSON objects by column id.
  public var json: JSONValue {
    .array(
      rows.map { row in
        .object(zip(columns, row).map { (key: $0.id, value: $1.json) })
      })
  }

  /// Comma-separated text with a header, lines ending in a line feed. A text that a spreadsheet would run as a
  /// formula gets an apostrophe in front.
  public var csv: String {
    var out = columns.map { column in
      Cell.text(column.unit.map { "\(column.id) [\($0)]" } ?? column.id).csv
    }.joined(separator: ",")
    out += "\n"
    return out + csvRows
  }

  /// The rows of `csv` alone.
  var csvRows: String {
    var out = ""
    for row in rows {
      out += row.map(\.csv).joined(separator: ",")
      out += "\n"
    }
    return out
  }

  /// The objects of `json`, one a line.
  var jsonLines: String {
    var out = ""
    for row in rows {
      let object = JSONValue.object(zip(columns, row).map { (key: $0.id, value: $1.json) })
      out += object.line + "\n"
    }
    return out
  }

  fileprivate static func quoted(_ text: String) -> String {
    // By scalars: `\r\n` is one character, and so is a comma with an accent on it. Semicolons part the cells of a
    // spreadsheet where the comma is the decimal sign.
    guard text.unicodeScalars.contains(where: { ",;\"\n\r".unicodeScalars.contains($0) }) else {
      return text
    }
    var out = "\"".unicodeScalars
    for scalar in text.unicodeScalars {
      if scalar == "\"" { out.append(scalar) }
      out.append(scalar)
    }
    out.append("\"")
    return String(out)
  }
}

extension Table.Cell {
  var json: JSONValue {
    switch self {
    case .text(let value): .string(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .empty: .null
    }
  }

  var csv: String {
    switch self {
    case .text(let value):
      if let first = value.unicodeScalars.first, "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) {
        return Table.quoted("'" + value)
      }
      return Table.quoted(value)
    case .integer(let value): return String(value)
    case .number(let value):
      guard value.isFinite else { return "" }
      return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : value.description
    case .empty: return ""
    }
  }
}
