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

/// Solves the cases of a sweep, each in a session of its own: large ones cold, others from a start that their
/// place in the case list alone determines. An answer depends neither on which cases were solved before, nor on the thread.
struct SweepSolver: Sendable {
  let document: ModelDocument
  let cases: SweepCases
  let settings: SweepSettings
  private let bases = BaseSolutions()
  private let pilots: SweepPilots

  init(_ document: ModelDocument, _ cases: SweepCases, _ settings: SweepSettings) {
    self.document = document
    self.cases = cases
    self.settings = settings
    pilots = SweepPilots(cases)
  }

  /// The model of a case.
  func model(_ index: Int) throws(ModelErrors) -> Model {
    let changes = cases.changes(
      index, scenarios: settings.scenarios, budgetScale: settings.budgetScale)
    return try document.model(
      scenarios: changes.scenarios, settings: changes.settings, factors: changes.factors,
      budgetScale: changes.budgetScale)
  }

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
    var allocationSettings = AllocationSettings()
    allocationSettings.cancellation = cancellation
    allocationSettings.relativeGap = settings.relativeGap
    let allocation = AllocationProgram(model, relaxed: settings.isRelaxed)
    let program = allocation.program
    let start =
      SolverSession.startsBestCold(columns: program.columnCount, rows: program.rowCount)
      ? nil : start(of: index, changes.scenarios, cancellation)
    if cancellation?.isCancelled == true { return nil }
    let solution = withAllocationSession { session in
      session.solve(allocation, from: start, settings: allocationSettings)
    }
    var result = CaseResult(id: index, solution, model)
    if cancellation?.isCancelled == true, result?.status != .optimal { return nil }
    result?.inputs = inputs(index)
    result?.timing.model = seconds(read - started)
    result?.timing.total = seconds(clock.now - started)
    return result
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

func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
