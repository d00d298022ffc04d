import Analysis
import Foundation
import LinearProgramming
import Reporting
import SupplyChain
import Support
import Synchronization

/// What a session may do.
public struct SessionSettings: Sendable {
  /// No path of a request leaves it; nil: any file that this user may read.
  public var folder: String?
  /// Seconds of a request; nil: no limit.
  public var mostSeconds: Double?
  /// Questions that are worked on at a time.
  public var workers = ProcessInfo.processInfo.activeProcessorCount
  /// Of the program.
  public var version = ""
  public init() {}
}

/// Open models and the questions about them: messages in, messages out, over whatever carries them.
///
/// Messages are given one after another; what they change holds from the next on. Questions are worked on by other
/// threads and answered in the order in which they end. [The protocol](Docs/session-protocol.md).
public final class Session: Sendable {
  /// Of the protocol.
  public static let protocolNumber = 1
  static let mostRequests = 256
  static let mostModels = 64

  let settings: SessionSettings
  private let send: @Sendable (String) -> Void
  private let queue: WorkQueue
  private let knownGroups = KnownGroups()
  private let state = Mutex(State())

  private struct State {
    var models: [String: OpenModel] = [:]
    var modelCount = 0
    var works: [Message.ID: OpenRequest] = [:]
    /// By token.
    var boards: [Message.ID: GroupBoard] = [:]
    var isEnded = false
  }

  /// - Parameter send: called with each message to the client, from any thread, one at a time or not.
  public init(_ settings: SessionSettings, send: @Sendable @escaping (String) -> Void) {
    self.settings = settings
    self.send = send
    queue = WorkQueue(most: settings.workers)
  }

  /// Whether the client asked for the end.
  public var isEnded: Bool { state.withLock { $0.isEnded } }

  /// Stops what is being worked on and waits for it, ten seconds at most.
  public func end() {
    let works = state.withLock { state in
      state.isEnded = true
      return Array(state.works.values)
    }
    for work in works { work.cancel(.client) }
    queue.wait(seconds: 10)
  }

  /// Says that the bytes cannot be understood any further.
  public func refuse(_ message: String) {
    send(Message.answer(nil, SessionError(.parse, message)))
  }

  // MARK: Messages

  /// Takes one message.
  public func receive(_ body: [UInt8]) {
    let message: Message
    do {
      message = try Message(JSONInput(body))
    } catch let problem as JSONInput.Problem {
      return refuse("\(problem.message) (byte \(problem.place))")
    } catch let refusal as Message.Refusal {
      return send(Message.answer(refusal.id, SessionError(.invalidRequest, refusal.message)))
    } catch {
      return send(Message.answer(nil, SessionError(error)))
    }
    guard let id = message.id else { return notified(message) }
    do {
      if let result = try answer(message, id) { send(Message.answer(id, result)) }
    } catch {
      send(Message.answer(id, SessionError(error)))
    }
  }

  private func notified(_ message: Message) {
    switch message.method {
    case "$/cancelRequest":
      let value = message.parameters.first { $0.name == "id" }?.value
      guard let id = value.flatMap(Message.ID.init) else { return }
      state.withLock { $0.works[id] }?.cancel(.client)
    case "exit":
      state.withLock { $0.isEnded = true }
    default: break
    }
  }

  /// The result of a request that is answered at once; nil where it is being worked on.
  private func answer(_ message: Message, _ id: Message.ID) throws -> JSONValue? {
    guard let method = SessionMethod(rawValue: message.method) else {
      let near = Spelling.nearest(
        to: message.method, in: SessionMethod.allCases.map(\.rawValue))
      throw SessionError(
        .noMethod, "there is no method `\(printable(String(message.method.prefix(80))))`",
        near.map { [("suggestion", .string($0))] } ?? [])
    }
    var parameters = Parameters(message)
    switch method {
    case .initialize:
      _ = try parameters.whole("protocol", 1...1_000_000)
      _ = try parameters.text("client")
      try parameters.finish()
      return head
    case .shutdown:
      try parameters.finish()
      return .null
    case .open: return try open(&parameters).head
    case .close:
      let model = try model(&parameters)
      try parameters.finish()
      state.withLock { $0.models[model.handle] = nil }
      return .null
    case .state, .undo, .redo:
      let model = try model(&parameters)
      try parameters.finish()
      if method == .undo { try model.undo() }
      if method == .redo { try model.redo() }
      return model.state
    case .change:
      let model = try model(&parameters)
      var change = try ModelChanges.Change(&parameters)
      change.clears = try parameters.flag("clear") ?? false
      try parameters.finish()
      try model.change(change)
      return model.state
    case .save:
      let model = try model(&parameters)
      let scenario = try NewScenario(&parameters, model)
      try parameters.finish()
      let (line, document) = try scenario.save()
      let saved = OpenModel(model, as: document)
      state.withLock { $0.models[saved.handle] = saved }
      return saved.saved(line: line)
    case .answerGroup:
      try takeAnswer(&parameters, id)
      return nil
    default:
      try ask(method, &parameters, id)
      return nil
    }
  }

