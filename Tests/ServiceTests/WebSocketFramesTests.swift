import Testing

@testable import Service

struct WebSocketFramesTests {
  private func masked(_ first: UInt8, _ payload: [UInt8], length: [UInt8]? = nil) -> [UInt8] {
    let mask: [UInt8] = [1, 2, 3, 4]
    let size = length ?? [UInt8(payload.count)]
    return [first, 0x80 | size[0]] + size.dropFirst() + mask
      + payload.enumerated().map { $1 ^ mask[$0 & 3] }
  }

  private func code(_ bytes: [UInt8]) -> UInt16? {
    var frames = WebSocketFrames()
    frames.feed(bytes)
    do throws(WebSocketFrames.Problem) {
      while try frames.next() != nil {}
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `The handshake answers as the standard's example does`() {
    // RFC 6455, section 1.3.
    #expect(WebSocketFrames.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  @Test func `A message is read whole, however its frames are cut`() throws {
    let bytes =
      masked(0x01, Array("ab".utf8)) + masked(0x89, [7]) + masked(0x80, Array("c".utf8))
      + masked(0x88, [])
    var frames = WebSocketFrames()
    var events: [WebSocketFrames.Event] = []
    for byte in bytes {
      frames.feed([byte])
      while let event = try frames.next() { events.append(event) }
    }
    #expect(events == [.ping([7]), .text(Array("abc".utf8)), .close])
  }

  @Test func `Long texts have long lengths`() {
    #expect(WebSocketFrames.text([UInt8](repeating: 0, count: 125)).prefix(2) == [0x81, 125])
    #expect(
      WebSocketFrames.text([UInt8](repeating: 0, count: 300)).prefix(4) == [0x81, 126, 1, 44])
    #expect(
      WebSocketFrames.text([UInt8](repeating: 0, count: 70_000)).prefix(10) == [
        0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70,
      ])
  }

  @Test func `What is against the protocol or too long closes the window`() {
    #expect(code([0x81, 0x01, 0x61]) == 1002)  // not masked
    #expect(code(masked(0xC1, [1])) == 1002)  // an extension
    #expect(code(masked(0x82, [1])) == 1003)  // binary
    #expect(code(masked(0x80, [1])) == 1002)  // continues nothing
    #expect(code(masked(0x83, [1])) == 1002)  // unknown
    #expect(code(masked(0x09, [1])) == 1002)  // a ping in parts
    #expect(
      code(masked(0x81, [], length: [127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])) == 1009)
    #expect(code(masked(0x81, [], length: [127, 0, 0, 0, 0, 0, 0x10, 0, 1])) == 1009)
  }

  @Test(arguments: [
    "", "GET", "GET / HTTP/1.1 x", "GET x HTTP/1.1", "GET / HTTP/2", "GET / HTTP/1.1\r\nHost",
    "GET / HTTP/1.1\r\nA : b", "GET / HTTP/1.1\r\nHost: a\r\nHost: b",
    "GET / HTTP/1.1\r\n folded: x",
  ])
  func `A head that could be read in two ways is refused`(text: String) {
    #expect(throws: HTTPRequestHead.Refusal.self) { try HTTPRequestHead(Array(text.utf8)) }
  }

  @Test func `A head has its path without the query, and fields in any case of letters`() throws {
    let head = try HTTPRequestHead(Array("GET /a/b?c HTTP/1.1\r\nHOST:  x:1 \r\nX-y: z".utf8))
    #expect(head.path == "/a/b")
    #expect(head["host"] == "x:1")
    #expect(head["x-y"] == "z")
  }
}
