internal import CYaml

/// Turns YAML text into a tree of nodes, from the events of libyaml, the parser inside Yams.
///
/// The events are used rather than composed Yams nodes because they show anchors, aliases, tags
/// and duplicate keys before anything is expanded, and cost a fifth of the time. Nothing recurses:
/// depth is bounded by `deepest`, and what aliases repeat by `repeatedAtMost`.
struct YAMLDocument {
  static let deepest = 64
  static let largest = 2_000_000
  static let repeatedAtMost = 100_000

  private struct Frame {
    var pairs: [Mapping.Pair] = []
    var items: [Node] = []
    var key: (text: String, position: Position)?
    let isMapping: Bool
    let position: Position
    let anchor: String?
    /// Nodes and levels inside, for bounding what an alias of it repeats.
    var count = 1
    var height = 1
  }

  private struct Anchored {
    var node: Node
    var count: Int
    var height: Int
  }

  private let log: DiagnosticLog
  private let file: Int
  private var frames: [Frame] = []
  private var anchors: [String: Anchored] = [:]
  private var root: Node?
  private var count = 0
  private var repeated = 0
  private var documents = 0
  private var skippedKeyDepth: Int?
  private var hasFailed = false

  private init(log: DiagnosticLog, file: Int) {
    self.log = log
    self.file = file
  }

  /// The document in a file's text, or nil after an error that leaves nothing to look at.
  /// An empty text has no document and no error.
  static func read(_ bytes: [UInt8], file: Int, log: DiagnosticLog) -> Node? {
    guard isReadable(bytes, file: file, log: log) else { return nil }
    var document = YAMLDocument(log: log, file: file)
    document.parse(bytes)
    return document.hasFailed ? nil : document.root
  }

  // MARK: Text

  private static func isReadable(_ bytes: [UInt8], file: Int, log: DiagnosticLog) -> Bool {
    if let kind = FileKind.named(bytes) {
      log.error(
        "the file is \(kind.words)", at: Position(line: 1, column: 1, file: file),
        expected: "text in UTF-8", help: kind.help)
      return false
    }
    if let offset = bytes.firstIndex(of: 0) {
      let place = log.files[file].place(ofByte: offset)
      log.error(
        "the file is not text: byte \(offset) is 0",
        at: Position(line: place.line, column: place.column, file: file),
        expected: "text in UTF-8")
      return false
    }
    if let offset = UTF8Check.firstInvalid(bytes) {
      let place = log.files[file].place(ofByte: offset)
      let value = String(bytes[offset], radix: 16)
      log.error(
        "the file is not UTF-8 text: byte \(offset) is 0x\(value)",
        at: Position(line: place.line, column: place.column, file: file),
        expected: "text in UTF-8", help: "save it as UTF-8")
      return false
    }
    return true
  }

  // MARK: Events

