import Allocation
import Foundation
import LinearProgramming
import SupplyChain
import Support

/// What all cases of a sweep have in common.
public struct SweepSettings: Sendable {
  public var scenarios: [String] = []
  /// Set in every case, before what the case itself sets.
  public var settings: [Case.Setting] = []
  public var budgetScale = 1.0
  /// Drops the whole-number rules.
  public var isRelaxed = false
  /// Relative gap for whole-number plans; nil: 1e-6.
  public var relativeGap: Double?
  /// Seconds for each case, after which its best plan so far is taken: what a case has then depends on the machine.
  public var timeLimit: Double?
  public init() {}
}

/// Solves the cases of a part of a sweep, each in a session of its own, from the start that the sweep's policy says
/// (`SweepStartPolicy`).
struct SweepSolver: Sendable {
  let document: ModelDocument
  let cases: SweepCases
  let settings: SweepSettings
  private let bases = BaseSolutions()
  private let seeds: SeedCases
  private let tree: WarmStartTree
  private let solved = SolvedStarts()
  private let order = Memo<SharedOrdering?>()
  /// The same among the used columns.
  private let workingOrdering = Memo<SharedOrdering?>()
  private let sweepWorkingColumns: SweepWorkingColumns
  private let policy = Memo<SweepStartPolicy?>()

  init(
    _ document: ModelDocument, _ cases: SweepCases, _ settings: SweepSettings, _ part: SweepPart
  ) {
    self.document = document
    self.cases = cases
    self.settings = settings
    seeds = SeedCases(cases)
    tree = WarmStartTree(cases)
    sweepWorkingColumns = SweepWorkingColumns(count: cases.count, part: part)
  }

  /// The model of a case.
  func model(_ index: Int) throws(ModelErrors) -> Model {
    let changes = cases.changes(
      index, scenarios: settings.scenarios, budgetScale: settings.budgetScale)
    return try document.model(
      scenarios: changes.scenarios,
      settings: settings.settings.map { ($0.path, $0.value) } + changes.settings,
      factors: changes.factors,
      budgetScale: changes.budgetScale)
  }

  /// The cases to begin with, because others wait for them.
  var first: [Int] { startPolicy?.start == .workingColumns ? sweepWorkingColumns.seeds : [] }

  /// How the cases start; nil where the first case is no model.
  private var startPolicy: SweepStartPolicy? {
    policy.value {
      guard cases.count > 0, let model = try? model(0) else { return nil }
      return SweepStartPolicy(
        AllocationProgram(model, relaxed: settings.isRelaxed), count: cases.count, tree: tree,
        hasSeeds: !sweepWorkingColumns.seeds.isEmpty)
    }
  }

  /// A case that is ready to be solved.
  private struct OpenCase {
    let index: Int
    let model: Model
    let allocation: AllocationProgram
    let started = ContinuousClock.now
    /// What reading the model took.
    let reading: Duration

    init(_ index: Int, _ read: () throws(ModelErrors) -> Model, relaxed: Bool)
      throws(ModelErrors)
    {
      self.index = index
      model = try read()
      reading = ContinuousClock.now - started
      allocation = AllocationProgram(model, relaxed: relaxed)
    }
  }

  private func opened(_ index: Int) throws(ModelErrors) -> OpenCase {
    try OpenCase(
      index, { () throws(ModelErrors) in try model(index) }, relaxed: settings.isRelaxed)
  }

  /// Solves a case; nil where it was interrupted.
  func solve(_ index: Int, _ cancellation: Cancellation?) -> CaseResult? {
    let open: OpenCase
    do throws(ModelErrors) {
      open = try opened(index)
    } catch {
      var result = CaseResult(
        id: index, status: .invalid,
        reason: error.diagnostics.first?.message ?? "the model is wrong")
      result.inputs = inputs(index)
      return result
    }
    let allocation = open.allocation
    switch startPolicy?.start ?? .cold {
    case .nearestSeed:
      let scenarios = cases.changes(
        index, scenarios: settings.scenarios, budgetScale: settings.budgetScale
      ).scenarios
      let start = start(of: index, scenarios, cancellation)
      if cancellation?.isCancelled == true { return nil }
      return result(open, solve(allocation, from: start, cancellation), cancellation)
    case .nearestBudget:
      return result(open, solveNear(index, allocation, cancellation), cancellation)
    case .workingColumns: return solveAmongWorkingColumns(open, cancellation)
    case .cold: return result(open, solve(allocation, from: nil, cancellation), cancellation)
    }
  }

