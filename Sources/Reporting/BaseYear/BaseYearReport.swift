import SupplyChain

/// Published figures of the first year beside the plan's, for people and for other programs.
public struct BaseYearReport: Sendable {
  private let check: BaseYearCheck

  public init(_ check: BaseYearCheck) { self.check = check }

  public func text(width: Int) -> String {
    var grid = TextGrid([.left, .right, .right, .right, .right, .left])
    grid.add(["", "model", "published", "tolerance", "off", ""])
    for row in check.rows {
      grid.add([
        row.row.name, row.modelText, row.publishedText, "± " + row.toleranceText, row.gapText,
        BaseYearReport.words(row.verdict),
      ])
    }
    var out = ["The year \(check.year) beside published figures"] + grid.lines(width: width)
    for row in check.rows {
      if row.verdict == .knownGap, let gap = row.row.gap {
        out.append("  \(printable(row.row.name)): \(printable(gap))")
      }
    }
    return out.joined(separator: "\n") + "\n"
  }

  private static func words(_ verdict: BaseYearCheck.Verdict) -> String {
    switch verdict {
    case .within: ""
    case .outside: "outside"
    case .knownGap: "known gap"
    case .closedGap: "gap closed"
    }
  }

  public var json: JSONValue {
    .object([
      ("year", .integer(check.year)),
      (
        "rows",
        .array(
          check.rows.map { row in
            .object([
              ("name", .string(row.row.name)), ("table", .string(row.row.table)),
              ("is_share", .bool(row.row.over != nil)),
              ("unit", row.unit.map { .string($0) } ?? .null),
              ("model", row.model.map { .number($0) } ?? .null),
              ("published", .number(row.row.published)), ("width", .number(row.row.width)),
              ("model_text", .string(row.modelText)),
              ("published_text", .string(row.publishedText)),
              ("tolerance_text", .string(row.toleranceText)),
              ("off_text", .string(row.gapText)),
              ("sources", .array(row.row.sources.map { .string($0) })),
              ("gap", row.row.gap.map { .string($0) } ?? .null),
              ("verdict", .string(row.verdict.rawValue)),
            ])
          })
      ),
    ])
  }
}
