/// One place where a model under changes differs from the model unchanged.
public struct ModelDifference: Sendable, Equatable {
  /// As a change writes it: `imports.cn_magnets.limit`.
  public var path: String
  /// What stood there, with its unit; nil where nothing did.
  public var before: String?
  /// What stands there now; nil where it was removed.
  public var after: String?

  public init(path: String, before: String?, after: String?) {
    self.path = path
    self.before = before
    self.after = after
  }
}

extension ModelDocument {
  /// What scenarios, settings and a budget scale change, in file order: values, added keys, removed entries.
  ///
  /// - Throws: what `model(scenarios:settings:budgetScale:)` throws.
  public func differences(
    scenarios ids: [String] = [], settings: [(path: String, value: String)] = [],
    budgetScale: Double = 1
  ) throws(ModelErrors) -> [ModelDifference] {
    let changed = try effectiveRoot(ids, settings, budgetScale)
    var comparison = TreeComparison(before: root, after: changed)
    comparison.compare(root, changed, .object(Schema.model), at: [])
    return comparison.differences
  }
}

/// Walks two trees side by side; what they share is skipped without a look.
struct TreeComparison {
  private let before: TreeWriter
  private let after: TreeWriter
  private(set) var differences: [ModelDifference] = []
  private static let unlimited = "no limit"

  /// Whether anything is written otherwise in the second of two trees.
  static func differ(_ before: Mapping, _ after: Mapping) -> Bool {
    var comparison = TreeComparison(before: before, after: after)
    comparison.compare(before, after, .object(Schema.model), at: [])
    return !comparison.differences.isEmpty
  }

  init(before: Mapping, after: Mapping) {
    self.before = TreeWriter(root: before, unlimited: Self.unlimited)
    self.after = TreeWriter(root: after, unlimited: Self.unlimited)
  }

  mutating func compare(_ old: Mapping, _ new: Mapping, _ kind: Kind, at path: [String]) {
    if old === new { return }
    for pair in old.pairs {
      let inner = TreeWriter.kind(of: pair.key, in: kind, old)
      compare(pair.value, new[pair.key], inner, at: path + [pair.key])
    }
    for pair in new.pairs where old[pair.key] == nil {
      let inner = TreeWriter.kind(of: pair.key, in: kind, new)
      compare(nil, pair.value, inner, at: path + [pair.key])
    }
  }

  private mutating func compare(_ old: Node?, _ new: Node?, _ kind: Kind, at path: [String]) {
    switch (old?.content, new?.content) {
    case (.mapping(let left), .mapping(let right)) where TreeComparison.hasParts(kind):
      compare(left, right, kind, at: path)
      return
    case (.list(let left), .list(let right)):
      if case .list(let schema) = kind {
        compareEntries(left, right, schema, at: path)
        return
      }
    default: break
    }
    let words = (
      old.map { before.tree($0, kind).words }, new.map { after.tree($0, kind).words }
    )
    // A limit that is lifted in every year is one that is not given.
    guard words.0 != words.1, words.0 != nil || words.1 != Self.unlimited else { return }
    differences.append(
      ModelDifference(path: path.joined(separator: "."), before: words.0, after: words.1))
  }

  /// Series are compared whole.
  private static func hasParts(_ kind: Kind) -> Bool {
    switch kind {
    case .object, .entries, .map: true
    default: false
    }
  }

  /// Limits and awards, by what they go by.
  private mutating func compareEntries(
    _ old: [Node], _ new: [Node], _ schema: ObjectSchema, at path: [String]
  ) {
    func name(_ node: Node, _ index: Int) -> String {
      schema.name(ofEntry: node.mapping, number: index + 1)
    }
    // A change keeps the order of a list, so what is not found further on was removed.
    var next = 0
    for (index, node) in old.enumerated() {
      let title = name(node, index)
      let found = (next..<new.count).first {
        name(new[$0], $0) == title || new[$0].position == node.position
      }
      if let found {
        compare(node, new[found], .object(schema), at: path + [title])
        next = found + 1
      } else {
        compare(node, nil, .object(schema), at: path + [title])
      }
    }
  }
}

extension ModelTree {
  /// On one line, as people write it.
  var words: String {
    switch self {
    case .plain(let text), .quoted(let text): text
    case .list(let items): "[" + items.map(\.words).joined(separator: ", ") + "]"
    case .keys(let keys):
      keys.isEmpty
        ? "{}"
        : "{ " + keys.map { "\($0.name): \($0.value.words)" }.joined(separator: ", ") + " }"
    }
  }
}
