/// Why a file is not a program, and where.
public struct MPSError: Error, Sendable, Equatable, CustomStringConvertible {
  /// From 1; 0 where the whole file is meant.
  public var line: Int
  public var message: String

  public var description: String { line > 0 ? "line \(line): \(message)" : message }
}

/// A program as an MPS file gives it.
public struct MPSFile: Sendable {
  public var name: String
  /// Always to be minimised: the costs and offset of a file that maximises have their signs turned.
  public var program: LinearProgram
  public var isMaximised: Bool
  public var columnNames: [String]
  public var rowNames: [String]
}

/// Reads programs in fixed and free MPS format.
///
///     let file = try MPSReader.read(bytes)
///     let outcome = try solve(file.program)
///
/// Where readers disagree: the first `N` row is the objective, later ones are rows without bounds; a
/// right-hand side of the objective is minus its offset; a negative `UP` bound alone takes the lower bound
/// away; integer columns between markers without any bound lie in 0…1; magnitudes of 1e30 and more are
/// infinite as bounds. Refused are second `RHS`, `RANGES` and `BOUNDS` vectors, an entry given twice, and what
/// is not a linear program (`SC` bounds, `SOS`, `QUADOBJ`, …).
public enum MPSReader {
  /// How the fields of a line are told apart.
  public enum Format: Sendable, CaseIterable {
    /// Free, or else fixed.
    case automatic
    /// By blanks.
    case free
    /// By columns 2, 5, 15, 25, 40 and 50: names may hold blanks, an entry may leave out the name of the column
    /// before it, and `$` at the start of the third or fifth field begins a comment.
    case fixed
  }

  /// Larger names are refused, as GLPK would.
  static let longestName = 255

  /// - Throws: `MPSError` with the line.
  /// - Complexity: linear in the size of the file.
  public static func read(
    _ bytes: [UInt8], format: Format = .automatic
  ) throws(MPSError) -> MPSFile {
    if format != .automatic { return try parse(bytes, isFixed: format == .fixed) }
    do {
      return try parse(bytes, isFixed: false)
    } catch {
      // Most files are in free format, so that its error is reported.
      guard let file = try? parse(bytes, isFixed: true) else { throw error }
      return file
    }
  }

  private static func parse(_ bytes: [UInt8], isFixed: Bool) throws(MPSError) -> MPSFile {
    guard bytes.count <= Int(Int32.max) else {
      throw MPSError(line: 0, message: "the file is larger than 2 GB")
    }
    let result: Result<MPSFile, MPSError> = bytes.withUnsafeBytes { text in
      var parser = MPSParser(text, isFixed: isFixed)
      do throws(MPSError) { return .success(try parser.parse()) } catch { return .failure(error) }
    }
    return try result.get()
  }
}

/// One pass over the lines of a file.
struct MPSParser {
  private enum Section { case start, rows, columns, rightHandSides, ranges, bounds, sense, end }
  enum RowKind: UInt8 { case free, equal, atMost, atLeast }
  typealias Field = Range<Int>

  var lines: MPSLines
  private var section = Section.start
  private var name = ""
  private var isMaximised = false

  private var rows = NameTable()
  private var rowKinds: [RowKind] = []
  private var rightHandSide: [Double] = []
  private var range: [Double?] = []
  /// The row that is the objective, the first without bounds.
  private var objective: Int?

  private var columns = NameTable()
  private var lower: [Double] = []
  private var upper: [Double] = []
  private var isInteger: [Bool] = []
  private var hasLower: [Bool] = []
  private var hasBound: [Bool] = []
  private var isInMarkers = false

  /// Entries in the order of the file, columns ascending.
  private var entryRow: [Int32] = []
  private var entryColumn: [Int32] = []
  private var entryValue: [Double] = []
  /// The last column with an entry in a row, to find an entry that is given twice.
  private var lastColumn: [Int32] = []
  private var vectors: [String: Field] = [:]

