import Allocation
import Foundation
import LinearProgramming
import SupplyChain

/// What all cases of a sweep have in common.
public struct SweepSettings: Sendable {
  public var scenarios: [String] = []
  public var budgetScale = 1.0
  /// Drops the whole-number rules.
  public var isRelaxed = false
  /// Relative gap for whole-number plans; nil: 1e-6.
  public var relativeGap: Double?
  public init() {}
}

/// Solves the cases of a part of a sweep, each in a session of its own: large ones cold, among what the plans of some
/// cases do, or from one with nearly the same budget, others from a start that their place in the case list alone
/// determines. An answer depends neither on which cases were solved before, nor on the thread.
struct SweepSolver: Sendable {
  let document: ModelDocument
  let cases: SweepCases
  let settings: SweepSettings
  private let bases = BaseSolutions()
  private let pilots: SweepPilots
  private let tree: BudgetTree
  private let solved = SolvedStarts()
  private let order = Once<EliminationOrder?>()
  /// The same among the used columns.
  private let usedOrder = Once<EliminationOrder?>()
  private let usedInSweep: UsedInSweep
  /// From this many cases on they share an order of elimination.
  private static let leastForOrder = 12

  init(
    _ document: ModelDocument, _ cases: SweepCases, _ settings: SweepSettings, _ part: SweepPart
  ) {
    self.document = document
    self.cases = cases
    self.settings = settings
    pilots = SweepPilots(cases)
    tree = BudgetTree(cases)
    usedInSweep = UsedInSweep(count: cases.count, part: part)
  }

  /// The model of a case.
  func model(_ index: Int) throws(ModelErrors) -> Model {
    let changes = cases.changes(
      index, scenarios: settings.scenarios, budgetScale: settings.budgetScale)
    return try document.model(
      scenarios: changes.scenarios, settings: changes.settings, factors: changes.factors,
      budgetScale: changes.budgetScale)
  }

  /// The cases to begin with, because others wait for them.
  var first: [Int] { tree.isEmpty ? usedInSweep.pilots : [] }

  /// Solves a case; nil where it was interrupted.
  func solve(_ index: Int, _ cancellation: Cancellation?) -> CaseResult? {
    let clock = ContinuousClock()
    let started = clock.now
    let changes = cases.changes(
      index, scenarios: settings.scenarios, budgetScale: settings.budgetScale)
    let model: Model
    do throws(ModelErrors) {
      model = try self.model(index)
    } catch {
      var result = CaseResult(
        id: index, status: .invalid,
        reason: error.diagnostics.first?.message ?? "the model is wrong")
      result.inputs = inputs(index)
      return result
    }
    let read = clock.now
    let allocation = AllocationProgram(model, relaxed: settings.isRelaxed)
    // Time that went into other cases is not this one's.
    var waited = Duration.zero
    let solution: AllocationSolution
    if !isBestCold(allocation) {
      let start = start(of: index, changes.scenarios, cancellation)
      if cancellation?.isCancelled == true { return nil }
      solution = solve(allocation, from: start, cancellation)
    } else if allocation.program.integerCount > 0 {
      // Whole numbers take no start, so others need not be solved for one.
      solution = solve(allocation, from: nil, cancellation)
    } else if !tree.isEmpty {
      solution = solveNear(index, allocation, cancellation)
    } else {
      if let pilot = usedInSweep.pilot(index, { solvePilot(index, cancellation) }) {
        return pilot.result
      }
      // Where it is interrupted meanwhile, less is known than there should be, and the solve ends at once.
      let begun = clock.now
      let known = usedInSweep.columns(for: index) { solvePilot($0, cancellation) }
      waited = clock.now - begun
      solution = solve(allocation, from: nil, used: known, cancellation)
    }
    return result(
      index, solution, model, read - started, clock.now - started - waited, cancellation)
  }

