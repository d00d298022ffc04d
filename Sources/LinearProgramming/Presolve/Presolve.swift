import LinearAlgebra

/// Presolve: a smaller program with the same optimum, and the postsolve from a basis of it to one of the whole program.
///
/// Redundant rows and columns of known value are removed, and implied free columns are substituted out of equations
/// (Andersen and Andersen 1995; Gondzio 1997). Each reduction is exact and is pushed on a stack; `postsolve` pops
/// them in reverse order and finds the basis statuses of what each one removed, and the multipliers that the
/// reductions before it need. The resulting basis starts a simplex on the whole program, so presolve cannot change
/// the answer.
///
/// It works on scaled numbers.
struct Presolve {
  /// Entries of a removed row or column: positions in `savedIndex` and `savedValue`.
  typealias Saved = Range<Int>

  enum Step {
    /// A row that cannot bind within its columns' bounds: its activity is basic.
    case redundantRow(Int)
    /// A row with one column became bounds; `lower`, `upper`: which of the column's bounds come from it.
    case rowSingleton(Int, column: Int, coefficient: Double, lower: Bool, upper: Bool)
    /// A forcing row: it holds all its columns (`members`, removed by the steps that follow) at bounds.
    case forcingRow(Int, atLower: Bool, members: Saved)
    /// A fixed column, a dominated one, or one that a forcing row fixes.
    case fixedColumn(Int, cost: Double, entries: Saved, status: Basis.Status, isEqual: Bool)
    /// An implied free column, substituted by means of an equation; `entries` are the column's in other rows.
    case freeColumnSubstitution(
      row: Int, column: Int, cost: Double, coefficient: Double, entries: Saved)
    /// A column that a doubleton equation eliminates; the bounds became those of the other column.
    case doubletonEquation(
      row: Int, column: Int, cost: Double, coefficient: Double, entries: Saved, other: Int,
      otherCoefficient: Double, lower: Basis.Status?, upper: Basis.Status?)
  }

  var matrix: LinkedMatrix
  var cost: [Double]
  var lower: [Double]
  var upper: [Double]
  var rowLower: [Double]
  var rowUpper: [Double]
  var isColumn: [Bool]
  var isRow: [Bool]
  var steps: [Step] = []
  var savedIndex: [Int32] = []
  var savedValue: [Double] = []
  /// Rows and columns to examine.
  private var rowQueue: [Int32] = []
  private var columnQueue: [Int32] = []
  private var isRowQueued: [Bool]
  private var isColumnQueued: [Bool]
  /// Entry of each column in the current row; −1: none.
  private var entryOfColumn: [Int32]
  /// Activities of rows that have not changed since.
  private var activities: [Activity]
  private var isActivityKnown: [Bool]
  /// Set where the program turned out to have no optimum; the solver proves that.
  private var hasNoOptimum = false

  let columnCount: Int
  let rowCount: Int

  /// Differences of bounds below this are rounding, in scaled numbers.
  private static let tolerance = 1e-9
  private static let infeasibility = 1e-7
  /// Rows with more entries are not searched for implied bounds.
  private static let longestSearched = 1000

