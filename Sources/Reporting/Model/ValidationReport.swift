import SupplyChain

/// What `validate` found, as other programs read it.
public struct ValidationReport: Sendable {
  private let diagnostics: [Diagnostic]
  private let baseYear: BaseYearReport?

  /// - Parameter baseYear: where the first year was held to published figures.
  public init(_ diagnostics: [Diagnostic], baseYear: BaseYearReport? = nil) {
    self.diagnostics = diagnostics
    self.baseYear = baseYear
  }

  public var errors: Int { diagnostics.count { $0.severity == .error } }
  public var warnings: Int { diagnostics.count { $0.severity == .warning } }

  public var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("valid", .bool(errors == 0)), ("errors", .integer(errors)), ("warnings", .integer(warnings)),
      ("diagnostics", .array(diagnostics.map(\.json))),
    ]
    if let baseYear { members.append(("base_year", baseYear.json)) }
    return .object(members)
  }
}
