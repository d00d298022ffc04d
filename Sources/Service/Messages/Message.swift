import Reporting

/// A message of a client: a request, or a notification where it has no id.
public struct Message: Sendable {
  /// What an answer repeats.
  public enum ID: Sendable, Hashable {
    case number(String)
    case text(String)

    init?(_ value: JSONInput) {
      switch value {
      case .number(let digits): self = .number(digits)
      case .string(let text): self = .text(text)
      default: return nil
      }
    }

    var json: String {
      switch self {
      case .number(let digits): digits
      case .text(let text): JSONValue.quoted(text)
      }
    }
  }

  public var id: ID?
  public var method: String
  public var parameters: [JSONInput.Member]

  /// - Throws: with the id that an answer can be given under, where there is one.
  init(_ value: JSONInput) throws(Refusal) {
    guard case .object = value else {
      throw Refusal(id: nil, message: "a message is one object; batches are not taken")
    }
    let id = value["id"]
    let known = id.flatMap(ID.init)
    if id != nil, known == nil {
      throw Refusal(id: nil, message: "an id is a number or a text")
    }
    guard value["jsonrpc"]?.string == "2.0" else {
      throw Refusal(id: known, message: "`jsonrpc` is \"2.0\"")
    }
    guard let method = value["method"]?.string else {
      throw Refusal(id: known, message: "`method` is a text")
    }
    switch value["params"] {
    case nil, .null?: parameters = []
    case .object(let members)?: parameters = members
    default: throw Refusal(id: known, message: "`params` is an object")
    }
    self.id = known
    self.method = method
  }

  struct Refusal: Error {
    var id: ID?
    var message: String
  }

  // MARK: Answers

  static func answer(_ id: ID, _ result: JSONValue) -> String {
    "{\"jsonrpc\":\"2.0\",\"id\":\(id.json),\"result\":\(result.compactText)}"
  }

  static func answer(_ id: ID?, _ error: SessionError) -> String {
    "{\"jsonrpc\":\"2.0\",\"id\":\(id?.json ?? "null"),\"error\":\(error.json.compactText)}"
  }

  static func progress(_ token: ID, _ value: JSONValue) -> String {
    "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":{\"token\":\(token.json),\"value\":"
      + value.compactText + "}}"
  }

  static func group(_ token: ID, question: Int, _ value: JSONValue) -> String {
    "{\"jsonrpc\":\"2.0\",\"method\":\"$/group\",\"params\":{\"token\":\(token.json),\"question\":"
      + "\(question),\"group\":" + value.compactText + "}}"
  }
}
