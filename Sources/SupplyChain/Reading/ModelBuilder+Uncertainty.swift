/// Scenario names, and the outcomes and samples of uncertain models.
extension ModelBuilder {
  func readScenarioSummaries() {
    for pair in root["scenarios"]?.mapping?.pairs ?? [] {
      let mapping = pair.value.mapping
      model.scenarios.append(
        ScenarioSummary(
          id: pair.key, name: mapping?["name"]?.text ?? pair.key,
          description: mapping?["description"]?.text ?? ""))
    }
  }

  func readUncertainty() {
    guard let node = root["uncertainty"], let mapping = node.mapping else { return }
    let entry = Entry(
      reader, Schema.uncertainty, mapping, at: node.position, section: "uncertainty")
    let reveal = entry.year("reveal")
    if let reveal, reveal < model.horizon.start || reveal > model.horizon.end {
      log.error(
        "uncertainty.reveal is outside the horizon", at: entry["reveal"]?.position ?? node.position,
        found: "\(reveal)",
        expected: "a year from \(model.horizon.start) to \(model.horizon.end)")
    }
    let risk: Uncertainty.Risk = entry.choice("risk")
    if risk == .adversary {
      log.error(
        "uncertainty.risk cannot be `adversary`", at: entry["risk"]?.position ?? node.position,
        expected: "one of " + Uncertainty.Risk.ofOutcomes.map(\.rawValue).joined(separator: ", "),
        help: "moves of the other side stand under `adversary`, for `solve --risk adversary`")
    }
    let level = entry.quantity("level")
    if level >= 1, let position = entry["level"]?.position {
      log.error(
        "uncertainty.level must be below 100%", at: position, found: "100%",
        expected: "a share from 0 to 1 (e.g. `90%`)")
    }
    let sample = entry.part("sample").map(sample)
    let outcomes = outcomes(entry)
    if let sample, sample.vary.isEmpty, sample.delivery.isEmpty, !log.hasErrors {
      log.warning(
        "uncertainty.sample varies nothing: all its outcomes are alike", at: node.position)
    }
    if entry["outcomes"] == nil && sample == nil {
      log.error(
        "uncertainty has neither outcomes nor a sample", at: node.position,
        expected: "e.g. `outcomes: { base: 60%, export_ban: 40% }`")
    }
    var uncertainty = Uncertainty(
      reveal: reveal ?? model.horizon.start, risk: risk, level: level,
      outcomes: outcomes, sample: sample)
    uncertainty.chances = chances(entry)
    model.uncertainty = uncertainty
  }

  /// By year of a target, the least probability with which it is kept.
  private func chances(_ entry: Entry) -> [Int: Double] {
    // `{}` takes chances away, as it does targets.
    guard let node = entry["chance"], !node.isMissing, node.mapping?.pairs.isEmpty != true,
      let series = reader.series(node, .fraction, isAmounts: true, "uncertainty.chance")
    else { return [:] }
    var chances: [Int: Double] = [:]
    for (year, chance) in zip(series.years, series.values) {
      let pair = node.mapping?.pairs.first { $0.key == "\(year)" }
      if chance == 0 {
        log.error(
          "uncertainty.chance, \(year) is 0%", at: pair?.value.position ?? node.position,
          found: "0%", expected: "a share above 0% and up to 100% (e.g. `90%`)",
          help: "to give a target up, take it out of `targets`")
      } else if !model.targets.contains(where: { $0.year == year }) {
        log.warning(
          "uncertainty.chance: there is no target for \(year)",
          at: pair?.position ?? node.position,
          help: "targets stand at the top of the file: `targets: { \(year): 30% }`")
      }
      chances[year] = chance
    }
    return chances
  }

  private func outcomes(_ entry: Entry) -> [(scenario: String, probability: Double)] {
    guard let node = entry["outcomes"], let mapping = node.mapping else { return [("base", 1)] }
    var outcomes: [(scenario: String, probability: Double)] = []
    var isWhole = true
    for pair in mapping.pairs {
      let path = "uncertainty.outcomes.\(pair.key)"
      if pair.key != "base" {
        let known = names.scenarios
        _ = reference(pair.key, pair.position, in: known, "scenario", "uncertainty.outcomes")
      }
      if let probability = reader.quantity(pair.value, .fraction, path) {
        outcomes.append((pair.key, probability))
      } else {
        isWhole = false
      }
    }
    let sum = outcomes.reduce(0) { $0 + $1.probability }
    if isWhole, abs(sum - 1) > 1e-6 {
      log.error(
        "probabilities of uncertainty.outcomes do not add up to 100%", at: node.position,
        found: "\(rounded(sum * 100).plain)%", expected: "probabilities that add up to 100%")
    }
    return outcomes
  }

