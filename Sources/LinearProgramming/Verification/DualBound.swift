import Support

/// The dual bound that a vector of row multipliers proves.
struct DualBound {
  var bound: Double
  var isProven: Bool
  /// Largest reduced cost that points to an infinite bound, on the scale of its column.
  var infeasibility: Double
  /// By how much reduced costs that are rounding errors have lowered the bound.
  var rounding: Double
  /// |offset| + Σ|multiplier·bound| + Σ|reduced cost·bound|: what the bound is the sum of.
  var magnitude: Double
  var reducedCosts: [Double]
}

extension LinearProgram {
  /// A lower bound on the optimum that holds for any multipliers (Neumaier and Shcherbina 2004).
  ///
  /// Multipliers of the wrong sign for their row are set to 0; the reduced costs are bounded over the box of each
  /// column. A column with an infinite bound gets an implied bound from the rows where possible.
  ///
  /// - Parameters:
  ///   - lowDuals: what the multipliers are to be increased by, far smaller than they, where they are known that well:
  ///     reduced costs that should be 0 are then next to nothing, even beside bounds of 1e19.
  ///   - point: values of the columns, which give the size of a column without any bound.
  /// - Complexity: a pass over the nonzeros, a few more if bounds must be derived.
  func dualBound(
    duals: [Double], lowDuals: [Double]? = nil, near point: [Double], scaling: Scaling
  ) -> DualBound {
    var (high, low, magnitude) = reducedCosts(clippedDuals: duals)
    var sum = CompensatedSum(objectiveOffset)
    var result = DualBound(
      bound: -.infinity, isProven: true, infeasibility: 0, rounding: 0,
      magnitude: abs(objectiveOffset), reducedCosts: high)
    for i in 0..<rowCount {
      let y = clippedDual(i, duals[i])
      if y == 0 { continue }
      let bound = y > 0 ? rowLower[i] : rowUpper[i]
      sum.add(y, times: bound)
      result.magnitude += abs(y * bound)
      guard let rest = lowDuals?[i], rest != 0 else { continue }
      sum.add(rest, times: bound)
      for k in rowStart[i]..<rowStart[i + 1] {
        low[Int(columnIndex[k])] -= rest * coefficient[k]
      }
    }
    let noise = lowDuals == nil ? 1e-11 : 0
    let mostUnproven = lowDuals == nil ? 1e-9 : 1e-26
    var implied: SafeBounds?
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
        if implied == nil { implied = SafeBounds(self, rounds: 3) }
        if let implied { bound = d > 0 ? implied.lower[j] : implied.upper[j] }
        if !bound.isFinite {
          if relative > mostUnproven {
            isFinite = false
            continue
          }
          let reach = 10 * max(abs(point[j]), scaling.column[j] / scaling.bound)
          bound = d > 0 ? -reach : reach
          result.isProven = false
        }
      }
      // A bound far from the point makes much of a rounding error; that is not forgiven.
      let isNear =
        abs(bound - point[j]) <= 1e6 * max(abs(point[j]), scaling.column[j] / scaling.bound)
      if abs(d) <= noise * magnitude[j], isNear {
        result.rounding += max(0, -d * (bound - point[j]))
      }
      result.magnitude += abs(d * bound)
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
}
