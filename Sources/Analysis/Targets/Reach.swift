import Allocation
import LinearProgramming
import SupplyChain
import Support

/// The least money that reaches targets, and the nearest that can be had where they cannot be reached.
public struct Reach: Sendable {
  public enum Measure: String, Sendable, CaseIterable {
    /// The least `public_cost`, with the programmes as they are; of such plans, the least dependent.
    case publicCost = "public_cost"
    /// The least budget scale; of such plans, the best by the model's own objectives.
    case budgetScale = "budget_scale"
  }
  public struct Price: Sendable, Hashable {
    public var target: Int
    public var year: Int
    /// By how much the least `public_cost` (millions) or budget scale grows for each point less, at the margin.
    public var perPoint: Double
  }

  public var measure: Measure
  /// Of the years asked for and of the model, as asked.
  public var targets: [Target]
  /// Years whose targets the model brings, not the question.
  public var ownYears: [Int]
  public var misses: [NearestTargets.Miss]
  /// The model that `solution` answers: with the targets that can be had.
  public var model: Model
  public var solution: AllocationSolution
  /// The least scale; nil where the measure is another.
  public var budgetScale: Double?
  /// Whether prices and what binds are those without the whole-number rules.
  public var isRelaxed: Bool
  public var prices: [Price] = []
  /// What the least money hangs on besides the targets, the most important first: change for 1 % more. Where targets
  /// are missed, what the miss hangs on (fractions of 1).
  public var binding: [Binding] = []

  /// The largest budget scale that is tried.
  public static let largestScale = 100.0

  /// - Parameters:
  ///   - targets: year and value (a fraction of 1); they replace those of the model for the same years.
  /// - Throws: `StudyEnd`; `.noPlan` where there is no plan even without targets.
  public static func find(
    _ model: Model, _ targets: [(year: Int, value: Double)], measure: Measure,
    settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> Reach {
    try ReachStudy(model.aiming(at: targets), targets.map(\.year), measure, settings).run()
  }
}

extension Model {
  /// The model with targets added, or put in the place of those for the same years.
  func aiming(at targets: [(year: Int, value: Double)]) -> Model {
    var result = self
    for (year, value) in targets {
      if let n = result.targets.firstIndex(where: { $0.year == year }) {
        result.targets[n].value = value
      } else {
        let place = SourceLocation(file: "", line: 0, column: 0)
        result.targets.append(Target(year: year, value: value, location: place))
      }
    }
    result.targets.sort { $0.year < $1.year }
    return result
  }
}

private struct ReachStudy {
  private let asked: Model
  private let years: [Int]
  private let measure: Reach.Measure
  private let settings: RunSettings

  init(_ model: Model, _ years: [Int], _ measure: Reach.Measure, _ settings: RunSettings) {
    asked = model
    self.years = years
    self.measure = measure
    self.settings = settings
  }

  func run() throws(StudyEnd) -> Reach {
    switch measure {
    case .publicCost: try leastCost()
    case .budgetScale: try leastBudget()
    }
  }

  private func reach(
    _ model: Model, _ solution: AllocationSolution, _ nearest: NearestTargets?
  ) -> Reach {
    Reach(
      measure: measure, targets: asked.targets,
      ownYears: asked.targets.map(\.year).filter { !years.contains($0) },
      misses: nearest?.misses ?? [], model: model, solution: solution,
      isRelaxed: settings.isRelaxed)
  }

  // MARK: The least public cost

  private func leastCost() throws(StudyEnd) -> Reach {
    var model = asked
    model.objectives = [.publicCost, .dependency]
    settings.report("the least public cost", 0, 1)
    var allocation = AllocationProgram(model, relaxed: settings.isRelaxed)
    var solution = solve(allocation, settings.allocation)
    var nearest: NearestTargets?
    if solution.status == .infeasible {
      let found = try NearestTargets.find(model, settings: settings)
      guard let found else { throw .noPlan(.infeasible, solution.reason ?? "") }
      guard !found.misses.isEmpty else {
        throw .notVerified("the targets can be met, and the least money was not found")
      }
      nearest = found
      model = found.model
      settings.report("the least public cost", 0, 1)
      allocation = AllocationProgram(model, relaxed: settings.isRelaxed)
      solution = solve(allocation, settings.allocation)
    }
    try check(solution)
    var result = reach(model, solution, nearest)
    if let nearest {
      result.binding = nearest.binding
      return result
    }
    if allocation.program.integerCount > 0 {
      result.isRelaxed = true
      var first = model
      first.objectives = [.publicCost]
      allocation = AllocationProgram(first, relaxed: true)
      settings.report("what binds", 0, 1)
      solution = solve(allocation, settings.allocation)
    }
    price(allocation, solution, &result)
    return result
  }

