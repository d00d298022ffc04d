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
}
