/// Reads awards from a CSV table: one a row, the amount with its unit in the cell or in the column's name.
///
/// Where semicolons separate the columns a comma is the decimal sign, as spreadsheets have it.
struct AwardTable {
  private let log: DiagnosticLog
  private let file: Int
  private var units: UnitSystem

  /// Columns that are read, with the words people write for them.
  private static let meaning = [
    "facility": "facility", "project": "facility", "stockpile": "stockpile", "fund": "fund",
    "programme": "fund", "program": "fund", "option": "option", "year": "year",
    "period": "period", "time": "period", "source": "source", "value": "amount",
    "amount": "amount", "money": "amount", "capacity": "amount",
  ]
  /// What else the program's own tables say of an award, which follows from the rest.
  private static let passedOver = [
    "instrument", "stage", "country", "modules", "online_year", "online_period", "facility_name",
    "fund_name", CommentReader.column,
  ]

  init(log: DiagnosticLog, file: Int, currency: String) {
    self.log = log
    self.file = file
    units = UnitSystem(currency: currency)
  }

  private struct Columns {
    var places: [String: Int] = [:]
    /// The unit in the name of the amount's column.
    var unit: String?
  }

  mutating func awards() -> [WrittenAward] {
    var sheet = SheetReader(log: log, file: file, admitsSemicolons: true)
    guard sheet.isFine, let columns = columns(sheet.header) else { return [] }
    var awards: [WrittenAward] = []
    var count = 0
    while let row = sheet.next() {
      count += 1
      if let award = award(row, columns, hasDecimalCommas: sheet.hasSemicolons) {
        awards.append(award)
      }
    }
    if count == 0, !log.hasErrors { log.warning("the table has no awards", at: sheet.start) }
    return awards
  }

  // MARK: Header

  private func columns(_ header: [CSVParser.Cell]) -> Columns? {
    var columns = Columns()
    var isFine = true
    for (index, cell) in header.enumerated() where !cell.text.isEmpty {
      let (name, unit) = Self.split(cell.text)
      if Self.passedOver.contains(name) { continue }
      guard let meaning = Self.meaning[name] else {
        let near = Spelling.nearest(to: name, in: Self.meaning.keys.sorted())
        log.error(
          "unknown column `\(cell.text.escapedForDisplay(limit: 80))`", at: cell.position,
          expected: "facility, fund, stockpile, option, year, period, amount, source",
          help: near.map { "did you mean `\($0)`?" })
        isFine = false
        continue
      }
      if let other = columns.places[meaning] {
        log.error(
          "column \(index + 1) says the same as column \(other + 1)", at: cell.position,
          found: cell.text, help: "keep one of the two")
        isFine = false
        continue
      }
      columns.places[meaning] = index
      if meaning == "amount" { columns.unit = unit }
    }
    for needed in isFine ? ["amount", "year"] : []
    where columns.places[needed] == nil && !(needed == "year" && columns.places["period"] != nil) {
      log.error(
        "the table has no column `\(needed)`", at: header[0].position,
        expected: "a first row such as `facility,fund,year,amount`")
      isFine = false
    }
    return isFine ? columns : nil
  }

  /// `value [million USD]` as its name and unit.
  private static func split(_ text: String) -> (name: String, unit: String?) {
    guard text.hasSuffix("]"), let open = text.firstIndex(of: "[") else {
      return (text.lowercased(), nil)
    }
    let unit = text[text.index(after: open)...].dropLast()
    return (Substring(text[..<open]).trimmed.lowercased(), Substring(unit).trimmed)
  }

  // MARK: Rows

  private mutating func award(
    _ row: [CSVParser.Cell], _ columns: Columns, hasDecimalCommas: Bool
  ) -> WrittenAward? {
    func text(_ name: String) -> WrittenAward.Text? {
      guard let column = columns.places[name], !row[column].text.isEmpty else { return nil }
      return .init(text: Self.withoutApostrophe(row[column].text), position: row[column].position)
    }
    guard let time = text("period") ?? text("year") else {
      log.error("the row has no year", at: row[columns.places["year"] ?? 0].position)
      return nil
    }
    guard let place = columns.places["amount"] else { return nil }
    guard let amount = amount(row[place], columns.unit, hasDecimalCommas) else { return nil }
    return WrittenAward(
      facility: text("facility"), stockpile: text("stockpile"), fund: text("fund"),
      option: text("option"), time: time, year: text("year"), amount: amount,
      source: text("source")?.text, position: row[0].position)
  }

  /// The program's own tables put an apostrophe before what a spreadsheet would run.
  private static func withoutApostrophe(_ text: String) -> String {
    guard text.hasPrefix("'"), let second = text.unicodeScalars.dropFirst().first,
      "=+-@".unicodeScalars.contains(second)
    else { return text }
    return String(text.dropFirst())
  }

  private mutating func amount(
    _ cell: CSVParser.Cell, _ unit: String?, _ hasDecimalCommas: Bool
  ) -> WrittenAward.Amount? {
    if cell.text.isEmpty {
      log.error(
        "the row has no amount", at: cell.position,
        expected: "an amount; `0` where nothing may be awarded")
      return nil
    }
    var text = cell.text
    if hasDecimalCommas {
      guard let written = withDecimalPoint(cell) else { return nil }
      text = written
    }
    return AwardAmount.read(text, unit: unit, at: cell.position, &units, log)
  }

  /// The text with a decimal point for a comma; reports a point that may part thousands.
  private func withDecimalPoint(_ cell: CSVParser.Cell) -> String? {
    let digits = cell.text.prefix { $0.isASCII && ($0.isNumber || ",.".contains($0)) }
    let commas = digits.count { $0 == "," }
    let points = digits.split(separator: ".", omittingEmptySubsequences: false)
    let isGrouped = points.count > 1 && points.last?.prefix { $0 != "," }.count == 3
    if commas > 1 || (isGrouped && !digits.contains("e")) || (commas == 1 && points.count > 1) {
      log.error(
        "the amount may be meant in two ways", at: cell.position, found: cell.text,
        expected: "digits without groups (e.g. `1234,5`)",
        help: "where semicolons separate the columns a comma is the decimal sign")
      return nil
    }
    return cell.text.replacing(",", with: ".")
  }
}

/// An amount with its unit: money, or tonnes a year.
enum AwardAmount {
  static func read(
    _ text: String, unit: String?, at position: Position, _ units: inout UnitSystem,
    _ log: DiagnosticLog
  ) -> WrittenAward.Amount? {
    let hasUnit = text.contains { $0.isLetter && $0 != "e" && $0 != "E" }
    var written = text
    if let unit, !hasUnit { written += " " + unit.replacing("million ", with: "M") }
    do throws(QuantityProblem) {
      return .money(try Quantity.value(of: written, as: .money, units: &units))
    } catch {
      if let capacity = try? Quantity.value(of: written, as: .capacity, units: &units) {
        return .capacity(capacity)
      }
      let isBare = unit == nil && !hasUnit
      log.error(
        isBare ? "the amount lacks its unit" : error.message, at: position, found: text,
        expected:
          "money or tonnes a year (e.g. `120 M\(units.currency)` or `45 kt/yr`), or a column such as `amount [M\(units.currency)]`",
        help: isBare ? nil : error.suggestion)
      return nil
    }
  }
}
