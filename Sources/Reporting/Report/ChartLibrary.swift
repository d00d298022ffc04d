import Foundation

/// The chart library that a report carries, Apache ECharts, and its licence. It is installed beside the
/// program, never part of it.
public struct ChartLibrary: Sendable {
  /// Why there is none; the message says what to do.
  public struct Missing: Error, CustomStringConvertible {
    public let description: String
  }
  public var script: String
  public var licence: String

  public init(script: String, licence: String) {
    self.script = script
    self.licence = licence
  }

  static let fileName = "echarts.min.js"
  static let licenceName = "echarts.LICENSE"

  /// Looks in `$LODESTONE_SHARE`, in `share/lodestone` beside the program's folder, and in the build folders
  /// that the program stands in.
  ///
  /// - Parameter program: the path of the running program.
  public static func find(
    program: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(Missing) -> ChartLibrary {
    var folders: [URL] = []
    if let share = environment["LODESTONE_SHARE"], !share.isEmpty {
      folders.append(URL(fileURLWithPath: share))
    }
    var folder = URL(fileURLWithPath: program).resolvingSymlinksInPath()
      .deletingLastPathComponent()
    folders.append(folder)
    for _ in 0..<4 {
      folders.append(folder.appendingPathComponent("../share/lodestone").standardizedFileURL)
      folders.append(folder.appendingPathComponent("lodestone-share"))
      folder.deleteLastPathComponent()
    }
    for folder in folders {
      let script = folder.appendingPathComponent(fileName)
      let licence = folder.appendingPathComponent(licenceName)
      if let text = try? String(contentsOf: script, encoding: .utf8),
        let terms = try? String(contentsOf: licence, encoding: .utf8)
      {
        return ChartLibrary(script: text, licence: terms)
      }
    }
    throw Missing(
      description:
        "the chart library (\(fileName)) is not installed beside the program; run Scripts/report-library "
        + "in lodestone's source folder, or set LODESTONE_SHARE to a folder that holds it and \(licenceName)"
    )
  }
}
