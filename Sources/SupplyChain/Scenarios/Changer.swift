/// Applies changes to a document tree, sharing what stays.
///
/// A change walks the tree along the schema; parts of the path that stand for ids match any number
/// of entries. A part that is reached but matches nothing is an error.
final class Changer {
  let root: Mapping
  let change: Change
  let value: ChangedValue
  let reader: ModelReader
  /// Reads values as they were; what is wrong with them has been said.
  let quiet: ModelReader
  private var log: DiagnosticLog { reader.log }
  /// By depth in the path: whether names were looked up there, found there, and which there were.
  private var isReached: [Bool]
  private var isMatched: [Bool]
  private var candidates: [[String]]
  private var hasFailed = false
  /// A key that an entry lacks, and whether a limit was met that is lifted.
  var lacking: String?
  var isUnlimited = false
  /// The mappings from the root to the one at hand.
  var ancestors: [Mapping] = []
  /// Whether every id so far was named in full.
  private var isExact = true
  var trail: [String] = []

  private init(_ change: Change, to root: Mapping, reader: ModelReader) {
    self.root = root
    self.reader = reader
    self.change = change
    quiet = ModelReader(root: root, log: DiagnosticLog())
    value = ChangedValue(change: change, horizon: ModelReader.horizon(of: root), reader: reader)
    let count = change.path.segments.count
    isReached = Array(repeating: false, count: count)
    isMatched = isReached
    candidates = Array(repeating: [], count: count)
  }

  /// The tree after a change; as it was where the change cannot be applied, which is reported.
  static func apply(_ change: Change, to root: Mapping, reader: ModelReader) -> Mapping {
    Changer(change, to: root, reader: reader).changed()
  }

  /// The tree after a change, and why nothing in it is other than before where that is so.
  static func applied(
    _ change: Change, to root: Mapping, reader: ModelReader
  ) -> (root: Mapping, idle: String?) {
    let changer = Changer(change, to: root, reader: reader)
    let new = changer.changed()
    if changer.hasFailed { return (new, nil) }
    if new === root { return (new, changer.reason) }
    return (new, TreeComparison.differ(root, new) ? nil : "all that it matches is so already")
  }

  /// Why nothing that the path matches has changed.
  private var reason: String {
    if isUnlimited { return "what it matches has no limit" }
    return lacking.map { "nothing that it matches has `\($0)`" } ?? "it matches no value"
  }

  private func changed() -> Mapping {
    // Scenarios are what outcomes and moves are made of; a setting of the command line may change those.
    let isSetting = log.place(change.position).file.hasPrefix(ModelDocument.settingPrefix)
    let closed =
      ["scenarios", "tables", "lodestone", "as_of", "author"]
      + (isSetting ? [] : ["uncertainty", "adversary"])
    if let section = change.path.segments.first?.name.text, closed.contains(section) {
      fail("a change cannot reach into `\(section)`")
      return root
    }
    let new = object(root, Schema.model, 0)
    if hasFailed { return root }
    for depth in isReached.indices where isReached[depth] && !isMatched[depth] {
      reportNothing(at: depth)
      return root
    }
    return new ?? root
  }

  // MARK: Walking

  /// The changed mapping; nil where nothing changes.
  private func object(_ mapping: Mapping, _ schema: ObjectSchema, _ depth: Int) -> Mapping? {
    let segment = change.path.segments[depth]
    guard segment.filters.isEmpty else {
      fail("`\(segment.name.text)` is a key; filters stand after the names of entries")
      return nil
    }
    let fields: [Field]
    if segment.name.isExact {
      guard let field = schema.field(segment.name.text) else {
        fail(
          "there is no key `\(segment.name.text.escapedForDisplay(limit: 80))`"
            + (schema.place.isEmpty ? " in a model" : " in `\(schema.place)`"),
          help: SchemaCheck.help(forKey: segment.name.text, in: schema))
        return nil
      }
      fields = [field]
    } else {
      fields = schema.fields.filter {
        segment.name.matches($0.key) && mapping[$0.key] != nil
      }
      isReached[depth] = true
      candidates[depth] = schema.fields.map(\.key)
      if !fields.isEmpty { isMatched[depth] = true }
    }
    ancestors.append(mapping)
    defer { ancestors.removeLast() }
    var changed = mapping
    for field in fields where !hasFailed {
      trail.append(field.key)
      let old = mapping[field.key]
      let kind = Self.kind(of: field, in: schema, mapping)
      apply(outcome(old, kind, field, schema, depth), to: field.key, of: &changed)
      trail.removeLast()
    }
    return changed === mapping ? nil : changed
  }

