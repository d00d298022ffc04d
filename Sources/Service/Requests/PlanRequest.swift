import Allocation
import Analysis
import LinearProgramming
import Reporting
import SupplyChain
import Support

/// What `solve`, `tables`, `picture` and `adversary` are asked with.
struct PlanRequest: Sendable {
  enum Method: String, CaseIterable, Sendable {
    case auto, primal, dual, interior, extensive, decomposition
  }

  var run: RunRequest
  var objectives: ObjectiveList?
  var method: Method
  var risk: Uncertainty.Risk?
  var level: Double?
  var foresight: Int?
  var step: Int?
  var onlyPlan: Bool
  var isWarm: Bool

  init(_ parameters: inout Parameters) throws {
    run = try RunRequest(&parameters)
    objectives = try parameters.objectives("objective")
    method = try parameters.choice("method") ?? .auto
    risk = try parameters.choice("risk")
    level = try parameters.fraction("level")
    foresight = try parameters.years("foresight")
    step = try parameters.years("step")
    onlyPlan = try parameters.flag("onlyPlan") ?? false
    isWarm = try parameters.flag("warm") ?? false
    try check()
  }

  /// What the parameters may be together, as on the command line.
  private func check() throws {
    if let level, level >= 1 {
      throw SessionError.parameter("level", "is a share from 0 to below 1")
    }
    if level != nil, risk == nil { throw SessionError.parameter("level", "belongs to `risk`") }
    if risk == nil, method == .extensive || method == .decomposition {
      throw SessionError.parameter("method", "`\(method.rawValue)` belongs to `risk`")
    }
    if step != nil, foresight == nil {
      throw SessionError.parameter("step", "belongs to `foresight`")
    }
    if let step, let foresight, step > foresight {
      throw SessionError.parameter("step", "is not more than `foresight`")
    }
    if foresight != nil, risk != nil {
      throw SessionError.parameter("foresight", "and `risk`: choose one of them")
    }
    if foresight != nil, onlyPlan {
      throw SessionError.parameter("onlyPlan", "with `foresight` nothing is shown beside the plan")
    }
    if isWarm, risk != nil || foresight != nil {
      throw SessionError.parameter("warm", "is for one plan; leave out `risk` and `foresight`")
    }
  }

  /// Whether many outcomes may be solved in groups.
  var mayHaveGroups: Bool { risk == .expected || risk == .cvar }

  func settings(_ question: Question) -> RunSettings {
    var settings = run.settings(question)
    settings.allocation.method =
      switch method {
      case .auto, .extensive, .decomposition: .automatic
      case .primal: .primal
      case .dual: .dual
      case .interior: .interior
      }
    return settings
  }

  func model(_ question: Question) throws -> Model {
    var model = try question.model()
    try objectives?.choose(in: &model)
    return model
  }

  /// One plan for one future.
  ///
  /// - Parameters:
  ///   - secondAt: what the second objective is no worse than, as results show it; nil: anything. Such a plan is made cold.
  ///   - counting: objectives whose values are wanted beside those of the plan's own, of a model.
  func plan(
    _ question: Question, secondAt: Double? = nil, counting: (Model) -> [Objective] = { _ in [] }
  ) throws -> SolvedPlan {
    let clock = ContinuousClock()
    let start = clock.now
    var timing = Timing()
    let model = try model(question)
    timing.read = (clock.now - start).seconds
    let allocation = AllocationProgram(model, relaxed: run.relax, counting: counting(model))
    timing.build = (clock.now - start).seconds - timing.read
    let settings = settings(question)
    let solution: AllocationSolution
    if let secondAt {
      guard let second = model.objectives.dropFirst().first else {
        throw SessionError.parameter("secondAt", "is of two objectives; name them in `objective`")
      }
      let bounded = allocation.bounding(objective: 1, noWorseThan: second.shown(secondAt))
      solution = Allocation.solve(bounded, settings.allocation)
    } else if isWarm {
      solution = question.open.solveWarm(
        allocation, under: question.changes, settings.allocation)
    } else {
      solution = Allocation.solve(allocation, settings.allocation)
    }
    timing.solve = solution.solveTime
    timing.verify = solution.verifyTime
    timing.total = (clock.now - start).seconds
    return SolvedPlan(
      model: model, allocation: allocation, solution: solution, settings: settings, timing: timing)
  }
}

/// A plan and the program that it is of.
struct SolvedPlan {
  let model: Model
  let allocation: AllocationProgram
  let solution: AllocationSolution
  let settings: RunSettings
  let timing: Timing

