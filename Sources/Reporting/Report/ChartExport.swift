import Foundation

/// The charts of a report as picture files, drawn by a Chromium browser that is installed.
public enum ChartExport {
  public enum Format: String, Sendable, CaseIterable {
    case svg, png
  }
  /// Why there are no pictures; the message says what to do.
  public struct Problem: Error, CustomStringConvertible {
    public let description: String
  }

  private static let browsers = [
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
  ]

  /// The path of a browser that is installed.
  ///
  /// - Throws: where there is none, what to install.
  @discardableResult
  public static func browser(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(Problem) -> String {
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    for name in browsers {
      for folder in folders {
        let path = folder + "/" + name
        if FileManager.default.isExecutableFile(atPath: path) { return path }
      }
    }
    throw Problem(
      description:
        "pictures of charts are drawn by Chromium, and neither chromium nor google-chrome is installed; "
        + "install one (on Debian: apt-get install chromium), or leave out --charts")
  }

  /// Draws every chart of a page.
  public static func pictures(
    of page: [UInt8], format: Format
  ) throws(Problem) -> [(name: String, bytes: [UInt8])] {
    let browser = try browser()
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lodestone-charts-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(page).write(to: folder.appendingPathComponent("report.html"))
      let text = try dump(browser, folder, format)
      return try files(in: text, format)
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(description: "\(browser) cannot draw the charts: \(error)")
    }
  }

  /// The page's document after its script ran.
  private static func dump(_ browser: String, _ folder: URL, _ format: Format) throws -> String {
    let output = folder.appendingPathComponent("dom.html")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: browser)
    var arguments = [
      "--headless=new", "--disable-gpu", "--hide-scrollbars", "--window-size=1100,900",
      "--user-data-dir=" + folder.appendingPathComponent("profile").path,
      "--virtual-time-budget=30000", "--dump-dom",
      folder.appendingPathComponent("report.html").absoluteString + "#export-" + format.rawValue,
    ]
    // Chromium's own sandbox refuses to run as root.
    if geteuid() == 0 { arguments.insert("--no-sandbox", at: 0) }
    process.arguments = arguments
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let clock = ContinuousClock()
    let end = clock.now + .seconds(120)
    while process.isRunning {
      if clock.now > end {
        process.terminate()
        throw Problem(description: "\(browser) did not finish drawing the charts in two minutes")
      }
      usleep(20_000)
    }
    return try String(contentsOf: output, encoding: .utf8)
  }

  private static func files(
    in text: String, _ format: Format
  ) throws -> [(name: String, bytes: [UInt8])] {
    guard let start = text.range(of: "<pre id=\"exported\">"),
      let end = text.range(of: "</pre>", range: start.upperBound..<text.endIndex)
    else { throw Problem(description: "the browser drew no charts") }
    return text[start.upperBound..<end.lowerBound].split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ")
      guard parts.count == 2, let data = Data(base64Encoded: String(parts[1])) else { return nil }
      return (name: "\(parts[0]).\(format.rawValue)", bytes: Array(data))
    }
  }
}
