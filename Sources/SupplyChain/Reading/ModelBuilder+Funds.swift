/// Funds, limits and targets.
extension ModelBuilder {
  func fund(_ entry: Entry) -> Fund {
    var instruments: Set<Instrument> = []
    if let node = entry.node("instruments"),
      let texts = reader.texts(node, entry.path + ".instruments")
    {
      for (text, position) in texts {
        let instrument = reader.choice(
          text, position, of: Instrument.self, entry.path + ".instruments")
        if let instrument { instruments.insert(instrument) }
      }
      if texts.isEmpty {
        log.error(
          "\(entry.path).instruments is empty", at: node.position,
          expected: "one or more of " + Instrument.allCases.map(\.rawValue).joined(separator: ", "))
      }
    }
    let appropriations =
      entry.optionalSeries("appropriations") ?? Series(years: [], values: [])
    var fund = Fund(
      id: entry.id, name: entry.name(), instruments: instruments, appropriations: appropriations,
      location: log.place(entry.position))
    fund.keep = entry.quantity("keep")
    fund.maxShare = entry.quantity("max_share")
    fund.maxPerFacility = entry.optionalQuantity("max_per_facility")
    if let part = entry.part("eligible") { fund.eligible = filter(part) }
    fund.loan = loan(entry, instruments)
    fund.pays = pays(entry, instruments)
    fund.saysHowItPays = entry["pays"] != nil
    fund.hasAppropriations = entry["appropriations"] != nil
    if !fund.hasAppropriations, !fund.paysWithoutAccount || instruments.count > 1 {
      log.error(
        "\(entry.path) lacks `appropriations`", at: entry.position,
        expected: "e.g. `appropriations: { 2026: 300 MUSD }`",
        help: instruments == [.priceSupport]
          ? "only support that is `entitled: true` may go without" : nil)
    }
    return fund
  }

  /// How the support of a fund is earned.
  private func pays(_ entry: Entry, _ instruments: Set<Instrument>) -> SupportRule {
    var rule = SupportRule()
    guard let part = entry.part("pays") else { return rule }
    if !instruments.contains(.priceSupport), !instruments.isEmpty {
      log.error(
        "\(entry.path) says how support is earned but gives none", at: part.position,
        help: "add `price_support` to its instruments or remove `pays`")
    }
    rule.kind = part.choice("rule")
    rule.commodity = reference(part, "commodity", in: names.commodities, "commodity")
    rule.max = part.optionalQuantity("max")
    rule.strike = part.series("strike")
    rule.rate = part.series("rate")
    rule.share = part.series("share")
    rule.includesInputs = part.flag("inputs")
    rule.twoWay = part.quantity("two_way")
    rule.isEntitled = part.flag("entitled")
    rule.from = part.year("from")
    rule.until = part.year("until")
    if let from = rule.from, let until = rule.until, until < from {
      log.error(
        "\(part.path) ends before it begins", at: part["until"]?.position ?? part.position,
        found: "\(from) to \(until)", expected: "`until` of \(from) or later")
    }
    checkKeys(part, rule)
    return rule
  }

  /// Whether a key of another rule says what holds anyway.
  private func isDefault(_ key: String, _ rule: SupportRule) -> Bool {
    (key == "inputs" && !rule.includesInputs) || (key == "two_way" && rule.twoWay == 0)
  }

