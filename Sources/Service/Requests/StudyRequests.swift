import Analysis
import LinearProgramming
import Reporting
import SupplyChain

/// `frontier`: the best value at every budget.
struct FrontierRequest: ModelRequest {
  let run: RunRequest
  let objectives: ObjectiveList?
  let from: Double
  let to: Double
  let resolution: Double?

  init(_ parameters: inout Parameters) throws {
    run = try RunRequest(&parameters)
    objectives = try parameters.objectives("objective")
    from = try parameters.number("from", 0...1e6) ?? 0
    to = try parameters.number("to", 0...1e6) ?? 3
    resolution = try parameters.number("resolution", 1e-9...1e6)
    guard to > from else {
      throw SessionError.parameter("to", "is a budget scale above `from`")
    }
  }

  func answer(_ question: Question) throws -> JSONValue {
    guard question.changes.budgetScale == 1 else {
      throw SessionError.parameter(
        "budgetScale", "the frontier covers a range; use `from` and `to`", expected: "1")
    }
    var model = try question.model()
    try objectives?.choose(in: &model)
    var settings = FrontierSettings()
    settings.from = from
    settings.to = to
    settings.resolution = resolution
    settings.run = run.settings(question)
    let clock = ContinuousClock()
    let start = clock.now
    let found = frontier(model, settings)
    let seconds = (clock.now - start).seconds
    let report = FrontierReport(found, model, scenarios: question.changes.scenarios)
    return try question.ended(
      report.json(seconds: seconds).adding(warnings: question.idle),
      isInterrupted: found.status != .optimal)
  }
}

/// `alternatives`: plans that do nearly as well.
struct AlternativesRequest: ModelRequest {
  let run: RunRequest
  let within: Double
  let count: Int?
  let holdsAll: Bool
  let ranges: Bool

  init(_ parameters: inout Parameters) throws {
    run = try RunRequest(&parameters)
    within = try parameters.fraction("within") ?? 0.02
    count = try parameters.whole("count", 0...100)
    holdsAll = try parameters.flag("allObjectives") ?? false
    ranges = try parameters.flag("ranges") ?? false
  }

  func answer(_ question: Question) throws -> JSONValue {
    let model = try question.model()
    let found = try Alternatives.find(
      model, within: within, holdsAll: holdsAll, count: count, ranges: ranges ? true : nil,
      settings: run.settings(question))
    let report = AlternativesReport(found, model, scenarios: question.changes.scenarios)
    return try question.ended(
      report.json.adding(warnings: question.idle), isInterrupted: found.isInterrupted)
  }
}

/// `reach`: the least money for targets.
struct ReachRequest: ModelRequest {
  let run: RunRequest
  let targets: [(year: Int, value: Double)]
  let atLeastBudget: Bool

  init(_ parameters: inout Parameters) throws {
    run = try RunRequest(&parameters)
    atLeastBudget = try parameters.flag("atLeastBudget") ?? false
    targets = try ReachRequest.targets(parameters.take("targets"))
  }

  private static func targets(_ value: JSONInput?) throws -> [(year: Int, value: Double)] {
    let pairs: [(String, String)]
    switch value {
    case nil: pairs = []
    case .object(let members)?: pairs = members.map { ($0.name, $0.value.yaml) }
    case .array(let items)?:
      pairs = items.map { item in
        let parts = (item.string ?? item.json).split(
          separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
      }
    case let other?:
      throw SessionError.parameter("targets", "is an object of years and shares", found: other)
    }
    var found: [(year: Int, value: Double)] = []
    for (year, share) in pairs {
      guard let number = Int(year), (1900...2200).contains(number),
        let value = OptionText.fraction(share), !found.contains(where: { $0.year == number })
      else {
        throw SessionError.parameter(
          "targets", "a target is a year and a share, each year once", expected: "2035=40%",
          found: .string("\(year)=\(share)"))
      }
      found.append((number, value))
    }
    return found
  }

  func answer(_ question: Question) throws -> JSONValue {
    let model = try question.model()
    for (year, _) in targets where !(model.horizon.start...model.horizon.end).contains(year) {
      throw SessionError.parameter(
        "targets", "\(year) is outside the horizon",
        expected: "a year from \(model.horizon.start) to \(model.horizon.end)")
    }
    guard !targets.isEmpty || !model.targets.isEmpty else {
      throw SessionError.parameter(
        "targets", "is missing, and the model has none of its own", expected: "2035=40%")
    }
    guard !atLeastBudget || question.changes.budgetScale == 1 else {
      throw SessionError.parameter(
        "budgetScale", "with `atLeastBudget` the scale is what is looked for", expected: "1")
    }
    let found = try Reach.find(
      model, targets, measure: atLeastBudget ? .budgetScale : .publicCost,
      settings: run.settings(question))
    let report = ReachReport(found, scenarios: question.changes.scenarios)
    return try question.ended(
      report.json.adding(warnings: question.idle),
      isInterrupted: found.solution.status == .interrupted)
  }
}

/// `sensitivity`: each input at the ends of its range.
struct SensitivityRequest: ModelRequest {
  let range: InputRange
  let top: Int?
  let objectives: ObjectiveList?
  let timeLimit: Double?

  init(_ parameters: inout Parameters) throws {
    range = try InputRange(text: parameters.text("range") ?? "10%")
    top = try parameters.whole("top", 1...100_000)
    objectives = try parameters.objectives("objective")
    timeLimit = try parameters.number("timeLimit", 0...1e9)
  }

  func answer(_ question: Question) throws -> JSONValue {
    let changes = question.changes
    let chosen = try objectives?.objectives(of: question.model())
    let sources = try NumberSources(question.document)
    let numbers = try ModelNumbers(
      question.document, scenarios: changes.scenarios, settings: changes.pairs,
      budgetScale: changes.budgetScale, objectives: chosen)
    var rules = RunRequest()
    rules.timeLimit = timeLimit
    let found = try Tornado.find(
      numbers, grades: sources.grades(of: numbers), range: range, most: top,
      settings: rules.settings(question))
    let report = TornadoReport(found, numbers.model, scenarios: changes.scenarios)
    return try question.ended(
      report.json.adding(warnings: question.idle), isInterrupted: found.isInterrupted)
  }
}