  private func solveAmongWorkingColumns(
    _ open: OpenCase, _ cancellation: Cancellation?
  ) -> CaseResult? {
    let index = open.index
    if let seed = sweepWorkingColumns.seed(index, { solveSeed(open, cancellation) }) {
      return seed.result
    }
    let asked = ContinuousClock.now
    // Where it is interrupted meanwhile, less is known than there should be, and the solve ends at once.
    let known = sweepWorkingColumns.columns(for: index) { seed in
      (try? opened(seed)).map { solveSeed($0, cancellation) } ?? SweepWorkingColumns.SeedCase()
    }
    let waited = ContinuousClock.now - asked
    return result(
      open, solve(open.allocation, from: nil, used: known, cancellation), waited: waited,
      cancellation)
  }

  /// - Parameter waited: time that went into other cases, which is not this one's.
  private func result(
    _ open: OpenCase, _ solution: AllocationSolution, waited: Duration = .zero,
    _ cancellation: Cancellation?
  ) -> CaseResult? {
    var result =
      missed(open, solution, cancellation) ?? CaseResult(id: open.index, solution, open.model)
    if cancellation?.isCancelled == true, result?.status != .optimal, result?.status != .missed {
      return nil
    }
    result?.inputs = inputs(open.index)
    result?.timing.model = open.reading.seconds
    result?.timing.total = (ContinuousClock.now - open.started - waited).seconds
    return result
  }

  /// The plan that misses the targets least, where they leave none.
  private func missed(
    _ open: OpenCase, _ solution: AllocationSolution, _ cancellation: Cancellation?
  ) -> CaseResult? {
    guard solution.status == .infeasible, !open.model.targets.isEmpty else { return nil }
    var run = RunSettings(isRelaxed: settings.isRelaxed)
    run.allocation.relativeGap = settings.relativeGap
    run.allocation.timeLimit = settings.timeLimit
    run.cancellation = cancellation
    guard let nearest = try? NearestPlan.find(open.model, run) else { return nil }
    var result = CaseResult(id: open.index, nearest.solution, nearest.model)
    if result?.status == .optimal { result?.status = .missed }
    result?.reason = NearestTargets.words(nearest.misses)
    return result
  }

  /// Solves a large case without knowing any other.
  private func solveSeed(_ open: OpenCase, _ cancellation: Cancellation?)
    -> SweepWorkingColumns.SeedCase
  {
    let solution = solve(open.allocation, from: nil, cancellation)
    var seed = SweepWorkingColumns.SeedCase()
    if solution.status == .optimal {
      seed.used = WorkingColumns()
      seed.used?.add(open.allocation, solution)
    }
    seed.result = result(open, solution, cancellation)
    return seed
  }

  private func solve(
    _ allocation: AllocationProgram, from start: WarmStart?, used: WorkingColumns? = nil,
    _ cancellation: Cancellation?
  ) -> AllocationSolution {
    var allocationSettings = AllocationSettings()
    allocationSettings.workingColumns = used
    allocationSettings.cancellation = cancellation
    allocationSettings.relativeGap = settings.relativeGap
    allocationSettings.timeLimit = settings.timeLimit
    if startPolicy?.sharesOrdering == true {
      allocationSettings.sharedOrdering = (used == nil ? order : workingOrdering).value {
        baseOrdering(used, cancellation)
      }
    }
    return withAllocationSession { session in
      session.solve(allocation, from: start, settings: allocationSettings)
    }
  }

  /// The fill-reducing ordering of the model without its changes, which the cases share.
  private func baseOrdering(_ used: WorkingColumns?, _ cancellation: Cancellation?)
    -> SharedOrdering?
  {
    guard
      let model = try? document.model(
        scenarios: settings.scenarios, settings: settings.settings.map { ($0.path, $0.value) },
        budgetScale: settings.budgetScale)
    else { return nil }
    var allocationSettings = AllocationSettings()
    allocationSettings.workingColumns = used
    allocationSettings.cancellation = cancellation
    allocationSettings.wantsPlan = false
    let allocation = AllocationProgram(model, relaxed: true)
    let solution = withAllocationSession { session in
      session.solve(allocation.firstObjectiveOnly(), settings: allocationSettings)
    }
    return SharedOrdering(allocation, solution)
  }

