/// Which names a written program carries.
public enum ProgramNames: Sendable {
  /// `c1`, `c2`, … and `r1`, `r2`, ….
  case generated
  /// Those of `LinearProgram.columnName` and `rowName`, made plain ASCII and unique.
  case program
}

/// An output buffer that is flushed to a sink in large pieces.
struct ByteBuffer {
  typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  private var bytes: [UInt8] = []
  private let sink: Sink

  init(_ sink: @escaping Sink) {
    self.sink = sink
    bytes.reserveCapacity(Self.pieceSize + 1024)
  }

  private static let pieceSize = 1 << 16

  mutating func append(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  /// The shortest text that reads back as the same number.
  mutating func append(_ value: Double) {
    if value == .infinity { return append("1e30") }
    if value == -.infinity { return append("-1e30") }
    if value == value.rounded(), abs(value) < 1e15 {
      append(integer: Int(value))
      return
    }
    var text = value.description
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  mutating func append(integer value: Int) {
    var text = value.description
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  /// Ends a line, and passes the bytes on if there are many.
  mutating func endLine() throws {
    bytes.append(UInt8(ascii: "\n"))
    if bytes.count >= Self.pieceSize { try flush() }
  }

  mutating func flush() throws {
    if bytes.isEmpty { return }
    try bytes.withUnsafeBytes { try sink($0) }
    bytes.removeAll(keepingCapacity: true)
  }
}

/// Names that every reader of MPS and LP files takes: letters, digits, `_` and `.`, at most 200, unique.
struct PlainNames {
  let columns: [[UInt8]]
  let rows: [[UInt8]]

  init(_ program: LinearProgram, _ names: ProgramNames) {
    switch names {
    case .generated:
      columns = (0..<program.columnCount).map { Array("c\($0 + 1)".utf8) }
      rows = (0..<program.rowCount).map { Array("r\($0 + 1)".utf8) }
    case .program:
      columns = Self.plain((0..<program.columnCount).map(program.name(ofColumn:)), prefix: "c")
      rows = Self.plain((0..<program.rowCount).map(program.name(ofRow:)), prefix: "r")
    }
  }

  private static let reserved: Set<String> = [
    "obj", "free", "inf", "infinity", "st", "bounds", "bound", "general", "generals", "gen",
    "integer",
    "integers", "int", "binary", "binaries", "bin", "end", "minimize", "minimise", "minimum", "min",
    "maximize", "maximise", "maximum", "max", "subject", "such", "that", "to", "objective_constant",
    "semi", "semis", "sos", "rhs", "ranges", "name", "marker",
  ]

  private static func plain(_ names: [String], prefix: String) -> [[UInt8]] {
    var used = Set<[UInt8]>()
    used.reserveCapacity(names.count)
    return names.enumerated().map { index, name in
      var bytes = name.utf8.prefix(200).map { isPlain($0) ? $0 : UInt8(ascii: "_") }
      let text = String(decoding: bytes, as: UTF8.self).lowercased()
      let startsBadly = bytes.first.map { !isLetter($0) || $0 | 0x20 == UInt8(ascii: "e") } ?? true
      if startsBadly || reserved.contains(text) || text.hasPrefix("range_") {
        bytes = Array("\(prefix)_".utf8) + bytes
      }
      if !used.insert(bytes).inserted {
        var unique = bytes + Array("_\(index + 1)".utf8)
        while !used.insert(unique).inserted { unique.append(UInt8(ascii: "_")) }
        bytes = unique
      }
      return bytes
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    isLetter(byte) || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
  }
}

extension LinearProgram {
  /// The matrix by columns: start of each column, row and coefficient of each entry, rows ascending.
  func byColumns() -> (start: [Int], row: [Int32], coefficient: [Double]) {
    var start = [Int](repeating: 0, count: columnCount + 1)
    for j in columnIndex { start[Int(j) + 1] += 1 }
    for j in 0..<columnCount { start[j + 1] += start[j] }
    var next = start
    var row = [Int32](repeating: 0, count: nonzeroCount)
    var values = [Double](repeating: 0, count: nonzeroCount)
    for i in 0..<rowCount {
      for k in rowStart[i]..<rowStart[i + 1] {
        let j = Int(columnIndex[k])
        row[next[j]] = Int32(truncatingIfNeeded: i)
        values[next[j]] = coefficient[k]
        next[j] += 1
      }
    }
    return (start, row, values)
  }
}
