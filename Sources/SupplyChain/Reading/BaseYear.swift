import Foundation
import Support

/// Published figures that the first year of a model is held to: `base-year.csv` beside it.
///
/// Each row names a sum over a table of the plan, or a share of two, and the published figure with a tolerance.
public struct BaseYear: Sendable {
  public static let fileName = "base-year.csv"
  public static let columns = [
    "name", "table", "filter", "column", "over", "value", "tolerance", "source", "gap",
  ]

  /// Rows of a table whose column holds one of these values.
  public struct Condition: Sendable, Hashable {
    public var column: String
    public var values: [String]
  }
  public enum Tolerance: Sendable, Hashable {
    /// A share of the published figure.
    case relative(Double)
    /// The same as the figure, which is a share: 0.05 for `5 points`.
    case absolute(Double)
  }
  public struct Row: Sendable {
    public var name: String
    /// Such as `flows`.
    public var table: String
    public var filter: [Condition]
    /// Whose numbers are summed.
    public var column: String
    /// Of the rows whose sum divides; nil: the plain sum.
    public var over: [Condition]?
    /// In the table's unit; of a quotient a share.
    public var published: Double
    public var tolerance: Tolerance
    /// Keys of `sources.csv`.
    public var sources: [String]
    /// Why the model is known to be outside the tolerance; nil where it is not.
    public var gap: String?
    fileprivate var places: [String: Position]
  }

  /// In file order.
  public private(set) var rows: [Row] = []
  private let file: SourceFile

  /// The figures beside a model that has them.
  ///
  /// - Parameter path: of the model, for the message.
  /// - Throws: where there are none, or where the file is wrong.
  public static func required(
    _ document: ModelDocument, path: String
  ) throws(ModelErrors) -> BaseYear {
    if let found = try read(document) { return found }
    throw ModelErrors(diagnostics: [
      Diagnostic(
        message: "there is no \(fileName) beside the model", file: path, line: 0, column: 0,
        expected: "a table with the columns " + columns.joined(separator: ","))
    ])
  }

  /// Reads the file beside a model.
  ///
  /// - Returns: nil where there is none.
  /// - Throws: everything that is wrong with it, with line and column.
  public static func read(_ document: ModelDocument) throws(ModelErrors) -> BaseYear? {
    guard let folder = document.folder else { return nil }
    let path = folder == "." ? fileName : PathText.joined(folder, fileName)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let bytes: [UInt8]
    do throws(FileReader.Problem) {
      bytes = try FileReader.bytes(path: path)
    } catch {
      throw ModelErrors(
        diagnostics: [
          Diagnostic(
            message: "the file \(error.message)", file: path, line: 1, column: 1,
            suggestion: error.suggestion)
        ])
    }
    return try BaseYear(bytes: bytes, name: path)
  }

  /// - Parameter name: what the text goes by in messages.
  public init(text: String, name: String = BaseYear.fileName) throws(ModelErrors) {
    try self.init(bytes: Array(text.utf8), name: name)
  }

  private init(bytes: [UInt8], name: String) throws(ModelErrors) {
    let log = DiagnosticLog()
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let number = log.add(SourceFile(name: name, bytes: text)) ?? 0
    var sheet = SheetReader(log: log, file: number)
    let names = sheet.header.map(\.text)
    if sheet.isFine, names.filter({ !$0.isEmpty }).sorted() != Self.columns.sorted() {
      log.error(
        "the table has other columns than it should", at: sheet.start,
        found: names.joined(separator: ","), expected: Self.columns.joined(separator: ","))
    }
    file = log.files[number]
    if !log.hasErrors {
      let indices = Dictionary(
        uniqueKeysWithValues: Self.columns.map { ($0, names.firstIndex(of: $0) ?? 0) })
      while let cells = sheet.next() {
        if let row = Self.row({ cells[indices[$0] ?? 0] }, log) { rows.append(row) }
      }
      if rows.isEmpty, !log.hasErrors { log.error("the table has no rows", at: sheet.start) }
    }
    if log.hasErrors { throw log.errors }
  }

