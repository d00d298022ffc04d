import SupplyChain

/// Quantiles of a set of numbers.
public struct Distribution: Sendable {
  public static let shares = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]
  public let count: Int
  public let mean: Double
  /// One a share, between neighbours in a straight line.
  public let quantiles: [Double]

  /// nil without numbers.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    count = sorted.count
    mean = sorted.reduce(0, +) / Double(sorted.count)
    quantiles = Distribution.shares.map { share in
      let place = share * Double(sorted.count - 1)
      let low = Int(place)
      let high = min(low + 1, sorted.count - 1)
      return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
    }
  }
}

/// How much an input moves an objective over the cases of a sweep.
public struct Influence: Sendable {
  public var input: String
  /// What the ends stand for: `x0.5`, or `low fifth`.
  public var lowName: String
  public var highName: String
  /// Mean of the objective there, over all values of the other inputs.
  public var low: Double
  public var high: Double
  /// The input's part in a linear regression of ranks on ranks, −1…1; nil for values without an order, or too
  /// few cases.
  public var rank: Double?
  public var swing: Double { abs(high - low) }
}

extension SweepResults {
  /// The objective's values of the cases that count.
  public func distribution(of objective: Objective) -> Distribution? {
    Distribution(values(objective).map { $0.1 })
  }

  /// Dependency by year over the cases that count.
  public func dependencyByYear() -> [(year: Int, distribution: Distribution)] {
    (record.startYear...max(record.startYear, record.endYear)).enumerated().compactMap { y, year in
      let values = cases.compactMap { one in
        one.counts && y < one.dependencyByYear.count ? one.dependencyByYear[y] : nil
      }
      return Distribution(values).map { (year, $0) }
    }
  }

  private func values(_ objective: Objective) -> [(StoredCase, Double)] {
    cases.compactMap { one in
      one.counts ? one.value(of: objective).map { (one, $0) } : nil
    }
  }

  /// A tornado: inputs by swing, the largest first. Between numbers the ends are the fifths of the cases with the
  /// lowest and highest values where there are more than ten different ones, otherwise the lowest and highest
  /// value; between texts the values with the lowest and highest mean.
  public func tornado(_ objective: Objective) -> [Influence] {
    let found = values(objective)
    let ranks = rankCoefficients(found)
    return record.inputs.indices.compactMap { k in
      let pairs = found.compactMap { one, answer in
        k < one.inputs.count ? (one.inputs[k], answer) : nil
      }
      guard
        var influence = SweepResults.influence(
          record.inputs[k], pairs, isDrawn: record.design == .sample)
      else { return nil }
      influence.rank = ranks?[k]
      return influence
    }.sorted { ($0.swing, $1.input) > ($1.swing, $0.input) }
  }

  /// Effects by input, the largest first; empty where the sweep is no screening.
  public func screening(_ objective: Objective) -> [MorrisEffect] {
    guard record.design == .morris else { return [] }
    var factors = [[Double]?](repeating: nil, count: record.caseCount)
    var answers = [Double?](repeating: nil, count: record.caseCount)
    for one in cases where one.counts && factors.indices.contains(one.id) {
      let list = one.inputs.compactMap(\.factor)
      guard list.count == record.inputs.count else { continue }
      factors[one.id] = list
      answers[one.id] = one.value(of: objective)
    }
    return morrisEffects(inputs: record.inputs, factors: factors, answers: answers)
      .sorted { ($0.meanSize, $1.input) > ($1.meanSize, $0.input) }
  }

  private static func influence(
    _ input: String, _ pairs: [(InputValue, Double)], isDrawn: Bool
  ) -> Influence? {
    let numbers = pairs.compactMap { pair in pair.0.factor.map { ($0, pair.1) } }
    let different = Set(numbers.map { $0.0 })
    if numbers.count == pairs.count, different.count > (isDrawn ? 1 : 10) {
      let sorted = numbers.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      let fifth = max(1, sorted.count / 5)
      return Influence(
        input: input, lowName: "low fifth", highName: "high fifth",
        low: mean(sorted.prefix(fifth).map { $0.1 }),
        high: mean(sorted.suffix(fifth).map { $0.1 }))
    }
    let groups = Dictionary(grouping: pairs, by: { $0.0 }).map { value, list in
      (value: value, mean: mean(list.map { $0.1 }))
    }
    guard groups.count > 1 else { return nil }
    let ordered = groups.sorted { a, b in
      if let x = a.value.factor, let y = b.value.factor, numbers.count == pairs.count {
        return x < y
      }
      return (a.mean, a.value.text) < (b.mean, b.value.text)
    }
    guard let low = ordered.first, let high = ordered.last else { return nil }
    func name(_ value: InputValue) -> String { value == .unchanged ? "as it is" : value.text }
    return Influence(
      input: input, lowName: name(low.value), highName: name(high.value), low: low.mean,
      high: high.mean)
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// Coefficients of the regression of the answer's ranks on the inputs' ranks, all scaled to unit deviation
  /// (Saltelli et al. 2008, 1.2.5); nil where the inputs are not all numbers, do not vary, or are as many as half
  /// the cases.
  private func rankCoefficients(_ found: [(StoredCase, Double)]) -> [Double]? {
    let count = record.inputs.count
    let rows = found.map { $0.0.inputs.compactMap(\.factor) }
    guard count > 0, rows.count >= 2 * count + 2, rows.allSatisfy({ $0.count == count }) else {
      return nil
    }
    let columns = (0..<count).map { k in standardRanks(rows.map { $0[k] }) }
    guard let answer = standardRanks(found.map { $0.1 }) else { return nil }
    var known: [[Double]] = []
    for column in columns {
      guard let column else { return nil }
      known.append(column)
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(a.count)
    }
    let matrix = known.map { a in known.map { dot(a, $0) } }
    return solvePositive(matrix, known.map { dot($0, answer) })
  }
}

/// Ranks (ties share theirs) shifted to mean 0 and scaled to deviation 1; nil where all are alike.
func standardRanks(_ values: [Double]) -> [Double]? {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start
    while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
    for place in start...end { ranks[order[place]] = Double(start + end) / 2 }
    start = end + 1
  }
  let mean = Double(values.count - 1) / 2
  let square = ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))
  guard square > 0 else { return nil }
  return ranks.map { ($0 - mean) / square.squareRoot() }
}

/// Solves a symmetric positive definite system by Cholesky's method; nil where it is not.
func solvePositive(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
  let n = right.count
  var lower = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
  for i in 0..<n {
    for j in 0...i {
      var sum = matrix[i][j]
      for k in 0..<j { sum -= lower[i][k] * lower[j][k] }
      if i == j {
        guard sum > 1e-10 * max(matrix[i][i], 1e-300) else { return nil }
        lower[i][i] = sum.squareRoot()
      } else {
        lower[i][j] = sum / lower[j][j]
      }
    }
  }
  var x = right
  for i in 0..<n {
    for k in 0..<i { x[i] -= lower[i][k] * x[k] }
    x[i] /= lower[i][i]
  }
  for i in (0..<n).reversed() {
    for k in (i + 1)..<max(n, i + 1) { x[i] -= lower[k][i] * x[k] }
    x[i] /= lower[i][i]
  }
  return x
}
