import Allocation
import Analysis
import ArgumentParser
import LinearProgramming
import Reporting
import SupplyChain

/// `solve --risk`: one plan until the outcome is known, and one for each outcome after it.
extension Solve {
  func validateUncertainty() throws {
    if let level, SolveOptionText.fraction(level).map({ $0 < 1 }) != true {
      throw ValidationError(
        "--level is a share from 0 to below 1, like 90%, found '\(printable(level))'")
    }
    guard risk == nil else {
      if prove != nil {
        throw ValidationError("--prove: a proof is written for one future only; leave out --risk")
      }
      return
    }
    if onlyPlan { throw ValidationError("--only-plan belongs to --risk") }
    if level != nil { throw ValidationError("--level belongs to --risk cvar") }
    if method == .extensive || method == .decomposition {
      throw ValidationError("--method \(method.rawValue) belongs to --risk")
    }
  }

  func runUncertain() throws {
    let clock = ContinuousClock()
    let start = clock.now
    var timing = Timing()
    var (base, warnings) = try options.load()
    if let chosen = try objectives() { base.objectives = chosen }
    let list = try options.outcomes(objectives: try objectives())
    let interruption = Interruption()
    let line = CountLine()
    var settings = UncertaintySettings()
    settings.risk = riskMeasure(list.uncertainty)
    settings.isRelaxed = relax
    settings.compares = !onlyPlan
    switch method {
    case .extensive: settings.method = .extensive
    case .decomposition: settings.method = .decomposition
    default: settings.method = .automatic
    }
    settings.allocation.method = solverMethod
    settings.allocation.external = try solver?.found()
    settings.allocation.timeLimit = timeLimit
    settings.allocation.relativeGap = gap.flatMap(SolveOptionText.fraction)
    settings.allocation.cancellation = interruption.cancellation
    settings.progress = { line.show(UncertaintyTranscript.line($0)) }
    timing.read = seconds(clock.now - start)
    let plan: UncertainPlan
    do throws(UncertaintyProblem) {
      plan = try planUnderUncertainty(list, base: base, settings)
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw Ending.modelIsWrong
    }
    line.clear()
    timing.solve = plan.solution.solveTime
    timing.verify = plan.solution.verifyTime
    timing.total = seconds(clock.now - start)
    let report = UncertaintyReport(plan, base, scenarios: options.scenario)
    if let out { try ResultFiles.write(folder: out, files: report.files) }
    if json {
      Terminal.write(report.json(timing: timing))
    } else {
      warnings.sort { $0.line < $1.line }
      for warning in warnings.prefix(10) { Terminal.writeError(warning.headline + "\n") }
      Terminal.show(
        UncertaintyTranscript(
          plan, base, scenarios: options.scenario, timing: timing, style: Terminal.style
        ).text)
    }
    if let ending = Ending(plan.solution) { throw ending }
  }

  private func riskMeasure(_ uncertainty: Uncertainty) -> RiskMeasure {
    RiskMeasure(
      risk.flatMap { Uncertainty.Risk(rawValue: $0.rawValue) } ?? uncertainty.risk,
      level: level.flatMap(SolveOptionText.fraction) ?? uncertainty.level)
  }
}

extension ModelOptions {
  /// The outcomes of the model's `uncertainty`, or words about what is wrong and exit code 1.
  func outcomes(objectives: [Objective]?) throws -> OutcomeList {
    do {
      let document = try ModelDocument.read(path: model)
      guard let uncertainty = document.base.uncertainty else {
        Terminal.writeError(
          "\(printable(model)): error: the model has no `uncertainty`\n  expected: reveal and outcomes, "
            + "e.g. `uncertainty: { reveal: 2029, outcomes: { base: 60%, export_ban: 40% } }`\n")
        throw Ending.modelIsWrong
      }
      return try OutcomeList(
        document, uncertainty, scenarios: scenario,
        settings: settings.map { Case.Setting(path: $0.path, value: $0.value) },
        budgetScale: budgetScale, objectives: objectives)
    } catch let errors as ModelErrors {
      Terminal.writeError(errors.description + "\n")
      throw Ending.modelIsWrong
    }
  }
}
