extension Model {
  /// The stages in the order in which material passes them: one stands behind those that feed it; in a circle,
  /// such as recycling, the order of the file stays.
  public var stages: [String] {
    var order: [String] = []
    for stage in commodities.map(\.stage) + facilities.map(\.stage) where !order.contains(stage) {
      order.append(stage)
    }
    let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    // Feeders of each stage; those that the stage itself feeds do not count.
    var feeders = Array(repeating: Set<Int>(), count: order.count)
    for facility in facilities {
      guard let to = place[facility.stage] else { continue }
      for input in facility.recipe.inputs {
        if let from = place[commodities[input.commodity].stage], from != to {
          feeders[to].insert(from)
        }
      }
    }
    var result: [Int] = []
    var left = Array(order.indices)
    while !left.isEmpty {
      // The first stage that nobody left feeds; where all are fed, the first of a circle.
      let next = left.first { feeders[$0].isDisjoint(with: left) } ?? left[0]
      result.append(next)
      left.removeAll { $0 == next }
    }
    return result.map { order[$0] }
  }
}
