import CFileSystem
import Foundation

/// Why an output could not be written; the message says what to do.
public struct OutputError: Error, CustomStringConvertible {
  public let description: String
  /// Whether the path itself cannot be used (rather than a failure while writing).
  public let isUsage: Bool
}

/// Writes results whole or not at all: into a temporary neighbour that is renamed when all of it is on disk.
public enum Output {
  /// Writes a folder of files. An existing folder is exchanged for the new one in one step, but only where
  /// it holds nothing that an earlier run of the same kind has not written.
  public static func write(
    folder path: String, files: [(name: String, text: String)]
  ) throws(OutputError) {
    try write(folder: path, files: files.map { (name: $0.name, bytes: Array($0.text.utf8)) })
  }

  /// Writes a folder of files given as bytes.
  public static func write(
    folder path: String, files: [(name: String, bytes: [UInt8])]
  ) throws(OutputError) {
    let manager = FileManager.default
    let target = URL(fileURLWithPath: path).standardizedFileURL
    let parent = target.deletingLastPathComponent()
    try makeParent(parent, of: path)
    var isFolder: ObjCBool = false
    let exists = manager.fileExists(atPath: target.path, isDirectory: &isFolder)
    if exists {
      let here = URL(fileURLWithPath: manager.currentDirectoryPath)
      if Output.isInside(here.path, folder: target.path) {
        throw OutputError(
          description:
            "\(path) is the folder that this runs in; nothing was written, choose another folder",
          isUsage: true)
      }
      try checkReplaceable(target, path, isFolder.boolValue, names: Set(files.map(\.name)))
    }
    let temporary = parent.appendingPathComponent(
      ".\(target.lastPathComponent).lodestone-\(getpid())")
    do {
      try? manager.removeItem(at: temporary)
      try manager.createDirectory(at: temporary, withIntermediateDirectories: false)
    } catch {
      throw OutputError(
        description: "cannot create a folder in \(parent.path): \(reason())", isUsage: true)
    }
    var isDone = false
    defer { if !isDone { try? manager.removeItem(at: temporary) } }
    for file in files {
      try writeDurably(file.bytes, to: temporary.appendingPathComponent(file.name).path)
    }
    if exists {
      guard lodestone_exchange(temporary.path, target.path) == 0 else {
        throw OutputError(description: "cannot replace \(path): \(reason())", isUsage: false)
      }
      try? manager.removeItem(at: temporary)
    } else if rename(temporary.path, target.path) != 0 {
      throw OutputError(description: "cannot create \(path): \(reason())", isUsage: false)
    }
    isDone = true
    syncFolder(parent.path)
  }

  /// Whether a path is that of a folder, or of something in it, whatever links lead there.
  public static func isInside(_ path: String, folder: String) -> Bool {
    func parts(_ path: String) -> [String] {
      URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().pathComponents
    }
    return parts(path).starts(with: parts(folder))
  }

  /// Writes one file.
  public static func write(file path: String, bytes: [UInt8]) throws(OutputError) {
    let target = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath()
    let parent = target.deletingLastPathComponent()
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: target.path, isDirectory: &isFolder),
      isFolder.boolValue
    {
      throw OutputError(description: "\(path) is a folder; name a file", isUsage: true)
    }
    try makeParent(parent, of: path)
    if isDevice(target.path) {
      try writeDurably(bytes, to: target.path)
      return
    }
    let temporary = parent.appendingPathComponent(
      ".\(target.lastPathComponent).lodestone-\(getpid())")
    do {
      try writeDurably(bytes, to: temporary.path)
    } catch {
      unlink(temporary.path)
      throw error
    }
    if rename(temporary.path, target.path) != 0 {
      let why = reason()
      unlink(temporary.path)
      throw OutputError(description: "cannot write \(path): \(why)", isUsage: false)
    }
    syncFolder(parent.path)
  }

  private static func isDevice(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && (status.st_mode & S_IFMT) != S_IFREG
  }

  private static func makeParent(_ parent: URL, of path: String) throws(OutputError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: parent.path, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw OutputError(
        description: "cannot write \(path): the folder \(parent.path) does not exist", isUsage: true
      )
    }
  }

  private static func checkReplaceable(
    _ target: URL, _ path: String, _ isFolder: Bool, names: Set<String>
  ) throws(OutputError) {
    guard isFolder else {
      throw OutputError(description: "\(path) is a file; name a folder", isUsage: true)
    }
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: target.path)) ?? []
    if let other = entries.sorted().first(where: { !names.contains($0) }) {
      throw OutputError(
        description:
          "\(path) holds \(other), which is not a result of lodestone; nothing was written, choose another folder",
        isUsage: true)
    }
    // Tables with the names of results may be somebody's own, unless the run's JSON is with them.
    let marks = names.filter { $0.hasSuffix(".json") }.sorted()
    if let mark = marks.first, let first = entries.min(),
      marks.allSatisfy({ !entries.contains($0) }
      )
    {
      throw OutputError(
        description:
          "\(path) holds \(first) without \(mark), so it may not be a result of lodestone; nothing was written, choose another folder",
        isUsage: true)
    }
  }

  private static func writeDurably(_ bytes: [UInt8], to path: String) throws(OutputError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw OutputError(description: "cannot write \(path): \(reason())", isUsage: true)
    }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Foundation.write(descriptor, buffer.baseAddress! + written, bytes.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        let why = reason()
        close(descriptor)
        throw OutputError(description: "cannot write \(path): \(why)", isUsage: false)
      }
      written += count
    }
    let isSynced = fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS
    let why = isSynced ? "" : reason()
    guard close(descriptor) == 0, isSynced else {
      throw OutputError(description: "cannot write \(path): \(why)", isUsage: false)
    }
  }

  private static func syncFolder(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
