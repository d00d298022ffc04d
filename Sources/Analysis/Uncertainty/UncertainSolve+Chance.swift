import Allocation
import SupplyChain
import Support

/// The targets that `uncertainty.chance` names, and by which rows they are asked for (formulation section 7.4, chance
/// targets).
struct AskedChances: Sendable {
  private let list: [(year: Int, chance: Double, form: ChanceTarget.Form)]
  private let probabilities: [Double]

  init(_ outcomes: OutcomeList, _ settings: UncertaintySettings) {
    let probabilities = outcomes.outcomes.map(\.probability)
    let isContinuous =
      (settings.run.isRelaxed || settings.method == .decomposition)
      && !settings.countsMissedOutcomes
    list = outcomes.uncertainty.chances.sorted { $0.key < $1.key }.map { year, chance in
      let isOpen = ChanceTarget.mayBeMissed(chance, probabilities: probabilities)
      return (year, chance, !isOpen ? .everyOutcome : isContinuous ? .cvar : .wholeNumbers)
    }
    self.probabilities = probabilities
  }

  var years: [Int] { list.map(\.year) }

  /// Years whose targets no outcome keeps by itself.
  var freeYears: [Int] { list.filter { $0.form != .everyOutcome }.map(\.year) }

  /// Whole numbers of an outcome.
  var wholeCount: Int { list.count(where: { $0.form == .wholeNumbers }) }

  /// - Parameter bounds: by outcome and year.
  func targets(_ programs: [AllocationProgram], bounds: [[Double?]]) -> [ChanceTarget] {
    list.enumerated().map { n, asked in
      ChanceTarget(
        year: asked.year, chance: asked.chance, form: asked.form, programs,
        probabilities: probabilities, bounds: bounds.map { $0[n] })
    }
  }
}

extension UncertainSolve {
  /// Those that some outcome may miss.
  var openChances: [ChanceTarget] { chances.filter { $0.form != .everyOutcome } }

  // MARK: The plan

  /// Counts the outcomes that keep each target; a plan that keeps one too rarely is not verified.
  func tellChances(_ plan: inout UncertainPlan, _ points: [[Double]]) {
    guard !points.isEmpty else { return }
    plan.chances = chances.map { counted($0, points) }
    guard plan.solution.status == .optimal || plan.solution.status == .feasible,
      let missed = plan.chances.first(where: { !$0.isKept })
    else { return }
    plan.solution.status = .failed
    plan.solution.reason =
      "the plan is not verified: target \(missed.year) is kept with a probability of "
      + "\(Self.percent(missed.kept)), and \(Self.percent(missed.asked)) is asked for"
  }

  private func counted(_ target: ChanceTarget, _ points: [[Double]]) -> UncertainPlan.TargetChance {
    let excess = programs.indices.map {
      target.excess(programs[$0], outcome: $0, at: points[$0])
    }
    var missed = CompensatedSum()
    var misses: [UncertainPlan.TargetChance.Miss] = []
    for (outcome, excess) in excess.enumerated() {
      guard let excess, excess > ChanceTarget.tolerance else { continue }
      missed.add(probabilities[outcome])
      misses.append(.init(outcome: outcome, by: excess))
    }
    let kept = max(0, 1 - missed.value)
    return UncertainPlan.TargetChance(
      year: target.year, asked: target.chance, kept: kept, form: target.form,
      hasTarget: excess.contains { $0 != nil }, isKept: target.isKept(with: kept), misses: misses)
  }

  // MARK: Plans of one case

  /// A plan of one case that can be carried out in every outcome: all of them together, which keep the chance targets.
  ///
  /// - Parameters:
  ///   - alone: what comes of it in each outcome by itself, without chance targets.
  ///   - atLeast: the measure of that.
  /// - Returns: nil where it is not known.
  func fixedTogether(
    _ alone: UncertainPlan.FixedPlan, _ decisions: [Double], _ best: [Double], atLeast: Double
  ) -> UncertainPlan.FixedPlan? {
    guard strategy.method == .extensiveForm, !isStopped else { return nil }
    let form = extensive(best)
    let held = decisions.enumerated().map { (column: $0, value: $1) }
    let solution = solve(form.allocation.firstObjectiveOnly().holding(held), inner())
    var result = alone
    switch solution.status {
    case .optimal, .feasible:
      result.value = solution.objectives.first?.value
      result.values = programs.indices.map {
        programs[$0].objectives[0].value(at: form.point($0, of: solution.point))
      }
    case .infeasible:
      result.missesChanceTargets = true
      result.atLeast = atLeast
    default: return nil
    }
    return result
  }

  // MARK: Conflicts

  /// How near plans come to keeping chance targets, where the outcomes have a plan without them; nil where they can be
  /// kept, or where it cannot be told.
  func chanceConflict() -> OutcomeConflict? {
    let open = openChances
    if open.isEmpty || isStopped { return nil }
    settings.run.report("the nearest to the chance targets", 0, 1)
    let form = ExtensiveForm(
      elastic: open, programs, probabilities: probabilities, firstStage: firstStage)
    let solution = solve(form.allocation, inner())
    guard solution.status == .optimal else { return nil }
    let lacks = zip(open, form.slackColumns).filter {
      solution.point[$0.1] > ChanceTarget.tolerance
    }
    if lacks.isEmpty { return nil }
    let points = programs.indices.map { form.point($0, of: solution.point) }
    let missed = Set(
      lacks.flatMap { target, _ in counted(target, points).misses.map(\.outcome) }
    ).sorted()
    return OutcomeConflict(
      kind: .chance, outcomes: missed, names: missed.map { list.outcomes[$0].name },
      reveal: list.uncertainty.reveal,
      reason: lacks.map { words($0, lack: solution.point[$1]) }.joined(separator: "; "))
  }

  private func words(_ target: ChanceTarget, lack: Double) -> String {
    let asked = Self.percent(target.chance)
    if target.form == .wholeNumbers {
      return "target \(target.year) can be kept with a probability of "
        + "\(Self.percent(target.chance - lack)) at most, and \(asked) is asked for"
    }
    let points = Self.number((lack * 1e4).rounded(.up) / 100)
    return "the mean of the worst \(Self.percent(1 - target.chance)) lies \(points) points or more "
      + "above target \(target.year) (its CVaR, which is bounded without whole numbers; with them "
      + "outcomes are counted, which asks for less)"
  }

  private static func percent(_ value: Double) -> String {
    number((value * 1e6).rounded() / 1e4) + " %"
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\(value)"
  }
}
