import Foundation

/// Factors, all powers of two so that scaling rounds nothing, that bring coefficients, costs and bounds near 1.
///
/// With `x = column · x′ / bound`, rows multiplied by `row`, the scaled program is
/// `row·A·column`, costs `objective·cost·column`, column bounds `bound·l / column`, row bounds `bound·row·L`.
/// Integer columns keep the factor 1. A basis is the same before and after.
public struct Scaling: Sendable, Equatable {
  public var row: [Double]
  public var column: [Double]
  public var objective: Double
  public var bound: Double
  /// The size from which on solvers get a scaled bound of a column as none; infinity: they get all bounds. An optimum that
  /// keeps the bounds that were left out is one of the program as it is.
  public var farBound = Double.infinity
  /// Smallest and largest absolute coefficient before scaling; nil without coefficients.
  public var rangeBefore: ClosedRange<Double>?
  /// The same after scaling.
  public var rangeAfter: ClosedRange<Double>?

  /// Factors that change nothing.
  public init(identityFor program: LinearProgram) {
    row = Array(repeating: 1, count: program.rowCount)
    column = Array(repeating: 1, count: program.columnCount)
    objective = 1
    bound = 1
    rangeBefore = program.coefficientRange(row: row, column: column)
    rangeAfter = rangeBefore
  }

  /// Geometric passes and one of equilibration, then the objective.
  ///
  /// - Parameter includesCosts: whether the costs count as one more row when columns are scaled.
  /// - Complexity: five passes over the nonzeros.
  public init(for program: LinearProgram, includesCosts: Bool = false) {
    self.init(identityFor: program)
    if let range = rangeBefore, range.lowerBound < 0.25 || range.upperBound > 4 || includesCosts {
      for _ in 0..<3 { geometricPass(program, includesCosts: includesCosts) }
      equilibrate(program)
      roundToPowers(program)
    } else if includesCosts {
      geometricPass(program, includesCosts: true)
      roundToPowers(program)
    }
    chooseFarBound(program)
    if !program.isInteger.contains(true) { scaleBounds(program) }
    scaleObjective(program)
    rangeAfter = program.coefficientRange(row: row, column: column)
  }

  /// Columns measured by what they are at a point, rows by their largest term there; columns that are 0 by what they would
  /// be in the rows of others.
  ///
  /// Down a chain of recipes of 300 to 1 amounts lie millions apart, and in these units none.
  ///
  /// - Parameter usual: the factors of what has no connection with a column that is not 0.
  init(for program: LinearProgram, flows point: [Double], _ usual: Scaling) {
    self.init(identityFor: program)
    var isSet = [Bool](repeating: false, count: column.count)
    for j in column.indices {
      let size = abs(point[j])
      isSet[j] = program.isInteger[j] || size > 1e-6 * usual.column[j] / usual.bound
      column[j] = program.isInteger[j] ? 1 : (isSet[j] ? size : usual.column[j] / usual.bound)
    }
    var rowIsSet = [Bool](repeating: false, count: row.count)
    for _ in 0..<Scaling.mostFlowPasses {
      var hasChanged = false
      for i in row.indices where !rowIsSet[i] {
        var most = 0.0
        for k in program.rowStart[i]..<program.rowStart[i + 1] {
          let j = Int(program.columnIndex[k])
          if isSet[j] { most = max(most, abs(program.coefficient[k]) * column[j]) }
        }
        if most == 0 { continue }
        row[i] = 1 / most
        rowIsSet[i] = true
        hasChanged = true
      }
      var most = [Double](repeating: 0, count: column.count)
      for i in row.indices where rowIsSet[i] {
        for k in program.rowStart[i]..<program.rowStart[i + 1] {
          let j = Int(program.columnIndex[k])
          most[j] = max(most[j], abs(program.coefficient[k]) * row[i])
        }
      }
      for j in column.indices where !isSet[j] && most[j] > 0 {
        column[j] = 1 / most[j]
        isSet[j] = true
        hasChanged = true
      }
      if !hasChanged { break }
    }
    equilibrate(program)
    roundToPowers(program)
    scaleObjective(program)
    rangeAfter = program.coefficientRange(row: row, column: column)
  }

  private static let mostFlowPasses = 50

