import Foundation
import Support

/// One run of a solver's command, and how it ended.
struct ExternalProcess {
  enum End: Equatable {
    case exit(Int32)
    /// By a signal that we did not send.
    case killed(Int32)
    /// We ended it, since the time was up or the user asked for it.
    case stopped(StopReason)
  }

  var executable: String
  var call: ExternalCall
  /// Where it runs.
  var folder: URL
  /// Where what it says goes, a file in the folder.
  var log: URL

  /// Runs the process; ends it when the options' cancellation or time limit says so.
  ///
  /// - Returns: how it ended, and the seconds it took.
  func run(_ options: SolverOptions) throws -> (end: End, seconds: Double) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = call.arguments
    process.currentDirectoryURL = folder
    process.standardInput = try input()
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    defer { try? handle.close() }
    process.standardOutput = handle
    process.standardError = handle
    let clock = ContinuousClock()
    let start = clock.now
    let limit = Duration.seconds(min(options.timeLimit.map { $0 + 1 } ?? 1e9, 1e9))
    var stop: StopReason?
    try process.run()
    while process.isRunning, stop == nil {
      let elapsed = clock.now - start
      if options.cancellation?.isCancelled == true {
        stop = .interrupted
      } else if elapsed > limit {
        stop = .timeLimit
      } else {
        Thread.sleep(forTimeInterval: elapsed < .milliseconds(200) ? 0.002 : 0.02)
      }
    }
    if stop != nil { end(process) }
    process.waitUntilExit()
    let seconds = (clock.now - start).seconds
    if let stop { return (.stopped(stop), seconds) }
    return process.terminationReason == .uncaughtSignal
      ? (.killed(process.terminationStatus), seconds) : (.exit(process.terminationStatus), seconds)
  }

  /// Asks it to end, and ends it where it does not within two seconds.
  private func end(_ process: Process) {
    process.terminate()
    let clock = ContinuousClock()
    let start = clock.now
    while process.isRunning, clock.now - start < .seconds(2) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  private func input() throws -> FileHandle {
    guard let text = call.input else { return .nullDevice }
    let file = folder.appendingPathComponent("commands.txt")
    try Data(text.utf8).write(to: file)
    return try FileHandle(forReadingFrom: file)
  }
}

extension ExternalProcess.End {
  /// Why there is no answer, in words.
  func words(_ solver: String, log: String) -> String {
    if let line = Self.licenceComplaint(log) {
      return "\(solver) has no licence that it can use; it said: '\(ExternalFiles.shown(line))'"
    }
    let last = log.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    let said = last.map { "; the last that it said: '\(ExternalFiles.shown($0))'" } ?? ""
    switch self {
    case .killed(let signal):
      return "\(solver) was killed by signal \(signal) before it gave an answer\(said)"
    case .exit(let code) where code != 0:
      return "\(solver) ended with code \(code) and without an answer\(said)"
    case .exit, .stopped: return "\(solver) gave no answer\(said)"
    }
  }

  /// The line in which a solver says that it may not run; lines about licences in order are no complaint.
  private static func licenceComplaint(_ log: String) -> Substring? {
    let complaints = [
      "no ", "not ", "fail", "expire", "invalid", "error", "err_", "missing", "unable", "cannot",
      "denied",
      "exceed", "too large",
    ]
    return log.split(whereSeparator: \.isNewline).first { line in
      let line = line.lowercased()
      if line.contains("problem size limits exceeded") || line.contains("ilm error") { return true }
      return (line.contains("license") || line.contains("licence"))
        && complaints.contains { line.contains($0) }
        && !line.contains("non-commercial") && !line.contains("not for")
    }
  }
}
