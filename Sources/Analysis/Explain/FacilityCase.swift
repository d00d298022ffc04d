import Allocation
import LinearProgramming
import SupplyChain

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
  /// t/yr awarded in total, over all plans with the best value; 0 where it is out.
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
    var found = try withBaselineSolver(model, settings) { baseline throws(StudyEnd) in
      try FacilityStudy(baseline, facility, model).run()
    }
    if !found.isInterrupted { found.addAccount(model, settings) }
    return found
  }

  /// Programs up to this many rows are solved with whole numbers for the account.
  private static let mostWholeNumberRows = 4_000

  /// Its account in the plan of `solve`; of a large program in that without the whole-number rules, which is found at once.
  private mutating func addAccount(_ model: Model, _ settings: RunSettings) {
    settings.report("its account in the plan", 0, 1)
    var allocation = AllocationProgram(model, relaxed: settings.isRelaxed)
    if allocation.program.integerCount > 0,
      allocation.program.rowCount > FacilityCase.mostWholeNumberRows
    {
      allocation = AllocationProgram(model, relaxed: true)
    }
    isAccountRelaxed = settings.isRelaxed || allocation.program.integerCount == 0 && isRelaxed
    guard let plan = Allocation.solve(allocation, settings.allocation).plan,
      plan.publiclyPaid.contains(facility)
    else { return }
    account = plan.account(of: facility, model)
  }
}

private struct FacilityStudy {
  private let baseline: BaselineSolver
  private let p: Int
  private let base: BaselineSolver.Answer
  private let model: Model

  /// The model with all its objectives.
  private let whole: Model

  init(_ baseline: BaselineSolver, _ p: Int, _ whole: Model) throws(StudyEnd) {
    self.baseline = baseline
    self.p = p
    self.whole = whole
    model = baseline.model
    baseline.settings.report("solving", 0, 1)
    base = try baseline.solveBase()
  }

  /// Differences of values below this are noise.
  private var noise: Double { 1e-8 * max(abs(base.value), 1e-3) }

  func run() throws(StudyEnd) -> FacilityCase {
    let columns = base.allocation.columns.indices.filter {
      base.allocation.columns[$0].kind == .build && Int(base.allocation.columns[$0].first) == p
    }
    let without = try baseline.solve(removed(model))
    var result = FacilityCase(
      facility: p, standing: .out, objective: model.objectives[0], value: base.value,
      valueWithout: without?.value,
      isRelaxed: AllocationProgram(model).program.integerCount > 0,
      least: 0, most: 0, breakEvens: [], funds: funds,
      firstYear: model.facilities[p].firstYear(model.horizon))
    if columns.isEmpty || (funds.isEmpty && privateShare == 0) {
      result.standing = .impossible
      try breakEvens(isIn: false, without: without?.value, &result)
      result.reason = impossibility(result)
      return result
    }
    let isNeeded = without.map { $0.value > base.value + noise } ?? true
    if !isNeeded { result.reducedCost = try reducedCost() }
    let isFree = result.reducedCost == 0
    result.standing = isNeeded ? .needed : isFree ? .optional : .out
    if isNeeded || isFree { (result.least, result.most) = try range(columns) }
    do throws(StudyEnd) {
      try explain(isNeeded: isNeeded, &result)
    } catch .interrupted {
      result.isInterrupted = true
      return result
    }
    try breakEvens(isIn: isNeeded, without: without?.value, &result)
    if case .dear(_, let cost, let other)? = result.reason {
      let share = result.breakEvens.first { $0.quantity == .capex }?.value
      result.reason = .dear(capexShare: share, cost: cost, other: other)
    }
    return result
  }

  // MARK: The reason

  private func impossibility(_ result: FacilityCase) -> FacilityReason {
    if model.facilities[p].expansion == nil { return .noExpansion }
    if result.firstYear != nil { return .noMoney }
    let permit = result.breakEvens.first { $0.quantity == .permit }
    return .tooLate(shorterBy: permit.flatMap { found in found.value.map { found.present - $0 } })
  }

