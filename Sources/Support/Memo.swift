import Synchronization

/// A value that is computed when it is first asked for; other threads that ask meanwhile wait.
package final class Memo<Value: Sendable>: Sendable {
  private let found = Mutex<Value?>(nil)

  package init() {}

  package func value(_ make: () -> Value) -> Value {
    found.withLock { found in
      if let found { return found }
      let made = make()
      found = .some(made)
      return made
    }
  }
}
