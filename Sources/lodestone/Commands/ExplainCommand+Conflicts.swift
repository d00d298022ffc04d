import Allocation
import Analysis
import Reporting
import SupplyChain

/// `explain --risk` and `explain --foresight`: which outcome or window leaves no plan.
extension Explain {
  /// Names the outcomes that clash; of one that clashes by itself, all that `explain` says of its model.
  func explainOutcomes() throws {
    let (document, _, idle) = try options.read()
    let study = StudyRun(rules)
    let list = try options.outcomes(
      of: document, risk: risk, objectives: nil, run: study.settings)
    guard !list.outcomes.isEmpty else { throw Ending.stopped }
    let found: OutcomeConflict?
    do throws(UncertaintyProblem) {
      found = try study.told { settings throws(UncertaintyProblem) in
        var uncertain = UncertaintySettings()
        uncertain.run = settings
        return try conflict(of: list, uncertain)
      }
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw Ending.modelIsWrong
    }
    if study.isCancelled { throw Ending.stopped }
    guard let found else {
      tell(
        "\(list.outcomes.count) outcomes: there is a plan for all of them. What limits it is explained without --risk.",
        .object([("conflict", .null)]), idle)
      return
    }
    if found.kind == .alone, let first = found.outcomes.first {
      if !json { Terminal.show(printable(found.words.sentence) + "\n\n") }
      try explainConflict(
        list.outcomes[first].model, study, idle,
        first: [("outcomes", UncertaintyReport.json(found))])
    }
    tell(
      found.words.sentence, .object([("outcomes", UncertaintyReport.json(found))]), idle)
    throw Ending.noPlan
  }

  /// Names the window without a plan; where its own rules clash, all that `explain` says of what it sees.
  func explainWindows() throws {
    let (model, _, idle) = try options.load()
    let study = StudyRun(rules)
    var settings = RollingSettings(
      foresight: foresight.flatMap(Solve.wholeYears) ?? 1,
      step: step.flatMap(Solve.wholeYears) ?? 1)
    settings.run = study.settings
    settings.comparesFullForesight = false
    let plan = rollingPlan(model, settings)
    study.clear()
    if study.isCancelled { throw Ending.stopped }
    guard plan.rolling.status == .infeasible, let window = plan.windows.last else {
      tell(
        "Every plan with sight of \(settings.foresight) years is found. What limits the plan with full foresight is explained without --foresight.",
        .object([("conflict", .null)]), idle)
      if let ending = Ending(plan.rolling) { throw ending }
      return
    }
    let words = plan.rolling.reason ?? "no plan was found"
    let place = JSONValue.object([
      ("seen", .array([.integer(window.seen.lowerBound), .integer(window.seen.upperBound)])),
      ("reason", .string(words)),
    ])
    // What earlier plans have committed is no rule of the model.
    if plan.windows.count == 1 {
      if !json { Terminal.show(printable(words.sentence) + "\n\n") }
      try explainConflict(
        model.seen(until: window.seen.upperBound), study, idle, first: [("window", place)])
    }
    tell(words.sentence, .object([("window", place)]), idle)
    throw Ending.noPlan
  }

  private func tell(_ words: String, _ value: JSONValue, _ idle: IdleChanges) {
    json
      ? Terminal.write(value.adding(warnings: idle.warnings).text)
      : Terminal.show(printable(words) + "\n")
  }
}

extension String {
  /// With a capital letter and a full stop.
  fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() + "." }
}
