/// A file that is included, with the values of its parameters put in.
///
///     parameters: { id: , capacity: 5 kt/yr }
///     facilities:
///       $(id)_mine: { stage: mine, capacity: $(capacity) }
///
/// A parameter without a value must be given where the file is used. A value that is a parameter alone takes the whole of
/// what was given, keys and lists too, with the place where that was written.
struct Template {
  static let key = "parameters"

  private let root: Mapping
  private let use: Use
  private let log: DiagnosticLog
  private let declared: Mapping?
  /// Values in the tree that was filled.
  private(set) var nodes = 0

  init(_ root: Mapping, _ use: Use, _ log: DiagnosticLog) {
    self.root = root
    self.use = use
    self.log = log
    declared = root[Self.key].map { $0.mapping ?? .empty }
    if let parameters = root[Self.key], parameters.mapping == nil, !parameters.isMissing {
      log.error(
        "parameters: these are not keys and values", at: parameters.position,
        found: parameters.words,
        expected: "a name and its standard, or nothing: `{ id: , capex: 30 kUSD/(t/yr) }`")
    }
  }

  /// The tree without `parameters`; nil after an error about them.
  mutating func filled() -> Mapping? {
    guard let values = values() else { return nil }
    var filler = Filler(values: values, log: log)
    var pairs: [Mapping.Pair] = []
    for pair in root.pairs where pair.key != Self.key {
      pairs.append(
        Mapping.Pair(key: pair.key, position: pair.position, value: filler.filled(pair.value)))
    }
    nodes = filler.nodes
    let problems = filler.hasFailed
    for pair in declared?.pairs ?? [] where !filler.used.contains(pair.key) {
      log.error(
        "parameter `\(pair.key.escapedForDisplay(limit: 80))` is not used in this file",
        at: pair.position,
        help:
          "take it away, or write `$(\(pair.key.escapedForDisplay(limit: 80)))` where it is meant")
    }
    return problems ? nil : Mapping(pairs)
  }

  /// What each parameter stands for; empty for a file without parameters, whose text is taken as it is.
  private func values() -> [String: Node]? {
    var values: [String: Node] = [:]
    var isFine = true
    let known = declared?.pairs.map(\.key) ?? []
    for pair in use.values.pairs where declared?[pair.key] == nil {
      isFine = false
      let nearest = Spelling.nearest(to: pair.key, in: known)
      log.error(
        "`\(use.shown)` has no parameter `\(pair.key.escapedForDisplay(limit: 80))`",
        at: pair.position,
        expected: known.isEmpty
          ? "no parameters" : "one of " + known.prefix(20).joined(separator: ", "),
        help: nearest.map { "did you mean `\($0)`?" })
    }
    for pair in declared?.pairs ?? [] {
      guard Self.isName(pair.key) else {
        isFine = false
        log.error(
          "a parameter's name is of letters, digits and `_`", at: pair.position, found: pair.key)
        continue
      }
      if let given = use.values[pair.key] {
        values[pair.key] = given
      } else if !pair.value.isMissing {
        values[pair.key] = pair.value
      } else {
        isFine = false
        log.error(
          "`\(use.shown)`: parameter `\(pair.key)` has no value", at: use.position,
          expected: "`\(pair.key)` among `with`",
          help: "it is declared on \(log.words(for: pair.position, seenFrom: use.position))")
      }
    }
    return isFine ? values : nil
  }

  static func isName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 60
      && text.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
          || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
      }
  }
}

/// Puts values in where `$(name)` stands.
private struct Filler {
  let values: [String: Node]
  let log: DiagnosticLog
  private(set) var used: Set<String> = []
  private(set) var nodes = 0
  private(set) var hasFailed = false

  init(values: [String: Node], log: DiagnosticLog) {
    self.values = values
    self.log = log
  }

  mutating func filled(_ node: Node) -> Node {
    nodes += 1
    switch node.content {
    case .plain(let text):
      if let name = Self.only(text) { return whole(name, node) }
      return Node(.plain(filled(text, node.position)), at: node.position)
    case .quoted(let text):
      return Node(.quoted(filled(text, node.position)), at: node.position)
    case .list(let items):
      return Node(.list(items.map { filled($0) }), at: node.position)
    case .mapping(let mapping):
      return Node(.mapping(filled(mapping)), at: node.position)
    case .worked: return node
    }
  }

  private mutating func filled(_ mapping: Mapping) -> Mapping {
    var pairs: [Mapping.Pair] = []
    pairs.reserveCapacity(mapping.pairs.count)
    var places: [String: Position] = [:]
    for pair in mapping.pairs {
      let key = filled(pair.key, pair.position)
      if let first = places[key] {
        hasFailed = true
        log.error(
          "duplicate key `\(key.escapedForDisplay(limit: 80))` after parameters, first on "
            + log.words(for: first, seenFrom: pair.position), at: pair.position, found: pair.key,
          help: "put a parameter into both keys that differs from use to use")
        continue
      }
      places[key] = pair.position
      pairs.append(Mapping.Pair(key: key, position: pair.position, value: filled(pair.value)))
    }
    return Mapping(pairs)
  }

  /// The name in a text that is one parameter and nothing else.
  private static func only(_ text: String) -> String? {
    guard text.hasPrefix("$("), text.hasSuffix(")") else { return nil }
    let name = text.dropFirst(2).dropLast()
    return Template.isName(name) ? String(name) : nil
  }

  private mutating func whole(_ name: String, _ node: Node) -> Node {
    guard let value = value(name, node.position) else { return node }
    return value
  }

  private mutating func value(_ name: String, _ position: Position) -> Node? {
    guard let value = values[name] else {
      hasFailed = true
      let known = values.keys.sorted()
      let nearest = Spelling.nearest(to: name, in: known)
      log.error(
        "there is no parameter `\(name.escapedForDisplay(limit: 80))`", at: position,
        found: "$(\(name.prefix(80)))",
        expected: known.isEmpty
          ? "a section `parameters` that declares it"
          : "one of " + known.prefix(20).joined(separator: ", "),
        help: nearest.map { "did you mean `$(\($0))`?" }
          ?? "text with `$(` that is no parameter is written `$$(`")
      return nil
    }
    used.insert(name)
    return value
  }

  /// A text with the texts of parameters in it; `$$(` is `$(`.
  private mutating func filled(_ text: String, _ position: Position) -> String {
    guard text.contains("$(") else { return text }
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "$(") {
      result += rest[..<start.lowerBound]
      if result.hasSuffix("$") {
        result.removeLast()
        result += "$("
        rest = rest[start.upperBound...]
        continue
      }
      guard let end = rest[start.upperBound...].firstIndex(of: ")"),
        Template.isName(rest[start.upperBound..<end])
      else {
        hasFailed = true
        log.error(
          "`$(` begins no parameter", at: position, found: text,
          expected: "a name and `)`, e.g. `$(id)`",
          help: "text with `$(` that is no parameter is written `$$(`")
        return text
      }
      let name = String(rest[start.upperBound..<end])
      if let value = value(name, position) {
        if let inner = value.text {
          result += inner
        } else {
          hasFailed = true
          log.error(
            "parameter `\(name)` is no text, which stands within other text here", at: position,
            found: value.words, expected: "a text or a quantity",
            help: "its value stands on \(log.words(for: value.position, seenFrom: position))")
        }
      }
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}
