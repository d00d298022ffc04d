import Foundation
import LinearProgramming
import Support
import Synchronization

/// The files of the live page, by name; the empty name is the page itself.
public struct PageFiles: Sendable {
  public struct File: Sendable {
    public var type: String
    public var bytes: [UInt8]
    public init(type: String, bytes: [UInt8]) {
      self.type = type
      self.bytes = bytes
    }
  }
  public var files: [String: File]
  public init(_ files: [String: File]) { self.files = files }
}

/// Serves the live page and its sessions on one port.
///
/// Its own code rather than a library's because the bounds are the point: a head of 16 KiB within ten seconds, a message of
/// 1 MiB, so many connections, and nothing answered without the right `Host`, path and `Origin`.
public final class PageServer: Sendable {
  public struct Settings: Sendable {
    /// In numbers.
    public var address = "127.0.0.1"
    /// 0: any that is free.
    public var port: UInt16 = 0
    /// Windows that are open at a time.
    public var mostWindows = 32
    /// The program and arguments of a session.
    public var program = ""
    public var arguments: [String] = []
    public init() {}
  }

  /// Connections at a time, windows among them.
  private static let mostConnections = 96

  private let settings: Settings
  private let listener: Listener
  private let token: String
  private let page: PageFiles
  private let counts = Mutex((connections: 0, windows: 0))

  /// - Throws: where the port cannot be had; the message says why.
  public init(_ settings: Settings, page: PageFiles) throws {
    self.settings = settings
    self.page = page
    listener = try Listener(address: settings.address, port: settings.port)
    var random = SystemRandomNumberGenerator()
    token = (0..<2).map { _ in
      let digits = String(random.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// Where the page is; nobody else knows it.
  public var address: String { "http://\(settings.address):\(listener.port)/\(token)/" }

  /// Serves until cancelled.
  public func run(_ cancellation: Cancellation) {
    signal(SIGPIPE, SIG_IGN)
    while !cancellation.isCancelled {
      guard let connection = listener.accept() else { continue }
      let isRoom = counts.withLock { counts in
        counts.connections += 1
        return counts.connections <= PageServer.mostConnections
      }
      let isServed =
        isRoom
        && WorkerThread.start(stackSize: 1 << 20) {
          self.serve(connection)
          self.ended(connection)
        }
      if !isServed {
        connection.write(HTTPAnswer.refusal(503, "too many connections"))
        ended(connection)
      }
    }
    listener.close()
  }

  private func ended(_ connection: Connection) {
    connection.close()
    counts.withLock { $0.connections -= 1 }
  }

  // MARK: Requests

  private func serve(_ connection: Connection) {
    connection.setReadTimeout(10)
    guard let (bytes, rest) = head(of: connection) else { return }
    let head: HTTPRequestHead
    do {
      head = try HTTPRequestHead(bytes)
    } catch {
      connection.write(HTTPAnswer.refusal(400, "this is no request"))
      return
    }
    guard let host = head["host"], hosts.contains(host) else {
      connection.write(HTTPAnswer.refusal(403, "this host is not served here"))
      return
    }
    if let origin = head["origin"], !hosts.contains(where: { "http://\($0)" == origin }) {
      connection.write(HTTPAnswer.refusal(403, "another page may not ask here"))
      return
    }
    guard head.path.hasPrefix("/\(token)/") else {
      connection.write(HTTPAnswer.refusal(404, "there is nothing here"))
      return
    }
    guard head.method == "GET" else {
      connection.write(HTTPAnswer.refusal(405, "only GET"))
      return
    }
    let name = String(head.path.dropFirst(token.count + 2))
    if name == "session" { return openWindow(head, connection, rest) }
    guard let file = page.files[name] else {
      connection.write(HTTPAnswer.refusal(404, "there is nothing here"))
      return
    }
    connection.write(HTTPAnswer.file(file, host: host))
  }

  private var hosts: [String] {
    ["\(settings.address):\(listener.port)", "localhost:\(listener.port)"]
  }

  /// The bytes of the head, and what came after it.
  private func head(of connection: Connection) -> (head: [UInt8], rest: [UInt8])? {
    var bytes: [UInt8] = []
    let deadline = ContinuousClock.now + .seconds(10)
    while bytes.count <= HTTPRequestHead.largest, ContinuousClock.now < deadline {
      guard let more = connection.read() else { return nil }
      let from = max(0, bytes.count - 3)
      bytes += more
      var place = from
      while place + 4 <= bytes.count {
        if bytes[place..<place + 4].elementsEqual([13, 10, 13, 10]) {
          return (Array(bytes[..<place]), Array(bytes[(place + 4)...]))
        }
        place += 1
      }
    }
    connection.write(HTTPAnswer.refusal(431, "the head is too long"))
    return nil
  }

  // MARK: Windows

  private func openWindow(_ head: HTTPRequestHead, _ connection: Connection, _ rest: [UInt8]) {
    guard head["origin"] != nil, head["upgrade"]?.lowercased() == "websocket",
      head["sec-websocket-version"] == "13", let key = head["sec-websocket-key"],
      key.utf8.count == 24
    else {
      connection.write(HTTPAnswer.refusal(400, "a WebSocket is opened here"))
      return
    }
    let isRoom = counts.withLock { counts in
      guard counts.windows < settings.mostWindows else { return false }
      counts.windows += 1
      return true
    }
    guard isRoom else {
      connection.write(HTTPAnswer.refusal(503, "too many windows are open"))
      return
    }
    defer { counts.withLock { $0.windows -= 1 } }
    guard
      let process = SessionProcess(program: settings.program, arguments: settings.arguments)
    else {
      connection.write(HTTPAnswer.refusal(503, "no process can be started"))
      return
    }
    connection.write(HTTPAnswer.upgrade(key))
    connection.setReadTimeout(0)
    WindowBridge(connection, process).run(rest)
  }
}
