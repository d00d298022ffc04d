import Analysis
import ArgumentParser
import LinearProgramming
import Reporting
import SupplyChain
import Support

struct BudgetFrontier: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frontier",
    abstract:
      "Finds the best value at every budget: all breakpoints, and what more money buys.",
    discussion: """
      Examples:
        lodestone frontier model.yaml --relax
        lodestone frontier model.yaml --relax --scenario export_ban --from 0.5 --to 2 --json
        lodestone frontier model.yaml --resolution 0.05 --gap 0.1%

      The budget scale multiplies every appropriation of the model. With whole numbers (modules, smallest awards, exclusive groups) the answer is a step function to a resolution; --relax makes it exact.
      """)

  @OptionGroup var options: ModelOptions

  @Option(name: .long, help: "The smallest budget scale.")
  var from = 0.0

  @Option(name: .long, help: "The largest budget scale.")
  var to = 3.0

  @Option(name: .long, help: "Objectives in order; the frontier is that of the first.")
  var objective: String?

  @OptionGroup var rules: RunOptions

  @Option(
    name: .long,
    help:
      "With whole numbers: budget scales nearer than this are not told apart (1/64 of the range).")
  var resolution: Double?

  @Option(name: .long, help: "Writes frontier.json and CSV tables into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    guard from.isFinite, to.isFinite, from >= 0, to > from, to <= 1e6 else {
      throw ValidationError(
        "--from and --to are budget scales from 0 to 1e6, the second larger, found \(from) and \(to)"
      )
    }
    if options.budgetScale != 1 {
      throw ValidationError("--budget-scale: the frontier covers a range; use --from and --to")
    }
    if let resolution, !(resolution.isFinite && resolution > 0) {
      throw ValidationError("--resolution is a number above 0, found '\(resolution)'")
    }
  }

  func run() throws {
    let (read, _, idle) = try options.load()
    var model = read
    if let chosen = try SolveOptionText.objectives(objective, in: model) {
      model.objectives = chosen
      SolveOptionText.warn(of: chosen, in: model)
    }
    ProcessMemory.keepFreed()
    let interruption = Interruption()
    let progress = CountLine()
    var settings = FrontierSettings()
    settings.from = from
    settings.to = to
    settings.resolution = resolution
    settings.run = rules.settings(interruption)
    settings.run.progress = { progress.show("frontier: \($0.done ?? 0) budgets solved") }
    let clock = ContinuousClock()
    let start = clock.now
    let found = frontier(model, settings)
    let time = (clock.now - start).seconds
    progress.clear()

    let report = FrontierReport(found, model, scenarios: options.scenario)
    if let out {
      let tables = report.tables.map { (name: $0.name + ".csv", text: $0.csv) }
      try ResultFiles.write(
        folder: out, files: [(name: "frontier.json", text: report.json(seconds: nil).text)] + tables
      )
    }
    if json {
      Terminal.write(report.json(seconds: time).adding(warnings: idle.warnings).text)
    } else {
      let transcript = FrontierTranscript(
        found, model, scenarios: options.scenario, seconds: time, style: Terminal.style)
      Terminal.show(transcript.text)
    }
    if let ending = Ending(found.status) { throw ending }
  }
}
