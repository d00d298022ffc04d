import Analysis
import ArgumentParser
import LinearProgramming
import Reporting
import SupplyChain
import Support

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Solves scenarios, budgets and restrictions side by side: what changes, what stays.",
    discussion: """
      Examples:
        lodestone compare model.yaml --scenario export_ban --scenario slow_permits
        lodestone compare model.yaml --scenario export_ban+half_budget --budget-scale 0.5,1,2
        lodestone compare model.yaml --only-stage mine --only-stage separation+metal --json

      The first case is always the model as it is. a+b applies two scenarios in that order. --only-stage adds
      each case once more with the money, and all expansions, kept to facilities of those stages.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @Option(
    name: .long, help: "A scenario that is a case of its own; a+b for several in order. Repeatable."
  )
  var scenario: [String] = []

  @Option(name: .long, help: "Budget scales separated by commas: 0.5,1,2.")
  var budgetScale = "1"

  @Option(
    name: .long,
    help: "Only facilities of this stage may be funded; a+b for several stages. Repeatable.")
  var onlyStage: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Sets one value in every case, as a scenario's `set` does.", valueName: "path=value"))
  var set: [String] = []

  @Option(name: .long, help: "Objectives in order, instead of the model's, separated by commas.")
  var objective: String?

  @OptionGroup var rules: RunOptions

  @Option(
    name: .long, help: "Relative gap at which a whole-number plan is good enough: 0.01 or 1%.")
  var gap: String?

  @Option(name: .long, help: "Seconds for each case, after which its best plan so far is taken.")
  var timeLimit: Double?

  @Flag(
    name: .long,
    help: "Leaves out what private money alone would build in each case, which is one more solve.")
  var onlyPlan = false

  @Option(name: .long, help: "Writes comparison.json and CSV tables into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    _ = try scales()
    try SolveOptionText.check(timeLimit: timeLimit, gap: gap)
    _ = try SolveOptionText.objectives(objective)
    for text in set where ModelOptions.split(text) == nil {
      throw ValidationError(
        "--set is PATH=VALUE, for example funds.dpa.max_share=50%, found '\(printable(text))'")
    }
    for text in scenario + onlyStage where Compare.parts(text).contains("") {
      throw ValidationError("names are separated by one +, found '\(printable(text))'")
    }
  }

  private static func parts(_ text: String) -> [String] {
    text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
  }

  private func scales() throws -> [Double] {
    try budgetScale.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let first = text.first, first.isNumber, let scale = Double(text), scale.isFinite,
        scale >= 0, scale <= 1e9
      else {
        throw ValidationError(
          "--budget-scale is numbers from 0 to 1e9 separated by commas, found '\(printable(budgetScale))'"
        )
      }
      return scale
    }
  }

  func run() throws {
    let document = try read()
    try checkStages(document.base)
    let cases = ComparedCase.combinations(
      scenarios: scenario.map(Compare.parts), budgetScales: try scales(),
      onlyStages: onlyStage.map(Compare.parts),
      settings: set.compactMap(ModelOptions.split).map {
        Case.Setting(path: $0.path, value: $0.value)
      })
    ProcessMemory.keepFreed()
    let interruption = Interruption()
    let progress = CountLine()
    var settings = ComparisonSettings()
    settings.objectives = try SolveOptionText.objectives(objective)
    settings.wantsBaselines = !onlyPlan
    settings.run = RunSettings(
      relax: rules.relax, timeLimit: timeLimit, gap: gap, interruption)
    settings.run.progress = { progress.show("compare: \($0.done ?? 0) of \(cases.count) cases") }
    let clock = ContinuousClock()
    let start = clock.now
    let comparison: Comparison
    do {
      comparison = try compare(document, cases, settings)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
    progress.clear()
    let idle = IdleChanges(
      in: document, scenarios: [[]] + scenario.map(Compare.parts),
      settings: set.compactMap(ModelOptions.split))
    try show(comparison, idle, (clock.now - start).seconds)
    if let ending = Compare.ending(comparison) { throw ending }
  }

  private func read() throws -> ModelDocument {
    do {
      return try ModelDocument.read(path: model)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
  }

  private func checkStages(_ model: Model) throws {
    var known: [String] = []
    for facility in model.facilities where !known.contains(facility.stage) {
      known.append(facility.stage)
    }
    for stage in onlyStage.flatMap(Compare.parts) where !known.contains(stage) {
      throw ValidationError(
        "--only-stage: no facility has the stage '\(printable(stage))'; expected one of "
          + known.map(printable).joined(separator: ", "))
    }
  }

  private func show(_ comparison: Comparison, _ idle: IdleChanges, _ time: Double) throws {
    let report = ComparisonReport(comparison)
    if let out {
      let tables = report.tables.map { (name: $0.name + ".csv", text: $0.csv) }
      try ResultFiles.write(
        folder: out,
        files: [(name: "comparison.json", text: report.json(seconds: nil).text)] + tables)
    }
    if json {
      Terminal.write(report.json(seconds: time).adding(warnings: idle.warnings).text)
    } else {
      Terminal.show(ComparisonTranscript(comparison, seconds: time, style: Terminal.style).text)
    }
  }

  /// A case without a plan is an answer, as long as another has one.
  private static func ending(_ comparison: Comparison) -> Ending? {
    let statuses = comparison.cases.map(\.solution.status)
    if statuses.contains(.failed) { return .notVerified }
    if statuses.contains(.interrupted) || statuses.contains(.feasible) { return .stopped }
    return statuses.contains(.optimal) ? nil : .noPlan
  }
}