  /// The reason, and what takes its place or gives way.
  private func explain(
    isNeeded: Bool, _ result: inout FacilityCase
  ) throws(StudyEnd) {
    baseline.settings.report("the reason", 0, 1)
    let best = try plan(whole)
    if isNeeded {
      result.reason = .needed
    } else if funds.isEmpty {
      result.reason = .hurdle
    } else {
      let study = FacilityReasonStudy(
        baseline: baseline, p: p, value: base.value, noise: noise, plan: best)
      result.reason = try study.reason()
    }
    guard let best else { return }
    let before = best.capacityByFacility
    let other = isNeeded ? try plan(removed(whole)) : try forcedPlan()
    guard let after = other?.capacityByFacility else { return }
    let swaps = model.facilities.indices.filter { $0 != p }.map {
      FacilitySwap(facility: $0, before: before[$0] ?? 0, after: after[$0] ?? 0)
    }
    func share(_ swap: FacilitySwap) -> Double {
      let most = model.facilities[swap.facility].expansion?.max ?? 0
      return most > 0 ? (isNeeded ? swap.after - swap.before : swap.before - swap.after) / most : 0
    }
    result.swaps = swaps.filter { share($0) >= 0.01 && abs($0.after - $0.before) >= 0.5 }
      .sorted { (share($1), $0.facility) < (share($0), $1.facility) }
  }

  /// The plan of all objectives without whole-number rules; nil where there is none.
  private func plan(_ model: Model) throws(StudyEnd) -> Plan? {
    let solution = Allocation.solve(
      AllocationProgram(model, relaxed: true), baseline.settings.allocation)
    if solution.status == .interrupted || solution.status == .feasible { throw .interrupted }
    return solution.plan
  }

  /// The best plan with as much of the facility as can be built: all of it, a half, a tenth.
  private func forcedPlan() throws(StudyEnd) -> Plan? {
    for part in [1, 0.5, 0.1] {
      if let forced = forced(part, in: whole), let found = try plan(forced) { return found }
    }
    return nil
  }

  /// The model in which so much of the facility's largest expansion is built.
  private func forced(_ part: Double, in model: Model) -> Model? {
    guard let most = model.facilities[p].expansion?.max else { return nil }
    var limit = Limit(
      name: "", measure: .build, sense: .atLeast, value: Series(most * part),
      location: model.facilities[p].location)
    limit.period = .horizon
    limit.filter.facilities = [p]
    var result = model
    result.limits.append(limit)
    return result
  }

  private var funds: [Int] {
    model.funds.indices.filter { f in
      model.funds[f].givesCapital && model.funds[f].maxShare > 0
        && model.funds[f].appropriations.isPositiveSomewhere
        && model.funds[f].eligible.admits(model.facilities[p], index: p)
    }
  }

  private var privateShare: Double { model.facilities[p].expansion?.privateMaxShare ?? 0 }

