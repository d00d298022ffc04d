import Allocation
import LinearProgramming
import SupplyChain
import Support

/// Why a facility is in the best plan or not, and what would change that.
///
/// A facility is *needed* where the best value is worse without it. Break-even values are found by bisection
/// with solves of the changed model; each is the value at which the facility begins, or ceases, to be needed.
public struct FacilityCase: Sendable {
  public enum Standing: String, Sendable {
    /// The best value cannot be reached without an award to it.
    case needed
    /// Some best plans build it, others do not.
    case optional
    /// No best plan builds it.
    case out
    /// It has no expansion, no award year whose lead time ends within the horizon, or no money may go to it.
    case impossible
  }
  public struct BreakEven: Sendable, Hashable {
    public enum Quantity: String, Sendable, CaseIterable {
      /// Factor on the capex of all options.
      case capex
      /// Currency per tonne of the main product on top of the market price, in every year, for this plant alone.
      case premium
      /// Permit of every option, years.
      case permit
      /// `private.max_share`, fraction of 1.
      case privateShare = "private_share"
      /// `max_share` of every fund that may fund it, fraction of 1, for all its facilities.
      case fundShare = "fund_share"
    }
    public var quantity: Quantity
    public var present: Double
    /// nil: no value up to `searched` changes its standing.
    public var value: Double?
    /// The farthest value that was tried.
    public var searched: Double
  }

  public var facility: Int
  public var standing: Standing
  public var objective: Objective
  public var value: Double
  /// The best value with its expansion taken away; nil where there is none then.
  public var valueWithout: Double?
  public var isRelaxed: Bool
  /// t/yr awarded in total, over all plans with the best value; 0 where it is out. In a large program what one such plan
  /// awards, which is then both.
  public var least: Double
  public var most: Double
  /// The reduced cost of its awards: change of the objective for each t/yr that it is made to be built, from
  /// solving the model with the first hundredth of its largest expansion forced in. nil where it cannot be
  /// built or is needed anyway.
  public var reducedCost: Double?
  public var breakEvens: [BreakEven]
  /// Funds that may give it money.
  public var funds: [Int]
  /// The year in which it could first work, and nil where that is past the horizon.
  public var firstYear: Int?
  /// Why; nil where the study ended before it was found.
  public var reason: FacilityReason?
  /// Who is awarded more without it (where it is in), or less with as much of it as can be built (where it is out); those
  /// with the largest share of their expansion first. Plans of all objectives without whole-number rules.
  public var swaps: [FacilitySwap] = []
  /// Its account in the plan of `solve`; nil where it gets no award or support there, or no such plan was found in time.
  public var account: FacilityAccount?
  /// Whether that plan is without the whole-number rules.
  public var isAccountRelaxed = false
  /// Whether the study ended early.
  public var isInterrupted = false

  /// How far break-even values are looked for: capex from half to twice of what it is, and a product's price within half of
  /// it. What is farther off is no reason.
  public static let capexRange = 0.5...2.0
  public static let priceRange = 0.5

  /// - Throws: `StudyEnd` where there is no plan to explain.
  public static func explain(
    _ model: Model, facility: Int, settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> FacilityCase {
    var (found, best) = try withBaselineSolver(model, settings) { baseline throws(StudyEnd) in
      try FacilityStudy(baseline, facility, model).run()
    }
    if !found.isInterrupted { found.addAccount(model, relaxedPlan: best, settings) }
    return found
  }

  /// Programs up to this many rows are solved with whole numbers for the account.
  private static let mostWholeNumberRows = 4_000

  /// Its account in the plan of `solve`; of a large program in that without the whole-number rules, which is found at once.
  ///
  /// - Parameter relaxedPlan: the best plan without those rules; nil where it is not known.
  private mutating func addAccount(
    _ model: Model, relaxedPlan: Plan?, _ settings: RunSettings
  ) {
    settings.report("its account in the plan", 0, 1)
    var allocation = AllocationProgram(model, relaxed: settings.isRelaxed)
    if allocation.program.integerCount > 0,
      allocation.program.rowCount > FacilityCase.mostWholeNumberRows
    {
      allocation = AllocationProgram(model, relaxed: true)
    }
    isAccountRelaxed = settings.isRelaxed || allocation.program.integerCount == 0 && isRelaxed
    let known = allocation.program.integerCount == 0 ? relaxedPlan : nil
    guard let plan = known ?? Allocation.solve(allocation, settings.allocation).plan,
      plan.publiclyPaid.contains(facility)
    else { return }
    account = plan.account(of: facility, model)
  }
}

/// The plan of all objectives without whole-number rules; none where there is none.
private struct FoundPlan: Sendable {
  var plan: Plan?
  var isInterrupted = false

  init(_ plan: Plan) { self.plan = plan }

