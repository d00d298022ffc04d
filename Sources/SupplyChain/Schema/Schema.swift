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
  /// What it is, for people: one sentence.
  var note: String
  var isRequired: Bool
  /// What holds where the key is missing, in words.
  var standard: String?
  /// The only values; empty for any.
  var choices: [String]

  init(
    _ key: String, _ kind: Kind, _ fallback: Default? = nil, note: String,
    isRequired: Bool = false, standard: String? = nil, choices: [String] = []
  ) {
    self.key = key
    self.kind = kind
    self.fallback = fallback
    self.note = note
    self.isRequired = isRequired
    self.standard = standard
    self.choices = choices
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

  /// Whether a field's unit is that of the limit's measure: see `Schema.measure(ofLimit:)`.
  func isBound(_ field: Field) -> Bool {
    self === Schema.limit && (field.key == "at_most" || field.key == "at_least")
  }
}
