import Foundation
import Synchronization

/// One connection of a browser. One thread reads; any thread may write, each piece whole.
final class Connection: Sendable {
  private let descriptor: Int32
  private let writing = Mutex(false)

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    setTimeout(SO_SNDTIMEO, seconds: 30)
    var one: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Seconds that a read waits; 0: for ever.
  func setReadTimeout(_ seconds: Int) { setTimeout(SO_RCVTIMEO, seconds: seconds) }

  private func setTimeout(_ option: Int32, seconds: Int) {
    var time = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Some bytes; nil where the other side has gone, or none came in time.
  func read() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count < 0, errno == EINTR { continue }
      return count > 0 ? Array(buffer[..<count]) : nil
    }
  }

  /// - Returns: whether all was taken; after a failure nothing is written any more.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    writing.withLock { hasFailed in
      var rest = bytes[...]
      while !rest.isEmpty, !hasFailed {
        let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, noSignal) }
        if count < 0, errno == EINTR { continue }
        if count <= 0 {
          hasFailed = true
        } else {
          rest = rest.dropFirst(count)
        }
      }
      return !hasFailed
    }
  }

  /// Ends reading and writing, in whichever thread they wait.
  func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Frees the descriptor; nobody may use the connection afterwards.
  func close() { Foundation.close(descriptor) }
}

#if canImport(Darwin)
  private let noSignal: Int32 = 0
#else
  private let noSignal = Int32(MSG_NOSIGNAL)
#endif