  private func result(
    _ index: Int, _ solution: AllocationSolution, _ model: Model, _ reading: Duration,
    _ total: Duration, _ cancellation: Cancellation?
  ) -> CaseResult? {
    var result = CaseResult(id: index, solution, model)
    if cancellation?.isCancelled == true, result?.status != .optimal { return nil }
    result?.inputs = inputs(index)
    result?.timing.model = seconds(reading)
    result?.timing.total = seconds(total)
    return result
  }

  private func isBestCold(_ allocation: AllocationProgram) -> Bool {
    let program = allocation.program
    return SolverSession.startsBestCold(columns: program.columnCount, rows: program.rowCount)
  }

  /// Solves a large case without knowing any other.
  private func solvePilot(_ index: Int, _ cancellation: Cancellation?) -> UsedInSweep.Pilot {
    let clock = ContinuousClock()
    let started = clock.now
    guard let model = try? model(index) else { return UsedInSweep.Pilot() }
    let read = clock.now
    let allocation = AllocationProgram(model, relaxed: settings.isRelaxed)
    let solution = solve(allocation, from: nil, cancellation)
    var pilot = UsedInSweep.Pilot()
    if solution.status == .optimal {
      pilot.used = UsedColumns()
      pilot.used?.add(allocation, solution)
    }
    pilot.result = result(
      index, solution, model, read - started, clock.now - started, cancellation)
    return pilot
  }

  private func solve(
    _ allocation: AllocationProgram, from start: WarmStart?, used: UsedColumns? = nil,
    _ cancellation: Cancellation?
  ) -> AllocationSolution {
    var allocationSettings = AllocationSettings()
    allocationSettings.usedColumns = used
    allocationSettings.cancellation = cancellation
    allocationSettings.relativeGap = settings.relativeGap
    if isBestCold(allocation), cases.count >= SweepSolver.leastForOrder {
      allocationSettings.eliminationOrder = (used == nil ? order : usedOrder).value {
        baseOrder(used, cancellation)
      }
    }
    return withAllocationSession { session in
      session.solve(allocation, from: start, settings: allocationSettings)
    }
  }

  /// The order of elimination of the model without its changes, which the cases share.
  private func baseOrder(_ used: UsedColumns?, _ cancellation: Cancellation?) -> EliminationOrder? {
    guard
      let model = try? document.model(
        scenarios: settings.scenarios, budgetScale: settings.budgetScale)
    else { return nil }
    var allocationSettings = AllocationSettings()
    allocationSettings.usedColumns = used
    allocationSettings.cancellation = cancellation
    allocationSettings.wantsPlan = false
    let allocation = AllocationProgram(model, relaxed: true)
    let solution = withAllocationSession { session in
      session.solve(allocation.firstObjectiveOnly(), settings: allocationSettings)
    }
    return EliminationOrder(allocation, solution)
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
    return WarmStart(allocation, solution, firstStageOnly: true, isNear: true)
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

  /// The basis of the case's pilot, or of the model without its changes.
  private func start(of index: Int, _ scenarios: [String], _ cancellation: Cancellation?)
    -> WarmStart?
  {
    if case .pilot(let pilot) = pilots.start(of: index),
      let start = pilots.warmStart(pilot, { pilotStart($0, cancellation) })
    {
      return start
    }
    return bases.start(scenarios) {
      (try? document.model(scenarios: scenarios, budgetScale: settings.budgetScale))
        .flatMap { warmStart($0, from: nil, cancellation) }
    }
  }

  private func pilotStart(_ index: Int, _ cancellation: Cancellation?) -> WarmStart? {
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
  private var known: [Int: Once<WarmStart?>] = [:]
  private var order: [Int] = []
  private static let most = 24

  /// The start of a case; `make` is called where it is not known.
  @discardableResult
  func start(of index: Int, _ make: () -> WarmStart?) -> WarmStart? { entry(index).value(make) }

  private func entry(_ index: Int) -> Once<WarmStart?> {
    lock.withLock {
      if let place = order.firstIndex(of: index) { order.remove(at: place) }
      order.append(index)
      let entry = known[index] ?? Once()
      known[index] = entry
      if order.count > SolvedStarts.most { known[order.removeFirst()] = nil }
      return entry
    }
  }
}

func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
