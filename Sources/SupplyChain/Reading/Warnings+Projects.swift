/// Expansions, groups, stockpiles and returns of which nothing can come.
extension Warnings {
  mutating func checkExpansion(_ facility: Facility, _ expansion: Expansion) {
    func nothing(_ reason: String, help: String? = nil) {
      warn(
        "\(facility.id)'s expansion: \(reason), so nothing can be added", facility.location,
        help: help)
    }
    if expansion.max <= 0 {
      if !isChanged("facilities", facility.id) { nothing("its max is 0") }
    } else if let module = expansion.module, module > expansion.max * (1 + 1e-9) {
      nothing(
        "its module of \(rounded(module)) t/yr is larger than its max of "
          + "\(rounded(expansion.max)) t/yr")
    } else if let required = expansion.requires {
      let other = model.facilities[required]
      let isThere = other.existing.level(model.horizon.start) > 0
      if !isThere, (other.expansion?.max ?? 0) <= 0 {
        nothing(
          "it requires \(other.id), which is not there at the start and cannot be expanded",
          help: "capacity that exists from a later year on does not count")
      }
    }
    if !expansion.ramp.contains(where: { $0 > 0 }) {
      warn("\(facility.id)'s expansion never works: its ramp is 0", facility.location)
    }
    if expansion.options.count == 2 {
      let (standard, fast) = (expansion.options[0], expansion.options[1])
      if standard.permit == fast.permit, standard.construction == fast.construction,
        standard.capex == fast.capex
      {
        warn("the fast track of \(facility.id) is as the standard option", facility.location)
      }
    }
  }

  mutating func checkGroups() {
    var members: [String: [Int]] = [:]
    for (index, facility) in model.facilities.enumerated() {
      if let group = facility.expansion?.exclusiveGroup {
        members[group, default: []].append(index)
      }
    }
    for (group, indices) in members.sorted(by: { $0.key < $1.key }) where indices.count == 1 {
      let facility = model.facilities[indices[0]]
      warn(
        "\(facility.id) is alone in the exclusive group \(group), which excludes nothing",
        facility.location,
        help: Spelling.nearest(to: group, in: members.keys.filter { $0 != group }.sorted())
          .map { "did you mean `\($0)`?" })
    }
  }

  mutating func checkStockpiles() {
    let someFundBuys = model.funds.contains { $0.instruments.contains(.stockpile) }
    for pile in model.stockpiles {
      let hasPrice = model.commodities[pile.commodity].price?.isPositiveSomewhere ?? false
      if pile.max == 0, !isChanged("stockpiles", pile.id) {
        warn("stockpile \(pile.id) has no room: its max is 0", pile.location)
      } else if pile.opening.reduce(0, +) <= 0, hasPrice, !someFundBuys {
        warn(
          "stockpile \(pile.id) stays empty: it opens with nothing and no fund buys for it",
          pile.location, help: "a fund with the instrument `stockpile` buys")
      }
      if pile.loss >= 1 {
        warn(
          "stockpile \(pile.id) loses everything within a year", pile.location,
          help: "a bare 1 is 100%; did you mean `1%`?")
      }
    }
  }

  mutating func checkReturns() {
    let horizon = model.horizon
    for stream in model.returns {
      let hasBase = (horizon.start...horizon.end).contains { stream.base.level($0) > 0 }
      if hasBase { continue }
      if stream.from.isEmpty || stream.fraction <= 0 {
        warn(
          "returns \(stream.id) bring nothing back", stream.location,
          help: "give `fraction` and the demand that it is `from`, or a `base`")
      } else if stream.lag >= Double(horizon.yearCount) {
        warn(
          "returns \(stream.id) bring nothing back within the horizon", stream.location,
          found: "\(rounded(stream.lag)) years", help: "the horizon has \(horizon.yearCount)")
      }
    }
  }
}
