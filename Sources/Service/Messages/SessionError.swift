import Analysis
import Reporting
import SupplyChain

/// Why a request has no result, as JSON-RPC tells it.
public struct SessionError: Error, Sendable {
  /// Negative codes are those of JSON-RPC and of language servers; positive ones the exit codes of the commands.
  public enum Code: Int, Sendable {
    case parse = -32700
    case invalidRequest = -32600
    case noMethod = -32601
    case parameters = -32602
    case program = -32603
    case cancelled = -32800
    case busy = -32001
    case noModel = -32002
    case modelIsWrong = 1
    case noPlan = 3
    case stopped = 4
    case notVerified = 5
    case outputFailed = 74
  }

  public var code: Code
  public var message: String
  public var details: [(key: String, value: JSONValue)]

  public init(_ code: Code, _ message: String, _ details: [(key: String, value: JSONValue)] = []) {
    self.code = code
    self.message = message
    self.details = details
  }

  /// A parameter that is missing, unknown or of the wrong kind.
  static func parameter(
    _ name: String, _ message: String, expected: String? = nil, found: JSONInput? = nil,
    suggestion: String? = nil
  ) -> SessionError {
    var details: [(key: String, value: JSONValue)] = [("parameter", .string(name))]
    if let expected { details.append(("expected", .string(expected))) }
    if let found { details.append(("found", .string(found.words))) }
    if let suggestion { details.append(("suggestion", .string(suggestion))) }
    return SessionError(.parameters, "\(name): \(message)", details)
  }

  /// What a request threw.
  init(_ error: any Error) {
    switch error {
    case let error as SessionError: self = error
    case let error as ModelErrors: self.init(error)
    case let error as StudyEnd: self.init(error)
    case let error as OptionProblem: self.init(.parameters, error.message)
    case let error as OutputError: self.init(.outputFailed, error.description)
    default: self.init(.program, "\(error)")
    }
  }

  private init(_ errors: ModelErrors) {
    let all = errors.diagnostics.map(SessionError.json)
    let first = errors.diagnostics.first
    self.init(
      .modelIsWrong, first?.message ?? "the model is wrong",
      (first.map(SessionError.members) ?? []) + [("diagnostics", .array(all))])
  }

  private init(_ end: StudyEnd) {
    switch end {
    case .interrupted: self.init(.stopped, "stopped by a limit")
    case .noPlan(let status, let reason):
      self.init(
        .noPlan, "\(end)", [("status", .string(status.rawValue)), ("reason", .string(reason))])
    case .notVerified(let reason):
      self.init(.notVerified, "\(end)", [("reason", .string(reason))])
    }
  }

  /// A diagnostic as clients read it.
  static func json(_ diagnostic: Diagnostic) -> JSONValue { .object(members(diagnostic)) }

  private static func members(_ diagnostic: Diagnostic) -> [(key: String, value: JSONValue)] {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    return [
      ("severity", .string(diagnostic.severity.rawValue)), ("file", .string(diagnostic.file)),
      ("line", .integer(diagnostic.line)), ("column", .integer(diagnostic.column)),
      ("message", .string(diagnostic.message)), ("found", text(diagnostic.found)),
      ("expected", text(diagnostic.expected)), ("fix", text(diagnostic.suggestion)),
    ]
  }

  var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("code", .integer(code.rawValue)), ("message", .string(message)),
    ]
    if !details.isEmpty { members.append(("data", .object(details))) }
    return .object(members)
  }
}
