import Allocation
import Analysis
import Reporting
import SupplyChain

/// `solve --risk`: one plan until the outcome is known, and one for each outcome after it.
struct RiskRun {
  private let setup: SolveSetup
  private var command: Solve { setup.command }

  init(_ setup: SolveSetup) { self.setup = setup }

  func run() throws {
    var timing = Timing()
    let interruption = Interruption()
    let line = CountLine()
    var run = try setup.settings(interruption)
    run.progress = { line.show(UncertaintyTranscript.line($0)) }
    let list = try setup.options.outcomes(
      of: setup.document, risk: command.risk,
      objectives: command.objective == nil ? nil : setup.model.objectives, run: run)
    guard !list.outcomes.isEmpty else {
      line.clear()
      Terminal.writeError("lodestone: \(UncertaintyProblem.interrupted)\n")
      throw Ending.stopped
    }
    let settings = settings(list.uncertainty, run, line)
    timing.read = setup.elapsed
    let plan: UncertainPlan
    do throws(UncertaintyProblem) {
      plan = try planUnderUncertainty(list, base: setup.model, settings)
    } catch {
      line.clear()
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.ending
    }
    line.clear()
    timing.solve = plan.solution.solveTime
    timing.verify = plan.solution.verifyTime
    timing.total = setup.elapsed
    let report = UncertaintyReport(plan, setup.model, scenarios: setup.options.scenario)
    let proof = try command.prove.flatMap { try prove(plan, list, file: $0) }
    if let out = command.out { try ResultFiles.write(folder: out, files: report.files) }
    if command.json {
      Terminal.write(report.json(timing: timing).adding(warnings: setup.idle.warnings))
    } else {
      setup.tellWarnings()
      Terminal.show(
        UncertaintyTranscript(
          plan, setup.model, scenarios: setup.options.scenario, timing: timing,
          style: Terminal.style
        ).text)
      setup.tellAttempts(plan.solution)
      if let proof { Terminal.show("\n" + AnswerProofReport(proof).text) }
    }
    if let proof, !proof.isProven { throw Ending.notVerified }
    if let ending = Ending(plan.solution) { throw ending }
  }

  /// Writes the certificate, then checks it as `check` would; nil where there is no plan to prove.
  private func prove(
    _ plan: UncertainPlan, _ list: OutcomeList, file: String
  ) throws -> AnswerCertificateCheck? {
    let question = PlanCertificate.Question(
      scenarios: setup.options.scenario, settings: setup.options.settings,
      budgetScale: setup.options.budgetScale, isRelaxed: command.rules.relax,
      objectives: list.outcomes[0].model.objectives)
    guard let certificate = AnswerCertificate(plan, question: question) else { return nil }
    do {
      try Output.write(file: file, bytes: certificate.bytes)
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.isUsage ? Ending.usage : Ending.outputFailed
    }
    return AnswerCertificateCheck(certificate, list)
  }

  private func settings(
    _ uncertainty: Uncertainty, _ run: RunSettings, _ line: CountLine
  ) -> UncertaintySettings {
    var settings = UncertaintySettings()
    settings.risk = RiskMeasure(
      command.risk.flatMap { Uncertainty.Risk(rawValue: $0.rawValue) } ?? uncertainty.risk,
      level: command.level.flatMap(SolveOptionText.fraction) ?? uncertainty.level)
    settings.compares = !command.onlyPlan
    if let nonzeros = command.simplexNonzeros { settings.mostNonzerosOfSimplex = nonzeros }
    switch command.method {
    // A proof needs the answers one by one.
    case _ where command.prove != nil: settings.method = .decomposition
    case .extensive: settings.method = .extensive
    case .decomposition: settings.method = .decomposition
    default: settings.method = .automatic
    }
    settings.run = run
    if uncertainty.sample != nil, !command.json {
      settings.begins = { size in
        line.clear()
        Terminal.writeError(UncertaintyTranscript.size(size) + "\n")
      }
    }
    return settings
  }
}

extension UncertaintyProblem {
  var ending: Ending {
    switch self {
    case .horizonsDiffer, .modulesDiffer, .nothingToDecide, .chanceByStages: .modelIsWrong
    case .tooLarge, .interrupted: .stopped
    }
  }
}
