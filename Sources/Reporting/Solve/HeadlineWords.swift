import Allocation
import Analysis
import SupplyChain

/// What a plan comes to in words: the index, the shares of demand, what goes unserved, whether targets are met. The same in
/// the terminal and in reports.
struct HeadlineWords {
  private let plan: Plan
  private let model: Model
  private let misses: [NearestTargets.Miss]

  /// - Parameter misses: targets of the question that the plan misses; the model has those that can be had.
  init(_ plan: Plan, _ model: Model, misses: [NearestTargets.Miss] = []) {
    self.plan = plan
    self.model = model
    self.misses = misses
  }

  /// A change of less is not worth a sentence: half a point of the index.
  private static let noticed = 0.005

  private var years: [(year: Int, index: Double)] {
    plan.dependencyByYear.enumerated().compactMap { y, value in
      value.map { (model.horizon.start + y, $0) }
    }
  }

  /// `79.0 % in 2026 → 67.1 % in 2038`, and whether it falls; nil without demand.
  var span: (words: String, falls: Bool)? {
    guard let first = years.first, let last = years.last else { return nil }
    return (
      "\(Figure.percent(first.index)) in \(first.year) → \(Figure.percent(last.index)) in \(last.year)",
      last.index < first.index
    )
  }

  /// What the ends of the index mean.
  var scale: String {
    let unmet = Figure.number(model.provenance.unmetWeight * 100)
    return
      "0 %: all home-made from home-mined material, 100 %: all foreign, \(unmet) %: nothing served"
  }

  /// The share of demand that goes unserved, by year.
  var unserved: [Double] {
    plan.classShareByYear.map { $0.last ?? 0 }
  }

  var hasUnserved: Bool { unserved.contains { $0 > 5e-5 } }

  /// `53.0 % domestic, 31.4 % allied, 15.6 % foreign, 0.0 % not served`, of the last year with demand.
  var shares: String? {
    guard let last = years.last else { return nil }
    let row = plan.classShareByYear[last.year - model.horizon.start]
    var parts = zip(model.provenance.classes, row).map { entry, share in
      "\(Figure.percent(share)) \(entry.name)"
    }
    if hasUnserved { parts.append("\(Figure.percent(row.last ?? 0)) not served") }
    return "Of demand in \(last.year): " + parts.joined(separator: ", ") + "."
  }

  /// What a reader must not miss: a rise at the end, years above 100 %, what goes unserved, targets.
  var sentences: [String] { [rise, above, shortage].compactMap(\.self) + targets }

  private var rise: String? {
    guard let last = years.last, let least = years.min(by: { $0.index < $1.index }),
      last.index - least.index >= Self.noticed
    else { return nil }
    return
      "The index is lowest in \(least.year) (\(Figure.percent(least.index))) and rises again to "
      + "\(Figure.percent(last.index)) in \(last.year)."
  }

  private var above: String? {
    let found = years.filter { $0.index > 1 + 5e-4 }
    guard let worst = found.max(by: { $0.index < $1.index }) else { return nil }
    return "The index is above 100 % in \(YearSpans.words(found.map(\.year))) "
      + "(\(Figure.percent(worst.index)) in \(worst.year)): demand that nobody serves counts "
      + "\(Figure.number(model.provenance.unmetWeight * 100)) %."
  }

  /// `Demand goes unserved in 2027–2028: 65.0 % of it in 2027.`
  var shortage: String? {
    let found = unserved.enumerated().filter { $0.element > 5e-4 }
    guard let worst = found.max(by: { $0.element < $1.element }) else { return nil }
    let span = YearSpans.words(found.map { model.horizon.start + $0.offset })
    return "Demand goes unserved in \(span): \(Figure.percent(worst.element)) of it in "
      + "\(model.horizon.start + worst.offset), weighted."
  }

  private var targets: [String] {
    let words = MissWords(misses, model).sentences.map {
      $0.prefix(1).uppercased() + $0.dropFirst() + "."
    }
    let met = model.targets.indices.filter { n in !misses.contains { $0.target == n } }
      .compactMap { n -> String? in
        let target = model.targets[n]
        let y = target.year - model.horizon.start
        guard plan.dependencyByYear.indices.contains(y), let index = plan.dependencyByYear[y] else {
          return nil
        }
        let asked = RuleWords.percent(target.value)
        return index <= target.value + 5e-5
          ? "Target \(target.year): \(asked) is met (\(Figure.percent(index)))."
          : "Target \(target.year): \(asked) is missed by \(MissWords.points(index - target.value))."
      }
    return words + met
  }

  // MARK: Money

  /// What is spent, of what, and what comes back and is spent again.
  var money: String {
    let spent = plan.publicMoneySpent
    let currency = model.currency
    var again = 0.0
    var unappropriated = 0.0
    for row in plan.programmes(model) {
      let charged = row.grants + row.loanCharge + row.support - row.refunds + row.purchases
      let over = max(0, charged - row.appropriated)
      let lent = max(0, row.loans - row.loanCharge)
      if model.funds[row.fund].loan?.isRevolving == true {
        again += over
      } else {
        unappropriated += over
      }
      unappropriated += lent
    }
    var words =
      "Public money spent: \(Money.words(spent, currency)) of \(Money.words(model.budget, currency)) appropriated"
    var parts: [String] = []
    let least = max(0.0005 * spent, Plan.negligible)
    if again > least {
      parts.append("\(Money.words(again, currency)) is loans paid back and lent again")
    }
    if unappropriated > least {
      parts.append(
        "\(Money.words(unappropriated, currency)) is lent or paid beside appropriations")
    }
    if !parts.isEmpty { words += " (\(parts.joined(separator: ", ")))" }
    let never = plan.neverPaid.reduce(0) { $0 + $1.amount }
    if never > least {
      words += "; payments of \(Money.words(never, currency)) on loans are never made"
    }
    let drawnIn = plan.privateMoneySpent
    if drawnIn > Plan.negligible {
      words += "; private money drawn in: \(Money.words(drawnIn, currency))"
      if spent > Plan.negligible {
        words += " (\(Figure.number(drawnIn / spent, decimals: 2)) per public unit)"
      }
    }
    return words + "."
  }

  /// Awards of one programme to one facility that are less than a thousandth of the money; nil where there is none.
  var tooSmall: String? {
    let spent = plan.publicMoneySpent
    guard spent > 0 else { return nil }
    var sums: [[Int]: Double] = [:]
    for award in plan.awards { sums[[award.fund, award.facility], default: 0] += award.amount }
    let small = sums.filter { $0.value < HeadlineWords.smallest * spent }
    guard let least = small.min(by: { ($0.value, $0.key[1]) < ($1.value, $1.key[1]) }) else {
      return nil
    }
    let count = small.count
    let name = model.facilities[least.key[1]].name
    return "\(count) \(count == 1 ? "award is" : "awards are") too small to sign, below "
      + "\(Money.words(HeadlineWords.smallest * spent, model.currency)), a thousandth of the money (least: "
      + "\(Money.words(least.value, model.currency)) to \(name)); `expansion.min` or `once` rules them out."
  }

  /// Share of all public money below which nobody signs an award of one programme to one facility.
  private static let smallest = 1e-3
}