  private var head: JSONValue {
    .object([
      ("name", .string("lodestone")), ("version", .string(settings.version)),
      ("protocol", .integer(Session.protocolNumber)),
      (
        "capabilities",
        .object([
          ("methods", .array(SessionMethod.allCases.map { .string($0.rawValue) })),
          ("progress", .bool(true)), ("cancel", .bool(true)), ("undo", .bool(true)),
          ("largestMessage", .integer(MessageFrames.largest)),
          ("workers", .integer(settings.workers)),
        ])
      ),
    ])
  }

  // MARK: Models

  private func model(_ parameters: inout Parameters) throws -> OpenModel {
    let handle = try parameters.required("model")
    guard let model = state.withLock({ $0.models[handle] }) else {
      throw SessionError(
        .noModel, "there is no open model `\(printable(String(handle.prefix(80))))`")
    }
    return model
  }

  private func open(_ parameters: inout Parameters) throws -> OpenModel {
    let source = try ModelSource(&parameters, folder: settings.folder)
    try parameters.finish()
    let count = state.withLock { $0.models.count }
    guard count < Session.mostModels else {
      throw SessionError(.busy, "\(Session.mostModels) models are open; close one")
    }
    let (document, path) = try source.read()
    return state.withLock { state in
      state.modelCount += 1
      let model = OpenModel(handle: "m\(state.modelCount)", document: document, path: path)
      state.models[model.handle] = model
      return model
    }
  }

  // MARK: Questions

  private func ask(
    _ method: SessionMethod, _ parameters: inout Parameters, _ id: Message.ID
  ) throws {
    let model = try model(&parameters)
    let progress = try parameters.token("progressToken").map { ProgressTelling($0, send: send) }
    let groupToken = method == .solve ? try parameters.token("groupToken") : nil
    let change = try ModelChanges.Change(&parameters)
    let request = try method.request(&parameters)
    try parameters.finish()
    if groupToken != nil, (request as? SolveRequest)?.plan.mayHaveGroups != true {
      throw SessionError.parameter(
        "groupToken", "belongs to `risk` expected or cvar: only they are solved in groups")
    }
    let board = groupToken.map { GroupBoard($0, queue: queue, send: send) }
    let work = OpenRequest()
    try state.withLock { state in
      guard state.works.count < Session.mostRequests else {
        throw SessionError(.busy, "\(Session.mostRequests) requests are open; wait for an answer")
      }
      guard state.works[id] == nil else {
        throw SessionError(.invalidRequest, "a request with this id is open")
      }
      if let groupToken {
        guard state.boards[groupToken] == nil else {
          throw SessionError(.invalidRequest, "a request with this `groupToken` is open")
        }
        state.boards[groupToken] = board
      }
      state.works[id] = work
    }
    do {
      let question = Question(
        open: model, changes: try model.changes.applying(change),
        cancellation: work.cancellation, progress: progress, groups: board,
        knownGroups: knownGroups, mostSeconds: settings.mostSeconds)
      if let seconds = settings.mostSeconds { work.limit(seconds: seconds) }
      queue.add {
        let result = work.run { try request.answer(question) }
        self.forget(id, groupToken)
        self.finish(id, result)
      }
    } catch {
      forget(id, groupToken)
      throw error
    }
  }

  private func forget(_ id: Message.ID, _ groupToken: Message.ID?) {
    state.withLock { state in
      state.works[id] = nil
      if let groupToken { state.boards[groupToken] = nil }
    }
  }

  private func finish(_ id: Message.ID, _ result: Result<JSONValue, SessionError>) {
    switch result {
    case .success(let value): send(Message.answer(id, value))
    case .failure(let error): send(Message.answer(id, error))
    }
  }

  /// Takes the answer of a group of outcomes for the request that waits for it, if one does, and verifies it beside what is
  /// being worked on.
  private func takeAnswer(_ parameters: inout Parameters, _ id: Message.ID) throws {
    let token = try parameters.needed("token", parameters.token("token"))
    let number = try parameters.needed("question", parameters.whole("question", 1...1_000_000_000))
    let answer = parameters.take("answer")
    try parameters.finish()
    let board = state.withLock { $0.boards[token] }
    queue.add {
      self.finish(
        id, Result { .bool(try board?.take(number, answer) ?? false) }.mapError(SessionError.init))
    }
  }
}
