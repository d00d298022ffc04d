/// Name, horizon, money and provenance; checks of the whole.
extension ModelBuilder {
  func readHead(sharesNames: Bool) {
    readTop()
    readHorizon()
    readMoney()
    if let base, sharesNames {
      model.provenance = base.model.provenance
    } else {
      readProvenance()
    }
  }

  private func readTop() {
    if let version = root["lodestone"] {
      if version.text != Schema.formatVersion {
        log.error(
          "unknown format version", at: version.position, found: version.words,
          expected: "`lodestone: \(Schema.formatVersion)`",
          help: "a newer version of the tool may read it")
      }
    } else {
      log.error(
        "the file does not say its format version", at: top.position,
        expected: "`lodestone: \(Schema.formatVersion)` as the first line")
    }
    model.name = top.text("name")
    if let node = root["description"], !node.isMissing {
      model.description = reader.text(node, "description") ?? ""
    }
    if let node = top.node("author") { model.author = reader.name(node, "author") ?? "" }
    if let node = top.node("as_of") { model.asOf = reader.day(node, "as_of") }
  }

  /// A section of keys; an empty one where it is missing and need not be given.
  private func section(_ key: String) -> Entry? {
    guard let field = Schema.model.field(key), case .object(let schema) = field.kind else {
      return nil
    }
    guard let node = top.node(key) else {
      return field.isRequired
        ? nil : Entry(reader, schema, .empty, at: top.position, section: key)
    }
    // Another shape has been reported.
    guard node.mapping != nil || node.isMissing else { return nil }
    return Entry(reader, schema, node.mapping ?? .empty, at: node.position, section: key)
  }

  private func readHorizon() {
    guard let entry = section("horizon"), let startNode = entry.node("start"),
      let endNode = entry.node("end")
    else { return }
    let step: Horizon.Step = entry.choice("step")
    guard let start = reader.year(startNode, "horizon.start"),
      let end = reader.year(endNode, "horizon.end")
    else { return }
    guard start <= end else {
      log.error(
        "the horizon ends before it starts", at: endNode.position, found: "\(start) to \(end)",
        expected: "an end of \(start) or later")
      return
    }
    guard end - start < 200 else {
      log.error(
        "the horizon is longer than 200 years", at: endNode.position, found: "\(start) to \(end)",
        expected: "at most 200 years")
      return
    }
    var horizon = Horizon(start: start, end: end, step: step)
    let beyond = entry.quantity("beyond")
    horizon.beyond = Int(exactly: beyond.rounded()) ?? 0
    horizon.beyondWeight = entry.quantity("beyond_weight")
    if let node = entry["beyond"] {
      if abs(beyond - beyond.rounded()) > 1e-9 {
        log.error(
          "horizon.beyond is not whole years", at: node.position, found: node.words,
          expected: "whole years (e.g. `10 years`)")
      } else if Double(end - start) + beyond >= 200 {
        log.error(
          "the horizon with the years beyond is longer than 200 years", at: node.position,
          found: node.words, expected: "at most 200 years in all")
        horizon.beyond = 0
      }
    } else if horizon.beyondWeight != 1, let node = entry["beyond_weight"] {
      log.error(
        "horizon.beyond_weight has no effect without years beyond", at: node.position,
        help: "add `beyond: 10 years` or remove it")
    }
    model.horizon = horizon
  }

  private func readMoney() {
    guard let entry = section("money") else { return }
    model.currency = reader.units.currency
    if let node = entry.node("currency"), let code = reader.text(node, "money.currency") {
      if !ModelReader.isCurrency(code) {
        log.error(
          "money.currency is not a currency's code", at: node.position, found: code,
          expected: "letters only (e.g. `USD`)")
      }
    }
    model.discountRate = entry.quantity("discount")
  }

  /// Material that counts more than going without is never used.
  private func warnOfHeavyClasses(_ provenance: Provenance, _ entry: Entry) {
    for (name, weight) in provenance.classes where weight > provenance.unmetWeight {
      guard let pair = entry["classes"]?.mapping?.pairs.first(where: { $0.key == name }) else {
        continue
      }
      let isBare = weight > 1 && pair.value.text.flatMap(Double.init) != nil
      log.warning(
        "class \(name) weighs \(weight.plain), more than going without "
          + "(\(provenance.unmetWeight.plain)): nothing of it will be used",
        at: pair.position, help: isBare ? "did you mean `\(weight.plain)%`?" : nil)
    }
  }

  private func readProvenance() {
    guard let entry = section("provenance") else { return }
    var provenance = Provenance()
    if let node = entry.node("classes"), let classes = node.mapping {
      if classes.pairs.isEmpty {
        log.error(
          "provenance.classes is empty", at: node.position,
          expected: "at least one class (e.g. `{ domestic: 0, foreign: 1 }`)")
      }
      for pair in classes.pairs {
        SchemaCheck(log: log).checkID(pair.key, pair.position)
        names.classes[pair.key] = provenance.classes.count
        let weight = reader.quantity(pair.value, .number, "provenance.classes.\(pair.key)")
        provenance.classes.append((pair.key, weight ?? 0))
      }
    }
    provenance.unmetWeight = entry.quantity("unmet")
    warnOfHeavyClasses(provenance, entry)
    provenance.yearWeights = entry.series("year_weights")
    if let countries = entry.node("countries")?.mapping {
      for pair in countries.pairs {
        SchemaCheck(log: log).checkID(pair.key, pair.position)
        let path = "provenance.countries.\(pair.key)"
        guard let name = reader.text(pair.value, path) else { continue }
        let index = reference(name, pair.value.position, in: names.classes, "class", path)
        names.countries[pair.key] = index ?? 0
        provenance.countries[pair.key] = index ?? 0
      }
    }
    model.provenance = provenance
  }

  // MARK: Checks of the whole

  /// The dependency is a share of the demand, weighted by segment and year; of no demand there is no share.
  func checkMeasure() {
    guard !log.hasErrors, let demand = root["demand"] else { return }
    let years = model.horizon.start...model.horizon.end
    let weighs = years.contains { model.provenance.yearWeights.level($0) > 0 }
    let asks = model.demand.contains { segment in
      segment.weight > 0 && years.contains { segment.quantity.level($0) > 0 }
    }
    let isMeasured = years.contains { year in
      model.provenance.yearWeights.level(year) > 0
        && model.demand.contains { $0.weight > 0 && $0.quantity.level(year) > 0 }
    }
    if isMeasured { return }
    let node = weighs ? demand : root["provenance"]?.mapping?["year_weights"] ?? demand
    let reason =
      !weighs
      ? "every year weighs 0"
      : asks
        ? "no year that weighs anything has demand" : "nothing that weighs anything is demanded"
    let isAsked =
      model.objectives.contains { $0 == .dependency || $0 == .peakDependency }
      || !model.targets.isEmpty
    if isAsked {
      log.error(
        "there is no dependency to measure: \(reason)", at: node.position,
        expected: "demand with a weight above 0 in a year with a weight above 0")
    } else {
      log.warning("there is no dependency to measure: \(reason)", at: node.position)
    }
  }
}