  /// - Parameters:
  ///   - lower, upper: of the columns, then of the rows.
  ///   - isExcluded: columns outside the restricted program, which are fixed at their lower bounds.
  ///   - closed: blocks whose columns are fixed at 0.
  ///   - mustStop: asked from time to time; true ends presolve.
  ///
  /// Nil where the reductions show that there is no optimum, or where `mustStop` said so.
  init?(
    matrix: ColumnMatrix, lower: [Double], upper: [Double], cost: [Double],
    isExcluded: [Bool]? = nil, closed: [ClosedBlock] = [], mustStop: () -> Bool
  ) {
    columnCount = matrix.columnCount
    rowCount = matrix.rowCount
    self.matrix = LinkedMatrix(matrix)
    self.cost = cost
    self.lower = Array(lower[..<columnCount])
    self.upper = Array(upper[..<columnCount])
    rowLower = Array(lower[columnCount...])
    rowUpper = Array(upper[columnCount...])
    isColumn = Array(repeating: true, count: columnCount)
    isRow = Array(repeating: true, count: rowCount)
    isRowQueued = Array(repeating: true, count: rowCount)
    isColumnQueued = Array(repeating: true, count: columnCount)
    entryOfColumn = Array(repeating: -1, count: columnCount)
    activities = Array(repeating: Activity(), count: rowCount)
    isActivityKnown = Array(repeating: false, count: rowCount)
    rowQueue = (0..<Int32(truncatingIfNeeded: rowCount)).reversed()
    columnQueue = (0..<Int32(truncatingIfNeeded: columnCount)).reversed()
    for block in closed {
      for j in block.columns { fix(column: j, .atLower, isEqual: false) }
    }
    if let isExcluded {
      for j in 0..<columnCount where isExcluded[j] && isColumn[j] && self.lower[j].isFinite {
        self.upper[j] = self.lower[j]
        fix(column: j, .atLower, isEqual: false)
      }
    }
    var count = 0
    while !hasNoOptimum {
      count += 1
      if count % 1024 == 0 && mustStop() { return nil }
      if let j = columnQueue.popLast() {
        isColumnQueued[Int(j)] = false
        if isColumn[Int(j)] { examine(column: Int(j)) }
      } else if let i = rowQueue.popLast() {
        isRowQueued[Int(i)] = false
        if isRow[Int(i)] { examine(row: Int(i)) }
      } else {
        break
      }
    }
    if hasNoOptimum { return nil }
  }

  // MARK: Rows

  private struct Activity {
    /// The finite part of the least and the greatest activity within the columns' bounds.
    var least = 0.0
    var most = 0.0
    /// Terms without a bound in that direction.
    var leastInfinite = 0
    var mostInfinite = 0
  }

  private mutating func activity(_ i: Int) -> Activity {
    if isActivityKnown[i] { return activities[i] }
    var result = Activity()
    var entry = Int(matrix.firstInRow[i])
    while entry >= 0 {
      let j = Int(matrix.column[entry])
      let a = matrix.value[entry]
      let (near, far) = a > 0 ? (lower[j], upper[j]) : (upper[j], lower[j])
      if near.isFinite { result.least += a * near } else { result.leastInfinite += 1 }
      if far.isFinite { result.most += a * far } else { result.mostInfinite += 1 }
      entry = Int(matrix.nextInRow[entry])
    }
    activities[i] = result
    isActivityKnown[i] = true
    return result
  }

  private mutating func examine(row i: Int) {
    let length = Int(matrix.rowLength[i])
    if length == 1 { return makeBounds(ofRow: i) }
    let range = activity(i)
    let least = range.leastInfinite == 0 ? range.least : -.infinity
    let most = range.mostInfinite == 0 ? range.most : .infinity
    let size = max(1, abs(least.isFinite ? least : 0), abs(most.isFinite ? most : 0))
    let slack = Presolve.tolerance * size
    if least > rowUpper[i] + Presolve.infeasibility * size
      || most < rowLower[i] - Presolve.infeasibility * size
    {
      hasNoOptimum = true
      return
    }
    let isLowerRedundant = least >= rowLower[i] - slack
    let isUpperRedundant = most <= rowUpper[i] + slack
    if length == 0 || (isLowerRedundant && isUpperRedundant) { return drop(row: i) }
    if least >= rowUpper[i] - slack { return force(row: i, atLower: false) }
    if most <= rowLower[i] + slack { return force(row: i, atLower: true) }
    if isLowerRedundant && rowLower[i] > -.infinity {
      rowLower[i] = -.infinity
      queueColumns(ofRow: i)
    } else if isUpperRedundant && rowUpper[i] < .infinity {
      rowUpper[i] = .infinity
      queueColumns(ofRow: i)
    } else if rowLower[i] == rowUpper[i] {
      substitute(byRow: i, range)
    }
  }

  /// Queues a row: to be called for every change of its entries or of its columns' bounds.
  private mutating func queue(row i: Int) {
    isActivityKnown[i] = false
    if isRowQueued[i] || !isRow[i] { return }
    isRowQueued[i] = true
    rowQueue.append(Int32(truncatingIfNeeded: i))
  }

  private mutating func queue(column j: Int) {
    if isColumnQueued[j] || !isColumn[j] { return }
    isColumnQueued[j] = true
    columnQueue.append(Int32(truncatingIfNeeded: j))
  }

