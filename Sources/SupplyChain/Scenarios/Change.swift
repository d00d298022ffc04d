/// One change of a scenario, or of a setting from the command line.
struct Change: Sendable {
  enum Action: Sendable {
    case set(Node)
    case scale(Double)
    /// The quantity to add, read once the dimension is known.
    case shift(Node)
    case remove
  }
  var action: Action
  var path: ChangePath
  var from: Int?
  var until: Int?
  /// Of the path.
  var position: Position
  /// Of the new value.
  var valuePosition: Position

  var hasWindow: Bool { from != nil || until != nil }

  /// The same, with its years moved.
  func shifted(by years: Int) -> Change {
    var result = self
    result.from = from.map { $0 + years }
    result.until = until.map { $0 + years }
    return result
  }

  /// Whether the years that it changes are all outside a horizon.
  func isOutside(_ horizon: Horizon) -> Bool {
    (from.map { $0 > horizon.end } ?? false) || (until.map { $0 < horizon.start } ?? false)
  }
}

/// A scenario whose changes have been read.
struct Scenario: Sendable {
  var id: String
  var extends: [(id: String, position: Position)]
  var changes: [Change]
}

/// Reads the scenarios of a model.
struct ScenarioReader {
  let reader: ModelReader
  private var log: DiagnosticLog { reader.log }

  init(reader: ModelReader) { self.reader = reader }

  func scenarios(_ node: Node?) -> [Scenario] {
    guard let pairs = node?.mapping?.pairs else { return [] }
    let known = Dictionary(
      pairs.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    var scenarios: [Scenario] = []
    for pair in pairs {
      if pair.key == "base" {
        log.error(
          "a scenario may not be called `base`", at: pair.position,
          help: "`base` is the model unchanged; choose another id")
      }
      let entry = Entry(
        reader, Schema.scenario, pair.value.mapping ?? .empty, at: pair.position,
        section: "scenarios", id: pair.key)
      _ = entry.name()
      if let node = entry["description"], !node.isMissing {
        _ = reader.text(node, entry.path + ".description")
      }
      var extends: [(id: String, position: Position)] = []
      for (id, position) in entry.texts("extends") ?? [] where id != "base" {
        if known[id] != nil {
          extends.append((id, position))
        } else {
          log.error(
            "\(entry.path).extends: there is no scenario `\(id.escapedForDisplay(limit: 80))`",
            at: position, found: id, expected: "a scenario that the model defines",
            help: Spelling.nearest(to: id, in: pairs.map(\.key)).map { "did you mean `\($0)`?" })
        }
      }
      let scenario = Scenario(id: pair.key, extends: extends, changes: changes(entry))
      if scenario.changes.isEmpty, scenario.extends.isEmpty {
        log.warning("scenario \(pair.key) changes nothing", at: pair.position)
      }
      scenarios.append(scenario)
    }
    checkCycles(scenarios, known)
    return scenarios
  }

  private func changes(_ entry: Entry) -> [Change] {
    guard let node = entry["changes"], case .list(let items) = node.content else { return [] }
    return items.enumerated().compactMap { index, item in
      guard let mapping = item.mapping else { return nil }
      return change(
        Entry(
          reader, Schema.change, mapping, at: item.position,
          section: "\(entry.path).changes[\(index + 1)]"))
    }
  }

  private func change(_ entry: Entry) -> Change? {
    let verbs = ["set", "scale", "shift", "remove"].filter { entry[$0] != nil }
    guard verbs.count == 1, let pathNode = entry[verbs[0]] else {
      log.error(
        "\(entry.path) needs one verb", at: entry.position,
        found: verbs.isEmpty ? "none" : verbs.joined(separator: ", "),
        expected: "one of set, scale, shift, remove")
      return nil
    }
    let verb = verbs[0]
    let from = entry.year("from")
    let until = entry.year("until")
    let action = action(verb, entry)
    guard let text = reader.text(pathNode, "\(entry.path).\(verb)", expected: "a path") else {
      return nil
    }
    do throws(ChangePath.Problem) {
      let path = try ChangePath(text)
      guard let action else { return nil }
      if let from, let until, until < from {
        log.error(
          "\(entry.path) ends before it begins", at: entry["until"]?.position ?? entry.position,
          found: "\(from) to \(until)", expected: "`until` of \(from) or later")
        return nil
      }
      let value = entry["to"] ?? entry["by"]
      return Change(
        action: action, path: path, from: from, until: until, position: pathNode.position,
        valuePosition: value?.position ?? pathNode.position)
    } catch {
      log.error(
        "\(entry.path): \(error.message)", at: pathNode.position, found: text, help: error.help)
      return nil
    }
  }

  /// A bare factor from here on was probably meant in per cent.
  static let largestUsualFactor = 20.0

  private func action(_ verb: String, _ entry: Entry) -> Change.Action? {
    let wanted = ["set": "to", "scale": "by", "shift": "by"][verb]
    for key in ["to", "by"] where key != wanted {
      guard let node = entry[key] else { continue }
      log.error(
        "\(entry.path): `\(verb)` takes no `\(key)`", at: node.position,
        help: wanted.map { "write `\($0)`" } ?? "remove it")
      if wanted != nil { return nil }
    }
    if verb == "remove" {
      guard let node = entry["from"] ?? entry["until"] else { return .remove }
      log.error(
        "\(entry.path): `remove` takes no years", at: node.position,
        help: "set the value for those years instead")
      return nil
    }
    guard let wanted else { return nil }
    guard let node = entry[wanted] else {
      let examples = ["set": "20 kt/yr", "scale": "0.5", "shift": "2 years"]
      log.error(
        "\(entry.path) lacks `\(wanted)`", at: entry.position,
        expected: "e.g. `\(wanted): \(examples[verb] ?? "1")`")
      return nil
    }
    switch verb {
    case "set": return .set(node)
    case "scale":
      for (value, position) in reader.bareNumbers(node) where value >= Self.largestUsualFactor {
        log.warning(
          "\(entry.path) multiplies by \(value.plain)", at: position,
          help: "did you mean `\(value.plain)%`?")
      }
      return reader.quantity(node, .number, "\(entry.path).by").map { .scale($0) }
    default: return .shift(node)
    }
  }

  /// Scenarios that extend each other in a circle.
  private func checkCycles(_ scenarios: [Scenario], _ known: [String: Int]) {
    var state = [UInt8](repeating: 0, count: scenarios.count)
    for start in scenarios.indices where state[start] == 0 {
      var path: [(scenario: Int, next: Int)] = [(start, 0)]
      state[start] = 1
      while let (scenario, next) = path.last {
        guard next < scenarios[scenario].extends.count else {
          state[scenario] = 2
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let (id, position) = scenarios[scenario].extends[next]
        guard let target = known[id] else { continue }
        if state[target] == 0 {
          state[target] = 1
          path.append((target, 0))
        } else if state[target] == 1,
          let first = path.firstIndex(where: { $0.scenario == target })
        {
          var ids = path[first...].map { scenarios[$0.scenario].id } + [id]
          if ids.count > 8 { ids = Array(ids.prefix(4)) + ["…"] + Array(ids.suffix(2)) }
          log.error(
            "scenarios extend each other in a circle: " + ids.joined(separator: " → "),
            at: position, help: "remove one of the `extends`")
        }
      }
    }
  }
}
