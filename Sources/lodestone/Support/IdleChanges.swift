import Analysis
import Reporting
import SupplyChain

/// Changes of the command line, and of the scenarios that it names, after which the model is as before.
struct IdleChanges {
  let warnings: [Diagnostic]

  /// Finds them and tells them on standard error.
  ///
  /// - Parameter lists: each is applied, with the settings after it, to the model of the document.
  init(
    in document: ModelDocument, scenarios lists: [[String]],
    settings: [(path: String, value: String)]
  ) {
    self.init(
      in: document,
      cases: lists.map { list in
        Case(
          scenarios: list,
          settings: settings.map { Case.Setting(path: $0.path, value: $0.value) })
      })
  }

  /// Finds them in each case and tells them on standard error.
  init(in document: ModelDocument, cases: [Case]) {
    let found = document.idleChanges(in: cases)
    warnings = found
    for warning in found.prefix(10) { Terminal.writeError(printable(warning.headline) + "\n") }
    if found.count > 10 {
      Terminal.writeError("and \(found.count - 10) more changes without effect\n")
    }
  }
}
