import Allocation
import Analysis
import Reporting
import SupplyChain
import Support

/// `solve` with `risk`: one plan until the outcome is known, and one for each outcome after it.
struct RiskAnswer {
  private let plan: PlanRequest
  /// Whether what a page draws of an adversary's answers comes too.
  private let wantsPicture: Bool

  init(_ plan: PlanRequest, wantsPicture: Bool = false) {
    self.plan = plan
    self.wantsPicture = wantsPicture
  }

  func answer(_ question: Question) throws -> JSONValue {
    let clock = ContinuousClock()
    let start = clock.now
    var timing = Timing()
    let model = try plan.model(question)
    let (list, settings) = try asked(question)
    timing.read = (clock.now - start).seconds
    let found: UncertainPlan
    do throws(UncertaintyProblem) {
      found = try planUnderUncertainty(list, base: model, settings)
    } catch {
      throw SessionError(error.code, "\(error)")
    }
    timing.solve = found.solution.solveTime
    timing.verify = found.solution.verifyTime
    timing.total = (clock.now - start).seconds
    let report = UncertaintyReport(found, model, scenarios: question.changes.scenarios)
    var json = report.json(timing: timing).adding(warnings: question.idle)
    if wantsPicture { json = json.with(first: [("picture", AnswersPicture(found, model).json)]) }
    return try question.ended(json, isInterrupted: question.cancellation.isCancelled)
  }

  /// The outcomes and how they are planned for.
  func asked(_ question: Question) throws -> (list: OutcomeList, settings: UncertaintySettings) {
    let run = plan.settings(question)
    let list = try outcomes(question, run)
    guard !list.outcomes.isEmpty else { throw StudyEnd.interrupted }
    var settings = UncertaintySettings()
    settings.risk = RiskMeasure(
      plan.risk ?? list.uncertainty.risk, level: plan.level ?? list.uncertainty.level)
    settings.compares = !plan.onlyPlan
    settings.method =
      switch plan.method {
      case .extensive: .extensive
      case .decomposition: .decomposition
      default: .automatic
      }
    settings.run = run
    settings.groupSolver = question.groups
    return (list, settings)
  }

  private func outcomes(_ question: Question, _ run: RunSettings) throws -> OutcomeList {
    let model = try question.baseOfOutcomes()
    let chosen = try plan.objectives?.objectives(of: model)
    guard plan.risk == .adversary else { return try question.outcomes(model, chosen, run) }
    guard let adversary = model.adversary else {
      throw SessionError(
        .modelIsWrong, "the model has no `adversary`, e.g. `\(Adversary.example)`")
    }
    let changes = question.changes
    return try OutcomeList(
      question.document, against: adversary, scenarios: changes.scenarios,
      settings: changes.settings, budgetScale: changes.budgetScale, objectives: chosen, run: run)
  }
}

extension Question {
  /// The model that says which outcomes there are; a setting may change them.
  func baseOfOutcomes() throws -> Model {
    try document.model(settings: changes.pairs)
  }

  /// The outcomes of `uncertainty`.
  ///
  /// - Parameter objectives: instead of the model's.
  func outcomes(
    _ model: Model, _ objectives: [Objective]?, _ run: RunSettings
  ) throws -> OutcomeList {
    guard let uncertainty = model.uncertainty else {
      throw SessionError(
        .modelIsWrong, "the model has no `uncertainty`, e.g. `\(Uncertainty.example)`")
    }
    return try OutcomeList(
      document, uncertainty, scenarios: changes.scenarios, settings: changes.settings,
      budgetScale: changes.budgetScale, objectives: objectives, run: run)
  }
}

/// `adversary`: `solve` against the worst answer of the other side.
struct AdversaryRequest: ModelRequest {
  let plan: PlanRequest
  let wantsPicture: Bool

  init(_ parameters: inout Parameters) throws {
    wantsPicture = try parameters.flag("picture") ?? false
    var plan = try PlanRequest(&parameters)
    guard plan.risk == nil || plan.risk == .adversary, plan.foresight == nil, !plan.isWarm else {
      throw SessionError.parameter("risk", "is `adversary` here; leave it out")
    }
    plan.risk = .adversary
    self.plan = plan
  }

  func answer(_ question: Question) throws -> JSONValue {
    try RiskAnswer(plan, wantsPicture: wantsPicture).answer(question)
  }
}

extension UncertaintyProblem {
  var code: SessionError.Code {
    switch self {
    case .horizonsDiffer, .modulesDiffer, .nothingToDecide, .chanceByStages: .modelIsWrong
    case .tooLarge, .interrupted: .stopped
    }
  }
}
