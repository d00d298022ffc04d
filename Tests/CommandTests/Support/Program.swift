import Foundation
import TestSupport
import Testing

/// The built program, run as users run it.
struct Program {
  struct Result {
    var code: Int32
    var output: String
    var errors: String

    /// The one JSON object on standard output.
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
    }
  }

  /// Beside the test bundle.
  static let path: String = {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let here = bundle ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return here.deletingLastPathComponent().appendingPathComponent("lodestone").path
  }()

  /// Starts the program with its streams going to files, so that no pipe can fill up.
  static func start(
    _ arguments: [String], in folder: TemporaryFolder
  ) throws -> (process: Process, output: URL, errors: URL) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    let name = UUID().uuidString
    let output = folder.url.appendingPathComponent(".out-\(name)")
    let errors = folder.url.appendingPathComponent(".err-\(name)")
    for url in [output, errors] { try Data().write(to: url) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return (process, output, errors)
  }

  static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> Result {
    let (process, output, errors) = try start(arguments, in: folder)
    return try result(of: process, output, errors)
  }

  /// Runs a shell script that stops at its first failure and finds the program as `lodestone`. The script is
  /// fixed text of a test or of a page.
  /// - Parameter program: the path of another program of that name, instead of the built one.
  static func shell(
    _ script: String, arguments: [String] = [], program: String? = nil, in folder: TemporaryFolder
  ) throws -> Result {
    let programs = URL(fileURLWithPath: program ?? path).deletingLastPathComponent().path
    let old = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try bash(
      ["-e", "-c", script, "bash"] + arguments,
      environment: ["PATH": programs + ":" + old, "COLUMNS": "100"], in: folder)
  }

  /// Runs bash, with the given variables added to those of this process.
  static func bash(
    _ arguments: [String], environment: [String: String], in folder: TemporaryFolder
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let name = UUID().uuidString
    let output = folder.url.appendingPathComponent(".out-\(name)")
    let errors = folder.url.appendingPathComponent(".err-\(name)")
    for url in [output, errors] { try Data().write(to: url) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return try result(of: process, output, errors)
  }

  /// Waits for a process, but not for ever: one that hangs is ended and counts as failed.
  private static func result(of process: Process, _ output: URL, _ errors: URL) throws -> Result {
    let identifier = process.processIdentifier
    let end = DispatchWorkItem { kill(identifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 300, execute: end)
    process.waitUntilExit()
    end.cancel()
    let code =
      process.terminationReason == .uncaughtSignal
      ? -process.terminationStatus : process.terminationStatus
    return Result(
      code: code, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}

/// A folder that is gone with the last reference.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "lodestone-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ name: String, _ text: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try text.write(to: file, atomically: false, encoding: .utf8)
    return file.path
  }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Names in a folder inside, without those of `Program`'s own streams.
  func names(_ name: String = "") -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: path(name))) ?? []
    return all.filter { !$0.hasPrefix(".out-") && !$0.hasPrefix(".err-") }.sorted()
  }
}
