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
        lodestone validate model.yaml --base-year

      --base-year solves the model without its whole-number rules and sets the first year beside the published
      figures of base-year.csv. Exit code 0 where there are no errors (warnings may be), 1 otherwise.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  @Flag(
    name: .long,
    help: "Also holds the first year of the relaxed plan to the published figures of base-year.csv."
  )
  var baseYear = false

  func run() throws {
    var diagnostics: [Diagnostic] = []
    var name: String?
    var compared: BaseYearReport?
    do {
      let document = try ModelDocument.read(path: model)
      diagnostics = document.warnings + document.advice
      name = try document.model().name
      if baseYear {
        let (check, problems) = try BaseYearRun(document: document, path: model).run()
        compared = BaseYearReport(check)
        diagnostics += problems
      }
    } catch let errors as ModelErrors {
      diagnostics = errors.diagnostics
    }
    let errors = diagnostics.filter { $0.severity == .error }.count
    let warnings = diagnostics.filter { $0.severity == .warning }.count
    if json {
      Terminal.write(report(diagnostics, errors, warnings, compared).text)
    } else {
      if let compared { Terminal.write(compared.text(width: Terminal.style.width)) }
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

  private func report(
    _ diagnostics: [Diagnostic], _ errors: Int, _ warnings: Int, _ compared: BaseYearReport?
  ) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("valid", .bool(errors == 0)), ("errors", .integer(errors)), ("warnings", .integer(warnings)),
      ("diagnostics", .array(diagnostics.map(\.json))),
    ]
    if let compared { members.append(("base_year", compared.json)) }
    return .object(members)
  }
}
