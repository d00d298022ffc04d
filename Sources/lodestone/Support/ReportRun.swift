import Analysis
import SupplyChain

/// A report's study on the terminal: its progress, and what ended it early.
enum ReportRun {
  /// - Parameter adjust: sets what the study is to find.
  static func content(
    path: String, base: Case, cases: [Case] = [], _ settings: RunSettings,
    _ adjust: (inout ReportStudy) throws -> Void
  ) throws -> ReportContent {
    let line = CountLine()
    var settings = settings
    line.follow(&settings)
    var study: ReportStudy
    do throws(ModelErrors) {
      study = try ReportStudy(path: path, base: base, cases: cases, settings)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    if let document = try? ModelDocument.read(path: path) {
      _ = IdleChanges(in: document, cases: [base] + cases)
    }
    try adjust(&study)
    let content = study.content(version: Lodestone.configuration.version)
    line.clear()
    guard let content else {
      Terminal.writeError("lodestone: interrupted before the base plan was found\n")
      throw Ending.stopped
    }
    return content
  }
}
