/// Where two model files say different things: in values, not in how they are written. Units, the order of entries,
/// comments, what a table holds and what the file itself, and standards that are written out make no difference.
extension ModelDocument {
  /// What another document says otherwise, in the order of this one.
  public func differences(to other: ModelDocument) -> [ModelDifference] {
    var comparison = DocumentComparison(self, other)
    comparison.compareRoots()
    return comparison.found.map { $0.difference }
  }

  /// The same in groups, each of which can be taken over by itself: an entry of a section, a key of the head, a limit.
  public func differenceGroups(to other: ModelDocument) -> [DifferenceGroup] {
    var comparison = DocumentComparison(self, other)
    comparison.compareRoots()
    var groups: [DifferenceGroup] = []
    for (path, difference) in comparison.found {
      let head = Array(path.prefix(2))
      if let last = groups.indices.last, groups[last].path == head {
        groups[last].differences.append(difference)
      } else {
        groups.append(DifferenceGroup(path: head, differences: [difference]))
      }
    }
    return groups
  }

  /// The model of this document with some of what another says.
  ///
  /// - Throws: what is wrong with the mixture, which may be wrong though neither is.
  public func model(
    taking groups: [DifferenceGroup], from other: ModelDocument
  ) throws(ModelErrors) -> Model {
    var mixed = root
    for group in groups { mixed = mixed.taking(group.path[...], from: other.root, Schema.model) }
    let log = DiagnosticLog(files: files)
    let model = ModelBuilder(root: mixed, log: log).build()
    if log.hasErrors { throw log.errors }
    return model
  }
}

/// Differences of one entry.
public struct DifferenceGroup: Sendable, Equatable {
  /// A section and an id, or a key of the head.
  let path: [String]
  public var differences: [ModelDifference]
  public var name: String { path.joined(separator: ".") }
}

extension Mapping {
  /// The mapping with what another has at a path, or without it where that has nothing.
  fileprivate func taking(
    _ path: ArraySlice<String>, from other: Mapping, _ schema: ObjectSchema
  ) -> Mapping {
    guard let key = path.first else { return self }
    guard path.count > 1, let old = self[key], let new = other[key] else {
      return other[key].map { setting(key, to: $0) } ?? removing(key)
    }
    let id = path[path.startIndex + 1]
    if let mine = old.mapping, let theirs = new.mapping {
      let changed = theirs[id].map { mine.setting(id, to: $0) } ?? mine.removing(id)
      return setting(key, to: Node(.mapping(changed), at: old.position))
    }
    guard case .list(let mine) = old.content, case .list(let theirs) = new.content,
      case .list(let entry) = schema.field(key)?.kind
    else { return setting(key, to: new) }
    let names = EntryNames(entry)
    let mineNamed = names.of(mine)
    let theirsNamed = names.of(theirs)
    var items = mine
    let place = mineNamed.firstIndex(of: id)
    if let found = theirsNamed.firstIndex(of: id) {
      if let place { items[place] = theirs[found] } else { items.append(theirs[found]) }
    } else if let place {
      items.remove(at: place)
    }
    return setting(key, to: Node(.list(items), at: old.position))
  }
}

/// Names of the entries of a list, made different by numbers where several are alike.
private struct EntryNames {
  let schema: ObjectSchema

  init(_ schema: ObjectSchema) { self.schema = schema }

  func of(_ items: [Node]) -> [String] {
    var count: [String: Int] = [:]
    return items.enumerated().map { index, item in
      let name = schema.name(ofEntry: item.mapping, number: index + 1)
      count[name, default: 0] += 1
      return count[name] == 1 ? name : "\(name) (\(count[name] ?? 0))"
    }
  }
}

/// Walks two documents side by side along the schema.
private struct DocumentComparison {
  private let left: Side
  private let right: Side
  private let years: ClosedRange<Int>
  private(set) var found: [(path: [String], difference: ModelDifference)] = []

  private struct Side {
    let root: Mapping
    let reader: ModelReader
    let writer: TreeWriter

    init(_ document: ModelDocument) {
      root = document.root
      reader = ModelReader(root: root, log: DiagnosticLog())
      writer = TreeWriter(root: root, unlimited: "no limit")
    }

    func words(_ node: Node?, _ kind: Kind) -> String? { node.map { writer.tree($0, kind).words } }
  }

  /// Nearer than this, by their size, numbers are the same: they were written in other units.
  private static let tolerance = 1e-12

  init(_ before: ModelDocument, _ after: ModelDocument) {
    left = Side(before)
    right = Side(after)
    let (a, b) = (before.base.horizon, after.base.horizon)
    years = min(a.start, b.start)...max(a.end, b.end)
  }

  mutating func compareRoots() {
    compare(left.root.removing("tables"), right.root.removing("tables"), .object(Schema.model), [])
  }

  private mutating func add(_ path: [String], _ before: String?, _ after: String?) {
    found.append(
      (
        path,
        ModelDifference(path: path.joined(separator: "."), before: before, after: after)
      ))
  }

