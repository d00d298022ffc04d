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

  /// The model with more years beyond the end, solved without whole numbers.
  struct Longer: Sendable {
    fileprivate let model: Model
    fileprivate let solution: AllocationSolution
    /// Seconds.
    let time: Double

    /// Nil where there is no money to award, or where the solve was cancelled.
    init?(_ model: Model, _ settings: RunSettings) {
      guard model.hasMoneyToAward, settings.cancellation?.isCancelled != true else { return nil }
      let clock = ContinuousClock()
      let start = clock.now
      var longer = model
      longer.horizon.beyond += moreYears
      self.model = longer
      solution = solve(AllocationProgram(longer, relaxed: true), settings.allocation)
      if settings.cancellation?.isCancelled == true { return nil }
      time = (clock.now - start).seconds
    }
  }

  /// - Parameters:
  ///   - plan: of the model as it is.
  ///   - isRelaxed: whether the plan is a stand-in for one with whole numbers.
  init(_ plan: Plan, of model: Model, _ longer: Longer, isRelaxed: Bool) {
    let horizon = model.horizon
    let first = max(horizon.start, horizon.end - EndEffect.lastYears + 1)
    beyond = horizon.beyond
    years = first...horizon.end
    self.plan = LastYears(plan, model, from: first)
    self.isRelaxed = isRelaxed
    let solution = longer.solution
    if solution.status == .optimal, let found = solution.plan {
      self.longer = LastYears(found, longer.model, from: first)
    } else {
      reason = solution.reason ?? solution.status.rawValue
    }
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
