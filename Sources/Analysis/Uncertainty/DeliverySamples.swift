import SupplyChain

/// Whether projects succeed and how late they are, drawn for Monte Carlo samples (formulation section 7, delivery).
///
/// Sample `i` takes the uniform numbers `2·i·K … 2·i·K + 2·K − 1` of a sequence of their own, two for each of the K
/// facilities in order of the file: success and slip. So factors and deliveries do not depend on each other.
struct DeliverySamples: Sendable {
  private let numbers: RandomNumbers
  /// By facility id.
  private let drawn: [(id: String, delivery: Delivery)]

  init(_ sample: Uncertainty.Sample, _ model: Model) {
    numbers = RandomNumbers(seed: ~UInt64(bitPattern: Int64(sample.seed)))
    var seen: Set<Int> = []
    drawn = sample.delivery.filter { seen.insert($0).inserted }.sorted().compactMap { p in
      guard model.facilities.indices.contains(p),
        let delivery = model.facilities[p].expansion?.delivery
      else { return nil }
      return (model.facilities[p].id, delivery)
    }
  }

  /// Success, and years of slip, by facility id.
  func draws(_ sample: Int) -> [String: (succeeds: Bool, slip: Double)] {
    let first = 2 * UInt64(truncatingIfNeeded: sample) &* UInt64(drawn.count)
    var result: [String: (succeeds: Bool, slip: Double)] = [:]
    for (n, entry) in drawn.enumerated() {
      let succeeds = numbers.uniform(first &+ 2 * UInt64(n)) < entry.delivery.success
      var left = numbers.uniform(first &+ 2 * UInt64(n) &+ 1)
      var slip = entry.delivery.slip.last?.years ?? 0
      for step in entry.delivery.slip {
        left -= step.probability
        if left < 0 {
          slip = step.years
          break
        }
      }
      result[entry.id] = (succeeds, slip)
    }
    return result
  }

  /// Lets the projects of a model that is an outcome fail or slip.
  func apply(_ sample: Int, to model: inout Model, reveal: Int) {
    if drawn.isEmpty { return }
    let draws = draws(sample)
    for p in model.facilities.indices {
      guard let draw = draws[model.facilities[p].id], var expansion = model.facilities[p].expansion
      else { continue }
      if draw.succeeds {
        for j in expansion.options.indices { expansion.options[j].construction += draw.slip }
      } else {
        expansion.failsFrom = reveal
      }
      model.facilities[p].expansion = expansion
    }
  }
}
