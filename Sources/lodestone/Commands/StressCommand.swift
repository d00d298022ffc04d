import Allocation
import Analysis
import ArgumentParser
import Reporting
import SupplyChain

struct StressTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stress",
    abstract: "Carries the plan out in every outcome of `uncertainty`: how far its answer spreads.",
    discussion: """
      Examples:
        lodestone stress model.yaml --relax
        lodestone stress model.yaml --relax --set uncertainty.sample.count=100
        lodestone stress model.yaml --relax --scenario export_ban --json

      The plan is that of `solve`, which knows of no uncertainty. What it decides before `reveal` is held in every outcome; what comes after it is decided anew in each, one solve an outcome. Shown are the mean and one case in ten on either side, over the horizon and by year, the projects whose failure hurts most, and what businesses then owe and cannot pay. `solve --risk expected` makes the plan that allows for the outcomes, which takes longer.
      """)

  @OptionGroup var options: ModelOptions

  @Option(
    name: .long, help: "Objectives in order, instead of the model's (separated by commas).")
  var objective: String?

  @OptionGroup var rules: RunOptions

  @Option(name: .long, help: "Writes stress.json and one CSV table a kind into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func run() throws {
    var (document, model, idle) = try options.read()
    if let chosen = try SolveOptionText.objectives(objective, in: model) {
      model.objectives = chosen
    }
    let study = StudyRun(rules)
    let settings = study.settings
    let list = try options.outcomes(
      of: document, objectives: objective == nil ? nil : model.objectives, run: settings)
    guard !list.outcomes.isEmpty else {
      study.clear()
      throw StudyRun.told(.interrupted)
    }
    let found: StressTest
    do throws(StressProblem) {
      found = try StressTest.find(list, base: model, settings: settings)
      study.clear()
    } catch {
      study.clear()
      switch error {
      case .study(let end): throw StudyRun.told(end)
      case .outcomes(let problem):
        Terminal.writeError("lodestone: \(printable(problem.description))\n")
        throw problem.ending
      }
    }
    let report = StressReport(found, scenarios: options.scenario)
    if let out { try ResultFiles.write(folder: out, files: report.files) }
    json
      ? Terminal.write(report.json(timing: nil).adding(warnings: idle.warnings).text)
      : Terminal.show(report.text(style: Terminal.style))
    if let ending = Ending(found.plan) { throw ending }
    if found.unfinished > 0 { throw Ending.stopped }
    if found.shareWithoutPlan > 0 { throw Ending.noPlan }
  }
}
