import Foundation
import Synchronization

/// `lodestone session` in a process of its own: whatever happens in a solve, the server goes on.
final class SessionProcess: Sendable {
  private let process: pid_t
  private let input: Int32
  private let output: Int32
  private let isClosed = Mutex(false)

  /// - Parameters:
  ///   - program: the path of this program.
  ///   - arguments: after its name.
  /// - Returns: nil where no process can be started.
  init?(program: String, arguments: [String]) {
    guard let toChild = SessionProcess.pipe() else { return nil }
    guard let fromChild = SessionProcess.pipe() else {
      close(toChild.read)
      close(toChild.write)
      return nil
    }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, toChild.read, 0)
    posix_spawn_file_actions_adddup2(&actions, fromChild.write, 1)
    var texts = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for text in texts { Foundation.free(text) } }
    var child: pid_t = 0
    let isStarted = posix_spawn(&child, program, &actions, nil, &texts, environ) == 0
    posix_spawn_file_actions_destroy(&actions)
    close(toChild.read)
    close(fromChild.write)
    guard isStarted else {
      close(toChild.write)
      close(fromChild.read)
      return nil
    }
    process = child
    input = toChild.write
    output = fromChild.read
  }

  /// Both ends are closed in processes that are started later.
  private static func pipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [0, 0]
    guard Foundation.pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Gives a message; nothing where the process has ended.
  func write(_ body: [UInt8]) {
    isClosed.withLock { isClosed in
      guard !isClosed else { return }
      let head = Array("Content-Length: \(body.count)\r\n\r\n".utf8)
      var rest = (head + body)[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Foundation.write(input, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return }
        rest = rest.dropFirst(count)
      }
    }
  }

  /// Calls `take` with each message until the process ends.
  func read(_ take: ([UInt8]) -> Void) {
    var frames = MessageFrames()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes {
        Foundation.read(output, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      frames.feed(buffer[..<count])
      while let body = try? frames.next() { take(body) }
    }
  }

  /// Ends the process and waits for it; `read` returns.
  func end() {
    isClosed.withLock { isClosed in
      guard !isClosed else { return }
      isClosed = true
      close(input)
      kill(process, SIGKILL)
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
  }

  /// After `read` has returned.
  func free() { close(output) }
}
