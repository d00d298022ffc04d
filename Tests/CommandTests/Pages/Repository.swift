import Foundation

/// The text files of the repository, for tests that read them.
enum Repository {
  static let root = Program.repository

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  /// Paths of the files below some folders whose names end in one of `endings`, sorted.
  static func files(below folders: [String], endings: [String]) -> [String] {
    folders.flatMap { folder -> [String] in
      let base = root.appendingPathComponent(folder)
      let walk = FileManager.default.enumerator(atPath: base.path)
      let names = walk?.compactMap { $0 as? String } ?? []
      return names.filter { name in endings.contains { name.hasSuffix($0) } }
        .map { "\(folder)/\($0)" }
    }.sorted()
  }

  /// The pages that people read: those of the root, `Docs`, the models and the libraries' catalogues.
  static let pages: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    let top = names.filter { $0.hasSuffix(".md") }
    return (top + files(below: ["Docs", "Models", "Sources", ".github"], endings: [".md"])).sorted()
  }()

  static let sources = files(below: ["Sources"], endings: [".swift"])
}
