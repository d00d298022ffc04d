import Foundation

/// Works on `0 ..< count` on all cores; the results are in order.
///
/// Each index is worked on whole by one thread. What is worked on in which order differs from run to run, so
/// `work` must depend on its index alone.
func concurrentMap<Value: Sendable>(
  _ count: Int, _ work: @Sendable @escaping (Int) -> Value
) -> [Value] {
  let box = ConcurrentResults<Value>(count)
  let threads = min(count, max(1, ProcessInfo.processInfo.activeProcessorCount))
  let ended = DispatchSemaphore(value: 0)
  for _ in 0..<threads {
    let thread = Thread {
      while let index = box.next() { box.put(work(index), at: index) }
      ended.signal()
    }
    thread.stackSize = 8 << 20
    thread.start()
  }
  for _ in 0..<threads { ended.wait() }
  return box.values
}

private final class ConcurrentResults<Value: Sendable>: @unchecked Sendable {
  // All that is mutable is touched with the lock held only.
  private let lock = NSLock()
  private var following = 0
  private var found: [Value?]

  init(_ count: Int) { found = Array(repeating: nil, count: count) }

  func next() -> Int? {
    lock.lock()
    defer { lock.unlock() }
    guard following < found.count else { return nil }
    following += 1
    return following - 1
  }

  func put(_ value: Value, at index: Int) {
    lock.lock()
    defer { lock.unlock() }
    found[index] = value
  }

  var values: [Value] {
    lock.lock()
    defer { lock.unlock() }
    return found.compactMap { $0 }
  }
}
