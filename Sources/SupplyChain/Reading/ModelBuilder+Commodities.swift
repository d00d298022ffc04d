/// Commodities, imports, demand, stockpiles and returns.
extension ModelBuilder {
  func commodity(_ entry: Entry) -> Commodity {
    let stage = entry.text("stage")
    var contains: [(element: String, share: Double)] = []
    if let node = entry["contains"], let shares = node.mapping {
      for pair in shares.pairs {
        let path = "\(entry.path).contains.\(pair.key)"
        SchemaCheck(log: log).checkID(pair.key, pair.position)
        guard let share = reader.quantity(pair.value, .fraction, path) else { continue }
        contains.append((pair.key, share))
      }
      let sum = contains.reduce(0) { $0 + $1.share }
      if sum > 1 + 1e-6 {
        log.error(
          "\(entry.path).contains adds up to more than the whole", at: node.position,
          found: "\((sum * 100).plain)%", expected: "shares of the mass that add up to at most 100%"
        )
      }
    }
    let isAtParity = entry["price"]?.text == Schema.parity
    var commodity = Commodity(
      id: entry.id, name: entry.name(), stage: stage,
      price: isAtParity ? nil : entry.optionalSeries("price"), contains: contains,
      location: log.place(entry.position))
    commodity.isAtParity = isAtParity
    commodity.premium = entry.series("premium")
    if !isAtParity, commodity.premium.isPositiveSomewhere, let node = entry["premium"] {
      log.error(
        "\(entry.path).premium has no effect: the price is not `\(Schema.parity)`",
        at: node.position, help: "write `price: \(Schema.parity)` or remove the premium")
    }
    return commodity
  }

  /// Sets the prices of commodities at import parity, year by year (formulation section 3, parity).
  func setParityPrices() {
    for c in model.commodities.indices where model.commodities[c].isAtParity {
      let sources = model.imports.filter { $0.commodity == c && $0.price != nil }
      let years = Array(model.horizon.start...model.horizon.end)
      let commodity = model.commodities[c]
      guard !sources.isEmpty else {
        let node = root["commodities"]?.mapping?[commodity.id]?.mapping?["price"]
        log.error(
          "commodities.\(commodity.id).price is `\(Schema.parity)`, but no import of it has a price",
          at: node?.position ?? top.position, found: Schema.parity,
          expected: "an import of \(commodity.id) with `price`, or a price here")
        continue
      }
      model.commodities[c].price = Series(
        years: years,
        values: years.map { year in
          let landed = sources.compactMap { $0.landedPrice(year) }.min() ?? 0
          return landed + commodity.premium.level(year)
        })
    }
  }

  func importSource(_ entry: Entry) -> ImportSource {
    let commodity = commodityReference(entry)
    let owner = owner(entry)
    var source = ImportSource(
      id: entry.id, commodity: commodity ?? 0,
      content: content(entry).map { part in
        (part.country, max(part.provenanceClass, owner?.provenanceClass ?? 0), part.share)
      }, limit: entry.optionalSeries("limit"), price: entry.optionalSeries("price"),
      location: log.place(entry.position))
    source.owner = owner?.code
    source.tariff = entry.series("tariff")
    source.freight = entry.series("freight")
    if source.price == nil {
      for (key, series) in [("tariff", source.tariff), ("freight", source.freight)] {
        guard series.isPositiveSomewhere, let node = entry[key] else { continue }
        log.error(
          "\(entry.path).\(key) needs a price of the import's own", at: node.position,
          expected: "`price` beside it", help: "add `price: …` or remove `\(key)`")
      }
    }
    return source
  }

  /// The countries that an import comes from: `country`, or `content` with shares.
  private func content(
    _ entry: Entry
  ) -> [(country: String, provenanceClass: Int, share: Double)] {
    guard let node = entry["content"], let mapping = node.mapping else {
      if entry["country"] == nil {
        log.error(
          "\(entry.path) lacks `country`", at: entry.position,
          expected: "e.g. `country: US`, or `content: { JP: 40%, CN: 60% }`")
        return [("", 0, 1)]
      }
      let country = country(entry)
      return [(country.code, country.provenanceClass, 1)]
    }
    if let country = entry["country"] {
      log.error(
        "\(entry.path) has both `country` and `content`", at: country.position,
        help: "keep one of the two")
    }
    var content: [(country: String, provenanceClass: Int, share: Double)] = []
    for pair in mapping.pairs {
      let path = "\(entry.path).content"
      let known = reference(
        pair.key, pair.position, in: names.countries, "country", path)
      guard let share = reader.quantity(pair.value, .fraction, path + "." + pair.key) else {
        continue
      }
      content.append((pair.key, known ?? 0, share))
    }
    let sum = content.reduce(0) { $0 + $1.share }
    if content.count == mapping.pairs.count, abs(sum - 1) > 1e-6 {
      log.error(
        "\(entry.path).content does not add up to 100%", at: node.position,
        found: "\(rounded(sum * 100).plain)%", expected: "shares that add up to 100%")
    }
    return content.isEmpty ? [("", 0, 1)] : content
  }

  func demandSegment(_ entry: Entry) -> DemandSegment {
    let commodity = commodityReference(entry)
    var segment = DemandSegment(
      id: entry.id, commodity: commodity ?? 0, quantity: entry.series("quantity"),
      location: log.place(entry.position))
    segment.weight = entry.quantity("weight")
    if let require = entry.part("require") {
      segment.requiredClasses = indices(require, "classes", in: names.classes, "class")
      segment.requiredFrom = require.year("from")
    }
    if let embedded = entry.part("embedded") {
      let country = country(embedded)
      segment.embedded = Embedded(
        share: embedded.series("share"), country: country.code,
        provenanceClass: country.provenanceClass)
    }
    return segment
  }

  func stockpile(_ entry: Entry) -> Stockpile {
    let commodity = commodityReference(entry)
    var opening = [Double](repeating: 0, count: model.provenance.classes.count)
    for pair in entry["opening"]?.mapping?.pairs ?? [] {
      let path = "\(entry.path).opening.\(pair.key)"
      let index = reference(pair.key, pair.position, in: names.classes, "class", path)
      guard let mass = reader.quantity(pair.value, .mass, path), let index else { continue }
      opening[index] = mass
    }
    var stockpile = Stockpile(
      id: entry.id, commodity: commodity ?? 0, opening: opening,
      location: log.place(entry.position))
    stockpile.max = entry.optionalQuantity("max")
    stockpile.loss = entry.quantity("loss")
    stockpile.endShare = entry.quantity("end")
    let sum = opening.reduce(0, +)
    if let max = stockpile.max, sum > max * (1 + 1e-9), let node = entry["opening"] {
      log.error(
        "\(entry.path) opens with more than its max", at: node.position, found: "\(sum.plain) t",
        expected: "at most \(max.plain) t")
    }
    return stockpile
  }

  func returnStream(_ entry: Entry) -> ReturnStream {
    let commodity = commodityReference(entry)
    let country = country(entry)
    return ReturnStream(
      id: entry.id, commodity: commodity ?? 0, country: country.code,
      provenanceClass: country.provenanceClass,
      from: indices(entry, "from", in: names.demand, "demand") ?? Array(model.demand.indices),
      lag: entry.quantity("after"), fraction: entry.quantity("fraction"),
      base: entry.series("base"), location: log.place(entry.position))
  }
}
