import Analysis
import SupplyChain

/// Why a facility is in or out, in sentences.
struct FacilityReasonWords {
  private let found: FacilityCase
  private let model: Model
  private let words: ValueWords

  init(_ found: FacilityCase, _ model: Model) {
    self.found = found
    self.model = model
    words = ValueWords(objective: found.objective, currency: model.currency)
  }

  private var facility: Facility { model.facilities[found.facility] }

  private func name(_ p: Int) -> String { model.facilities[p].name }

  /// `In`, `Out`, `Either way`, `Cannot be built`.
  var standing: String {
    switch found.standing {
    case .needed: "In"
    case .optional: "Either way"
    case .out: "Out"
    case .impossible: "Cannot be built"
    }
  }

  /// The sentence behind the standing, without its full stop.
  var sentence: String {
    switch found.standing {
    case .needed:
      let without =
        found.valueWithout.map {
          "without it the best \(words.name) is \(words.value($0)) instead of \(words.value(found.value))"
        } ?? "without it there is no plan"
      return "\(without); the best plans award it \(amount) t/yr"
    case .optional:
      let head =
        "plans as good build it (up to \(Figure.number(found.most)) t/yr) or leave it out"
      return reason.map { "\(head): \($0)" } ?? head
    case .out, .impossible: return reason ?? "no best plan builds it"
    }
  }

  private var amount: String {
    found.most - found.least > 1e-3 * max(found.most, 1)
      ? "\(Figure.number(found.least)) to \(Figure.number(found.most))"
      : Figure.number(found.most)
  }

  private var product: String {
    facility.recipe.main.map { model.commodities[$0].name } ?? "what it makes"
  }

  private var reason: String? {
    switch found.reason {
    case .none, .needed?: return nil
    case .noExpansion?: return "the model gives it no expansion"
    case .tooLate(let shorter)?:
      let why = "its lead time runs past \(model.horizon.end)"
      guard let shorter else { return why }
      return why + "; with a permit \(FacilityReasonWords.years(shorter)) shorter it would not"
    case .noMoney?:
      return "no programme may pay for its building, and private money may not pay all of it"
    case .hurdle?:
      let rate = Figure.percent(facility.expansion?.hurdle ?? 0, decimals: 0)
      return
        "no programme may pay for its building, and private money does not earn its hurdle rate of \(rate)"
    case .idle(let others)?:
      let all = others.prefix(3).map {
        "\(name($0.facility)) could make \(Figure.number($0.amount)) t"
      }
      return "more \(product) would not help: as it is, \(all.joined(separator: ", ")) "
        + "more in \(model.horizon.end)"
    case .productIsEnough?:
      return "more \(product) would not help: what is made of it is limited elsewhere"
    case .bottleneck(let commodity, let gain)?:
      return "more of its capacity would not help: what is short is "
        + "\(model.commodities[commodity].name), of which unlimited supply from home would lower "
        + "\(words.name) by \(words.amount(gain))"
    case .late(let year)?:
      return "it comes too late: its capacity would help from \(model.horizon.start) on, but could "
        + "first work in \(year)"
    case .loss(let loss)?:
      return "it loses \(Figure.number(loss / 1000, decimals: 2)) \(model.currency)/kg at market "
        + "prices in its worst year, and no support that it may get makes up for it"
    case .dear(let share, let cost, let other)?: return dear(share, cost, other)
    }
  }

  private func dear(
    _ share: Double?, _ cost: Double, _ other: FacilityReason.Capacity?
  ) -> String {
    func price(_ cost: Double) -> String { Money.words(cost / 1e6, model.currency) }
    var text = "too dear for its tonnes: the same money helps more elsewhere"
    text += " (a t/yr of \(product) costs \(price(cost))"
    if let other, other.amount > 0 {
      text += ", at \(name(other.facility)), which is built, \(price(other.amount))"
    }
    text += ")"
    if let share, share < 1 - 1e-5 {
      return text + "; at \(Figure.percent(share, decimals: 0)) of its capex it would be needed"
    }
    return text + "; half its capex would not change that"
  }

  private static func years(_ value: Double) -> String {
    Figure.number(value, decimals: value == value.rounded() ? 0 : 2)
      + (value == 1 ? " year" : " years")
  }

  /// The reason for programs.
  static func kind(_ reason: FacilityReason) -> String {
    switch reason {
    case .noExpansion: "no_expansion"
    case .tooLate: "too_late"
    case .noMoney: "no_money"
    case .hurdle: "hurdle"
    case .idle: "idle_capacity"
    case .productIsEnough: "product_is_enough"
    case .bottleneck: "bottleneck"
    case .late: "late"
    case .loss: "loss"
    case .dear: "dear"
    case .needed: "needed"
    }
  }

  /// What takes its place or gives way, as one sentence; nil where nothing much does.
  var swaps: String? {
    guard !found.swaps.isEmpty else { return nil }
    let all = found.swaps.prefix(4).map { swap in
      "\(name(swap.facility)) (\(Figure.number(swap.before)) → \(Figure.number(swap.after)) t/yr)"
    }
    let more = found.swaps.count > 4 ? ", and \(found.swaps.count - 4) more" : ""
    let head =
      found.standing == .needed ? "Without it, more is built of " : "It would take the place of "
    return head + all.joined(separator: ", ") + more + "."
  }
}
