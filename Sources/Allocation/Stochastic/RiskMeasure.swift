import SupplyChain

/// What is made of one value an outcome (formulation section 7.4, risk measures): a single number to minimise.
///
///     RiskMeasure(.cvar, level: 0.5).value([0.1, 0.3], probabilities: [0.5, 0.5])  // 0.3
public struct RiskMeasure: Sendable, Hashable {
  public let kind: Uncertainty.Risk
  /// For `cvar`: the mean of the worst `1 − level`; from 0 to below 1.
  public let level: Double

  public init(_ kind: Uncertainty.Risk, level: Double = 0.9) {
    self.kind = kind
    self.level = min(max(level, 0), 1 - 1e-9)
  }

  /// Whether each outcome counts by its value less one that is known before: for `regret` its wait-and-see value, for
  /// `adversary` what the moves must gain to be worth it.
  public var isShifted: Bool { kind == .regret || kind == .adversary }

  /// The measure of values, which for `regret` and `adversary` are differences.
  public func value(_ values: [Double], probabilities: [Double]) -> Double {
    switch kind {
    case .worst, .regret, .adversary: return values.max() ?? 0
    case .expected:
      return zip(values, probabilities).reduce(0) { $0 + $1.0 * $1.1 }
    case .cvar:
      return zip(values, weights(values, probabilities: probabilities)).reduce(0) {
        $0 + $1.0 * $1.1
      }
    }
  }

  /// The weights with which the values add up to the measure; not negative, and 1 together.
  public func weights(_ values: [Double], probabilities: [Double]) -> [Double] {
    var weights = [Double](repeating: 0, count: values.count)
    switch kind {
    case .expected: return probabilities
    case .worst, .regret, .adversary:
      if let worst = values.indices.max(by: { values[$0] < values[$1] }) { weights[worst] = 1 }
    case .cvar:
      var left = 1 - level
      let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
      for index in order where left > 0 {
        let part = min(left, probabilities[index])
        weights[index] = part / (1 - level)
        left -= part
      }
    }
    return weights
  }

  /// The largest of the values that are not counted in full by `cvar` (its quantile).
  public func threshold(_ values: [Double], probabilities: [Double]) -> Double {
    var left = 1 - level
    for index in values.indices.sorted(by: { (values[$1], $0) < (values[$0], $1) }) {
      left -= probabilities[index]
      if left <= 1e-12 { return values[index] }
    }
    return values.min() ?? 0
  }
}
