import Allocation
import SupplyChain

/// How much of a plan's last years hangs on where the horizon ends: the same model, solved with more years beyond.
public struct EndEffect: Sendable {
  /// The last years of one plan.
  public struct LastYears: Sendable, Equatable {
    /// Of these years together; nil without demand.
    public var dependency: Double?
    /// Awards, support and purchases less refunds, millions, undiscounted.
    public var publicMoney: Double
    /// Millions, undiscounted.
    public var privateMoney: Double
    /// Awarded, t/yr.
    public var capacity: Double

    init(_ plan: Plan, _ model: Model, from first: Int) {
      func isLast(_ step: Int) -> Bool { model.horizon.year(ofStep: step) >= first }
      dependency = plan.dependency(in: model, from: first)
      publicMoney =
        plan.awards.reduce(0) { $0 + (isLast($1.step) ? $1.amount : 0) }
        + plan.supports.reduce(0) { $0 + (isLast($1.step) ? $1.amount : 0) }
        + plan.purchases.reduce(0) { $0 + (isLast($1.step) ? $1.amount : 0) }
        - plan.refunds.reduce(0) { $0 + (isLast($1.step) ? $1.amount : 0) }
      privateMoney = plan.privateMoney.reduce(0) { $0 + (isLast($1.step) ? $1.amount : 0) }
      capacity = plan.builds.reduce(0) { $0 + (isLast($1.step) ? $1.capacity : 0) }
    }
  }

  /// Years beyond of the model, and how many more were added.
  public var beyond: Int
  public var moreYears = EndEffect.moreYears
  /// The years that are compared.
  public var years: ClosedRange<Int>
  public var plan: LastYears
  /// nil: there is no plan with more years, and `reason` says why.
  public var longer: LastYears?
  public var reason: String?
  /// Whether both plans are without the whole-number rules.
  public var isRelaxed: Bool

  static let moreYears = 5
  /// How many years are compared.
  static let lastYears = 5

  /// - Parameters:
  ///   - allocation: the program of `plan`.
  ///   - isRelaxed: whether the plan is a stand-in for one with whole numbers.
  /// - Returns: nil where there is no money to award, or where the solve was cancelled.
  static func find(
    _ allocation: AllocationProgram, _ plan: Plan, isRelaxed: Bool, _ settings: RunSettings
  ) -> EndEffect? {
    let model = allocation.model
    guard model.hasMoneyToAward else { return nil }
    var longer = model
    longer.horizon.beyond += moreYears
    let solution = solve(AllocationProgram(longer, relaxed: true), settings.allocation)
    if settings.cancellation?.isCancelled == true { return nil }
    let horizon = model.horizon
    let first = max(horizon.start, horizon.end - lastYears + 1)
    var result = EndEffect(
      beyond: horizon.beyond, years: first...horizon.end,
      plan: LastYears(plan, model, from: first), isRelaxed: isRelaxed)
    if solution.status == .optimal, let found = solution.plan {
      result.longer = LastYears(found, longer, from: first)
    } else {
      result.reason = solution.reason ?? solution.status.rawValue
    }
    return result
  }
}

extension Model {
  /// Whether something can be built, and public or private money pays for it.
  fileprivate var hasMoneyToAward: Bool {
    let expansions = facilities.compactMap(\.expansion).filter { $0.max > 0 }
    return !expansions.isEmpty
      && (!funds.isEmpty || expansions.contains { $0.privateMaxShare > 0 })
  }
}
