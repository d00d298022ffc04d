import Allocation
import Analysis
import Foundation
import LinearProgramming
import Reporting
import SupplyChain

/// The solves that a report or a plot is made of.
struct ReportSolves {
  var model: String
  var scenarios: [String] = []
  var isRelaxed = false
  /// The budget scale that the frontier ends at; nil: no frontier.
  var largestScale: Double?
  /// How far above the best value the mix of two plans at neighbouring budgets may lie: a share of demand or,
  /// where the objective is none, of the range of its values.
  var distance = 1e-4
  /// How many budgets get a whole-number plan.
  var budgetCount = 7
  /// Seconds for each plan; nil: `wholeNumberLimit` with whole numbers, no limit without.
  var timeLimit: Double?
  /// Gap and cancellation.
  var settings = AllocationSettings()
  var wantsPrices = true
  var wantsBudgetPlans = true
  /// Applied to every model.
  private var applied: [String] = []

  /// Seconds: what a reader waits for one of several plans.
  static let wholeNumberLimit = 120.0

  init(model: String, scenarios: [String], isRelaxed: Bool) {
    self.model = model
    self.scenarios = scenarios
    self.isRelaxed = isRelaxed
  }

  /// One plan alone, of the model under a scenario.
  init(model: String, scenario: String?, isRelaxed: Bool) {
    self.model = model
    self.isRelaxed = isRelaxed
    applied = scenario.map { [$0] } ?? []
    wantsPrices = false
    wantsBudgetPlans = false
  }

  func content(version: String) throws -> ReportContent {
    let (document, models) = try read()
    let line = CountLine()
    let names = ["base plan"] + scenarios.map { "scenario \($0)" }
    var solutions = plans(of: models, relaxed: isRelaxed, line) {
      "plan \($0 + 1) of \(models.count), \(names[$0])"
    }
    guard !solutions.isEmpty else {
      line.clear()
      Terminal.writeError("lodestone: interrupted before the base plan was found\n")
      throw Ending.stopped
    }
    let base = solutions.removeFirst()
    var content = ReportContent(
      file: (model as NSString).lastPathComponent,
      base: .init(name: "Base plan", description: "", model: models[0], solution: base))
    content.version = version
    content.isRelaxed = isRelaxed
    content.relativeGap = settings.relativeGap
    for (index, solution) in solutions.enumerated() {
      let id = scenarios[index]
      let known = document.base.scenarios.first { $0.id == id }
      content.scenarios.append(
        .init(
          name: known.map { $0.name.isEmpty ? id : $0.name } ?? id,
          description: known?.description ?? "", model: models[index + 1], solution: solution))
    }
    if solutions.count < scenarios.count {
      content.notes.append(
        "interrupted: without the scenarios "
          + scenarios.dropFirst(solutions.count).joined(separator: ", "))
    }
    if base.plan != nil {
      addPrices(&content, line)
      addFrontier(&content, line)
    }
    line.clear()
    content.sources = (try? NumberSources(path: model))?.bibliography ?? []
    return content
  }

  /// The base model, then one a scenario.
  private func read() throws -> (ModelDocument, [Model]) {
    do {
      let document = try ModelDocument.read(path: model)
      var models = [try document.model(scenarios: applied)]
      for id in scenarios { models.append(try document.model(scenarios: [id])) }
      return (document, models)
    } catch {
      Terminal.writeError(error.description + "\n")
      throw Ending.modelIsWrong
    }
  }

  private var isStopped: Bool { settings.cancellation?.isCancelled == true }

  private func plans(
    of models: [Model], relaxed: Bool, _ line: CountLine, words: @escaping (Int) -> String
  ) -> [AllocationSolution] {
    var settings = settings
    let hasWholeNumbers =
      !relaxed && models.first.map { AllocationProgram($0).program.integerCount > 0 } == true
    settings.timeLimit = timeLimit ?? (hasWholeNumbers ? Self.wholeNumberLimit : nil)
    settings.progress = { line.show($0, $1) }
    return relatedPlans(of: models, relaxed: relaxed, settings: settings) { line.begin(words($0)) }
  }

