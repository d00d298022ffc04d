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
    return Commodity(
      id: entry.id, name: entry.name(), stage: stage, price: entry.optionalSeries("price"),
      contains: contains, location: log.place(entry.position))
  }

  func importSource(_ entry: Entry) -> ImportSource {
    let commodity = commodityReference(entry)
    let country = country(entry)
    return ImportSource(
      id: entry.id, commodity: commodity ?? 0, country: country.code,
      provenanceClass: country.provenanceClass, limit: entry.optionalSeries("limit"),
      price: entry.optionalSeries("price"), location: log.place(entry.position))
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
