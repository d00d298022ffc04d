import Foundation

/// A detached thread whose start can fail, as it does under a limit of address space or of threads.
///
/// Foundation's `Thread.start` says nothing then, and whoever waits for the thread waits for ever.
package enum WorkerThread {
  /// Bytes; of stack only what is used is taken from the machine.
  package static let stackSize = 8 << 20

  /// Runs `body` on a thread of its own.
  /// - Returns: whether the thread was started; where not, `body` is never called.
  package static func start(
    stackSize: Int = stackSize, _ body: @Sendable @escaping () -> Void
  ) -> Bool {
    let held = Unmanaged.passRetained(ThreadBody(body))
    let isStarted = startThread(held.toOpaque(), stackSize: stackSize)
    if !isStarted { held.release() }
    return isStarted
  }
}

private final class ThreadBody: Sendable {
  let call: @Sendable () -> Void
  init(_ call: @Sendable @escaping () -> Void) { self.call = call }
}

/// The routine of every thread; its argument is a retained `ThreadBody`.
private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().call()
  return nil
}

private func startThread(_ argument: UnsafeMutableRawPointer, stackSize: Int) -> Bool {
  var attributes = pthread_attr_t()
  guard pthread_attr_init(&attributes) == 0 else { return false }
  var isStarted = false
  if pthread_attr_setstacksize(&attributes, stackSize) == 0,
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) == 0
  {
    #if canImport(Darwin)
      var thread: pthread_t?
      isStarted = pthread_create(&thread, &attributes, { runThread($0) }, argument) == 0
    #else
      var thread = pthread_t()
      isStarted = pthread_create(&thread, &attributes, runThread, argument) == 0
    #endif
  }
  pthread_attr_destroy(&attributes)
  return isStarted
}
