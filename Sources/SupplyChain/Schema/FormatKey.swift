/// One key of the model format, for the schema that editors use and for the reference.
public struct FormatKey: Sendable {
  public var name: String
  /// What it is, in a sentence.
  public var note: String
  public var isRequired: Bool
  /// What holds where the key is missing, in words.
  public var standard: String?
  /// The same as a file would write it, such as `100%`; nil where there is no such text.
  public var standardText: String?
  /// The values of a count.
  public var range: ClosedRange<Int>
  /// The only values; empty for any.
  public var choices: [String]
  /// Whether names of the model's own may stand beside the choices.
  public var isOpen: Bool
  public var shape: Shape

  /// What may stand at a key.
  public indirect enum Shape: Sendable {
    case text
    case texts
    case flag
    case year
    /// Such as `2026-11-15`.
    case date
    /// Such as `35.48, -115.53`.
    case place
    case years
    case count
    case quantity(QuantityRule)
    /// A quantity or a map from year to quantity: a level between the years.
    case series(QuantityRule)
    /// A map from year to quantity, nothing in the years not given. `isOneForAll`: one amount stands for every year.
    case amounts(QuantityRule, isOneForAll: Bool)
    /// A series whose unit depends on another key of the entry: the bound of a limit.
    case bound
    case fractions
    /// An expression of measures, or a map from year to number.
    case expression
    case keys([FormatKey])
    /// A quantity, or keys.
    case short(QuantityRule, [FormatKey])
    /// Names that the model chooses.
    case map(Shape)
    /// Entries by id.
    case entries([FormatKey])
    case list([FormatKey])
    case anything
  }

  /// How a quantity is written.
  public struct QuantityRule: Sendable {
    /// What is expected, with an example.
    public var words: String
    /// Whether a number may stand without a unit.
    public var isPure: Bool
    /// The largest number without a unit; nil for any.
    public var largest: Double?
    /// Whether `largest` itself is too large.
    public var isBelowLargest: Bool
  }

  /// The keys at the top of a model file.
  public static let all: [FormatKey] = keys(of: Schema.model)

  /// The key at a path such as `facilities.*.expansion.ramp`; nil where the format has none.
  public static func at(_ path: String) -> FormatKey? {
    var keys = all
    var found: FormatKey?
    for part in path.split(separator: ".") where part != "*" {
      guard let key = keys.first(where: { $0.name == part }) else { return nil }
      found = key
      switch key.shape {
      case .keys(let inner), .entries(let inner), .list(let inner), .map(.short(_, let inner)):
        keys = inner
      default: keys = []
      }
    }
    return found
  }

  private static func keys(of schema: ObjectSchema) -> [FormatKey] {
    schema.fields.map { field in
      FormatKey(
        name: field.key, note: field.note, isRequired: field.isRequired,
        standard: field.presence.words, standardText: field.standardText, range: field.range,
        choices: field.choices, isOpen: field.isOpen,
        shape: schema.isBound(field) ? .bound : shape(of: field.kind))
    }
  }

  /// How an item of a list of shares is written.
  public static let share = rule(.fraction)

  /// Whether its entries may stand in a table.
  public var mayBeTable: Bool { Tables.sections.contains(name) }

  private static func rule(_ measure: Measure) -> QuantityRule {
    QuantityRule(
      words: measure.words(currency: Schema.money.text("currency")), isPure: measure.isPure,
      largest: measure.largestBare, isBelowLargest: measure == .rate)
  }

  private static func shape(of kind: Kind) -> Shape {
    switch kind {
    case .text, .reference: .text
    case .texts: .texts
    case .flag: .flag
    case .year: .year
    case .date: .date
    case .place: .place
    case .years: .years
    case .count: .count
    case .quantity(let measure): .quantity(rule(measure))
    case .series(let measure): .series(rule(measure))
    case .amounts(let measure):
      .amounts(rule(measure), isOneForAll: measure.takesOneAmountForAllYears)
    case .fractions: .fractions
    case .object(let schema): .keys(keys(of: schema))
    case .map(let inner): .map(shape(of: inner))
    case .short(let measure, let schema): .short(rule(measure), keys(of: schema))
    case .entries(let schema): .entries(keys(of: schema))
    case .list(let schema): .list(keys(of: schema))
    case .expression: .expression
    case .free: .anything
    }
  }
}
