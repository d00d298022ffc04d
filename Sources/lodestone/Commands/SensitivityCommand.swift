import Analysis
import ArgumentParser
import Reporting
import Service
import SupplyChain
import Support

struct FindSensitivity: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensitivity",
    abstract:
      "Moves each input to the ends of its range and makes the plan again: which of them the answer hangs on.",
    discussion: """
      Examples:
        lodestone sensitivity model.yaml
        lodestone sensitivity model.yaml --top all
        lodestone sensitivity model.yaml --range 5% --top 20
        lodestone sensitivity model.yaml --range grades --out tornado
        lodestone sensitivity model.yaml --range A=1%,E=50% --scenario export_ban --json

      Inputs are the prices of a commodity, the demand of a segment, capex, opex, capacity and inputs of a stage,
      permit and construction times, ramps, private money, the money and rules of a programme, import limits, and
      so on. The figure is the first objective without the whole-number rules. Ctrl-C keeps what was found and
      says what was not looked at.
      """)

  @OptionGroup var options: ModelOptions

  @Option(
    name: .long,
    help:
      "How far each number is moved: a share for all (10%), `grades` for the grade of its evidence (A ±2 %, B ±5 %, C ±10 %, D ±25 %, E ±40 %), or some of these otherwise: A=1%,E=50%."
  )
  var range = "10%"

  @Option(
    name: .long,
    help:
      "Makes the plan again for this many inputs, the largest to first order, or for `all` (default: all in a small model, 12 in a large one).",
    transform: InputCount.init)
  var top: InputCount?

  @Option(name: .long, help: "Objectives in order, instead of the model's; the first counts.")
  var objective: String?

  @Option(name: .long, help: "Seconds for each plan, after which it is given up.")
  var timeLimit: Double?

  @Option(name: .long, help: "Writes sensitivity.json and sensitivity.csv into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    _ = try inputRange()
    try SolveOptionText.check(timeLimit: timeLimit, gap: nil)
  }

  private func inputRange() throws -> InputRange {
    try ModelOptions.read { () throws(OptionProblem) in try InputRange(text: range) }
  }

  func run() throws {
    let range = try inputRange()
    let (document, model, idle) = try options.read()
    let objectives = try SolveOptionText.objectives(objective, in: model)
    let numbers: ModelNumbers
    let sources: NumberSources
    do {
      sources = try NumberSources(document)
      numbers = try ModelNumbers(
        document, scenarios: options.scenario, settings: options.settings,
        budgetScale: options.budgetScale, objectives: objectives)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    ProcessMemory.keepFreed()
    let grades = sources.grades(of: numbers)
    let found = try StudyRun().run { settings throws(StudyEnd) in
      var settings = settings
      settings.allocation.timeLimit = timeLimit
      return try Tornado.find(
        numbers, grades: grades, range: range, most: top?.number, settings: settings)
    }
    let report = TornadoReport(found, numbers.model, scenarios: options.scenario)
    if let out {
      try ResultFiles.write(
        folder: out,
        files: [
          (name: "sensitivity.json", text: report.json.text),
          (name: "sensitivity.csv", text: report.table.csv),
        ])
    }
    if json {
      Terminal.write(report.json.adding(warnings: idle.warnings).text)
    } else {
      Terminal.show(report.text(style: Terminal.style))
    }
    if found.isInterrupted { throw Ending.stopped }
  }
}

/// Of how many inputs the plan is made again.
struct InputCount {
  let number: Int

  init(_ text: String) throws {
    if text == "all" {
      number = .max
      return
    }
    guard let number = Int(text), number > 0 else {
      throw ValidationError("--top is a whole number above 0 or `all`, found '\(text)'")
    }
    self.number = number
  }
}
