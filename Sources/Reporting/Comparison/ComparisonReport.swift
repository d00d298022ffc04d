import Allocation
import Analysis
import SupplyChain

/// A comparison as other programs read it, and as CSV tables in which every row names its case.
public struct ComparisonReport: Sendable {
  private let comparison: Comparison

  public init(_ comparison: Comparison) { self.comparison = comparison }

  private var model: Model? { comparison.cases.first?.model }
  private var currency: String { model?.currency ?? "" }

  /// Everything but the time, which differs from run to run and is given only where asked for.
  public func json(seconds: Double?) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("schema_version", .integer(1)),
      ("model", model.map { .string($0.name) } ?? .null),
      ("cases", .array(comparison.cases.map(json))),
      ("built_in_every_case", noRegret.json),
      (
        "no_regret",
        comparison.noRegret.map { rows in .array(rows.map { .string($0.facility) }) } ?? .null
      ),
    ]
    if let seconds { members.append(("seconds", .number(seconds))) }
    return .object(members)
  }

  private func json(_ entry: Comparison.Entry) -> JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    func texts(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }
    let compared = entry.compared
    let years = entry.solution.plan?.dependencyByYear ?? []
    let check = entry.solution.verification
    return .object(
      [
        ("name", .string(entry.name)),
        ("scenarios", texts(compared.model.scenarios)),
        ("budget_scale", .number(compared.model.budgetScale)),
        ("only_stages", texts(compared.onlyStages)),
        ("status", .string(entry.solution.status.rawValue)),
        ("reason", entry.solution.reason.map { .string($0) } ?? .null),
        (
          "objectives",
          .object(entry.solution.objectives.map { $0.objective.member($0.value) })
        ),
        ("dependency", number(entry.dependency)),
        (
          "largest_unserved_share",
          entry.solution.plan == nil ? .null : .number(ComparisonTranscript.unserved(entry))
        ),
        ("missed_targets", MissWords(entry.misses, entry.model).json),
        (
          "dependency_by_year",
          .object(
            years.enumerated().map { y, value in
              ("\(entry.model.horizon.start + y)", number(value))
            })
        ),
        ("spent", number(entry.spent)),
        (
          "verification",
          check.map { check in
            .object([
              ("verified", .bool(check.isVerified)), ("relative_gap", .number(check.relativeGap)),
              ("primal_infeasibility", .number(check.primalInfeasibility)),
            ])
          } ?? .null
        ),
        ("builds", table("", entry.built.map { row(entry, $0) }, buildColumns).json),
        ("built_only_here", texts(entry.builtOnlyHere)),
        (
          "moves",
          .array(
            entry.moves.map { move in
              .object([
                ("facility", .string(move.facility)), ("base_year", .integer(move.before)),
                ("year", .integer(move.after)),
              ])
            })
        ),
        ("stages", table("", entry.stages.map { row(entry, $0) }, stageColumns).json),
      ] + (entry.baseline.map { [("baseline", ContextReport.json($0, years))] } ?? []))
  }

  // MARK: Tables

  public var tables: [Table] {
    [
      cases, years,
      rows("builds", buildColumns) { entry in entry.built.map { row(entry, $0) } },
      rows("stages", stageColumns) { entry in entry.stages.map { row(entry, $0) } },
      rows("moves", [.init("facility"), .init("base_year"), .init("year")]) { entry in
        entry.moves.map { [.text($0.facility), .integer($0.before), .integer($0.after)] }
      },
      noRegret,
    ]
  }

  private var hasBaselines: Bool { comparison.cases.contains { $0.baseline != nil } }

  private var cases: Table {
    let objectives = comparison.cases.first?.model.objectives ?? []
    return rows(
      "cases",
      [.init("scenarios"), .init("budget_scale"), .init("only_stages"), .init("status")]
        + (objectives.contains(.dependency) ? [] : [Table.Column("dependency")])
        + objectives.map { Table.Column($0.name) }
        + [
          .init("spent", unit: "million \(currency)"), .init("not_served"), .init("missed_targets"),
        ]
        + (hasBaselines ? [.init("without_public_money")] : [])
    ) { entry in
      func number(_ value: Double?) -> Table.Cell { value.map { .number($0) } ?? .empty }
      return [
        [
          .text(entry.compared.model.scenarios.joined(separator: "+")),
          .number(entry.compared.model.budgetScale),
          .text(entry.compared.onlyStages.joined(separator: "+")),
          .text(entry.solution.status.rawValue),
        ] + (objectives.contains(.dependency) ? [] : [number(entry.dependency)])
          + objectives.map { number($0.shown(entry.value($0))) } + [
            number(entry.spent),
            entry.solution.plan == nil ? .empty : .number(ComparisonTranscript.unserved(entry)),
            entry.misses.isEmpty ? .empty : .text(MissWords(entry.misses, entry.model).short),
          ]
          + (hasBaselines ? [number(entry.baseline?.dependency)] : [])
      ]
    }
  }

  private var years: Table {
    rows("dependency_by_year", [.init("year"), .init("value")]) { entry in
      (entry.solution.plan?.dependencyByYear ?? []).enumerated().map { y, value in
        [.integer(entry.model.horizon.start + y), value.map { .number($0) } ?? .empty]
      }
    }
  }

  private var noRegret: Table {
    Table(
      "built_in_every_case",
      [
        .init("facility"), .init("stage"), .init("smallest", unit: "t/yr"),
        .init("largest", unit: "t/yr"), .init("no_regret_least", unit: "t/yr"),
      ],
      rows: comparison.common.map { row in
        let least = comparison.noRegret?.first { $0.facility == row.facility }?.least
        return [
          .text(row.facility), .text(row.stage), .number(row.smallest), .number(row.largest),
          least.map { .number($0) } ?? .empty,
        ]
      })
  }

  private var buildColumns: [Table.Column] {
    [.init("facility"), .init("stage"), .init("first_year"), .init("capacity", unit: "t/yr")]
  }

  private func row(_ entry: Comparison.Entry, _ built: Comparison.Built) -> [Table.Cell] {
    [
      .text(built.facility), .text(built.stage), .integer(built.firstYear),
      .number(built.capacity),
    ]
  }

  private var stageColumns: [Table.Column] {
    [
      .init("stage"), .init("home_made"), .init("money", unit: "million \(currency)"),
      .init("money_share"), .init("made_at_home"),
    ]
  }

  private func row(_ entry: Comparison.Entry, _ share: Comparison.StageShare) -> [Table.Cell] {
    [
      .text(share.stage), share.homeMade.map { .number($0) } ?? .empty, .number(share.money),
      share.moneyShare.map { .number($0) } ?? .empty,
      share.madeAtHome.map { .number($0) } ?? .empty,
    ]
  }

  private func table(_ name: String, _ rows: [[Table.Cell]], _ columns: [Table.Column]) -> Table {
    Table(name, columns, rows: rows)
  }

  private func rows(
    _ name: String, _ columns: [Table.Column],
    _ cells: (Comparison.Entry) -> [[Table.Cell]]
  ) -> Table {
    Table(
      name, [Table.Column("case")] + columns,
      rows: comparison.cases.flatMap { entry in cells(entry).map { [.text(entry.name)] + $0 } })
  }
}
