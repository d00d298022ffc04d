import Foundation
import Support

/// Carries messages between a window's WebSocket and its session.
struct WindowBridge {
  private let connection: Connection
  private let process: SessionProcess

  init(_ connection: Connection, _ process: SessionProcess) {
    self.connection = connection
    self.process = process
  }

  /// Until the window is closed or the session ends.
  ///
  /// - Parameter rest: bytes that came behind the handshake.
  func run(_ rest: [UInt8]) {
    let ended = DispatchSemaphore(value: 0)
    let (connection, process) = (connection, process)
    let isStarted = WorkerThread.start(stackSize: 1 << 20) {
      process.read { connection.write(WebSocketFrames.text($0)) }
      // The session has ended, whatever ended it: the window may open another.
      connection.write(WebSocketFrames.close(1011))
      connection.shutDown()
      ended.signal()
    }
    if isStarted { readFrames(rest) }
    process.end()
    if isStarted { ended.wait() }
    process.free()
  }

  private func readFrames(_ rest: [UInt8]) {
    var frames = WebSocketFrames()
    frames.feed(rest)
    while true {
      do throws(WebSocketFrames.Problem) {
        while let event = try frames.next() {
          switch event {
          case .text(let body): process.write(body)
          case .ping(let payload): connection.write(WebSocketFrames.pong(payload))
          case .close:
            connection.write(WebSocketFrames.close(1000))
            return
          }
        }
      } catch {
        connection.write(WebSocketFrames.close(error.code))
        return
      }
      guard let more = connection.read() else { return }
      frames.feed(more)
    }
  }
}