  /// The keys that each rule needs and those that it takes; no other has an effect.
  private func checkKeys(_ part: Entry, _ rule: SupportRule) {
    let needed: [String]
    let taken: [String]
    switch rule.kind {
    case .gap: (needed, taken) = ([], ["max"])
    case .floor: (needed, taken) = (["commodity", "strike"], ["two_way"])
    case .perTonne: (needed, taken) = (["commodity", "rate"], [])
    case .costShare: (needed, taken) = (["share"], ["inputs"])
    }
    let examples = [
      "commodity": "ndpr_oxide", "strike": "110 USD/kg", "rate": "10 USD/kg", "share": "10%",
    ]
    for key in needed where part[key] == nil {
      let example = (examples[key] ?? "").replacing("USD", with: reader.units.currency)
      log.error(
        "\(part.path) lacks `\(key)`, which the rule `\(rule.kind.rawValue)` needs",
        at: part.position, expected: "e.g. `\(key): \(example)`")
    }
    for key in ["max", "commodity", "strike", "rate", "share", "inputs", "two_way"]
    where !needed.contains(key) && !taken.contains(key) {
      guard let node = part[key], !isDefault(key, rule) else { continue }
      log.error(
        "\(part.path): the rule `\(rule.kind.rawValue)` takes no `\(key)`", at: node.position,
        help: "remove it, or name another rule")
    }
    if rule.twoWay > 0, !rule.isEntitled, let node = part["two_way"] {
      log.error(
        "\(part.path).two_way needs `entitled: true`", at: node.position,
        help: "a plant that may choose would choose not to be paid")
    }
  }

  private func loan(_ entry: Entry, _ instruments: Set<Instrument>) -> LoanTerms? {
    guard let part = entry.part("loan") else {
      if instruments.contains(.loan) {
        log.error(
          "\(entry.path) gives loans but lacks `loan`", at: entry.position,
          expected: "e.g. `loan: { rate: 4%, tenor: 10 years }`")
      }
      return nil
    }
    if !instruments.contains(.loan), !instruments.isEmpty {
      log.error(
        "\(entry.path) has loan terms but gives no loans", at: part.position,
        help: "add `loan` to its instruments or remove the terms")
    }
    let rate = part.quantity("rate")
    let tenor = part.optionalQuantity("tenor")
    if tenor == 0, let node = part["tenor"] {
      log.error(
        "\(part.path).tenor must be above zero", at: node.position, found: node.words,
        expected: "a time (e.g. `10 years`)")
    }
    var terms = LoanTerms(
      rate: rate, tenor: tenor ?? 1, grace: part.quantity("grace"),
      isRevolving: part.flag("revolving"))
    terms.subsidy = part.quantity("subsidy")
    terms.saysSubsidy = part["subsidy"] != nil
    terms.authority = part.optionalQuantity("authority")
    terms.forbearance = part.part("forbearance").map(forbearance)
    if terms.subsidy < 1, terms.isRevolving,
      let node = part["revolving"] ?? part["subsidy"]
    {
      log.error(
        "\(part.path) is charged a subsidy and cannot be revolving", at: node.position,
        help: "remove `revolving`, or `subsidy`")
    }
    return terms
  }

  private func forbearance(_ part: Entry) -> Forbearance {
    var terms = Forbearance(rate: part.quantity("rate"))
    terms.atMost = part.quantity("at_most")
    terms.from = part.year("from")
    terms.until = part.year("until")
    if let from = terms.from, let until = terms.until, until < from {
      log.error(
        "\(part.path) ends before it begins", at: part["until"]?.position ?? part.position,
        found: "\(from) to \(until)", expected: "`until` of \(from) or later")
    }
    return terms
  }

  func filter(_ part: Entry) -> Filter {
    var filter = Filter()
    filter.stages = part.texts("stage")?.map(\.text)
    filter.tags = part.texts("tags")?.map(\.text)
    if let countries = part.texts("country") {
      for (code, position) in countries {
        _ = reference(code, position, in: names.countries, "country", part.path + ".country")
      }
      filter.countries = countries.map(\.text)
    }
    filter.facilities = indices(part, "facility", in: names.facilities, "facility")
    filter.funds = indices(part, "fund", in: names.funds, "fund")
    filter.sources = indices(part, "source", in: names.imports, "import")
    if let options = part.texts("option") {
      filter.options = options.compactMap { text, position in
        reader.choice(text, position, of: BuildOption.Kind.self, part.path + ".option")
      }
    }
    return filter
  }

  // MARK: Limits

