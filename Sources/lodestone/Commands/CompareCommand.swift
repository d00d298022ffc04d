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
        lodestone compare model.yaml --relax
        lodestone compare model.yaml --case export_ban --case "late: slow_permits, budget 50%"
        lodestone compare model.yaml --scenario export_ban --budget-scale 0.5,1,2
        lodestone compare model.yaml --only-stage mine --only-stage separation+metal --json
        lodestone compare model.yaml --facility north_mine --facility "South mine"

      The first case is always the model as it is. Without --case and --scenario every scenario of the model is a case. A case in which the targets cannot all be met shows the plan that misses them least, and by how much.

      --only-stage adds each case once more with the money, and all expansions, kept to facilities of those stages. Two --facility set two projects side by side: why each is in or out, its account, its break-even values.
      """)

  @Argument(help: "The model file (YAML).")
  var model: String

  @OptionGroup var chosen: CaseOptions

  @Option(
    name: .long, help: "Budget scales separated by commas, of every case: 0.5,1,2 or 50%,100%.")
  var budgetScale = "1"

  @Option(
    name: .long,
    help: "Only facilities of this stage may be funded; a+b for several stages. Repeatable.")
  var onlyStage: [String] = []

  @Option(
    name: .long,
    help: "A facility by its id or name; with another --facility, the two side by side.")
  var facility: [String] = []

  @Option(name: .long, help: "Objectives in order, instead of the model's, separated by commas.")
  var objective: String?

  @OptionGroup var rules: RunOptions

  @Flag(
    name: .long,
    help:
      "Leaves out what private money alone would build in each case, and which facilities all plans nearly as good build."
  )
  var onlyPlan = false

  @Flag(
    name: .long,
    help:
      "Looks in a large model too, where it takes longer, for facilities that every plan within 2 % of the best builds in every case."
  )
  var noRegret = false

  @Option(name: .long, help: "Writes comparison.json and CSV tables into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    _ = try scales()
    for text in onlyStage where ModelOptions.parts(text).contains("") {
      throw ValidationError("names are separated by one +, found '\(printable(text))'")
    }
    guard facility.isEmpty || facility.count == 2 else {
      throw ValidationError("--facility: name two facilities, found \(facility.count)")
    }
    if !facility.isEmpty, try scales() != [1] || !chosen.texts.isEmpty || !onlyStage.isEmpty {
      throw ValidationError(
        "--facility compares two projects in one case; leave out --case, --budget-scale and --only-stage"
      )
    }
  }

  private func scales() throws -> [Double] {
    try budgetScale.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let scale = BudgetScale(argument: String(text)) else {
        throw ValidationError(
          "--budget-scale is numbers from 0 to 1e9, or shares like 50%, separated by commas, found '\(printable(budgetScale))'"
        )
      }
      return scale.value
    }
  }

  func run() throws {
    let document = try read()
    try checkStages(document.base)
    if !facility.isEmpty { return try showFacilities(document) }
    let isPlain = try scales() == [1] && onlyStage.isEmpty
    let all = try chosen.cases(isPlain ? document.base.scenarios.map(\.id) : nil)
    let cases = ComparedCase.combinations(
      of: all, base: chosen.base, budgetScales: try scales(),
      onlyStages: onlyStage.map(ModelOptions.parts))
    ProcessMemory.keepFreed()
    let interruption = Interruption()
    let progress = CountLine()
    var settings = ComparisonSettings()
    settings.objectives = try SolveOptionText.objectives(objective, in: document.base)
    if let chosen = settings.objectives { SolveOptionText.warn(of: chosen, in: document.base) }
    settings.wantsBaselines = !onlyPlan
    if onlyPlan { settings.wantsNoRegret = false }
    if noRegret { settings.wantsNoRegret = true }
    settings.run = rules.settings(interruption)
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
    let idle = IdleChanges(in: document, cases: [chosen.base] + all)
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
    for stage in onlyStage.flatMap(ModelOptions.parts) where !known.contains(stage) {
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
