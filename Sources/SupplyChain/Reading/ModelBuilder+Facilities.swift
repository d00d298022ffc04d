/// Facilities, their recipes and their expansions.
extension ModelBuilder {
  func facility(_ entry: Entry) -> Facility {
    let stage = entry.text("stage")
    let country = country(entry)
    let owner = owner(entry)
    var facility = Facility(
      id: entry.id, name: entry.name(), stage: stage, country: country.code,
      provenanceClass: max(country.provenanceClass, owner?.provenanceClass ?? 0),
      recipe: recipe(entry), location: log.place(entry.position))
    facility.owner = owner?.code
    facility.place = entry.node("at").flatMap { reader.place($0, entry.path + ".at") }
    facility.tags = entry.texts("tags")?.map(\.text) ?? []
    facility.existing = entry.series("existing")
    facility.availability = entry.series("availability")
    facility.opex = entry.series("opex")
    facility.life = positive(entry, "life")
    facility.isCommercial = entry.flag("commercial")
    facility.expansion = entry.part("expansion").map { expansion($0, of: entry.id) }
    return facility
  }

  /// A quantity that is above zero where it is given.
  private func positive(_ entry: Entry, _ key: String) -> Double? {
    guard let value = entry.optionalQuantity(key) else { return nil }
    if value > 0 { return value }
    log.error(
      "\(entry.path).\(key) must be above zero", at: entry[key]?.position ?? entry.position,
      found: "0",
      expected: entry.schema.field(key)?.kind.measure?.words(currency: reader.units.currency),
      help: "or leave the key out")
    return nil
  }

  private func recipe(_ entry: Entry) -> Recipe {
    guard let part = entry.part("recipe") else {
      return Recipe(inputs: [], outputs: [], main: nil)
    }
    let inputs = amounts(part, "in")
    let outputs = amounts(part, "out")
    var recipe = Recipe(inputs: inputs, outputs: outputs, main: outputs.first?.commodity)
    if inputs.isEmpty && outputs.isEmpty && part["in"]?.mapping?.pairs.isEmpty ?? true
      && part["out"]?.mapping?.pairs.isEmpty ?? true
    {
      log.error(
        "\(part.path) takes and yields nothing", at: part.position,
        expected: "e.g. `{ in: { ore: 1 }, out: { oxide: 0.1 } }`")
    }
    if let main = reference(part, "main", in: names.commodities, "commodity") {
      recipe.main = main
      if !outputs.contains(where: { $0.commodity == main }), let node = part["main"] {
        log.error(
          "\(part.path).main is not among the outputs", at: node.position, found: node.words,
          expected: "one of the keys of `out`")
      }
    }
    return recipe
  }

  private func amounts(_ part: Entry, _ key: String) -> [(commodity: Int, amount: Double)] {
    var amounts: [(commodity: Int, amount: Double)] = []
    for pair in part[key]?.mapping?.pairs ?? [] {
      let path = "\(part.path).\(key)"
      let commodity = reference(
        pair.key, pair.position, in: names.commodities, "commodity", path)
      let amount = reader.quantity(pair.value, .yield, "\(path).\(pair.key)")
      if let commodity, let amount { amounts.append((commodity, amount)) }
    }
    return amounts
  }

  private func expansion(_ part: Entry, of facility: String) -> Expansion {
    let most = part.quantity("max")
    let capex = part.series("capex")
    let standard = BuildOption(
      kind: .standard, permit: part.quantity("permit"),
      construction: part.quantity("construction"), capex: capex)
    var expansion = Expansion(max: most, options: [standard])
    if let fast = part.part("fast_track") {
      expansion.options.append(fastTrack(fast, standard: standard))
    }
    expansion.min = part.optionalQuantity("min")
    expansion.module = positive(part, "module")
    if let min = expansion.min, min > expansion.max, let node = part["min"], part["max"] != nil {
      log.error(
        "\(part.path).min is larger than its max", at: node.position,
        found: "\(min.plain) t/yr", expected: "at most \(expansion.max.plain) t/yr")
    }
    expansion.ramp = part.fractions("ramp")
    expansion.spending = part.fractions("spending")
    if let node = part["spending"] {
      let sum = expansion.spending.reduce(0, +)
      if abs(sum - 1) > 1e-6 {
        log.error(
          "\(part.path).spending does not add up to 100%", at: node.position,
          found: "\(rounded(sum * 100).plain)%", expected: "shares that add up to 100%")
      }
    }
    expansion.earliest = part.year("earliest")
    if let privateMoney = part.part("private") {
      expansion.privateMinShare = privateMoney.quantity("min_share")
      expansion.privateMaxShare = privateMoney.quantity("max_share")
      if expansion.privateMinShare > expansion.privateMaxShare,
        let node = privateMoney["min_share"] ?? privateMoney["max_share"]
      {
        log.error(
          "\(privateMoney.path).min_share is larger than its max_share", at: node.position,
          found: "\((expansion.privateMinShare * 100).plain)%",
          expected: "at most \((expansion.privateMaxShare * 100).plain)%")
      }
      // A scenario may well take the private money away.
      if expansion.privateMaxShare == 0, log.label.isEmpty {
        log.warning(
          "\(privateMoney.path): a largest share of 0% is no private money",
          at: privateMoney.position)
      }
      expansion.hurdle = privateMoney.quantity("hurdle")
    }
    expansion.combinedMaxShare = part.quantity("combined_max_share")
    let privateMost = part["private"] == nil ? 0 : expansion.privateMaxShare
    if expansion.combinedMaxShare + privateMost < 1 - 1e-9, log.label.isEmpty,
      let node = part["combined_max_share"]
    {
      log.warning(
        "\(part.path): programmes may pay \((expansion.combinedMaxShare * 100).plain)% and private "
          + "money \((privateMost * 100).plain)%, together less than the cost: nothing can be added",
        at: node.position, help: "raise one of them")
    }
    expansion.isOnce = part.flag("once")
    expansion.delivery = part.part("delivery").map(delivery)
    expansion.requires = reference(part, "requires", in: names.facilities, "facility")
    expansion.exclusiveGroup = part["exclusive"].flatMap {
      reader.name($0, part.path + ".exclusive")
    }
    return expansion
  }

