import Allocation
import Analysis
import SupplyChain

/// The finding of a plan in one sentence, such as stands above it: what the money buys, until when, and what happens then.
struct FindingWords {
  private let plan: Plan
  private let model: Model

  init(_ plan: Plan, _ model: Model) {
    self.plan = plan
    self.model = model
  }

  /// A change of less is not worth a word: half a point of the index.
  private static let noticed = 0.005

  var sentence: String {
    let years = plan.dependencyByYear.enumerated().compactMap { y, value in
      value.map { (year: model.horizon.start + y, index: $0) }
    }
    guard let first = years.first, let last = years.last,
      let least = years.min(by: { $0.index < $1.index })
    else { return "Nobody demands anything in this model." }
    let spent = plan.publicMoneySpent
    let buys =
      spent > Plan.negligible
      ? "\(Money.words(spent, model.currency)) of public money" : "No public money"
    let start = "\(Figure.percent(first.index)) in \(first.year)"
    if last.index - least.index >= Self.noticed, first.index - least.index >= Self.noticed {
      return
        "\(buys) takes dependence from \(start) to \(Figure.percent(least.index)) in \(least.year); "
        + "then it rises again, to \(Figure.percent(last.index)) in \(last.year)."
    }
    let end = "\(Figure.percent(last.index)) in \(last.year)"
    if abs(first.index - last.index) < Self.noticed {
      return "\(buys): dependence stays where it is, \(start) and \(end)."
    }
    return last.index < first.index
      ? "\(buys) takes dependence from \(start) to \(end)."
      : "\(buys): dependence rises from \(start) to \(end)."
  }
}
