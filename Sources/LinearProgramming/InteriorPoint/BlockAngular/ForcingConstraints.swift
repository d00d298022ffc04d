/// Columns that rows leave no choice, with their values, and the multipliers that go with them
/// (Andersen and Andersen 1995, sections 3.2 and 3.3).
///
///     3·x = y + z,  4·x = y + z,  y ≥ 0,  z ≥ 0      x = 0, and then y + z = 0 forces y = z = 0
///
/// - Equations about the same columns whose combination names one column alone fix it (λᵀA = e).
/// - A row whose least activity within the columns' bounds is all that it allows holds them there.
///
/// An interior point method needs them taken out: where they are, there is no interior. `restoreFeasibility` makes reduced
/// costs have the sign that the columns' values need, so that multipliers prove a bound for the program as given.
struct ForcingConstraints {
  private enum Step {
    /// `multipliers` of `rows` combine to the column alone, columns of earlier steps aside.
    case combination(column: Int, rows: Range<Int>)
    /// `columns` are at the bounds where the row's activity is least (most).
    case forcing(row: Int, isLeast: Bool, columns: Range<Int>)
  }

  private let program: LinearProgram
  private(set) var isFixed: [Bool]
  /// By column; 0 where it is not fixed.
  private(set) var value: [Double]
  private var steps: [Step] = []
  private var ids: [Int32] = []
  private var multipliers: [Double] = []

  /// Relative differences below this are rounding.
  private static let rounding = 1e-13
  private static let mostRounds = 30

  /// - Parameter sharedRows: rows that may be combined with each other.
  init(_ program: LinearProgram, sharedRows: [Int]) {
    self.program = program
    isFixed = zip(program.columnLower, program.columnUpper).map { $0 >= $1 }
    value = zip(isFixed, program.columnLower).map { $0 ? $1 : 0 }
    var equations = sharedRows.filter { program.rowLower[$0] == program.rowUpper[$0] }
    var rows = Array(0..<program.rowCount)
    for _ in 0..<ForcingConstraints.mostRounds {
      let before = steps.count
      combine(&equations)
      rows.removeAll { !look(at: $0) }
      if steps.count == before { break }
    }
  }

  private func entries(_ i: Int) -> Range<Int> { program.rowStart[i]..<program.rowStart[i + 1] }

  // MARK: Rows on their own

  private struct Activity {
    var fixed = 0.0
    var least = 0.0
    var most = 0.0
    var size = 0.0
    var freeCount = 0
    var last = -1
  }

  private func activity(_ i: Int) -> Activity {
    var result = Activity()
    for k in entries(i) {
      let j = Int(program.columnIndex[k])
      let a = program.coefficient[k]
      if isFixed[j] {
        result.fixed += a * value[j]
        result.size += abs(a * value[j])
        continue
      }
      let (low, high) = (a * program.columnLower[j], a * program.columnUpper[j])
      result.least += min(low, high)
      result.most += max(low, high)
      result.freeCount += 1
      result.last = k
    }
    result.least += result.fixed
    result.most += result.fixed
    return result
  }

  /// Takes out what a row leaves no choice; false where nothing of it is left.
  private mutating func look(at i: Int) -> Bool {
    let activity = activity(i)
    if activity.freeCount == 0 { return false }
    let (lower, upper) = (program.rowLower[i], program.rowUpper[i])
    if activity.freeCount == 1, lower == upper {
      let a = program.coefficient[activity.last]
      let size = (activity.size + abs(lower)) / abs(a)
      return !fix(
        Int(program.columnIndex[activity.last]), at: (lower - activity.fixed) / a, size,
        [(i, 1 / a)])
    }
    if isSame(activity.least, upper, activity.size) {
      force(i, isLeast: true)
      return false
    }
    if isSame(activity.most, lower, activity.size) {
      force(i, isLeast: false)
      return false
    }
    return true
  }

  private func isSame(_ a: Double, _ b: Double, _ size: Double) -> Bool {
    a.isFinite && b.isFinite
      && abs(a - b) <= ForcingConstraints.rounding * max(size, abs(a), abs(b))
  }

  private mutating func force(_ i: Int, isLeast: Bool) {
    let begin = ids.count
    for k in entries(i) {
      let j = Int(program.columnIndex[k])
      if isFixed[j] { continue }
      ids.append(Int32(truncatingIfNeeded: j))
      isFixed[j] = true
      value[j] =
        (program.coefficient[k] > 0) == isLeast ? program.columnLower[j] : program.columnUpper[j]
    }
    multipliers += [Double](repeating: 0, count: ids.count - begin)
    steps.append(.forcing(row: i, isLeast: isLeast, columns: begin..<ids.count))
  }

