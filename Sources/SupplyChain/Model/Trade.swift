/// Where a commodity is imported from, how much, and at what price.
public struct ImportSource: Sendable {
  public var id: String
  public var commodity: Int
  /// Where the material comes from: countries, their classes (not more secure than the owner's) and their shares,
  /// which add up to 1.
  public var content: [(country: String, provenanceClass: Int, share: Double)]
  /// Country of the owner, where it is given.
  public var owner: String?
  /// Tonnes a year; nil: unlimited. A value may be `+infinity` in some years.
  public var limit: Series?
  /// Currency per tonne; nil: the commodity's price.
  public var price: Series?
  /// Share of the price.
  public var tariff = Schema.importSource.series("tariff")
  /// Currency per tonne.
  public var freight = Schema.importSource.series("freight")
  public var location: SourceLocation
  public init(
    id: String, commodity: Int,
    content: [(country: String, provenanceClass: Int, share: Double)], limit: Series?,
    price: Series?, location: SourceLocation
  ) {
    self.id = id
    self.commodity = commodity
    self.content = content
    self.limit = limit
    self.price = price
    self.location = location
  }

  /// The countries, with their shares where there are several.
  public var origin: String {
    content.count == 1
      ? content[0].country
      : content.map { "\($0.country) \(($0.share * 100).plain)%" }.joined(separator: " + ")
  }

  /// The share of the material that enters in a class.
  public func share(inClass k: Int) -> Double {
    content.reduce(0) { $0 + ($1.provenanceClass == k ? $1.share : 0) }
  }

  /// The share of the material that comes from some countries.
  public func share(from countries: [String]) -> Double {
    content.reduce(0) { $0 + (countries.contains($1.country) ? $1.share : 0) }
  }

  /// The countries whose material enters in a class.
  public func origin(inClass k: Int) -> String {
    content.filter { $0.provenanceClass == k && $0.share > 0 }.map(\.country)
      .joined(separator: " + ")
  }

  /// Currency per tonne in a year with tariff and freight; nil where the import has no price of its own.
  public func landedPrice(_ year: Int) -> Double? {
    price.map { $0.level(year) * (1 + tariff.level(year)) + freight.level(year) }
  }
}

/// The share of a demand that arrives inside goods.
public struct Embedded: Sendable {
  public var share: Series
  /// Where the goods come from, and the class of that country.
  public var country: String
  public var provenanceClass: Int
  public init(share: Series, country: String, provenanceClass: Int) {
    self.share = share
    self.country = country
    self.provenanceClass = provenanceClass
  }
}

/// Who needs a commodity, how much, and of which classes.
public struct DemandSegment: Sendable {
  public var id: String
  public var commodity: Int
  /// Tonnes a year.
  public var quantity: Series
  public var weight = Schema.demand.number("weight")
  /// From `requiredFrom` on only these classes (indices) may serve the segment; nil: all.
  public var requiredClasses: [Int]?
  /// nil: from the start.
  public var requiredFrom: Int?
  /// The share that arrives inside goods from a country: only classes as insecure as the country's serve it.
  public var embedded: Embedded?
  public var location: SourceLocation
  public init(id: String, commodity: Int, quantity: Series, location: SourceLocation) {
    self.id = id
    self.commodity = commodity
    self.quantity = quantity
    self.location = location
  }
}

/// Where a commodity is kept.
public struct Stockpile: Sendable {
  public var id: String
  public var commodity: Int
  /// Tonnes by class, one entry for every class.
  public var opening: [Double]
  /// Tonnes; nil: no limit.
  public var max: Double?
  /// Share lost a year.
  public var loss = Schema.stockpile.number("loss")
  /// Share of the largest stock to the year `end` that must be there at its end.
  public var endShare = Schema.stockpile.number("end")
  public var location: SourceLocation
  public init(id: String, commodity: Int, opening: [Double], location: SourceLocation) {
    self.id = id
    self.commodity = commodity
    self.opening = opening
    self.location = location
  }
}

/// Material that comes back from demand segments at the end of its life.
public struct ReturnStream: Sendable {
  public var id: String
  public var commodity: Int
  public var country: String
  public var provenanceClass: Int
  /// Demand segment indices.
  public var from: [Int]
  /// Years.
  public var lag: Double
  public var fraction: Double
  /// Tonnes a year besides.
  public var base: Series
  public var location: SourceLocation
  public init(
    id: String, commodity: Int, country: String, provenanceClass: Int, from: [Int], lag: Double,
    fraction: Double, base: Series, location: SourceLocation
  ) {
    self.id = id
    self.commodity = commodity
    self.country = country
    self.provenanceClass = provenanceClass
    self.from = from
    self.lag = lag
    self.fraction = fraction
    self.base = base
    self.location = location
  }
}
