import Foundation
import TestSupport
import Testing

/// What some tests need and a machine may lack. Scripts/setup and Scripts/setup-tests install all of it.
enum Installed {
  private static let folders =
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)

  #if os(Linux)
    static let hasCompiler = isThere("cc")
  #else
    static let hasCompiler = false
  #endif

  private static func isThere(_ program: String) -> Bool {
    folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
  }

  /// The Python of Scripts/setup-tests where it has been run, else whichever is installed.
  static let python: String = {
    let own = Repository.path(".build/venv/bin/python")
    return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
  }()

  static let hasChartLibrary = Repository.exists(".build/lodestone-share/echarts.min.js")

  static let hasBrowser = [
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
  ].contains(where: isThere)

  static let hasSchemaValidator: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, "-c", "import jsonschema, yaml"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  static let hasFakeTime: Bool = {
    let libraries = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    return libraries.contains {
      FileManager.default.fileExists(atPath: "/usr/lib/\($0)/faketime/libfaketimeMT.so.1")
    }
  }()
}

extension Trait where Self == ConditionTrait {
  static var needsChartLibrary: Self {
    .enabled(
      if: Installed.hasChartLibrary, "the chart library is not there: run Scripts/report-library")
  }

  static var needsBrowser: Self {
    .enabled(if: Installed.hasBrowser, "no Chromium is installed: run Scripts/setup-tests")
  }

  static var needsSchemaValidator: Self {
    .enabled(
      if: Installed.hasSchemaValidator,
      "no JSON Schema validator is installed: run Scripts/setup-tests")
  }

  /// Calls of the C library are counted on Linux alone.
  static var needsCompiler: Self {
    .enabled(if: Installed.hasCompiler, "no C compiler is installed, or this is not Linux")
  }

  static var needsFakeTime: Self {
    .enabled(if: Installed.hasFakeTime, "faketime is not installed")
  }
}
