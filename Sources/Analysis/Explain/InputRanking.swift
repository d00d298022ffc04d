import Allocation
import LinearProgramming
import SupplyChain
import Support

/// Every input of a model on one yardstick: the change of the first objective for 1 % more of it, and for money the change
/// for the same sum in each programme. First order, from the multipliers of the continuous program; the first few are
/// solved again.
public struct InputRanking: Sendable {
  public enum What: Sendable, Hashable {
    case input(ModelInput)
    case bound(Binding.Cause)
  }
  public struct Row: Sendable, Hashable {
    public var what: What
    /// Change of the objective for 1 % more in every year, to first order.
    public var perPercent: Double
    /// The change where the model was solved again with 1 % more; nil where it was not, or has no plan then.
    public var solved: Double?
  }
  public struct MoneyRow: Sendable, Hashable {
    public var fund: Int
    /// The year in which more money helps most, and the change for `sameMoney` more in it, to first order.
    public var year: Int
    public var change: Double
  }
  /// The largest changes first.
  public var rows: [Row]
  /// The most helpful programme first; only those whose money helps.
  public var money: [MoneyRow]
  /// What every programme is given alike: 1 % of all appropriations, millions.
  public var sameMoney: Double
  /// Inputs that were looked at.
  public var count: Int

  /// Rows that are solved again.
  static let solvedCount = 6
  /// A hundredth of a tenth: so small that no margin changes its sign and with it the shape of the program.
  private static let small = 1e-3

  /// - Parameter base: the continuous program's optimum of the first objective.
  static func find(_ baseline: BaselineSolver, _ base: BaselineSolver.Answer)
    throws(StudyEnd) -> InputRanking
  {
    let model = base.model
    let inputs = ModelInput.all(in: model).filter { input in
      switch input.kind {
      // Those of one plant or one source are told by their bounds; a permit has no first-order change.
      case .importLimit, .permits: false
      default: true
      }
    }
    baseline.settings.report("looking at every input", 0, inputs.count)
    let cancellation = baseline.settings.cancellation
    let point = base.solution.point
    let changes = concurrentMap(inputs.count) { index -> Double? in
      if cancellation?.isCancelled == true { return nil }
      for sign in [1.0, -1.0] {
        let changed = AllocationProgram(
          inputs[index].scaled(by: 1 + sign * small, in: model), relaxed: true)
        let change = Lagrangian.change(
          from: base.allocation.program, to: changed.program, point: point, duals: base.duals,
          reducedCosts: base.reducedCosts)
        if let change { return sign * change / small / 100 }
      }
      return nil
    }
    if cancellation?.isCancelled == true { throw .interrupted }
    let noise = InputRanking.noise(base)
    var rows = zip(inputs, changes).compactMap { input, change -> Row? in
      guard let change, abs(change) > noise else { return nil }
      return Row(what: .input(input), perPercent: change, solved: nil)
    }
    rows += bounds(base).filter { abs($0.perPercent) > noise }
    rows = rows.enumerated().sorted {
      (abs($1.element.perPercent), $0.offset) < (abs($0.element.perPercent), $1.offset)
    }.map(\.element)
    baseline.settings.report("solving again", 0, min(solvedCount, rows.count))
    let first = Array(rows.prefix(solvedCount))
    var quiet = baseline.settings
    quiet.progress = nil
    quiet.allocation.progress = nil
    // A small program is solved cold as fast.
    let known = Limiting.isSmall(base.allocation.program) ? nil : baseline.known
    let settings = quiet
    let solved = concurrentMap(first.count) { index -> Double? in
      let changed = first[index].what.scaled(by: 1.01, in: model)
      do throws(StudyEnd) {
        return try withBaselineSolver(model, settings, from: known) { solver throws(StudyEnd) in
          try solver.solve(changed)?.value
        }
      } catch {
        return nil
      }
    }
    if cancellation?.isCancelled == true { throw .interrupted }
    for (index, found) in solved.enumerated() {
      rows[index].solved = found.map { abs($0 - base.value) > noise ? $0 - base.value : 0 }
    }
    var result = InputRanking(
      rows: rows, money: [], sameMoney: 0.01 * model.budget, count: inputs.count + rows.count)
    result.addMoney(base)
    return result
  }

  /// Changes below this are rounding, also of what the objective is counted from.
  private static func noise(_ base: BaselineSolver.Answer) -> Double {
    max(1e-8 * max(abs(base.value), 1e-3), 1e-10 * abs(base.allocation.program.objectiveOffset))
  }

  private static func bounds(_ base: BaselineSolver.Answer) -> [Row] {
    Binding.list(
      base.allocation,
      .init(
        value: base.value, point: base.solution.point, rowDuals: base.duals,
        reducedCosts: base.reducedCosts), all: true
    ).map { Row(what: .bound($0.cause), perPercent: $0.perPercent, solved: nil) }
  }

  private mutating func addMoney(_ base: BaselineSolver.Answer) {
    let horizon = base.model.horizon
    var best: [Int: MoneyRow] = [:]
    for (i, key) in base.allocation.rows.enumerated()
    where key.kind == .account && Int(key.step) < horizon.stepCount {
      let change = base.duals[i] * sameMoney
      let fund = Int(key.first)
      if change < (best[fund]?.change ?? 0) {
        best[fund] = MoneyRow(
          fund: fund, year: horizon.year(ofStep: Int(key.step)), change: change)
      }
    }
    let noise = InputRanking.noise(base)
    money = best.values.filter { $0.change < -noise }.sorted {
      ($0.change, $0.fund) < ($1.change, $1.fund)
    }
  }
}

extension InputRanking.What {
  /// The model with the input multiplied; as it is where the bound is none of the model's own numbers.
  func scaled(by factor: Double, in model: Model) -> Model {
    var result = model
    func scaled(_ series: Series?) -> Series? {
      series.map { Series(years: $0.years, values: $0.values.map { $0 * factor }) }
    }
    switch self {
    case .input(let input): return input.scaled(by: factor, in: model)
    case .bound(.expansion(let p)):
      result.facilities[p].expansion?.max *= factor
    case .bound(.existingCapacity(let p)):
      result.facilities[p].existing = scaled(model.facilities[p].existing) ?? Series(0)
    case .bound(.importLimit(let s)): result.imports[s].limit = scaled(model.imports[s].limit)
    case .bound(.perFacility(let f, _)):
      result.funds[f].maxPerFacility = model.funds[f].maxPerFacility.map { $0 * factor }
    case .bound(.forbearance(let f, _)):
      if let share = model.funds[f].loan?.forbearance?.atMost {
        result.funds[f].loan?.forbearance?.atMost = min(1, share * factor)
      }
    case .bound(.limit(let l)):
      result.limits[l].value = scaled(model.limits[l].value) ?? Series(0)
    case .bound(.rule(let r)):
      result.rules[r].shiftBound(
        by: { (factor - 1) * model.rules[r].bound(in: $0) }, in: model.horizon)
    case .bound(.target(let n)): result.targets[n].value *= factor
    case .bound(.room(let i)):
      result.stockpiles[i].max = model.stockpiles[i].max.map { $0 * factor }
    case .bound(.openingStock(let i)):
      result.stockpiles[i].opening = model.stockpiles[i].opening.map { $0 * factor }
    case .bound(.returned(let r)):
      result.returns[r].base = scaled(model.returns[r].base) ?? Series(0)
    case .bound(.exclusive): break
    }
    return result
  }
}
