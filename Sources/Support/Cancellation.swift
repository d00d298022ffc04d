import CSupport

/// A flag that asks a running solve to stop. Any thread may set it, and a signal handler too: `cancel`
/// only stores an atomic integer.
///
///     let cancellation = Cancellation()
///     var options = SolverOptions()
///     options.cancellation = cancellation
///
/// A solve notices within an iteration or two, and without presolve keeps its basis.
public final class Cancellation: @unchecked Sendable {
  // The flag is an atomic in C and is never replaced, so sharing it is safe.
  /// The flag as C code reads it; nil where there was no memory for it.
  package let flag: OpaquePointer?

  public init() { flag = support_flag_create() }

  deinit { support_flag_destroy(flag) }

  /// Asks every solve that holds this object to stop. Async-signal-safe.
  public func cancel() {
    if let flag { support_flag_set(flag, 1) }
  }

  /// Clears the flag, so that the object can serve another solve.
  public func reset() {
    if let flag { support_flag_set(flag, 0) }
  }

  /// From now on the first Ctrl-C (or SIGTERM) asks to stop and the second ends the process at once. The
  /// object lives as long as the process.
  package func heedSignals() {
    _ = Unmanaged.passRetained(self)
    support_heed_signals(flag)
  }

  public var isCancelled: Bool {
    guard let flag else { return false }
    return support_flag_get(flag) != 0
  }
}
