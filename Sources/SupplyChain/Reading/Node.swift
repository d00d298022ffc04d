/// Where a node stands: line and column from 1 and the number of its file.
struct Position: Sendable, Hashable {
  var line: UInt32
  var column: UInt16
  var file: UInt16

  init(line: Int, column: Int, file: Int) {
    self.line = UInt32(clamping: line)
    self.column = UInt16(clamping: column)
    self.file = UInt16(clamping: file)
  }
}

/// A value of the document tree: text as it stands in a file, or a series that a change worked out.
struct Node: Sendable {
  enum Content: Sendable {
    /// Unquoted text.
    case plain(String)
    /// Text in quotes or a block of text.
    case quoted(String)
    case list([Node])
    case mapping(Mapping)
    /// Values in the units of `Model`.
    case worked(Worked)
  }
  var content: Content
  var position: Position

  init(_ content: Content, at position: Position) {
    self.content = content
    self.position = position
  }

  var text: String? {
    switch content {
    case .plain(let text), .quoted(let text): text
    default: nil
    }
  }

  var mapping: Mapping? {
    if case .mapping(let mapping) = content { mapping } else { nil }
  }

  /// An empty, `~` or `null` value without quotes.
  var isMissing: Bool {
    guard case .plain(let text) = content else { return false }
    return text.isEmpty || text == "~" || text == "null"
  }

  /// What kind of thing stands here, for messages.
  var words: String {
    switch content {
    case .plain(let text): isMissing ? "nothing" : text
    case .quoted(let text): "\"" + text + "\""
    case .list: "a list"
    case .mapping: "keys and values"
    case .worked: "a changed value"
    }
  }
}

/// The outcome of a change; kept in a class so that a node stays small.
final class Worked: Sendable {
  private let series: Series
  /// Whether the change worked out a value for every year that a later change of the horizon may ask for. Only those
  /// of the horizon are read.
  let isForEveryYear: Bool
  /// Of numbers of measures and rules, whose key does not say what they are.
  let dimension: Dimension?

  init(_ series: Series, isForEveryYear: Bool = false, dimension: Dimension? = nil) {
    self.series = series
    self.isForEveryYear = isForEveryYear
    self.dimension = dimension
  }

  /// The values of all years that were worked out.
  var all: Series { series }

  /// The values of a horizon's years.
  func series(in horizon: Horizon) -> Series {
    guard isForEveryYear else { return series }
    let inside = series.years.indices.filter {
      series.years[$0] >= horizon.start && series.years[$0] <= horizon.end
    }
    if inside.isEmpty { return series }
    return Series(years: inside.map { series.years[$0] }, values: inside.map { series.values[$0] })
  }
}

/// Keys and values in file order. Never changes; a change makes a new mapping and shares the rest,
/// so an entry that two trees share is the same object.
final class Mapping: Sendable {
  struct Pair: Sendable {
    var key: String
    var position: Position
    var value: Node
  }
  let pairs: [Pair]
  /// Where keys first stand, where there are too many to look through one by one.
  private let places: [String: Int]?

  /// With more keys than these, a dictionary finds them.
  private static let few = 24

  init(_ pairs: [Pair]) {
    self.pairs = pairs
    places =
      pairs.count > Mapping.few
      ? Dictionary(
        pairs.enumerated().lazy.map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
      : nil
  }

  static let empty = Mapping([])

  subscript(key: String) -> Node? { index(of: key).map { pairs[$0].value } }

  func index(of key: String) -> Int? {
    if let places { return places[key] }
    return pairs.firstIndex { $0.key == key }
  }

  /// The mapping with one key replaced or, where it is missing, added.
  func setting(_ key: String, to value: Node) -> Mapping {
    var pairs = pairs
    if let index = index(of: key) {
      pairs[index].value = value
    } else {
      pairs.append(Pair(key: key, position: value.position, value: value))
    }
    return Mapping(pairs)
  }

  func removing(_ key: String) -> Mapping { Mapping(pairs.filter { $0.key != key }) }
}
