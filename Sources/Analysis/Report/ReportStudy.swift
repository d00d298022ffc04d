import Allocation
import Foundation
import LinearProgramming
import SupplyChain
import Support

/// The solves that a report or a plot is made of: a base plan, plans under scenarios, shadow prices, the frontier, and
/// plans along it.
public struct ReportStudy {
  /// The budget scale that the frontier ends at; nil: no frontier.
  public var largestScale: Double?
  /// How far above the best value the mix of two plans at neighbouring budgets may lie: a share of demand or,
  /// where the objective is none, of the range of its values.
  public var distance = 1e-4
  /// How many budgets get a whole-number plan.
  public var budgetCount = 7
  public var wantsPrices = true
  /// Whether the base plan is set beside what private money alone would build, the effect of the horizon's end, the
  /// inputs that move the answer most, what each programme takes off, and what its largest projects are worth.
  public var wantsContext = true
  public var wantsBudgetPlans = true
  /// Two objectives whose frontier is shown, with whole plans at some of its corners; empty: none.
  public var traded: [Objective] = []
  /// Whether a plan is made against the model's adversary.
  public var wantsAnswers = false
  /// Whether the base plan is carried out in every outcome of the model's `uncertainty`.
  public var wantsStress = false
  /// Its time limit holds for each plan; nil: `wholeNumberLimit` with whole numbers, none without. A phase of its
  /// progress is a solve that begins; how that stands is told by `run.allocation.progress`.
  public var run: RunSettings

  private let document: ModelDocument
  private let path: String
  /// What the base plan is under.
  private let base: Case
  private let cases: [Case]
  /// The base model, then one a case.
  private let models: [Model]

  /// The model of the base plan.
  public var baseModel: Model { models[0] }

  /// How many corners of a frontier of two objectives have whole plans.
  private static let cornerPlans = 9

  /// Seconds: what a reader waits for one of several plans.
  static let wholeNumberLimit = 120.0

  /// - Parameters:
  ///   - path: of the model file.
  ///   - base: what the base plan is under.
  ///   - cases: each a plan beside the base plan.
  /// - Throws: `ModelErrors` where the file is no model or has no such scenario.
  public init(
    path: String, base: Case = Case(), cases: [Case] = [], _ run: RunSettings
  ) throws(ModelErrors) {
    document = try ModelDocument.read(path: path)
    var models = [try base.model(of: document)]
    for one in cases { models.append(try one.model(of: document)) }
    self.models = models
    self.path = path
    self.base = base
    self.cases = cases
    self.run = run
  }

  /// - Parameter version: of the program.
  /// - Returns: nil where it was interrupted before the base plan was found.
  public func content(version: String) -> ReportContent? {
    let names = ["base plan"] + cases.map(\.name)
    var solutions = plans(of: models, relaxed: run.isRelaxed) {
      "plan \($0 + 1) of \(models.count), \(names[$0])"
    }
    guard !solutions.isEmpty else { return nil }
    let base = solutions.removeFirst()
    var content = ReportContent(
      file: PathText.name(of: path),
      base: .init(name: "Base plan", description: "", model: models[0], solution: base))
    content.version = version
    content.hash = document.hash
    content.isRelaxed = run.isRelaxed
    content.relativeGap = run.allocation.relativeGap
    for (index, solution) in solutions.enumerated() {
      content.scenarios.append(entry(cases[index], models[index + 1], solution))
    }
    if solutions.count < cases.count {
      content.notes.append(
        "interrupted: without "
          + cases.dropFirst(solutions.count).map(\.name).joined(separator: ", "))
    }
    if base.plan != nil {
      addContext(&content)
      addMeasures(&content)
      addPrices(&content)
      addFrontier(&content)
      addTrade(&content)
      addAnswers(&content)
      addStress(&content)
    }
    content.sources = (try? NumberSources(path: path))?.bibliography ?? []
    return content
  }

  /// A case by its own name, or by that of its one scenario; where its targets cannot be met, with the plan that misses
  /// them least.
  private func entry(
    _ one: Case, _ model: Model, _ solution: AllocationSolution
  ) -> ReportContent.Entry {
    let known =
      one.scenarios.count == 1
      ? document.base.scenarios.first { $0.id == one.scenarios[0] } : nil
    var name = one.label ?? one.name
    if one.label == nil, let known, !known.name.isEmpty {
      name = one.name.replacingOccurrences(of: known.id, with: known.name)
    }
    var entry = ReportContent.Entry(
      name: name, description: known?.description ?? "", model: model, solution: solution)
    if solution.status == .infeasible, !isStopped {
      var quiet = run
      quiet.progress = nil
      if let nearest = try? NearestPlan.find(model, quiet) {
        (entry.model, entry.solution) = (nearest.model, nearest.solution)
        entry.misses = nearest.misses
      }
    }
    return entry
  }

  private var isStopped: Bool { run.cancellation?.isCancelled == true }

  private func plans(
    of models: [Model], relaxed: Bool, words: (Int) -> String
  ) -> [AllocationSolution] {
    var settings = run.allocation
    let hasWholeNumbers =
      !relaxed && models.first.map { AllocationProgram($0).program.integerCount > 0 } == true
    settings.timeLimit = settings.timeLimit ?? (hasWholeNumbers ? Self.wholeNumberLimit : nil)
    return relatedPlans(of: models, relaxed: relaxed, settings: settings) {
      run.progress?(RunProgress(phase: words($0)))
    }
  }

  private func addContext(_ content: inout ReportContent) {
    guard wantsContext, !isStopped else { return }
    var settings = run
    settings.allocation.progress = nil
    let program = AllocationProgram(content.base.model, relaxed: run.isRelaxed)
    content.context = PlanContext.find(program, content.base.solution, settings)
  }

