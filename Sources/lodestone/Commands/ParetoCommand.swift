import Analysis
import ArgumentParser
import Reporting
import SupplyChain
import Support

struct FindPareto: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pareto",
    abstract: "Finds what one objective costs in another: the Pareto frontier of two.",
    discussion: """
      Examples:
        lodestone pareto model.yaml --objectives dependency,public_cost --relax
        lodestone pareto model.yaml --objectives dependency,system_cost --relax --json
        lodestone pareto model.yaml --objectives dependency,public_cost --resolution 0.1 --gap 0.1%

      With --relax the frontier is exact: all corners, with the marginal rates on both sides. With whole numbers (modules, smallest awards, exclusive groups) it is non-dominated plans, and boxes that bound where others may lie, divided to a resolution.
      """)

  @OptionGroup var options: ModelOptions

  @Option(
    name: .long,
    help:
      "Two of dependency, peak_dependency, public_cost, system_cost, unmet, separated by a comma; without it the model's first two."
  )
  var objectives: String?

  @OptionGroup var rules: RunOptions

  @Option(
    name: .long,
    help:
      "With whole numbers: boxes are divided until a side is at most this share of the objective's range (1/32)."
  )
  var resolution: Double?

  @Option(name: .long, help: "Writes pareto.json and CSV tables into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    if let named = try SolveOptionText.objectives(objectives), named.count != 2 {
      throw ValidationError(
        "--objectives are two, like dependency,public_cost, found '\(printable(objectives ?? ""))'")
    }
    if let resolution, !(resolution.isFinite && resolution > 0 && resolution <= 1) {
      throw ValidationError("--resolution is a share above 0, found '\(resolution)'")
    }
  }

  func run() throws {
    var (model, _, idle) = try options.load()
    if let chosen = try SolveOptionText.objectives(objectives) { model.objectives = chosen }
    guard model.objectives.count >= 2 else {
      Terminal.writeError(
        "lodestone: name two objectives, like --objectives dependency,public_cost; the model has one\n"
      )
      throw Ending.usage
    }
    let clock = ContinuousClock()
    let start = clock.now
    let found = try StudyRun(rules).run { settings throws(StudyEnd) in
      var asked = ParetoSettings()
      asked.run = settings
      if let resolution { asked.resolution = resolution }
      return try Pareto.find(model, asked)
    }
    let seconds = (clock.now - start).seconds
    let report = ParetoReport(found, model, scenarios: options.scenario)
    if let out {
      try ResultFiles.write(
        folder: out,
        files: [(name: "pareto.json", text: report.json(seconds: nil).text)]
          + report.tables.map { (name: $0.name + ".csv", text: $0.csv) })
    }
    json
      ? Terminal.write(report.json(seconds: seconds).adding(warnings: idle.warnings).text)
      : Terminal.show(report.text(seconds: seconds, style: Terminal.style))
    if let ending = Ending(found.status) { throw ending }
  }
}
