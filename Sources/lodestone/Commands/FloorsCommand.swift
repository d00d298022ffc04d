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
        lodestone floors model.yaml --scenario price_dumping --scenario export_ban
        lodestone floors model.yaml --scenario price_dumping --by-year
        lodestone floors model.yaml --scenario price_dumping+export_ban --json
      The first case is always the model as it is. a+b applies two scenarios in that order. Without any
      --scenario, every scenario of the model is a case. Whole-number rules (modules, smallest awards,
      exclusive groups) are dropped; the output says so.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @Option(
    name: .long, help: "A scenario that is a case of its own; a+b for several in order. Repeatable."
  )
  var scenario: [String] = []

  @Option(name: .long, help: "Multiplies every appropriation.")
  var budgetScale: Double = 1

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Sets one value in every case, as a scenario's `set` does.", valueName: "path=value"))
  var set: [String] = []

  @Flag(name: .long, help: "Shows every year of each plant, not only its worst.")
  var byYear = false

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    try ModelOptions.check(budgetScale: budgetScale, set: set)
    for text in scenario where FindFloors.parts(text).contains("") {
      throw ValidationError("names are separated by one +, found '\(printable(text))'")
    }
  }

  private static func parts(_ text: String) -> [String] {
    text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
  }

  func run() throws {
    let (cases, idle) = try load()
    let floors = try StudyRun().run { settings throws(StudyEnd) in
      try BreakEvenPrices.find(cases, settings: settings)
    }
    let report = BreakEvenReport(floors, cases[0].model, byYear: byYear)
    json
      ? Terminal.write(report.json.adding(warnings: idle.warnings).text)
      : Terminal.show(report.text(style: Terminal.style))
    if floors.isInterrupted { throw Ending.stopped }
    if floors.outlooks.allSatisfy({ $0.value == nil }) { throw Ending.noPlan }
  }

  private func load() throws -> (cases: [(name: String, model: Model)], idle: IdleChanges) {
    let settings = set.compactMap(ModelOptions.split).map {
      Case.Setting(path: $0.path, value: $0.value)
    }
    func study(_ scenarios: [String]) -> Case {
      Case(scenarios: scenarios, settings: settings, budgetScale: budgetScale)
    }
    do {
      let document = try ModelDocument.read(path: model)
      let base = try study([]).model(of: document)
      var lists = scenario.map(FindFloors.parts)
      if lists.isEmpty { lists = base.scenarios.map { [$0.id] } }
      var cases = [(name: "as it is", model: base)]
      for list in lists {
        cases.append((list.joined(separator: " + "), try study(list).model(of: document)))
      }
      return (
        cases,
        IdleChanges(
          in: document, scenarios: [[]] + lists, settings: set.compactMap(ModelOptions.split))
      )
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
  }
}
