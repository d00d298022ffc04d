import Analysis
import Reporting

/// A study on the terminal, with Ctrl-C and a line of progress, and how its end is told.
struct StudyRun {
  private let interruption = Interruption()
  private let line = CountLine()
  private let rules: RunOptions?

  /// - Parameter rules: nil: the standard ones.
  init(_ rules: RunOptions? = nil) { self.rules = rules }

  var isCancelled: Bool { interruption.cancellation.isCancelled }

  /// Clears the line of progress.
  func clear() { line.clear() }

  var settings: RunSettings {
    var settings =
      rules?.settings(interruption) ?? RunSettings(relax: false, interruption)
    let line = line
    settings.progress = { progress in
      line.show(
        progress.total.map { "\(progress.phase): \(progress.done ?? 0) of \($0)" } ?? progress.phase
      )
    }
    return settings
  }

  /// Runs a study.
  func study<Result>(
    _ study: (RunSettings) throws(StudyEnd) -> Result
  ) throws(StudyEnd) -> Result {
    try told(study)
  }

  /// Runs anything with a line of progress.
  func told<Result, Problem: Error>(
    _ work: (RunSettings) throws(Problem) -> Result
  ) throws(Problem) -> Result {
    defer { line.clear() }
    return try work(settings)
  }

  /// Runs a study; what ended it is told and becomes an exit code.
  func run<Result>(_ study: (RunSettings) throws(StudyEnd) -> Result) throws -> Result {
    do throws(StudyEnd) {
      return try self.study(study)
    } catch {
      throw StudyRun.told(error)
    }
  }

  /// Says what ended a study and gives its exit code.
  static func told(_ end: StudyEnd) -> Ending {
    Terminal.writeError("lodestone: \(printable(end.description))\n")
    if case .noPlan(.infeasible, _) = end {
      Terminal.writeError("`lodestone explain` tells why, and the smallest change that helps.\n")
    }
    switch end {
    case .interrupted: return .stopped
    case .noPlan: return .noPlan
    case .notVerified: return .notVerified
    }
  }
}
