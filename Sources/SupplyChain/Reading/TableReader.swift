/// Turns the rows of one CSV file into entries; columns are dotted keys.
struct TableReader {
  /// The columns below a key: one for the whole of it, columns of its parts, or both; a row fills one kind.
  private struct Plan {
    var key: String
    var column: Int?
    var kind: Kind
    var children: [Plan] = []
  }

  private let log: DiagnosticLog
  private let file: Int
  private let section: String
  private var columnCount = 0
  private var idColumn: Int?
  private var plans: [Plan] = []
  private var badRows = 0
  /// More ragged rows than this are counted only.
  private static let badRowsShown = 20

  init(log: DiagnosticLog, file: Int, section: String) {
    self.log = log
    self.file = file
    self.section = section
  }

  /// The entries; without ids the keys are empty.
  mutating func rows(_ schema: ObjectSchema, hasID: Bool) -> [Mapping.Pair] {
    let bytes = log.files[file].bytes
    let start = Position(line: 1, column: 1, file: file)
    if let offset = bytes.firstIndex(of: 0) ?? UTF8Check.firstInvalid(bytes) {
      let place = log.files[file].place(ofByte: offset)
      log.error(
        "the table is not UTF-8 text: byte \(offset)",
        at: Position(line: place.line, column: place.column, file: file),
        expected: "text in UTF-8", help: "save it as CSV in UTF-8")
      return []
    }
    var csv = CSVParser(bytes, file: file)
    guard let header = csv.next(), header.count > 1 || !header[0].text.isEmpty else {
      log.error("the table is empty", at: start, expected: "a first row with column names")
      return []
    }
    guard readHeader(header, schema, hasID: hasID) else { return [] }
    var pairs: [Mapping.Pair] = []
    var cells = 0
    while let row = csv.next() {
      if row.count == 1 && row[0].text.isEmpty && columnCount > 1 { continue }
      cells += row.count
      guard cells <= 5_000_000 else {
        log.error("the table has more than 5 million cells", at: row[0].position)
        break
      }
      guard row.count == columnCount else {
        ragged(row)
        continue
      }
      if let pair = entry(row, hasID: hasID) { pairs.append(pair) }
    }
    if let problem = csv.problem {
      log.error(problem.message, at: problem.position, help: problem.help)
    }
    if badRows > Self.badRowsShown {
      log.error(
        "\(badRows - Self.badRowsShown) more rows have another number of cells than the header",
        at: start)
    }
    return pairs
  }

  private mutating func ragged(_ row: [CSVParser.Cell]) {
    badRows += 1
    guard badRows <= Self.badRowsShown else { return }
    let place = row[min(row.count, columnCount + 1) - 1].position
    log.error(
      "the row has \(row.count) cells, the header has \(columnCount)", at: place,
      help: "put text that contains commas in quotes; leave cells empty rather than out")
  }

  // MARK: Header

  private mutating func readHeader(
    _ header: [CSVParser.Cell], _ schema: ObjectSchema, hasID: Bool
  ) -> Bool {
    columnCount = header.count
    if header.count == 1, let delimiter = [";", "\t"].first(where: header[0].text.contains) {
      let name = delimiter == ";" ? "semicolons" : "tabs"
      log.error(
        "the table's columns are separated by \(name)", at: header[0].position,
        found: header[0].text, expected: "columns separated by commas",
        help: "save the table as CSV with commas")
      return false
    }
    var first: [String: Int] = [:]
    var isFine = true
    for (index, cell) in header.enumerated() {
      if cell.text.isEmpty {
        log.error("column \(index + 1) has no name", at: cell.position)
        isFine = false
      } else if let other = first[cell.text] {
        log.error(
          "column \(index + 1) has the name of column \(other + 1), `\(cell.text)`",
          at: cell.position, help: "remove or rename one of the two")
        isFine = false
      } else {
        first[cell.text] = index
        if hasID && cell.text == "id" { idColumn = index } else { add(cell, index, schema) }
      }
    }
    if hasID && idColumn == nil {
      log.error(
        "the table has no column `id`", at: header[0].position,
        expected: "a first row with the names of the columns, one of them `id`")
      isFine = false
    }
    return isFine
  }

  private mutating func add(_ cell: CSVParser.Cell, _ column: Int, _ schema: ObjectSchema) {
    let keys = cell.text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    var kind = Kind.object(schema)
    var kinds: [Kind] = []
    for key in keys {
      guard let inner = self.kind(of: key, in: kind, cell) else { return }
      kinds.append(inner)
      kind = inner
    }
    Self.insert(keys[...], kinds[...], column, into: &plans)
  }