  private mutating func queueColumns(ofRow i: Int) {
    var entry = Int(matrix.firstInRow[i])
    while entry >= 0 {
      queue(column: Int(matrix.column[entry]))
      entry = Int(matrix.nextInRow[entry])
    }
  }

  private mutating func queueRows(ofColumn j: Int) {
    var entry = Int(matrix.firstInColumn[j])
    while entry >= 0 {
      queue(row: Int(matrix.row[entry]))
      entry = Int(matrix.nextInColumn[entry])
    }
  }

  /// Removes a row's entries.
  private mutating func clear(row i: Int) {
    isRow[i] = false
    var entry = Int(matrix.firstInRow[i])
    while entry >= 0 {
      let following = Int(matrix.nextInRow[entry])
      queue(column: Int(matrix.column[entry]))
      matrix.remove(entry)
      entry = following
    }
  }

  private mutating func drop(row i: Int) {
    clear(row: i)
    steps.append(.redundantRow(i))
  }

  private mutating func makeBounds(ofRow i: Int) {
    let entry = Int(matrix.firstInRow[i])
    let j = Int(matrix.column[entry])
    let a = matrix.value[entry]
    var low = a > 0 ? rowLower[i] / a : rowUpper[i] / a
    var high = a > 0 ? rowUpper[i] / a : rowLower[i] / a
    let size = max(1, abs(low.isFinite ? low : 0), abs(high.isFinite ? high : 0))
    let slack = Presolve.tolerance * size
    if low > upper[j] + Presolve.infeasibility * size
      || high < lower[j] - Presolve.infeasibility * size
    {
      hasNoOptimum = true
      return
    }
    low = min(low, upper[j])
    high = max(high, lower[j])
    let isLower = low > lower[j] + slack
    let isUpper = high < upper[j] - slack
    clear(row: i)
    steps.append(.rowSingleton(i, column: j, coefficient: a, lower: isLower, upper: isUpper))
    if isLower { lower[j] = low }
    if isUpper { upper[j] = max(high, lower[j]) }
    if isLower || isUpper { queueRows(ofColumn: j) }
  }

  private mutating func force(row i: Int, atLower: Bool) {
    var members: [(column: Int, coefficient: Double)] = []
    var entry = Int(matrix.firstInRow[i])
    while entry >= 0 {
      members.append((Int(matrix.column[entry]), matrix.value[entry]))
      entry = Int(matrix.nextInRow[entry])
    }
    let begin = savedIndex.count
    for member in members {
      savedIndex.append(Int32(truncatingIfNeeded: member.column))
      savedValue.append(member.coefficient)
    }
    clear(row: i)
    // Postsolve pops last to first and needs the columns before the row, so the row is pushed first.
    steps.append(.forcingRow(i, atLower: atLower, members: begin..<savedIndex.count))
    for member in members {
      let isUpper = (member.coefficient > 0) == atLower
      fix(column: member.column, isUpper ? .atUpper : .atLower)
    }
  }

  // MARK: Columns

  private func isEqual(_ j: Int) -> Bool {
    upper[j] - lower[j] <= 1e-13 * max(1, abs(lower[j]))
  }

  private mutating func examine(column j: Int) {
    if isEqual(j) { return fix(column: j, .atLower) }
    // Whether lower (higher) values cannot violate any row: dominated columns.
    var mayFall = true
    var mayRise = true
    var entry = Int(matrix.firstInColumn[j])
    while entry >= 0 && (mayFall || mayRise) {
      let i = Int(matrix.row[entry])
      let isPositive = matrix.value[entry] > 0
      if rowLower[i] > -.infinity { if isPositive { mayFall = false } else { mayRise = false } }
      if rowUpper[i] < .infinity { if isPositive { mayRise = false } else { mayFall = false } }
      entry = Int(matrix.nextInColumn[entry])
    }
    if mayFall && cost[j] >= 0 {
      if lower[j].isFinite { return fix(column: j, .atLower) }
      if cost[j] > 0 { hasNoOptimum = true }
    } else if mayRise && cost[j] <= 0 {
      if upper[j].isFinite { return fix(column: j, .atUpper) }
      if cost[j] < 0 { hasNoOptimum = true }
    }
  }

