/// A value of a model and the path at which a setting would change it.
public struct ModelValue: Sendable, Equatable {
  public var path: String
  public var value: ModelTree
}

extension ModelDocument {
  /// The values at a path as settings write it (`funds.*.appropriations`, `facilities.*[stage=mine].opex`), of the model
  /// under scenarios, settings and a budget scale. Entries that lack a key further along the path are left out.
  ///
  /// - Throws: what `model(scenarios:settings:budgetScale:)` throws, and where the path matches nothing.
  public func values(
    at path: String, scenarios ids: [String] = [],
    settings: [(path: String, value: String)] = [], budgetScale: Double = 1
  ) throws(ModelErrors) -> [ModelValue] {
    let model = try model(scenarios: ids, settings: settings, budgetScale: budgetScale)
    let tree = try tree(scenarios: ids, settings: settings, budgetScale: budgetScale)
    let parsed: ChangePath
    do throws(ChangePath.Problem) { parsed = try ChangePath(path) } catch {
      throw wrong(path, error.message, expected: nil, help: error.help)
    }
    var walk = ValueWalk(parsed, model)
    walk.visit(tree, at: [])
    if walk.found.isEmpty {
      let name = walk.last.map(\.text) ?? ""
      throw wrong(
        path, "nothing in the model is called `\(name.escapedForDisplay(limit: 80))` here",
        expected: walk.candidates.isEmpty
          ? nil
          : "one of " + walk.candidates.prefix(20).joined(separator: ", ")
            + (walk.candidates.count > 20 ? ", …" : ""),
        help: Spelling.nearest(to: name, in: walk.candidates).map { "did you mean `\($0)`?" })
    }
    return walk.found
  }

  private func wrong(
    _ path: String, _ message: String, expected: String?, help: String?
  ) -> ModelErrors {
    ModelErrors(diagnostics: [
      Diagnostic(
        message: message, file: fileNames.first ?? "", line: 0, column: 0, found: path,
        expected: expected, suggestion: help)
    ])
  }
}

/// Walks a tree along a path.
private struct ValueWalk {
  private let path: ChangePath
  private let facilities: [String: Facility]
  var found: [ModelValue] = []
  /// The deepest part of the path that was looked for, and the keys among which it was.
  var last: Pattern?
  var candidates: [String] = []
  private var deepest = -1

  init(_ path: ChangePath, _ model: Model) {
    self.path = path
    facilities = Dictionary(
      model.facilities.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func visit(_ tree: ModelTree, at trail: [String]) {
    guard trail.count < path.segments.count else {
      found.append(ModelValue(path: trail.joined(separator: "."), value: tree))
      return
    }
    let segment = path.segments[trail.count]
    let keys: [ModelTree.Key] = if case .keys(let keys) = tree { keys } else { [] }
    if trail.count > deepest {
      deepest = trail.count
      last = segment.name
      candidates = keys.map(\.name)
    }
    for key in keys where admits(segment, key.name, trail) {
      visit(key.value, at: trail + [key.name])
    }
  }

  private func admits(_ segment: ChangePath.Segment, _ name: String, _ trail: [String]) -> Bool {
    if trail == ["facilities"], let facility = facilities[name] { return segment.admits(facility) }
    return segment.filters.isEmpty && segment.name.matches(name)
  }
}