  init(_ model: Model, _ options: AllocationSettings) {
    let solution = Allocation.solve(AllocationProgram(model, relaxed: true), options)
    isInterrupted = solution.status == .interrupted || solution.status == .feasible
    plan = solution.status == .optimal ? solution.plan : nil
  }

  private init() {}

  /// With as much of a facility as can be built: all of it, a half, a tenth.
  init(forcing p: Int, in model: Model, _ options: AllocationSettings) {
    self.init()
    for part in [1, 0.5, 0.1] {
      guard let forced = FacilityChange(model: model, p: p).forced(part) else { return }
      self = FoundPlan(forced, options)
      if plan != nil || isInterrupted { return }
    }
  }
}

private struct FacilityStudy {
  private let baseline: BaselineSolver
  private let p: Int
  private let base: BaselineSolver.Answer
  /// The best plan of all objectives without whole-number rules; nil where it has not been looked for yet.
  private let bestPlan: Plan?
  private let model: Model

  /// The model with all its objectives.
  private let whole: Model
  private let change: FacilityChange

  init(_ baseline: BaselineSolver, _ p: Int, _ whole: Model) throws(StudyEnd) {
    self.baseline = baseline
    self.p = p
    self.whole = whole
    model = baseline.model
    change = FacilityChange(model: baseline.model, p: p)
    baseline.settings.report("solving", 0, 1)
    // Of a large model the plan is found at once, for it takes little longer than the first objective.
    let isSmall = Limiting.isSmall(AllocationProgram(whole, relaxed: true).program)
    let found = isSmall ? nil : baseline.solveBase(withAllObjectivesOf: whole)
    base = if let found { found.answer } else { try baseline.solveBase() }
    bestPlan = found?.plan
  }

  /// Differences of values below this are noise.
  private var noise: Double { 1e-8 * max(abs(base.value), 1e-3) }

  /// Whether a solve takes about a second.
  private var isLarge: Bool {
    !Limiting.isSmall(base.allocation.program)
  }

  /// The case, and the best plan of all objectives without whole-number rules where it was looked for.
  func run() throws(StudyEnd) -> (FacilityCase, Plan?) {
    let columns = base.allocation.columns.indices.filter {
      base.allocation.columns[$0].kind == .build && Int(base.allocation.columns[$0].first) == p
    }
    let without = try withoutFacility()
    var result = FacilityCase(
      facility: p, standing: .out, objective: model.objectives[0], value: base.value,
      valueWithout: without?.value,
      isRelaxed: AllocationProgram(model).program.integerCount > 0,
      least: 0, most: 0, breakEvens: [], funds: change.funds,
      firstYear: model.facilities[p].firstYear(model.horizon))
    if columns.isEmpty || (change.funds.isEmpty && change.privateShare == 0) {
      result.standing = .impossible
      breakEvens(isIn: false, without: without, &result)
      result.reason = impossibility(result)
      return (result, bestPlan)
    }
    let isNeeded = without.map { $0.value > base.value + noise } ?? true
    if !isNeeded { result.reducedCost = try reducedCost() }
    let isFree = result.reducedCost == 0
    result.standing = isNeeded ? .needed : isFree ? .optional : .out
    if !isLarge, isNeeded || isFree { (result.least, result.most) = try range(columns) }
    let best: Plan?
    do throws(StudyEnd) {
      best = try explain(isNeeded: isNeeded, &result)
    } catch .interrupted {
      result.isInterrupted = true
      return (result, nil)
    }
    breakEvens(isIn: isNeeded, without: without, &result)
    if case .dear(_, let cost, let other)? = result.reason {
      let share = result.breakEvens.first { $0.quantity == .capex }?.value
      result.reason = .dear(capexShare: share, cost: cost, other: other)
    }
    return (result, best)
  }

  /// The answer without the facility; at the same time a plan with whole numbers is looked for where that is still to be
  /// done.
  private func withoutFacility() throws(StudyEnd) -> BaselineSolver.Answer? {
    if bestPlan == nil { return try baseline.solve(change.removed) }
    let (model, known, settings) = (model, baseline.known, baseline.settings)
    let (fault, without) = try concurrently(
      { BaselineSolver.wholeNumberFault(model, known, settings) },
      { () throws(StudyEnd) in try baseline.solve(change.removed) })
    if let fault { throw fault }
    return without
  }

  // MARK: The reason

  private func impossibility(_ result: FacilityCase) -> FacilityReason {
    if model.facilities[p].expansion == nil { return .noExpansion }
    if result.firstYear != nil { return .noMoney }
    let permit = result.breakEvens.first { $0.quantity == .permit }
    return .tooLate(shorterBy: permit.flatMap { found in found.value.map { found.present - $0 } })
  }

