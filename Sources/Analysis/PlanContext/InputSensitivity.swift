import Allocation
import LinearProgramming
import SupplyChain
import Support

/// The inputs that move the first objective most, each a tenth less and a tenth more, with the plan held and with the
/// plan made again.
///
/// All inputs are ranked by the first-order change of the continuous program, from its dual values; the first few are
/// then solved again. How many is fixed, so that the answer depends on the model alone. A permit time has no first-order
/// change, because steps are whole: where a tenth changes a step, permits are solved again as well. In large programs plans
/// are made again among the columns that the plan uses first, the others priced afterwards.
public struct InputSensitivity: Sendable {
  /// The first objective with the input changed; nil where there is no plan.
  public struct Side: Sendable, Equatable {
    public var factor: Double
    /// With no more built, awarded and bought in any step than the plan does: what can no longer be paid for is cut
    /// back, and plants run as is best.
    public var held: Double?
    /// With a plan made for the changed input.
    public var reoptimised: Double?
  }
  public struct Row: Sendable {
    public var input: ModelInput
    /// A tenth less, and a tenth more.
    public var sides: [Side]
  }
  public var objective: Objective
  public var value: Double
  /// Those that move the value most come first, with the plan made again.
  public var rows: [Row]
  /// How many inputs the model has.
  public var inputCount: Int
  /// Whether whole-number rules were dropped.
  public var isRelaxed: Bool

  static let factors = [0.9, 1.1]
  /// How many inputs are shown, and of how many the answer is found by solving again.
  static let shownCount = 3

  /// - Parameters:
  ///   - allocation: a continuous program, and `solution` its answer for all objectives.
  /// - Returns: nil without duals, or where it was cancelled.
  static func find(
    _ allocation: AllocationProgram, _ solution: AllocationSolution, isRelaxed: Bool,
    _ settings: RunSettings
  ) -> InputSensitivity? {
    guard let study = SensitivityStudy(allocation, solution, settings) else { return nil }
    let inputs = ModelInput.all(in: allocation.model)
    var rows = study.rows(study.candidates(inputs))
    if settings.cancellation?.isCancelled == true { return nil }
    let sizes = rows.map(study.size)
    // An input that moves nothing is no news.
    let order = rows.indices.filter { sizes[$0] > study.noise }
      .sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    rows = order.prefix(shownCount).map { rows[$0] }
    return InputSensitivity(
      objective: allocation.model.objectives[0], value: study.value, rows: rows,
      inputCount: inputs.count, isRelaxed: isRelaxed)
  }
}

private struct SensitivityStudy: Sendable {
  let value: Double
  private let allocation: AllocationProgram
  private let stage: AllocationSolution.Stage
  private let point: [Double]
  /// Where a plan that is made again starts.
  private let start: WarmStart?
  /// Where a plan that is held starts; nil in large programs, which presolve makes small.
  private let heldStart: WarmStart?
  private let settings: AllocationSettings
  /// What the plan decides, by column.
  private let decided: [ColumnKey: Double]
  /// Where a plan made again looks first; nil in small programs.
  private let working: WorkingColumns?

  init?(
    _ allocation: AllocationProgram, _ solution: AllocationSolution, _ settings: RunSettings
  ) {
    guard let stage = solution.stages.first, let value = stage.value,
      stage.rowDuals.count >= allocation.program.rowCount,
      stage.reducedCosts.count == allocation.columns.count,
      solution.point.count == allocation.columns.count
    else { return nil }
    self.allocation = allocation
    self.stage = stage
    self.value = value
    point = solution.point
    var options = settings.allocation
    options.wantsPlan = false
    options.progress = nil
    self.settings = options
    var first = solution
    first.stages = [stage]
    // Only the first objective is solved again: the rows that hold it are not there.
    first.stages[0].basis?.rows = Array(
      stage.basis?.rows.prefix(allocation.program.rowCount) ?? [])
    start =
      stage.basis == nil ? nil : WarmStart(allocation, first, nearness: .fewBounds)
    let isSmall = allocation.startUse(.related) == .used
    heldStart = isSmall ? start : nil
    working = isSmall ? nil : WorkingColumns(of: solution, in: allocation)
    var decided: [ColumnKey: Double] = [:]
    for (key, x) in zip(allocation.columns, solution.point) where key.kind.isHeldDecision {
      decided[key] = max(0, x)
    }
    self.decided = decided
  }

  var noise: Double { 1e-6 * max(abs(value), 1e-3) }

