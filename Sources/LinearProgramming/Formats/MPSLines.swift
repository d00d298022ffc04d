/// The lines of an MPS file that are not comments, cut into fields.
struct MPSLines {
  let bytes: UnsafeRawBufferPointer
  let isFixed: Bool
  private var offset = 0
  private var end = 0

  /// Of the line, from 1.
  private(set) var number = 0
  /// Places of the line's fields.
  private(set) var fields: [Range<Int>] = []
  /// Whether the line begins in its first column, as the names of sections do.
  private(set) var isHeader = false

  init(_ bytes: UnsafeRawBufferPointer, isFixed: Bool) {
    self.bytes = bytes
    self.isFixed = isFixed
    fields.reserveCapacity(8)
  }

  var count: Int { fields.count }

  /// Moves to the next line that is neither blank nor a comment; false at the end of the file.
  mutating func next() throws(MPSError) -> Bool {
    while offset < bytes.count {
      let start = offset
      while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") {
        if bytes[offset] == 0 {
          throw MPSError(line: number + 1, message: "there is a zero byte, this is not text")
        }
        offset += 1
      }
      end = offset
      offset += 1
      number += 1
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      if start == end || bytes[start] == UInt8(ascii: "*") { continue }
      isHeader = !Self.isBlank(bytes[start])
      if isFixed && !isHeader { try cutByColumns(start) } else { try cutByBlanks(start) }
      if !fields.isEmpty { return true }
    }
    return false
  }

  /// The text of a field.
  func text(_ index: Int) -> String { String(decoding: bytes[fields[index]], as: UTF8.self) }

  /// The text from a field to the end of the line.
  func rest(from index: Int) -> String {
    var stop = end
    while stop > fields[index].lowerBound, Self.isBlank(bytes[stop - 1]) { stop -= 1 }
    return String(decoding: bytes[fields[index].lowerBound..<stop].prefix(255), as: UTF8.self)
  }

  /// A field for a message, in quotes and without what a terminal would act on.
  func shown(_ index: Int) -> String {
    let text = String(decoding: bytes[fields[index]].prefix(60), as: UTF8.self)
    let plain = text.unicodeScalars.map { scalar -> Character in
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "?" : Character(scalar)
    }
    return "‘\(String(plain))’"
  }

  /// The number in a field: decimal digits, a point, an exponent with `e` or `d`, or `inf` with a sign.
  func number(_ index: Int) -> Double? {
    let field = bytes[fields[index]]
    guard field.count <= 400 else { return nil }
    var text = ""
    for byte in field {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "d"), UInt8(ascii: "D"):
        text.append("e")
      default: return infinity(field)
      }
    }
    return Double(text)
  }

  private func infinity(_ field: Slice<UnsafeRawBufferPointer>) -> Double? {
    switch String(decoding: field, as: UTF8.self).lowercased() {
    case "inf", "+inf", "infinity", "+infinity": .infinity
    case "-inf", "-infinity": -.infinity
    default: nil
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private mutating func cutByBlanks(_ start: Int) throws(MPSError) {
    fields.removeAll(keepingCapacity: true)
    var place = start
    while true {
      while place < end, Self.isBlank(bytes[place]) { place += 1 }
      if place == end { return }
      let first = place
      while place < end, !Self.isBlank(bytes[place]) { place += 1 }
      fields.append(first..<place)
      if fields.count > 8 && !isHeader {
        throw MPSError(line: number, message: "the line has more than 8 fields")
      }
      if fields.count > 8 { return }
    }
  }

  /// Where the fields of a fixed line begin and end, from 0.
  private static let columns = [1..<3, 4..<12, 14..<22, 24..<36, 39..<47, 49..<61]

  private mutating func cutByColumns(_ start: Int) throws(MPSError) {
    fields.removeAll(keepingCapacity: true)
    // A dollar sign at the start of the third or the fifth field begins a comment.
    for column in [14, 39] where start + column < end {
      if bytes[start + column] == UInt8(ascii: "$") { end = start + column }
    }
    var last = 0
    for column in Self.columns + [72..<Int.max] {
      // A number that begins in the gap would lose its sign.
      let gap = min(end, start + last)..<min(end, start + column.lowerBound)
      if bytes[gap].contains(where: { !Self.isBlank($0) }) {
        throw MPSError(line: number, message: "there is text outside the columns of fixed format")
      }
      last = column.upperBound
    }
    for column in Self.columns {
      var first = min(end, start + column.lowerBound)
      var last = min(end, start + column.upperBound)
      while first < last, Self.isBlank(bytes[first]) { first += 1 }
      while last > first, Self.isBlank(bytes[last - 1]) { last -= 1 }
      if first < last { fields.append(first..<last) }
    }
  }
}