  private mutating func parse(_ bytes: [UInt8]) {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      return fail("there is not enough memory", Position(line: 1, column: 1, file: file))
    }
    defer { yaml_parser_delete(&parser) }
    bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      while !hasFailed {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else {
          failSyntax(parser, bytes)
          return
        }
        let isEnd = event.type == YAML_STREAM_END_EVENT
        take(event)
        yaml_event_delete(&event)
        if isEnd { return }
      }
    }
  }

  private mutating func take(_ event: yaml_event_t) {
    let position = Position(
      line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1, file: file)
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      documents += 1
      if documents > 1 {
        fail(
          "the file holds a second document", position,
          help: "remove the `---` line; a model is one document")
      }
    case YAML_SCALAR_EVENT:
      let data = event.data.scalar
      checkTag(data.tag, position)
      let text = String(
        decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
      let isPlain = data.style == YAML_PLAIN_SCALAR_STYLE
      let node = Node(isPlain ? .plain(text) : .quoted(text), at: position)
      if let anchor = data.anchor {
        anchors[String(cString: anchor)] = Anchored(node: node, count: 1, height: 0)
      }
      add(node, count: 1, height: 0, isKeyPlain: isPlain)
    case YAML_ALIAS_EVENT:
      takeAlias(String(cString: event.data.alias.anchor), position)
    case YAML_SEQUENCE_START_EVENT:
      let data = event.data.sequence_start
      checkTag(data.tag, position)
      open(isMapping: false, data.anchor, position)
    case YAML_MAPPING_START_EVENT:
      let data = event.data.mapping_start
      checkTag(data.tag, position)
      open(isMapping: true, data.anchor, position)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      close()
    default:
      break
    }
  }

  private mutating func open(
    isMapping: Bool, _ anchor: UnsafeMutablePointer<UInt8>?, _ position: Position
  ) {
    guard frames.count < Self.deepest else {
      return fail("values are nested more than \(Self.deepest) levels deep", position)
    }
    if let last = frames.last, last.isMapping, last.key == nil {
      return fail(
        "a key must be text", position, found: isMapping ? "keys and values" : "a list",
        help: "put text with braces or brackets in quotes")
    }
    frames.append(
      Frame(
        isMapping: isMapping, position: position, anchor: anchor.map { String(cString: $0) }))
  }

  private mutating func close() {
    guard let frame = frames.popLast() else { return }
    let content: Node.Content
    if frame.isMapping {
      checkDuplicates(frame.pairs)
      content = .mapping(Mapping(frame.pairs))
    } else {
      content = .list(frame.items)
    }
    let node = Node(content, at: frame.position)
    if let anchor = frame.anchor {
      anchors[anchor] = Anchored(node: node, count: frame.count, height: frame.height)
    }
    add(node, count: frame.count, height: frame.height, isKeyPlain: false)
  }

  private mutating func takeAlias(_ name: String, _ position: Position) {
    let shown = name.escapedForDisplay(limit: 60)
    guard let anchored = anchors[name] else {
      return fail(
        "`*\(shown)` refers to no anchor above it", position,
        help: "put a name that begins with `*` in quotes")
    }
    repeated += anchored.count
    guard repeated <= Self.repeatedAtMost else {
      return fail(
        "aliases repeat more than \(Self.repeatedAtMost) values", position,
        help: "write the values out, or move them to a CSV table")
    }
    guard frames.count + anchored.height <= Self.deepest else {
      return fail("values are nested more than \(Self.deepest) levels deep", position)
    }
    if let last = frames.last, last.isMapping, last.key == nil, anchored.node.text == nil {
      return fail("a key must be text", position)
    }
    add(anchored.node, count: anchored.count, height: anchored.height, isKeyPlain: false)
  }

  /// Puts a finished node where it belongs: a key, a value, an item or the root.
  private mutating func add(_ node: Node, count nodes: Int, height: Int, isKeyPlain: Bool) {
    count += 1
    if count > Self.largest {
      return fail(
        "the file holds more than \(Self.largest) values", node.position,
        help: "move large tables to CSV files")
    }
    guard !frames.isEmpty else {
      root = node
      return
    }
    let top = frames.count - 1
    frames[top].count += nodes
    frames[top].height = max(frames[top].height, height + 1)
    if !frames[top].isMapping {
      frames[top].items.append(node)
    } else if let key = frames[top].key {
      frames[top].pairs.append(
        Mapping.Pair(key: key.text, position: key.position, value: node))
      frames[top].key = nil
    } else if let text = node.text {
      if isKeyPlain && text == "<<" {
        log.error(
          "merge keys are not supported", at: node.position, found: "<<",
          help: "write the keys out, or move the entries to a CSV table")
      }
      frames[top].key = (text, node.position)
    }
  }

  // MARK: Problems

  private func checkTag(_ tag: UnsafeMutablePointer<UInt8>?, _ position: Position) {
    guard let tag else { return }
    let name = String(cString: tag).replacing("tag:yaml.org,2002:", with: "!!")
    log.error(
      "tags are not supported", at: position, found: name,
      help: "remove the tag; put text in quotes where it could be mistaken")
  }

  private func checkDuplicates(_ pairs: [Mapping.Pair]) {
    if pairs.count <= 12 {
      for index in pairs.indices.dropFirst() {
        if let first = pairs[..<index].firstIndex(where: { $0.key == pairs[index].key }) {
          reportDuplicate(pairs[index], of: pairs[first])
        }
      }
      return
    }
    var seen: [String: Int] = [:]
    seen.reserveCapacity(pairs.count)
    for (index, pair) in pairs.enumerated() {
      if let first = seen[pair.key] {
        reportDuplicate(pair, of: pairs[first])
      } else {
        seen[pair.key] = index
      }
    }
  }

  private func reportDuplicate(_ pair: Mapping.Pair, of first: Mapping.Pair) {
    guard pair.key != "<<" else { return }
    let line = log.words(for: first.position, seenFrom: pair.position)
    log.error(
      "duplicate key `\(pair.key.escapedForDisplay(limit: 80))`, first on \(line)",
      at: pair.position, help: "keep one of the two")
  }

  private mutating func fail(
    _ message: String, _ position: Position, found: String? = nil, help: String? = nil
  ) {
    guard !hasFailed else { return }
    hasFailed = true
    log.error(message, at: position, found: found, help: help)
  }

  private mutating func failSyntax(_ parser: yaml_parser_t, _ bytes: [UInt8]) {
    var message = parser.problem.map { String(cString: $0) } ?? "the YAML cannot be read"
    var place = (
      line: Int(parser.problem_mark.line) + 1, column: Int(parser.problem_mark.column) + 1
    )
    var help: String?
    if parser.error == YAML_READER_ERROR {
      place = log.files[file].place(ofByte: Int(parser.problem_offset))
      if message.contains("control characters") {
        message =
          "the file is not text: byte \(parser.problem_offset) is a control character"
      }
    } else if message.contains("cannot start any token") || message.contains("tab character") {
      let line = Array((log.files[file].line(place.line) ?? "").unicodeScalars.prefix(10_000))
      let mark = place.column <= line.count && place.column > 0 ? line[place.column - 1] : " "
      if mark == "\t" || message.contains("tab character") {
        message = "a tab is used for indentation"
        help = "indent with spaces"
      } else {
        message = "a value cannot begin with `\(mark.escapedForDisplay)`"
        help = "put the value in quotes"
      }
    } else if parser.context.map({ String(cString: $0) })?.contains("alias") == true {
      message = "a value that begins with `*` is not text"
      help = "put it in quotes"
    } else if message.contains("nesting level") {
      return fail(
        "values are nested more than \(Self.deepest) levels deep",
        Position(line: place.line, column: place.column, file: file))
    } else if message.contains("mapping values are not allowed") {
      help = "check the indentation; put text that contains `: ` in quotes"
    } else if let context = parser.context {
      let line = Int(parser.context_mark.line) + 1
      message = "\(message) \(String(cString: context)) that begins on line \(line)"
      help = "check brackets, quotes and indentation"
    }
    fail(
      "YAML: " + message, Position(line: place.line, column: place.column, file: file), help: help)
  }
}

/// Finds what is not UTF-8.
enum UTF8Check {
  /// The offset of the first byte that cannot stand there; nil where all is well.
  static func firstInvalid(_ bytes: [UInt8]) -> Int? {
    if bytes.withUnsafeBufferPointer({ String(validating: $0, as: UTF8.self) }) != nil {
      return nil
    }
    var low = 0
    // The longest prefix that is whole, in steps that keep the search short.
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): low += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return low
      }
    }
  }
}