  /// Solves a large case, from one with nearly the same budget where there is one; others wait for it that start
  /// from it.
  private func solveNear(
    _ index: Int, _ allocation: AllocationProgram, _ cancellation: Cancellation?
  ) -> AllocationSolution {
    var solution: AllocationSolution?
    solved.start(of: index) {
      let start = tree.parent(of: index).flatMap { nearStart($0, cancellation) }
      let found = solve(allocation, from: start, cancellation)
      solution = found
      return nearStart(allocation, found)
    }
    // Another case has needed this one before.
    return solution
      ?? solve(
        allocation, from: tree.parent(of: index).flatMap { nearStart($0, cancellation) },
        cancellation)
  }

  /// Where a large case ended, for one with nearly the same budget.
  private func nearStart(_ index: Int, _ cancellation: Cancellation?) -> WarmStart? {
    solved.start(of: index) {
      guard let model = try? model(index) else { return nil }
      let allocation = AllocationProgram(model, relaxed: settings.isRelaxed)
      let start = tree.parent(of: index).flatMap { nearStart($0, cancellation) }
      return nearStart(allocation, solve(allocation, from: start, cancellation))
    }
  }

  private func nearStart(_ allocation: AllocationProgram, _ solution: AllocationSolution)
    -> WarmStart?
  {
    guard solution.status == .optimal else { return nil }
    return WarmStart(allocation, solution, firstStageOnly: true, nearness: .fewBounds)
  }

  private func inputs(_ index: Int) -> [JSONList.Item] {
    cases.values(index).map { value in
      switch value {
      case .factor(let factor): .number(factor)
      case .setting(let text): .text(text)
      case .unchanged: .null
      }
    }
  }

  /// The basis of the case's seed, or of the model without its changes.
  private func start(of index: Int, _ scenarios: [String], _ cancellation: Cancellation?)
    -> WarmStart?
  {
    if case .seed(let seed) = seeds.start(of: index),
      let start = seeds.warmStart(seed, { seedStart($0, cancellation) })
    {
      return start
    }
    return bases.start(scenarios) {
      (try? document.model(
        scenarios: scenarios, settings: settings.settings.map { ($0.path, $0.value) },
        budgetScale: settings.budgetScale))
        .flatMap { warmStart($0, from: nil, cancellation) }
    }
  }

  private func seedStart(_ index: Int, _ cancellation: Cancellation?) -> WarmStart? {
    guard let model = try? model(index) else { return nil }
    let scenarios = cases.changes(
      index, scenarios: settings.scenarios, budgetScale: settings.budgetScale
    ).scenarios
    return warmStart(model, from: start(of: index, scenarios, cancellation), cancellation)
  }

  /// Where the first objective of a model's relaxed program ends; the later ones go on from there.
  private func warmStart(
    _ model: Model, from start: WarmStart?, _ cancellation: Cancellation?
  ) -> WarmStart? {
    var allocationSettings = AllocationSettings()
    allocationSettings.cancellation = cancellation
    allocationSettings.wantsPlan = false
    let allocation = AllocationProgram(model, relaxed: true)
    let solution = withAllocationSession { session in
      session.solve(allocation, from: start, settings: allocationSettings)
    }
    return solution.status == .optimal ? WarmStart(allocation, solution, firstStageOnly: true) : nil
  }
}

/// The base solutions by scenarios, each found once.
private final class BaseSolutions: @unchecked Sendable {
  // `known` is touched with the lock held only.
  private let lock = NSLock()
  private var known: [[String]: WarmStart?] = [:]

  func start(_ scenarios: [String], _ make: () -> WarmStart?) -> WarmStart? {
    lock.withLock {
      if let start = known[scenarios] { return start }
      let start = make()
      known[scenarios] = start
      return start
    }
  }
}

/// Where the cases solved last ended, by case: as many as the tree of starts is deep, and some more.
private final class SolvedStarts: @unchecked Sendable {
  // `known` and `order` are touched with the lock held only. A case asks for its parent alone, so the locks of entries
  // are taken from the children up.
  private let lock = NSLock()
  private var known: [Int: Memo<WarmStart?>] = [:]
  private var order: [Int] = []
  private static let most = 24

  /// The start of a case; `make` is called where it is not known.
  @discardableResult
  func start(of index: Int, _ make: () -> WarmStart?) -> WarmStart? { entry(index).value(make) }

  private func entry(_ index: Int) -> Memo<WarmStart?> {
    lock.withLock {
      if let place = order.firstIndex(of: index) { order.remove(at: place) }
      order.append(index)
      let entry = known[index] ?? Memo()
      known[index] = entry
      if order.count > SolvedStarts.most { known[order.removeFirst()] = nil }
      return entry
    }
  }
}
