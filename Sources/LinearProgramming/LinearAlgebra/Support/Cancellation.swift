import CGLPK

/// A switch that asks a running solve to stop. Any thread may turn it, and a signal handler too: `cancel`
/// only stores an atomic integer.
///
///     let cancellation = Cancellation()
///     var options = SolverOptions()
///     options.cancellation = cancellation
///
/// A solve notices within an iteration or two, and without presolve keeps its basis.
public final class Cancellation: @unchecked Sendable {
  // The flag is an atomic in C and is never replaced, so sharing it is safe.
  let flag: OpaquePointer?

  public init() { flag = lpk_flag_create() }

  deinit { lpk_flag_destroy(flag) }

  /// Asks every solve that holds this object to stop.
  public func cancel() {
    if let flag { lpk_flag_set(flag, 1) }
  }

  /// Withdraws the wish, so that the object can serve another solve.
  public func reset() {
    if let flag { lpk_flag_set(flag, 0) }
  }

  public var isCancelled: Bool {
    guard let flag else { return false }
    return lpk_flag_get(flag) != 0
  }
}
