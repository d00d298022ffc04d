/// Reads values out of a document tree, reporting what is wrong with them.
///
/// Missing and broken values read as nil or a default; whoever holds the log decides whether
/// anything may be used.
final class ModelReader {
  let log: DiagnosticLog
  var units: UnitSystem
  let root: Mapping

  convenience init(root: Mapping, log: DiagnosticLog) {
    let standard = Schema.money.text("currency")
    let written = root["money"]?.mapping?["currency"]?.text ?? standard
    self.init(root: root, log: log, currency: Self.isCurrency(written) ? written : standard)
  }

  init(root: Mapping, log: DiagnosticLog, currency: String) {
    self.root = root
    self.log = log
    units = UnitSystem(currency: currency, own: Factor.units(of: root))
  }

  /// The years of the model as it stands; a broken horizon has been reported.
  static func horizon(of root: Mapping) -> Horizon {
    let mapping = root["horizon"]?.mapping
    func year(_ key: String) -> Int? {
      guard let text = mapping?[key]?.text, let year = Int(text), years.contains(year) else {
        return nil
      }
      return year
    }
    let start = year("start") ?? 2000
    let end = max(start, year("end") ?? start)
    return Horizon(start: start, end: min(end, start + 199), step: .year)
  }

  static func isCurrency(_ code: String) -> Bool {
    (2...8).contains(code.utf8.count) && !["kg", "kt", "yr"].contains(code)
      && !["year", "years", "month", "months"].contains(code)
      && code.utf8.allSatisfy { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
  }

  // MARK: Quantities

  func quantity(_ node: Node, _ measure: Measure, _ path: @autoclosure () -> String) -> Double? {
    switch node.content {
    case .plain(let text), .quoted(let text):
      if node.isMissing {
        missingValue(node, path(), expected: measure.words(currency: units.currency))
        return nil
      }
      do throws(QuantityProblem) {
        let value = try Quantity.value(of: text, as: measure, units: &units)
        warnOfThousands(text, value, node, path())
        return value
      } catch {
        let expected = error.expected ?? measure.words(currency: units.currency)
        log.error(
          "\(path()): \(error.message)", at: node.position, found: text, expected: expected,
          help: error.suggestion)
        return nil
      }
    case .worked(let worked):
      let value = worked.all.values.first ?? 0
      return inRange(value, measure, node, path()) ? value : nil
    case .list, .mapping:
      log.error(
        "\(path()) is not a quantity", at: node.position, found: node.words,
        expected: measure.words(currency: units.currency))
      return nil
    }
  }

  /// `1.500 t/yr` is one and a half here, and a thousand times that in other countries.
  private func warnOfThousands(
    _ text: String, _ value: Double, _ node: Node, _ path: @autoclosure () -> String
  ) {
    guard value != 0, Quantity.looksLikeThousands(text, units: &units) else { return }
    let point = text.firstIndex(of: ".") ?? text.startIndex
    let joined = text[..<point] + text[text.index(after: point)...]
    log.warning(
      "\(path()): the point is read as a decimal point", at: node.position, found: text,
      help: "write `\(joined)` if thousands are meant")
  }

  private func inRange(
    _ value: Double, _ measure: Measure, _ node: Node, _ path: @autoclosure () -> String
  ) -> Bool {
    do throws(QuantityProblem) {
      try Quantity.check(value, as: measure, currency: units.currency)
      return true
    } catch {
      log.error(
        "\(path()): after the change \(error.message)", at: node.position, found: value.plain,
        expected: error.expected)
      return false
    }
  }

  /// A level series or, for `isAmounts`, years with amounts; one amount of money is that of every year.
  func series(
    _ node: Node, _ measure: Measure, isAmounts: Bool = false, _ path: @autoclosure () -> String
  ) -> Series? {
    switch node.content {
    case .mapping(let mapping):
      return series(mapping, measure, node.position, path())
    case .worked(let worked):
      let series = worked.series(in: Self.horizon(of: root))
      for value in series.values where !inRange(value, measure, node, path()) { return nil }
      return series
    case .plain, .quoted:
      if isAmounts, measure.takesOneAmountForAllYears {
        // The same amount every year.
        let horizon = Self.horizon(of: root)
        let years = Array(horizon.start...horizon.end)
        return quantity(node, measure, path()).map { amount in
          Series(years: years, values: Array(repeating: amount, count: years.count))
        }
      }
      if isAmounts {
        log.error(
          "\(path()) needs a year for every amount", at: node.position, found: node.words,
          expected: "a map from year to quantity (e.g. `{ 2026: \(example(measure)) }`)")
        return nil
      }
      return quantity(node, measure, path()).map { Series($0) }
    case .list:
      return nil
    }
  }

  private func series(
    _ mapping: Mapping, _ measure: Measure, _ position: Position, _ path: @autoclosure () -> String
  ) -> Series? {
    if mapping.pairs.isEmpty {
      log.error(
        "\(path()) has no years", at: position,
        expected: "a map from year to quantity (e.g. `{ 2026: \(example(measure)) }`)")
      return nil
    }
    var series = Series(years: [], values: [])
    series.years.reserveCapacity(mapping.pairs.count)
    series.values.reserveCapacity(mapping.pairs.count)
    var isWhole = true
    var isAscending = true
    for pair in mapping.pairs {
      guard let year = year(pair.key, pair.position, path()),
        let value = quantity(pair.value, measure, "\(path()), \(year)")
      else {
        isWhole = false
        continue
      }
      if let last = series.years.last, last >= year { isAscending = false }
      series.years.append(year)
      series.values.append(value)
    }
    guard isWhole else { return nil }
    if !isAscending {
      let order = series.years.indices.sorted { series.years[$0] < series.years[$1] }
      series = Series(
        years: order.map { series.years[$0] }, values: order.map { series.values[$0] })
    }
    return series
  }

  private func example(_ measure: Measure) -> String {
    let words = measure.words(currency: units.currency)
    let parts = words.split(separator: "`", omittingEmptySubsequences: false)
    return parts.count > 1 ? String(parts[1]) : "1"
  }

  /// Whether a quantity that should be a total of tonnes or money is one a year.
  func isPerYear(_ node: Node, _ measure: Measure) -> Bool {
    guard measure == .mass || measure == .money, let text = node.text,
      let dimension = Quantity.dimension(of: text, units: &units)
    else { return false }
    return dimension
      == Dimension(mass: measure.dimension.mass, time: -1, money: measure.dimension.money)
  }

  /// The numbers without any unit or `%` of a quantity or a series, with their places.
  func bareNumbers(_ node: Node) -> [(value: Double, position: Position)] {
    if let mapping = node.mapping { return mapping.pairs.flatMap { bareNumbers($0.value) } }
    return node.text.flatMap(Double.init).map { [($0, node.position)] } ?? []
  }

  // MARK: Years, counts, flags

  static let years = 1900...2200

  func year(_ text: String, _ position: Position, _ path: @autoclosure () -> String) -> Int? {
    if text.utf8.count == 4, text.utf8.allSatisfy(Number.isDigit), let year = Int(text),
      Self.years.contains(year)
    {
      return year
    }
    log.error(
      "\(path()): `\(text.escapedForDisplay(limit: 40))` is not a year", at: position, found: text,
      expected: "a year from 1900 to 2200")
    return nil
  }

  func year(_ node: Node, _ path: @autoclosure () -> String) -> Int? {
    if case .worked(let worked) = node.content {
      return year(worked.all.values.first?.plain ?? "", node.position, path())
    }
    guard let text = text(node, path(), expected: "a year (e.g. `2027`)") else { return nil }
    return year(text, node.position, path())
  }

  func day(_ node: Node, _ path: @autoclosure () -> String) -> CalendarDate? {
    let expected = "a day, year first (e.g. `2026-11-15`)"
    guard let text = text(node, path(), expected: expected) else { return nil }
    if let date = CalendarDate(text), date.day != nil { return date }
    log.error(
      "\(path()): `\(text.escapedForDisplay(limit: 40))` is not a day", at: node.position,
      found: text, expected: expected)
    return nil
  }

  func place(_ node: Node, _ path: @autoclosure () -> String) -> Place? {
    let expected = "latitude and longitude in degrees (e.g. `35.48, -115.53`)"
    guard let text = text(node, path(), expected: expected) else { return nil }
    if let place = Place(text) { return place }
    log.error(
      "\(path()): `\(text.escapedForDisplay(limit: 40))` is no place", at: node.position,
      found: text, expected: expected,
      help: "north and east are above zero; latitudes end at 90, longitudes at 180")
    return nil
  }

  func count(_ node: Node, in range: ClosedRange<Int>, _ path: @autoclosure () -> String) -> Int? {
    guard let text = text(node, path(), expected: "a whole number") else { return nil }
    let isWritten = text.utf8.count <= 18 && text.utf8.allSatisfy(Number.isDigit)
    if isWritten, let value = Int(text), range.contains(value) { return value }
    log.error(
      "\(path()) is not a whole number in range", at: node.position, found: text,
      expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  func flag(_ node: Node, _ path: @autoclosure () -> String) -> Bool? {
    switch node.content {
    case .plain("true"): return true
    case .plain("false"): return false
    default:
      let habit = ["yes": "true", "on": "true", "no": "false", "off": "false"]
      let meant = node.text.flatMap { habit[$0.lowercased()] ?? $0.lowercased() }
      log.error(
        "\(path()) is either true or false", at: node.position, found: node.words,
        expected: "`true` or `false`",
        help: meant.flatMap { ["true", "false"].contains($0) ? "write `\($0)`" : nil })
      return nil
    }
  }

  // MARK: Text

  func text(
    _ node: Node, _ path: @autoclosure () -> String, expected: @autoclosure () -> String = "text"
  ) -> String? {
    guard let text = node.text else {
      log.error(
        "\(path()) has the wrong shape", at: node.position, found: node.words,
        expected: expected())
      return nil
    }
    if node.isMissing {
      missingValue(node, path(), expected: expected())
      return nil
    }
    return text
  }

  /// Text that people see in tables: one line, nothing hidden, at most 200 characters.
  func name(_ node: Node, _ path: @autoclosure () -> String) -> String? {
    guard let text = text(node, path()) else { return nil }
    if text.utf8.count > 800 || (text.utf8.count > 200 && text.count > 200) {
      log.error(
        "\(path()) is longer than 200 characters", at: node.position, found: text,
        expected: "a short name", help: "put long text into the description")
      return nil
    }
    if text.hasHiddenCharacters {
      log.error(
        "\(path()) holds characters that cannot be seen", at: node.position, found: text,
        expected: "printable text on one line")
      return nil
    }
    return text
  }

  func texts(_ node: Node, _ path: @autoclosure () -> String) -> [(text: String, at: Position)]? {
    if case .list(let items) = node.content {
      return items.compactMap { item in
        name(item, path()).map { ($0, item.position) }
      }
    }
    if node.mapping != nil { return nil }
    return name(node, path()).map { [($0, node.position)] }
  }

  func fractions(_ node: Node, _ path: @autoclosure () -> String) -> [Double]? {
    let items: [Node]
    switch node.content {
    case .list(let list): items = list
    case .worked(let worked):
      let values = worked.all.values
      return values.allSatisfy { inRange($0, .fraction, node, path()) } ? values : nil
    default: items = [node]
    }
    if items.isEmpty {
      log.error(
        "\(path()) is empty", at: node.position, expected: "a list of shares (e.g. `[50%, 50%]`)")
      return nil
    }
    let values = items.compactMap { quantity($0, .fraction, path()) }
    return values.count == items.count ? values : nil
  }

  /// One of a fixed set of words.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ node: Node, of type: Choice.Type, _ path: @autoclosure () -> String
  ) -> Choice? where Choice.RawValue == String {
    guard let text = text(node, path(), expected: Self.list(type)) else { return nil }
    return choice(text, node.position, of: type, path())
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String, _ position: Position, of type: Choice.Type, _ path: @autoclosure () -> String
  ) -> Choice? where Choice.RawValue == String {
    if let choice = Choice(rawValue: text) { return choice }
    let nearest = Spelling.nearest(to: text, in: type.allCases.map(\.rawValue))
    log.error(
      "\(path()) cannot be `\(text.escapedForDisplay(limit: 60))`", at: position, found: text,
      expected: Self.list(type), help: nearest.map { "did you mean `\($0)`?" })
    return nil
  }

  private static func list<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> String
  where Choice.RawValue == String {
    "one of " + type.allCases.map(\.rawValue).joined(separator: ", ")
  }

  // MARK: By kind

  /// The values of a quantity, a series or a list of fractions, whatever its kind calls for.
  func values(_ node: Node, _ kind: Kind, _ path: @autoclosure () -> String = "") -> Series? {
    switch kind {
    case .quantity(let measure): quantity(node, measure, path()).map { Series($0) }
    case .series(let measure): series(node, measure, path())
    case .amounts(let measure): series(node, measure, isAmounts: true, path())
    case .fractions:
      fractions(node, path()).map { Series(years: Array($0.indices), values: $0) }
    default: nil
    }
  }

  private func missingValue(_ node: Node, _ path: String, expected: String) {
    log.error(
      "\(path) has no value", at: node.position, expected: expected,
      help: "give it a value or leave the key out")
  }
}
