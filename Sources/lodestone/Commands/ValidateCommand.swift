import ArgumentParser
import Reporting
import SupplyChain

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks a model file and all its scenarios: every error and warning in one run.",
    discussion: """
      Examples:
        lodestone validate model.yaml
        lodestone validate model.yaml --json

      Exit code 0 where there are no errors (warnings may be), 1 otherwise.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func run() throws {
    var diagnostics: [Diagnostic] = []
    var name: String?
    do {
      let document = try ModelDocument.read(path: model)
      diagnostics = document.warnings + document.advice
      name = try document.model().name
    } catch {
      diagnostics = error.diagnostics
    }
    let errors = diagnostics.filter { $0.severity == .error }.count
    let warnings = diagnostics.filter { $0.severity == .warning }.count
    if json {
      Terminal.write(report(diagnostics, errors, warnings).text)
    } else {
      if errors > 0 {
        Terminal.writeError(ModelErrors(diagnostics: diagnostics).description + "\n")
      } else {
        for diagnostic in diagnostics { Terminal.write(diagnostic.description + "\n") }
      }
      let title = name.map { "\(printable($0)): " } ?? ""
      Terminal.write("\(title)\(count(errors, "error")), \(count(warnings, "warning"))\n")
    }
    if errors > 0 { throw Ending.modelIsWrong }
  }

  private func count(_ number: Int, _ word: String) -> String {
    "\(number == 0 ? "no" : String(number)) \(word)\(number == 1 ? "" : "s")"
  }

  private func report(_ diagnostics: [Diagnostic], _ errors: Int, _ warnings: Int) -> JSONValue {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    return .object([
      ("valid", .bool(errors == 0)), ("errors", .integer(errors)), ("warnings", .integer(warnings)),
      (
        "diagnostics",
        .array(
          diagnostics.map { diagnostic in
            .object([
              ("severity", .string(diagnostic.severity.rawValue)),
              ("file", .string(diagnostic.file)), ("line", .integer(diagnostic.line)),
              ("column", .integer(diagnostic.column)), ("message", .string(diagnostic.message)),
              ("found", text(diagnostic.found)), ("expected", text(diagnostic.expected)),
              ("suggestion", text(diagnostic.suggestion)),
            ])
          })
      ),
    ])
  }
}
