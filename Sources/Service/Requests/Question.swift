import Allocation
import Analysis
import LinearProgramming
import Reporting
import SupplyChain

/// One kind of request about an open model: what is asked, read from the message, and how it is answered.
protocol ModelRequest: Sendable {
  /// - Throws: `SessionError` where a parameter is not what it should be.
  init(_ parameters: inout Parameters) throws
  func answer(_ question: Question) throws -> JSONValue
}

/// An open model as it stood when the message was read, with what the message changes in it for itself.
struct Question: Sendable {
  let open: OpenModel
  let changes: ModelChanges
  let cancellation: Cancellation
  let progress: ProgressTelling?
  /// Who has groups of outcomes solved by others; nil: this process solves them.
  let groups: GroupBoard?
  /// Of the session.
  let knownGroups: KnownGroups
  /// Seconds of any solve; nil: no limit.
  let mostSeconds: Double?

  var document: ModelDocument { open.document }

  func model() throws -> Model { try changes.asCase.model(of: document) }

  /// Changes after which all is as before, as commands tell them.
  var idle: [Diagnostic] { idle(of: [changes.asCase]) }

  func idle(of cases: [Case]) -> [Diagnostic] { document.idleChanges(in: cases) }

  /// What was found, or why there is nothing, where a study was cancelled.
  func ended(_ result: JSONValue, isInterrupted: Bool) throws -> JSONValue {
    if isInterrupted, cancellation.isCancelled {
      throw SessionError(.cancelled, "cancelled", [("result", result)])
    }
    return result
  }
}

/// `relax`, `gap` and `timeLimit`, as every command that makes plans takes them.
struct RunRequest: Sendable {
  var relax = false
  var gap: Double?
  var timeLimit: Double?

  init() {}

  init(_ parameters: inout Parameters) throws {
    relax = try parameters.flag("relax") ?? false
    gap = try parameters.fraction("gap")
    timeLimit = try parameters.number("timeLimit", 0...1e9)
  }

  func settings(_ question: Question) -> RunSettings {
    var settings = RunSettings(isRelaxed: relax)
    settings.allocation.relativeGap = gap
    settings.allocation.timeLimit = [timeLimit, question.mostSeconds].compactMap(\.self).min()
    settings.cancellation = question.cancellation
    question.progress?.follow(&settings)
    return settings
  }
}