  init(_ text: UnsafeRawBufferPointer, isFixed: Bool) {
    lines = MPSLines(text, isFixed: isFixed)
  }

  mutating func parse() throws(MPSError) -> MPSFile {
    while section != .end, try lines.next() {
      if lines.isHeader {
        try open()
      } else {
        try data()
      }
    }
    guard section == .end else { throw fault("the file ends without ENDATA") }
    guard let objective else { throw fault("there is no N row to be the objective") }
    return file(objective)
  }

  func fault(_ message: String) -> MPSError { MPSError(line: lines.number, message: message) }

  // MARK: Sections

  private mutating func open() throws(MPSError) {
    let word = lines.text(0)
    switch word {
    case "NAME": name = lines.count > 1 ? lines.rest(from: 1) : ""
    case "ROWS" where section == .start || section == .sense: section = .rows
    case "COLUMNS" where section == .rows: section = .columns
    case "RHS" where section == .columns: section = .rightHandSides
    case "RANGES" where section == .columns || section == .rightHandSides: section = .ranges
    case "BOUNDS" where section != .start && section != .rows: section = .bounds
    case "OBJSENSE", "OBJSENS":
      guard section == .start else { throw fault("\(word) comes after ROWS") }
      section = .sense
      if lines.count > 1 { try sense(lines.text(1)) }
    case "OBJSENSEMAX": isMaximised = true
    case "ENDATA":
      guard section != .start && section != .rows && section != .sense else {
        throw fault("ENDATA comes before COLUMNS")
      }
      section = .end
    case "ROWS", "COLUMNS", "RHS", "RANGES": throw fault("\(word) comes at a wrong place")
    default:
      throw fault(
        "unknown section \(lines.shown(0)), expected NAME, OBJSENSE, ROWS, COLUMNS, RHS, RANGES, "
          + "BOUNDS or ENDATA")
    }
  }

  private mutating func data() throws(MPSError) {
    switch section {
    case .rows: try row()
    case .columns: try column()
    case .rightHandSides: try values("RHS")
    case .ranges: try values("RANGES")
    case .bounds: try bound()
    case .sense: try sense(lines.text(0))
    case .start, .end: throw fault("there is no section yet, found \(lines.shown(0))")
    }
  }

  private mutating func sense(_ word: String) throws(MPSError) {
    switch word.uppercased() {
    case "MAX", "MAXIMIZE", "MAXIMISE": isMaximised = true
    case "MIN", "MINIMIZE", "MINIMISE": isMaximised = false
    default: throw fault("the sense is MAX or MIN, found \(lines.shown(lines.count - 1))")
    }
  }

  private mutating func row() throws(MPSError) {
    guard lines.count == 2 else { throw fault("a row is a type and a name") }
    let kind: RowKind
    switch lines.text(0).uppercased() {
    case "N": kind = .free
    case "E": kind = .equal
    case "L": kind = .atMost
    case "G": kind = .atLeast
    default: throw fault("a row's type is N, E, L or G, found \(lines.shown(0))")
    }
    guard let id = rows.insert(try nameField(1), in: lines.bytes) else {
      throw fault("there are two rows \(lines.shown(1))")
    }
    if kind == .free, objective == nil { objective = id }
    rowKinds.append(kind)
    rightHandSide.append(0)
    range.append(nil)
    lastColumn.append(-1)
  }

  private func nameField(_ index: Int) throws(MPSError) -> Field {
    let field = lines.fields[index]
    guard !field.isEmpty, field.count <= MPSReader.longestName else {
      throw fault("a name is empty or longer than \(MPSReader.longestName) bytes")
    }
    return field
  }

  // MARK: Entries