  private func apply(_ outcome: ChangedValue.Outcome, to key: String, of mapping: inout Mapping) {
    switch outcome {
    case .unchanged: break
    case .replaced(let node): mapping = mapping.setting(key, to: node)
    case .removed: mapping = mapping.removing(key)
    }
  }

  /// A limit's bound takes the unit of what it measures.
  static func kind(of field: Field, in schema: ObjectSchema, _ mapping: Mapping) -> Kind {
    guard schema.isBound(field) else {
      return field.kind
    }
    guard mapping["of"] == nil,
      let measure = mapping["measure"]?.text.flatMap(Limit.Measure.init(rawValue:))
    else { return .series(.number) }
    let period = mapping["per"]?.text.flatMap(Limit.Period.init(rawValue:))
    return .series(
      Schema.measure(ofLimit: measure, per: period ?? Schema.limit.choice("per")))
  }

  var path: String { trail.joined(separator: ".") }

  private func outcome(
    _ old: Node?, _ kind: Kind, _ field: Field?, _ schema: ObjectSchema?, _ depth: Int
  ) -> ChangedValue.Outcome {
    let next = depth + 1
    guard next < change.path.segments.count else {
      // The key itself is what changes; an entry that lacks it is left as it is.
      if !change.path.segments[depth].name.isExact, kind.measure == nil, !isWhole {
        return .unchanged
      }
      if case .expression = kind {
        return number(old, field, isExact: change.path.segments[depth].isExact)
      }
      let outcome = value.outcome(
        kind, path, current: { self.current(old, kind, field, schema) }, isPresent: old != nil,
        node: old)
      if case .unchanged = outcome { lacking = lacking ?? trail.last }
      return outcome
    }
    switch kind {
    case .object(let inner):
      guard let mapping = part(old, inner) else {
        lacking = lacking ?? trail.last
        return .unchanged
      }
      guard let new = object(mapping, inner, next) else { return .unchanged }
      return .replaced(Node(.mapping(new), at: old?.position ?? change.position))
    case .entries(let inner):
      return entries(old, next) { pair in
        guard let mapping = pair.value.mapping else { return .unchanged }
        guard next + 1 < self.change.path.segments.count else { return self.entry(pair, inner) }
        guard let new = self.object(mapping, inner, next + 1) else { return .unchanged }
        return .replaced(Node(.mapping(new), at: pair.value.position))
      }
    case .map(let inner):
      return map(old, inner, next)
    case .list(let inner):
      return list(old, inner, next)
    case .series, .amounts, .expression:
      return year(old, kind, field, schema, next)
    default:
      fail("`\(path)` has no parts")
      return .unchanged
    }
  }

  /// Whether the change replaces or removes rather than works out values.
  private var isWhole: Bool {
    switch change.action {
    case .set, .remove: true
    case .scale, .shift: false
    }
  }

  /// The mapping of a part of an entry; an empty one where its keys have standards that can change, or where a
  /// `set` is to make it.
  private func part(_ old: Node?, _ schema: ObjectSchema) -> Mapping? {
    if let mapping = old?.mapping { return mapping }
    if old == nil, !schema.isOptionalPart, !isWhole { return .empty }
    guard case .set = change.action, old == nil || old?.isMissing == true else { return nil }
    if schema === Schema.expansion {
      if isExact {
        fail(
          "`\(path)` is not there, so nothing in it can be set",
          help: "set the whole of `\(path)`")
      }
      return nil
    }
    if schema.isOptionalPart && !isExact { return nil }
    return .empty
  }

  // MARK: Ids