  /// What each programme takes off, and what the largest projects are worth.
  private func addMeasures(_ content: inout ReportContent) {
    let base = content.base
    guard wantsContext, !isStopped, let plan = base.solution.plan,
      let value = base.solution.objectives.first?.value
    else { return }
    content.programmeSteps = .find(base.model, plan, value: value, run)
    let others = content.scenarios.compactMap { $0.solution.plan?.capacityByFacility }
    content.decisions = .find(base.model, plan, others: others, run)
  }

  /// The plan against the model's adversary, with what its answers mean.
  private func addAnswers(_ content: inout ReportContent) {
    guard wantsAnswers, !isStopped else { return }
    guard let adversary = content.base.model.adversary else {
      content.notes.append("without the answers of the other side: the model has no `adversary`")
      return
    }
    var settings = UncertaintySettings()
    settings.risk = RiskMeasure(.adversary)
    settings.run = run
    settings.run.allocation.progress = nil
    do {
      let list = try OutcomeList(
        document, against: adversary, scenarios: base.scenarios, settings: base.settings,
        budgetScale: base.budgetScale, run: settings.run)
      guard !list.outcomes.isEmpty else { return }
      let plan = try planUnderUncertainty(list, base: content.base.model, settings)
      if plan.adversary != nil {
        content.answers = plan
      } else {
        let why = plan.solution.reason ?? plan.solution.status.rawValue
        content.notes.append("without the answers of the other side: \(why)")
      }
    } catch {
      content.notes.append("without the answers of the other side: \(error)")
    }
  }

  /// The base plan carried out in every outcome.
  private func addStress(_ content: inout ReportContent) {
    guard wantsStress, !isStopped else { return }
    let without = "without the spread over the outcomes: "
    guard let uncertainty = content.base.model.uncertainty else {
      content.notes.append(without + "the model has no `uncertainty`")
      return
    }
    var settings = run
    settings.allocation.progress = nil
    do {
      let list = try OutcomeList(
        document, uncertainty, scenarios: base.scenarios, settings: base.settings,
        budgetScale: base.budgetScale, run: settings)
      guard !list.outcomes.isEmpty else { return }
      content.stress = try StressTest.find(
        list, carrying: content.base.solution, of: content.base.model, settings: settings)
    } catch {
      content.notes.append(without + "\(error)")
    }
  }

  /// Prices are those of the continuous program.
  private func addPrices(_ content: inout ReportContent) {
    guard wantsPrices, !isStopped else { return }
    let base = content.base.model
    if run.isRelaxed || !content.hasWholeNumbers {
      let program = AllocationProgram(base, relaxed: true)
      content.prices = ShadowPrices(program, content.base.solution)
      return
    }
    run.progress?(RunProgress(phase: "shadow prices"))
    var first = base
    first.objectives = Array(base.objectives.prefix(1))
    let program = AllocationProgram(first, relaxed: true)
    var settings = run.allocation
    settings.timeLimit = nil
    content.prices = ShadowPrices(program, solve(program, settings))
  }

  /// What one objective costs in another.
  private func addTrade(_ content: inout ReportContent) {
    guard traded.count == 2, !isStopped else { return }
    var model = content.base.model
    model.objectives = traded
    var settings = ParetoSettings()
    settings.run = run
    settings.run.allocation.progress = nil
    if settings.run.allocation.timeLimit == nil, content.hasWholeNumbers, !run.isRelaxed {
      settings.run.allocation.timeLimit = Self.wholeNumberLimit
    }
    do {
      let found = try Pareto.find(model, settings)
      let plans = found.plans(
        at: found.corners(atMost: Self.cornerPlans), of: model, settings.run)
      content.trade = .init(
        frontier: found,
        plans: plans.map { plan in
          (
            plan.corner,
            .init(name: "", description: "", model: model, solution: plan.solution)
          )
        })
    } catch {
      content.notes.append("without what one aim costs another: \(error.description)")
    }
  }

  /// All breakpoints of the frontier, and plans along it.
  private func addFrontier(_ content: inout ReportContent) {
    guard let largestScale else { return }
    let base = content.base.model
    content.areCornersRelaxed = AllocationProgram(base).program.integerCount > 0
    var range = FrontierSettings()
    range.to = largestScale
    range.run = run
    range.run.isRelaxed = true
    range.run.allocation.timeLimit = nil
    if let progress = run.progress {
      range.run.progress = {
        progress(RunProgress(phase: "frontier: \($0.done ?? 0) budgets solved"))
      }
    }
    let found = frontier(base, range)
    guard found.status == .optimal else {
      let why = found.reason ?? found.status.rawValue
      content.notes.append("without the frontier: \(why)")
      return
    }
    content.corners = found.breakpoints
    guard wantsBudgetPlans else { return }
    content.areBudgetsSteps = !run.isRelaxed && content.areCornersRelaxed
    content.budgetDistance = reach(found)
    let scales =
      content.areBudgetsSteps
      ? steps(found, base.budgetScale)
      : found.interpolationBreakpoints(within: content.budgetDistance, through: [base.budgetScale])
    addBudgets(&content, scales)
  }

  /// What `distance` is in units of the value.
  private func reach(_ frontier: Frontier) -> Double {
    let values = frontier.breakpoints.map(\.value)
    if frontier.objective.isShare { return distance }
    return distance * max(1e-9, (values.max() ?? 0) - (values.min() ?? 0))
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

  private func addBudgets(_ content: inout ReportContent, _ scales: [Double]) {
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
        plans(of: models, relaxed: !content.areBudgetsSteps) {
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
      content.budgets.append(.init(name: "", description: "", model: model, solution: solution))
    }
    if count < models.count {
      content.notes.append(
        "interrupted: the frontier has the plans of \(count) of \(models.count) budgets")
    }
  }
}
