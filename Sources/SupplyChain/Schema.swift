/// What may stand at a key.
indirect enum Kind: Sendable {
  case text
  /// An id that is defined elsewhere.
  case reference
  /// One text or a list of texts.
  case texts
  case flag
  case year
  case count
  case quantity(Measure)
  /// A level series.
  case series(Measure)
  /// An amount series: zero in the years not given.
  case amounts(Measure)
  /// A list of fractions.
  case fractions
  case object(ObjectSchema)
  /// Keys that the model chooses.
  case map(Kind)
  /// Entries by id.
  case entries(ObjectSchema)
  case list(ObjectSchema)
  /// Read by other means.
  case free
}

struct Field: Sendable {
  /// What a change takes a missing key to be.
  enum Default: Sendable {
    case value(Double)
    /// The price of the entry's commodity.
    case commodityPrice
    /// `from/until` around a missing limit leave it lifted outside the window.
    case unlimited
    /// The value of the standard option.
    case standard(String)
  }
  var key: String
  var kind: Kind
  var fallback: Default?

  init(_ key: String, _ kind: Kind, _ fallback: Default? = nil) {
    self.key = key
    self.kind = kind
    self.fallback = fallback
  }
}

/// The keys of one kind of mapping.
final class ObjectSchema: Sendable {
  /// Where such a mapping stands, e.g. `facilities.<id>.expansion`.
  let place: String
  let fields: [Field]
  /// An object that an entry has or has not, such as an expansion: a change does not make one.
  let isOptionalPart: Bool
  private let indices: [String: Int]