  private func check(_ solution: AllocationSolution) throws(StudyEnd) {
    switch solution.status {
    case .optimal, .feasible: return
    case .infeasible, .unbounded: throw .noPlan(solution.status, solution.reason ?? "")
    case .interrupted: throw .interrupted
    case .failed: throw .notVerified(solution.reason ?? "")
    }
  }

  private func price(
    _ allocation: AllocationProgram, _ solution: AllocationSolution, _ result: inout Reach
  ) {
    guard solution.status == .optimal, let stage = solution.stages.first, let value = stage.value,
      stage.rowDuals.count >= allocation.program.rowCount,
      stage.reducedCosts.count >= allocation.program.columnCount
    else { return }
    for (i, key) in allocation.rows.enumerated()
    where key.kind == .target && stage.rowDuals[i] < 0 {
      let n = Int(key.first)
      result.prices.append(
        .init(
          target: n, year: allocation.model.targets[n].year, perPoint: -stage.rowDuals[i] / 100))
    }
    result.binding = Binding.list(
      allocation,
      .init(
        value: value, point: solution.point, rowDuals: stage.rowDuals,
        reducedCosts: stage.reducedCosts)
    ).filter { if case .target = $0.cause { false } else { true } }
  }

  // MARK: The least budget

  private func leastBudget() throws(StudyEnd) -> Reach {
    var model = asked
    var nearest: NearestTargets?
    var least = try leastScale(model)
    if least == nil {
      var rich = asked
      rich.budgetScale = Reach.largestScale
      let found = try NearestTargets.find(rich, settings: settings)
      guard let found else {
        throw .noPlan(
          .infeasible,
          "there is no plan at any budget up to \(Int(Reach.largestScale)) times the model's")
      }
      guard !found.misses.isEmpty else {
        throw .notVerified("the targets can be met, and the least budget was not found")
      }
      nearest = found
      model.targets = found.model.targets
      least = try leastScale(model)
    }
    guard let least else { throw .notVerified("the least budget was not found") }
    // A scale that is said with four digits must be enough: at the very edge a plan may be missed for a rounding error.
    let scale = least <= 1e-9 ? 0 : ReachStudy.up(least)
    model.budgetScale = scale
    settings.report("the plan at the least budget", 0, 1)
    let solution = solve(
      AllocationProgram(model, relaxed: settings.isRelaxed), settings.allocation)
    try check(solution)
    var result = reach(model, solution, nearest)
    result.budgetScale = scale
    if let nearest { result.binding = nearest.binding }
    return result
  }

  /// The least scale of the model's own budgets; nil where none is enough, which is proven.
  private func leastScale(_ model: Model) throws(StudyEnd) -> Double? {
    for most in [3, Reach.largestScale] {
      settings.report("the least budget", 0, 1)
      let program = BudgetProgram(model, upTo: most, relaxed: settings.isRelaxed)
      let found: LeastBudgetScale
      do {
        found = try leastBudgetScale(program, in: 0...most, settings: settings.allocation)
      } catch {
        throw .notVerified("\(error)")
      }
      if settings.cancellation?.isCancelled == true { throw .interrupted }
      switch found {
      case .found(let scale): return scale
      case .noneInRange: continue
      case .notSettled(let why): throw .notVerified(why)
      }
    }
    return nil
  }

  /// Four digits, rounded up.
  private static func up(_ value: Double) -> Double {
    // Whole parts in one: an exact quotient is written with as few digits.
    var parts = 1.0
    while value * parts < 1e3, parts < 1e12 { parts *= 10 }
    return (value * (1 + 1e-7) * parts).rounded(.up) / parts
  }
}
