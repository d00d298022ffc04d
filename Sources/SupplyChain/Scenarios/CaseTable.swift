/// A CSV table of cases: its header names change paths, a row holds one case's values.
public struct CaseTable: Sendable {
  public let columns: [String]
  /// One text a column; an empty one leaves the model as it is.
  public let rows: [[String]]
  /// Where the names of the columns stand, then the cells of each row.
  private var places: [[Position]]
  private let file: SourceFile

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
    var sheet = SheetReader(log: log, file: file)
    let named = sheet.header.indices.filter { !sheet.header[$0].text.isEmpty }
    columns = named.map { sheet.header[$0].text }
    places = [named.map { sheet.header[$0].position }]
    let budget = columns.firstIndex(of: Self.budgetColumn)
    if sheet.isFine { Self.checkPaths(columns, places[0], log) }
    var rows: [[String]] = []
    while let row = sheet.next() {
      var texts = named.map { row[$0].text }
      if let budget {
        texts[budget] = Self.scale(texts[budget], row[named[budget]].position, log)
      }
      rows.append(texts)
      places.append(named.map { row[$0].position })
    }
    if rows.isEmpty && !log.hasErrors {
      log.error("the table has no cases", file: name, help: "write one a line below the header")
    }
    if log.hasErrors { throw log.errors }
    self.rows = rows
    self.file = log.files[file]
  }

  /// The column that scales the budget; its values are numbers, `50%` and `x0.5` among them.
  public static let budgetColumn = "budget_scale"
  private static let scenarioColumn = "scenario"

  private static func checkPaths(_ columns: [String], _ places: [Position], _ log: DiagnosticLog) {
    for (column, position) in zip(columns, places)
    where column != budgetColumn && column != scenarioColumn {
      do throws(ChangePath.Problem) {
        _ = try ChangePath(column)
      } catch {
        log.error(error.message, at: position, found: column, help: error.help)
      }
    }
  }

  /// A scale as a plain number.
  private static func scale(_ text: String, _ position: Position, _ log: DiagnosticLog) -> String {
    if text.isEmpty { return text }
    do throws(QuantityProblem) {
      return "x" + (try budgetScale(text)).plain
    } catch {
      log.error(
        "\(budgetColumn): \(error.message)", at: position, found: text,
        expected: "a number, 0 or more (e.g. `0.5`)", help: error.suggestion)
      return text
    }
  }

  /// What multiplies every appropriation: a pure number, 0 or more, with an `x` before it or not.
  ///
  /// - Throws: what is wrong with the text, at the column's name.
  public static func budgetScale(of text: String) throws(ModelErrors) -> Double {
    do throws(QuantityProblem) {
      return try budgetScale(text)
    } catch {
      throw ModelErrors(diagnostics: [
        Diagnostic(
          message: error.message, file: budgetColumn, line: 0, column: 0, found: text,
          expected: "a number, 0 or more (e.g. `0.5`)", suggestion: error.suggestion)
      ])
    }
  }

  private static func budgetScale(_ text: String) throws(QuantityProblem) -> Double {
    var units = UnitSystem(currency: Schema.money.text("currency"))
    let number = text.hasPrefix("x") ? String(text.dropFirst()) : text
    return try Quantity.value(of: number, as: .number, units: &units)
  }

  // MARK: Places

  /// The problems of one row's values at the cells of the table instead of the settings made of them.
  public func located(_ errors: ModelErrors, row: Int) -> ModelErrors {
    ModelErrors(
      diagnostics: errors.diagnostics.map { diagnostic in
        guard let column = column(of: diagnostic, row: row) else { return diagnostic }
        let isPath = diagnostic.found == columns[column]
        let position = places[isPath ? 0 : row + 1][column]
        var result = diagnostic
        result.file = file.name
        result.line = Int(position.line)
        result.column = Int(position.column)
        result.sourceLine = file.line(result.line)
        return result
      })
  }

  /// The column whose setting, factor or scenario a problem is about.
  private func column(of diagnostic: Diagnostic, row: Int) -> Int? {
    columns.indices.first { index in
      if columns[index] == Self.scenarioColumn, let found = diagnostic.found {
        return rows[row][index].split(separator: "+").contains { $0 == found }
      }
      return diagnostic.file.hasPrefix("--set \(columns[index])=")
        || diagnostic.file == "factor on \(columns[index])"
    }
  }
}
