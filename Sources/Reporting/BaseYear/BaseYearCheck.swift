import Allocation
import SupplyChain

/// A plan's first year beside published figures (`base-year.csv`).
public struct BaseYearCheck: Sendable {
  public enum Verdict: String, Sendable {
    /// Within the tolerance.
    case within
    /// Outside it, which the file does not say.
    case outside
    /// Outside it, as the file says.
    case knownGap = "known_gap"
    /// Within it, though the file says that there is a gap.
    case closedGap = "closed_gap"

    public var isFine: Bool { self == .within || self == .knownGap }
  }
  public struct Row: Sendable {
    public var row: BaseYear.Row
    /// In the table's unit; a share where the row has `over`. nil: what divides is 0.
    public var model: Double?
    /// Of the table's column; nil where it has none, or where the row is a share.
    public var unit: String?
    public var verdict: Verdict
  }
  public var year: Int
  public var rows: [Row]

  /// - Throws: what of the file does not fit the model or its tables, each at its cell.
  public init(
    _ baseYear: BaseYear, _ plan: Plan, _ model: Model, sources: NumberSources? = nil
  ) throws(ModelErrors) {
    year = model.horizon.start
    let tables = PlanTables(plan, model).tables
    var problems: [Diagnostic] = []
    rows = []
    for row in baseYear.rows {
      let found = BaseYearCheck.problems(row, baseYear, tables, model, sources)
      problems += found
      guard found.isEmpty, let table = tables.first(where: { $0.name == row.table }) else {
        continue
      }
      rows.append(BaseYearCheck.checked(row, table, year))
    }
    if !problems.isEmpty { throw ModelErrors(diagnostics: problems) }
  }

  /// What is outside the tolerance or needs no gap any more, each at its cell.
  public func problems(_ baseYear: BaseYear) -> [Diagnostic] {
    rows.filter { !$0.verdict.isFine }.map { row in
      let figures = "\(row.modelText), published \(row.publishedText)"
      return row.verdict == .closedGap
        ? baseYear.problem(
          "\(row.row.name): the gap is closed (\(figures))", row.row, column: "gap",
          help: "remove the sentence")
        : baseYear.problem(
          "\(row.row.name): the model is outside the tolerance (\(figures))", row.row,
          column: "value", found: row.modelText,
          expected: row.publishedText + " ± " + row.toleranceText,
          help: "correct the data, or say in `gap` why it is so")
    }
  }

  // MARK: Figures

  private static func checked(_ row: BaseYear.Row, _ table: Table, _ year: Int) -> Row {
    var value: Double? = sum(row.filter, row.column, table, year)
    if let over = row.over {
      let divisor = sum(over, row.column, table, year)
      value = divisor == 0 ? nil : (value ?? 0) / divisor
    }
    let unit = row.over == nil ? table.columns.first { $0.id == row.column }?.unit : nil
    let isWithin = value.map { abs($0 - row.published) <= row.width * (1 + 1e-9) } ?? false
    let verdict: Verdict =
      isWithin ? (row.gap == nil ? .within : .closedGap) : (row.gap == nil ? .outside : .knownGap)
    return Row(row: row, model: value, unit: unit, verdict: verdict)
  }

  /// Of the rows that meet every condition; of the first year where none names a year.
  private static func sum(
    _ conditions: [BaseYear.Condition], _ column: String, _ table: Table, _ year: Int
  ) -> Double {
    func index(_ name: String) -> Int? { table.columns.firstIndex { $0.id == name } }
    var wanted = conditions.compactMap { condition in
      index(condition.column).map { (column: $0, values: condition.values) }
    }
    if !conditions.contains(where: { $0.column == "year" || $0.column == "period" }),
      let place = index("year")
    {
      wanted.append((place, ["\(year)"]))
    }
    guard let value = index(column) else { return 0 }
    return table.rows.reduce(0) { sum, cells in
      guard wanted.allSatisfy({ $0.values.contains(name(cells[$0.column])) }) else { return sum }
      switch cells[value] {
      case .number(let number): return sum + number
      case .integer(let number): return sum + Double(number)
      default: return sum
      }
    }
  }

