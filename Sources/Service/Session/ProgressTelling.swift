import Allocation
import Analysis
import LinearProgramming
import Reporting
import SupplyChain
import Synchronization

/// Tells how a request stands, ten times a second at most.
final class ProgressTelling: Sendable {
  private let token: Message.ID
  private let send: @Sendable (String) -> Void
  private let state = Mutex(State())

  private struct State {
    var last: ContinuousClock.Instant?
    var phase = ""
  }

  init(_ token: Message.ID, send: @Sendable @escaping (String) -> Void) {
    self.token = token
    self.send = send
  }

  /// Follows a study and the solves in it.
  func follow(_ settings: inout RunSettings) {
    settings.progress = { self.tell($0) }
    settings.allocation.progress = { self.tell($0, $1) }
  }

  /// Tells how far one solve is that is all of the request.
  func tell(_ phase: String, iterations: Int) {
    tell([("phase", .string(phase)), ("iterations", .integer(iterations))], phase: phase)
  }

  private func tell(_ progress: RunProgress) {
    var members: [(key: String, value: JSONValue)] = [("phase", .string(progress.phase))]
    if let done = progress.done { members.append(("done", .integer(done))) }
    if let total = progress.total { members.append(("total", .integer(total))) }
    if let value = progress.value { members.append(("value", .number(value))) }
    if let count = progress.iterations { members.append(("iterations", .integer(count))) }
    tell(members, phase: progress.phase)
  }

  private func tell(_ objective: Objective, _ progress: SolverProgress) {
    let phase = state.withLock { $0.phase }
    var members: [(key: String, value: JSONValue)] = [
      ("phase", .string(phase.isEmpty ? "solve" : phase)),
      ("objective", .string(objective.name)), ("iterations", .integer(progress.iterations)),
      ("seconds", .number(progress.seconds)),
    ]
    if let value = progress.objective { members.append(("value", .number(objective.shown(value)))) }
    if let gap = progress.relativeGap { members.append(("gap", .number(gap))) }
    tell(members, phase: nil)
  }

  private func tell(_ members: [(key: String, value: JSONValue)], phase: String?) {
    let isDue = state.withLock { state in
      if let phase { state.phase = phase }
      let now = ContinuousClock.now
      if let last = state.last, now - last < .milliseconds(100) { return false }
      state.last = now
      return true
    }
    if isDue { send(Message.progress(token, .object(members))) }
  }
}
