import Analysis
import Foundation
import Reporting
import Support

/// Two results to compare: files in JSON, or folders of them.
struct ResultPair {
  enum Kind {
    case model, file, folder
  }

  private let before: String
  private let after: String

  init(_ before: String, _ after: String) {
    self.before = before
    self.after = after
  }

  /// What stands at a path: JSON begins with a bracket; a model does not.
  static func kind(_ path: String) throws -> Kind {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      return .folder
    }
    if !path.hasSuffix(".json") { return .model }
    return .file
  }

  private static let largest = 1 << 30

  private static func bytes(_ path: String) throws -> [UInt8] {
    do throws(FileProblem) {
      return try fileBytes(path, atMost: largest)
    } catch {
      Terminal.writeError("lodestone: \(printable(path)): the file cannot be read: \(error)\n")
      throw Ending.modelIsWrong
    }
  }

  func files(tolerance: Double) throws -> [ResultDifferenceReport.File] {
    guard try Self.kind(before) == .folder, try Self.kind(after) == .folder else {
      let (a, b) = (try Self.inside(before), try Self.inside(after))
      return [try compare(a, b, name: PathText.name(of: a), tolerance)]
    }
    let (mine, theirs) = (Self.names(before), Self.names(after))
    if mine.isEmpty, theirs.isEmpty {
      Terminal.writeError("lodestone: neither folder has a result (a file that ends in .json)\n")
      throw Ending.modelIsWrong
    }
    return try Set(mine).union(theirs).sorted().map { name in
      guard mine.contains(name) else { return .init(name: name, differences: nil, only: after) }
      guard theirs.contains(name) else { return .init(name: name, differences: nil, only: before) }
      return try compare(
        PathText.joined(before, name),
        PathText.joined(after, name), name: name, tolerance)
    }
  }

  /// A file, or the plan of a folder.
  private static func inside(_ path: String) throws -> String {
    try kind(path) == .folder ? PathText.joined(path, "plan.json") : path
  }

  private static func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(".json") }.sorted()
  }

  private func compare(
    _ a: String, _ b: String, name: String, _ tolerance: Double
  ) throws -> ResultDifferenceReport.File {
    let (left, right) = (try Self.bytes(a), try Self.bytes(b))
    guard let found = ResultDifference.find(left, right, tolerance: tolerance) else {
      Terminal.writeError("lodestone: \(printable(a)) or \(printable(b)) is not JSON\n")
      throw Ending.modelIsWrong
    }
    return .init(name: name, differences: found)
  }
}
