import Allocation
import Analysis
import Reporting
import SupplyChain

/// `validate --risk` and `validate --foresight`: whether all outcomes, or all plans of a rolling horizon, have a plan
/// without whole-number rules.
struct PlanCheck {
  let document: ModelDocument
  let path: String
  private let run = StudyRun()

  init(_ document: ModelDocument, path: String) {
    self.document = document
    self.path = path
  }

  private var settings: RunSettings {
    var settings = run.settings
    settings.isRelaxed = true
    return settings
  }

  /// Names the outcomes that leave no plan.
  func outcomes() throws -> Diagnostic? {
    let model = document.base
    guard let uncertainty = model.uncertainty else {
      return problem(
        "the model has no `uncertainty`",
        expected:
          "reveal and outcomes, e.g. `\(Uncertainty.example)`"
      )
    }
    defer { run.clear() }
    let list = try OutcomeList(
      document, uncertainty, scenarios: [], settings: [], budgetScale: 1, objectives: nil,
      run: settings)
    var uncertain = UncertaintySettings()
    uncertain.run = settings
    uncertain.countsMissedOutcomes = true
    let found: OutcomeConflict?
    do throws(UncertaintyProblem) {
      found = try conflict(of: list, uncertain)
    } catch {
      return problem(error.description)
    }
    if run.isCancelled { throw Ending.stopped }
    return found.map {
      problem(
        $0.words, expected: "a plan for every outcome; see `lodestone explain --risk expected`")
    }
  }

  /// Names the window that leaves no plan.
  func windows(foresight: Int, step: Int) throws -> Diagnostic? {
    defer { run.clear() }
    var rolling = RollingSettings(foresight: foresight, step: step)
    rolling.run = settings
    rolling.comparesFullForesight = false
    let plan = rollingPlan(document.base, rolling)
    if run.isCancelled { throw Ending.stopped }
    guard plan.rolling.status == .infeasible else {
      if let ending = Ending(plan.rolling) { throw ending }
      return nil
    }
    return problem(
      plan.rolling.reason ?? "a plan of the rolling horizon was not found",
      expected: "a plan in every window; see `lodestone explain --foresight \(foresight)years`")
  }

  private func problem(_ words: String, expected: String? = nil) -> Diagnostic {
    Diagnostic(message: words, file: path, line: 0, column: 0, expected: expected)
  }
}
