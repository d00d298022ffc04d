/// What quantities measure and how they are written, with examples that the reader takes.
public enum UnitGuide {
  public struct Line: Sendable {
    public var measure: String
    public var units: String
    public var examples: [String]
    /// The keys at which such quantities stand, each once.
    public var uses: [String]
  }

  public static let lines: [Line] = rows.map { row in
    Line(
      measure: row.name, units: row.units, examples: row.kinds[0].examples,
      uses: uses(of: Set(row.kinds)))
  }

  /// Measures that are written alike share a line.
  static let rows: [(kinds: [Measure], name: String, units: String)] = [
    ([.mass], "mass", "t, kt, kg"),
    ([.capacity], "mass a year", "t/yr, kt/yr …"),
    ([.money, .yearlyMoney], "money", "USD, kUSD, MUSD, BUSD"),
    ([.price], "price", "money/mass"),
    ([.capex], "capital cost", "money per yearly mass"),
    ([.duration], "time", "yr, year, years, month, months"),
    ([.fraction], "share", "% or a bare number from 0 to 1"),
    ([.rate], "yearly rate", "% or a bare number below 1"),
    ([.yield], "yield", "a bare number, t per t"),
    ([.number], "count or weight", "a bare number"),
  ]

  private static func uses(of measures: Set<Measure>) -> [String] {
    var found: [String] = []
    func collect(_ kind: Kind, _ key: String) {
      switch kind {
      case .object(let schema), .entries(let schema), .list(let schema):
        for field in schema.fields where !schema.isBound(field) { collect(field.kind, field.key) }
      case .short(_, let schema): collect(.object(schema), key)
      case .map(let inner): collect(inner, key)
      default:
        guard let measure = kind.measure, measures.contains(measure) else { return }
        if !found.contains(key) { found.append(key) }
      }
    }
    collect(.object(Schema.model), "")
    return found
  }
}