  /// Prices are those of the continuous program.
  private func addPrices(_ content: inout ReportContent, _ line: CountLine) {
    guard wantsPrices, !isStopped else { return }
    let base = content.base.model
    if isRelaxed || !content.hasWholeNumbers {
      let program = AllocationProgram(base, relaxed: true)
      content.prices = ShadowPrices(program, content.base.solution)
      return
    }
    line.begin("shadow prices")
    var first = base
    first.objectives = Array(base.objectives.prefix(1))
    let program = AllocationProgram(first, relaxed: true)
    var settings = settings
    settings.progress = { line.show($0, $1) }
    content.prices = ShadowPrices(program, solve(program, settings))
  }

  /// All breakpoints of the frontier, and plans along it.
  private func addFrontier(_ content: inout ReportContent, _ line: CountLine) {
    guard let largestScale else { return }
    let base = content.base.model
    content.areCornersRelaxed = AllocationProgram(base).program.integerCount > 0
    var range = FrontierSettings()
    (range.to, range.isRelaxed, range.allocation) = (largestScale, true, settings)
    range.progress = { line.show("frontier: \($0) budgets solved") }
    let found = frontier(base, range)
    guard found.status == .optimal else {
      let why = found.reason ?? found.status.rawValue
      content.notes.append("without the frontier: \(why)")
      return
    }
    content.corners = found.breakpoints
    guard wantsBudgetPlans else { return }
    content.areBudgetsSteps = !isRelaxed && content.areCornersRelaxed
    content.budgetDistance = reach(found)
    let scales =
      content.areBudgetsSteps
      ? steps(found, base.budgetScale)
      : found.interpolationBreakpoints(within: content.budgetDistance, through: [base.budgetScale])
    addBudgets(&content, scales, line)
  }

  /// What `distance` is in units of the value.
  private func reach(_ frontier: Frontier) -> Double {
    let values = frontier.breakpoints.map(\.value)
    switch frontier.objective {
    case .dependency, .peakDependency: return distance
    default: return distance * max(1e-9, (values.max() ?? 0) - (values.min() ?? 0))
    }
  }

  /// Scales at about equal falls of the frontier, and the model's own.
  private func steps(_ frontier: Frontier, _ own: Double) -> [Double] {
    guard let first = frontier.breakpoints.first, let last = frontier.breakpoints.last else {
      return []
    }
    let count = max(2, budgetCount)
    var scales = [first.scale]
    for index in 1..<(count - 1) {
      let wanted = first.value + (last.value - first.value) * Double(index) / Double(count - 1)
      if let corner = frontier.breakpoints.first(where: { $0.value <= wanted }) {
        scales.append(corner.scale)
      }
    }
    scales.append(last.scale)
    // The model's own budget instead of the nearest.
    if own > first.scale, own < last.scale,
      let nearest = scales.indices.dropFirst().dropLast().min(by: {
        abs(scales[$0] - own) < abs(scales[$1] - own)
      })
    {
      scales[nearest] = own
    }
    return Array(Set(scales)).sorted()
  }

  private func addBudgets(_ content: inout ReportContent, _ scales: [Double], _ line: CountLine) {
    let base = content.base.model
    func isOwn(_ scale: Double) -> Bool { abs(scale - base.budgetScale) < 1e-12 }
    let open = scales.filter { !isOwn($0) }
    let models = open.map { scale in
      var model = base
      model.budgetScale = scale
      return model
    }
    var found = Array(
      zip(
        models,
        plans(of: models, relaxed: !content.areBudgetsSteps, line) {
          "budget \($0 + 1) of \(models.count)"
        }))
    let count = found.count
    // At the model's own budget it is the plan that the report shows.
    if scales.contains(where: isOwn), let place = open.firstIndex(where: { $0 > base.budgetScale }),
      place <= count
    {
      found.insert((base, content.base.solution), at: place)
    }
    for (model, solution) in found {
      // A mix of plans is as good as they are: those that a limit stopped are not mixed.
      guard solution.plan != nil, content.areBudgetsSteps || solution.status == .optimal else {
        continue
      }
      let name = "the plan with \(Figure.percent(model.budgetScale)) of the appropriations"
      content.budgets.append(
        .init(name: name, description: "", model: model, solution: solution))
    }
    if count < models.count {
      content.notes.append(
        "interrupted: the frontier has the plans of \(count) of \(models.count) budgets")
    }
  }
}
