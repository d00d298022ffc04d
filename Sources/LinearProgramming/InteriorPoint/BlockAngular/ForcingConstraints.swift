/// Forcing constraints and the columns that they fix: the presolve of the block-angular method (Andersen and Andersen
/// 1995, sections 3.2 and 3.3).
///
///     3·x = y + z,  4·x = y + z,  y ≥ 0,  z ≥ 0      x = 0, and then y + z = 0 forces y = z = 0
///
/// - Equations in the same columns, of which a linear combination contains one column alone, fix it (λᵀA = e).
/// - A forcing row, whose least (greatest) activity within the columns' bounds equals its upper (lower) bound, fixes all
///   its columns at these bounds.
///
/// An interior point method needs these columns removed: with them the program has no interior. `postsolve` computes the
/// rows' multipliers such that reduced costs have the sign that the columns' values require, so that the multipliers
/// prove a bound for the program as given.
struct ForcingConstraints {
  private enum Step {
    /// The combination of `rows` with `multipliers` contains the column alone, except for columns of earlier steps.
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
      rows.removeAll { !examine($0) }
      if steps.count == before { break }
    }
  }

  private func entries(_ i: Int) -> Range<Int> { program.rowStart[i]..<program.rowStart[i + 1] }

  // MARK: Forcing rows

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

  /// Fixes the columns that a row determines; false where all its columns are fixed.
  private mutating func examine(_ i: Int) -> Bool {
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

  /// - Parameter size: the sum of the sizes of the value's terms.
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

  // MARK: Combinations of equations

  /// Combines equations in the same columns; keeps those that still have a column that is not fixed.
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
      // An earlier group may have fixed some of the columns: the next round examines the rest.
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
    let echelon = RowEchelonForm(rows)
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

  // MARK: Presolved program and postsolve

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

  /// Completes the multipliers of the program's rows, which are 0 for those that are not in the presolved program.
  func postsolve(_ y: inout [Double]) {
    if steps.isEmpty { return }
    var reduced = program.cost
    for i in 0..<program.rowCount where y[i] != 0 { subtract(i, times: y[i], from: &reduced) }
    for step in steps.reversed() {
      switch step {
      case .combination(let column, let rows):
        let multiplier = reduced[column]
        if multiplier == 0 { continue }
        for k in rows {
          let change = multiplier * multipliers[k]
          y[Int(ids[k])] += change
          subtract(Int(ids[k]), times: change, from: &reduced)
        }
      case .forcing(let row, let isLeast, let columns):
        let members = Set(ids[columns])
        var multiplier = 0.0
        for k in entries(row) where members.contains(program.columnIndex[k]) {
          let needed = reduced[Int(program.columnIndex[k])] / program.coefficient[k]
          multiplier = isLeast ? min(multiplier, needed) : max(multiplier, needed)
        }
        if multiplier == 0 { continue }
        y[row] += multiplier
        subtract(row, times: multiplier, from: &reduced)
      }
    }
  }

  private func subtract(_ i: Int, times multiplier: Double, from reduced: inout [Double]) {
    for k in entries(i) {
      reduced[Int(program.columnIndex[k])] -= multiplier * program.coefficient[k]
    }
  }
}
