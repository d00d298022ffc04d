/// Name, horizon, money, objective and provenance.
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
    readObjective()
  }

  private var top: Position { root.pairs.first?.position ?? Position(line: 1, column: 1, file: 0) }

  private func readTop() {
    if let version = root["lodestone"] {
      if version.text != Schema.formatVersion {
        report.error(
          "unknown format version", at: version.position, found: version.words,
          expected: "`lodestone: \(Schema.formatVersion)`",
          help: "a newer version of the tool may read it")
      }
    } else {
      report.error(
        "the file does not say its format version", at: top,
        expected: "`lodestone: \(Schema.formatVersion)` as the first line")
    }
    if let name = root["name"] {
      model.name = reader.name(name, "name") ?? ""
    } else {
      report.error("the model lacks `name`", at: top, expected: "e.g. `name: US magnets`")
    }
    if let node = root["description"], !node.isMissing {
      model.description = reader.text(node, "description") ?? ""
    }
  }

  private func entry(_ key: String, example: String) -> Entry? {
    guard let node = root[key] else {
      report.error("the model lacks `\(key)`", at: top, expected: "e.g. `\(key): \(example)`")
      return nil
    }
    // Another shape has been reported.
    guard node.mapping != nil || node.isMissing else { return nil }
    return Entry(
      reader: reader, mapping: node.mapping ?? .empty, position: node.position, section: key,
      id: "")
  }

  private func readHorizon() {
    guard let entry = entry("horizon", example: "{ start: 2026, end: 2040, step: year }") else {
      return
    }
    guard let startNode = entry.required("start", example: "2026"),
      let endNode = entry.required("end", example: "2040")
    else { return }
    var step = Horizon.Step.year
    if let node = entry["step"] {
      step = reader.choice(node, of: Horizon.Step.self, "horizon.step") ?? .year
    }
    guard let start = reader.year(startNode, "horizon.start"),
      let end = reader.year(endNode, "horizon.end")
    else { return }
    guard start <= end else {
      report.error(
        "the horizon ends before it starts", at: endNode.position, found: "\(start) to \(end)",
        expected: "an end of \(start) or later")
      return
    }
    guard end - start < 200 else {
      report.error(
        "the horizon is longer than 200 years", at: endNode.position, found: "\(start) to \(end)",
        expected: "at most 200 years")
      return
    }
    model.horizon = Horizon(start: start, end: end, step: step)
  }

  private func readMoney() {
    guard let entry = entry("money", example: "{ currency: USD, discount: 5% }") else { return }
    if let node = entry.required("currency", example: "USD"),
      let code = reader.text(node, "money.currency")
    {
      if ModelReader.isCurrency(code) {
        model.currency = code
      } else {
        report.error(
          "money.currency is not a currency's code", at: node.position, found: code,
          expected: "letters only (e.g. `USD`)")
      }
    }
    model.discountRate = entry.quantity("discount", .rate) ?? 0
  }

  private func readObjective() {
    guard let node = root["objective"], let texts = reader.texts(node, "objective") else { return }
    var objectives: [Objective] = []
    for (text, position) in texts {
      guard let objective = reader.choice(text, position, of: Objective.self, "objective") else {
        continue
      }
      if objectives.contains(objective) {
        report.error(
          "objective names `\(text)` twice", at: position, help: "keep the first of the two")
      } else {
        objectives.append(objective)
      }
    }
    if !objectives.isEmpty {
      model.objectives = objectives
    } else if texts.isEmpty {
      report.error(
        "objective is empty", at: node.position, expected: "e.g. `[dependency, public_cost]`")
    }
  }

  private func readProvenance() {
    let example = "{ classes: { domestic: 0, foreign: 1 }, countries: { US: domestic } }"
    guard let entry = entry("provenance", example: example) else { return }
    var provenance = Provenance()
    if let node = entry.required("classes", example: "{ domestic: 0, allied: 0.25, foreign: 1 }"),
      let classes = node.mapping
    {
      if classes.pairs.isEmpty {
        report.error(
          "provenance.classes is empty", at: node.position,
          expected: "at least one class (e.g. `{ domestic: 0, foreign: 1 }`)")
      }
      for pair in classes.pairs {
        SchemaCheck(report: report).checkID(pair.key, pair.position)
        names.classes[pair.key] = provenance.classes.count
        let weight = reader.quantity(pair.value, .number, "provenance.classes.\(pair.key)")
        provenance.classes.append((pair.key, weight ?? 0))
      }
    }
    provenance.unmetWeight = entry.quantity("unmet", .number) ?? 2
    provenance.yearWeights = entry.series("year_weights", .number) ?? Series(1)
    if let countries = entry.required("countries", example: "{ US: domestic }")?.mapping {
      for pair in countries.pairs {
        SchemaCheck(report: report).checkID(pair.key, pair.position)
        let path = "provenance.countries.\(pair.key)"
        guard let name = reader.text(pair.value, path) else { continue }
        let index = reference(name, pair.value.position, in: names.classes, "class", path)
        names.countries[pair.key] = index ?? 0
        provenance.countries[pair.key] = index ?? 0
      }
    }
    model.provenance = provenance
  }
}
