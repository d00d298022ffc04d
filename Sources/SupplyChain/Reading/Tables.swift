import Foundation
import Support

/// Merges the CSV files that `tables` names into the document tree.
struct Tables {
  let log: DiagnosticLog
  /// The model's folder, which paths may not leave; nil: there is none.
  let folder: String?

  /// The sections whose entries may stand in tables.
  static let sections = Schema.model.fields.filter { field in
    switch field.kind {
    case .entries(let schema): schema !== Schema.scenario
    case .list(let schema): schema !== Schema.include
    default: false
    }
  }.map(\.key)

  /// The tree with the tables of its sections and of its scenarios.
  func merged(into root: Mapping) -> Mapping { withScenarioTables(withSections(root)) }

  private func withSections(_ root: Mapping) -> Mapping {
    guard let tables = root["tables"]?.mapping else { return root }
    var root = root
    var count = 0
    for pair in tables.pairs {
      guard Self.sections.contains(pair.key) else {
        let nearest = Spelling.nearest(to: pair.key, in: Self.sections)
        log.error(
          "there is no table for `\(pair.key.escapedForDisplay(limit: 80))`", at: pair.position,
          expected: "one of " + Self.sections.joined(separator: ", "),
          help: nearest.map { "did you mean `\($0)`?" })
        continue
      }
      for node in paths(pair.value) {
        count += 1
        guard count <= 1000 else {
          log.error("there are more than 1000 tables", at: node.position)
          return root
        }
        guard let text = node.text, let number = file(text, node.position) else { continue }
        root = merge(number, pair.key, into: root, at: node.position)
      }
    }
    return root
  }

  /// Every scenario with the values of its tables as changes after its own.
  private func withScenarioTables(_ root: Mapping) -> Mapping {
    guard let section = root["scenarios"], let scenarios = section.mapping else { return root }
    var pairs = scenarios.pairs
    var count = 0
    for index in pairs.indices {
      guard let scenario = pairs[index].value.mapping, let table = scenario["table"] else {
        continue
      }
      var items: [Node] = []
      if case .list(let list) = scenario["changes"]?.content { items = list }
      for node in paths(table) {
        count += 1
        guard count <= 1000 else {
          log.error("there are more than 1000 tables", at: node.position)
          return root
        }
        guard let text = node.text, let number = file(text, node.position) else { continue }
        items += SettingTable(log: log, file: number).changes
      }
      pairs[index].value = Node(
        .mapping(
          scenario.removing("table").setting("changes", to: Node(.list(items), at: table.position))),
        at: pairs[index].value.position)
    }
    return root.setting("scenarios", to: Node(.mapping(Mapping(pairs)), at: section.position))
  }

  private func paths(_ node: Node) -> [Node] {
    if case .list(let items) = node.content { return items.filter { check($0) } }
    return check(node) ? [node] : []
  }

  private func check(_ node: Node) -> Bool {
    if node.text != nil && !node.isMissing { return true }
    log.error(
      "a table is named by its file", at: node.position, found: node.words,
      expected: "a path (e.g. `facilities.csv`)")
    return false
  }

  // MARK: Files

  /// The table that may be meant, or those that are in the folder.
  private static func there(_ folder: String, _ path: String) -> String? {
    let inner = PathText.folder(of: path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + inner)) ?? []
    let tables = names.filter { $0.lowercased().hasSuffix(".csv") }.sorted()
      .map { PathText.joined(inner, $0) }
    if let nearest = Spelling.nearest(to: path, in: tables) { return "did you mean `\(nearest)`?" }
    if tables.isEmpty { return "there is no CSV file there" }
    let more = tables.count > 8 ? " and \(tables.count - 8) more" : ""
    return "there are " + tables.prefix(8).joined(separator: ", ") + more
  }

  /// The number of the file at a path inside the model's folder.
  private func file(_ path: String, _ position: Position) -> Int? {
    let shown = "table `\(path.escapedForDisplay(limit: 120))`"
    guard let folder, let base = FileReader.realPath(folder) else {
      log.error(
        "\(shown) cannot be read: the model is not in a folder", at: position, found: path)
      return nil
    }
    let inside = base.hasSuffix("/") ? base : base + "/"
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
      log.error(
        "\(shown) is outside the model's folder", at: position, found: path,
        expected: "a path inside the folder of the model", help: "move the file beside the model")
      return nil
    }
    guard let real = FileReader.realPath(inside + path) else {
      log.error(
        "\(shown): there is no such file", at: position, found: path, help: Self.there(inside, path)
      )
      return nil
    }
    guard real == base || real.hasPrefix(inside) else {
      log.error(
        "\(shown) is a link out of the model's folder", at: position, found: path,
        expected: "a file inside the folder of the model")
      return nil
    }
    do throws(FileReader.Problem) {
      var bytes = try FileReader.bytes(path: real, followsLink: false)
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
      let name = folder == "." ? path : PathText.joined(folder, path)
      return log.add(SourceFile(name: name, bytes: bytes))
    } catch {
      log.error("\(shown) \(error.message)", at: position, found: path, help: error.suggestion)
      return nil
    }
  }

  // MARK: Merging

  private func merge(_ file: Int, _ section: String, into root: Mapping, at position: Position)
    -> Mapping
  {
    guard let field = Schema.model.field(section) else { return root }
    var reader = TableReader(log: log, file: file, section: section)
    switch field.kind {
    case .entries(let schema):
      let rows = reader.rows(schema, hasID: true)
      var pairs = root[section]?.mapping?.pairs ?? []
      var places: [String: Position] = [:]
      for pair in pairs { places[pair.key] = pair.position }
      for row in rows {
        if let first = places[row.key] {
          let line = log.words(for: first, seenFrom: row.position)
          log.error(
            "duplicate id `\(row.key.escapedForDisplay(limit: 80))`, first on \(line)",
            at: row.position, help: "keep one of the two")
          continue
        }
        places[row.key] = row.position
        pairs.append(row)
      }
      return root.setting(section, to: Node(.mapping(Mapping(pairs)), at: position))
    case .list(let schema):
      let rows = reader.rows(schema, hasID: false)
      var items: [Node] = []
      if case .list(let list) = root[section]?.content { items = list }
      return root.setting(section, to: Node(.list(items + rows.map(\.value)), at: position))
    default:
      return root
    }
  }
}