  private func delivery(_ part: Entry) -> Delivery {
    var slip: [Delivery.Slip] = []
    guard let node = part["slip"], let mapping = node.mapping else {
      return Delivery(
        success: part.quantity("success"), slip: [Delivery.Slip(years: 0, probability: 1)])
    }
    for pair in mapping.pairs {
      let path = "\(part.path).slip"
      let key = Node(.plain(pair.key), at: pair.position)
      let years = reader.quantity(key, .duration, path)
      let probability = reader.quantity(pair.value, .fraction, path + "." + pair.key)
      if let years, let probability {
        slip.append(Delivery.Slip(years: years, probability: probability))
      }
    }
    let sum = slip.reduce(0) { $0 + $1.probability }
    if slip.count == mapping.pairs.count, abs(sum - 1) > 1e-6 {
      log.error(
        "\(part.path).slip does not add up to 100%", at: node.position,
        found: "\(rounded(sum * 100).plain)%", expected: "probabilities that add up to 100%")
    }
    return Delivery(success: part.quantity("success"), slip: slip)
  }

  private func fastTrack(_ part: Entry, standard: BuildOption) -> BuildOption {
    var capex = standard.capex
    if let node = part["capex"] {
      if let text = node.text, let factor = surcharge(text, node, part.path + ".capex") {
        capex.values = capex.values.map { $0 * factor }
      } else if !isSurcharge(node) {
        capex = reader.series(node, .capex, part.path + ".capex") ?? capex
      }
    }
    return BuildOption(
      kind: .fastTrack, permit: part.optionalQuantity("permit") ?? standard.permit,
      construction: part.optionalQuantity("construction") ?? standard.construction,
      capex: capex)
  }

  private func isSurcharge(_ node: Node) -> Bool {
    guard let text = node.text else { return false }
    return text.hasSuffix("%") || isBareStep(text)
  }

  /// `+5`, of which nobody can tell what it is five of.
  private func isBareStep(_ text: String) -> Bool {
    (text.hasPrefix("+") || text.hasPrefix("-")) && Double(text) != nil
  }

  /// The factor of `+5%` or `-5%` on the standard option's cost; nil for anything else.
  private func surcharge(_ text: String, _ node: Node, _ path: String) -> Double? {
    guard isSurcharge(node) else { return nil }
    let expected = "a signed share of the standard cost (e.g. `+5%`), or a cost"
    guard text.hasPrefix("+") || text.hasPrefix("-") else {
      log.error(
        "\(path) does not say whether it is more or less", at: node.position, found: text,
        expected: expected, help: "write `+\(text)`")
      return nil
    }
    if isBareStep(text) {
      log.error(
        "\(path) does not say of what it is a share", at: node.position, found: text,
        expected: expected, help: "did you mean `\(text)%`?")
      return nil
    }
    do throws(QuantityProblem) {
      let share = try Quantity.value(of: text, as: .number, units: &reader.units, isSigned: true)
      if share >= -1 && share <= 100 { return 1 + share }
      log.error(
        "\(path) is out of range", at: node.position, found: text, expected: expected)
    } catch {
      log.error(
        "\(path): \(error.message)", at: node.position, found: text, expected: expected,
        help: error.suggestion)
    }
    return nil
  }

  func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }

  /// Facilities whose expansions wait for each other in a circle.
  func checkRequires() {
    var state = [UInt8](repeating: 0, count: model.facilities.count)
    for start in model.facilities.indices where state[start] == 0 {
      var path: [Int] = []
      var current: Int? = start
      while let index = current, state[index] == 0 {
        state[index] = 1
        path.append(index)
        current = model.facilities[index].expansion?.requires
      }
      if let index = current, state[index] == 1, let first = path.firstIndex(of: index) {
        reportCycle(Array(path[first...]))
      }
      for index in path { state[index] = 2 }
    }
  }

  private func reportCycle(_ cycle: [Int]) {
    let ids = (cycle + [cycle[0]]).map { model.facilities[$0].id }
    let shown = ids.count <= 8 ? ids : Array(ids.prefix(4)) + ["…"] + Array(ids.suffix(2))
    let node = root["facilities"]?.mapping?.pairs[cycle[0]].value.mapping?["expansion"]?.mapping?[
      "requires"]
    log.error(
      "expansions require each other in a circle: " + shown.joined(separator: " → "),
      at: node?.position ?? Position(line: 0, column: 0, file: 0),
      help: "remove `requires` from one of them")
  }
}