  private mutating func column() throws(MPSError) {
    if lines.count == 3, lines.text(1) == "'MARKER'" {
      switch lines.text(2) {
      case "'INTORG'": isInMarkers = true
      case "'INTEND'": isInMarkers = false
      default: throw fault("a marker is 'INTORG' or 'INTEND', found \(lines.shown(2))")
      }
      return
    }
    guard (2...5).contains(lines.count), lines.count % 2 == 1 || repeatsColumn else {
      throw fault("an entry is a column and one or two pairs of row and number")
    }
    var id: Int? = columns.count - 1
    let first = lines.count % 2
    if first == 1 { id = columns.id(of: try nameField(0), in: lines.bytes) }
    if id == nil {
      let field = try nameField(0)
      id = columns.insert(field, in: lines.bytes)
      lower.append(0)
      upper.append(.infinity)
      isInteger.append(isInMarkers)
      hasLower.append(false)
      hasBound.append(false)
    }
    guard let id, id == columns.count - 1 else {
      throw fault("column \(lines.shown(0)) goes on after another column")
    }
    for pair in stride(from: first, to: lines.count, by: 2) {
      let row = try row(at: pair)
      guard lastColumn[row] != Int32(truncatingIfNeeded: id) else {
        let name = first == 1 ? " " + lines.shown(0) : ""
        throw fault("column\(name) has two entries in row \(lines.shown(pair))")
      }
      lastColumn[row] = Int32(truncatingIfNeeded: id)
      let value = try finite(pair + 1)
      if value == 0 { continue }
      entryRow.append(Int32(truncatingIfNeeded: row))
      entryColumn.append(Int32(truncatingIfNeeded: id))
      entryValue.append(value)
    }
  }

  /// Whether a line without the column's name is one of the column before.
  private var repeatsColumn: Bool { lines.isFixed && columns.count > 0 }

  private func row(at index: Int) throws(MPSError) -> Int {
    guard let row = rows.id(of: lines.fields[index], in: lines.bytes) else {
      throw fault("there is no row \(lines.shown(index))")
    }
    return row
  }

  private func finite(_ index: Int) throws(MPSError) -> Double {
    guard let value = lines.number(index), value.isFinite else {
      throw fault("\(lines.shown(index)) is not a finite number")
    }
    return value
  }

  private mutating func values(_ section: String) throws(MPSError) {
    guard (2...5).contains(lines.count) else {
      throw fault("a line of \(section) is a vector's name and one or two pairs of row and number")
    }
    let first = lines.count % 2
    if first == 1 { try checkVector(section, lines.fields[0]) }
    for pair in stride(from: first, to: lines.count, by: 2) {
      let row = try row(at: pair)
      if section == "RHS" {
        rightHandSide[row] = try finite(pair + 1)
      } else {
        range[row] = try finite(pair + 1)
      }
    }
  }

  /// Only one vector of a kind may be given.
  private mutating func checkVector(_ section: String, _ field: Field) throws(MPSError) {
    guard let known = vectors[section] else {
      vectors[section] = field
      return
    }
    guard lines.bytes[known].elementsEqual(lines.bytes[field]) else {
      throw fault("\(section) has a second vector")
    }
  }

  // MARK: Bounds

  private mutating func bound() throws(MPSError) {
    guard lines.count >= 2, lines.count <= 4 else {
      throw fault("a bound is a type, a vector's name, a column and a number")
    }
    let kind = lines.text(0).uppercased()
    let takesNumber = !["FR", "MI", "PL", "BV"].contains(kind)
    // Without the vector's name there is a field less.
    var place = lines.count == 4 ? 2 : (takesNumber ? 1 : lines.count - 1)
    if !takesNumber, lines.count == 3, columns.id(of: lines.fields[2], in: lines.bytes) == nil {
      place = 1
    }
    guard let column = columns.id(of: lines.fields[place], in: lines.bytes) else {
      throw fault("there is no column \(lines.shown(place))")
    }
    if place == 2 { try checkVector("BOUNDS", lines.fields[1]) }
    var value = 0.0
    if takesNumber {
      guard place + 1 < lines.count, let number = lines.number(place + 1) else {
        throw fault("the bound of \(lines.shown(place)) is not a number")
      }
      value = abs(number) >= 1e30 ? (number > 0 ? .infinity : -.infinity) : number
    }
    try set(kind, column, value)
  }

