import Allocation
import LinearProgramming
import SupplyChain

/// What private money alone would build: the best plan of the model without awards, support and purchases
/// (formulation section 6.2, without public money). What a plan buys is the difference to it.
///
/// All other rules stay, the largest share of private money in a project's cost among them.
public struct PrivateBaseline: Sendable {
  /// nil: there is none, and `reason` says why.
  public var plan: Plan?
  public var reason: String?
  /// In the order of the model's objectives, without those of public money; then the least system cost.
  public var objectives: [(objective: Objective, value: Double)] = []
  /// The whole dependency.
  public var dependency: Double?
  /// Whether the whole-number rules were dropped, because no plan with them was found in time.
  public var isRelaxed = false
  /// Whether the targets were left out, because there is no plan with them.
  public var missesTargets = false
  /// Facilities that could be built but not by private money alone: its largest share of their cost is below 1.
  public var sharedFacilities: [Int] = []
  /// Facilities that can be built.
  public var expandableCount = 0
  /// The model that it is the plan of.
  public var model: Model

  /// Seconds that a search with whole numbers may take at least.
  static let leastTime = 2.0
  /// How near the best a plan with whole numbers has to be.
  static let relativeGap = 0.01

  /// - Parameters:
  ///   - planTime: seconds that the plan itself took, which a search with whole numbers may take.
  ///   - known: the solution of the model without public money, where it has been solved.
  /// - Returns: nil where the model has no programme, or the search was cancelled.
  static func find(
    _ model: Model, planTime: Double, _ settings: RunSettings, known: AllocationSolution? = nil
  ) -> PrivateBaseline? {
    guard !model.funds.isEmpty else { return nil }
    var baseline = PrivateBaseline(model: model.withoutPublicMoney)
    for (p, facility) in model.facilities.enumerated() {
      guard let expansion = facility.expansion, expansion.max > 0 else { continue }
      baseline.expandableCount += 1
      if expansion.privateMaxShare < 1 { baseline.sharedFacilities.append(p) }
    }
    let allocation =
      known == nil ? AllocationProgram(baseline.model, relaxed: settings.isRelaxed) : nil
    var options = settings.allocation
    let isWhole = (allocation?.program.integerCount ?? 0) > 0
    if isWhole {
      let time = max(leastTime, planTime)
      options.timeLimit = min(time, options.timeLimit ?? time)
      options.relativeGap = max(relativeGap, options.relativeGap ?? 0)
    }
    var solution = known ?? allocation.map { solve($0, options) } ?? .failed("not solved")
    if settings.cancellation?.isCancelled == true { return nil }
    if isWhole, solution.status == .feasible || solution.status == .interrupted {
      options.timeLimit = settings.allocation.timeLimit
      solution = solve(AllocationProgram(baseline.model, relaxed: true), options)
      if settings.cancellation?.isCancelled == true { return nil }
      baseline.isRelaxed = true
    }
    if solution.status == .infeasible, !baseline.model.targets.isEmpty {
      baseline.model.targets = []
      baseline.missesTargets = true
      solution = solve(
        AllocationProgram(baseline.model, relaxed: settings.isRelaxed || baseline.isRelaxed),
        options)
      if settings.cancellation?.isCancelled == true { return nil }
    }
    guard solution.status == .optimal, let plan = solution.plan else {
      baseline.reason = solution.reason ?? solution.status.rawValue
      return baseline
    }
    baseline.plan = plan
    baseline.objectives = solution.objectives
    baseline.dependency =
      solution.objectives.first { $0.objective == .dependency }?.value
      ?? plan.dependency(in: baseline.model, from: model.horizon.start)
    return baseline
  }
}

extension Model {
  /// The model without programmes. Of plans as good, the one with the least system cost: private money that brings
  /// nothing is not spent.
  var withoutPublicMoney: Model {
    var result = self
    result.funds = []
    result.commitments = []
    result.objectives = objectives.filter { $0 != .publicCost }
    if result.objectives.isEmpty { result.objectives = [.dependency] }
    if !result.objectives.contains(.systemCost) { result.objectives.append(.systemCost) }
    return result
  }
}

extension Plan {
  /// Formulation section 6, dependency, from the yearly values of the years from `first` to the horizon's end.
  func dependency(in model: Model, from first: Int) -> Double? {
    var whole = 0.0
    var sum = 0.0
    for (y, dependency) in dependencyByYear.enumerated() {
      let year = model.horizon.start + y
      guard let dependency, year >= first else { continue }
      let demand = model.demand.reduce(0) { $0 + $1.weight * $1.quantity.level(year) }
      let weight = model.provenance.yearWeights.level(year) * demand
      whole += weight
      sum += weight * dependency
    }
    return whole > 0 ? sum / whole : nil
  }
}
