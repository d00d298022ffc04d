import Allocation
import Analysis
import ArgumentParser
import Reporting
import Service
import SupplyChain
import Support

struct FindPareto: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pareto",
    abstract:
      "Finds what one objective costs in others: the Pareto frontier of two, the surface of three.",
    discussion: """
      Examples:
        lodestone pareto model.yaml --objectives dependency,public_cost --relax
        lodestone pareto model.yaml --objectives dependency,system_cost --relax --json
        lodestone pareto model.yaml --objectives dependency,public_cost --resolution 0.1 --gap 0.1%
        lodestone pareto model.yaml --objectives "dependency,maximize jobs" --relax
        lodestone pareto model.yaml --objectives dependency,public_cost,jobs --relax --resolution 0.02

      With --relax the frontier is exact: all corners, with the marginal rates on both sides. With whole numbers (modules, smallest awards, exclusive groups) it is non-dominated plans, and boxes that bound where others may lie, divided to a resolution.

      Of three objectives it finds plans of the surface, such that no plan is better in all three than every mix of these by more than a stated share of the ranges; without whole numbers alone.
      """)

  @OptionGroup var options: ModelOptions

  @Option(
    name: .long,
    help:
      "Two or three of dependency, peak_dependency, public_cost, system_cost, unmet and the model's measures (NAME, or maximize NAME), separated by commas; without it the model's first two."
  )
  var objectives: String?

  @OptionGroup var rules: RunOptions

  @Option(
    name: .long,
    help:
      "With whole numbers: boxes are divided until a side is at most this share of the objective's range (1/32). Of three objectives: the error that is wanted, such a share too (0.01)."
  )
  var resolution: Double?

  @Option(name: .long, help: "Writes pareto.json and CSV tables into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    if let resolution, !(resolution.isFinite && resolution > 0 && resolution <= 1) {
      throw ValidationError("--resolution is a share above 0, found '\(resolution)'")
    }
  }

  func run() throws {
    var (model, _, idle) = try options.load()
    do throws(OptionProblem) {
      model.objectives = try OptionText.traded(objectives, in: model)
    } catch {
      Terminal.writeError("lodestone: \(error.message)\n")
      throw Ending.usage
    }
    if model.objectives.count == 3 { return try findSurface(model, idle) }
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
    try write(report.json(seconds: nil), report.tables)
    json
      ? Terminal.write(report.json(seconds: seconds).adding(warnings: idle.warnings).text)
      : Terminal.show(report.text(seconds: seconds, style: Terminal.style))
    if let ending = Ending(found.status) { throw ending }
  }

  private func findSurface(_ model: Model, _ idle: IdleChanges) throws {
    guard rules.relax || AllocationProgram(model).program.integerCount == 0 else {
      throw ValidationError(
        "three objectives are compared without the whole-number rules, which this model has; give --relax"
      )
    }
    let clock = ContinuousClock()
    let start = clock.now
    let found = try StudyRun(rules).run { settings throws(StudyEnd) in
      try ParetoSurface.find(model, error: resolution ?? ParetoSurface.standardError, settings)
    }
    let seconds = (clock.now - start).seconds
    let report = ParetoSurfaceReport(found, model, scenarios: options.scenario)
    try write(report.json(seconds: nil), report.tables)
    json
      ? Terminal.write(report.json(seconds: seconds).adding(warnings: idle.warnings).text)
      : Terminal.show(report.text(seconds: seconds, style: Terminal.style))
    if let ending = Ending(found.status) { throw ending }
  }

  /// The files of `--out`.
  private func write(_ json: JSONValue, _ tables: [Table]) throws {
    guard let out else { return }
    try ResultFiles.write(
      folder: out,
      files: [(name: "pareto.json", text: json.text)]
        + tables.map { (name: $0.name + ".csv", text: $0.csv) })
  }
}
