import Reporting

/// A JSON value as somebody else wrote it: numbers keep their digits, members their order.
public indirect enum JSONInput: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The digits as they were written.
  case number(String)
  case string(String)
  case array([JSONInput])
  case object([Member])

  public struct Member: Sendable, Equatable {
    public var name: String
    public var value: JSONInput
    public init(_ name: String, _ value: JSONInput) {
      self.name = name
      self.value = value
    }
  }

  /// Why a text is no JSON; the place counts bytes from 0.
  public struct Problem: Error, Sendable, Equatable {
    public var message: String
    public var place: Int
  }

  /// Deeper nesting is refused.
  public static let deepest = 128

  /// - Throws: where the bytes are not one JSON value, an object names a member twice, or it is nested too deep.
  public init(_ bytes: [UInt8]) throws(Problem) {
    var reader = JSONReader(bytes)
    self = try reader.document()
  }

  /// The member of an object; nil for another value.
  public subscript(name: String) -> JSONInput? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  public var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// As YAML's flow style, and so as a setting, writes it: a text by itself, anything else as JSON.
  public var yaml: String { string ?? json }

  /// On one line.
  public var json: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let digits): digits
    case .string(let text): JSONValue.quoted(text)
    case .array(let items): "[" + items.map(\.json).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.map { "\(JSONValue.quoted($0.name)): \($0.value.json)" }.joined(separator: ", ")
        + "}"
    }
  }

  /// What it is, for messages.
  var words: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let digits): String(digits.prefix(40))
    case .string(let text): "\"" + text.prefix(80) + "\""
    case .array: "a list"
    case .object: "an object"
    }
  }
}
