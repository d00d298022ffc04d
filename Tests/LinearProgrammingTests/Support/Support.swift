import TestSupport
import Testing

@testable import LinearProgramming

/// A program from whole numbers: few columns, `≤` rows, finite boxes.
func randomProgram(
  _ random: inout Random, columns: Int, rows: Int, integer: Bool = false
) -> LinearProgram {
  var program = LinearProgram()
  for _ in 0..<columns {
    program.addColumn(
      lower: 0, upper: Double(random.whole(1...6)), cost: Double(random.whole(-9...5)),
      integer: integer)
  }
  for _ in 0..<rows {
    for j in 0..<columns where random.whole(0...3) > 0 {
      program.addEntry(j, Double(random.whole(-4...9)))
    }
    let upper = Double(random.whole(0...20))
    program.finishRow(lower: random.whole(0...4) == 0 ? upper - 15 : -.infinity, upper: upper)
  }
  return program
}

extension LinearProgram {
  func isFeasible(_ x: [Double], tolerance: Double = 1e-9) -> Bool {
    for j in 0..<columnCount {
      if x[j] < columnLower[j] - tolerance || x[j] > columnUpper[j] + tolerance { return false }
    }
    for i in 0..<rowCount {
      var sum = 0.0
      for k in rowStart[i]..<rowStart[i + 1] { sum += coefficient[k] * x[Int(columnIndex[k])] }
      if sum < rowLower[i] - tolerance || sum > rowUpper[i] + tolerance { return false }
    }
    return true
  }

  func value(_ x: [Double]) -> Double {
    objectiveOffset + zip(cost, x).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The optimum by trying every vertex; nil if there is none.
  func optimumByVertices() -> Double? {
    var planes: [(normal: [Double], value: Double)] = []
    for j in 0..<columnCount {
      var unit = [Double](repeating: 0, count: columnCount)
      unit[j] = 1
      planes.append((unit, columnLower[j]))
      planes.append((unit, columnUpper[j]))
    }
    for i in 0..<rowCount {
      var normal = [Double](repeating: 0, count: columnCount)
      for k in rowStart[i]..<rowStart[i + 1] { normal[Int(columnIndex[k])] = coefficient[k] }
      for value in [rowLower[i], rowUpper[i]] where value.isFinite {
        planes.append((normal, value))
      }
    }
    var best: Double?
    var chosen: [Int] = []
    func visit(_ from: Int) {
      if chosen.count == columnCount {
        if let x = solveSquare(chosen.map { planes[$0] }), isFeasible(x, tolerance: 1e-7) {
          best = min(best ?? .infinity, value(x))
        }
        return
      }
      for next in from..<planes.count {
        chosen.append(next)
        visit(next + 1)
        chosen.removeLast()
      }
    }
    visit(0)
    return best
  }

  /// The optimum over whole numbers by trying every point of the box; nil if there is none.
  func optimumByPoints() -> Double? {
    var best: Double?
    var x = columnLower
    while true {
      if isFeasible(x) { best = min(best ?? .infinity, value(x)) }
      var j = 0
      while j < columnCount && x[j] == columnUpper[j] {
        x[j] = columnLower[j]
        j += 1
      }
      if j == columnCount { return best }
      x[j] += 1
    }
  }
}

/// Gauss with pivoting; nil if singular.
func solveSquare(_ planes: [(normal: [Double], value: Double)]) -> [Double]? {
  let n = planes.count
  var a = planes.map { $0.normal + [$0.value] }
  for column in 0..<n {
    guard let pivot = (column..<n).max(by: { abs(a[$0][column]) < abs(a[$1][column]) }),
      abs(a[pivot][column]) > 1e-9
    else { return nil }
    a.swapAt(column, pivot)
    for row in 0..<n where row != column {
      let factor = a[row][column] / a[column][column]
      if factor == 0 { continue }
      for k in column...n { a[row][k] -= factor * a[column][k] }
    }
  }
  return (0..<n).map { a[$0][n] / a[$0][$0] }
}

extension Outcome {
  var optimum: Solution? {
    if case .optimal(let solution) = self { return solution }
    return nil
  }

  var isInfeasible: Bool {
    if case .infeasible = self { return true }
    return false
  }

  var certificate: Certificate? {
    if case .infeasible(let certificate) = self { return certificate }
    return nil
  }
}

func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-7) -> Bool {
  abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

/// max 3x + 5y, x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18: 36 at (2, 6).
func textbookProgram() -> LinearProgram {
  var program = LinearProgram()
  let x = program.addColumn(cost: -3)
  let y = program.addColumn(cost: -5)
  program.addRow(lower: -.infinity, upper: 4, [(x, 1)])
  program.addRow(lower: -.infinity, upper: 12, [(y, 2)])
  program.addRow(lower: -.infinity, upper: 18, [(x, 3), (y, 2)])
  return program
}

/// Goods from plants to markets at random costs, big enough to take a while.
func transportProgram(plants: Int, markets: Int, seed: UInt64) -> LinearProgram {
  var random = Random(seed)
  return transportProgram(plants: plants, markets: markets) { random.uniform() }
}

/// - Parameter uniform: draws the next number from 0 to 1.
func transportProgram(plants: Int, markets: Int, uniform: () -> Double) -> LinearProgram {
  var program = LinearProgram()
  for _ in 0..<(plants * markets) { program.addColumn(cost: 1 + uniform()) }
  for p in 0..<plants {
    for m in 0..<markets { program.addEntry(p * markets + m, 1) }
    program.finishRow(lower: -.infinity, upper: Double(markets) * 1.2)
  }
  for m in 0..<markets {
    for p in 0..<plants { program.addEntry(p * markets + m, 1 - 0.2 * uniform()) }
    program.finishRow(lower: Double(plants) * (0.5 + 0.4 * uniform()), upper: .infinity)
  }
  return program
}
