/// Funds that cannot pay, and money that cannot be spent.
extension Warnings {
  mutating func checkFunds() {
    for fund in model.funds {
      checkEligible(fund)
      checkAppropriations(fund)
      checkForbearance(fund)
      if fund.instruments.isSuperset(of: [.grant, .loan]) {
        warn(
          "fund \(fund.id) gives grants and loans; its awards are treated as loans",
          fund.location, help: "split the fund in two to offer both")
      }
      if fund.instruments.contains(.stockpile), model.stockpiles.isEmpty {
        warn("fund \(fund.id) buys for stockpiles, of which the model has none", fund.location)
      }
      if fund.maxPerFacility == 0 || (fund.maxShare == 0 && fund.givesCapital) {
        warn(
          "fund \(fund.id) may pay nothing", fund.location,
          found: fund.maxPerFacility == 0 ? "max_per_facility of 0" : "max_share of 0%")
      }
    }
  }

  /// Forbearance that has no effect, or that pays.
  private mutating func checkForbearance(_ fund: Fund) {
    guard let terms = fund.loan?.forbearance, terms.atMost > 0 else { return }
    let path = "funds.\(fund.id).loan.forbearance"
    let horizon = model.horizon
    let last = horizon.end + horizon.beyond
    let hasDebtors = model.facilities.enumerated().contains { p, facility in
      facility.isCommercial && facility.expansion != nil && fund.eligible.admits(facility, index: p)
    }
    if !hasDebtors {
      warn(
        "\(path) has no effect: no commercial facility may have its loans", fund.location,
        help: "only a commercial facility serves its debt from the business")
    } else if (terms.from ?? .min) > last || (terms.until ?? .max) < horizon.start {
      warn(
        "\(path) has no effect: its years are outside the horizon", fund.location,
        help: "payments fall due from \(horizon.start) to \(last)")
    } else if terms.rate > model.discountRate {
      warn(
        "\(path): interest of \(percent(terms.rate)) is above the discount rate of "
          + percent(model.discountRate), fund.location,
        help: "payments may be put off for the interest, and not only where the business lacks them"
      )
    }
  }

  private mutating func checkEligible(_ fund: Fund) {
    let eligible = model.facilities.enumerated().filter {
      fund.eligible.admits($0.element, index: $0.offset)
    }
    let stages = Set(model.facilities.map(\.stage))
    var isMisspelt = false
    for stage in fund.eligible.stages ?? [] where !stages.contains(stage) {
      isMisspelt = true
      warn(
        "fund \(fund.id): no facility has the stage \(stage)", fund.location,
        help: nearest(stage, in: stages))
    }
    let tags = Set(model.facilities.flatMap(\.tags))
    for tag in fund.eligible.tags ?? [] where !tags.contains(tag) {
      isMisspelt = true
      warn(
        "fund \(fund.id): no facility has the tag \(tag)", fund.location,
        help: nearest(tag, in: tags))
    }
    if eligible.isEmpty {
      if !isMisspelt, fund.instruments != [.stockpile] {
        warn("no facility is eligible for fund \(fund.id)", fund.location)
      }
    } else if fund.givesCapital, !eligible.contains(where: { $0.element.expansion != nil }) {
      warn("no facility that fund \(fund.id) may support can be expanded", fund.location)
    }
  }

  func nearest(_ name: String, in names: Set<String>) -> String? {
    Spelling.nearest(to: name, in: names.sorted()).map { "did you mean `\($0)`?" }
  }

  private mutating func checkAppropriations(_ fund: Fund) {
    let horizon = model.horizon
    let money = fund.appropriations
    if fund.paysWithoutAccount { return }
    guard money.isPositiveSomewhere else {
      if !isChanged("funds", fund.id) {
        warn("fund \(fund.id) has no money in any year", fund.location)
      }
      return
    }
    let outside = money.years.indices.filter {
      money.values[$0] > 0 && (money.years[$0] < horizon.start || money.years[$0] > horizon.end)
    }
    guard !outside.isEmpty else { return }
    let inside = (horizon.start...horizon.end).contains { money.amount($0) > 0 }
    let years = outside.prefix(6).map { String(money.years[$0]) }.joined(separator: ", ")
    let sum = outside.reduce(0) { $0 + money.values[$1] }
    warn(
      inside
        ? "money of fund \(fund.id) is appropriated outside the horizon and cannot be spent"
        : "all money of fund \(fund.id) is appropriated outside the horizon",
      fund.location,
      found: "\(rounded(sum)) M\(model.currency) in \(years)\(outside.count > 6 ? ", …" : "")",
      help: "the horizon is \(horizon.start) to \(horizon.end)")
  }
}
