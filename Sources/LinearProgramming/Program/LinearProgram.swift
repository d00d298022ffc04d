/// A linear or mixed-integer program in flat arrays:
///
///     minimise   objectiveOffset + Σ cost[j]·x[j]
///     subject to rowLower[i] ≤ Σ a[i,j]·x[j] ≤ rowUpper[i]
///                columnLower[j] ≤ x[j] ≤ columnUpper[j],  x[j] whole where isInteger[j]
///
/// Columns and rows are dense integer ids from 0; infinite bounds are `±Double.infinity`. The matrix is
/// stored by rows (compressed): row `i` holds the entries `rowStart[i] ..< rowStart[i + 1]` of `columnIndex`
/// and `coefficient`. There are no duplicate entries in a row and no zeros.
///
///     var program = LinearProgram()
///     let x = program.addColumn(lower: 0, upper: 4, cost: -1)
///     let y = program.addColumn(lower: 0, upper: .infinity, cost: -2)
///     program.addRow(lower: -.infinity, upper: 6, [(x, 1), (y, 3)])
///
/// Names are not stored: `columnName` and `rowName` are asked only when a program is written or explained.
public struct LinearProgram: Sendable {
  public private(set) var columnLower: [Double] = []
  public private(set) var columnUpper: [Double] = []
  public private(set) var cost: [Double] = []
  public private(set) var isInteger: [Bool] = []
  public private(set) var rowLower: [Double] = []
  public private(set) var rowUpper: [Double] = []
  /// Length `rowCount + 1`.
  public private(set) var rowStart: [Int] = [0]
  /// Length `nonzeroCount`.
  public private(set) var columnIndex: [Int32] = []
  /// Length `nonzeroCount`.
  public private(set) var coefficient: [Double] = []
  public var objectiveOffset: Double = 0
  /// Makes the name of a column or row on demand; nil gives `c1`, `r1`, ….
  public var columnName: (@Sendable (Int) -> String)?
  public var rowName: (@Sendable (Int) -> String)?
  /// By column: the group that it belongs to, from 0, such as the plant that it is about; −1: none. Empty, or as long as
  /// the columns that have groups. Says where to look for columns that can only be 0, and changes no answer.
  public var columnGroup: [Int32] = []

  /// Position of the last entry of each column in the arrays, to merge duplicates within a row.
  private var lastEntry: [Int] = []
  /// Whether two terms of the row being built have cancelled.
  private var openRowHasZero = false

  public init() {}

  public var columnCount: Int { columnLower.count }
  public var rowCount: Int { rowLower.count }
  public var nonzeroCount: Int { coefficient.count }
  public var integerCount: Int { isInteger.reduce(0) { $0 + ($1 ? 1 : 0) } }

  /// Reserves room so that building does not reallocate.
  public mutating func reserve(columns: Int, rows: Int, nonzeros: Int) {
    columnLower.reserveCapacity(columns)
    columnUpper.reserveCapacity(columns)
    cost.reserveCapacity(columns)
    isInteger.reserveCapacity(columns)
    lastEntry.reserveCapacity(columns)
    rowLower.reserveCapacity(rows)
    rowUpper.reserveCapacity(rows)
    rowStart.reserveCapacity(rows + 1)
    columnIndex.reserveCapacity(nonzeros)
    coefficient.reserveCapacity(nonzeros)
  }

  /// Whether another program has the same columns, rows and coefficients.
  public func hasSameNumbers(as other: LinearProgram) -> Bool {
    columnLower == other.columnLower && columnUpper == other.columnUpper && cost == other.cost
      && isInteger == other.isInteger && rowLower == other.rowLower && rowUpper == other.rowUpper
      && rowStart == other.rowStart && columnIndex == other.columnIndex
      && coefficient == other.coefficient && objectiveOffset == other.objectiveOffset
  }

  /// Keeps one copy of the arrays that are equal in another program, and no room for more entries.
  public mutating func shareStorage(with other: LinearProgram) {
    func share<Element: Equatable>(_ own: inout [Element], _ array: [Element]) {
      own = own == array ? array : own.withUnsafeBufferPointer { Array($0) }
    }
    share(&columnLower, other.columnLower)
    share(&columnUpper, other.columnUpper)
    share(&cost, other.cost)
    share(&isInteger, other.isInteger)
    share(&rowLower, other.rowLower)
    share(&rowUpper, other.rowUpper)
    share(&rowStart, other.rowStart)
    share(&columnIndex, other.columnIndex)
    share(&coefficient, other.coefficient)
    share(&lastEntry, other.lastEntry)
    share(&columnGroup, other.columnGroup)
  }

