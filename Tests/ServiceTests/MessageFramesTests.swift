import Testing

@testable import Service

struct MessageFramesTests {
  private func frames(_ text: String) -> MessageFrames {
    var frames = MessageFrames()
    frames.feed(text.utf8)
    return frames
  }

  @Test func `A message is read with its head, however it is cut`() throws {
    let text = "Content-Length: 4\r\nContent-Type: x\r\n\r\n{\"a\"content-length:2\r\n\r\n{}"
    var frames = MessageFrames()
    var found: [String] = []
    for byte in text.utf8 {
      frames.feed([byte])
      while let body = try frames.next() { found.append(String(decoding: body, as: UTF8.self)) }
    }
    #expect(found == ["{\"a\"", "{}"])
    #expect(!frames.isInMessage)
  }

  @Test func `A length counts bytes, and an empty body is a message`() throws {
    let framed = MessageFrames.framed("\u{e4}")
    #expect(String(decoding: framed, as: UTF8.self) == "Content-Length: 2\r\n\r\n\u{e4}")
    var read = frames("Content-Length: 0\r\n\r\n")
    #expect(try read.next() == [])
    #expect(try read.next() == nil)
  }

  @Test(arguments: [
    "Content-Length: -1\r\n\r\n", "Content-Length: 1e3\r\n\r\n", "Content-Length:\r\n\r\n",
    "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: 16777217\r\n\r\n", "\r\n\r\n",
    "Content-Type: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
    "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
  ])
  func `A head that does not say where the message ends is refused`(text: String) {
    var frames = frames(text)
    #expect(throws: MessageFrames.Problem.self) { try frames.next() }
  }

  @Test func `JSON without a head is refused as soon as it begins`() {
    for text in ["{", "[{}]", "{\"jsonrpc\":\"2.0\"}\n"] {
      var frames = frames(text)
      #expect(throws: MessageFrames.Problem.self) { try frames.next() }
    }
  }

  @Test func `Input that ends within a head is refused, one that ends elsewhere is not`() throws {
    for text in ["Content-Length: 2", "Content-Length: 2\r\n", "Content-Length: 2\n\n{}", " {}"] {
      var frames = frames(text)
      #expect(try frames.next() == nil)
      #expect(throws: MessageFrames.Problem.self) { try frames.finish() }
    }
    for text in ["", "Content-Length: 2\r\n\r\n{}", "Content-Length: 2\r\n\r\n{}\r\n"] {
      var frames = frames(text)
      while try frames.next() != nil {}
      try frames.finish()
    }
    var cut = frames("Content-Length: 9\r\n\r\n{")
    #expect(try cut.next() == nil)
    try cut.finish()
  }

  @Test func `A head without an end is refused before it fills the memory`() {
    var frames = frames(String(repeating: "x", count: 5000))
    #expect(throws: MessageFrames.Problem.self) { try frames.next() }
  }
}
