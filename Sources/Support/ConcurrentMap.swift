import Foundation
import Synchronization

/// `work` of each of `0 ..< count`, on all cores; the results are in order.
///
/// Each index is worked on whole by one thread, with a stack of 8 MB. The order in which indices are worked
/// on differs from run to run, so `work` must depend on its index alone. Where no thread can be started,
/// the calling one does the work.
package func concurrentMap<Value: Sendable>(
  _ count: Int, _ work: @Sendable @escaping (Int) -> Value
) -> [Value] {
  let results = ConcurrentResults<Value>(count)
  let wanted = min(count, max(1, ProcessInfo.processInfo.activeProcessorCount))
  let ended = DispatchSemaphore(value: 0)
  let workThrough: @Sendable () -> Void = {
    while let index = results.next() { results.put(work(index), at: index) }
  }
  let threads = (0..<wanted).count { _ in
    WorkerThread.start {
      workThrough()
      ended.signal()
    }
  }
  if threads == 0 { workThrough() }
  for _ in 0..<threads { ended.wait() }
  return results.values
}

/// `own` on this thread while another thread does `other`; in turn where none can be started.
///
/// - Throws: what `own` throws, when `other` has ended as well.
package func concurrently<Other: Sendable, Own, Failure: Error>(
  _ other: @Sendable @escaping () -> Other, _ own: () throws(Failure) -> Own
) throws(Failure) -> (other: Other, own: Own) {
  let results = ConcurrentResults<Other>(1)
  let ended = DispatchSemaphore(value: 0)
  let isStarted = WorkerThread.start {
    results.put(other(), at: 0)
    ended.signal()
  }
  let mine: Result<Own, Failure>
  do throws(Failure) { mine = .success(try own()) } catch { mine = .failure(error) }
  if isStarted { ended.wait() }
  let theirs = results.values.first ?? other()
  return (theirs, try mine.get())
}

private final class ConcurrentResults<Value: Sendable>: Sendable {
  private struct State {
    var following = 0
    var found: [Value?]
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(found: Array(repeating: nil, count: count))) }

  func next() -> Int? {
    state.withLock { state in
      guard state.following < state.found.count else { return nil }
      state.following += 1
      return state.following - 1
    }
  }

  func put(_ value: Value, at index: Int) { state.withLock { $0.found[index] = value } }

  var values: [Value] { state.withLock { $0.found.compactMap { $0 } } }
}
