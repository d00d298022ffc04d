import Foundation

/// The chart library that a report carries, Apache ECharts, and its licence. It is installed beside the
/// program, never part of it; a page that is made without it shows tables.
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

  /// Looks in `$LODESTONE_SHARE`, beside the program, in `share/lodestone` and `lodestone-share` beside the program and its
  /// folders, in the build folders that the program stands in, and where programs keep their data:
  /// `$XDG_DATA_HOME` or `~/.local/share`, `/usr/local/share` and `/usr/share`.
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
      folders.append(folder.appendingPathComponent("share/lodestone"))
      folders.append(folder.appendingPathComponent("lodestone-share"))
      folder.deleteLastPathComponent()
    }
    let home = environment["HOME"] ?? ""
    let data =
      environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.local/share"
    folders += [data, "/usr/local/share", "/usr/share"].map {
      URL(fileURLWithPath: $0).appendingPathComponent("lodestone")
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
