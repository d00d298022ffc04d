import Analysis
import SupplyChain

/// The results of a sweep as tables.
public struct SweepTables: Sendable {
  public static let names = [
    "quantiles", "years", "tornado", "screening", "funded", "cases", "builds", "awards",
  ]
  private let results: SweepResults
  private var record: SweepRecord { results.record }

  public init(_ results: SweepResults) { self.results = results }

  /// - Throws: `SweepProblem` where the store cannot be read any more.
  public func table(_ name: String) throws(SweepProblem) -> Table {
    switch name {
    case "quantiles": quantiles
    case "years": years
    case "tornado": tornado
    case "screening": screening
    case "funded": funded
    case "builds": try builds()
    case "awards": try awards()
    default: cases
    }
  }

  /// Everything but the long tables, or the one asked for.
  public func json(only name: String?) throws(SweepProblem) -> JSONValue {
    let names = name.map { [$0] } ?? ["quantiles", "years", "tornado", "screening", "funded"]
    var members: [(key: String, value: JSONValue)] = [
      ("schema_version", .integer(1)), ("model", .string(record.modelName)),
      ("design", .string(record.design.rawValue)),
      ("scenarios", .array(record.scenarios.map { .string($0) })),
      ("budget_scale", .number(record.budgetScale)), ("relaxed", .bool(record.isRelaxed)),
      ("inputs", .array(record.inputs.map { .string($0) })),
      ("cases", .integer(record.caseCount)), ("done", .integer(results.cases.count)),
      ("verified", .integer(results.cases.count { $0.counts })),
    ]
    for name in names { members.append((name, try table(name).json)) }
    return .object(members)
  }

  static func unit(_ objective: Objective, _ currency: String) -> String {
    switch objective.amount {
    case .share: "share"
    case .money: "million \(currency)"
    case .weightedTonnes: "t"
    case .own(let unit): unit
    }
  }

  private static let quantileColumns = [
    "minimum", "q05", "q25", "median", "q75", "q95", "maximum",
  ].map { Table.Column($0) }

  private var quantiles: Table {
    Table(
      "quantiles",
      [.init("objective"), .init("unit"), .init("cases"), .init("mean")]
        + SweepTables.quantileColumns,
      rows: record.objectives.compactMap { objective in
        results.distribution(of: objective).map { found in
          [
            .text(objective.name), .text(SweepTables.unit(objective, record.currency)),
            .integer(found.count), .number(found.mean),
          ] + found.quantiles.map { .number($0) }
        }
      })
  }

  private var years: Table {
    Table(
      "years", [.init("year"), .init("cases"), .init("mean")] + SweepTables.quantileColumns,
      rows: results.dependencyByYear().map { year, found in
        [.integer(year), .integer(found.count), .number(found.mean)]
          + found.quantiles.map { .number($0) }
      })
  }

  private var tornado: Table {
    Table(
      "tornado",
      [
        .init("objective"), .init("input"), .init("low_end"), .init("high_end"), .init("low"),
        .init("high"), .init("swing"), .init("rank_coefficient"),
      ],
      rows: record.objectives.flatMap { objective in
        results.tornado(objective).map { row in
          [
            .text(objective.name), .text(row.input), .text(row.lowName), .text(row.highName),
            .number(row.low), .number(row.high), .number(row.swing),
            row.rank.map { .number($0) } ?? .empty,
          ]
        }
      })
  }

  private var screening: Table {
    Table(
      "screening",
      [
        .init("objective"), .init("input"), .init("mu_star"), .init("mu"), .init("sigma"),
        .init("effects"),
      ],
      rows: record.objectives.flatMap { objective in
        results.screening(objective).map { row in
          [
            .text(objective.name), .text(row.input), .number(row.meanSize), .number(row.mean),
            .number(row.deviation), .integer(row.count),
          ]
        }
      })
  }

  private var funded: Table {
    let count = Double(max(1, results.cases.count { $0.counts }))
    return Table(
      "funded",
      [
        .init("facility"), .init("funded_cases"), .init("funded_share"), .init("built_cases"),
        .init("built_share"), .init("mean_amount", unit: "million \(record.currency)"),
        .init("mean_capacity", unit: "t/yr"), .init("mean_first_year"),
      ],
      rows: results.funded.map { row in
        [
          .text(row.facility), .integer(row.funded), .number(Double(row.funded) / count),
          .integer(row.built), .number(Double(row.built) / count), .number(row.meanAmount),
          .number(row.meanCapacity), row.meanFirstYear.map { .number($0) } ?? .empty,
        ]
      })
  }

  private var cases: Table {
    func cell(_ value: Double?) -> Table.Cell { value.map { .number($0) } ?? .empty }
    let years = Array(record.startYear...max(record.startYear, record.endYear))
    let money = "million \(record.currency)"
    return Table(
      "cases",
      [.init("case"), .init("status")] + record.inputs.map { .init($0) }
        + record.objectives.map {
          .init($0.name, unit: SweepTables.unit($0, record.currency))
        }
        + years.map { .init("dependency_\($0)") }
        + [
          .init("public_money", unit: money), .init("private_money", unit: money),
          .init("verified"), .init("relative_gap"), .init("violation"), .init("iterations"),
          .init("reason"),
        ],
      rows: results.cases.map { one in
        var row: [Table.Cell] = [.integer(one.id), .text(one.status)]
        row += record.inputs.indices.map { k in
          guard k < one.inputs.count else { return .empty }
          switch one.inputs[k] {
          case .factor(let factor): return .number(factor)
          case .setting(let text): return .text(text)
          case .unchanged: return .empty
          }
        }
        row += record.objectives.map { objective in
          cell(one.value(of: objective))
        }
        row += years.indices.map {
          cell($0 < one.dependencyByYear.count ? one.dependencyByYear[$0] : nil)
        }
        return row + [
          cell(one.publicMoney), cell(one.privateMoney),
          .text(one.isVerified ? "yes" : "no"), cell(one.relativeGap), cell(one.violation),
          .integer(one.iterations), one.reason.map { .text($0) } ?? .empty,
        ]
      })
  }

  private func builds() throws(SweepProblem) -> Table {
    var table = Table(
      "builds",
      [
        .init("case"), .init("facility"), .init("option"), .init("step"), .init("year"),
        .init("capacity", unit: "t/yr"), .init("online_year"), .init("modules"),
      ])
    try results.builds { id, row in
      table.rows.append([
        .integer(id), .text(row.facility), .text(row.option), .integer(row.step),
        .integer(row.year), .number(row.capacity), .integer(row.onlineYear),
        row.modules.map { .number($0) } ?? .empty,
      ])
    }
    return table
  }

  private func awards() throws(SweepProblem) -> Table {
    var table = Table(
      "awards",
      [
        .init("case"), .init("fund"), .init("facility"), .init("instrument"), .init("step"),
        .init("year"), .init("amount", unit: "million \(record.currency)"),
      ])
    try results.awards { id, row in
      table.rows.append([
        .integer(id), .text(row.fund), .text(row.facility), .text(row.instrument),
        .integer(row.step), .integer(row.year), .number(row.amount),
      ])
    }
    return table
  }
}
