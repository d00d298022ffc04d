/// The sources of a model: `sources.csv` beside it.
struct Bibliography {
  static let columns = ["key", "title", "publisher", "date", "url", "grade"]
  /// Columns that a table may have besides.
  private static let others = ["note"]

  private(set) var entries: [NumberSources.Entry] = []
  private let log: DiagnosticLog

  /// - Parameter file: the number of the table in the log, which takes what is wrong with it.
  init(file: Int, log: DiagnosticLog) {
    self.log = log
    var sheet = SheetReader(log: log, file: file)
    guard sheet.isFine, checkHeader(sheet.header, at: sheet.start) else { return }
    let columns = Dictionary(
      sheet.header.enumerated().map { ($1.text, $0) }, uniquingKeysWith: { first, _ in first })
    var places: [String: Position] = [:]
    while let row = sheet.next() {
      func cell(_ name: String) -> CSVParser.Cell { row[columns[name] ?? 0] }
      guard let entry = entry(cell) else { continue }
      if let first = places[entry.key] {
        log.error(
          "the key `\(entry.key.escapedForDisplay(limit: 80))` stands there twice, first on "
            + log.words(for: first, seenFrom: row[0].position),
          at: cell("key").position, help: "keep one of the two")
        continue
      }
      places[entry.key] = row[0].position
      entries.append(entry)
    }
  }

  private func checkHeader(_ header: [CSVParser.Cell], at start: Position) -> Bool {
    let names = header.map(\.text)
    let missing = Self.columns.filter { !names.contains($0) }
    if !missing.isEmpty {
      log.error(
        "the bibliography lacks " + missing.map { "`\($0)`" }.joined(separator: ", "), at: start,
        found: names.joined(separator: ","), expected: Self.columns.joined(separator: ","),
        help: missing == ["grade"]
          ? "A is a filing or law, B a release of the company or agency, C the press" : nil)
    }
    for cell in header
    where !cell.text.isEmpty && !(Self.columns + Self.others).contains(cell.text) {
      log.error(
        "the bibliography has no column `\(cell.text.escapedForDisplay(limit: 80))`",
        at: cell.position,
        expected: "one of " + (Self.columns + Self.others).joined(separator: ", "),
        help: Spelling.nearest(to: cell.text, in: Self.columns).map { "did you mean `\($0)`?" })
    }
    return names.contains("key") && names.contains("title") && missing.allSatisfy { $0 == "grade" }
  }

  private func entry(_ cell: (String) -> CSVParser.Cell) -> NumberSources.Entry? {
    let key = cell("key")
    guard !key.text.isEmpty else {
      log.error(
        "the source has no key", at: key.position, expected: "a short name (e.g. `mcs2026`)")
      return nil
    }
    var entry = NumberSources.Entry(
      key: key.text, title: cell("title").text, publisher: cell("publisher").text,
      date: cell("date").text, url: cell("url").text)
    let name = "`\(key.text.escapedForDisplay(limit: 80))`"
    if entry.title.isEmpty || (entry.url.isEmpty && entry.publisher.isEmpty) {
      log.error(
        "the source \(name) cannot be found again", at: key.position,
        expected: "a title, and a `url` or a publisher")
    }
    entry.published = CalendarDate(entry.date)
    if entry.published == nil {
      log.error(
        entry.date.isEmpty
          ? "the source \(name) has no date" : "the date of the source \(name) is no date",
        at: cell("date").position, found: entry.date.isEmpty ? nil : entry.date,
        expected: "the date of publication (e.g. `2026`, `2026-02` or `2026-02-13`)")
    }
    readGrade(&entry, cell("grade"), name)
    return entry
  }

  private func readGrade(_ entry: inout NumberSources.Entry, _ cell: CSVParser.Cell, _ name: String)
  {
    // Where the column is missing, `cell` is the key's, and the header has been told of.
    guard cell.text != entry.key else { return }
    entry.grade = EvidenceGrade(rawValue: cell.text).flatMap {
      EvidenceGrade.ofSources.contains($0) ? $0 : nil
    }
    guard entry.grade == nil else { return }
    log.error(
      cell.text.isEmpty
        ? "the source \(name) has no grade" : "the source \(name) cannot have this grade",
      at: cell.position, found: cell.text.isEmpty ? nil : cell.text,
      expected: EvidenceGrade.ofSources.map { "\($0.rawValue) (\($0.words))" }
        .joined(separator: ", "))
  }
}
