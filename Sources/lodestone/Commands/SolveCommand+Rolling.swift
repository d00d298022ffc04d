import Allocation
import Analysis
import ArgumentParser
import Reporting
import SupplyChain

/// `solve --foresight`: plans that see only so far ahead, beside the plan with full foresight.
extension Solve {
  func validateRolling() throws {
    guard let foresight else {
      if step != nil { throw ValidationError("--step belongs to --foresight") }
      return
    }
    if risk != nil { throw ValidationError("--foresight and --risk: choose one of them") }
    if prove != nil {
      throw ValidationError("--prove: a proof is written for full foresight; leave out --foresight")
    }
    guard let seen = Solve.wholeYears(foresight) else {
      throw ValidationError(
        "--foresight is a whole number of years, like 5years, found '\(printable(foresight))'")
    }
    if let step {
      guard let committed = Solve.wholeYears(step), committed <= seen else {
        throw ValidationError(
          "--step is a whole number of years, not more than --foresight, found '\(printable(step))'"
        )
      }
    }
  }

  /// `5years`, `5 years`, `1year`, `5yr` or `5`: from 1 to 1000.
  static func wholeYears(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard ["", "y", "yr", "year", "years"].contains(unit), digits.count <= 4,
      let years = Int(digits), (1...1000).contains(years)
    else { return nil }
    return years
  }

  func runRolling() throws {
    let clock = ContinuousClock()
    let start = clock.now
    var timing = Timing()
    var (model, _) = try options.load()
    if let chosen = try objectives() { model.objectives = chosen }
    timing.read = seconds(clock.now - start)
    let interruption = Interruption()
    let line = CountLine()
    var settings = RollingSettings(
      foresight: foresight.flatMap(Solve.wholeYears) ?? 1,
      step: step.flatMap(Solve.wholeYears) ?? 1)
    settings.isRelaxed = relax
    settings.allocation.method = solverMethod
    settings.allocation.external = try solver?.found()
    settings.allocation.timeLimit = timeLimit
    settings.allocation.relativeGap = gap.flatMap(SolveOptionText.fraction)
    settings.allocation.cancellation = interruption.cancellation
    settings.progress = { seen in
      line.show(seen.map { "\($0.lowerBound): sees to \($0.upperBound)" } ?? "full foresight")
    }
    let plan = rollingPlan(model, settings)
    line.clear()
    timing.solve = plan.rolling.solveTime + plan.full.solveTime
    timing.verify = plan.rolling.verifyTime + plan.full.verifyTime
    timing.total = seconds(clock.now - start)
    let report = RollingReport(plan, model, scenarios: options.scenario)
    if let out { try ResultFiles.write(folder: out, files: report.files) }
    if json {
      Terminal.write(report.json(timing: timing).text)
    } else {
      Terminal.show(
        RollingTranscript(
          plan, model, scenarios: options.scenario, timing: timing, style: Terminal.style
        ).text)
    }
    if let ending = Ending(plan.rolling) ?? Ending(plan.full) { throw ending }
  }
}