  private func sample(_ part: Entry) -> Uncertainty.Sample {
    var sample = Uncertainty.Sample(count: part.count("count"), seed: part.count("seed"), vary: [])
    guard let node = part.node("vary"), case .list(let items) = node.content
    else { return sample }
    for item in items {
      guard let mapping = item.mapping else { continue }
      let entry = Entry(
        reader, Schema.vary, mapping, at: item.position, section: "uncertainty.sample.vary")
      if let node = entry["delivery"] {
        sample.delivery += delivery(node, entry)
        continue
      }
      if entry["path"] == nil {
        log.error(
          "\(entry.path) lacks `path`", at: entry.position,
          expected: "e.g. `path: demand.*.quantity`, or `delivery: facilities.*`")
      }
      let path = entry["path"].flatMap {
        reader.text($0, "uncertainty.sample.vary.path")
      }
      guard let factor = distribution(entry), let path else { continue }
      sample.vary.append((path, factor))
    }
    return sample
  }

  /// The facilities that a path names and that may fail or be late.
  private func delivery(_ node: Node, _ entry: Entry) -> [Int] {
    for other in Schema.vary.fields where other.key != "delivery" {
      guard let extra = entry[other.key] else { continue }
      log.error(
        "\(entry.path): `delivery` takes no `\(other.key)`", at: extra.position,
        help: "write an entry of its own")
    }
    guard let text = reader.text(node, "\(entry.path).delivery", expected: "a path") else {
      return []
    }
    let path: ChangePath
    do throws(ChangePath.Problem) {
      path = try ChangePath(text)
    } catch {
      log.error("\(entry.path): \(error.message)", at: node.position, found: text, help: error.help)
      return []
    }
    guard path.segments.count == 2, path.segments[0].name.text == "facilities" else {
      log.error(
        "\(entry.path).delivery names no facilities", at: node.position, found: text,
        expected: "a path to facilities (e.g. `facilities.*`)")
      return []
    }
    let named = model.facilities.indices.filter { path.segments[1].admits(model.facilities[$0]) }
    if named.isEmpty {
      log.error(
        "\(entry.path).delivery: no facility fits the path", at: node.position, found: text,
        expected: "a path to facilities that the model has")
      return []
    }
    let drawn = named.filter { model.facilities[$0].expansion?.delivery != nil }
    if drawn.isEmpty {
      log.warning(
        "\(entry.path).delivery: none of these facilities has `expansion.delivery`",
        at: node.position, help: "add `delivery: { success: 80% }` to an expansion")
    }
    return drawn
  }

  private func distribution(_ entry: Entry) -> Uncertainty.Distribution? {
    let kinds = ["normal", "uniform", "lognormal", "triangular"].filter { entry[$0] != nil }
    guard kinds.count == 1, let part = entry.part(kinds[0]) else {
      log.error(
        "\(entry.path) needs one distribution", at: entry.position,
        found: kinds.isEmpty ? "none" : kinds.joined(separator: ", "),
        expected: "one of normal, uniform, lognormal, triangular")
      return nil
    }
    func value(_ key: String) -> Double? {
      part.optionalQuantity(key)
    }
    func isOrdered(_ values: Double..., help: String) -> Bool {
      if zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 }) { return true }
      log.error("\(part.path) is not in order", at: part.position, expected: help)
      return false
    }
    for key in ["mean", "low", "median"] {
      guard let node = part[key] else { continue }
      for (value, position) in reader.bareNumbers(node)
      where value >= ScenarioReader.largestUsualFactor {
        log.warning(
          "\(part.path).\(key): the factor is around \(value.plain)", at: position,
          help: "did you mean `\(value.plain)%`?")
      }
    }
    switch kinds[0] {
    case "normal":
      guard let mean = value("mean"), let sd = value("sd") else { return nil }
      return .normal(mean: mean, sd: sd)
    case "uniform":
      guard let low = value("low"), let high = value("high"),
        isOrdered(low, high, help: "low ≤ high")
      else { return nil }
      return .uniform(low: low, high: high)
    case "lognormal":
      guard let median = value("median"), let gsd = value("gsd"),
        isOrdered(1, gsd, help: "gsd of 1 or more"),
        isOrdered(Number.smallest, median, help: "median above 0")
      else { return nil }
      return .lognormal(median: median, gsd: gsd)
    default:
      guard let low = value("low"), let mode = value("mode"), let high = value("high"),
        isOrdered(low, mode, high, help: "low ≤ mode ≤ high")
      else { return nil }
      return .triangular(low: low, mode: mode, high: high)
    }
  }
}