  /// How far a row moves the value; without a plan, farther than anything.
  func size(_ row: InputSensitivity.Row) -> Double {
    row.sides.map { side in side.reoptimised.map { abs($0 - value) } ?? .infinity }.max() ?? 0
  }

  /// The inputs to solve again: the first by first-order change, and those that have none.
  func candidates(_ inputs: [ModelInput]) -> [ModelInput] {
    let changes = concurrentMap(inputs.count) { firstOrder(inputs[$0]) }
    let ranked = inputs.indices.filter { changes[$0].map { $0 > 0 } ?? false }
      .sorted { ((changes[$1] ?? 0), $0) < ((changes[$0] ?? 0), $1) }
    let unknown = inputs.indices.filter { changes[$0] == nil }
    return (ranked.prefix(InputSensitivity.shownCount) + unknown.prefix(1)).map { inputs[$0] }
  }

  /// By how much the value changes to first order with a tenth more or less; nil where that is not known.
  private func firstOrder(_ input: ModelInput) -> Double? {
    if settings.cancellation?.isCancelled == true { return 0 }
    if case .permits = input.kind {
      let isIdle = InputSensitivity.factors.allSatisfy { factor in
        input.scaled(by: factor, in: allocation.model).leadSteps == allocation.model.leadSteps
      }
      return isIdle ? 0 : nil
    }
    if case .importLimit(let s) = input.kind { return limitPrice(of: s) }
    // A small change, so that no margin changes its sign and with it the shape of the program.
    let small = 1e-3
    for sign in [1.0, -1.0] {
      let changed = AllocationProgram(
        input.scaled(by: 1 + sign * small, in: firstOnly(allocation.model)), relaxed: true)
      if let change = Lagrangian.change(
        from: allocation.program, to: changed.program, point: point, duals: stage.rowDuals,
        reducedCosts: stage.reducedCosts)
      {
        let size = abs(change) / small * 0.1
        return size > noise ? size : 0
      }
    }
    return nil
  }

  /// A tenth of an import limit at its shadow price (formulation section 6.1, shadow price).
  private func limitPrice(of source: Int) -> Double {
    var sum = 0.0
    for (j, key) in allocation.columns.enumerated()
    where key.kind == .imported && Int(key.first) == source && stage.reducedCosts[j] < 0 {
      sum -= stage.reducedCosts[j] * allocation.program.columnUpper[j]
    }
    return 0.1 * sum > noise ? 0.1 * sum : 0
  }

  private func firstOnly(_ model: Model) -> Model {
    var result = model
    result.objectives = Array(model.objectives.prefix(1))
    return result
  }

  func rows(_ inputs: [ModelInput]) -> [InputSensitivity.Row] {
    let factors = InputSensitivity.factors
    let sides = concurrentMap(inputs.count * factors.count) { index in
      let factor = factors[index % factors.count]
      let changed = AllocationProgram(
        inputs[index / factors.count].scaled(by: factor, in: firstOnly(allocation.model)),
        relaxed: true)
      return InputSensitivity.Side(
        factor: factor, held: best(held(changed), from: heldStart),
        reoptimised: best(changed, from: start, among: working))
    }
    return inputs.enumerated().map { n, input in
      .init(input: input, sides: Array(sides[(n * factors.count)..<((n + 1) * factors.count)]))
    }
  }

  private func best(
    _ program: AllocationProgram, from start: WarmStart?, among working: WorkingColumns? = nil
  ) -> Double? {
    if settings.cancellation?.isCancelled == true { return nil }
    var settings = settings
    settings.workingColumns = working
    // A session of its own, so that nothing depends on what the thread did before.
    let solution = withAllocationSession { $0.solve(program, from: start, settings: settings) }
    return solution.status == .optimal ? solution.stages.first?.value : nil
  }

  /// The program in which no more is decided than the plan does.
  private func held(_ program: AllocationProgram) -> AllocationProgram {
    program.holding(
      program.columns.enumerated().compactMap { j, key in
        key.kind.isHeldDecision ? (column: j, value: decided[key] ?? 0) : nil
      }, mayCutBack: true)
  }
}

extension ColumnKey.Kind {
  /// What is decided once and not with every day's operation.
  fileprivate var isHeldDecision: Bool {
    switch self {
    case .build, .award, .bought, .store: true
    default: false
    }
  }
}

extension Model {
  /// By facility and option.
  fileprivate var leadSteps: [[Int]] {
    facilities.map { facility in
      (facility.expansion?.options ?? []).map { option in
        LeadTime.steps(option.permit + option.construction, perYear: horizon.stepsPerYear)
      }
    }
  }
}