  func readLimits(_ base: Base?) {
    guard let node = root["limits"], case .list(let items) = node.content else { return }
    for (index, item) in items.enumerated() {
      guard let mapping = item.mapping else { continue }
      let entry = Entry(
        reader, Schema.limit, mapping, at: item.position, section: "limits[\(index + 1)]")
      if let limit = limit(entry, number: index + 1) { model.limits.append(limit) }
    }
  }

  private func limit(_ entry: Entry, number: Int) -> Limit? {
    let name = entry["name"].flatMap { reader.name($0, entry.path + ".name") } ?? "limit \(number)"
    let measure = entry.node("measure").flatMap {
      reader.choice($0, of: Limit.Measure.self, entry.path + ".measure")
    }
    let senses = Limit.Sense.allCases.filter { entry[$0.rawValue] != nil }
    guard senses.count == 1 else {
      let second = senses.last.flatMap { entry[$0.rawValue]?.position }
      log.error(
        senses.isEmpty
          ? "\(entry.path) lacks its bound" : "\(entry.path) has two bounds",
        at: second ?? entry.position, expected: "either `at_most` or `at_least`",
        help: senses.isEmpty ? nil : "write two limits")
      return nil
    }
    guard let measure, let node = entry[senses[0].rawValue] else { return nil }
    let path = entry.path + "." + senses[0].rawValue
    let hasShare = entry["of"] != nil
    let period: Limit.Period = entry.choice("per")
    let unit = hasShare ? Measure.number : Schema.measure(ofLimit: measure, per: period)
    if period == .horizon, !hasShare, reader.isPerYear(node, unit) {
      log.error(
        "\(path) is an amount a year, but the limit is over the horizon", at: node.position,
        found: node.words, expected: unit.words(currency: reader.units.currency),
        help: "leave out `/yr` for a total, or `per: horizon` for a limit in every year")
      return nil
    }
    let value = reader.series(node, unit, path)
    if hasShare { warnOfBareShares(node, path) }
    var limit = Limit(
      name: name, measure: measure, sense: senses[0], value: value ?? Series(0),
      location: log.place(entry.position))
    limit.period = period
    if limit.period == .horizon, let value, value.years.count > 1, node.mapping != nil {
      log.error(
        "\(path) gives years, but the limit is over the horizon", at: node.position,
        expected: "one value", help: "remove `per: horizon` or the years")
    }
    if let part = entry.part("where") { limit.filter = filter(part) }
    if hasShare { limit.shareOf = entry.part("of").map(filter) ?? Filter() }
    limit.from = entry.year("from")
    limit.until = entry.year("until")
    if let from = limit.from, let until = limit.until, until < from {
      log.error(
        "\(entry.path) ends before it begins", at: entry["until"]?.position ?? entry.position,
        found: "\(from) to \(until)", expected: "`until` of \(from) or later")
    }
    return limit
  }

  /// A bare 50 where a share stands is fifty times the whole.
  private func warnOfBareShares(_ node: Node, _ path: String) {
    for (value, position) in reader.bareNumbers(node) where value > 1 {
      log.warning(
        "\(path) is \(value.plain) times what `of` measures", at: position,
        help: "did you mean `\(value.plain)%`?")
    }
  }

  // MARK: Targets

  func readTargets() {
    // `{}` takes targets away.
    guard let node = top.node("targets"), !node.isMissing,
      node.mapping?.pairs.isEmpty != true,
      let series = reader.series(node, .fraction, isAmounts: true, "targets")
    else { return }
    for (year, value) in zip(series.years, series.values) {
      let position = node.mapping?.pairs.first { $0.key == "\(year)" }?.position ?? node.position
      if year < model.horizon.start || year > model.horizon.end {
        log.error(
          "targets: \(year) is outside the horizon", at: position, found: "\(year)",
          expected: "a year from \(model.horizon.start) to \(model.horizon.end)")
      }
      model.targets.append(Target(year: year, value: value, location: log.place(position)))
    }
  }
}
