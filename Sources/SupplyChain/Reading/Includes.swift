import Foundation
import Support

/// Puts the files that `include` names into the document tree: parts of a model, and templates with parameters.
///
/// A part has the keys of a model. Its entries come before those of the file that names it, as if its text stood there;
/// an id, or a section without entries, that stands twice is an error. A template says its `parameters`, and every use of
/// it gives their values; `$(name)` stands for them in keys and values. Every node keeps the place where it was written.
final class Includes {
  private let log: DiagnosticLog
  /// The model's folder, which paths may not leave; nil: there is none.
  private let folder: String?
  /// Read files, by their real path, with their tree; nil where it could not be read.
  private var parts: [String: (number: Int, root: Mapping?)] = [:]
  /// Whether a part could not be taken: what it would hold is missing then, and need not be told.
  private(set) var isIncomplete = false
  private var uses = 0
  private var nodes = 0

  static let usesAtMost = 1000
  private static let deepest = 16
  private static let nodesAtMost = 2_000_000

  init(log: DiagnosticLog, folder: String?) {
    self.log = log
    self.folder = folder
  }

  /// The tree of a model's own file with all that it includes, and without the key `include`.
  ///
  /// - Parameter path: that of the file, so that it cannot include itself; nil for a text.
  func merged(into root: Mapping, path: String?) -> Mapping {
    if let parameters = root.pairs.first(where: { $0.key == Template.key }) {
      log.error(
        "`parameters` stands in a file that is included, not in the model's own",
        at: parameters.position,
        help:
          "write the values where they are used, or move the section to a file that `include` names"
      )
    }
    let chain = path.flatMap(FileReader.realPath).map { [$0] } ?? []
    return composed(root.removing(Template.key), directory: "", chain: chain)
  }

  /// - Parameters:
  ///   - directory: of the file, from the model's folder, empty or with a slash at its end.
  ///   - chain: the files on the way here.
  private func composed(_ root: Mapping, directory: String, chain: [String]) -> Mapping {
    guard let include = root["include"] else { return root }
    let own = root.removing("include")
    if include.isMissing { return own }
    guard case .list(let items) = include.content else {
      log.error(
        "include: this is not a list", at: include.position, found: include.words,
        expected: "a list of files, e.g. `- { file: parts/mines.yaml }`")
      isIncomplete = true
      return own
    }
    var composer = Composer(log: log)
    for item in items {
      guard let part = part(of: item, directory, chain) else {
        isIncomplete = true
        continue
      }
      composer.add(part)
    }
    composer.add(own)
    return composer.mapping
  }

  /// The tree of one item of `include`, with what it includes itself.
  private func part(of item: Node, _ directory: String, _ chain: [String]) -> Mapping? {
    guard let use = Use(item, log) else { return nil }
    uses += 1
    guard uses <= Self.usesAtMost, chain.count <= Self.deepest else {
      // Said once: each further use would only repeat it.
      if uses <= Self.usesAtMost + 1 {
        log.error(
          chain.count > Self.deepest
            ? "files include each other more than \(Self.deepest) levels deep"
            : "more than \(Self.usesAtMost) files are included", at: item.position)
      }
      return nil
    }
    guard let path = path(use, directory), let real = real(path, use) else { return nil }
    guard !chain.contains(real) else {
      log.error(
        "`\(path.escapedForDisplay(limit: 120))` includes itself", at: use.file.position,
        found: use.path, help: chain.count > 1 ? "the way: \(way(chain, to: real))" : nil)
      return nil
    }
    guard let read = read(real, path, use), let root = read.root else { return nil }
    var template = Template(root, use, log)
    guard let filled = template.filled() else { return nil }
    nodes += template.nodes
    guard nodes <= Self.nodesAtMost else {
      log.error(
        "the included files hold more than \(Self.nodesAtMost) values", at: item.position)
      return nil
    }
    let inner = String(
      path.prefix(upTo: path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex))
    let moved = TablePaths.moved(filled, to: inner)
    return composed(checked(moved), directory: inner, chain: chain + [real])
  }

  /// Without the version, which must be that of the model.
  private func checked(_ root: Mapping) -> Mapping {
    if let version = root["lodestone"], version.text != Schema.formatVersion {
      log.error(
        "this part is of another version of the format", at: version.position,
        found: version.words, expected: Schema.formatVersion)
    }
    return root.removing("lodestone")
  }

  private func way(_ chain: [String], to real: String) -> String {
    let start = chain.firstIndex(of: real) ?? 0
    return (chain[start...] + [real]).map { PathText.name(of: $0) }
      .joined(separator: " → ")
  }

  // MARK: Files

  /// The path from the model's folder, where it does not leave that.
  private func path(_ use: Use, _ directory: String) -> String? {
    guard folder != nil else {
      log.error(
        "`\(use.shown)` cannot be read: the model is not in a folder", at: use.file.position,
        found: use.path)
      return nil
    }
    guard !use.path.hasPrefix("/"), !use.path.split(separator: "/").contains("..") else {
      log.error(
        "`\(use.shown)` is outside the model's folder", at: use.file.position, found: use.path,
        expected: "a path from the folder of this file downwards",
        help: "move the file below this one")
      return nil
    }
    return directory + use.path
  }