  private func entries(
    _ old: Node?, _ depth: Int, _ apply: (Mapping.Pair) -> ChangedValue.Outcome
  ) -> ChangedValue.Outcome {
    let segment = change.path.segments[depth]
    isReached[depth] = true
    guard let mapping = old?.mapping, let position = old?.position else { return .unchanged }
    let wasExact = isExact
    isExact = isExact && segment.isExact
    defer { isExact = wasExact }
    var pairs: [Mapping.Pair] = []
    var hasChanged = false
    // An exact name is found without looking at the others twice.
    if segment.isExact, let index = mapping.index(of: segment.name.text) {
      isMatched[depth] = true
      trail.append(segment.name.text)
      defer { trail.removeLast() }
      switch apply(mapping.pairs[index]) {
      case .unchanged: return .unchanged
      case .replaced(let node):
        return .replaced(Node(.mapping(mapping.setting(segment.name.text, to: node)), at: position))
      case .removed:
        return .replaced(Node(.mapping(mapping.removing(segment.name.text)), at: position))
      }
    }
    pairs.reserveCapacity(mapping.pairs.count)
    for pair in mapping.pairs {
      guard !hasFailed, segment.name.matches(pair.key),
        segment.filters.allSatisfy({ admits($0, pair.value) })
      else {
        pairs.append(pair)
        continue
      }
      isMatched[depth] = true
      trail.append(pair.key)
      switch apply(pair) {
      case .unchanged: pairs.append(pair)
      case .replaced(let node):
        hasChanged = true
        pairs.append(Mapping.Pair(key: pair.key, position: pair.position, value: node))
      case .removed: hasChanged = true
      }
      trail.removeLast()
    }
    if !isMatched[depth] { candidates[depth] = mapping.pairs.map(\.key) }
    return hasChanged ? .replaced(Node(.mapping(Mapping(pairs)), at: position)) : .unchanged
  }

  private func entry(_ pair: Mapping.Pair, _ schema: ObjectSchema) -> ChangedValue.Outcome {
    switch change.action {
    case .remove: return .removed
    case .set(let value) where !change.hasWindow:
      SchemaCheck(log: log).check(value, .object(schema), at: path)
      guard value.mapping != nil else {
        fail("`\(path)` is an entry; it is set to keys and values")
        return .unchanged
      }
      return .replaced(value)
    default:
      fail("`\(path)` is an entry, not a quantity", help: "name a quantity in it")
      return .unchanged
    }
  }

  private func map(_ old: Node?, _ inner: Kind, _ depth: Int) -> ChangedValue.Outcome {
    let segment = change.path.segments[depth]
    guard segment.filters.isEmpty else {
      fail("filters stand after the names of entries only")
      return .unchanged
    }
    if depth + 1 < change.path.segments.count, case .short(_, let schema) = inner {
      return entries(old, depth) { pair in
        guard let mapping = pair.value.mapping else { return .unchanged }
        guard let new = self.object(mapping, schema, depth + 1) else { return .unchanged }
        return .replaced(Node(.mapping(new), at: pair.value.position))
      }
    }
    if depth + 2 == change.path.segments.count, case .expression = inner {
      return entries(old, depth) { self.year($0.value, inner, nil, nil, depth + 1) }
    }
    if depth + 1 < change.path.segments.count {
      fail("`\(path).\(segment.name.text)` has no parts")
      return .unchanged
    }
    let mapping = old?.mapping ?? .empty
    let isThere = mapping[segment.name.text] != nil
    if case .set = change.action, segment.name.isExact, isExact, !isThere {
      isReached[depth] = true
      isMatched[depth] = true
      trail.append(segment.name.text)
      defer { trail.removeLast() }
      let outcome = value.outcome(
        inner, path, current: { .nothing }, isPresent: false, node: nil)
      guard case .replaced(let node) = outcome else { return .unchanged }
      return .replaced(
        Node(
          .mapping(mapping.setting(segment.name.text, to: node)),
          at: old?.position ?? change.position))
    }
    return entries(old, depth) { pair in
      if case .expression = inner { return self.number(pair.value, nil, isExact: segment.isExact) }
      return self.value.outcome(
        inner, self.path, current: { self.current(pair.value, inner, nil, nil) },
        isPresent: true, node: pair.value)
    }
  }