  private static func row(_ cell: (String) -> CSVParser.Cell, _ log: DiagnosticLog) -> Row? {
    for key in ["name", "table", "column", "value", "tolerance", "source"]
    where cell(key).text.isEmpty {
      log.error("the row has no `\(key)`", at: cell(key).position)
      return nil
    }
    let over = cell("over").text
    guard let filter = conditions(cell("filter"), log),
      let divisor = conditions(cell("over"), log),
      let published = figure(cell("value"), isShare: !over.isEmpty, log),
      let tolerance = tolerance(cell("tolerance"), isShare: !over.isEmpty, log)
    else { return nil }
    let gap = cell("gap").text
    return Row(
      name: cell("name").text, table: cell("table").text, filter: filter,
      column: cell("column").text, over: over.isEmpty ? nil : divisor, published: published,
      tolerance: tolerance, sources: keys(cell("source").text), gap: gap.isEmpty ? nil : gap,
      places: Dictionary(uniqueKeysWithValues: columns.map { ($0, cell($0).position) }))
  }

  /// `class=foreign;segment=cars|lorries`.
  private static func conditions(_ cell: CSVParser.Cell, _ log: DiagnosticLog) -> [Condition]? {
    var conditions: [Condition] = []
    for part in cell.text.split(separator: ";") where !part.trimmed.isEmpty {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      let values = sides.last?.split(separator: "|", omittingEmptySubsequences: false).map(
        \.trimmed)
      guard sides.count == 2, let values, !values.contains(""), !sides[0].trimmed.isEmpty else {
        log.error(
          "the filter cannot be read", at: cell.position, found: part.trimmed,
          expected:
            "`column=value` pairs with `;` between them (e.g. `direction=out;commodity=magnet`)")
        return nil
      }
      conditions.append(Condition(column: sides[0].trimmed, values: values))
    }
    return conditions
  }

  private static func figure(
    _ cell: CSVParser.Cell, isShare: Bool, _ log: DiagnosticLog
  ) -> Double? {
    let isPercent = cell.text.hasSuffix("%")
    guard let value = number(cell.text), !isPercent || isShare else {
      log.error(
        "the published figure is not a number", at: cell.position, found: cell.text,
        expected: isShare
          ? "a share (e.g. `0.94` or `94%`)" : "a number in the table's unit (e.g. `2599`)")
      return nil
    }
    return value
  }

  private static func tolerance(
    _ cell: CSVParser.Cell, isShare: Bool, _ log: DiagnosticLog
  ) -> Tolerance? {
    if cell.text.hasSuffix("%"), let value = number(cell.text) { return .relative(value) }
    if isShare, cell.text.hasSuffix("points") || cell.text.hasSuffix("point"),
      let value = number(cell.text.prefix { $0 != "p" }.trimmed), !cell.text.contains("%")
    {
      return .absolute(value / 100)
    }
    log.error(
      "the tolerance cannot be read", at: cell.position, found: cell.text,
      expected: isShare ? "`10%` of the figure or `5 points`" : "a share of the figure (e.g. `10%`)"
    )
    return nil
  }

  /// A number of 0 or more, per cent or not.
  private static func number(_ text: String) -> Double? {
    guard let first = text.utf8.first, Number.isDigit(first) || first == UInt8(ascii: ".") else {
      return nil
    }
    return WrittenNumber(text)?.value
  }

  private static func keys(_ text: String) -> [String] {
    text.split { $0 == ";" || $0 == "|" || $0 == "[" || $0 == "]" }.map(\.trimmed).filter {
      !$0.isEmpty
    }
  }

  /// The keys that a file names, whatever else is wrong with it.
  static func sources(file: Int, files: [SourceFile]) -> [String] {
    var sheet = SheetReader(log: DiagnosticLog(files: files), file: file)
    guard sheet.isFine, let column = sheet.header.firstIndex(where: { $0.text == "source" }) else {
      return []
    }
    var found: [String] = []
    while let row = sheet.next() { found += keys(row[column].text) }
    return found
  }

  /// A problem with a cell of a row.
  public func problem(
    _ message: String, _ row: Row, column: String, found: String? = nil, expected: String? = nil,
    help: String? = nil
  ) -> Diagnostic {
    let place = row.places[column] ?? Position(line: 1, column: 1, file: 0)
    return Diagnostic(
      message: message, file: file.name, line: Int(place.line), column: Int(place.column),
      found: found, expected: expected, suggestion: help, sourceLine: file.line(Int(place.line)))
  }
}