  private static func name(_ cell: Table.Cell) -> String {
    switch cell {
    case .text(let text): text
    case .integer(let number): String(number)
    case .number, .empty: ""
    }
  }

  // MARK: What does not fit

  private static func problems(
    _ row: BaseYear.Row, _ baseYear: BaseYear, _ tables: [Table], _ model: Model,
    _ sources: NumberSources?
  ) -> [Diagnostic] {
    guard let table = tables.first(where: { $0.name == row.table }) else {
      return [
        baseYear.problem(
          "there is no table `\(row.table)`", row, column: "table", found: row.table,
          expected: "one of " + tables.map(\.name).joined(separator: ", "))
      ]
    }
    var problems: [Diagnostic] = []
    let names = table.columns.map(\.id)
    if !names.contains(row.column) {
      problems.append(
        baseYear.problem(
          "the table `\(table.name)` has no column `\(row.column)`", row, column: "column",
          found: row.column, expected: "one of " + names.joined(separator: ", ")))
    }
    for (place, conditions) in [("filter", row.filter), ("over", row.over ?? [])] {
      for condition in conditions {
        guard names.contains(condition.column) else {
          problems.append(
            baseYear.problem(
              "the table `\(table.name)` has no column `\(condition.column)`", row, column: place,
              found: condition.column, expected: "one of " + names.joined(separator: ", ")))
          continue
        }
        guard let known = Self.known(condition.column, model) else { continue }
        for value in condition.values where !known.contains(value) {
          problems.append(
            baseYear.problem(
              "the model has no \(condition.column) `\(value)`", row, column: place, found: value))
        }
      }
    }
    let keys = sources.map { Set($0.bibliography.map(\.key)) }
    for key in row.sources where keys?.contains(key) == false {
      problems.append(
        baseYear.problem(
          "there is no source `\(key)`", row, column: "source", found: key,
          expected: "a key of sources.csv"))
    }
    return problems
  }

  /// What may stand in a column of names; nil where anything may.
  private static func known(_ column: String, _ model: Model) -> Set<String>? {
    switch column {
    case "facility": Set(model.facilities.map(\.id))
    case "fund": Set(model.funds.map(\.id))
    case "commodity": Set(model.commodities.map(\.id))
    case "source": Set(model.imports.map(\.id))
    case "segment": Set(model.demand.map(\.id))
    case "stockpile": Set(model.stockpiles.map(\.id))
    case "class": Set(model.provenance.classes.map(\.name) + ["unmet"])
    case "stage": Set(model.stages)
    case "country": Set(model.provenance.countries.keys)
    case "direction": ["in", "out"]
    default: nil
    }
  }
}

extension BaseYear.Row {
  /// Half the width of the tolerance, in the figure's own unit.
  var width: Double {
    switch tolerance {
    case .relative(let share): share * abs(published)
    case .absolute(let points): points
    }
  }
}

extension BaseYearCheck.Row {
  public var modelText: String { model.map(figure) ?? "nothing to divide by" }
  public var publishedText: String { figure(row.published) }
  public var toleranceText: String {
    switch row.tolerance {
    case .relative(let share):
      Figure.percent(share, decimals: share * 100 == (share * 100).rounded() ? 0 : 1)
    case .absolute(let points):
      Figure.number(points * 100, decimals: points * 100 == (points * 100).rounded() ? 0 : 1)
        + " points"
    }
  }
  /// By how much the model is off: a share of the figure, or points.
  public var gapText: String {
    guard let model else { return "–" }
    let off = model - row.published
    let sign = off > 0 ? "+" : off < 0 ? "−" : ""
    if row.over != nil {
      return sign + Figure.number(abs(off) * 100, decimals: 1) + " points"
    }
    guard row.published != 0 else { return sign + figure(abs(off)) }
    return sign + Figure.percent(abs(off / row.published), decimals: 0)
  }

  private func figure(_ value: Double) -> String {
    if row.over != nil { return Figure.percent(value) }
    return Figure.number(value, decimals: abs(value) < 10 ? 2 : 0) + (unit.map { " \($0)" } ?? "")
  }
}
