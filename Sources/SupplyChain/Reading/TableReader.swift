/// Turns the rows of one CSV file into entries; columns are dotted keys.
struct TableReader {
  /// The columns below a key: one for the whole of it, columns of its parts, or both; a row fills one kind.
  private struct Plan {
    var key: String
    var column: Int?
    var kind: Kind
    /// Whether an empty cell means that there is no limit.
    var isLimit = false
    var children: [Plan] = []
  }

  private let log: DiagnosticLog
  private let file: Int
  private let section: String
  private var idColumn: Int?
  private var plans: [Plan] = []
  /// By column: the rows whose blank cell lifts a limit, and the first of them.
  private var lifted: [Int: (count: Int, first: Position, id: String)] = [:]

  init(log: DiagnosticLog, file: Int, section: String) {
    self.log = log
    self.file = file
    self.section = section
  }

  /// The entries; without ids the keys are empty.
  mutating func rows(_ schema: ObjectSchema, hasID: Bool) -> [Mapping.Pair] {
    var sheet = SheetReader(log: log, file: file)
    guard sheet.isFine, readHeader(sheet.header, schema, hasID: hasID) else { return [] }
    var pairs: [Mapping.Pair] = []
    var count = 0
    while let row = sheet.next() {
      count += 1
      if let pair = entry(row, hasID: hasID) { pairs.append(pair) }
    }
    if count == 0 { log.warning("the table has no rows", at: sheet.start) }
    warnOfLiftedLimits(sheet.header)
    return pairs
  }

  // MARK: Header

  private mutating func readHeader(
    _ header: [CSVParser.Cell], _ schema: ObjectSchema, hasID: Bool
  ) -> Bool {
    for (index, cell) in header.enumerated() where !cell.text.isEmpty {
      // Comments, which `sources` reads.
      if cell.text == CommentReader.column { continue }
      if hasID && cell.text == "id" { idColumn = index } else { add(cell, index, schema) }
    }
    if hasID && idColumn == nil {
      log.error(
        "the table has no column `id`", at: header[0].position,
        expected: "a first row with the names of the columns, one of them `id`")
      return false
    }
    return true
  }

  private mutating func add(_ cell: CSVParser.Cell, _ column: Int, _ schema: ObjectSchema) {
    let keys = cell.text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    var kind = Kind.object(schema)
    var kinds: [Kind] = []
    var limits: [Bool] = []
    var known: [String] = []
    for key in keys {
      if case .object(let schema) = kind, case .unlimited = schema.field(key)?.presence {
        limits.append(true)
      } else {
        limits.append(false)
      }
      guard let inner = self.kind(of: key, in: kind, cell) else { return }
      known.append(inner.key)
      kinds.append(inner.kind)
      kind = inner.kind
    }
    Self.insert(known[...], kinds[...], limits[...], column, into: &plans)
  }

  /// What may stand at a key of a column's name. Reports the ones that are not known; of a misspelt one the cells are
  /// read as if it had been right, so that no row is said to lack it.
  private func kind(of key: String, in kind: Kind, _ cell: CSVParser.Cell) -> (
    key: String, kind: Kind
  )? {
    switch kind {
    case .object(let schema):
      if let field = schema.field(key) { return (key, field.kind) }
      log.error(
        "unknown key `\(key.escapedForDisplay(limit: 80))` in column `"
          + "\(cell.text.escapedForDisplay(limit: 120))`", at: cell.position,
        help: SchemaCheck.help(forKey: key, in: schema))
      return Spelling.nearest(to: key, in: schema.fields.map(\.key)).flatMap { nearest in
        schema.field(nearest).map { (nearest, $0.kind) }
      }
    case .map(let inner): return (key, inner)
    case .series(let measure), .amounts(let measure):
      if key.utf8.count == 4, key.utf8.allSatisfy(Number.isDigit) {
        return (key, .quantity(measure))
      }
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
    _ keys: ArraySlice<String>, _ kinds: ArraySlice<Kind>, _ limits: ArraySlice<Bool>,
    _ column: Int, into plans: inout [Plan]
  ) {
    guard let key = keys.first, let kind = kinds.first else { return }
    let index = plans.firstIndex { $0.key == key } ?? plans.count
    if index == plans.count {
      plans.append(Plan(key: key, column: nil, kind: kind, isLimit: limits.first ?? false))
    }
    if keys.count == 1 {
      plans[index].column = column
    } else {
      insert(
        keys.dropFirst(), kinds.dropFirst(), limits.dropFirst(), column,
        into: &plans[index].children)
    }
  }

  // MARK: Rows

  private mutating func entry(_ row: [CSVParser.Cell], hasID: Bool) -> Mapping.Pair? {
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

  private mutating func pairs(_ plans: [Plan], _ row: [CSVParser.Cell]) -> [Mapping.Pair] {
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
      } else if plan.isLimit, let column = plan.column ?? plan.children.first?.column {
        let id = idColumn.map { row[$0].text } ?? ""
        lifted[column, default: (0, row[column].position, id)].count += 1
      }
    }
    return pairs
  }

  /// An empty cell of a limit is no limit of 0, which is what some take it for.
  private func warnOfLiftedLimits(_ header: [CSVParser.Cell]) {
    for (column, found) in lifted.sorted(by: { $0.key < $1.key }) {
      let others = found.count > 1 ? " and \(found.count - 1) more" : ""
      log.warning(
        "the cell of `\(header[column].text)` is empty: \(section).\(found.id)\(others) "
          + "\(found.count > 1 ? "have" : "has") no limit",
        at: found.first, help: "write `0 t/yr` or the like where nothing is allowed")
    }
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
    case .fractions where isDecimalComma(cell.text):
      log.error(
        "a comma is not part of a number", at: cell.position, found: cell.text,
        expected: "shares separated by semicolons (e.g. `40%; 80%; 100%`)",
        help: "write decimals with a point, and separate the shares with semicolons")
      return nil
    case .texts, .fractions:
      let hasSemicolons = cell.text.contains(";")
      let items = cell.text.split { $0 == ";" || ($0 == "," && !hasSemicolons) }
      return Node(
        .list(items.map { Node(.plain($0.trimmed), at: cell.position) }), at: cell.position)
    default:
      return Node(.plain(cell.text), at: cell.position)
    }
  }

  /// Whether the commas of a list of numbers may be decimal commas: `0,5` is no list of 0 and 5. A space after the
  /// comma, a unit before it, or a decimal point anywhere says that it separates.
  private func isDecimalComma(_ text: String) -> Bool {
    guard !text.contains("."), !text.contains(";") else { return false }
    let bytes = Array(text.utf8)
    return bytes.indices.dropFirst().dropLast().contains { index in
      bytes[index] == UInt8(ascii: ",") && Number.isDigit(bytes[index - 1])
        && Number.isDigit(bytes[index + 1])
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