  private mutating func compare(_ a: Mapping, _ b: Mapping, _ kind: Kind, _ path: [String]) {
    for pair in a.pairs {
      compare(
        pair.value, b[pair.key], TreeWriter.kind(of: pair.key, in: kind, a), field(pair.key, kind),
        path + [pair.key])
    }
    for pair in b.pairs where a[pair.key] == nil {
      compare(
        nil, pair.value, TreeWriter.kind(of: pair.key, in: kind, b), field(pair.key, kind),
        path + [pair.key])
    }
    // Of classes the order says which is the more secure.
    if path == ["provenance", "classes"], a.pairs.map(\.key) != b.pairs.map(\.key),
      Set(a.pairs.map(\.key)) == Set(b.pairs.map(\.key))
    {
      add(
        path, a.pairs.map(\.key).joined(separator: ", "),
        b.pairs.map(\.key).joined(separator: ", "))
    }
  }

  private func field(_ key: String, _ kind: Kind) -> Field? {
    switch kind {
    case .object(let schema), .short(_, let schema): schema.field(key)
    default: nil
    }
  }

  private mutating func compare(
    _ a: Node?, _ b: Node?, _ kind: Kind, _ field: Field?, _ path: [String]
  ) {
    let (a, b) = (given(a), given(b))
    let (x, y) = (a ?? field?.standardNode, b ?? field?.standardNode)
    if x == nil, y == nil { return }
    switch (kind, x?.content, y?.content) {
    case (.object, .mapping(let old)?, .mapping(let new)?),
      (.entries, .mapping(let old)?, .mapping(let new)?),
      (.map, .mapping(let old)?, .mapping(let new)?),
      (.short, .mapping(let old)?, .mapping(let new)?):
      compare(old, new, kind, path)
    case (.object(let schema), .mapping(let old)?, nil) where !schema.isOptionalPart:
      compare(old, .empty, kind, path)
    case (.object(let schema), nil, .mapping(let new)?) where !schema.isOptionalPart:
      compare(.empty, new, kind, path)
    case (.list(let schema), .list(let old)?, .list(let new)?):
      compare(old, new, schema, path)
    case (.entries, .mapping(let old)?, nil), (.map, .mapping(let old)?, nil):
      compare(old, .empty, kind, path)
    case (.entries, nil, .mapping(let new)?), (.map, nil, .mapping(let new)?):
      compare(.empty, new, kind, path)
    case (.list(let schema), .list(let old)?, nil): compare(old, [], schema, path)
    case (.list(let schema), nil, .list(let new)?): compare([], new, schema, path)
    default:
      if let x, let y, isSame(x, y, kind, path) { return }
      add(path, left.words(a, kind), right.words(b, kind))
    }
  }

  /// What stands there; an empty value is none.
  private func given(_ node: Node?) -> Node? { node?.isMissing == true ? nil : node }

  private mutating func compare(
    _ old: [Node], _ new: [Node], _ schema: ObjectSchema, _ path: [String]
  ) {
    let names = EntryNames(schema)
    let mine = names.of(old)
    let theirs = names.of(new)
    for (name, node) in zip(mine, old) {
      let other = theirs.firstIndex(of: name).map { new[$0] }
      compareEntry(node, other, schema, path + [name])
    }
    for (name, node) in zip(theirs, new) where !mine.contains(name) {
      compareEntry(nil, node, schema, path + [name])
    }
  }

  private mutating func compareEntry(
    _ a: Node?, _ b: Node?, _ schema: ObjectSchema, _ path: [String]
  ) {
    if let old = a?.mapping, let new = b?.mapping {
      compare(old, new, .object(schema), path)
    } else {
      add(path, left.words(a, .object(schema)), right.words(b, .object(schema)))
    }
  }

  // MARK: Values

  private func isSame(_ a: Node, _ b: Node, _ kind: Kind, _ path: [String]) -> Bool {
    switch kind {
    case .short(let measure, _): return isSame(a, b, .quantity(measure), path)
    case .quantity, .series, .amounts, .fractions:
      if let x = left.reader.values(a, kind), let y = right.reader.values(b, kind) {
        return isSame(x, y, kind)
      }
    case .texts:
      var (x, y) = (texts(a), texts(b))
      // Objectives are in order; other lists say what is among them.
      if path.last != "objective", path.last != "extends" { (x, y) = (x.sorted(), y.sorted()) }
      return x == y
    case .flag, .count, .year:
      if let x = a.text, let y = b.text { return x.lowercased() == y.lowercased() }
    default: break
    }
    return left.words(a, kind) == right.words(b, kind)
  }

  private func texts(_ node: Node) -> [String] {
    if case .list(let items) = node.content { return items.map { $0.text ?? $0.words } }
    return [node.text ?? node.words]
  }

  private func isSame(_ x: Series, _ y: Series, _ kind: Kind) -> Bool {
    func near(_ a: Double, _ b: Double) -> Bool {
      a == b || abs(a - b) <= Self.tolerance * max(abs(a), abs(b))
    }
    switch kind {
    case .series: return years.allSatisfy { near(x.level($0), y.level($0)) }
    case .amounts: return years.allSatisfy { near(x.amount($0), y.amount($0)) }
    default:
      return x.values.count == y.values.count && zip(x.values, y.values).allSatisfy(near)
    }
  }
}