  /// Removes a column at a bound.
  /// - Parameter isEqual: whether the other bound is equal to it.
  private mutating func fix(column j: Int, _ status: Basis.Status, isEqual: Bool? = nil) {
    let value = status == .atUpper ? upper[j] : lower[j]
    let begin = savedIndex.count
    isColumn[j] = false
    var entry = Int(matrix.firstInColumn[j])
    while entry >= 0 {
      let following = Int(matrix.nextInColumn[entry])
      let i = Int(matrix.row[entry])
      let a = matrix.value[entry]
      savedIndex.append(matrix.row[entry])
      savedValue.append(a)
      if value != 0 {
        rowLower[i] -= a * value
        rowUpper[i] -= a * value
      }
      matrix.remove(entry)
      queue(row: i)
      entry = following
    }
    steps.append(
      .fixedColumn(
        j, cost: cost[j], entries: begin..<savedIndex.count, status: status,
        isEqual: isEqual ?? self.isEqual(j)))
  }

  // MARK: Equations

  /// Substitutes one column of an equation by the others, where that keeps the matrix sparse.
  private mutating func substitute(byRow i: Int, _ range: Activity) {
    let length = Int(matrix.rowLength[i])
    var best = -1
    var least = Int.max
    var entry = Int(matrix.firstInRow[i])
    while entry >= 0 {
      let j = Int(matrix.column[entry])
      let others = Int(matrix.columnLength[j]) - 1
      let fill = others * (length - 1) - others - length
      if fill < least, fill <= 10, others <= 16,
        length == 2 || isImpliedFree(j, entry, range), isStable(entry, j)
      {
        best = entry
        least = fill
      }
      entry = Int(matrix.nextInRow[entry])
    }
    if best >= 0 { eliminate(best) }
  }

  /// Whether column `j` is implied free: whether its rows and the bounds of their other columns imply its bounds.
  ///
  /// - Parameters:
  ///   - own: the column's entry in the current equation.
  ///   - range: the activity of that equation.
  private mutating func isImpliedFree(_ j: Int, _ own: Int, _ range: Activity) -> Bool {
    let slack = Presolve.tolerance
    var (low, high) = implied(own, j, range)
    var entry = Int(matrix.firstInColumn[j])
    while entry >= 0 && (low < lower[j] - slack || high > upper[j] + slack) {
      let i = Int(matrix.row[entry])
      if entry != own && Int(matrix.rowLength[i]) <= Presolve.longestSearched {
        // In a statement of its own: as an argument of the call it would copy the cache (exclusivity).
        let other = activity(i)
        let (rowLow, rowHigh) = implied(entry, j, other)
        low = max(low, rowLow)
        high = min(high, rowHigh)
      }
      entry = Int(matrix.nextInColumn[entry])
    }
    return low >= lower[j] - slack && high <= upper[j] + slack
  }

  /// The bounds that a row and its other columns imply for column `j`, whose entry is given.
  private func implied(_ entry: Int, _ j: Int, _ range: Activity) -> (low: Double, high: Double) {
    let i = Int(matrix.row[entry])
    let a = matrix.value[entry]
    let (near, far) = a > 0 ? (lower[j], upper[j]) : (upper[j], lower[j])
    // The activity of the other columns, then the range that it leaves for a·x.
    let leastInfinite = range.leastInfinite - (near.isFinite ? 0 : 1)
    let mostInfinite = range.mostInfinite - (far.isFinite ? 0 : 1)
    let least = leastInfinite > 0 ? -.infinity : range.least - (near.isFinite ? a * near : 0)
    let most = mostInfinite > 0 ? .infinity : range.most - (far.isFinite ? a * far : 0)
    let ends = ((rowUpper[i] - least) / a, (rowLower[i] - most) / a)
    return a > 0 ? (ends.1, ends.0) : ends
  }

  /// Whether the entry is large enough in its column to be a pivot.
  private func isStable(_ entry: Int, _ j: Int) -> Bool {
    let size = abs(matrix.value[entry])
    if size < 1e-3 { return false }
    var largest = 0.0
    var other = Int(matrix.firstInColumn[j])
    while other >= 0 {
      largest = max(largest, abs(matrix.value[other]))
      other = Int(matrix.nextInColumn[other])
    }
    return size >= 0.01 * largest
  }

