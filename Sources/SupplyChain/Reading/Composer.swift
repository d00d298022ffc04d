/// Puts the sections of several files together: entries by id, lists one after the other, all else once.
struct Composer {
  private let log: DiagnosticLog
  private var order: [String] = []
  private var sections: [String: Section] = [:]

  private struct Section {
    var position: Position
    var value: Node
    /// Entries by id, with the places where they stand.
    var pairs: [Mapping.Pair] = []
    var places: [String: Position] = [:]
    var items: [Node] = []
  }

  /// How a section is put together.
  private enum Way { case entries, list, once }

  init(log: DiagnosticLog) { self.log = log }

  private static func way(_ key: String) -> Way {
    if key == "tables" { return .entries }
    switch Schema.model.field(key)?.kind {
    case .entries: return .entries
    case .list: return .list
    default: return .once
    }
  }

  /// Adds a file's keys after those of the files before it. An entry or a section that is there already is an error.
  mutating func add(_ root: Mapping) {
    for pair in root.pairs {
      let way = Self.way(pair.key)
      guard var section = sections[pair.key] else {
        order.append(pair.key)
        var new = Section(position: pair.position, value: pair.value)
        take(pair, way, &new)
        sections[pair.key] = new
        continue
      }
      if pair.value.isMissing, way != .once { continue }
      let isShaped: Bool
      switch way {
      case .entries:
        isShaped =
          pair.value.mapping != nil && (section.value.mapping != nil || section.value.isMissing)
      case .list:
        if case .list = pair.value.content { isShaped = true } else { isShaped = false }
      case .once: isShaped = false
      }
      if isShaped {
        take(pair, way, &section)
        if section.value.isMissing { section.value = pair.value }
      } else {
        let line = log.words(for: section.position, seenFrom: pair.position)
        log.error(
          "`\(pair.key.escapedForDisplay(limit: 80))` stands in two files, first on \(line)",
          at: pair.position, help: "keep one of the two")
      }
      sections[pair.key] = section
    }
  }

  private mutating func take(_ pair: Mapping.Pair, _ way: Way, _ section: inout Section) {
    switch way {
    case .entries:
      for entry in pair.value.mapping?.pairs ?? [] {
        if pair.key == "tables",
          let known = section.pairs.firstIndex(where: { $0.key == entry.key })
        {
          section.pairs[known].value = Self.joined(section.pairs[known].value, entry.value)
          continue
        }
        if let first = section.places[entry.key] {
          let line = log.words(for: first, seenFrom: entry.position)
          log.error(
            "duplicate id `\(entry.key.escapedForDisplay(limit: 80))`, first on \(line)",
            at: entry.position, help: "keep one of the two")
          continue
        }
        section.places[entry.key] = entry.position
        section.pairs.append(entry)
      }
    case .list:
      if case .list(let items) = pair.value.content { section.items += items }
    case .once: break
    }
  }

  /// The paths of both.
  private static func joined(_ first: Node, _ second: Node) -> Node {
    func items(_ node: Node) -> [Node] {
      if case .list(let items) = node.content { return items }
      return [node]
    }
    return Node(.list(items(first) + items(second)), at: first.position)
  }

  /// All sections, in the order of the format; keys that it has not come last.
  var mapping: Mapping {
    let fields = Schema.model.fields.map(\.key)
    let known = Set(fields)
    let keys = fields.filter { sections[$0] != nil } + order.filter { !known.contains($0) }
    return Mapping(
      keys.compactMap { key in
        guard let section = sections[key] else { return nil }
        var value = section.value
        switch Self.way(key) {
        case .entries where value.mapping != nil:
          value = Node(.mapping(Mapping(section.pairs)), at: value.position)
        case .list:
          if case .list = value.content { value = Node(.list(section.items), at: value.position) }
        default: break
        }
        return Mapping.Pair(key: key, position: section.position, value: value)
      })
  }
}
