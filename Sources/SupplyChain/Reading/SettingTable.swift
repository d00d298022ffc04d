/// Reads values that a scenario sets from a CSV file, such as the prices of one source: a path, a year and a quantity
/// a row. The rows of one path are one value: with years the series of them, without a year one for all years.
struct SettingTable {
  private let log: DiagnosticLog
  private let file: Int

  static let columns = ["path", "year", "value"]

  init(log: DiagnosticLog, file: Int) {
    self.log = log
    self.file = file
  }

  /// What stands there for one path.
  private struct Setting {
    var path: CSVParser.Cell
    /// By year as it is written; nil: for all years.
    var values: [(year: CSVParser.Cell?, value: CSVParser.Cell)]
  }

  /// One `set` a path, in the order in which the paths first stand there; what is wrong is reported.
  var changes: [Node] { settings.map(change) }

  private var settings: [Setting] {
    var sheet = SheetReader(log: log, file: file)
    guard sheet.isFine, let indices = columns(sheet.header, at: sheet.start) else { return [] }
    var settings: [Setting] = []
    var places: [String: Int] = [:]
    while let row = sheet.next() {
      let (path, year, value) = (row[indices[0]], row[indices[1]], row[indices[2]])
      guard !path.text.isEmpty else {
        log.error(
          "the row has no path", at: path.position,
          expected: "what is set (e.g. `commodities.ndpr_oxide.price`)")
        continue
      }
      guard !value.text.isEmpty else {
        log.error(
          "the row has no value", at: value.position,
          expected: "a quantity with its unit (e.g. `75 USD/kg`)", help: "leave the row out")
        continue
      }
      let index = places[path.text] ?? settings.count
      if index == settings.count {
        places[path.text] = index
        settings.append(Setting(path: path, values: []))
      }
      let written = year.text.isEmpty ? nil : year
      if let problem = clash(written, with: settings[index]) {
        log.error(problem, at: (written ?? value).position, help: "keep one of the two")
        continue
      }
      settings[index].values.append((written, value))
    }
    if settings.isEmpty, !log.hasErrors { log.warning("the table has no rows", at: sheet.start) }
    return settings
  }

  private func columns(_ header: [CSVParser.Cell], at start: Position) -> [Int]? {
    let names = header.map(\.text)
    for cell in header
    where !cell.text.isEmpty && cell.text != CommentReader.column
      && !Self.columns.contains(cell.text)
    {
      log.error(
        "a table of values has no column `\(cell.text.escapedForDisplay(limit: 80))`",
        at: cell.position, expected: "path,year,value and, for comments, #",
        help: Spelling.nearest(to: cell.text, in: Self.columns).map { "did you mean `\($0)`?" })
    }
    let found = Self.columns.compactMap { names.firstIndex(of: $0) }
    guard found.count == Self.columns.count else {
      log.error(
        "the table of values lacks a column", at: start, found: names.joined(separator: ","),
        expected: "path,year,value")
      return nil
    }
    return found
  }

  /// Why a row cannot stand beside those of its path; nil where it can.
  private func clash(_ year: CSVParser.Cell?, with setting: Setting) -> String? {
    let path = "`\(setting.path.text.escapedForDisplay(limit: 120))`"
    guard let first = setting.values.first else { return nil }
    if let other = setting.values.first(where: { $0.year?.text == year?.text }) {
      return "\(path) is set twice\(year.map { " in \($0.text)" } ?? ""), first on line "
        + "\(other.value.position.line)"
    }
    if (first.year == nil) != (year == nil) {
      return "\(path) is set for all years and by year, first on line \(first.value.position.line)"
    }
    return nil
  }

  private func change(_ setting: Setting) -> Node {
    func node(_ cell: CSVParser.Cell) -> Node { Node(.plain(cell.text), at: cell.position) }
    let value: Node
    if let first = setting.values.first, first.year != nil {
      value = Node(
        .mapping(
          Mapping(
            setting.values.compactMap { entry in
              entry.year.map {
                Mapping.Pair(key: $0.text, position: $0.position, value: node(entry.value))
              }
            })), at: first.value.position)
    } else {
      value = node(setting.values[0].value)
    }
    let path = setting.path.position
    return Node(
      .mapping(
        Mapping([
          .init(key: "set", position: path, value: node(setting.path)),
          .init(key: "to", position: value.position, value: value),
        ])), at: path)
  }
}