  private mutating func set(_ kind: String, _ j: Int, _ value: Double) throws(MPSError) {
    switch kind {
    case "UP", "UI":
      upper[j] = value
      if value < 0, !hasLower[j] { lower[j] = -.infinity }
    case "LO", "LI":
      lower[j] = value
      hasLower[j] = true
    case "FX":
      (lower[j], upper[j]) = (value, value)
      hasLower[j] = true
    case "FR": (lower[j], upper[j]) = (-.infinity, .infinity)
    case "MI":
      lower[j] = -.infinity
      hasLower[j] = true
    case "PL": upper[j] = .infinity
    case "BV":
      (lower[j], upper[j]) = (0, 1)
      hasLower[j] = true
    default:
      throw fault("a bound's type is UP, LO, FX, FR, MI, PL, BV, UI or LI, found \(lines.shown(0))")
    }
    if ["UI", "LI", "BV"].contains(kind) { isInteger[j] = true }
    hasBound[j] = true
    guard lower[j] < .infinity, upper[j] > -.infinity else {
      throw fault("a bound is infinite on the wrong side")
    }
  }

  // MARK: The program

  private func file(_ objective: Int) -> MPSFile {
    var program = LinearProgram()
    program.reserve(columns: columns.count, rows: rows.count, nonzeros: entryValue.count)
    for j in lower.indices {
      let isSwitch = isInteger[j] && !hasBound[j]
      program.addColumn(lower: lower[j], upper: isSwitch ? 1 : upper[j], integer: isInteger[j])
    }
    let sign = isMaximised ? -1.0 : 1.0
    var start = [Int](repeating: 0, count: rows.count + 1)
    for i in entryRow { start[Int(i) + 1] += 1 }
    for i in 0..<rows.count { start[i + 1] += start[i] }
    var next = start
    var order = [Int32](repeating: 0, count: entryRow.count)
    for (k, i) in entryRow.enumerated() {
      order[next[Int(i)]] = Int32(truncatingIfNeeded: k)
      next[Int(i)] += 1
    }
    var names = rows.names(in: lines.bytes)
    for i in 0..<rows.count {
      for place in start[i]..<start[i + 1] {
        let k = Int(order[place])
        let j = Int(entryColumn[k])
        if i == objective {
          program.setCost(j, sign * entryValue[k])
        } else {
          program.addEntry(j, entryValue[k])
        }
      }
      if i == objective { continue }
      let bounds = rowBounds(i)
      program.finishRow(lower: bounds.lower, upper: bounds.upper)
    }
    names.remove(at: objective)
    program.objectiveOffset = rightHandSide[objective] == 0 ? 0 : -sign * rightHandSide[objective]
    let columnNames = columns.names(in: lines.bytes)
    let rowNames = names
    program.columnName = { columnNames.indices.contains($0) ? columnNames[$0] : "c\($0 + 1)" }
    program.rowName = { rowNames.indices.contains($0) ? rowNames[$0] : "r\($0 + 1)" }
    return MPSFile(
      name: name, program: program, isMaximised: isMaximised, columnNames: columnNames,
      rowNames: rowNames)
  }

  private func rowBounds(_ i: Int) -> (lower: Double, upper: Double) {
    let value = rightHandSide[i]
    let width = range[i]
    switch rowKinds[i] {
    case .free: return (-.infinity, .infinity)
    case .atMost: return (width.map { value - abs($0) } ?? -.infinity, value)
    case .atLeast: return (value, width.map { value + abs($0) } ?? .infinity)
    case .equal:
      guard let width else { return (value, value) }
      return width < 0 ? (value + width, value) : (value, value + width)
    }
  }
}
