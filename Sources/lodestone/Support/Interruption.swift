import LinearProgramming
import Support

/// Turns the first Ctrl-C (or SIGTERM) into a wish to stop and lets the second end the process at once.
struct Interruption {
  let cancellation = Cancellation()

  init() { cancellation.heedSignals() }
}
