import Foundation

/// A port that browsers connect to.
struct Listener {
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  private let descriptor: Int32
  let port: UInt16

  /// - Parameters:
  ///   - address: in numbers, like 127.0.0.1.
  ///   - port: 0: any that is free.
  init(address: String, port: UInt16) throws(Problem) {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    guard inet_pton(AF_INET, address, &place.sin_addr) == 1 else {
      throw Problem(description: "'\(address)' is not an address like 127.0.0.1")
    }
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue)
    #endif
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { throw Listener.problem("cannot open a socket") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) } == 0
    }
    guard isBound, listen(descriptor, 64) == 0 else {
      let problem = Listener.problem("cannot listen on \(address), port \(port)")
      Foundation.close(descriptor)
      throw problem
    }
    var actual = sockaddr_in()
    var length = size
    withUnsafeMutablePointer(to: &actual) {
      _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    self.descriptor = descriptor
    self.port = UInt16(bigEndian: actual.sin_port)
  }

  private static func problem(_ words: String) -> Problem {
    Problem(description: "\(words): \(String(cString: strerror(errno)))")
  }

  /// The next connection, within a quarter of a second; nil where none came.
  func accept() -> Connection? {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, 250) > 0 else { return nil }
    let found = Foundation.accept(descriptor, nil, nil)
    guard found >= 0 else {
      // Out of descriptors, say: those that are open end in time.
      if errno != EINTR && errno != EAGAIN { usleep(50_000) }
      return nil
    }
    _ = fcntl(found, F_SETFD, FD_CLOEXEC)
    return Connection(found)
  }

  func close() { Foundation.close(descriptor) }
}
