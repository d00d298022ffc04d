import Allocation
import SupplyChain
import Support

/// What each programme takes off the first objective where the programmes come one after another: from private money
/// alone down to all of them.
///
/// The programmes come by what they pay in the plan, the most first, those beyond the first few together. Each value is
/// that of the best plan with the programmes so far, solved without the whole-number rules, targets and awards that have
/// been made, which the first steps could not keep. A step depends on those before it: in another order the same
/// programme may take off more or less, and all together the same.
public struct ProgrammeSteps: Sendable {
  public struct Step: Sendable, Equatable {
    /// The programmes that come in, indices into the model's.
    public var funds: [Int]
    /// What they pay in the plan, millions, undiscounted.
    public var paid: Double
    /// The first objective with these and all before them.
    public var value: Double
  }

  public var objective: Objective
  /// The first objective where no programme pays.
  public var withoutProgrammes: Double
  public var steps: [Step]
  /// The first objective of the plan, with all its rules.
  public var plan: Double

  /// The value with all programmes, which the rules of the plan may raise.
  public var withAll: Double { steps.last?.value ?? withoutProgrammes }

  /// How many programmes are told alone.
  static let shownCount = 7

  /// - Parameters:
  ///   - plan: of the model, and `value` its first objective.
  ///   - settings: a time limit holds for each solve.
  /// - Returns: nil where no programme pays in the plan, where one of the plans cannot be had, or where it was cancelled.
  public static func find(
    _ model: Model, _ plan: Plan, value: Double, _ settings: RunSettings
  ) -> ProgrammeSteps? {
    let paid = plan.paidByFund(model)
    let order = model.funds.indices.filter { paid[$0] >= 0.05 }
      .sorted { (paid[$1], $0) < (paid[$0], $1) }
    guard !order.isEmpty else { return nil }
    var groups = order.prefix(shownCount).map { [$0] }
    let rest = model.funds.indices.filter { !order.prefix(shownCount).contains($0) }
    if !rest.isEmpty { groups.append(rest) }
    let bare = model.withoutRulesOfTheFirstSteps
    let models = (0...groups.count).map { bare.paying(only: Set(groups.prefix($0).joined())) }
    let values = firstValues(of: models, "programmes one after another", settings)
    guard values.allSatisfy({ $0 != nil }) else { return nil }
    let known = values.compactMap(\.self)
    return ProgrammeSteps(
      objective: model.objectives[0], withoutProgrammes: known[0],
      steps: groups.enumerated().map { n, group in
        Step(funds: group, paid: group.reduce(0) { $0 + paid[$1] }, value: known[n + 1])
      }, plan: value)
  }
}

/// The first objective of each model's best plan without whole-number rules, each solved by itself; nil where there is no
/// plan, or where it was cancelled.
func firstValues(of models: [Model], _ phase: String, _ settings: RunSettings) -> [Double?] {
  var options = settings.allocation
  options.wantsPlan = false
  options.progress = nil
  options.relativeGap = nil
  settings.progress?(RunProgress(phase: phase))
  let finished = options
  return concurrentMap(models.count) { index in
    if finished.cancellation?.isCancelled == true { return nil }
    var first = models[index]
    first.objectives = Array(first.objectives.prefix(1))
    let solution = withAllocationSession {
      $0.solve(AllocationProgram(first, relaxed: true), settings: finished)
    }
    return solution.status == .optimal ? solution.objectives.first?.value : nil
  }
}

extension Model {
  /// Without the rules that plans with little public money could not keep.
  fileprivate var withoutRulesOfTheFirstSteps: Model {
    var result = self
    result.targets = []
    result.commitments = []
    return result
  }

  /// The model in which the other programmes have no money and no instrument.
  fileprivate func paying(only funds: Set<Int>) -> Model {
    var result = self
    for f in self.funds.indices where !funds.contains(f) {
      result.funds[f].appropriations = Series(years: [], values: [])
      result.funds[f].instruments = []
    }
    return result
  }
}

extension Plan {
  /// Awards, support and purchases less refunds, millions, undiscounted, by fund.
  func paidByFund(_ model: Model) -> [Double] {
    var paid = [Double](repeating: 0, count: model.funds.count)
    for row in awards { paid[row.fund] += row.amount }
    for row in supports { paid[row.fund] += row.amount }
    for row in purchases { paid[row.fund] += row.amount }
    for row in refunds { paid[row.fund] -= row.amount }
    return paid
  }
}
