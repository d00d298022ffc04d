import Foundation
import Support
import Synchronization

/// Runs pieces of work in the order in which they come, some at a time, each whole on one thread with a large stack: what
/// the solver makes on a thread it frees there.
final class WorkQueue: Sendable {
  private let state: Mutex<State>
  private let drained = DispatchSemaphore(value: 0)

  private struct State {
    var most: Int
    var waiting: [@Sendable () -> Void] = []
    var threads = 0
    var isEnded = false

    /// Counts one thread more, where there may be one.
    mutating func takesThread() -> Bool {
      guard threads < most else { return false }
      threads += 1
      return true
    }
  }

  /// - Parameter most: how many at a time.
  init(most: Int) { state = Mutex(State(most: max(1, most))) }

  /// Where no thread can be started, the calling one does the work.
  func add(_ work: @Sendable @escaping () -> Void) {
    let needsThread = state.withLock { state in
      state.waiting.append(work)
      return state.takesThread()
    }
    if needsThread, !WorkerThread.start({ self.workThrough() }) { workThrough() }
  }

  /// Lets another piece of work run while one waits for what may come of it.
  func lend(_ wait: () -> Void) {
    let needsThread = state.withLock { state in
      state.most += 1
      return !state.waiting.isEmpty && state.takesThread()
    }
    if needsThread, !WorkerThread.start({ self.workThrough() }) {
      state.withLock { $0.threads -= 1 }
    }
    wait()
    state.withLock { $0.most -= 1 }
  }

  /// Until nothing waits, or there are threads enough; then the thread ends.
  private func workThrough() {
    while true {
      let next = state.withLock { state -> (@Sendable () -> Void)? in
        if state.waiting.isEmpty || state.threads > state.most {
          state.threads -= 1
          return nil
        }
        return state.waiting.removeFirst()
      }
      guard let next else { break }
      next()
    }
    let isLast = state.withLock { $0.isEnded && $0.threads == 0 }
    if isLast { drained.signal() }
  }

  /// Waits until all work is done, or so many seconds.
  func wait(seconds: Double) {
    let isBusy = state.withLock { state in
      state.isEnded = true
      return state.threads > 0
    }
    if isBusy { _ = drained.wait(timeout: .now() + seconds) }
  }
}
