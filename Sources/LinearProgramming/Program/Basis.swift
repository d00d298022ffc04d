/// A basis: which columns and row activities are basic, and at which bound the nonbasic ones are.
///
/// A basis holds no numbers, so it stays defined when costs or bounds change, and it does not
/// depend on scaling. A valid basis has exactly `rows.count` basic members. For a program to which rows were
/// added, the new rows are basic.
public struct Basis: Sendable, Hashable {
  /// Where a column or the activity of a row stands.
  public enum Status: Int8, Sendable, Hashable {
    case basic = 1
    case atLower = 2
    case atUpper = 3
    case free = 4
    case fixed = 5
  }

  public var columns: [Status]
  public var rows: [Status]

  public init(columns: [Status], rows: [Status]) {
    self.columns = columns
    self.rows = rows
  }

  /// Every row basic, every column at a bound: always valid.
  public static func standard(for program: LinearProgram) -> Basis {
    let columns = (0..<program.columnCount).map { column -> Status in
      let lower = program.columnLower[column]
      let upper = program.columnUpper[column]
      if lower == upper { return .fixed }
      if lower.isFinite { return .atLower }
      return upper.isFinite ? .atUpper : .free
    }
    return Basis(columns: columns, rows: Array(repeating: .basic, count: program.rowCount))
  }

  /// Number of basic columns and rows.
  public var basicCount: Int {
    columns.reduce(0) { $0 + ($1 == .basic ? 1 : 0) }
      + rows.reduce(0) { $0 + ($1 == .basic ? 1 : 0) }
  }
}
