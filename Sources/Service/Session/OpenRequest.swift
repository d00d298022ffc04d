import Foundation
import LinearProgramming
import Reporting
import Support
import Synchronization

/// A request that is being worked on, or waits for it.
final class OpenRequest: Sendable {
  let cancellation = Cancellation()
  private let reason = Mutex<Reason?>(nil)

  /// Who stopped it.
  enum Reason: Sendable {
    case client, limit
  }

  func cancel(_ why: Reason) {
    reason.withLock { if $0 == nil { $0 = why } }
    cancellation.cancel()
  }

  /// Stops it a little after its solves should have stopped by themselves.
  func limit(seconds: Double) {
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds * 1.1 + 1) { [weak self] in
      self?.cancel(.limit)
    }
  }

  /// What the work gives; where it was stopped, by whom.
  func run(_ work: () throws -> JSONValue) -> Result<JSONValue, SessionError> {
    do {
      if cancellation.isCancelled { throw SessionError(.cancelled, "cancelled") }
      return .success(try work())
    } catch {
      let error = SessionError(error)
      guard error.code == .cancelled || error.code == .stopped else { return .failure(error) }
      switch reason.withLock({ $0 }) {
      case .client: return .failure(SessionError(.cancelled, "cancelled", error.details))
      case .limit:
        return .failure(
          SessionError(.stopped, "stopped by the session's limit of time", error.details))
      case nil: return .failure(error)
      }
    }
  }
}
