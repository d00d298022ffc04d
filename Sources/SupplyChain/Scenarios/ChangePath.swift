/// The places of a model that a change applies to, such as
/// `facilities.*[stage=mine].expansion.permit`.
struct ChangePath: Sendable {
  struct Filter: Sendable {
    enum Key: String, CaseIterable {
      case stage, country, tag
    }
    var key: Key
    var value: Pattern
  }

  struct Segment: Sendable {
    var name: Pattern
    var filters: [Filter]
    /// Whether it names a facility and its filters admit it.
    func admits(_ facility: Facility) -> Bool {
      name.matches(facility.id)
        && filters.allSatisfy { filter in
          switch filter.key {
          case .stage: filter.value.matches(facility.stage)
          case .country: filter.value.matches(facility.country)
          case .tag: facility.tags.contains(where: filter.value.matches)
          }
        }
    }

    /// Whether it names one entry rather than any that fit.
    var isExact: Bool { name.isExact && filters.isEmpty }
  }

  struct Problem: Error {
    var message: String
    var help: String?
  }

  let text: String
  let segments: [Segment]

  init(_ text: String) throws(Problem) {
    self.text = text
    guard !text.isEmpty, text.utf8.count <= 1000 else {
      throw Problem(
        message: text.isEmpty ? "a path is empty" : "a path is longer than 1000 characters",
        help: "write e.g. `funds.*.max_share`")
    }
    var segments: [Segment] = []
    for part in try Self.parts(text) { segments.append(try Self.segment(part)) }
    guard segments.count <= 12 else { throw Problem(message: "a path has too many parts") }
    self.segments = segments
  }

  /// The text between the points that are outside brackets.
  private static func parts(_ text: String) throws(Problem) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var isInside = false
    for index in text.indices {
      switch text[index] {
      case "[":
        if isInside { throw Problem(message: "a filter holds a second `[`") }
        isInside = true
      case "]":
        if !isInside { throw Problem(message: "a filter's `]` has no `[`") }
        isInside = false
      case "." where !isInside:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    if isInside { throw Problem(message: "a filter lacks its `]`") }
    parts.append(text[start...])
    return parts
  }

  private static func segment(_ part: Substring) throws(Problem) -> Segment {
    let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
    guard let name = pieces.first, !name.isEmpty else {
      throw Problem(
        message: "a path has an empty part", help: "write e.g. `facilities.*[stage=mine].opex`")
    }
    var filters: [Filter] = []
    for piece in pieces.dropFirst() {
      let sides = piece.dropLast().split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard piece.hasSuffix("]"), sides.count == 2, !sides[1].isEmpty else {
        throw Problem(
          message: "the filter `[\(piece)` is not understood", help: "write e.g. `[stage=mine]`")
      }
      let key = sides[0].trimmed
      guard let key = Filter.Key(rawValue: key) else {
        let nearest = Spelling.nearest(to: key, in: Filter.Key.allCases.map(\.rawValue))
        throw Problem(
          message: "there is no filter `\(key.escapedForDisplay(limit: 40))`",
          help: nearest.map { "did you mean `\($0)`?" } ?? "filters are stage, country and tag")
      }
      filters.append(Filter(key: key, value: Pattern(sides[1].trimmed)))
    }
    return Segment(name: Pattern(String(name)), filters: filters)
  }
}

extension Substring {
  /// The text without spaces at its ends.
  var trimmed: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}

/// A name in which `*` stands for any text.
struct Pattern: Sendable {
  let text: String
  private let pieces: [[UInt8]]

  init(_ text: String) {
    self.text = text
    pieces = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
      .map(Array.init)
  }

  var isExact: Bool { pieces.count <= 1 }

  func matches(_ name: String) -> Bool {
    if isExact { return name == text }
    let bytes = Array(name.utf8)
    guard let first = pieces.first, let last = pieces.last,
      bytes.count >= first.count + last.count, bytes.starts(with: first),
      bytes.suffix(last.count).elementsEqual(last)
    else { return false }
    // Taking each inner piece as early as possible leaves most room for the rest.
    var start = first.count
    let end = bytes.count - last.count
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = Self.find(piece, in: bytes, from: start, to: end) else { return false }
      start = found + piece.count
    }
    return true
  }

  private static func find(_ piece: [UInt8], in bytes: [UInt8], from start: Int, to end: Int)
    -> Int?
  {
    var index = start
    while index + piece.count <= end {
      if bytes[index..<index + piece.count].elementsEqual(piece) { return index }
      index += 1
    }
    return nil
  }
}
