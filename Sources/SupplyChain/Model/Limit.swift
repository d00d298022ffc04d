/// Every list that is given must admit the entry; nil admits all. Facilities, funds, sources by index.
public struct Filter: Sendable, Hashable {
  public var stages: [String]?
  public var countries: [String]?
  public var tags: [String]?
  public var facilities: [Int]?
  public var funds: [Int]?
  public var sources: [Int]?
  public var options: [BuildOption.Kind]?
  /// Commodities, demand segments, stockpiles and provenance classes by index: of rules alone.
  public var commodities: [Int]?
  public var segments: [Int]?
  public var stockpiles: [Int]?
  public var classes: [Int]?
  public init() {}

  /// Whether the facility passes the filters on stage, country, tags and facility.
  public func admits(_ facility: Facility, index: Int) -> Bool {
    if let stages, !stages.contains(facility.stage) { return false }
    if let countries, !countries.contains(facility.country) { return false }
    if let tags, !tags.contains(where: facility.tags.contains) { return false }
    if let facilities, !facilities.contains(index) { return false }
    return true
  }
}

public struct Limit: Sendable {
  public enum Measure: String, Sendable, CaseIterable {
    case build, projects, award, support, `private`, capex, activity, `import`
  }
  public enum Period: String, Sendable, CaseIterable {
    case year, horizon
  }
  public enum Sense: String, Sendable, CaseIterable {
    case atMost = "at_most"
    case atLeast = "at_least"
  }
  public var name: String
  public var measure: Measure
  public var filter = Filter()
  public var period: Period = Schema.limit.choice("per")
  public var sense: Sense
  /// In the measure's unit (t/yr, count, millions, tonnes), a level series over years for `per: year`;
  /// or a share of the same measure over `shareOf`. For `per: horizon` a constant.
  public var value: Series
  public var shareOf: Filter?
  public var from: Int?
  public var until: Int?
  public var location: SourceLocation
  public init(name: String, measure: Measure, sense: Sense, value: Series, location: SourceLocation)
  {
    self.name = name
    self.measure = measure
    self.sense = sense
    self.value = value
    self.location = location
  }
}

/// The dependency of `year` is at most `value`.
public struct Target: Sendable {
  public var year: Int
  public var value: Double
  public var location: SourceLocation
  public init(year: Int, value: Double, location: SourceLocation) {
    self.year = year
    self.value = value
    self.location = location
  }
}

extension Limit {
  /// The share of an import's material that a filter counts: its source, its commodity's stage, its countries.
  public static func share(of source: Int, in filter: Filter, _ model: Model) -> Double {
    guard filter.funds == nil, filter.options == nil, filter.tags == nil, filter.facilities == nil
    else { return 0 }
    let entry = model.imports[source]
    if let commodities = filter.commodities, !commodities.contains(entry.commodity) { return 0 }
    if let sources = filter.sources, !sources.contains(source) { return 0 }
    if let stages = filter.stages, !stages.contains(model.commodities[entry.commodity].stage) {
      return 0
    }
    return filter.countries.map(entry.share(from:)) ?? 1
  }
}

extension Model {
  /// By commodity: whether a limit, a rule or an objective counts its imports, on either side.
  public var commoditiesWithCountedImports: [Bool] {
    var counted = [Bool](repeating: false, count: commodities.count)
    let limited = limits.filter { $0.measure == .import }.flatMap { limit in
      [limit.filter] + (limit.shareOf.map { [$0] } ?? [])
    }
    let terms = rules.flatMap(\.difference.terms) + objectives.flatMap(terms(of:))
    let ruled = terms.filter { $0.quantity.kind == .imports }.map(\.quantity.filter)
    for filter in limited + ruled {
      for (s, source) in imports.enumerated() where Limit.share(of: s, in: filter, self) > 0 {
        counted[source.commodity] = true
      }
    }
    return counted
  }
}
