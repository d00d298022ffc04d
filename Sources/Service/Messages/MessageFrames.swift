/// Messages with a head in front that says their length, as language servers have them:
/// `Content-Length: 68\r\n\r\n` and that many bytes.
public struct MessageFrames: Sendable {
  /// Bytes of a body.
  public static let largest = 16 << 20
  static let largestHead = 4096

  /// After it nobody can tell where the next message begins.
  public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
  }

  private var buffer: [UInt8] = []
  /// What is before it has been read.
  private var start = 0

  public init() {}

  public mutating func feed(_ bytes: some Sequence<UInt8>) {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer += bytes
  }

  /// The next body; nil where it has not arrived whole.
  public mutating func next() throws(Problem) -> [UInt8]? {
    guard let end = try headEnd() else { return nil }
    let length = try Self.length(buffer[start..<end])
    let body = end + 4
    guard buffer.count - body >= length else { return nil }
    defer { start = body + length }
    return Array(buffer[body..<body + length])
  }

  /// Whether bytes of a message wait for the rest of it.
  public var isInMessage: Bool { start < buffer.count }

  /// Takes note that no more bytes come. White space after the last message, and a body that is cut off, are let pass:
  /// nobody waits for an answer to them.
  ///
  /// - Throws: where they end in what should have been a head.
  public func finish() throws(Problem) {
    guard buffer[start...].contains(where: { ![9, 10, 13, 32].contains($0) }) else { return }
    guard try headEnd() == nil else { return }
    throw MessageFrames.noHead
  }

  private static let noHead = Problem(
    description:
      "a message begins with Content-Length: N, a blank line follows, and N bytes of JSON")

  /// The place of the blank line after the head.
  private func headEnd() throws(Problem) -> Int? {
    // JSON without a head; a head cannot begin like this.
    if start < buffer.count, [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(buffer[start]) {
      throw Self.noHead
    }
    let last = min(buffer.count, start + Self.largestHead + 4)
    var place = start
    while place + 4 <= last {
      if buffer[place] == 13, buffer[place + 1] == 10, buffer[place + 2] == 13,
        buffer[place + 3] == 10
      {
        return place
      }
      place += 1
    }
    if buffer.count - start > Self.largestHead {
      throw Problem(description: "a message's head is longer than \(Self.largestHead) bytes")
    }
    return nil
  }

  private static func length(_ head: ArraySlice<UInt8>) throws(Problem) -> Int {
    var found: Int?
    for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw Problem(description: "a line of a message's head has no colon")
      }
      guard parts[0].lowercased() == "content-length" else { continue }
      let digits = parts[1].drop { $0 == " " }
      guard found == nil, !digits.isEmpty, digits.utf8.count <= 12,
        digits.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let length = Int(digits)
      else {
        throw Problem(description: "a message's Content-Length is not one whole number")
      }
      guard length <= largest else {
        throw Problem(description: "a message is longer than \(largest) bytes")
      }
      found = length
    }
    guard let found else { throw Problem(description: "a message's head has no Content-Length") }
    return found
  }

  /// A body with its head.
  public static func framed(_ body: String) -> [UInt8] {
    let bytes = Array(body.utf8)
    return Array("Content-Length: \(bytes.count)\r\n\r\n".utf8) + bytes
  }
}
