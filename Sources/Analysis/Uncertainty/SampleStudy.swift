import Allocation
import SupplyChain

/// What samples say of a plan: how far its dependency may spread, by year, and which projects' failures hurt most
/// (formulation section 7.3, stochastic program).
public struct SampleStudy: Sendable {
  /// Of values with probabilities.
  public struct Spread: Sendable, Equatable {
    public var mean: Double
    /// Quantiles: with probability 0.1, 0.5 and 0.9 the value is at most this.
    public var p10: Double
    public var p50: Double
    public var p90: Double

    /// - Parameter values: with weights that need not add up to 1; nil where there are none.
    init?(_ values: [(value: Double, weight: Double)]) {
      let total = values.reduce(0) { $0 + $1.weight }
      guard total > 0 else { return nil }
      let sorted = values.sorted { $0.value < $1.value }
      func quantile(_ share: Double) -> Double {
        var left = share * total
        for entry in sorted {
          left -= entry.weight
          if left <= 1e-12 * total { return entry.value }
        }
        return sorted[sorted.count - 1].value
      }
      mean = values.reduce(0) { $0 + $1.value * $1.weight } / total
      p10 = quantile(0.1)
      p50 = quantile(0.5)
      p90 = quantile(0.9)
    }
  }

  /// A project that may fail.
  public struct Failure: Sendable, Equatable {
    /// A facility's id and name.
    public var id: String
    public var name: String
    /// Share of the samples in which it fails.
    public var share: Double
    /// Mean of the first objective where it fails, and where it does not.
    public var meanIfFailed: Double
    public var meanIfNot: Double
    /// What is awarded to it before the reveal, t/yr.
    public var awarded: Double
    public var hurt: Double { meanIfFailed - meanIfNot }
  }

  /// Of the first objective.
  public var value: Spread
  /// The same of the plan that believes everyone: that for the base case, carried out in every sample. nil where it was not
  /// asked for, or cannot be carried out in some.
  public var believing: Spread?
  /// By year of the horizon; nil where a year has no demand.
  public var byYear: [Spread?]
  /// The worst failures first.
  public var failures: [Failure]
}

extension SampleStudy {
  /// - Returns: nil where there are no samples or no plan.
  init?(_ plan: UncertainPlan, _ list: OutcomeList, _ base: Model) {
    guard let sample = list.uncertainty.sample, plan.outcomes.count == list.outcomes.count
    else { return nil }
    let weights = list.outcomes.map(\.probability)
    let values = plan.outcomes.compactMap { $0.objectives.first?.value }
    guard values.count == weights.count, let value = Spread(Self.pairs(values, weights)) else {
      return nil
    }
    self.value = value
    let own = plan.baseCase?.values.compactMap(\.self) ?? []
    believing = own.count == weights.count ? Spread(Self.pairs(own, weights)) : nil
    byYear = Self.byYear(plan.outcomes.map { $0.plan?.dependencyByYear ?? [] }, weights)
    let first = plan.outcomes.first
    failures = Self.failures(
      list, sample, base, plan.outcomes.map { $0.objectives.first?.value }, weights,
      Self.awarded(first?.plan, first?.model ?? base, plan.reveal))
  }

  /// What a plan that is carried out comes to: the plan that believes everyone is itself.
  init?(_ test: StressTest, _ list: OutcomeList) {
    let weights = test.outcomes.map(\.probability)
    let values = test.outcomes.map(\.value)
    let known = zip(values, weights).compactMap { value, weight in value.map { ($0, weight) } }
    guard let value = Spread(known) else { return nil }
    self.value = value
    byYear = Self.byYear(test.outcomes.map(\.dependencyByYear), weights)
    failures =
      list.uncertainty.sample.map {
        Self.failures(
          list, $0, test.model, values, weights,
          Self.awarded(test.plan.plan, test.model, test.reveal))
      } ?? []
  }

  /// - Parameter rows: by outcome; empty where it has no plan.
  private static func byYear(_ rows: [[Double?]], _ weights: [Double]) -> [Spread?] {
    let count = rows.map(\.count).max() ?? 0
    return (0..<count).map { year in
      Spread(
        zip(rows, weights).compactMap { row, weight in
          row.indices.contains(year) ? row[year].map { ($0, weight) } : nil
        })
    }
  }

  /// What a plan awards before the reveal, t/yr by facility.
  private static func awarded(_ plan: Plan?, _ model: Model, _ reveal: Int) -> [String: Double] {
    guard let plan else { return [:] }
    let horizon = model.horizon
    let step = (reveal - horizon.start) * horizon.stepsPerYear
    return Dictionary(
      plan.builds.filter { $0.step < step }.map {
        (model.facilities[$0.facility].id, $0.capacity)
      }, uniquingKeysWith: +)
  }

  private static func pairs(
    _ values: [Double], _ weights: [Double]
  ) -> [(value: Double, weight: Double)] {
    zip(values, weights).map { ($0, $1) }
  }

  private static func failures(
    _ list: OutcomeList, _ sample: Uncertainty.Sample, _ base: Model, _ values: [Double?],
    _ weights: [Double], _ awarded: [String: Double]
  ) -> [Failure] {
    let samples = DeliverySamples(sample, base)
    var draws: [Int: [String: (succeeds: Bool, slip: Double)]] = [:]
    for outcome in list.outcomes {
      guard let number = outcome.sample, draws[number] == nil else { continue }
      draws[number] = samples.draws(number - 1)
    }
    var failures: [Failure] = []
    for facility in base.facilities where facility.expansion?.delivery != nil {
      var sums = (failed: 0.0, failedWeight: 0.0, not: 0.0, notWeight: 0.0)
      for (index, outcome) in list.outcomes.enumerated() {
        guard let number = outcome.sample, let draw = draws[number]?[facility.id],
          let value = values[index]
        else { continue }
        if draw.succeeds {
          sums.not += value * weights[index]
          sums.notWeight += weights[index]
        } else {
          sums.failed += value * weights[index]
          sums.failedWeight += weights[index]
        }
      }
      guard sums.failedWeight > 0, sums.notWeight > 0 else { continue }
      failures.append(
        Failure(
          id: facility.id, name: facility.name,
          share: sums.failedWeight / (sums.failedWeight + sums.notWeight),
          meanIfFailed: sums.failed / sums.failedWeight, meanIfNot: sums.not / sums.notWeight,
          awarded: awarded[facility.id, default: 0]))
    }
    return failures.sorted { ($1.hurt, $0.id) < ($0.hurt, $1.id) }
  }
}
