/// Frames of a WebSocket (RFC 6455) as a server reads and writes them.
struct WebSocketFrames {
  enum Event: Equatable {
    case text([UInt8])
    case ping([UInt8])
    case close
  }
  /// What the other side did against the protocol, with the code that a close tells it.
  struct Problem: Error, Equatable {
    var code: UInt16
  }

  /// Bytes of a message, all its frames together.
  static let largest = 1 << 20

  private var buffer: [UInt8] = []
  private var start = 0
  /// The frames of a message whose last has not come.
  private var message: [UInt8]?

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    buffer.removeFirst(start)
    start = 0
    buffer += bytes
  }

  /// The next event; nil where it has not arrived whole.
  mutating func next() throws(Problem) -> Event? {
    while let frame = try frame() {
      switch frame.opcode {
      case 0, 1:
        if frame.opcode == 1, message != nil { throw Problem(code: 1002) }
        guard frame.opcode == 1 || message != nil else { throw Problem(code: 1002) }
        let whole = (message ?? []) + frame.payload
        guard whole.count <= Self.largest else { throw Problem(code: 1009) }
        message = frame.isLast ? nil : whole
        if frame.isLast { return .text(whole) }
      case 2: throw Problem(code: 1003)
      case 8: return .close
      case 9: return .ping(frame.payload)
      case 10: break
      default: throw Problem(code: 1002)
      }
    }
    return nil
  }

  private struct Frame {
    var opcode: UInt8
    var isLast: Bool
    var payload: [UInt8]
  }

  private mutating func frame() throws(Problem) -> Frame? {
    let bytes = buffer[start...]
    guard bytes.count >= 2 else { return nil }
    let first = bytes[start]
    let second = bytes[start + 1]
    // No extension was agreed on, and a client masks what it sends.
    guard first & 0x70 == 0, second & 0x80 != 0 else { throw Problem(code: 1002) }
    let isControl = first & 0x08 != 0
    var length = Int(second & 0x7F)
    var place = start + 2
    if isControl, length > 125 || first & 0x80 == 0 { throw Problem(code: 1002) }
    if length >= 126 {
      let size = length == 126 ? 2 : 8
      guard bytes.count >= 2 + size else { return nil }
      let wide = bytes[place..<place + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard wide <= UInt64(Self.largest) else { throw Problem(code: 1009) }
      length = Int(wide)
      place += size
    }
    guard buffer.count - place >= 4 + length else { return nil }
    let mask = Array(buffer[place..<place + 4])
    place += 4
    var payload = Array(buffer[place..<place + length])
    for index in payload.indices { payload[index] ^= mask[index & 3] }
    start = place + length
    return Frame(opcode: first & 0x0F, isLast: first & 0x80 != 0, payload: payload)
  }

  // MARK: Writing

  /// A whole text message.
  static func text(_ text: [UInt8]) -> [UInt8] { head(opcode: 1, text.count) + text }

  static func pong(_ payload: [UInt8]) -> [UInt8] { head(opcode: 10, payload.count) + payload }

  static func close(_ code: UInt16) -> [UInt8] {
    head(opcode: 8, 2) + [UInt8(code >> 8), UInt8(code & 255)]
  }

  private static func head(opcode: UInt8, _ length: Int) -> [UInt8] {
    let first = 0x80 | opcode
    switch length {
    case ..<126: return [first, UInt8(length)]
    case ..<65_536: return [first, 126, UInt8(length >> 8), UInt8(length & 255)]
    default:
      return [first, 127]
        + stride(from: 56, through: 0, by: -8).map { UInt8(UInt64(length) >> UInt64($0) & 255) }
    }
  }

  /// What the handshake answers to the client's key.
  static func accept(_ key: String) -> String {
    base64(SHA1.digest(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let word = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        text.append(place <= group.count ? digits[word >> (18 - 6 * place) & 63] : "=")
      }
    }
    return text
  }
}
