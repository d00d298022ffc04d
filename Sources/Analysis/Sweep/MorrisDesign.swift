import SupplyChain

/// Screening by elementary effects (Morris 1991): trajectories on which one input moves at a time.
///
/// Each of the K inputs takes four levels, the quantiles 1/8, 3/8, 5/8 and 7/8 of its distribution. A
/// trajectory starts at random levels and moves every input once, in random order, by two levels (up from the
/// lower half, down from the upper), so it has K + 1 cases. Trajectory r takes the random numbers
/// `2rK … 2rK + 2K − 1`: first K start levels, then K for the order (Fisher–Yates from the last place).
public struct MorrisDesign: Sendable {
  static let levels = 4
  public let paths: [String]
  public let distributions: [Uncertainty.Distribution]
  private let numbers: RandomNumbers

  public init(_ sample: Uncertainty.Sample, seed: Int? = nil) {
    paths = sample.vary.map(\.path)
    distributions = sample.vary.map(\.factor)
    numbers = RandomNumbers(seed: UInt64(bitPattern: Int64(seed ?? sample.seed)))
  }

  public var casesPerTrajectory: Int { paths.count + 1 }

  /// The factors of a case; `index % casesPerTrajectory` inputs have moved.
  public subscript(index: Int) -> [Double] {
    let trajectory = index / casesPerTrajectory
    var levels = startLevels(trajectory)
    for input in order(trajectory).prefix(index % casesPerTrajectory) {
      levels[input] = (levels[input] + MorrisDesign.levels / 2) % MorrisDesign.levels
    }
    return zip(levels, distributions).map { level, distribution in
      distribution.quantile((Double(level) + 0.5) / Double(MorrisDesign.levels))
    }
  }

  private func first(_ trajectory: Int) -> UInt64 {
    2 &* UInt64(truncatingIfNeeded: trajectory) &* UInt64(paths.count)
  }

  private func startLevels(_ trajectory: Int) -> [Int] {
    paths.indices.map { k in
      Int(numbers.whole(first(trajectory) &+ UInt64(k), below: UInt64(MorrisDesign.levels)))
    }
  }

  /// The inputs in the order in which they move.
  private func order(_ trajectory: Int) -> [Int] {
    var order = Array(paths.indices)
    for (n, place) in order.indices.dropFirst().reversed().enumerated() {
      let number = first(trajectory) &+ UInt64(paths.count + n)
      order.swapAt(place, Int(numbers.whole(number, below: UInt64(place + 1))))
    }
    return order
  }
}

/// What a screening says of one input and one objective.
public struct MorrisEffect: Sendable {
  public var input: String
  /// Mean of the effects' sizes: how much the input moves the answer, from its 1/8 to its 7/8 quantile.
  public var meanSize: Double
  /// Mean of the effects with their signs.
  public var mean: Double
  /// Standard deviation of the effects: 0 where the input acts alone and in a straight line.
  public var deviation: Double
  /// Effects that were found.
  public var count: Int
}

/// Effects by input from the values of whole and broken trajectories; both cases of an effect must be there.
///
/// - Parameters:
///   - factors: the inputs of a case; nil where the case has no answer.
///   - answers: its objective.
///   - casesPerTrajectory: the number of inputs and one.
func morrisEffects(
  inputs: [String], factors: [[Double]?], answers: [Double?]
) -> [MorrisEffect] {
  var effects = inputs.map { _ in [Double]() }
  let length = inputs.count + 1
  for index in factors.indices where index % length > 0 {
    guard let before = factors[index - 1], let after = factors[index],
      let from = answers[index - 1], let to = answers[index],
      let moved = inputs.indices.first(where: { before[$0] != after[$0] })
    else { continue }
    // A move goes half of the levels; there are one less than levels between the lowest and the highest.
    let share = Double(MorrisDesign.levels / 2) / Double(MorrisDesign.levels - 1)
    let sign = after[moved] > before[moved] ? 1.0 : -1.0
    effects[moved].append(sign * (to - from) / share)
  }
  return zip(inputs, effects).map { input, list in
    let count = Double(max(1, list.count))
    let mean = list.reduce(0, +) / count
    let square = list.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return MorrisEffect(
      input: input, meanSize: list.reduce(0) { $0 + abs($1) } / count, mean: mean,
      deviation: list.count > 1 ? (square / Double(list.count - 1)).squareRoot() : 0,
      count: list.count)
  }
}
