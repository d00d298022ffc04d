import Foundation

/// A value that is made when it is first asked for; whoever else asks meanwhile waits.
final class Memo<Value: Sendable>: @unchecked Sendable {
  // Touched with the lock held only.
  private let lock = NSLock()
  private var found: Value?

  func value(_ make: () -> Value) -> Value {
    lock.withLock {
      if let found { return found }
      let made = make()
      found = .some(made)
      return made
    }
  }
}
