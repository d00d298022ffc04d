import Foundation
import Reporting
import SupplyChain

/// Where a model is read from: a file, or a text with a folder for its tables.
struct ModelSource {
  private enum Source {
    case file(String)
    case text(String, file: String, folder: String?)
  }
  private let source: Source

  /// - Parameter folder: no path leaves it; nil: any path.
  init(_ parameters: inout Parameters, folder: String?) throws {
    let path = try parameters.text("path")
    let text = try parameters.text("text")
    let file = try parameters.text("file")
    let directory = try parameters.text("directory")
    switch (path, text) {
    case (let path?, nil):
      guard file == nil, directory == nil else {
        throw SessionError.parameter(
          file == nil ? "directory" : "file", "belongs to `text`; leave it out with `path`")
      }
      source = .file(try ModelSource.checked(path, "path", within: folder))
    case (nil, let text?):
      source = .text(
        text, file: file ?? "model.yaml",
        folder: try directory.map { try ModelSource.checked($0, "directory", within: folder) })
    case (nil, nil):
      throw SessionError.parameter("path", "is missing", expected: "`path`, or `text`")
    case (_?, _?):
      throw SessionError.parameter("text", "and `path`: choose one of them")
    }
  }

  func read() throws -> (document: ModelDocument, path: String?) {
    switch source {
    case .file(let path): (try ModelDocument.read(path: path), path)
    case .text(let text, let file, let folder):
      (try ModelDocument.read(text: text, file: file, folder: folder), nil)
    }
  }

  /// The path, taken from the folder where it is relative and there is one.
  private static func checked(
    _ path: String, _ name: String, within folder: String?
  ) throws -> String {
    guard !path.utf8.contains(0) else {
      throw SessionError.parameter(name, "is not a path")
    }
    guard let folder else { return path }
    let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().standardizedFileURL.path
    let full = path.hasPrefix("/") ? path : root + "/" + path
    let resolved = URL(fileURLWithPath: full).resolvingSymlinksInPath().standardizedFileURL.path
    guard resolved == root || resolved.hasPrefix(root + "/") else {
      throw SessionError.parameter(
        name, "leaves the folder of the session", expected: "a path in its folder",
        found: .string(path))
    }
    return resolved
  }
}
