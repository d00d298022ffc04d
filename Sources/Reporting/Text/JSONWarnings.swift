import SupplyChain

extension JSONValue {
  /// The object with members before its own.
  public func with(first: [(key: String, value: JSONValue)]) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(first + members)
  }

  /// The object with a last key `warnings`; as it is where there are none.
  public func adding(warnings: [Diagnostic]) -> JSONValue {
    guard case .object(let members) = self, !warnings.isEmpty else { return self }
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    let list = warnings.map { warning in
      JSONValue.object([
        ("file", .string(warning.file)), ("line", .integer(warning.line)),
        ("message", .string(warning.message)), ("found", text(warning.found)),
      ])
    }
    return .object(members + [("warnings", .array(list))])
  }
}
