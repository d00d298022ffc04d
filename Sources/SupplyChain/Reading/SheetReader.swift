/// Reads a table as spreadsheets save it: a first row with the names of the columns, then rows of as many cells.
///
/// Whatever reads a table reads it with this, so that all tables take the same text and say the same of it. What
/// spreadsheets add is passed over: a byte order mark, `sep=,`, line ends of any kind, rows without text, columns
/// without name or text at the end, spaces around a cell.
struct SheetReader {
  /// The names of the columns, with the places where they stand; columns without a name are empty texts.
  private(set) var header: [CSVParser.Cell] = []
  /// Where the table begins.
  let start: Position
  /// Whether the header was understood; otherwise that it was not has been reported.
  private(set) var isFine = true

  /// Whether semicolons separate the columns: then the comma is the decimal sign.
  let hasSemicolons: Bool

  private let log: DiagnosticLog
  private var parser: CSVParser
  private var cells = 0
  private var raggedRows = 0
  private var unnamed: Set<Int> = []
  /// More ragged rows than this are counted only.
  private static let raggedRowsShown = 20
  private static let cellsAtMost = 5_000_000

  /// - Parameter admitsSemicolons: whether the columns may be separated by semicolons, as spreadsheets write them where
  /// the comma is the decimal sign.
  init(log: DiagnosticLog, file: Int, admitsSemicolons: Bool = false) {
    self.log = log
    start = Position(line: 1, column: 1, file: file)
    let bytes = log.files[file].bytes
    hasSemicolons = admitsSemicolons && SheetReader.separatesBySemicolons(bytes)
    parser = CSVParser(
      bytes, file: file, separator: hasSemicolons ? UInt8(ascii: ";") : UInt8(ascii: ","))
    guard isText(bytes, file) else {
      isFine = false
      return
    }
    parser.skipSeparatorLine()
    guard let first = parser.next(), first.contains(where: { !$0.text.isEmpty }) else {
      let problem = parser.problem
      log.error(
        problem?.message ?? "the table is empty", at: problem?.position ?? start,
        expected: "a first row with column names", help: problem?.help)
      isFine = false
      return
    }
    header = first
    checkHeader()
  }

  /// Whether the first line that is not `sep=` has more semicolons than commas.
  private static func separatesBySemicolons(_ bytes: [UInt8]) -> Bool {
    for line in bytes.prefix(100_000).split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).prefix(2)
    {
      if line.prefix(4).elementsEqual("sep=".utf8) { continue }
      func count(_ character: Unicode.Scalar) -> Int {
        line.count { $0 == UInt8(ascii: character) }
      }
      return count(";") > count(",")
    }
    return false
  }

  private mutating func isText(_ bytes: [UInt8], _ file: Int) -> Bool {
    if let kind = FileKind.named(bytes) {
      log.error(
        "the table is \(kind.words)", at: start, expected: "text in UTF-8",
        help: "save it as CSV in UTF-8")
      return false
    }
    guard let offset = bytes.firstIndex(of: 0) ?? UTF8Check.firstInvalid(bytes) else { return true }
    let place = log.files[file].place(ofByte: offset)
    log.error(
      "the table is not UTF-8 text: byte \(offset)",
      at: Position(line: place.line, column: place.column, file: file),
      expected: "text in UTF-8", help: "save it as CSV in UTF-8")
    return false
  }

  private mutating func checkHeader() {
    // No name of a column holds either.
    for (delimiter, name) in [(";", "semicolons"), ("\t", "tabs")]
    where header.contains(where: { $0.text.contains(delimiter) }) {
      log.error(
        "the table's columns are separated by \(name)", at: header[0].position,
        found: header[0].text, expected: "columns separated by commas",
        help: "save the table as CSV with commas")
      isFine = false
      return
    }
    var first: [String: Int] = [:]
    for (index, cell) in header.enumerated() {
      if cell.text.isEmpty {
        unnamed.insert(index)
      } else if let other = first[cell.text] {
        log.error(
          "column \(index + 1) has the name of column \(other + 1), "
            + "`\(cell.text.escapedForDisplay(limit: 80))`",
          at: cell.position, help: "remove or rename one of the two")
        isFine = false
      } else {
        first[cell.text] = index
      }
    }
  }

  /// The next row that holds any text, with one cell a column; nil at the end. What is wrong is reported.
  mutating func next() -> [CSVParser.Cell]? {
    guard isFine else { return nil }
    while var row = parser.next() {
      if row.allSatisfy({ $0.text.isEmpty && !$0.isQuoted }) { continue }
      cells += row.count
      guard cells <= Self.cellsAtMost else {
        log.error("the table has more than 5 million cells", at: row[0].position)
        return nil
      }
      while row.count > header.count, row[row.count - 1].text.isEmpty { row.removeLast() }
      guard row.count == header.count else {
        ragged(row)
        continue
      }
      for index in unnamed where !row[index].text.isEmpty {
        log.error("column \(index + 1) has no name", at: header[index].position)
        unnamed.remove(index)
      }
      return row
    }
    finish()
    return nil
  }

  private mutating func ragged(_ row: [CSVParser.Cell]) {
    raggedRows += 1
    guard raggedRows <= Self.raggedRowsShown else { return }
    let place = row[min(row.count, header.count + 1) - 1].position
    log.error(
      "the row has \(row.count) cells, the header has \(header.count)", at: place,
      help: "put text that contains commas in quotes; leave cells empty rather than out")
  }

  private func finish() {
    if let problem = parser.problem {
      log.error(problem.message, at: problem.position, help: problem.help)
    }
    let more = raggedRows - Self.raggedRowsShown
    if more > 0 {
      log.error("\(more) more rows have another number of cells than the header", at: start)
    }
  }
}
