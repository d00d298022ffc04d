extension Table {
  /// The table by column: `name`, how many `rows`, and of each column its name, its unit and its values.
  public var columnsJSON: JSONValue {
    .object([
      ("name", .string(name)), ("rows", .integer(rows.count)),
      (
        "columns",
        .array(
          columns.enumerated().map { index, column in
            .object([
              ("name", .string(column.id)), ("unit", column.unit.map { .string($0) } ?? .null),
              ("values", .array(rows.map { $0[index].json })),
            ])
          })
      ),
    ])
  }

  /// The units of several tables' columns, by the name of the table and of the column.
  static func units(of tables: [Table]) -> JSONValue {
    .object(
      tables.map { table in
        (
          table.name,
          .object(
            table.columns.compactMap { column in column.unit.map { (column.id, .string($0)) } })
        )
      })
  }
}
