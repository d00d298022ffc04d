import Foundation
import Service
import Synchronization

/// Messages from standard input.
struct MessageInput {
  /// Gives each body, until it is told to stop or the input ends.
  ///
  /// - Throws: where a frame cannot be understood.
  func read(_ take: ([UInt8]) -> Bool) throws(MessageFrames.Problem) {
    var frames = MessageFrames()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { Foundation.read(0, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return try frames.finish() }
      frames.feed(buffer[..<count])
      while let body = try frames.next() {
        if !take(body) { return }
      }
    }
  }
}

/// Messages to standard output, each whole, whichever thread sends it.
final class MessageOutput: Sendable {
  private let state = Mutex(false)

  /// Whether the other side has gone.
  var hasFailed: Bool { state.withLock { $0 } }

  func write(_ body: String) {
    let bytes = MessageFrames.framed(body)
    state.withLock { hasFailed in
      guard !hasFailed else { return }
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Foundation.write(1, $0.baseAddress, $0.count) }
        if count < 0 {
          if errno == EINTR { continue }
          hasFailed = true
          return
        }
        rest = rest.dropFirst(count)
      }
    }
  }
}
