/// A CSV table of cases: its header names change paths, a row holds one case's values.
public struct CaseTable: Sendable {
  public let columns: [String]
  /// One text a column; an empty one leaves the model as it is.
  public let rows: [[String]]

  /// Reads a table; rows without any text are skipped.
  ///
  /// - Throws: what is wrong with the file, with line and column.
  public static func read(path: String) throws(ModelErrors) -> CaseTable {
    let bytes: [UInt8]
    do throws(FileReader.Problem) {
      bytes = try FileReader.bytes(path: path)
    } catch {
      throw ModelErrors(diagnostics: [
        Diagnostic(
          message: error.message, file: path, line: 0, column: 0, suggestion: error.suggestion)
      ])
    }
    return try CaseTable(bytes: bytes, name: path)
  }

  /// - Parameter name: what the table goes by in messages.
  public init(text: String, name: String = "cases.csv") throws(ModelErrors) {
    try self.init(bytes: Array(text.utf8), name: name)
  }

  private init(bytes: [UInt8], name: String) throws(ModelErrors) {
    let log = DiagnosticLog()
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let file = log.add(SourceFile(name: name, bytes: text)) ?? 0
    var parser = CSVParser(text, file: file)
    guard String(validating: text, as: UTF8.self) != nil, let header = parser.next() else {
      log.error(
        parser.problem?.message ?? "the table is empty or not text", file: name,
        help: "its first line names change paths, each further line is a case")
      throw log.errors
    }
    columns = header.map(\.text)
    CaseTable.check(header, log)
    var rows: [[String]] = []
    while let row = parser.next() {
      if row.allSatisfy({ $0.text.isEmpty }) { continue }
      if row.count != columns.count, let first = row.first {
        log.error(
          "the row has \(row.count) cells", at: first.position,
          expected: "\(columns.count) cells, as the header has")
      }
      rows.append(row.map(\.text))
    }
    if let problem = parser.problem {
      log.error(problem.message, at: problem.position, help: problem.help)
    }
    if rows.isEmpty && !log.hasErrors {
      log.error("the table has no cases", file: name, help: "write one a line below the header")
    }
    if log.hasErrors { throw log.errors }
    self.rows = rows
  }

  private static func check(_ header: [CSVParser.Cell], _ log: DiagnosticLog) {
    var seen: Set<String> = []
    for cell in header {
      if cell.text.isEmpty {
        log.error(
          "a column has no name", at: cell.position,
          expected: "a change path (e.g. `funds.*.max_share`), `scenario` or `budget_scale`")
      } else if !seen.insert(cell.text).inserted {
        log.error("two columns have the same name", at: cell.position, found: cell.text)
      }
    }
  }
}
