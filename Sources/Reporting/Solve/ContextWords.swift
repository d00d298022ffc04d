import Allocation
import Analysis
import SupplyChain

/// What stands beside a plan, in sentences: the same in the terminal and in reports.
struct ContextWords {
  private let context: PlanContext
  private let plan: Plan?
  private let model: Model

  init(_ context: PlanContext, _ plan: Plan?, _ model: Model) {
    self.context = context
    self.plan = plan
    self.model = model
  }

  /// Points of percentage.
  private static func points(_ share: Double) -> String {
    let words = Figure.number(abs(share) * 100, decimals: 1)
    return words + (words == "1.0" ? " point" : " points")
  }

  // MARK: Without public money

  var baseline: String? {
    guard let baseline = context.baseline else { return nil }
    guard let found = baseline.plan else {
      return "Without public money: no plan, for the model's rules cannot be kept without it "
        + "(\(baseline.reason ?? "no reason is known"))."
    }
    let end = model.horizon.end
    let years = Array(zip(found.dependencyByYear, plan?.dependencyByYear ?? []))
    let last = years.indices.last { years[$0].0 != nil && years[$0].1 != nil }
    var words = "Without public money: "
    if let last, let before = years[last].0, let after = years[last].1 {
      let year = model.horizon.start + last
      words += "\(Figure.percent(before)) in \(year) (\(built(baseline, found))); "
      let bought = before - after
      words +=
        abs(bought) < 0.0005
        ? "public money changes nothing in \(year)"
        : bought > 0
          ? "public money buys \(Self.points(bought))"
          : "with public money it is \(Self.points(bought)) higher"
    } else {
      words += "no demand to \(end) (\(built(baseline, found)))"
    }
    return words + "."
      + (baseline.missesTargets ? " (It misses the targets.)" : "")
      + (baseline.isRelaxed
        ? " (Without the whole-number rules: with them none was found in time.)" : "")
  }

  private func built(_ baseline: PrivateBaseline, _ found: Plan) -> String {
    let capacities = found.capacityByFacility.filter { $0.value >= 0.5 }
    guard capacities.isEmpty else {
      let sum = capacities.keys.sorted().reduce(0) { $0 + (capacities[$1] ?? 0) }
      let count = capacities.count
      return
        "private money alone builds \(Figure.number(sum)) t/yr in \(count) \(count == 1 ? "facility" : "facilities")"
    }
    let shared = baseline.sharedFacilities.count
    guard baseline.expandableCount > 0 else { return "nothing can be built" }
    if shared == baseline.expandableCount {
      return "private money alone builds nothing: it may pay no project in full"
    }
    return "private money alone builds nothing"
      + (shared > 0
        ? "; it may not pay in full for \(shared) of \(baseline.expandableCount) facilities" : "")
  }

  // MARK: Plans as good

  /// Where plans equally good differ in what they build, and what is common to all.
  var equallyGood: String? {
    guard let found = context.equallyGood, !found.dispensable.isEmpty else { return nil }
    func named(_ facilities: [Int]) -> String {
      let names = facilities.prefix(4).map { model.facilities[$0].name }
      let more = facilities.count - names.count
      return (names + (more > 0 ? ["\(more) more"] : [])).listed
    }
    let common = found.common.map {
      $0.isEmpty ? "; none is built by all" : "; all build " + named($0)
    }
    return "Plans equally good differ: some leave out " + named(found.dispensable)
      + (common ?? "") + " (see `lodestone alternatives --within 0% --all-objectives`)."
  }

  // MARK: The end of the horizon

  var endEffect: String? {
    guard let effect = context.endEffect else { return nil }
    let (first, last) = (effect.years.lowerBound, effect.years.upperBound)
    let span = first == last ? "\(last)" : "\(first)–\(last)"
    let beyond = effect.beyond == 0 ? "\(last)" : "\(last + effect.beyond)"
    let head = "With \(effect.moreYears) more years beyond \(beyond)"
    guard let longer = effect.longer else {
      return "\(head) there is no plan (\(effect.reason ?? "no reason is known"))."
    }
    var words = "\(head), "
    if let now = effect.plan.dependency, let then = longer.dependency {
      let change = then - now
      words +=
        abs(change) < 0.0005
        ? "the index of \(span) would be the same"
        : "the index of \(span) would be \(Self.points(change)) \(change < 0 ? "lower" : "higher")"
    } else {
      words += "in \(span)"
    }
    words += " and " + spending(effect.plan.publicMoney, longer.publicMoney)
    return words + (effect.isRelaxed ? " (both without the whole-number rules)." : ".")
  }

  private func spending(_ now: Double, _ then: Double) -> String {
    func money(_ amount: Double) -> String { Money.words(amount, model.currency) }
    if abs(then - now) < 0.05 { return "the same public money would be spent" }
    let word = then > now ? "more" : "less"
    let share = abs(then - now) / now
    if now >= 0.05, share < 10 {
      return share < 0.005
        ? "the same public money would be spent"
        : "\(Figure.percent(share, decimals: 0)) \(word) public money would be spent"
    }
    return "\(money(abs(then - now))) \(word) public money would be spent"
  }

  // MARK: Sensitivity

  /// The title, then one row an input: its name and a cell for each change.
  var sensitivity: (title: String, head: [String], rows: [[String]])? {
    guard let found = context.sensitivity, !found.rows.isEmpty else { return nil }
    let isShare = ObjectiveWords.unit(found.objective) == "share"
    let unit = isShare ? "points" : ObjectiveWords.unitWords(found.objective, model)
    let names = InputWords(model)
    func change(_ value: Double?) -> String {
      guard let value else { return "no plan" }
      let change = found.objective.shown(value - found.value) * (isShare ? 100 : 1)
      let words = Figure.number(abs(change), decimals: isShare ? 2 : 1)
      if words.allSatisfy({ $0 == "0" || $0 == "." }) { return "0" }
      return (change < 0 ? "−" : "+") + words
    }
    let title =
      "What moves \(ObjectiveWords.label(found.objective).lowercased()) most, in \(unit)"
      + (found.isRelaxed ? ", without the whole-number rules" : "")
    return (
      title, ["", "−10 %", "plan held", "+10 %", "plan held"],
      found.rows.map { row in
        [names.name(row.input)] + row.sides.flatMap { [change($0.reoptimised), change($0.held)] }
      }
    )
  }
}