  /// - Parameter size: of the numbers that the value is a sum of.
  /// - Returns: whether the value is within the column's bounds.
  private mutating func fix(
    _ j: Int, at number: Double, _ size: Double, _ combination: [(row: Int, multiplier: Double)]
  ) -> Bool {
    let inside = min(max(number, program.columnLower[j]), program.columnUpper[j])
    guard isSame(inside, number, size) else { return false }
    let begin = ids.count
    for term in combination {
      ids.append(Int32(truncatingIfNeeded: term.row))
      multipliers.append(term.multiplier)
    }
    isFixed[j] = true
    value[j] = inside
    steps.append(.combination(column: j, rows: begin..<ids.count))
    return true
  }

  // MARK: Equations together

  /// Combines equations about the same columns; leaves those that still name any.
  private mutating func combine(_ equations: inout [Int]) {
    var order: [[Int32]] = []
    var alike: [[Int32]: [Int]] = [:]
    var left: [Int] = []
    for i in equations {
      let columns = entries(i).map { program.columnIndex[$0] }.filter { !isFixed[Int($0)] }.sorted()
      if columns.isEmpty { continue }
      left.append(i)
      if alike[columns] == nil { order.append(columns) }
      alike[columns, default: []].append(i)
    }
    equations = left
    for columns in order {
      // An earlier group may have fixed some; the next round sees what is left.
      guard let group = alike[columns], group.count > 1,
        !columns.contains(where: { isFixed[Int($0)] })
      else { continue }
      combine(group, columns.map { Int($0) })
    }
  }

  private mutating func combine(_ group: [Int], _ columns: [Int]) {
    var place: [Int: Int] = [:]
    for (c, j) in columns.enumerated() { place[j] = c }
    var right: [Double] = []
    var rightSize: [Double] = []
    let rows = group.map { i -> [Double] in
      var row = [Double](repeating: 0, count: columns.count)
      var (b, size) = (program.rowLower[i], abs(program.rowLower[i]))
      for k in entries(i) {
        let j = Int(program.columnIndex[k])
        if let c = place[j] {
          row[c] = program.coefficient[k]
        } else {
          b -= program.coefficient[k] * value[j]
          size += abs(program.coefficient[k] * value[j])
        }
      }
      right.append(b)
      rightSize.append(size)
      return row
    }
    let echelon = Echelon(rows)
    for (k, c) in echelon.columns.enumerated() where echelon.isAlone(k) {
      let combination = echelon.combination[k]
      var (number, size) = (0.0, 0.0)
      for (r, factor) in zip(echelon.rows, combination) {
        number += factor * right[r]
        size += abs(factor) * rightSize[r]
      }
      _ = fix(columns[c], at: number, size, zip(echelon.rows, combination).map { (group[$0], $1) })
    }
  }

  // MARK: What is left, and the way back

  /// The program without the fixed columns' entries and the rows that hold nothing else; columns keep their ids.
  func presolvedProgram() -> (program: LinearProgram, rows: [Int]) {
    var result = LinearProgram()
    result.reserve(
      columns: program.columnCount, rows: program.rowCount, nonzeros: program.nonzeroCount)
    var rows: [Int] = []
    result.objectiveOffset = program.objectiveOffset
    for j in 0..<program.columnCount {
      result.addColumn(
        lower: program.columnLower[j], upper: program.columnUpper[j],
        cost: isFixed[j] ? 0 : program.cost[j])
      if isFixed[j] { result.objectiveOffset += program.cost[j] * value[j] }
    }
    for i in 0..<program.rowCount {
      var (fixed, size) = (0.0, 0.0)
      for k in entries(i) {
        let j = Int(program.columnIndex[k])
        if isFixed[j] {
          fixed += program.coefficient[k] * value[j]
          size += abs(program.coefficient[k] * value[j])
        } else {
          result.addEntry(j, program.coefficient[k])
        }
      }
      let (lower, upper) = (program.rowLower[i] - fixed, program.rowUpper[i] - fixed)
      let slack = 1e-9 * max(size, 1)
      if result.openRowIsEmpty, lower <= slack, upper >= -slack { continue }
      result.finishRow(lower: lower, upper: upper)
      rows.append(i)
    }
    return (result, rows)
  }

