import Support

extension LinearProgram {
  /// Checks row multipliers as a proof of infeasibility; either sign of them will do.
  ///
  /// - Returns: the certificate, or nil if they prove nothing.
  /// - Complexity: two passes over the nonzeros.
  func certificate(multipliers: [Double], scaling: Scaling) -> Certificate? {
    for sign in [1.0, -1.0] {
      if let found = signedCertificate(multipliers.map { $0 * sign }, scaling) { return found }
    }
    return nil
  }

  /// Whether multipliers of the scaled rows, with either sign, prove that there is no point; none of another count do.
  func isProvenEmpty(by multipliers: [Double], _ scaling: Scaling) -> Bool {
    multipliers.count == rowCount
      && certificate(
        multipliers: zip(multipliers, scaling.row).map { $0 * $1 }, scaling: scaling) != nil
  }

  private func signedCertificate(_ multipliers: [Double], _ scaling: Scaling) -> Certificate? {
    var y = multipliers
    var largest = 0.0
    for i in y.indices {
      if !y[i].isFinite { return nil }
      largest = max(largest, abs(y[i]) / scaling.row[i])
    }
    if largest == 0 { return nil }
    // Multipliers of infinite bounds must be rounding errors; they are set to 0.
    for i in y.indices {
      let bound = y[i] > 0 ? rowLower[i] : rowUpper[i]
      if y[i] == 0 || bound.isFinite { continue }
      if abs(y[i]) / scaling.row[i] > 1e-7 * largest { return nil }
      y[i] = 0
    }
    var leastRows = CompensatedSum()
    var size = 0.0
    for i in y.indices where y[i] != 0 {
      let bound = y[i] > 0 ? rowLower[i] : rowUpper[i]
      leastRows.add(y[i], times: bound)
      size += abs(y[i] * bound)
    }
    var z = [CompensatedSum](repeating: CompensatedSum(), count: columnCount)
    var magnitude = [Double](repeating: 0, count: columnCount)
    for i in y.indices where y[i] != 0 {
      for k in rowStart[i]..<rowStart[i + 1] {
        let j = Int(columnIndex[k])
        z[j].add(y[i], times: coefficient[k])
        magnitude[j] += abs(y[i] * coefficient[k])
      }
    }
    var mostColumns = CompensatedSum()
    var columns: [(Int, Double, Double)] = []
    for j in 0..<columnCount {
      let weight = z[j].value
      if weight == 0 { continue }
      let bound = weight > 0 ? columnUpper[j] : columnLower[j]
      if !bound.isFinite {
        if abs(weight) <= 1e-9 * magnitude[j] { continue }
        return nil
      }
      mostColumns.add(weight, times: bound)
      size += abs(weight * bound)
      if abs(weight) > 1e-12 * magnitude[j] { columns.append((j, weight, abs(weight * bound))) }
    }
    let margin = leastRows.value - mostColumns.value
    if !(margin > 1e-9 * size) || size == 0 { return nil }
    return Certificate(
      rows: terms(
        y.indices.filter { y[$0] != 0 }.map { ($0, y[$0], abs(y[$0]) * rowSize($0, y[$0])) }),
      columns: terms(columns), relativeMargin: margin / size)
  }

  private func rowSize(_ row: Int, _ weight: Double) -> Double {
    abs(weight > 0 ? rowLower[row] : rowUpper[row])
  }

  private func terms(_ parts: [(index: Int, weight: Double, size: Double)]) -> [Certificate.Term] {
    let total = parts.reduce(0) { $0 + $1.size }
    return parts.map {
      Certificate.Term(index: $0.index, weight: $0.weight, share: total > 0 ? $0.size / total : 0)
    }.sorted { ($1.share, abs($1.weight), $0.index) < ($0.share, abs($0.weight), $1.index) }
  }

  /// Checks a direction as a proof of unboundedness; either sign of it will do.
  func ray(direction: [Double]) -> Ray? {
    for sign in [1.0, -1.0] {
      if let found = signedRay(direction.map { $0 * sign }) { return found }
    }
    return nil
  }

  private func signedRay(_ direction: [Double]) -> Ray? {
    let largest = direction.reduce(0) { max($0, abs($1)) }
    if !(largest > 0 && largest.isFinite) { return nil }
    var d = direction.map { $0 / largest }
    for j in d.indices where d[j] != 0 {
      let bound = d[j] > 0 ? columnUpper[j] : columnLower[j]
      if !bound.isFinite { continue }
      if abs(d[j]) > 1e-9 { return nil }
      d[j] = 0
    }
    var change = CompensatedSum()
    var size = 0.0
    for j in d.indices where d[j] != 0 {
      change.add(cost[j], times: d[j])
      size += abs(cost[j] * d[j])
    }
    if !(change.value < -1e-9 * size) { return nil }
    var residual = 0.0
    for i in 0..<rowCount {
      var sum = CompensatedSum()
      var magnitude = 0.0
      for k in rowStart[i]..<rowStart[i + 1] {
        let term = d[Int(columnIndex[k])]
        sum.add(coefficient[k], times: term)
        magnitude += abs(coefficient[k] * term)
      }
      let move = sum.value
      let leaves = (move > 0 && rowUpper[i].isFinite) || (move < 0 && rowLower[i].isFinite)
      if leaves { residual = max(residual, abs(move) / magnitude) }
    }
    if residual > 1e-9 { return nil }
    let columns = d.indices.filter { d[$0] != 0 }.map { Ray.Term(column: $0, direction: d[$0]) }
    return Ray(
      columns: columns.sorted {
        (abs($1.direction), $0.column) < (abs($0.direction), $1.column)
      }, objectiveChange: change.value, residual: residual)
  }

  /// The elastic program, with a column for each violation of a row, whose optimum is the least total violation.
  ///
  /// It always has a solution, and its multipliers prove infeasibility when that optimum is not 0.
  func elastic(scaling: Scaling) -> LinearProgram {
    var result = LinearProgram()
    result.reserve(
      columns: columnCount + 2 * rowCount, rows: rowCount, nonzeros: nonzeroCount + 2 * rowCount)
    for j in 0..<columnCount { result.addColumn(lower: columnLower[j], upper: columnUpper[j]) }
    for i in 0..<rowCount {
      for k in rowStart[i]..<rowStart[i + 1] {
        result.addEntry(Int(columnIndex[k]), coefficient[k])
      }
      // A unit of violation counts the same in every row of the scaled program.
      if rowLower[i].isFinite { result.addEntry(result.addColumn(cost: 1), 1 / scaling.row[i]) }
      if rowUpper[i].isFinite { result.addEntry(result.addColumn(cost: 1), -1 / scaling.row[i]) }
      result.finishRow(lower: rowLower[i], upper: rowUpper[i])
    }
    return result
  }
}