  /// The reason, and what takes its place or gives way; returns the best plan.
  private func explain(
    isNeeded: Bool, _ result: inout FacilityCase
  ) throws(StudyEnd) -> Plan? {
    baseline.settings.report("the reason", 0, 1)
    // Two plans at the same time: the best, and the one without it or with it.
    let (whole, p) = (self.whole, self.p)
    var options = baseline.settings.allocation
    options.sharedOrdering = bestPlan == nil ? nil : baseline.known?.ordering
    let shared = options
    let other: @Sendable () -> FoundPlan = {
      if isNeeded { return FoundPlan(FacilityChange(model: whole, p: p).removed, shared) }
      return FoundPlan(forcing: p, in: whole, shared)
    }
    let plans: [FoundPlan]
    if let bestPlan {
      var reason: FacilityReason?
      let found = try concurrently(
        other,
        { () throws(StudyEnd) in reason = try self.reason(isNeeded, bestPlan, result.standing) })
      plans = [FoundPlan(bestPlan), found.other]
      if found.other.isInterrupted { throw .interrupted }
      result.reason = reason
    } else {
      plans = concurrentMap(2) { $0 == 0 ? FoundPlan(whole, shared) : other() }
      if plans.contains(where: \.isInterrupted) { throw .interrupted }
      result.reason = try reason(isNeeded, plans[0].plan, result.standing)
    }
    guard let best = plans[0].plan else { return nil }
    let before = best.capacityByFacility
    // The range over all best plans takes two long searches.
    if isLarge { (result.least, result.most) = (before[p] ?? 0, before[p] ?? 0) }
    guard let after = plans[1].plan?.capacityByFacility else { return best }
    let swaps = model.facilities.indices.filter { $0 != p }.map {
      FacilitySwap(facility: $0, before: before[$0] ?? 0, after: after[$0] ?? 0)
    }
    func share(_ swap: FacilitySwap) -> Double {
      let most = model.facilities[swap.facility].expansion?.max ?? 0
      return most > 0 ? (isNeeded ? swap.after - swap.before : swap.before - swap.after) / most : 0
    }
    result.swaps = swaps.filter { share($0) >= 0.01 && abs($0.after - $0.before) >= 0.5 }
      .sorted { (share($1), $0.facility) < (share($0), $1.facility) }
    return best
  }

  private func reason(
    _ isNeeded: Bool, _ best: Plan?, _ standing: FacilityCase.Standing
  ) throws(StudyEnd) -> FacilityReason? {
    if isNeeded { return .needed }
    let study = FacilityReasonStudy(
      baseline: baseline, p: p, value: base.value, noise: noise, plan: best)
    let reason = try study.reason()
    // Money would help elsewhere, but no programme's: private money alone may pay.
    if change.funds.isEmpty, case .dear = reason { return standing == .optional ? nil : .hurdle }
    return reason
  }

  /// The least and the most awarded to it among plans with the best value.
  private func range(_ columns: [Int]) throws(StudyEnd) -> (least: Double, most: Double) {
    let allocation = base.allocation
    var costs = [Double](repeating: 0, count: allocation.columns.count)
    for j in columns { costs[j] = allocation.buildUnit[p] * AllocationProgram.tonnesPerUnit }
    let near = try NearOptimal(
      allocation, held: [(allocation.objectives[0], base.value)], within: 0,
      basis: base.solution.stages.first?.basis, baseline.settings)
    return try near.search { search throws(StudyEnd) in
      let least = try search.least(costs).value
      return (max(0, least), try search.most(costs).value)
    }
  }

  /// What forcing the facility into the plan costs for each t/yr.
  private func reducedCost() throws(StudyEnd) -> Double? {
    guard let most = model.facilities[p].expansion?.max else { return nil }
    for part in [1e-2, 1e-3, 1e-4] {
      guard let forced = change.forced(part) else { return nil }
      if let answer = try baseline.solve(forced) {
        let change = answer.value - base.value
        return change > noise ? change / (most * part) : 0
      }
    }
    return nil
  }

  // MARK: Break-even values

  private func breakEvens(
    isIn: Bool, without: BaselineSolver.Answer?, _ result: inout FacilityCase
  ) {
    let found = FacilityBreakEvens(
      change: change, value: base.value, without: without?.value,
      startWithout: without.map {
        WarmStart($0.allocation, $0.solution, nearness: .fewBounds)
      }, isIn: isIn, noise: noise,
      precision: isLarge ? 2e-2 : 1e-6,
      // Shares of who pays take twice the solves, and are seldom what decides.
      quantities: isLarge ? [.capex, .premium, .permit] : FacilityCase.BreakEven.Quantity.allCases,
      known: isLarge ? baseline.known : nil, settings: baseline.settings
    ).found()
    result.breakEvens = found.values
    result.isInterrupted = result.isInterrupted || found.isInterrupted
  }
}
