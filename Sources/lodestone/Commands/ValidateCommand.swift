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
        lodestone validate model.yaml --risk expected

      --base-year solves the model without its whole-number rules and sets the first year beside the published
      figures of base-year.csv. --risk and --foresight solve it so too, and name the outcomes, or the plan of a
      rolling horizon, that leave no plan. Exit code 0 where there are no errors (warnings may be), 1 otherwise.
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

  @Option(
    name: .long,
    help:
      "Also checks that all of the model's uncertain outcomes have a plan: expected, worst, regret or cvar."
  )
  var risk: Solve.Risk?

  @Option(
    name: .long,
    help: "Also checks that every plan that sees only so far ahead is found: 5years.")
  var foresight: String?

  @Option(name: .long, help: "With --foresight: what each plan commits before the next, 1year.")
  var step: String?

  func validate() throws {
    if risk == .adversary {
      throw ValidationError(
        "--risk adversary: `lodestone solve --risk adversary` finds the answer that leaves no plan")
    }
    try Solve.checkForesight(foresight, step: step)
  }

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
      let check = PlanCheck(document, path: model)
      if risk != nil { diagnostics += try [check.outcomes()].compactMap(\.self) }
      if let foresight {
        let seen = Solve.wholeYears(foresight) ?? 1
        diagnostics += try [
          check.windows(foresight: seen, step: step.flatMap(Solve.wholeYears) ?? 1)
        ].compactMap(\.self)
      }
    } catch let errors as ModelErrors {
      diagnostics = errors.diagnostics
    }
    let report = ValidationReport(diagnostics, baseYear: compared)
    let (errors, warnings) = (report.errors, report.warnings)
    if json {
      Terminal.write(report.json.text)
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
}
