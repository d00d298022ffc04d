/// Reads awards from `plan.json`, or what `solve --json` prints: what is built, awarded and bought.
///
/// JSON is read as YAML, of which it is a part, so that messages have places.
struct AwardJSON {
  private let log: DiagnosticLog
  private let file: Int
  private var units: UnitSystem

  init(log: DiagnosticLog, file: Int, currency: String) {
    self.log = log
    self.file = file
    units = UnitSystem(currency: currency)
  }

  mutating func awards() -> [WrittenAward] {
    guard let root = YAMLDocument.read(log.files[file].bytes, file: file, log: log) else {
      if !log.hasErrors { log.error("the file is empty", file: log.files[file].name) }
      return []
    }
    guard let plan = root.mapping?["plan"]?.mapping else {
      log.error(
        "the file holds no plan", at: root.position,
        expected: "`plan.json` of `solve --out`, or what `solve --json` prints",
        help: root.mapping?["status"]?.text.map { "the solve ended \($0)" })
      return []
    }
    let written = root.mapping?["units"]?.mapping
    var found: [WrittenAward] = []
    for table in ["builds", "awards", "purchases"] {
      guard let node = plan[table] else { continue }
      guard case .list(let rows) = node.content else {
        log.error("plan.\(table) is not a list", at: node.position, found: node.words)
        continue
      }
      let unit = written?[table]?.mapping?["value"]?.text
      for row in rows {
        if let award = award(row, table, unit) { found.append(award) }
      }
    }
    return found
  }

  private mutating func award(_ row: Node, _ table: String, _ unit: String?) -> WrittenAward? {
    guard let members = row.mapping else {
      log.error("a row of plan.\(table) is not an object", at: row.position, found: row.words)
      return nil
    }
    func text(_ key: String) -> WrittenAward.Text? {
      guard let node = members[key], let text = node.text, !node.isMissing else { return nil }
      return .init(text: text, position: node.position)
    }
    guard let time = text("period") ?? text("year"), let value = text("value") else {
      log.error(
        "a row of plan.\(table) lacks `year` or `value`", at: row.position,
        expected: "a row as `solve` writes it")
      return nil
    }
    let standard = table == "builds" ? "t/yr" : "M\(units.currency)"
    let amount = AwardAmount.read(
      value.text, unit: unit ?? standard, at: value.position, &units, log)
    guard let amount else { return nil }
    return WrittenAward(
      facility: text("facility"), stockpile: text("stockpile"), fund: text("fund"),
      option: text("option"), time: time, year: text("year"), amount: amount,
      position: row.position)
  }
}
