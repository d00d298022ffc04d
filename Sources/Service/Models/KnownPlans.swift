import Allocation
import LinearProgramming
import SupplyChain

/// Where the last solves of an open model ended: what the next one begins with.
struct KnownPlans {
  /// One of them.
  struct Plan {
    let isWhole: Bool
    let changes: ModelChanges
    /// Millions by programme and year.
    let amounts: [Double]
    let start: WarmStart
    /// The columns that are not zero in it.
    let used: WorkingColumns

    init(
      _ allocation: AllocationProgram, _ solution: AllocationSolution, _ changes: ModelChanges
    ) {
      isWhole = allocation.program.integerCount > 0
      self.changes = changes
      amounts = KnownPlans.amounts(allocation.model)
      start = WarmStart(
        allocation, solution, nearness: KnownPlans.isSmall(allocation) ? .related : .fewBounds)
      var used = WorkingColumns()
      used.add(allocation, solution)
      self.used = used
    }
  }

  /// More plans than these are forgotten.
  static let most = 12
  /// The share of all money by which two budgets may differ for the basis of one to be near the other's: from there on
  /// the way takes longer than a cold start.
  static let farthest = 0.4

  /// The newest last.
  private var plans: [Plan] = []

  /// The basis of the plan whose budget is nearest where money alone is other; else, of a large program, the columns that
  /// plans have used so far, among which it is solved first.
  func start(
    _ allocation: AllocationProgram, _ changes: ModelChanges, _ settings: inout AllocationSettings
  ) -> WarmStart? {
    let isWhole = allocation.program.integerCount > 0
    let known = plans.filter { $0.isWhole == isWhole }
    if KnownPlans.isSmall(allocation) { return known.last?.start }
    let amounts = KnownPlans.amounts(allocation.model)
    let near = known.filter { $0.changes.differsInBudgetsAlone(from: changes) }
      .map { (plan: $0, distance: KnownPlans.distance($0.amounts, amounts)) }
      .min { $0.distance < $1.distance }
    if let near, near.distance <= KnownPlans.farthest { return near.plan.start }
    if !isWhole, !known.isEmpty {
      settings.workingColumns = known.reduce(into: WorkingColumns()) { $0.formUnion($1.used) }
    }
    return nil
  }

  mutating func keep(_ plan: Plan) {
    plans.append(plan)
    if plans.count > KnownPlans.most { plans.removeFirst() }
  }

  private static func isSmall(_ allocation: AllocationProgram) -> Bool {
    allocation.startUse(.related) == .used
  }

  private static func amounts(_ model: Model) -> [Double] {
    model.funds.flatMap { fund in
      (model.horizon.start...model.horizon.end).map { year in
        guard let place = fund.appropriations.years.firstIndex(of: year) else { return 0 }
        return fund.appropriations.values[place] * model.budgetScale
      }
    }
  }

  /// As a share of the larger sum.
  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    let most = max(a.reduce(0, +), b.reduce(0, +))
    return most > 0 ? zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / most : 0
  }
}
