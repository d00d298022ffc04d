import Allocation
import Analysis
import Foundation
import Reporting
import SupplyChain
import Synchronization

/// A model that is kept open: its files as they were read, what is changed in it, and where its last solves ended.
public final class OpenModel: Sendable {
  public let handle: String
  public let document: ModelDocument
  /// As it was named; nil for a text.
  public let path: String?
  private let history: Mutex<History>
  private let knownPlans = Mutex(KnownPlans())

  /// The steps back and forth.
  private struct History {
    var past: [ModelChanges] = []
    var present = ModelChanges()
    var future: [ModelChanges] = []
    var revision = 0
  }
  /// More steps than these are forgotten.
  static let mostSteps = 1000

  init(handle: String, document: ModelDocument, path: String?) {
    self.handle = handle
    self.document = document
    self.path = path
    history = Mutex(History())
  }

  /// The model whose file has been written anew, with the same changes and steps.
  init(_ model: OpenModel, as document: ModelDocument) {
    handle = model.handle
    self.document = document
    path = model.path
    history = Mutex(model.history.withLock { $0 })
  }

  var changes: ModelChanges { history.withLock { $0.present } }

  // MARK: Changes

  /// Keeps a change, as one step.
  ///
  /// - Throws: where the model with it is wrong; then nothing has changed.
  func change(_ change: ModelChanges.Change) throws {
    let next = try changes.applying(change)
    _ = try next.asCase.model(of: document)
    history.withLock { history in
      guard next != history.present else { return }
      history.past.append(history.present)
      if history.past.count > OpenModel.mostSteps { history.past.removeFirst() }
      history.present = next
      history.future = []
      history.revision += 1
    }
  }

  func undo() throws { try step(from: \.past, to: \.future, "undo") }

  func redo() throws { try step(from: \.future, to: \.past, "redo") }

  /// Takes the last of one side's changes as the present ones, and keeps those on the other side.
  private func step(
    from source: WritableKeyPath<History, [ModelChanges]>,
    to target: WritableKeyPath<History, [ModelChanges]>, _ word: String
  ) throws {
    try history.withLock { history in
      guard let next = history[keyPath: source].popLast() else {
        throw SessionError(.parameters, "there is nothing to \(word)")
      }
      history[keyPath: target].append(history.present)
      history.present = next
      history.revision += 1
    }
  }

  /// What is changed, and how far one can go back and forth.
  var state: JSONValue {
    let known = history.withLock { $0 }
    let now = known.present
    return .object([
      ("model", .string(handle)), ("revision", .integer(known.revision)),
      ("scenario", .array(now.scenarios.map { .string($0) })),
      ("budgetScale", .number(now.budgetScale)),
      (
        "set",
        .array(
          now.settings.map {
            .object([("path", .string($0.path)), ("value", .string($0.value))])
          })
      ),
      ("canUndo", .bool(!known.past.isEmpty)), ("canRedo", .bool(!known.future.isEmpty)),
      (
        "warnings",
        .array(
          document.idleChanges(scenarios: now.scenarios, settings: now.pairs).map(
            SessionError.json))
      ),
    ])
  }

  /// What `open` tells.
  var head: JSONValue {
    let model = document.base
    return .object([
      ("model", .string(handle)), ("name", .string(model.name)), ("hash", .string(document.hash)),
      ("description", .string(model.description)), ("currency", .string(model.currency)),
      ("years", .array([.integer(model.horizon.start), .integer(model.horizon.end)])),
      ("scenarios", scenarios),
      ("warnings", .array(document.warnings.map(SessionError.json))), ("state", state),
    ])
  }

  private var scenarios: JSONValue {
    .array(
      document.base.scenarios.map {
        .object([
          ("id", .string($0.id)), ("name", .string($0.name)),
          ("description", .string($0.description)),
        ])
      })
  }

  /// What `save` tells of the scenario at a line.
  func saved(line: Int) -> JSONValue {
    .object([
      ("path", .string(path ?? "")), ("line", .integer(line)), ("hash", .string(document.hash)),
      ("scenarios", scenarios),
    ])
  }

  // MARK: Solving

  /// Solves a program of this model from what is known of earlier ones.
  func solveWarm(
    _ allocation: AllocationProgram, under changes: ModelChanges, _ settings: AllocationSettings
  ) -> AllocationSolution {
    var settings = settings
    let start = knownPlans.withLock { $0.start(allocation, changes, &settings) }
    let solution = withAllocationSession { session in
      session.solve(allocation, from: start, settings: settings)
    }
    if solution.status == .optimal {
      let found = KnownPlans.Plan(allocation, solution, changes)
      knownPlans.withLock { $0.keep(found) }
    }
    return solution
  }
}