  private mutating func eliminate(_ pivot: Int) {
    let i = Int(matrix.row[pivot])
    let j = Int(matrix.column[pivot])
    let a = matrix.value[pivot]
    let right = rowLower[i]
    var others: [(column: Int, coefficient: Double)] = []
    var entry = Int(matrix.firstInRow[i])
    while entry >= 0 {
      if entry != pivot { others.append((Int(matrix.column[entry]), matrix.value[entry])) }
      entry = Int(matrix.nextInRow[entry])
    }
    clear(row: i)
    let begin = savedIndex.count
    isColumn[j] = false
    entry = Int(matrix.firstInColumn[j])
    while entry >= 0 {
      let following = Int(matrix.nextInColumn[entry])
      savedIndex.append(matrix.row[entry])
      savedValue.append(matrix.value[entry])
      matrix.remove(entry)
      entry = following
    }
    let saved = begin..<savedIndex.count
    for k in saved { add(others, times: -savedValue[k] / a, right, toRow: Int(savedIndex[k])) }
    let ownCost = cost[j]
    if ownCost != 0 {
      for other in others { cost[other.column] -= ownCost / a * other.coefficient }
    }
    if others.count == 1 {
      takeOverBounds(i, j, a, right, ownCost, saved, others[0].column, others[0].coefficient)
    } else {
      steps.append(
        .freeColumnSubstitution(row: i, column: j, cost: ownCost, coefficient: a, entries: saved))
    }
    for other in others { queue(column: other.column) }
  }

  /// Adds a multiple of the equation's other terms, which sum to `right − a·x`, to a row.
  private mutating func add(
    _ terms: [(column: Int, coefficient: Double)], times factor: Double, _ right: Double,
    toRow r: Int
  ) {
    var entry = Int(matrix.firstInRow[r])
    while entry >= 0 {
      entryOfColumn[Int(matrix.column[entry])] = Int32(truncatingIfNeeded: entry)
      entry = Int(matrix.nextInRow[entry])
    }
    for term in terms {
      let change = factor * term.coefficient
      let old = Int(entryOfColumn[term.column])
      if old < 0 {
        matrix.add(row: r, column: term.column, change)
      } else {
        let sum = matrix.value[old] + change
        if abs(sum) <= 1e-12 * max(abs(change), abs(matrix.value[old])) {
          entryOfColumn[term.column] = -1
          matrix.remove(old)
        } else {
          matrix.value[old] = sum
        }
      }
    }
    entry = Int(matrix.firstInRow[r])
    while entry >= 0 {
      entryOfColumn[Int(matrix.column[entry])] = -1
      entry = Int(matrix.nextInRow[entry])
    }
    rowLower[r] += factor * right
    rowUpper[r] += factor * right
    queue(row: r)
  }

  /// Doubleton equation: the bounds of `j`, which `a·x_j + b·x_k = right` determines, become bounds of `k`.
  private mutating func takeOverBounds(
    _ i: Int, _ j: Int, _ a: Double, _ right: Double, _ ownCost: Double, _ saved: Saved,
    _ k: Int, _ b: Double
  ) {
    // x_k = (right − a·x_j) / b rises with x_j where a and b have opposite signs.
    let rises = (a > 0) != (b > 0)
    let (start, end) = rises ? (lower[j], upper[j]) : (upper[j], lower[j])
    let low = start.isFinite ? (right - a * start) / b : -.infinity
    let high = end.isFinite ? (right - a * end) / b : .infinity
    let size = max(1, abs(low.isFinite ? low : 0), abs(high.isFinite ? high : 0))
    let slack = Presolve.tolerance * size
    if low > upper[k] + Presolve.infeasibility * size
      || high < lower[k] - Presolve.infeasibility * size
    {
      hasNoOptimum = true
      return
    }
    let isLower = low > lower[k] + slack
    let isUpper = high < upper[k] - slack
    steps.append(
      .doubletonEquation(
        row: i, column: j, cost: ownCost, coefficient: a, entries: saved, other: k,
        otherCoefficient: b, lower: isLower ? (rises ? .atLower : .atUpper) : nil,
        upper: isUpper ? (rises ? .atUpper : .atLower) : nil))
    if isLower { lower[k] = min(low, upper[k]) }
    if isUpper { upper[k] = max(high, lower[k]) }
    if isLower || isUpper { queueRows(ofColumn: k) }
  }
}
