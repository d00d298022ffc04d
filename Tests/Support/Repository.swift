import Foundation

/// The files of this repository, wherever a test stands in it.
public enum Repository {
  public static let url = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The full path of a file: `Models/tutorial.yaml`.
  public static func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  public static func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name))
  }

  /// The models whose answers an independent implementation pinned; see Tests/Reference.
  public static let corpus = "Tests/Reference/corpus"

  /// The path of a model of the corpus: `year-grants`.
  public static func corpus(_ name: String) -> String { path("\(corpus)/\(name).yaml") }

  /// The names of the models of the corpus, in order.
  public static let corpusNames: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path(corpus))) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }()

  public static func text(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  /// Paths of the files below some folders whose names end in one of `endings`, sorted.
  public static func files(below folders: [String], endings: [String]) -> [String] {
    folders.flatMap { folder -> [String] in
      let names = FileManager.default.enumerator(atPath: path(folder))?.compactMap { $0 as? String }
      return (names ?? []).filter { name in endings.contains { name.hasSuffix($0) } }
        .map { "\(folder)/\($0)" }
    }.sorted()
  }

  /// The pages that people read: those of the root, `Docs`, the models and the libraries' catalogues.
  public static let pages: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    let top = names.filter { $0.hasSuffix(".md") }
    return (top + files(below: ["Docs", "Models", "Sources", ".github"], endings: [".md"])).sorted()
  }()

  public static let sources = files(below: ["Sources"], endings: [".swift"])
}
