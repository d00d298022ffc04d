import Analysis
import Foundation
import TestSupport
import Testing

/// Runs the real program, because only a process can be killed.
@Suite(.serialized) struct SweepKillTests {
  private static let model = Repository.corpus("wide-year")

  /// The program stands beside the test bundle.
  private static var program: URL? {
    let arguments = Foundation.ProcessInfo.processInfo.arguments
    let places =
      [Bundle.main.bundlePath] + arguments.map { ($0 as NSString).deletingLastPathComponent }
    return places.lazy.map { URL(fileURLWithPath: $0).appendingPathComponent("lodestone") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  private func start(_ store: String, cases: Int = 60) throws -> (Process, Pipe) {
    let process = Process()
    let program = try #require(SweepKillTests.program)
    process.executableURL = program
    let scales = (0..<cases).map { "\(Double($0) / 100)" }.joined(separator: ",")
    process.arguments = [
      "sweep", SweepKillTests.model, "--vary", "budget_scale=" + scales, "--store", store,
      "--jobs", "1", "--json",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    return (process, output)
  }

  private func report(_ run: (Process, Pipe)) throws -> [String: Any] {
    let data = run.1.fileHandleForReading.readDataToEndOfFile()
    run.0.waitUntilExit()
    #expect(run.0.terminationStatus == 0)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func withStore(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("kill-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appendingPathComponent("a.db").path)
  }

  private func done(_ store: String) -> Int { (try? SweepResults(paths: [store]).cases.count) ?? 0 }

  @Test func `a killed sweep is resumed without a loss and without a case solved twice`() throws {
    try withStore { store in
      let (process, _) = try start(store)
      let deadline = Date().addingTimeInterval(60)
      while done(store) == 0, process.isRunning, Date() < deadline { usleep(20_000) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal)
      let kept = done(store)
      #expect(kept > 0 && kept < 60)
      let second = try report(try start(store))
      #expect(second["complete"] as? Bool == true)
      #expect(second["before"] as? Int == kept)
      #expect(second["solved"] as? Int == 60 - kept)
      #expect(try SweepResults(paths: [store]).cases.map(\.id) == Array(0..<60))
      try withStore { whole in
        _ = try report(try start(whole))
        let resumed = try SweepResults(paths: [store]).cases.map { "\($0)" }
        #expect(try SweepResults(paths: [whole]).cases.map { "\($0)" } == resumed)
      }
    }
  }

  @Test func `two processes share a store`() throws {
    try withStore { store in
      let first = try start(store)
      let second = try start(store)
      let reports = [try report(first), try report(second)]
      let solved = reports.compactMap { $0["solved"] as? Int }
      #expect(solved.reduce(0, +) == 60)
      #expect(try SweepResults(paths: [store]).cases.map(\.id) == Array(0..<60))
    }
  }
}
