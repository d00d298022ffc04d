/// What may stand at a key.
indirect enum Kind: Sendable {
  case text
  /// An id that is defined elsewhere.
  case reference
  /// One text or a list of texts.
  case texts
  case flag
  case year
  /// A day.
  case date
  /// Latitude and longitude.
  case place
  /// One year or a list of years.
  case years
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
  /// A quantity, or keys of which one is that quantity.
  case short(Measure, ObjectSchema)
  /// Entries by id.
  case entries(ObjectSchema)
  case list(ObjectSchema)
  /// An expression of measures, or a number by year.
  case expression
  /// Read by other means.
  case free
}

/// Whether a key must be given, and what holds where it is not. Nothing else states a default: reading, changes,
/// the reference, the JSON Schema and the initial values of `Model` take it from here.
enum Presence: Sendable {
  /// Must be given; messages quote the example.
  case required(example: String)
  /// A value as a file would write it, such as `100%`.
  case standard(String)
  /// Where it is missing there is none of it; the words say what that means, where it is worth saying.
  case absent(String?)
  /// Where it is missing there is no limit.
  case unlimited
  /// The price of the entry's commodity.
  case commodityPrice
  /// The value that the standard option has at the same key.
  case standardOption
  /// The horizon's first year, its last year and its length.
  case firstYear
  case lastYear
  case wholeHorizon
  /// Every entry of the section `demand`.
  case allDemand
  /// The first key of the mapping `out` beside it.
  case firstOutput

  /// What holds where the key is missing, for people; nil where there is nothing to say.
  var words: String? {
    switch self {
    case .required: nil
    case .standard(let text): text
    case .absent(let words): words
    case .unlimited: "unlimited"
    case .commodityPrice: "the commodity's price"
    case .standardOption: "that of the standard option"
    case .firstYear: "the first year"
    case .lastYear: "the last year"
    case .wholeHorizon: "the whole horizon"
    case .allDemand: "all of them"
    case .firstOutput: "the first output"
    }
  }
}

struct Field: Sendable {
  var key: String
  var kind: Kind
  var presence: Presence
  /// What it is, for people: one sentence.
  var note: String
  /// The only values; empty for any.
  var choices: [String]
  /// Whether names of the model's own may stand beside the choices.
  var isOpen: Bool
  /// The values that a count may have.
  var range: ClosedRange<Int>
  /// A standard value as a node; nil where the key has none.
  let standardNode: Node?
  /// The values of a standard quantity, series or list of fractions in the units of `Model`.
  let standardValues: Series?

  init(
    _ key: String, _ kind: Kind, _ presence: Presence = .absent(nil), note: String,
    choices: [String] = [], isOpen: Bool = false, range: ClosedRange<Int> = 0...Int(Int32.max)
  ) {
    self.key = key
    self.kind = kind
    self.presence = presence
    self.note = note
    self.choices = choices
    self.isOpen = isOpen
    self.range = range
    guard case .standard(let text) = presence else {
      standardNode = nil
      standardValues = nil
      return
    }
    // Standards of money are written in this currency; their values hold in any.
    let reader = ModelReader(root: .empty, log: DiagnosticLog(), currency: "USD")
    let file = reader.log.add(SourceFile(name: "", bytes: Array(text.utf8), hasLines: false)) ?? 0
    standardNode = YAMLDocument.read(Array(text.utf8), file: file, log: reader.log)
    standardValues = standardNode.flatMap { reader.values($0, kind) }
  }

  /// The standard as a file would write it.
  var standardText: String? { if case .standard(let text) = presence { text } else { nil } }

  var isRequired: Bool { if case .required = presence { true } else { false } }
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

  /// Whether a field's unit is that of the limit's measure: see `Schema.measure(ofLimit:per:)`.
  func isBound(_ field: Field) -> Bool {
    self === Schema.limit && (field.key == "at_most" || field.key == "at_least")
  }

  /// What an entry of a list goes by: a limit or a rule by its name, an award by what it is for, others by their place.
  func name(ofEntry mapping: Mapping?, number: Int) -> String {
    if self === Schema.committed {
      return mapping?["facility"]?.text ?? mapping?["stockpile"]?.text ?? "award \(number)"
    }
    let standard = self === Schema.limit ? "limit" : self === Schema.rule ? "rule" : nil
    return mapping?["name"]?.text ?? standard.map { "\($0) \(number)" } ?? "[\(number)]"
  }

  // MARK: Standard values

  /// The standard of a quantity, in the units of `Model`; 0 where it has none.
  func number(_ key: String) -> Double { series(key).values.first ?? 0 }

  /// The standard of a level series.
  func series(_ key: String) -> Series { field(key)?.standardValues ?? Series(0) }

  /// The standard of a list of fractions.
  func fractions(_ key: String) -> [Double] { field(key)?.standardValues?.values ?? [] }

  func flag(_ key: String) -> Bool { text(key) == "true" }

  func text(_ key: String) -> String { field(key)?.standardNode?.text ?? "" }

  func count(_ key: String) -> Int { Int(text(key)) ?? 0 }

  /// The standard of a key with choices.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice
  where Choice.RawValue == String {
    Choice(rawValue: text(key)) ?? Choice.allCases[Choice.allCases.startIndex]
  }

  /// The standard of a list of texts.
  func texts(_ key: String) -> [String] {
    guard case .list(let items) = field(key)?.standardNode?.content else { return [] }
    return items.compactMap(\.text)
  }
}
