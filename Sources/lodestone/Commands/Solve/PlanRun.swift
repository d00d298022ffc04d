import Allocation
import Analysis
import Reporting

/// `solve`: one plan for one future.
struct PlanRun {
  private let setup: SolveSetup
  private var command: Solve { setup.command }

  init(_ setup: SolveSetup) { self.setup = setup }

  func run() throws {
    var timing = Timing()
    timing.read = setup.elapsed
    let allocation = AllocationProgram(setup.model, relaxed: command.rules.relax)
    timing.build = setup.elapsed - timing.read

    let interruption = Interruption()
    let progress = ProgressLine()
    var settings = try setup.settings(interruption)
    if progress.isShown {
      settings.allocation.progress = { objective, state in progress.show(objective, state) }
    }
    let solution = Allocation.solve(allocation, settings.allocation)
    timing.solve = solution.solveTime
    timing.verify = solution.verifyTime
    timing.total = setup.elapsed
    let context =
      command.onlyPlan ? nil : PlanContext.find(allocation, solution, settings)
    progress.clear()

    let report = SolveReport(
      solution, setup.model, scenarios: setup.options.scenario, context: context)
    try write(solution, report)
    let proof = try command.prove.map {
      try Proving(file: $0, options: setup.options, isRelaxed: command.rules.relax).proof(
        of: solution, allocation, cancellation: interruption.cancellation)
    }
    if command.json {
      Terminal.write(report.json(timing: timing).adding(warnings: setup.idle.warnings).text)
    } else {
      show(solution, timing)
      if let context {
        Terminal.show(
          ContextTranscript(
            context, solution, setup.model, isVerbose: command.verbose, style: Terminal.style
          ).text)
      }
      if let proof { Terminal.show("\n" + ProofReport(proof).text) }
    }
    if let ending = Ending(solution) { throw ending }
    if context?.isInterrupted == true { throw Ending.stopped }
    if let proof, !proof.isProven { throw Ending.notVerified }
  }

  private func show(_ solution: AllocationSolution, _ timing: Timing) {
    let transcript = SolveTranscript(
      solution: solution, model: setup.model, scenarios: setup.options.scenario, timing: timing,
      style: Terminal.style)
    setup.tellWarnings()
    if setup.warnings.count > 10 {
      Terminal.writeError(
        "and \(setup.warnings.count - 10) more warnings; `lodestone validate` shows all\n")
    }
    Terminal.show(transcript.text)
    setup.tellAttempts(solution)
  }

  private func write(_ solution: AllocationSolution, _ report: SolveReport) throws {
    guard let out = command.out else { return }
    var files = [(name: "plan.json", text: report.json(timing: nil).text)]
    if let plan = solution.plan {
      let tables = PlanTables(plan, setup.model).tables
      files += tables.map { (name: $0.name + ".csv", text: $0.csv) }
      files += SheetTables(tables, setup.model).files
    }
    try ResultFiles.write(folder: out, files: files)
  }
}
