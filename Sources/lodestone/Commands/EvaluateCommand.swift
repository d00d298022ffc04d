import Allocation
import Analysis
import ArgumentParser
import Reporting
import SupplyChain

struct EvaluateAwards: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Finds what comes of awards that somebody decided, and which rules they break.",
    discussion: """
      Examples:
        lodestone evaluate model.yaml --awards awards.csv --relax
        lodestone evaluate model.yaml --awards results --operate-only
        lodestone evaluate model.yaml --awards awards.csv --scenario export_ban --json

      The awards are a table with the columns facility, fund, year (or period) and amount, such as `120 MUSD`; capacity in t/yr has no fund. Tables that `solve --out` writes (awards.csv, builds.csv, purchases.csv), its plan.json and its folder are read too, and --awards may stand several times.

      What is listed is fixed, the rest of the plan is free; with --operate-only nothing further is awarded, built or bought. The plan is shown beside the best one. With --risk what is listed before the reveal is fixed (with --operate-only all of it). Where the awards break rules, these are named, with the least by which they are broken, the plan keeps all others, and the exit code is 3.
      """)

  @OptionGroup var options: ModelOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The awards: a CSV table, plan.json, or a folder that `solve --out` wrote.",
      valueName: "file"))
  var awards: [String]

  @Flag(name: .long, help: "Nothing further is awarded, built or bought.")
  var operateOnly = false

  @Option(
    name: .long, help: "Objectives in order, instead of the model's (separated by commas).")
  var objective: String?

  @Option(
    name: .long,
    help:
      "Evaluates for the model's uncertain outcomes by a measure of risk: expected, worst, regret, cvar or adversary."
  )
  var risk: Solve.Risk?

  @OptionGroup var rules: RunOptions

  @Option(
    name: .long, help: "Writes evaluation.json and one CSV table a kind into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    if awards.isEmpty { throw ValidationError("--awards: name a file of awards") }
  }

  func run() throws {
    try ResultFiles.check(folder: out, keeps: awards + [options.model])
    var (model, _, idle) = try options.load()
    if let chosen = try SolveOptionText.objectives(objective, in: model) {
      model.objectives = chosen
    }
    let awards = try AwardFiles.read(awards, in: model)
    if risk != nil { return try evaluate(awards, in: model, idle) }
    let found = try StudyRun(rules).run { settings throws(StudyEnd) in
      try Evaluation.find(model, awards, operatesOnly: operateOnly, settings: settings)
    }
    let report = EvaluationReport(found, scenarios: options.scenario)
    if let out {
      try ResultFiles.write(
        folder: out,
        files: [(name: "evaluation.json", text: report.json.text)]
          + report.tables.map { (name: $0.name + ".csv", text: $0.csv) })
    }
    json
      ? Terminal.write(report.json.adding(warnings: idle.warnings).text)
      : Terminal.show(report.text(style: Terminal.style))
    if let ending = Ending(found.solution) { throw ending }
    if !found.broken.isEmpty { throw Ending.noPlan }
  }
}

extension EvaluateAwards {
  /// With `--risk`: the plan with the awards and the best one, each for all outcomes.
  private func evaluate(_ awards: [Commitment], in model: Model, _ idle: IdleChanges) throws {
    let interruption = Interruption()
    let line = CountLine()
    var run = rules.settings(interruption)
    run.progress = { line.show(UncertaintyTranscript.line($0)) }
    let (document, _, _) = try options.read()
    let list = try options.outcomes(
      of: document, risk: risk, objectives: objective == nil ? nil : model.objectives, run: run)
    guard !list.outcomes.isEmpty else {
      line.clear()
      Terminal.writeError("lodestone: \(UncertaintyProblem.interrupted)\n")
      throw Ending.stopped
    }
    if let name = list.outcome(unlike: model) {
      line.clear()
      Terminal.writeError(
        "lodestone: --risk: the outcome \(printable(name)) has other facilities, funds or stockpiles than the model\n"
      )
      throw Ending.modelIsWrong
    }
    var settings = UncertaintySettings()
    settings.risk = RiskMeasure(
      risk.flatMap { Uncertainty.Risk(rawValue: $0.rawValue) } ?? list.uncertainty.risk,
      level: list.uncertainty.level)
    settings.compares = false
    settings.run = run
    // What is awarded from the reveal on is decided when the outcome is known.
    let reveal = list.uncertainty.reveal
    let before = awards.filter { model.horizon.year(ofStep: $0.steps.lowerBound) < reveal }
    if before.count < awards.count, !json {
      line.clear()
      Terminal.writeError(
        "lodestone: \(awards.count - before.count) of \(awards.count) awards fall from \(reveal) on, when the outcome is known, and are free\n"
      )
    }
    let awards = operateOnly ? awards : before
    let decided = model.committing(awards, operatesOnly: operateOnly)
    let (plan, best): (UncertainPlan, UncertainPlan)
    do throws(UncertaintyProblem) {
      best = try planUnderUncertainty(list, base: model, settings)
      plan = try planUnderUncertainty(
        list.committing(awards, operatesOnly: operateOnly), base: decided, settings)
    } catch {
      line.clear()
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.ending
    }
    line.clear()
    let report = RiskEvaluationReport(
      plan, best: best, decided, awards: awards.count, scenarios: options.scenario)
    if let out { try ResultFiles.write(folder: out, files: report.files) }
    var timing = Timing()
    timing.solve = plan.solution.solveTime + best.solution.solveTime
    timing.verify = plan.solution.verifyTime + best.solution.verifyTime
    timing.total = timing.solve + timing.verify
    json
      ? Terminal.write(report.json(timing: timing).adding(warnings: idle.warnings))
      : Terminal.show(report.text(timing: timing, style: Terminal.style))
    if plan.solution.status == .infeasible, best.solution.status != .infeasible {
      Terminal.writeError("leave out --risk to see which rules the awards break\n")
    }
    if let ending = Ending(plan.solution) { throw ending }
  }
}