  init(_ place: String, isOptionalPart: Bool = false, _ fields: [Field]) {
    self.place = place
    self.fields = fields
    self.isOptionalPart = isOptionalPart
    indices = Dictionary(
      fields.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func field(_ key: String) -> Field? {
    if let index = indices[key] { fields[index] } else { nil }
  }
}

/// The keys of a model file, version 1.
enum Schema {
  static let formatVersion = "1"

  static let commodity = ObjectSchema(
    "commodities.<id>",
    [
      Field("name", .text), Field("stage", .text), Field("price", .series(.price)),
      Field("contains", .map(.quantity(.fraction))),
    ])

  static let recipe = ObjectSchema(
    "facilities.<id>.recipe",
    [
      Field("in", .map(.quantity(.yield))), Field("out", .map(.quantity(.yield))),
      Field("main", .reference),
    ])

  static let fastTrack = ObjectSchema(
    "facilities.<id>.expansion.fast_track", isOptionalPart: true,
    [
      Field("permit", .quantity(.duration), .standard("permit")),
      Field("construction", .quantity(.duration), .standard("construction")),
      Field("capex", .series(.capex), .standard("capex")),
    ])

  static let privateMoney = ObjectSchema(
    "facilities.<id>.expansion.private", isOptionalPart: true,
    [
      Field("max_share", .quantity(.fraction), .value(1)),
      Field("hurdle", .quantity(.rate), .value(0)),
    ])

  static let expansion = ObjectSchema(
    "facilities.<id>.expansion", isOptionalPart: true,
    [
      Field("max", .quantity(.capacity)), Field("min", .quantity(.capacity)),
      Field("module", .quantity(.capacity)), Field("capex", .series(.capex)),
      Field("permit", .quantity(.duration), .value(0)),
      Field("construction", .quantity(.duration), .value(0)),
      Field("fast_track", .object(fastTrack)), Field("ramp", .fractions),
      Field("spending", .fractions), Field("earliest", .year),
      Field("private", .object(privateMoney)), Field("requires", .reference),
      Field("exclusive", .text),
    ])

  static let facility = ObjectSchema(
    "facilities.<id>",
    [
      Field("name", .text), Field("stage", .text), Field("country", .text),
      Field("tags", .texts), Field("recipe", .object(recipe)),
      Field("existing", .series(.capacity), .value(0)),
      Field("availability", .series(.fraction), .value(1)),
      Field("opex", .series(.price), .value(0)), Field("life", .quantity(.duration)),
      Field("commercial", .flag), Field("expansion", .object(expansion)),
    ])

  static let importSource = ObjectSchema(
    "imports.<id>",
    [
      Field("commodity", .reference), Field("country", .text),
      Field("limit", .series(.capacity), .unlimited),
      Field("price", .series(.price), .commodityPrice),
    ])

  static let require = ObjectSchema(
    "demand.<id>.require", isOptionalPart: true,
    [Field("classes", .texts), Field("from", .year)])

  static let demand = ObjectSchema(
    "demand.<id>",
    [
      Field("commodity", .reference), Field("quantity", .series(.capacity)),
      Field("weight", .quantity(.number), .value(1)), Field("require", .object(require)),
    ])

  static let stockpile = ObjectSchema(
    "stockpiles.<id>",
    [
      Field("commodity", .reference), Field("opening", .map(.quantity(.mass))),
      Field("max", .quantity(.mass)), Field("loss", .quantity(.fraction), .value(0)),
    ])

  static let returnStream = ObjectSchema(
    "returns.<id>",
    [
      Field("commodity", .reference), Field("country", .text), Field("from", .texts),
      Field("after", .quantity(.duration), .value(0)),
      Field("fraction", .quantity(.fraction), .value(0)),
      Field("base", .series(.capacity), .value(0)),
    ])

  static let eligible = ObjectSchema(
    "funds.<id>.eligible",
    [
      Field("country", .texts), Field("stage", .texts), Field("tags", .texts),
      Field("facility", .texts),
    ])

  static let loan = ObjectSchema(
    "funds.<id>.loan", isOptionalPart: true,
    [
      Field("rate", .quantity(.rate)), Field("tenor", .quantity(.duration)),
      Field("grace", .quantity(.duration), .value(0)), Field("revolving", .flag),
    ])

  static let fund = ObjectSchema(
    "funds.<id>",
    [
      Field("name", .text), Field("instruments", .texts),
      Field("appropriations", .amounts(.money)),
      Field("keep", .quantity(.fraction), .value(1)), Field("eligible", .object(eligible)),
      Field("max_share", .quantity(.fraction), .value(1)),
      Field("max_per_facility", .quantity(.money)), Field("loan", .object(loan)),
    ])

  static let filter = ObjectSchema(
    "limits.where",
    ["stage", "country", "tags", "facility", "fund", "source", "option"].map { Field($0, .texts) })

  /// `at_most` and `at_least` take the unit of the limit's measure: see `Schema.measure(ofLimit:)`.
  static let limit = ObjectSchema(
    "limits",
    [
      Field("name", .text), Field("measure", .text), Field("where", .object(filter)),
      Field("per", .text), Field("at_most", .series(.number)), Field("at_least", .series(.number)),
      Field("of", .object(filter)), Field("from", .year), Field("until", .year),
    ])

  static let change = ObjectSchema(
    "scenarios.<id>.changes",
    [
      Field("set", .text), Field("scale", .text), Field("shift", .text), Field("remove", .text),
      Field("to", .free), Field("by", .free), Field("from", .year), Field("until", .year),
    ])

  static let scenario = ObjectSchema(
    "scenarios.<id>",
    [
      Field("name", .text), Field("description", .text), Field("extends", .texts),
      Field("changes", .list(change)),
    ])

  static let vary = ObjectSchema(
    "uncertainty.sample.vary",
    [
      Field("path", .text),
      Field("normal", .object(distribution("normal", ["mean", "sd"]))),
      Field("uniform", .object(distribution("uniform", ["low", "high"]))),
      Field("lognormal", .object(distribution("lognormal", ["median", "gsd"]))),
      Field("triangular", .object(distribution("triangular", ["low", "mode", "high"]))),
    ])

  private static func distribution(_ name: String, _ keys: [String]) -> ObjectSchema {
    ObjectSchema(
      "uncertainty.sample.vary.\(name)", keys.map { Field($0, .quantity(.number)) })
  }

  static let sample = ObjectSchema(
    "uncertainty.sample",
    [Field("count", .count), Field("seed", .count), Field("vary", .list(vary))])

  static let uncertainty = ObjectSchema(
    "uncertainty",
    [
      Field("reveal", .year), Field("risk", .text), Field("level", .quantity(.fraction)),
      Field("outcomes", .map(.quantity(.fraction))), Field("sample", .object(sample)),
    ])

  static let horizon = ObjectSchema(
    "horizon", [Field("start", .year), Field("end", .year), Field("step", .text)])

  static let money = ObjectSchema(
    "money", [Field("currency", .text), Field("discount", .quantity(.rate), .value(0))])

  static let provenance = ObjectSchema(
    "provenance",
    [
      Field("classes", .map(.quantity(.number))),
      Field("unmet", .quantity(.number), .value(2)),
      Field("countries", .map(.text)), Field("year_weights", .series(.number), .value(1)),
    ])

  static let model = ObjectSchema(
    "",
    [
      Field("lodestone", .count), Field("name", .text), Field("description", .text),
      Field("horizon", .object(horizon)), Field("money", .object(money)),
      Field("objective", .texts), Field("provenance", .object(provenance)),
      Field("commodities", .entries(commodity)), Field("facilities", .entries(facility)),
      Field("imports", .entries(importSource)), Field("demand", .entries(demand)),
      Field("stockpiles", .entries(stockpile)), Field("returns", .entries(returnStream)),
      Field("funds", .entries(fund)), Field("limits", .list(limit)),
      Field("targets", .amounts(.fraction)), Field("scenarios", .entries(scenario)),
      Field("uncertainty", .object(uncertainty)), Field("tables", .map(.texts)),
    ])

  /// Every mapping, for telling where a misplaced key belongs.
  static let all: [ObjectSchema] = [
    model, horizon, money, provenance, commodity, facility, recipe, expansion, fastTrack,
    privateMoney, importSource, demand, require, stockpile, returnStream, fund, eligible, loan,
    limit, filter, scenario, change, uncertainty, sample, vary,
  ]

  /// The unit in which a limit on `measure` is written.
  static func measure(ofLimit measure: Limit.Measure) -> Measure {
    switch measure {
    case .build: .capacity
    case .projects: .number
    case .award, .support, .private, .capex: .money
    case .activity, .import: .flow
    }
  }
}
