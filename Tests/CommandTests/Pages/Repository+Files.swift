import Foundation
import TestSupport

/// The text files of the repository, for tests that read them.
extension Repository {
  static func text(_ path: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(path), encoding: .utf8)
  }

  /// Paths of the files below some folders whose names end in one of `endings`, sorted.
  static func files(below folders: [String], endings: [String]) -> [String] {
    folders.flatMap { folder -> [String] in
      let base = url.appendingPathComponent(folder)
      let walk = FileManager.default.enumerator(atPath: base.path)
      let names = walk?.compactMap { $0 as? String } ?? []
      return names.filter { name in endings.contains { name.hasSuffix($0) } }
        .map { "\(folder)/\($0)" }
    }.sorted()
  }

  /// The pages that people read: those of the root, `Docs`, the models and the libraries' catalogues.
  static let pages: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    let top = names.filter { $0.hasSuffix(".md") }
    return (top + files(below: ["Docs", "Models", "Sources", ".github"], endings: [".md"])).sorted()
  }()

  static let sources = files(below: ["Sources"], endings: [".swift"])
}