  /// What may stand at a key of a column's name; reports the ones that are not known.
  private func kind(of key: String, in kind: Kind, _ cell: CSVParser.Cell) -> Kind? {
    switch kind {
    case .object(let schema):
      if let field = schema.field(key) { return field.kind }
      log.error(
        "unknown key `\(key.escapedForDisplay(limit: 80))` in column `"
          + "\(cell.text.escapedForDisplay(limit: 120))`", at: cell.position,
        help: SchemaCheck.help(forKey: key, in: schema))
      return nil
    case .map(let inner): return inner
    case .series(let measure), .amounts(let measure):
      if key.utf8.count == 4, key.utf8.allSatisfy(Number.isDigit) { return .quantity(measure) }
      log.error(
        "column `\(cell.text.escapedForDisplay(limit: 120))` does not end in a year",
        at: cell.position, found: key, expected: "a year from 1900 to 2200")
      return nil
    default:
      log.error(
        "column `\(cell.text.escapedForDisplay(limit: 120))` reaches into a value that has no parts",
        at: cell.position)
      return nil
    }
  }

  private static func insert(
    _ keys: ArraySlice<String>, _ kinds: ArraySlice<Kind>, _ column: Int, into plans: inout [Plan]
  ) {
    guard let key = keys.first, let kind = kinds.first else { return }
    let index = plans.firstIndex { $0.key == key } ?? plans.count
    if index == plans.count { plans.append(Plan(key: key, column: nil, kind: kind)) }
    if keys.count == 1 {
      plans[index].column = column
    } else {
      insert(keys.dropFirst(), kinds.dropFirst(), column, into: &plans[index].children)
    }
  }

  // MARK: Rows

  private func entry(_ row: [CSVParser.Cell], hasID: Bool) -> Mapping.Pair? {
    let pairs = pairs(plans, row)
    let position = row[idColumn ?? 0].position
    let node = Node(.mapping(Mapping(pairs)), at: position)
    guard hasID, let idColumn else { return Mapping.Pair(key: "", position: position, value: node) }
    if row[idColumn].text.isEmpty {
      log.error("the row has no id", at: position, expected: "an id (e.g. `ndpr_oxide`)")
      return nil
    }
    return Mapping.Pair(key: row[idColumn].text, position: position, value: node)
  }

  private func pairs(_ plans: [Plan], _ row: [CSVParser.Cell]) -> [Mapping.Pair] {
    var pairs: [Mapping.Pair] = []
    for plan in plans {
      let inner = plan.children.isEmpty ? [] : self.pairs(plan.children, row)
      if let column = plan.column, !row[column].text.isEmpty || row[column].isQuoted {
        let cell = row[column]
        if let first = inner.first {
          log.error(
            "the row gives `\(plan.key)` twice: whole and in parts", at: cell.position,
            found: cell.text,
            expected: "either a value here or values in the columns of its parts, as at column "
              + "\(first.position.column)")
        }
        guard let node = node(cell, plan.kind) else { continue }
        pairs.append(Mapping.Pair(key: plan.key, position: cell.position, value: node))
      } else if let first = inner.first {
        let node = Node(.mapping(Mapping(inner)), at: first.position)
        pairs.append(Mapping.Pair(key: plan.key, position: first.position, value: node))
      }
    }
    return pairs
  }

  /// A cell's value: text, a list or keys in YAML's brackets, or a list separated by commas or
  /// semicolons.
  private func node(_ cell: CSVParser.Cell, _ kind: Kind) -> Node? {
    let ends = (cell.text.utf8.first, cell.text.utf8.last)
    if ends == (UInt8(ascii: "["), UInt8(ascii: "]"))
      || ends == (UInt8(ascii: "{"), UInt8(ascii: "}"))
    {
      let scratch = DiagnosticLog(files: [SourceFile(name: "", bytes: Array(cell.text.utf8))])
      if let node = YAMLDocument.read(Array(cell.text.utf8), file: 0, log: scratch),
        !scratch.hasErrors
      {
        return moved(node, to: cell.position)
      }
      log.error(
        scratch.diagnostics.first?.message ?? "the cell cannot be read", at: cell.position,
        found: cell.text)
      return nil
    }
    switch kind {
    case .texts, .fractions:
      let items = cell.text.split { $0 == ";" || $0 == "," }
      return Node(
        .list(items.map { Node(.plain($0.trimmed), at: cell.position) }), at: cell.position)
    default:
      return Node(.plain(cell.text), at: cell.position)
    }
  }

  /// The node as if all of it stood at one place. As deep as YAML may be nested.
  private func moved(_ node: Node, to position: Position) -> Node {
    switch node.content {
    case .list(let items):
      return Node(.list(items.map { moved($0, to: position) }), at: position)
    case .mapping(let mapping):
      let pairs = mapping.pairs.map {
        Mapping.Pair(key: $0.key, position: position, value: moved($0.value, to: position))
      }
      return Node(.mapping(Mapping(pairs)), at: position)
    default:
      return Node(node.content, at: position)
    }
  }
}