  /// What of the model can be traded against each other, with what the plan has of it; empty where there is no plan.
  var aims: [(objective: Objective, value: Double)] {
    guard let plan = solution.plan else { return [] }
    let peak = plan.dependencyByYear.compactMap(\.self).max()
    return model.tradable.compactMap { objective in
      let vector = allocation.counted.first { $0.objective == objective }
      return (vector?.value(at: solution.point) ?? peak).map { (objective, $0) }
    }
  }

  var isInterrupted: Bool { solution.status == .interrupted || solution.status == .feasible }
}

/// `solve`: what the command prints with `--json`.
struct SolveRequest: ModelRequest {
  let plan: PlanRequest

  init(_ parameters: inout Parameters) throws { plan = try PlanRequest(&parameters) }

  func answer(_ question: Question) throws -> JSONValue {
    if plan.risk != nil { return try RiskAnswer(plan).answer(question) }
    if plan.foresight != nil { return try rolling(question) }
    let found = try plan.plan(question)
    let context =
      plan.onlyPlan
      ? nil : PlanContext.find(found.allocation, found.solution, found.settings)
    let report = SolveReport(
      found.solution, found.model, scenarios: question.changes.scenarios, context: context)
    return try question.ended(
      report.json(timing: found.timing).adding(warnings: question.idle),
      isInterrupted: found.isInterrupted || context?.isInterrupted == true)
  }

  private func rolling(_ question: Question) throws -> JSONValue {
    let clock = ContinuousClock()
    let start = clock.now
    var timing = Timing()
    let model = try plan.model(question)
    timing.read = (clock.now - start).seconds
    var settings = RollingSettings(foresight: plan.foresight ?? 1, step: plan.step ?? 1)
    settings.run = plan.settings(question)
    let found = rollingPlan(model, settings)
    timing.solve = found.rolling.solveTime + found.full.solveTime
    timing.verify = found.rolling.verifyTime + found.full.verifyTime
    timing.total = (clock.now - start).seconds
    let report = RollingReport(found, model, scenarios: question.changes.scenarios)
    return try question.ended(
      report.json(timing: timing).adding(warnings: question.idle),
      isInterrupted: question.cancellation.isCancelled)
  }
}

extension PlanRequest {
  /// A request for what there is of one plan alone.
  ///
  /// - Parameter words: what is asked for, such as `tables are`.
  init(_ parameters: inout Parameters, of words: String) throws {
    try self.init(&parameters)
    for (name, isGiven) in [("risk", risk != nil), ("foresight", foresight != nil)] where isGiven {
      throw SessionError.parameter(name, "\(words) of one plan; leave out `\(name)`")
    }
  }
}

/// `tables`: the CSV tables of a plan, by column.
struct TablesRequest: ModelRequest {
  let plan: PlanRequest

  init(_ parameters: inout Parameters) throws {
    plan = try PlanRequest(&parameters, of: "tables are")
  }

  func answer(_ question: Question) throws -> JSONValue {
    let found = try plan.plan(question)
    let tables = found.solution.plan.map { PlanTables($0, found.model).tables } ?? []
    let result = JSONValue.object([
      ("status", .string(found.solution.status.rawValue)),
      ("reason", found.solution.reason.map { .string($0) } ?? .null),
      ("tables", .array(tables.map(\.columnsJSON))),
    ])
    return try question.ended(result, isInterrupted: found.isInterrupted)
  }
}

/// `picture`: what the live page draws of a plan.
struct PictureRequest: ModelRequest {
  let plan: PlanRequest
  /// What the second objective is no worse than, as results show it: the plan is that of a corner of `pareto`.
  let secondAt: Double?

  init(_ parameters: inout Parameters) throws {
    plan = try PlanRequest(&parameters, of: "a picture is")
    secondAt = try parameters.number("secondAt", -1e15...1e15)
  }

  func answer(_ question: Question) throws -> JSONValue {
    let found = try plan.plan(question, secondAt: secondAt, counting: \.tradable)
    var entry = ReportContent.Entry(
      name: "this plan", description: "", model: found.model, solution: found.solution)
    // Where the targets leave no plan, the one that misses them least.
    if found.solution.status == .infeasible, !found.model.targets.isEmpty,
      let nearest = try? NearestPlan.find(found.model, found.settings)
    {
      (entry.model, entry.solution) = (nearest.model, nearest.solution)
      entry.misses = nearest.misses
    }
    let result = PlanPicture(
      entry, file: question.open.path ?? "", hash: question.document.hash,
      isRelaxed: plan.run.relax, seconds: found.timing.total,
      aims: entry.misses.isEmpty ? found.aims : [])
    return try question.ended(
      result.json.adding(warnings: question.idle), isInterrupted: found.isInterrupted)
  }
}