  /// Adds a column and returns its id.
  @discardableResult
  public mutating func addColumn(
    lower: Double = 0, upper: Double = .infinity, cost: Double = 0, integer: Bool = false
  ) -> Int {
    columnLower.append(lower)
    columnUpper.append(upper)
    self.cost.append(cost)
    isInteger.append(integer)
    lastEntry.append(-1)
    return columnLower.count - 1
  }

  /// Adds `count` columns with the same bounds and returns the id of the first; the others follow it.
  @discardableResult
  public mutating func addColumns(
    _ count: Int, lower: Double = 0, upper: Double = .infinity, integer: Bool = false
  ) -> Int {
    let first = columnLower.count
    columnLower.append(contentsOf: repeatElement(lower, count: count))
    columnUpper.append(contentsOf: repeatElement(upper, count: count))
    cost.append(contentsOf: repeatElement(0, count: count))
    isInteger.append(contentsOf: repeatElement(integer, count: count))
    lastEntry.append(contentsOf: repeatElement(-1, count: count))
    return first
  }

  /// Adds one term to the row that is being built; a column named twice adds up.
  @inlinable
  public mutating func addEntry(_ column: Int, _ value: Double) {
    appendEntry(column, value)
  }

  @usableFromInline
  mutating func appendEntry(_ column: Int, _ value: Double) {
    if value == 0 { return }
    let last = lastEntry[column]
    if last >= rowStart[rowStart.count - 1] {
      coefficient[last] += value
      if coefficient[last] == 0 { openRowHasZero = true }
      return
    }
    lastEntry[column] = coefficient.count
    columnIndex.append(Int32(truncatingIfNeeded: column))
    coefficient.append(value)
  }

  /// Closes the row that `addEntry` has filled and returns its id.
  @discardableResult
  public mutating func finishRow(lower: Double, upper: Double) -> Int {
    if openRowHasZero { dropZeros() }
    rowLower.append(lower)
    rowUpper.append(upper)
    rowStart.append(coefficient.count)
    return rowLower.count - 1
  }

  /// Removes terms that have cancelled from the row being built.
  private mutating func dropZeros() {
    openRowHasZero = false
    let start = rowStart[rowStart.count - 1]
    var kept = start
    for entry in start..<coefficient.count {
      let column = Int(columnIndex[entry])
      if coefficient[entry] == 0 {
        lastEntry[column] = -1
        continue
      }
      columnIndex[kept] = columnIndex[entry]
      coefficient[kept] = coefficient[entry]
      lastEntry[column] = kept
      kept += 1
    }
    columnIndex.removeSubrange(kept...)
    coefficient.removeSubrange(kept...)
  }

  /// Adds a whole row and returns its id.
  @discardableResult
  public mutating func addRow(
    lower: Double, upper: Double, _ terms: [(column: Int, coefficient: Double)]
  ) -> Int {
    for term in terms { addEntry(term.column, term.coefficient) }
    return finishRow(lower: lower, upper: upper)
  }

  /// The terms that `addEntry` has filled in; no row is made of them.
  public mutating func takeOpenRow() -> [(column: Int, value: Double)] {
    if openRowHasZero { dropZeros() }
    let start = rowStart[rowStart.count - 1]
    let terms = (start..<coefficient.count).map { entry in
      (column: Int(columnIndex[entry]), value: coefficient[entry])
    }
    for term in terms { lastEntry[term.column] = -1 }
    columnIndex.removeSubrange(start...)
    coefficient.removeSubrange(start...)
    return terms
  }

  /// Whether the row being built has no term so far.
  public var openRowIsEmpty: Bool { coefficient.count == rowStart[rowStart.count - 1] }

  public mutating func setCost(_ column: Int, _ value: Double) { cost[column] = value }
  public mutating func setCosts(_ values: [Double]) {
    precondition(values.count == columnCount)
    cost = values
  }
  public mutating func setColumnBounds(_ column: Int, lower: Double, upper: Double) {
    columnLower[column] = lower
    columnUpper[column] = upper
  }
  public mutating func setRowBounds(_ row: Int, lower: Double, upper: Double) {
    rowLower[row] = lower
    rowUpper[row] = upper
  }
  public mutating func setInteger(_ column: Int, _ value: Bool) { isInteger[column] = value }
  public mutating func setColumnBounds(lower: [Double], upper: [Double]) {
    precondition(lower.count == columnCount && upper.count == columnCount)
    columnLower = lower
    columnUpper = upper
  }

  /// The name that `columnName` gives, or `c1`, `c2`, ….
  public func name(ofColumn column: Int) -> String { columnName?(column) ?? "c\(column + 1)" }
  /// The name that `rowName` gives, or `r1`, `r2`, ….
  public func name(ofRow row: Int) -> String { rowName?(row) ?? "r\(row + 1)" }
}
