import Support

/// The dual bound that a vector of row multipliers proves.
struct DualBound {
  var bound: Double
  var isProven: Bool
  /// Largest reduced cost that points to an infinite bound, on the scale of its column.
  var infeasibility: Double
  /// By how much reduced costs that are rounding errors have lowered the bound.
  var rounding: Double
  var reducedCosts: [Double]
}

extension LinearProgram {
  /// A lower bound on the optimum that holds for any multipliers (Neumaier and Shcherbina 2004).
  ///
  /// Multipliers of the wrong sign for their row are set to 0; the reduced costs are bounded over the box of each
  /// column. A column with an infinite bound gets an implied bound from the rows where possible.
  ///
  /// - Parameter point: values of the columns, which give the size of a column without any bound.
  /// - Complexity: a pass over the nonzeros, a few more if bounds must be derived.
  func dualBound(duals: [Double], near point: [Double], scaling: Scaling) -> DualBound {
    let (high, low, magnitude) = reducedCosts(clippedDuals: duals)
    var sum = CompensatedSum(objectiveOffset)
    for i in 0..<rowCount {
      let y = clippedDual(i, duals[i])
      if y > 0 { sum.add(y, times: rowLower[i]) }
      if y < 0 { sum.add(y, times: rowUpper[i]) }
    }
    var result = DualBound(
      bound: -.infinity, isProven: true, infeasibility: 0, rounding: 0, reducedCosts: high)
    var implied: (lower: [Double], upper: [Double])?
    var isFinite = true
    for j in 0..<columnCount {
      let d = high[j] + low[j]
      result.reducedCosts[j] = d
      if d == 0 { continue }
      var bound = d > 0 ? columnLower[j] : columnUpper[j]
      if !bound.isFinite {
        let size = max(magnitude[j], 1e-3 / (scaling.objective * scaling.column[j]))
        let relative = abs(d) / size
        result.infeasibility = max(result.infeasibility, relative)
        if implied == nil { implied = impliedBounds() }
        if let implied { bound = d > 0 ? implied.lower[j] : implied.upper[j] }
        if !bound.isFinite {
          if relative > 1e-9 {
            isFinite = false
            continue
          }
          let reach = 10 * max(abs(point[j]), scaling.column[j] / scaling.bound)
          bound = d > 0 ? -reach : reach
          result.isProven = false
        }
      }
      if abs(d) <= 1e-11 * magnitude[j] { result.rounding += max(0, -d * (bound - point[j])) }
      sum.add(high[j], times: bound)
      sum.add(low[j] * bound)
    }
    if isFinite { result.bound = sum.value }
    return result
  }

  /// The multiplier, or 0 if its row has no bound on that side.
  @inline(__always)
  private func clippedDual(_ row: Int, _ dual: Double) -> Double {
    if dual > 0 { return rowLower[row].isFinite ? dual : 0 }
    return dual < 0 && rowUpper[row].isFinite ? dual : 0
  }

  /// cost − Aᵀy in two parts, and |cost| + |A|ᵀ|y|.
  private func reducedCosts(
    clippedDuals duals: [Double]
  ) -> (high: [Double], low: [Double], magnitude: [Double]) {
    var high = cost
    var low = [Double](repeating: 0, count: columnCount)
    var magnitude = cost.map { abs($0) }
    high.withUnsafeMutableBufferPointer { high in
      low.withUnsafeMutableBufferPointer { low in
        magnitude.withUnsafeMutableBufferPointer { magnitude in
          columnIndex.withUnsafeBufferPointer { index in
            coefficient.withUnsafeBufferPointer { value in
              for i in 0..<rowCount {
                let y = -clippedDual(i, duals[i])
                if y == 0 { continue }
                for k in rowStart[i]..<rowStart[i + 1] {
                  let j = Int(index[k])
                  let product = y * value[k]
                  let old = high[j]
                  let sum = old + product
                  let part = sum - old
                  low[j] += (old - (sum - part)) + (product - part)
                  low[j] += (-product).addingProduct(y, value[k])
                  high[j] = sum
                  magnitude[j] += abs(product)
                }
              }
            }
          }
        }
      }
    }
    return (high, low, magnitude)
  }

  /// Bounds of the columns that follow from the rows and the other bounds, by a few rounds of propagation.
  func impliedBounds(rounds: Int = 3) -> (lower: [Double], upper: [Double]) {
    var lower = columnLower
    var upper = columnUpper
    for _ in 0..<rounds {
      var changed = false
      for i in 0..<rowCount {
        if tighten(row: i, &lower, &upper) { changed = true }
      }
      if !changed { break }
    }
    return (lower, upper)
  }

  /// Gives infinite bounds of the columns of a row a value, where the row has one to give.
  private func tighten(row i: Int, _ lower: inout [Double], _ upper: inout [Double]) -> Bool {
    var least = 0.0
    var most = 0.0
    var leastGaps = 0
    var mostGaps = 0
    for k in rowStart[i]..<rowStart[i + 1] {
      let a = coefficient[k]
      let j = Int(columnIndex[k])
      let low = a > 0 ? lower[j] : upper[j]
      let high = a > 0 ? upper[j] : lower[j]
      if low.isFinite { least += a * low } else { leastGaps += 1 }
      if high.isFinite { most += a * high } else { mostGaps += 1 }
    }
    if leastGaps > 1 && mostGaps > 1 { return false }
    if leastGaps == 0 && mostGaps == 0 { return false }
    var changed = false
    for k in rowStart[i]..<rowStart[i + 1] {
      let a = coefficient[k]
      let j = Int(columnIndex[k])
      let low = a > 0 ? lower[j] : upper[j]
      let high = a > 0 ? upper[j] : lower[j]
      if !high.isFinite, rowUpper[i].isFinite, leastGaps == (low.isFinite ? 0 : 1) {
        // a·x can be at most the upper bound minus the least of the others.
        let limit = (rowUpper[i] - (low.isFinite ? least - a * low : least)) / a
        let slack = abs(limit) * 1e-9
        if a > 0 { upper[j] = limit + slack } else { lower[j] = limit - slack }
        changed = true
      } else if !low.isFinite, rowLower[i].isFinite, mostGaps == (high.isFinite ? 0 : 1) {
        let limit = (rowLower[i] - (high.isFinite ? most - a * high : most)) / a
        let slack = abs(limit) * 1e-9
        if a > 0 { lower[j] = limit - slack } else { upper[j] = limit + slack }
        changed = true
      }
    }
    return changed
  }
}
