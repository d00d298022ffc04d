import Analysis
import ArgumentParser
import Reporting
import SupplyChain

struct FindFloors: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "floors",
    abstract:
      "Shows the price that keeps each plant running, what support costs, and what it saves.",
    discussion: """
      Examples:
        lodestone floors model.yaml
        lodestone floors model.yaml --case price_dumping --case export_ban
        lodestone floors model.yaml --scenario price_dumping --by-year
        lodestone floors model.yaml --scenario price_dumping+export_ban --json

      The first case is always the model as it is. Without --case and --scenario every scenario of the model is a case. Whole-number rules (modules, smallest awards, exclusive groups) are dropped with and without --relax; the output says so.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @OptionGroup var chosen: CaseOptions

  @Option(
    name: .customLong("budget-scale"),
    help: ArgumentHelp(
      "Multiplies every appropriation in every case: 0.5 or 50%.", valueName: "budget-scale"))
  var scale = BudgetScale(1)

  @OptionGroup var rules: RunOptions

  @Option(name: .long, help: "Writes floors.json into this folder.")
  var out: String?

  @Flag(name: .long, help: "Shows every year of each plant, not only its worst.")
  var byYear = false

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func run() throws {
    let (cases, idle) = try load()
    let floors = try StudyRun(rules).run { settings throws(StudyEnd) in
      try BreakEvenPrices.find(cases, settings: settings)
    }
    let report = BreakEvenReport(floors, cases[0].model, byYear: byYear)
    try ResultFiles.write(folder: out, json: "floors.json", report.json)
    json
      ? Terminal.write(report.json.adding(warnings: idle.warnings).text)
      : Terminal.show(report.text(style: Terminal.style))
    if floors.isInterrupted { throw Ending.stopped }
    if floors.outlooks.allSatisfy({ $0.value == nil }) { throw Ending.noPlan }
  }

  private func load() throws -> (cases: [(name: String, model: Model)], idle: IdleChanges) {
    do {
      let document = try ModelDocument.read(path: model)
      let all = try chosen.cases(document.base.scenarios.map(\.id))
      func resolved(_ one: Case) throws(ModelErrors) -> Model {
        var scaled = one
        scaled.budgetScale *= scale.value
        return try scaled.model(of: document)
      }
      var cases = [(name: "as it is", model: try resolved(chosen.base))]
      for one in all {
        let name =
          one.label ?? (one.scenarios.isEmpty ? one.name : one.scenarios.joined(separator: " + "))
        cases.append((name, try resolved(one)))
      }
      return (cases, IdleChanges(in: document, cases: [chosen.base] + all))
    } catch let errors as ModelErrors {
      Terminal.writeError(errors.description + "\n")
      throw Ending.modelIsWrong
    }
  }
}
