/// One key of the model format, for the schema that editors use and for the reference.
public struct FormatKey: Sendable {
  public var name: String
  /// What it is, in a sentence.
  public var note: String
  public var isRequired: Bool
  /// What holds where the key is missing, in words.
  public var standard: String?
  /// The only values; empty for any.
  public var choices: [String]
  public var shape: Shape

  /// What may stand at a key.
  public indirect enum Shape: Sendable {
    case text
    case texts
    case flag
    case year
    case count
    /// A number with the unit in `words`, or a bare one where it is pure.
    case quantity(words: String, isPure: Bool)
    /// A quantity or a map from year to quantity: a level between the years.
    case series(words: String, isPure: Bool)
    /// A map from year to quantity, nothing in the years not given.
    case amounts(words: String, isPure: Bool)
    /// A series whose unit depends on another key of the entry: the bound of a limit.
    case bound
    case fractions
    case keys([FormatKey])
    /// Names that the model chooses.
    case map(Shape)
    /// Entries by id.
    case entries([FormatKey])
    case list([FormatKey])
    case anything
  }

  /// The keys at the top of a model file.
  public static let all: [FormatKey] = keys(of: Schema.model)

  private static func keys(of schema: ObjectSchema) -> [FormatKey] {
    schema.fields.map { field in
      FormatKey(
        name: field.key, note: field.note, isRequired: field.isRequired, standard: field.standard,
        choices: field.choices,
        shape: schema.isBound(field) ? .bound : shape(of: field.kind))
    }
  }

  private static func shape(of kind: Kind) -> Shape {
    switch kind {
    case .text, .reference: .text
    case .texts: .texts
    case .flag: .flag
    case .year: .year
    case .count: .count
    case .quantity(let measure):
      .quantity(words: measure.words(currency: "USD"), isPure: measure.isPure)
    case .series(let measure):
      .series(words: measure.words(currency: "USD"), isPure: measure.isPure)
    case .amounts(let measure):
      .amounts(words: measure.words(currency: "USD"), isPure: measure.isPure)
    case .fractions: .fractions
    case .object(let schema): .keys(keys(of: schema))
    case .map(let inner): .map(shape(of: inner))
    case .entries(let schema): .entries(keys(of: schema))
    case .list(let schema): .list(keys(of: schema))
    case .free: .anything
    }
  }
}
