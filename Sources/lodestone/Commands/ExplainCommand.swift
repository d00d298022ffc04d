import Analysis
import ArgumentParser
import Reporting
import SupplyChain

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what limits the outcome, why a facility is in or out, or why there is no plan.",
    discussion: """
      Examples:
        lodestone explain model.yaml
        lodestone explain model.yaml --scenario export_ban --top 10
        lodestone explain model.yaml --facility white_mesa --relax
        lodestone explain model.yaml --facility "White Mesa second circuit"
        lodestone explain model.yaml --budget-scale 0.5 --json
        lodestone explain model.yaml --risk expected
        lodestone explain model.yaml --foresight 3years

      What limits the outcome is ranked on one yardstick: how far the first objective moves for 1 % more of each number, and for the same money. Prices are changes for a little more or less of one number, with the range over which each holds; each is checked by solving the model again. Whole-number rules (modules, smallest awards, exclusive groups) are dropped for prices, since there are none with them; the output says so. --relax drops them from the start: it does not ask whether there is a plan with them.

      A model without a plan ends with exit code 3: the rules that clash, and the smallest changes that help. `lodestone reach` shows the plan that comes nearest to targets. --risk and --foresight say which outcome, or which plan of a rolling horizon, has none and why.
      """)

  @OptionGroup var options: ModelOptions

  @Option(
    name: .long,
    help:
      "One facility, by its id or its name: why it is in or out, what would change that, and its money by year."
  )
  var facility: String?

  @Option(name: .long, help: "How many prices of each kind are worked out.")
  var top = 5

  @Flag(
    name: .long,
    help:
      "Works out prices and the range over which each holds in a large model too, where it takes minutes."
  )
  var prices = false

  @Option(
    name: .long,
    help: "Which of the model's uncertain outcomes leave no plan: expected, worst, regret or cvar.")
  var risk: Solve.Risk?

  @Option(name: .long, help: "Which plan that sees only so far ahead fails, and why: 5years.")
  var foresight: String?

  @Option(name: .long, help: "With --foresight: what each plan commits before the next, 1year.")
  var step: String?

  @OptionGroup var rules: RunOptions

  @Option(name: .long, help: "Writes explanation.json into this folder.")
  var out: String?

  @Flag(name: .long, help: "Shows every rule of a conflict, not only the first few of each kind.")
  var all = false

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    guard (1...1000).contains(top) else {
      throw ValidationError("--top is a whole number from 1 to 1000, found '\(top)'")
    }
    if risk != nil, foresight != nil {
      throw ValidationError("--foresight and --risk: choose one of them")
    }
    if facility != nil, risk != nil || foresight != nil {
      throw ValidationError(
        "--facility is explained for one future; leave out --risk and --foresight")
    }
    try Solve.checkForesight(foresight, step: step)
  }

  func run() throws {
    if risk != nil { return try explainOutcomes() }
    if foresight != nil { return try explainWindows() }
    let (model, _, idle) = try options.load()
    let chosen = try facilityIndex(in: model)
    let run = StudyRun(rules)
    do {
      if let chosen {
        let found = try run.study { settings throws(StudyEnd) in
          try FacilityCase.explain(model, facility: chosen, settings: settings)
        }
        let report = FacilityCaseReport(found, model, scenarios: options.scenario)
        try ResultFiles.write(folder: out, json: "explanation.json", report.json)
        json
          ? Terminal.write(report.json.adding(warnings: idle.warnings).text)
          : Terminal.show(report.text(style: Terminal.style))
        if found.isInterrupted { Terminal.finish(.stopped) }
        return
      }
      let limiting = try run.study { settings throws(StudyEnd) in
        try Limiting.explain(
          model, count: top, prices: prices ? true : nil, settings: settings)
      }
      let report = LimitingReport(limiting, model, scenarios: options.scenario)
      try ResultFiles.write(folder: out, json: "explanation.json", report.json)
      json
        ? Terminal.write(report.json.adding(warnings: idle.warnings).text)
        : Terminal.show(report.text(style: Terminal.style))
      if limiting.isInterrupted { Terminal.finish(.stopped) }
      if limiting.prices.contains(where: { !$0.isConfirmed }) { Terminal.finish(.notVerified) }
    } catch let error as StudyEnd {
      guard case .noPlan(.infeasible, _) = error else { throw StudyRun.told(error) }
      try explainConflict(model, run, idle)
    }
  }

  private func facilityIndex(in model: Model) throws -> Int? {
    try facility.map { try FacilityOption.index($0, in: model) }
  }

  /// - Parameter first: members before those of the report.
  func explainConflict(
    _ model: Model, _ run: StudyRun, _ idle: IdleChanges,
    first: [(key: String, value: JSONValue)] = []
  ) throws {
    let (iis, relaxations) = try run.run { settings throws(StudyEnd) in
      guard let iis = try IIS.find(model, settings: settings) else {
        throw .notVerified("the model was called infeasible, but no conflict was found in it")
      }
      return (iis, try FeasibilityRelaxation.find(model, iis, settings: settings))
    }
    let report = IISReport(iis, relaxations, model, scenarios: options.scenario)
    try ResultFiles.write(folder: out, json: "explanation.json", report.json.with(first: first))
    if json {
      Terminal.write(report.json.with(first: first).adding(warnings: idle.warnings).text)
    } else {
      Terminal.show(report.text(style: Terminal.style, isWhole: all))
    }
    throw relaxations.isInterrupted ? Ending.stopped : Ending.noPlan
  }
}