  private func removed(_ model: Model) -> Model {
    var result = model
    result.facilities[p].expansion = nil
    return result
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
      guard let forced = forced(part, in: model) else { return nil }
      if let answer = try baseline.solve(forced) {
        let change = answer.value - base.value
        return change > noise ? change / (most * part) : 0
      }
    }
    return nil
  }

  // MARK: Break-even values

  /// Finds them one after the other and keeps what is found where it is stopped.
  private func breakEvens(
    isIn: Bool, without: Double?, _ result: inout FacilityCase
  ) throws(StudyEnd) {
    var found: [FacilityCase.BreakEven] = []
    do throws(StudyEnd) {
      try findBreakEvens(isIn: isIn, without: without, &found)
    } catch .interrupted {
      result.isInterrupted = true
    }
    result.breakEvens = found
  }

  private func findBreakEvens(
    isIn: Bool, without: Double?, _ found: inout [FacilityCase.BreakEven]
  ) throws(StudyEnd) {
    guard let expansion = model.facilities[p].expansion else { return }
    /// Whether the best value of a changed model is worse without the facility. What changes the facility
    /// alone leaves the value without it as it is.
    func isNeeded(_ changed: Model, alone: Bool = true) throws(StudyEnd) -> Bool {
      guard let with = try baseline.solve(changed) else { return false }
      let bare = alone ? without : try baseline.solve(removed(changed))?.value
      return bare.map { $0 > with.value + noise } ?? true
    }
    func search(
      _ quantity: FacilityCase.BreakEven.Quantity, from present: Double, to far: Double,
      alone: Bool = true, _ change: (Double) -> Model
    ) throws(StudyEnd) {
      guard present != far else { return }
      baseline.settings.report("break-even values", found.count, 5)
      let value = try bisect(from: present, to: far) { amount throws(StudyEnd) in
        try isNeeded(change(amount), alone: alone) != isIn
      }
      found.append(.init(quantity: quantity, present: present, value: value, searched: far))
    }
    let capex = FacilityCase.capexRange
    try search(.capex, from: 1, to: isIn ? capex.upperBound : capex.lowerBound, withCapex)
    if let price = marketPrice, model.facilities[p].isCommercial {
      let far = FacilityCase.priceRange * price
      try search(.premium, from: 0, to: isIn ? -far : far, withPremium)
    }
    let permit = expansion.options.map(\.permit).max() ?? 0
    let value = try permitBreakEven(permit, isIn: isIn) { changed throws(StudyEnd) in
      try isNeeded(changed) != isIn
    }
    if let value { found.append(value) }
    try search(.privateShare, from: privateShare, to: isIn ? 0 : 1, withPrivateShare)
    if let share = funds.map({ model.funds[$0].maxShare }).max() {
      try search(.fundShare, from: share, to: isIn ? 0 : 1, alone: false) {
        withFundShare($0, present: share)
      }
    }
  }

  /// The nearest value at which a predicate holds, which holds from there to `far`.
  private func bisect(
    from present: Double, to far: Double, _ holds: (Double) throws(StudyEnd) -> Bool
  ) throws(StudyEnd) -> Double? {
    guard try holds(far) else { return nil }
    var (near, beyond) = (present, far)
    for _ in 0..<60 where abs(beyond - near) > precision * max(abs(near), abs(beyond)) {
      // Geometric where the two ends are of one sign and far apart.
      let isWide = near > 0 && beyond / near > 4
      let middle = isWide ? (near * beyond).squareRoot() : (near + beyond) / 2
      if try holds(middle) { beyond = middle } else { near = middle }
    }
    return beyond
  }

  /// Relative: six digits, and of a large program two, for each takes a solve.
  private var precision: Double { base.allocation.program.rowCount > 4_000 ? 1e-2 : 1e-6 }

  /// The nearest permit, in whole steps, that changes the standing.
  private func permitBreakEven(
    _ permit: Double, isIn: Bool, _ holds: (Model) throws(StudyEnd) -> Bool
  ) throws(StudyEnd) -> FacilityCase.BreakEven? {
    let step = model.horizon.stepLength
    let farthest = isIn ? Double(model.horizon.yearCount) : permit
    let count = Int((farthest / step - 1e-9).rounded(.up))
    guard count > 0 else { return nil }
    func years(_ n: Int) -> Double {
      isIn ? permit + Double(n) * step : max(0, permit - Double(n) * step)
    }
    var result = FacilityCase.BreakEven(
      quantity: .permit, present: permit, value: nil, searched: years(count))
    func changed(_ n: Int) -> Model { model.withPermit(of: p, shortenedBy: permit - years(n)) }
    guard try holds(changed(count)) else { return result }
    var (near, beyond) = (0, count)
    while beyond - near > 1 {
      let middle = (near + beyond) / 2
      if try holds(changed(middle)) { beyond = middle } else { near = middle }
    }
    result.value = years(beyond)
    return result
  }

  // MARK: Changed models

  private func withCapex(_ factor: Double) -> Model {
    var result = model
    guard var expansion = model.facilities[p].expansion else { return model }
    for j in expansion.options.indices {
      expansion.options[j].capex.values = expansion.options[j].capex.values.map { $0 * factor }
    }
    result.facilities[p].expansion = expansion
    return result
  }

  /// Highest market price of the main product within the horizon, currency a tonne.
  private var marketPrice: Double? {
    guard let main = model.facilities[p].recipe.main, mainAmount > 0,
      let price = model.commodities[main].price
    else { return nil }
    return (model.horizon.start...model.horizon.end).map(price.level).max().flatMap {
      $0 > 0 ? $0 : nil
    }
  }

  private var mainAmount: Double {
    let recipe = model.facilities[p].recipe
    return recipe.outputs.first { $0.commodity == recipe.main }?.amount ?? 0
  }

  /// A premium on its product alone has the effect of an equal reduction of opex in the plant's margin.
  private func withPremium(_ premium: Double) -> Model {
    var result = model
    result.facilities[p].opex.values = model.facilities[p].opex.values.map {
      $0 - premium * mainAmount
    }
    return result
  }

  private func withPrivateShare(_ share: Double) -> Model {
    var result = model
    result.facilities[p].expansion?.privateMaxShare = share
    return result
  }

  /// All shares change together; none crosses its present value.
  private func withFundShare(_ share: Double, present: Double) -> Model {
    var result = model
    for f in funds {
      let own = model.funds[f].maxShare
      result.funds[f].maxShare = share > present ? max(own, share) : min(own, share)
    }
    return result
  }
}
