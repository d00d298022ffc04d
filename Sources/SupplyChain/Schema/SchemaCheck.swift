/// Finds keys that are not in the format and values of the wrong shape. Units, ranges and
/// references are read and checked by `ModelReader`.
struct SchemaCheck {
  let log: DiagnosticLog

  func check(_ node: Node, _ kind: Kind, at path: @autoclosure () -> String) {
    switch kind {
    case .object(let schema):
      guard let mapping = mapping(node, path(), allowsMissing: true) else { return }
      check(mapping, schema, at: path())
    case .map(let inner):
      guard let mapping = mapping(node, path(), allowsMissing: true) else { return }
      for pair in mapping.pairs { check(pair.value, inner, at: path() + "." + pair.key) }
    case .short(_, let schema):
      if case .list = node.content {
        return wrongShape(node, path(), expected: "a quantity, or keys and values")
      }
      if let mapping = node.mapping { check(mapping, schema, at: path()) }
    case .entries(let schema):
      guard let entries = mapping(node, path(), allowsMissing: true) else { return }
      for pair in entries.pairs {
        checkID(pair.key, pair.position)
        guard let entry = mapping(pair.value, path() + "." + pair.key, allowsMissing: false) else {
          continue
        }
        check(entry, schema, at: path() + "." + pair.key)
      }
    case .list(let schema):
      checkList(node, schema, at: path())
    case .series, .amounts:
      if case .list = node.content {
        wrongShape(node, path(), expected: "a quantity or a map from year to quantity")
      }
    case .expression:
      if case .list = node.content {
        wrongShape(node, path(), expected: "an expression, or a map from year to number")
      }
    case .texts, .fractions, .years:
      if case .mapping = node.content { wrongShape(node, path(), expected: "a list") }
    case .text, .reference, .flag, .year, .date, .place, .count, .quantity, .free:
      break
    }
  }

  private func checkList(_ node: Node, _ schema: ObjectSchema, at path: String) {
    if node.isMissing { return }
    guard case .list(let items) = node.content else {
      return wrongShape(node, path, expected: "a list: lines that begin with `- `")
    }
    for (index, item) in items.enumerated() {
      let place = "\(path)[\(index + 1)]"
      guard let entry = mapping(item, place, allowsMissing: false) else { continue }
      check(entry, schema, at: place)
    }
  }

  private func check(_ mapping: Mapping, _ schema: ObjectSchema, at path: @autoclosure () -> String)
  {
    for pair in mapping.pairs {
      guard let field = schema.field(pair.key) else {
        if pair.key != "<<" { unknownKey(pair.key, pair.position, schema, at: path()) }
        continue
      }
      check(pair.value, field.kind, at: path().isEmpty ? pair.key : path() + "." + pair.key)
    }
  }

  private func mapping(_ node: Node, _ path: String, allowsMissing: Bool) -> Mapping? {
    if let mapping = node.mapping { return mapping }
    if allowsMissing && node.isMissing { return nil }
    wrongShape(node, path, expected: "keys and values, e.g. `key: value` on lines of their own")
    return nil
  }

  private func wrongShape(_ node: Node, _ path: String, expected: String) {
    log.error(
      "\(path.escapedForDisplay(limit: 120)) has the wrong shape", at: node.position,
      found: node.words, expected: expected)
  }

  func checkID(_ id: String, _ position: Position) {
    if let problem = Self.problem(withID: id) {
      log.error(
        problem, at: position, found: id.isEmpty ? "\"\"" : id,
        expected: "an id of letters, digits, `_` and `-` (e.g. `ndpr_oxide`)")
    }
  }

  static func problem(withID id: String) -> String? {
    if id.isEmpty { return "an id is empty" }
    if id.utf8.count > 120 { return "an id is longer than 120 characters" }
    let isFine = id.utf8.allSatisfy { byte in
      Number.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
    return isFine ? nil : "an id holds characters it may not"
  }

  /// What to say of a key that `schema` does not have.
  static func help(forKey key: String, in schema: ObjectSchema) -> String {
    // `{ limit: 3,000 t/yr }`
    let digits = key.utf8.prefix { Number.isDigit($0) }
    if digits.count == 3, key.utf8.dropFirst(3).first.map({ $0 == 0x20 }) ?? true {
      return "a comma begins another key: write large numbers without it, such as `3000 t/yr`"
    }
    let owners = Schema.all.filter { $0 !== schema && $0.field(key) != nil }
    let inside = schema.place.isEmpty ? nil : owners.first { $0.place.hasPrefix(schema.place) }
    if inside == nil, let nearest = Spelling.nearest(to: key, in: schema.fields.lazy.map(\.key)) {
      return "did you mean `\(nearest)`?"
    }
    if let owner = inside ?? owners.first {
      return owner.place.isEmpty
        ? "`\(key)` belongs at the top of the file" : "`\(key)` belongs in `\(owner.place)`"
    }
    return "keys here are " + schema.fields.map(\.key).joined(separator: ", ")
  }

  private func unknownKey(
    _ key: String, _ position: Position, _ schema: ObjectSchema, at path: String
  ) {
    let place = path.isEmpty ? "" : " in \(path.escapedForDisplay(limit: 120))"
    log.error(
      "unknown key `\(key.escapedForDisplay(limit: 80))`\(place)", at: position,
      help: Self.help(forKey: key, in: schema))
  }
}
