/// Arithmetic modulo the prime 2^61 − 1.
enum Modular {
  static let prime: UInt64 = (1 << 61) - 1

  static func add(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let sum = a + b
    return sum >= prime ? sum - prime : sum
  }

  static func subtract(_ a: UInt64, _ b: UInt64) -> UInt64 { a >= b ? a - b : a + prime - b }

  static func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    // 2^61 is 1, so the digits above it are added to those below.
    let folded = (low & prime) + ((high << 3) | (low >> 61))
    return folded >= prime ? folded - prime : folded
  }

  /// The number whose product with `a` is 1; by Fermat.
  static func inverse(_ a: UInt64) -> UInt64 {
    var result: UInt64 = 1
    var base = a
    var power = prime - 2
    while power > 0 {
      if power & 1 == 1 { result = multiply(result, base) }
      base = multiply(base, base)
      power >>= 1
    }
    return result
  }
}

/// A square sparse matrix factored modulo a prime: rows are eliminated in the order that keeps fill small.
///
/// Solves both Ax = b and Aᵀy = b.
struct ModularFactor {
  typealias Entry = (column: Int, value: UInt64)
  private let size: Int
  /// By elimination step: the pivot's row and column, the inverse of its value, and the rest of its row.
  private var pivotRows: [Int] = []
  private var pivotColumns: [Int] = []
  private var inverses: [UInt64] = []
  private var upper: [[Entry]] = []
  /// By elimination step: rows from which a multiple of the pivot's row was taken.
  private var lower: [[(row: Int, factor: UInt64)]] = []

  /// - Parameters:
  ///   - rows: entries by row, without zeros, every column once.
  ///   - largestFill: entries above which the attempt is given up.
  /// - Returns: nil where the matrix is singular modulo the prime, or fills too much.
  init?(rows matrix: [[Entry]], largestFill: Int) {
    size = matrix.count
    var rows = matrix
    var members = [Set<Int>](repeating: [], count: size)
    for (i, row) in rows.enumerated() { for entry in row { members[entry.column].insert(i) } }
    var isOpen = [Bool](repeating: true, count: size)
    var fill = rows.reduce(0) { $0 + $1.count }
    var work = [UInt64](repeating: 0, count: size)
    var isSet = [Bool](repeating: false, count: size)
    // Rows by their count, so that the shortest is found at once; entries may be out of date.
    var shortest = [[Int]](repeating: [], count: size + 1)
    for (i, row) in rows.enumerated() { shortest[row.count].append(i) }
    for _ in 0..<size {
      guard let i = Self.takeShortest(&shortest, rows, isOpen) else { return nil }
      guard
        let pivot = rows[i].min(by: {
          (members[$0.column].count, $0.column) < (members[$1.column].count, $1.column)
        })
      else { return nil }
      isOpen[i] = false
      let inverse = Modular.inverse(pivot.value)
      let rest = rows[i].filter { $0.column != pivot.column }
      for entry in rows[i] { members[entry.column].remove(i) }
      var factors: [(row: Int, factor: UInt64)] = []
      for other in members[pivot.column].sorted() {
        guard let value = rows[other].first(where: { $0.column == pivot.column })?.value else {
          continue
        }
        let factor = Modular.multiply(value, inverse)
        factors.append((other, factor))
        fill -= rows[other].count
        rows[other] = Self.reduced(
          rows[other], by: rest, factor, pivot.column, other, &members, &work, &isSet)
        fill += rows[other].count
        shortest[rows[other].count].append(other)
      }
      if fill > largestFill { return nil }
      members[pivot.column] = []
      pivotRows.append(i)
      pivotColumns.append(pivot.column)
      inverses.append(inverse)
      upper.append(rest)
      lower.append(factors)
    }
  }

  private static func takeShortest(
    _ shortest: inout [[Int]], _ rows: [[Entry]], _ isOpen: [Bool]
  ) -> Int? {
    for count in shortest.indices {
      while let row = shortest[count].popLast() {
        if isOpen[row] && rows[row].count == count { return count == 0 ? nil : row }
      }
    }
    return nil
  }

  /// A row minus a multiple of the pivot's row, without the pivot's column.
  private static func reduced(
    _ row: [Entry], by rest: [Entry], _ factor: UInt64, _ pivot: Int, _ number: Int,
    _ members: inout [Set<Int>], _ work: inout [UInt64], _ isSet: inout [Bool]
  ) -> [Entry] {
    var columns: [Int] = []
    for entry in row where entry.column != pivot {
      work[entry.column] = entry.value
      isSet[entry.column] = true
      columns.append(entry.column)
    }
    for entry in rest {
      let product = Modular.multiply(factor, entry.value)
      if !isSet[entry.column] {
        isSet[entry.column] = true
        work[entry.column] = 0
        columns.append(entry.column)
        members[entry.column].insert(number)
      }
      work[entry.column] = Modular.subtract(work[entry.column], product)
    }
    var result: [Entry] = []
    result.reserveCapacity(columns.count)
    for column in columns {
      isSet[column] = false
      if work[column] == 0 {
        members[column].remove(number)
      } else {
        result.append((column, work[column]))
      }
    }
    return result
  }

  /// x with Ax = b modulo the prime.
  func solve(_ right: [UInt64]) -> [UInt64] {
    var b = right
    for step in 0..<size {
      let value = b[pivotRows[step]]
      if value == 0 { continue }
      for (row, factor) in lower[step] {
        b[row] = Modular.subtract(b[row], Modular.multiply(factor, value))
      }
    }
    var x = [UInt64](repeating: 0, count: size)
    for step in (0..<size).reversed() {
      var value = b[pivotRows[step]]
      for entry in upper[step] where x[entry.column] != 0 {
        value = Modular.subtract(value, Modular.multiply(entry.value, x[entry.column]))
      }
      x[pivotColumns[step]] = Modular.multiply(value, inverses[step])
    }
    return x
  }

  /// y with Aᵀy = b modulo the prime.
  func solveTransposed(_ right: [UInt64]) -> [UInt64] {
    var b = right
    var y = [UInt64](repeating: 0, count: size)
    for step in 0..<size {
      let value = Modular.multiply(b[pivotColumns[step]], inverses[step])
      y[pivotRows[step]] = value
      if value == 0 { continue }
      for entry in upper[step] {
        b[entry.column] = Modular.subtract(b[entry.column], Modular.multiply(entry.value, value))
      }
    }
    for step in (0..<size).reversed() {
      var value = y[pivotRows[step]]
      for (row, factor) in lower[step] where y[row] != 0 {
        value = Modular.subtract(value, Modular.multiply(factor, y[row]))
      }
      y[pivotRows[step]] = value
    }
    return y
  }
}
