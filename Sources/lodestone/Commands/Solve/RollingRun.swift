import Allocation
import Analysis
import Reporting

/// `solve --foresight`: plans with limited foresight on a rolling horizon, beside the plan with perfect foresight.
struct RollingRun {
  private let setup: SolveSetup
  private var command: Solve { setup.command }

  init(_ setup: SolveSetup) { self.setup = setup }

  func run() throws {
    var timing = Timing()
    timing.read = setup.elapsed
    let interruption = Interruption()
    let line = CountLine()
    var settings = RollingSettings(
      foresight: command.foresight.flatMap(Solve.wholeYears) ?? 1,
      step: command.step.flatMap(Solve.wholeYears) ?? 1)
    settings.run = try setup.settings(interruption)
    settings.run.progress = { line.show($0.phase) }
    let plan = rollingPlan(setup.model, settings)
    line.clear()
    timing.solve = plan.rolling.solveTime + plan.full.solveTime
    timing.verify = plan.rolling.verifyTime + plan.full.verifyTime
    timing.total = setup.elapsed
    let report = RollingReport(plan, setup.model, scenarios: setup.options.scenario)
    if let out = command.out { try ResultFiles.write(folder: out, files: report.files) }
    if command.json {
      Terminal.write(report.json(timing: timing).adding(warnings: setup.idle.warnings).text)
    } else {
      Terminal.show(
        RollingTranscript(
          plan, setup.model, scenarios: setup.options.scenario, timing: timing,
          style: Terminal.style
        ).text)
      setup.tellAttempts(plan.full, of: "perfect foresight")
    }
    if let ending = Ending(plan.rolling) ?? Ending(plan.full) { throw ending }
  }
}
