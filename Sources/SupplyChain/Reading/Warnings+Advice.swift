/// What `validate` says beside warnings: what the end of the horizon does, which years it does not reach, and where rules changed with the second edition
/// of the formulation.
extension Warnings {
  /// Advice on a model as it stands in its file.
  static func advice(for model: Model, changed: [ChangePath], files: [SourceFile]) -> [Diagnostic] {
    var warnings = Warnings(model: model, changed: changed, files: files)
    warnings.checkEnd()
    warnings.checkYears()
    warnings.checkEdition()
    warnings.checkDiscipline()
    return warnings.finished()
  }

  /// Without years beyond, what is awarded late earns nothing, and private money and loans have less time to pay.
  private mutating func checkEnd() {
    guard model.horizon.beyond == 0 else { return }
    var effects: [String] = []
    let expandable = model.facilities.filter { $0.firstYear(model.horizon) != nil }
    if !expandable.isEmpty { effects.append("late awards serve few years or none") }
    if expandable.contains(where: { ($0.expansion?.privateMaxShare ?? 0) > 0 }) {
      effects.append("private money must earn its hurdle rate before the end")
    }
    if model.funds.contains(where: { $0.instruments.contains(.loan) }) {
      effects.append("loans bear their annuity in the last year whatever is still due")
    }
    guard !effects.isEmpty, let location = expandable.first?.location else { return }
    warn(
      "the horizon ends with \(model.horizon.end): \(effects.joined(separator: "; "))", location,
      help: "add years in which plants run on, such as `beyond: 10 years`, to `horizon`",
      severity: .note)
  }

  /// Loans of the model itself that need never be paid.
  private mutating func checkDiscipline() {
    let horizon = model.horizon
    for fund in model.funds {
      guard let terms = fund.loan?.forbearance, terms.atMost > 0 else { continue }
      let path = "funds.\(fund.id).loan.forbearance"
      let isAlways =
        (terms.from ?? .min) <= horizon.start
        && (terms.until ?? .max) >= horizon.end + horizon.beyond
      if terms.atMost == 1, isAlways {
        warn(
          "loans of fund \(fund.id) need never be paid: \(path) lets every payment be put off in every year",
          fund.location,
          help: "set it in the scenarios that need it, "
            + "`{ set: \(path), to: { rate: \(percent(terms.rate)) } }`, or give it `at_most` or years"
        )
      }
    }
  }

  func percent(_ share: Double) -> String { "\(rounded(share * 100))%" }

  /// A file that has none of the second edition's keys may mean something else by what it has.
  private mutating func checkEdition() {
    guard !usesSecondEdition else { return }
    var changes: [String] = []
    let support = model.funds.filter { $0.instruments.contains(.priceSupport) }
    if !support.isEmpty {
      changes.append(
        "price support is earned by output, by the rule `gap` (\(list(support.map(\.id)))); before, any amount could be paid"
      )
    }
    if model.facilities.contains(where: {
      $0.existing.isPositiveSomewhere && ($0.expansion?.privateMaxShare ?? 0) > 0
    }) {
      changes.append("private money counts the earnings of new capacity alone")
    }
    if model.funds.contains(where: { $0.instruments.contains(.loan) }) {
      changes.append("loan payments after the horizon are owed")
    }
    if model.limits.contains(where: { $0.measure == .import }) {
      changes.append("where a limit counts imports, only what is used can be imported")
    }
    guard !changes.isEmpty,
      let location = (support.first ?? model.funds.first)?.location ?? model.limits.first?.location
    else { return }
    warn(
      "rules changed since the file was written: " + changes.joined(separator: "; "), location,
      help: support.isEmpty
        ? nil : "write `pays: { rule: gap }` beside price_support to say that this is meant",
      severity: .note)
  }

  private func list(_ ids: [String]) -> String {
    ids.prefix(4).joined(separator: ", ") + (ids.count > 4 ? " and \(ids.count - 4) more" : "")
  }

  private var usesSecondEdition: Bool {
    model.horizon.beyond > 0 || model.commodities.contains { $0.isAtParity }
      || model.funds.contains { fund in
        fund.saysHowItPays
          || fund.loan.map { $0.saysSubsidy || $0.authority != nil || $0.forbearance != nil }
            ?? false
      }
      || model.imports.contains { source in
        source.content.count > 1 || source.owner != nil
          || source.tariff.isPositiveSomewhere || source.freight.isPositiveSomewhere
      }
      || model.facilities.contains { facility in
        facility.owner != nil
          || facility.expansion.map {
            $0.privateMinShare > 0 || $0.combinedMaxShare < 1 || $0.isOnce || $0.delivery != nil
          } ?? false
      }
      || model.demand.contains { $0.embedded != nil }
      || model.stockpiles.contains { $0.endShare > 0 }
  }
}