  private mutating func geometricPass(_ program: LinearProgram, includesCosts: Bool) {
    var least = Array(repeating: Double.infinity, count: column.count)
    var most = Array(repeating: 0.0, count: column.count)
    for i in row.indices {
      var low = Double.infinity
      var high = 0.0
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let size = abs(program.coefficient[k]) * column[Int(program.columnIndex[k])]
        low = min(low, size)
        high = max(high, size)
      }
      if high > 0 { row[i] = 1 / (low * high).squareRoot() }
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let size = abs(program.coefficient[k]) * row[i]
        let j = Int(program.columnIndex[k])
        least[j] = min(least[j], size)
        most[j] = max(most[j], size)
      }
    }
    if includesCosts {
      let sizes = column.indices.map { abs(program.cost[$0]) * column[$0] }.filter { $0 > 0 }
      let factor = 1 / max(geometricMean(sizes), .leastNormalMagnitude)
      for j in column.indices where program.cost[j] != 0 {
        let size = abs(program.cost[j]) * factor
        least[j] = min(least[j], size)
        most[j] = max(most[j], size)
      }
    }
    for j in column.indices where most[j] > 0 && !program.isInteger[j] {
      column[j] = 1 / (least[j] * most[j]).squareRoot()
    }
  }

  private mutating func equilibrate(_ program: LinearProgram) {
    for i in row.indices {
      var high = 0.0
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        high = max(high, abs(program.coefficient[k]) * column[Int(program.columnIndex[k])])
      }
      if high > 0 { row[i] = 1 / high }
    }
  }

  private mutating func roundToPowers(_ program: LinearProgram) {
    for i in row.indices { row[i] = powerOfTwo(near: row[i]) }
    for j in column.indices where !program.isInteger[j] { column[j] = powerOfTwo(near: column[j]) }
  }

  /// Bounds of 1e19 beside amounts of 100 say only that somebody did not want to leave a bound out. A simplex that starts
  /// from them loses all digits of the amounts.
  private mutating func chooseFarBound(_ program: LinearProgram) {
    var sum = 0.0
    var count = 0
    var largest = 0.0
    for i in row.indices {
      for value in [program.rowLower[i], program.rowUpper[i]] where value.isFinite && value != 0 {
        sum += log2(abs(value) * row[i])
        count += 1
      }
    }
    for j in column.indices where !program.isInteger[j] {
      for value in [program.columnLower[j], program.columnUpper[j]] where value.isFinite {
        largest = max(largest, abs(value) / column[j])
      }
    }
    let usual = count > 0 ? exp2(sum / Double(count)) : 1
    if largest > Scaling.farBoundRatio * usual { farBound = Scaling.farBoundRatio * usual }
  }

  private static let farBoundRatio = 1e7

  /// In programs with tiny units all values would lie below the solver's tolerances.
  private mutating func scaleBounds(_ program: LinearProgram) {
    var largest = 0.0
    for i in row.indices {
      for value in [program.rowLower[i], program.rowUpper[i]] where value.isFinite {
        largest = max(largest, abs(value) * row[i])
      }
    }
    for j in column.indices {
      for value in [program.columnLower[j], program.columnUpper[j]] where value.isFinite {
        let size = abs(value) / column[j]
        if size <= farBound { largest = max(largest, size) }
      }
    }
    if largest > 0 && largest < 1 { bound = powerOfTwo(near: 1 / largest) }
    farBound *= bound
  }

  private mutating func scaleObjective(_ program: LinearProgram) {
    let sizes = column.indices.map { abs(program.cost[$0]) * column[$0] }.filter { $0 > 0 }
    guard let largest = sizes.max() else { return }
    objective = powerOfTwo(near: min(1 / geometricMean(sizes), 1e3 / largest))
  }

  /// The scaled costs.
  func scaledCosts(_ cost: [Double]) -> [Double] {
    var result = cost
    for j in result.indices { result[j] *= objective * column[j] }
    return result
  }

  /// Chooses the factor of the objective anew.
  mutating func rescaleObjective(_ program: LinearProgram) { scaleObjective(program) }
}

private func geometricMean(_ values: [Double]) -> Double {
  if values.isEmpty { return 1 }
  return exp2(values.reduce(0) { $0 + log2($1) } / Double(values.count))
}

func powerOfTwo(near value: Double) -> Double {
  guard value.isFinite, value > 0 else { return 1 }
  return exp2(min(max(log2(value).rounded(), -500), 500))
}

extension LinearProgram {
  /// Smallest and largest absolute coefficient with the given factors.
  func coefficientRange(row: [Double], column: [Double]) -> ClosedRange<Double>? {
    var low = Double.infinity
    var high = 0.0
    for i in 0..<rowCount {
      for k in rowStart[i]..<rowStart[i + 1] {
        let size = abs(coefficient[k]) * row[i] * column[Int(columnIndex[k])]
        if size == 0 { continue }
        low = min(low, size)
        high = max(high, size)
      }
    }
    return low <= high ? low...high : nil
  }
}
