import Foundation
import Synchronization
import Testing

@testable import Service

/// A client of a session in this process.
final class Client: Sendable {
  let session: Session
  private let inbox: Inbox
  private let count = Mutex(0)

  init(_ adjust: (inout SessionSettings) -> Void = { _ in }) {
    var settings = SessionSettings()
    settings.workers = 2
    adjust(&settings)
    let inbox = Inbox()
    self.inbox = inbox
    session = Session(settings) { inbox.take($0) }
  }

  /// Sends a request and waits for its answer.
  func call(_ method: String, _ parameters: String = "{}") throws -> JSONInput {
    try answer(to: send(method, parameters))
  }

  /// Sends a request; its answer can be waited for.
  func send(_ method: String, _ parameters: String = "{}") -> Int {
    let id = count.withLock { count in
      count += 1
      return count
    }
    raw("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"\(method)\",\"params\":\(parameters)}")
    return id
  }

  func raw(_ text: String) { session.receive(Array(text.utf8)) }

  /// The next message with an id; half a minute is waited.
  func answer(to id: Int) throws -> JSONInput {
    try #require(inbox.message { $0["id"] == .number("\(id)") }, "no answer to \(id)")
  }

  /// A message without an id of its own.
  func refusal() throws -> JSONInput { try #require(inbox.message { $0["id"] == .null }) }

  var notifications: [JSONInput] { inbox.all.filter { $0["id"] == nil } }
}

private final class Inbox: Sendable {
  private let messages = Mutex<[JSONInput]>([])
  private let arrived = DispatchSemaphore(value: 0)

  func take(_ text: String) {
    guard let message = try? JSONInput(Array(text.utf8)) else {
      Issue.record("this is no JSON: \(text.prefix(200))")
      return
    }
    messages.withLock { $0.append(message) }
    arrived.signal()
  }

  var all: [JSONInput] { messages.withLock { $0 } }

  func message(_ isWanted: (JSONInput) -> Bool) -> JSONInput? {
    let end = DispatchTime.now() + 30
    while true {
      let found = messages.withLock { messages -> JSONInput? in
        guard let place = messages.firstIndex(where: isWanted) else { return nil }
        return messages.remove(at: place)
      }
      if let found { return found }
      if arrived.wait(timeout: end) == .timedOut { return nil }
    }
  }
}

extension JSONInput {
  /// A member of members, with points between; numbers stand for places in lists.
  func at(_ path: String) -> JSONInput? {
    var value: JSONInput? = self
    for part in path.split(separator: "/") {
      if let place = Int(part), case .array(let items)? = value {
        value = items.indices.contains(place) ? items[place] : nil
      } else {
        value = value?[String(part)]
      }
    }
    return value
  }

  var number: Double? {
    if case .number(let digits) = self { return Double(digits) }
    return nil
  }
}
