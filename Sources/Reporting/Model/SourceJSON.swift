import SupplyChain

/// The sources of a model's numbers as other programs read them.
extension SourceListing {
  /// - Parameter shares: what the answer rests on; nil leaves it out.
  public static func json(
    _ sources: NumberSources, model: Model, shares: GradeShares? = nil
  ) -> JSONValue {
    .object(members(sources, model) + (shares.map { [("sensitivity", $0.json)] } ?? []))
  }

  static func members(
    _ sources: NumberSources, _ model: Model
  ) -> [(key: String, value: JSONValue)] {
    [
      ("schema_version", .integer(1)), ("model", .string(model.name)),
      ("as_of", sources.asOf.map { .string("\($0)") } ?? .null),
      ("lines", .integer(sources.lines.count)),
      (
        "by_grade",
        .object(EvidenceGrade.allCases.map { ($0.rawValue, .integer(sources.count($0))) })
      ),
      ("without_grade", .integer(sources.ungraded.count)),
      ("derived", .integer(sources.lines.reduce(0) { $0 + $1.marks.derivations.count })),
      ("sources", .array(sources.bibliography.map { entry($0, sources) })),
      ("stale", .array(sources.stale.map { .string($0.key) })),
      ("uncited", .array(sources.uncited.map { .string($0.key) })),
      ("unknown", .array(sources.unknownKeys.map { .string($0) })),
      ("problems", .array(sources.problems.map(\.json))),
      ("numbers", .array(sources.lines.map(line))),
    ]
  }

  private static func entry(_ entry: NumberSources.Entry, _ sources: NumberSources) -> JSONValue {
    .object([
      ("key", .string(entry.key)), ("title", .string(entry.title)),
      ("publisher", .string(entry.publisher)), ("date", .string(entry.date)),
      ("url", .string(entry.url)), ("grade", grade(entry.grade)),
      ("lines", .integer(entry.lineCount)), ("cited", .bool(entry.isCited)),
      ("stale", .bool(sources.stale.contains { $0.key == entry.key })),
    ])
  }

  static func grade(_ grade: EvidenceGrade?) -> JSONValue {
    grade.map { .string($0.rawValue) } ?? .null
  }

  private static func line(_ line: NumberSources.Line) -> JSONValue {
    .object([
      ("file", .string(line.file)), ("line", .integer(line.number)), ("path", .string(line.path)),
      ("text", .string(line.text)), ("grade", grade(line.grade)),
      ("sources", .array(line.keys.map { .string($0) })),
      ("analogy", line.marks.analogy.map { .string($0) } ?? .null),
      ("assumption", line.assumption.map { .string($0) } ?? .null),
      (
        "derived",
        .array(
          line.marks.derivations.map { derivation in
            .object([
              ("expression", .string(derivation.expression)),
              ("value", .string(derivation.value)),
              ("result", derivation.result.map { .number($0) } ?? .null),
              ("right", .bool(derivation.problem == nil)),
            ])
          })
      ),
    ])
  }
}

extension Diagnostic {
  /// As other programs read it.
  public var json: JSONValue {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    return .object([
      ("severity", .string(severity.rawValue)), ("file", .string(file)), ("line", .integer(line)),
      ("column", .integer(column)), ("message", .string(message)), ("found", text(found)),
      ("expected", text(expected)), ("suggestion", text(suggestion)),
    ])
  }
}
