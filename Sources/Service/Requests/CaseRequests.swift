import Analysis
import Reporting
import SupplyChain

/// The cases of `compare` and `floors`: those that are named, else each scenario of the model.
struct CaseList: Sendable {
  private let found: [Case]

  init(_ parameters: inout Parameters) throws {
    found = try (parameters.texts("case") ?? []).map { try CaseText($0).found }
  }

  var isEmpty: Bool { found.isEmpty }

  /// The cases that are named, each with the settings of the question before its own.
  func cases(_ question: Question) -> [Case] {
    found.map { one in
      var next = one
      next.settings = question.changes.settings + one.settings
      return next
    }
  }

  /// Each with the settings of the question before its own.
  func cases(_ question: Question, known: [String]?) -> [Case] {
    let settings = question.changes.settings
    var cases: [Case] = []
    if !question.changes.scenarios.isEmpty {
      cases.append(Case(scenarios: question.changes.scenarios, settings: settings))
    }
    cases += self.cases(question)
    if cases.isEmpty, let known {
      cases = known.map { Case(scenarios: [$0], settings: settings) }
    }
    return cases
  }
}

/// `compare`: cases, or two facilities, side by side.
struct CompareRequest: ModelRequest {
  let run: RunRequest
  let cases: CaseList
  let onlyStages: [String]
  let facilities: [String]
  let objectives: ObjectiveList?
  let onlyPlan: Bool
  let noRegret: Bool
  let scales: [Double]

  init(_ parameters: inout Parameters) throws {
    run = try RunRequest(&parameters)
    cases = try CaseList(&parameters)
    onlyStages = try parameters.texts("onlyStage") ?? []
    facilities = try parameters.texts("facility") ?? []
    objectives = try parameters.objectives("objective")
    onlyPlan = try parameters.flag("onlyPlan") ?? false
    noRegret = try parameters.flag("noRegret") ?? false
    scales = try CompareRequest.scales(parameters.take("budgetScales"))
    if onlyStages.flatMap(OptionText.parts).contains("") {
      throw SessionError.parameter("onlyStage", "names are separated by one +")
    }
    guard facilities.isEmpty || facilities.count == 2 else {
      throw SessionError.parameter("facility", "name two facilities")
    }
    if !facilities.isEmpty, !cases.isEmpty || !onlyStages.isEmpty || scales != [1] {
      throw SessionError.parameter(
        "facility",
        "compares two projects in one case; leave out `case`, `budgetScales` and `onlyStage`"
      )
    }
  }

  private static func scales(_ value: JSONInput?) throws -> [Double] {
    guard let value else { return [1] }
    guard case .array(let items) = value, !items.isEmpty else {
      throw SessionError.parameter(
        "budgetScales", "is a list of \(OptionText.budgetScaleWords)", found: value)
    }
    return try items.map { item in
      guard let scale = OptionText.budgetScale(item.yaml) else {
        throw SessionError.parameter(
          "budgetScales", "is a list of \(OptionText.budgetScaleWords)", found: item)
      }
      return scale
    }
  }

  func answer(_ question: Question) throws -> JSONValue {
    let document = question.document
    try checkStages(document.base)
    if !facilities.isEmpty { return try pair(question) }
    var base = Case(settings: question.changes.settings)
    base.budgetScale = question.changes.budgetScale
    let isPlain = scales == [1] && onlyStages.isEmpty
    let all = cases.cases(question, known: isPlain ? document.base.scenarios.map(\.id) : nil)
      .map { one in
        var scaled = one
        scaled.budgetScale *= question.changes.budgetScale
        return scaled
      }
    let compared = ComparedCase.combinations(
      of: all, base: base, budgetScales: scales, onlyStages: onlyStages.map(OptionText.parts))
    var settings = ComparisonSettings()
    settings.objectives = try objectives?.objectives(of: document.base)
    settings.wantsBaselines = !onlyPlan
    if onlyPlan { settings.wantsNoRegret = false }
    if noRegret { settings.wantsNoRegret = true }
    settings.run = run.settings(question)
    let clock = ContinuousClock()
    let start = clock.now
    let comparison = try compare(document, compared, settings)
    let seconds = (clock.now - start).seconds
    let json = ComparisonReport(comparison).json(seconds: seconds)
      .adding(warnings: question.idle(of: [base] + all))
    return try question.ended(json, isInterrupted: question.cancellation.isCancelled)
  }

  private func pair(_ question: Question) throws -> JSONValue {
    var model = try question.model()
    try objectives?.choose(in: &model)
    let places = try facilities.map { try FacilityParameter.index($0, in: model) }
    guard places[0] != places[1] else {
      throw SessionError.parameter("facility", "both are \(model.facilities[places[0]].id)")
    }
    let settings = run.settings(question)
    let found = try places.map { place in
      try FacilityCase.explain(model, facility: place, settings: settings)
    }
    let report = FacilityPairReport(found, model, scenarios: question.changes.scenarios)
    return try question.ended(
      report.json.adding(warnings: question.idle),
      isInterrupted: found.contains(where: \.isInterrupted))
  }

  private func checkStages(_ model: Model) throws {
    let known = model.stages
    for stage in onlyStages.flatMap(OptionText.parts)
    where !model.facilities.contains(where: { $0.stage == stage }) {
      throw SessionError.parameter(
        "onlyStage", "no facility has the stage",
        expected: "one of " + known.joined(separator: ", "), found: .string(stage),
        suggestion: Spelling.nearest(to: stage, in: known))
    }
  }
}

/// `floors`: the price that keeps each plant running.
struct FloorsRequest: ModelRequest {
  let run: RunRequest
  let cases: CaseList
  let byYear: Bool

  init(_ parameters: inout Parameters) throws {
    run = try RunRequest(&parameters)
    cases = try CaseList(&parameters)
    byYear = try parameters.flag("byYear") ?? false
  }

  func answer(_ question: Question) throws -> JSONValue {
    let document = question.document
    let base = Case(settings: question.changes.settings)
    let all = cases.cases(question, known: document.base.scenarios.map(\.id))
    func resolved(_ one: Case) throws -> Model {
      var scaled = one
      scaled.budgetScale *= question.changes.budgetScale
      return try scaled.model(of: document)
    }
    var models = [(name: "as it is", model: try resolved(base))]
    for one in all {
      let name =
        one.label ?? (one.scenarios.isEmpty ? one.name : one.scenarios.joined(separator: " + "))
      models.append((name, try resolved(one)))
    }
    let found = try BreakEvenPrices.find(models, settings: run.settings(question))
    let report = BreakEvenReport(found, models[0].model, byYear: byYear)
    return try question.ended(
      report.json.adding(warnings: question.idle(of: [base] + all)),
      isInterrupted: found.isInterrupted)
  }
}
