import SupplyChain

/// The tables of a plan for people who open them in a spreadsheet: names beside ids, four digits that mean something, and a
/// byte order mark, by which spreadsheets know UTF-8. Programs read the plain tables.
public struct SheetTables {
  private let tables: [Table]
  private let names: [String: [String: String]]

  public init(_ tables: [Table], _ model: Model) {
    self.tables = tables.filter { !$0.rows.isEmpty }
    func byID(_ entries: [(String, String)]) -> [String: String] {
      Dictionary(entries.filter { $0.0 != $0.1 }, uniquingKeysWith: { first, _ in first })
    }
    names = [
      "facility": byID(model.facilities.map { ($0.id, $0.name) }),
      "fund": byID(model.funds.map { ($0.id, $0.name) }),
      "commodity": byID(model.commodities.map { ($0.id, $0.name) }),
    ]
  }

  /// `sheet_builds.csv` and so on.
  public var files: [(name: String, text: String)] {
    tables.map { (name: "sheet_\($0.name).csv", text: "\u{FEFF}" + sheet($0).csv) }
  }

  private func sheet(_ table: Table) -> Table {
    var columns: [Table.Column] = []
    for column in table.columns {
      columns.append(column)
      if names[column.id]?.isEmpty == false { columns.append(.init(column.id + "_name")) }
    }
    return Table(
      table.name, columns,
      rows: table.rows.map { row in
        zip(table.columns, row).flatMap { column, cell -> [Table.Cell] in
          if case .number(let value) = cell { return [.number(SheetTables.short(value))] }
          guard let known = names[column.id], !known.isEmpty else { return [cell] }
          guard case .text(let id) = cell else { return [cell, .empty] }
          return [cell, .text(known[id] ?? id)]
        }
      })
  }

  /// Four significant digits, and all digits before the point.
  static func short(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return 0 }
    var scale = 1.0
    while abs(value) * scale < 1000, scale < 1e12 { scale *= 10 }
    return (value * scale).rounded() / scale
  }
}