  /// Completes multipliers of the program's rows, 0 for those that are not in the remainder.
  func postsolve(_ y: inout [Double]) {
    if steps.isEmpty { return }
    var reduced = program.cost
    for i in 0..<program.rowCount where y[i] != 0 { pay(i, y[i], &reduced) }
    for step in steps.reversed() {
      switch step {
      case .combination(let column, let rows):
        let price = reduced[column]
        if price == 0 { continue }
        for k in rows {
          let change = price * multipliers[k]
          y[Int(ids[k])] += change
          pay(Int(ids[k]), change, &reduced)
        }
      case .forcing(let row, let isLeast, let columns):
        let members = Set(ids[columns])
        var price = 0.0
        for k in entries(row) where members.contains(program.columnIndex[k]) {
          let needed = reduced[Int(program.columnIndex[k])] / program.coefficient[k]
          price = isLeast ? min(price, needed) : max(price, needed)
        }
        if price == 0 { continue }
        y[row] += price
        pay(row, price, &reduced)
      }
    }
  }

  private func pay(_ i: Int, _ price: Double, _ reduced: inout [Double]) {
    for k in entries(i) { reduced[Int(program.columnIndex[k])] -= price * program.coefficient[k] }
  }
}

/// The reduced row echelon form of a few columns of many rows, with complete pivoting: each time the row and
/// column are chosen that differ most from those before.
struct Echelon {
  /// Pivots: row and column.
  private(set) var rows: [Int] = []
  private(set) var columns: [Int] = []
  /// By pivot: what to multiply the pivot rows with, to get 1 in its column and 0 in those of the others.
  private(set) var combination: [[Double]] = []
  private var alone: [Bool] = []

  /// What is less than this of a row, once others have been taken from it, is nothing.
  private static let dependence = 1e-10
  /// A sum that is less than this of its terms is 0.
  private static let rounding = 1e-12

  init(_ matrix: [[Double]]) {
    choosePivots(matrix)
    let count = rows.count
    combination = Echelon.inverse(rows.map { r in columns.map { matrix[r][$0] } })
    for k in 0..<count {
      let isAlone = matrix[rows[k]].indices.allSatisfy { c in
        if columns.contains(c) { return true }
        var (sum, size) = (0.0, 0.0)
        for (factor, r) in zip(combination[k], rows) {
          sum += factor * matrix[r][c]
          size += abs(factor * matrix[r][c])
        }
        return abs(sum) <= Echelon.rounding * size
      }
      alone.append(isAlone)
    }
  }

  /// Whether the combination of a pivot names its column alone.
  func isAlone(_ pivot: Int) -> Bool { alone[pivot] }

  private mutating func choosePivots(_ matrix: [[Double]]) {
    var left = matrix
    let width = matrix.first?.count ?? 0
    // Columns have the same size, then rows.
    for c in 0..<width {
      let most = left.reduce(0) { max($0, abs($1[c])) }
      if most > 0 { for r in left.indices { left[r][c] /= most } }
    }
    for r in left.indices {
      let most = left[r].reduce(0) { max($0, abs($1)) }
      if most > 0 { for c in 0..<width { left[r][c] /= most } }
    }
    while rows.count < min(width, left.count) {
      var (row, column, most) = (-1, -1, Echelon.dependence)
      for r in left.indices {
        for c in 0..<width where abs(left[r][c]) > most {
          (row, column, most) = (r, c, abs(left[r][c]))
        }
      }
      if row < 0 { return }
      rows.append(row)
      columns.append(column)
      let pivot = left[row]
      for r in left.indices {
        let factor = left[r][column] / pivot[column]
        if factor == 0 { continue }
        for c in 0..<width { left[r][c] -= factor * pivot[c] }
        left[r][column] = 0
      }
      left[row] = [Double](repeating: 0, count: width)
    }
  }

  /// By Gauss and Jordan; the rows and columns come in an order in which the diagonal has the pivots.
  private static func inverse(_ matrix: [[Double]]) -> [[Double]] {
    var left = matrix
    let size = matrix.count
    var result = (0..<size).map { k in (0..<size).map { $0 == k ? 1.0 : 0 } }
    for k in 0..<size {
      let pivot = left[k][k]
      for c in 0..<size {
        left[k][c] /= pivot
        result[k][c] /= pivot
      }
      for r in 0..<size where r != k {
        let factor = left[r][k]
        if factor == 0 { continue }
        for c in 0..<size {
          left[r][c] -= factor * left[k][c]
          result[r][c] -= factor * result[k][c]
        }
      }
    }
    return result
  }
}