  /// Limits are named by their `name`, awards by what they are for.
  private func list(_ old: Node?, _ schema: ObjectSchema, _ depth: Int) -> ChangedValue.Outcome {
    isReached[depth] = true
    guard let old, case .list(let items) = old.content else { return .unchanged }
    let segment = change.path.segments[depth]
    var changed: [Node] = []
    let wasExact = isExact
    isExact = isExact && segment.isExact
    defer { isExact = wasExact }
    for (index, item) in items.enumerated() {
      let name = schema.name(ofEntry: item.mapping, number: index + 1)
      guard let mapping = item.mapping, segment.filters.isEmpty, segment.name.matches(name) else {
        candidates[depth].append(name)
        changed.append(item)
        continue
      }
      isMatched[depth] = true
      trail.append(name)
      defer { trail.removeLast() }
      if depth + 1 == change.path.segments.count {
        switch entry(Mapping.Pair(key: name, position: item.position, value: item), schema) {
        case .removed: break
        case .replaced(let node): changed.append(node)
        case .unchanged: changed.append(item)
        }
      } else if let new = object(mapping, schema, depth + 1) {
        changed.append(Node(.mapping(new), at: item.position))
      } else {
        changed.append(item)
      }
    }
    return .replaced(Node(.list(changed), at: old.position))
  }

  /// `appropriations.2027` is the series in one year.
  private func year(
    _ old: Node?, _ kind: Kind, _ field: Field?, _ schema: ObjectSchema?, _ depth: Int
  ) -> ChangedValue.Outcome {
    let segment = change.path.segments[depth]
    guard depth + 1 == change.path.segments.count, segment.isExact, !change.hasWindow,
      let year = Int(segment.name.text), ModelReader.years.contains(year)
    else {
      fail("`\(path)` is a series; after it only a year may stand")
      return .unchanged
    }
    if case .remove = change.action {
      guard case .amounts = kind else {
        fail("a year of a level series cannot be removed")
        return .unchanged
      }
      isReached[depth] = true
      lacking = segment.name.text
      guard let mapping = old?.mapping, mapping[segment.name.text] != nil else {
        return .unchanged
      }
      isMatched[depth] = true
      return .replaced(
        Node(.mapping(mapping.removing(segment.name.text)), at: old?.position ?? change.position))
    }
    var windowed = change
    windowed.from = year
    windowed.until = year
    let windowedValue = ChangedValue(change: windowed, horizon: value.horizon, reader: reader)
    if case .expression = kind { return number(old, field, isExact: true, windowedValue) }
    return windowedValue.outcome(
      kind, path, current: { self.current(old, kind, field, schema) }, isPresent: old != nil,
      node: old)
  }

  // MARK: Filters

  private func admits(_ filter: ChangePath.Filter, _ node: Node) -> Bool {
    guard let mapping = node.mapping else { return false }
    switch filter.key {
    case .country:
      let content = mapping["content"]?.mapping?.pairs.map(\.key) ?? []
      return ([mapping["country"]?.text].compactMap { $0 } + content).contains(
        where: filter.value.matches)
    case .stage:
      if let stage = mapping["stage"]?.text { return filter.value.matches(stage) }
      guard let id = mapping["commodity"]?.text else { return false }
      let stage = root["commodities"]?.mapping?[id]?.mapping?["stage"]?.text
      return stage.map(filter.value.matches) ?? false
    case .tag:
      switch mapping["tags"]?.content {
      case .list(let items):
        return items.contains { $0.text.map(filter.value.matches) ?? false }
      case .plain(let text), .quoted(let text):
        return filter.value.matches(text)
      default: return false
      }
    }
  }

  // MARK: Problems

  func fail(_ message: String, help: String? = nil) {
    guard !hasFailed else { return }
    hasFailed = true
    log.error(message, at: change.position, found: change.path.text, help: help)
  }

  private func reportNothing(at depth: Int) {
    let segment = change.path.segments[depth]
    let nearest =
      segment.name.isExact
      ? Spelling.nearest(to: segment.name.text, in: candidates[depth]) : nil
    var help = nearest.map { "did you mean `\($0)`?" }
    if help == nil, !segment.filters.isEmpty {
      help = "check the filter: no entry passes it"
    } else if help == nil, !candidates[depth].isEmpty, candidates[depth].count <= 12 {
      help = "there are " + candidates[depth].joined(separator: ", ")
    }
    let shown = segment.name.text.escapedForDisplay(limit: 80)
    log.error(
      "the path matches nothing at `\(shown)`", at: change.position, found: change.path.text,
      expected: "a path to something the model has", help: help)
  }
}