  private func real(_ path: String, _ use: Use) -> String? {
    guard let folder, let base = FileReader.realPath(folder) else {
      log.error(
        "`\(use.shown)` cannot be read: the model's folder is not there", at: use.file.position,
        found: use.path)
      return nil
    }
    let inside = base.hasSuffix("/") ? base : base + "/"
    guard let real = FileReader.realPath(inside + path) else {
      log.error(
        "`\(use.shown)`: there is no such file", at: use.file.position, found: use.path,
        help: Self.there(inside, path))
      return nil
    }
    guard real.hasPrefix(inside) else {
      log.error(
        "`\(use.shown)` is a link out of the model's folder", at: use.file.position,
        found: use.path,
        expected: "a file inside the folder of the model")
      return nil
    }
    return real
  }

  /// The file that may be meant, or those that are in the folder.
  private static func there(_ folder: String, _ path: String) -> String? {
    let inner = PathText.folder(of: path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + inner)) ?? []
    let files = names.filter {
      $0.lowercased().hasSuffix(".yaml") || $0.lowercased().hasSuffix(".yml")
    }
    .sorted().map { PathText.joined(inner, $0) }
    if let nearest = Spelling.nearest(to: path, in: files) { return "did you mean `\(nearest)`?" }
    if files.isEmpty { return "there is no YAML file there" }
    let more = files.count > 8 ? " and \(files.count - 8) more" : ""
    return "there are " + files.prefix(8).joined(separator: ", ") + more
  }

  private func read(_ real: String, _ path: String, _ use: Use) -> (number: Int, root: Mapping?)? {
    if let known = parts[real] { return known }
    var bytes: [UInt8]
    do throws(FileReader.Problem) {
      bytes = try FileReader.bytes(path: real, followsLink: false)
    } catch {
      log.error(
        "`\(use.shown)` \(error.message)", at: use.file.position, found: use.path,
        help: error.suggestion)
      return nil
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    let folder = folder ?? "."
    let name = folder == "." ? path : PathText.joined(folder, path)
    guard let number = log.add(SourceFile(name: name, bytes: bytes)) else {
      log.error("there are too many files", at: use.file.position)
      return nil
    }
    let node = YAMLDocument.read(bytes, file: number, log: log)
    var root = node?.mapping
    if root == nil, let node, !node.isMissing {
      log.error(
        "the file is not a part of a model", at: node.position, found: node.words,
        expected: "keys of a model and what stands below them")
    } else if node == nil || node?.isMissing == true, !log.hasErrors {
      root = nil
      log.error("the file is empty", file: name)
    }
    let result = (number: number, root: root)
    parts[real] = result
    return result
  }
}

/// One item of `include`: a file, and values for its parameters.
struct Use {
  let file: Node
  let path: String
  let values: Mapping
  let position: Position

  /// Nil after an error.
  init?(_ item: Node, _ log: DiagnosticLog) {
    guard let mapping = item.mapping else {
      log.error(
        "include: each item names a file", at: item.position, found: item.words,
        expected: "`file` and, for a template, `with`: `{ file: mine.yaml, with: { id: north } }`",
        help: item.text.map { "write `- { file: \($0.escapedForDisplay(limit: 80)) }`" })
      return nil
    }
    for pair in mapping.pairs where Schema.include.field(pair.key) == nil {
      let nearest = Spelling.nearest(to: pair.key, in: Schema.include.fields.map(\.key))
      log.error(
        "unknown key `\(pair.key.escapedForDisplay(limit: 80))` in include", at: pair.position,
        expected: "`file` and `with`", help: nearest.map { "did you mean `\($0)`?" })
    }
    guard let file = mapping["file"], let path = file.text, !file.isMissing, !path.isEmpty else {
      log.error(
        "include: the file is missing", at: mapping["file"]?.position ?? item.position,
        found: mapping["file"]?.words, expected: "a path, e.g. `file: parts/mines.yaml`")
      return nil
    }
    let values = mapping["with"]
    if let values, values.mapping == nil, !values.isMissing {
      log.error(
        "include: `with` gives parameters their values", at: values.position, found: values.words,
        expected: "keys and values, e.g. `with: { id: north }`")
      return nil
    }
    self.file = file
    self.path = path
    self.values = values?.mapping ?? .empty
    position = item.position
  }

  var shown: String { path.escapedForDisplay(limit: 120) }
}

/// Tables that a part names, by their paths from the model's folder.
enum TablePaths {
  static func moved(_ root: Mapping, to directory: String) -> Mapping {
    if directory.isEmpty { return root }
    var root = root
    if let tables = root["tables"], let sections = tables.mapping {
      let pairs = sections.pairs.map { pair in
        Mapping.Pair(
          key: pair.key, position: pair.position, value: moved(pair.value, to: directory))
      }
      root = root.setting("tables", to: Node(.mapping(Mapping(pairs)), at: tables.position))
    }
    guard let section = root["scenarios"], let scenarios = section.mapping else { return root }
    let pairs = scenarios.pairs.map { pair in
      guard let scenario = pair.value.mapping, let table = scenario["table"] else { return pair }
      let changed = scenario.setting("table", to: moved(table, to: directory))
      return Mapping.Pair(
        key: pair.key, position: pair.position,
        value: Node(.mapping(changed), at: pair.value.position))
    }
    return root.setting("scenarios", to: Node(.mapping(Mapping(pairs)), at: section.position))
  }

  private static func moved(_ node: Node, to directory: String) -> Node {
    switch node.content {
    case .list(let items):
      return Node(.list(items.map { moved($0, to: directory) }), at: node.position)
    case .plain(let text) where !node.isMissing:
      return Node(.plain(directory + text), at: node.position)
    case .quoted(let text): return Node(.quoted(directory + text), at: node.position)
    default: return node
    }
  }
}
