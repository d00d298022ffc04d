/// Which blocks stand for which while there are too many to start with (reduced trees, as in Colombo, Gondzio
/// and Grothey 2011): a few that differ most come first, then more, then all. Each level starts from where the
/// one before has ended, a block where the most similar one stands.
struct BlockLevels {
  /// By level: the blocks that are in it.
  private(set) var members: [[Int]] = []
  /// By level and block: the member most similar to it.
  private(set) var nearest: [[Int]] = []

  /// Blocks of the first level, and how many times more the next one has.
  private static let (least, growth) = (8, 5)

  init(_ parts: [BlockPart]) {
    let marks = BlockLevels.signatures(parts)
    var counts = [parts.count]
    while let last = counts.last, last > 2 * BlockLevels.least {
      counts.append(max(BlockLevels.least, last / BlockLevels.growth))
    }
    counts.reverse()
    // The next is always the one that differs most from those before it.
    var order = [0]
    var owner = [Int](repeating: 0, count: parts.count)
    var distance = parts.indices.map { BlockLevels.distance(parts, marks, 0, $0) }
    for count in counts where count < parts.count {
      while order.count < count {
        let next = distance.indices.max { (distance[$0], $1) < (distance[$1], $0) } ?? 0
        order.append(next)
        for b in parts.indices {
          let own = BlockLevels.distance(parts, marks, next, b)
          if own < distance[b] || b == next {
            distance[b] = b == next ? -1 : own
            owner[b] = next
          }
        }
      }
      members.append(order.sorted())
      nearest.append(owner)
    }
    members.append(Array(parts.indices))
    nearest.append(Array(parts.indices))
  }

  /// A few sums over the numbers of each block, relative to those of the first.
  private static func signatures(_ parts: [BlockPart]) -> [[Double]] {
    let slices = 24
    guard let first = parts.first else { return [] }
    func add(_ values: Int, _ value: (BlockPart, Int) -> Double, to marks: inout [[Double]]) {
      for (b, part) in parts.enumerated() {
        var sums = [Double](repeating: 0, count: slices)
        for k in 0..<values {
          let (own, base) = (value(part, k), value(first, k))
          if own == base || !own.isFinite || !base.isFinite { continue }
          sums[k * slices / values] += (own - base) / max(abs(own), abs(base))
        }
        marks[b] += sums
      }
    }
    var marks = [[Double]](repeating: [], count: parts.count)
    let alike = parts.allSatisfy { $0.pattern === first.pattern }
    guard alike else {
      return parts.map { [Double($0.value.reduce(0, +))] }
    }
    add(first.value.count, { $0.value[$1] }, to: &marks)
    add(first.columnCount, { $0.cost[$1] }, to: &marks)
    add(first.size, { $0.lower[$1] }, to: &marks)
    add(first.size, { $0.upper[$1] }, to: &marks)
    return marks
  }

  private static func distance(
    _ parts: [BlockPart], _ marks: [[Double]], _ a: Int, _ b: Int
  ) -> Double {
    // Blocks with other rules cannot stand for each other: they all come first.
    if parts[a].pattern !== parts[b].pattern { return .infinity }
    return zip(marks[a], marks[b]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}

extension BlockPart {
  /// Counts as so many blocks: costs and prices are that many times those of one.
  func setShare(_ count: Double) {
    let factor = count / share
    if factor == 1 { return }
    share = count
    for j in 0..<columnCount { cost[j] *= factor }
    for i in 0..<rowCount { y[i] *= factor }
    for j in 0..<size {
      lowerPrice[j] *= factor
      upperPrice[j] *= factor
    }
  }

  /// Stands where another block with the same rules stands: as far from the nearer bound, at the same prices.
  func stand(like other: BlockPart) {
    let factor = share / other.share
    for i in 0..<rowCount { y[i] = factor * other.y[i] }
    for j in 0..<size {
      if isFixed(j) {
        x[j] = lower[j]
        lowerPrice[j] = 0
        upperPrice[j] = 0
        continue
      }
      let (below, above) = (other.x[j] - other.lower[j], other.upper[j] - other.x[j])
      var value = other.x[j]
      if other.isFixed(j) {
        value = lower[j].isFinite ? lower[j] : upper[j]
      } else if below <= above, lower[j].isFinite {
        value = lower[j] + below
      } else if above.isFinite, upper[j].isFinite {
        value = upper[j] - above
      }
      let inset = min(1e-6, 0.1 * (upper[j] - lower[j]))
      value = min(max(value, lower[j] + inset), upper[j] - inset)
      x[j] = value
      // The products of distance and price stay what they are.
      let least = factor * 1e-9
      lowerPrice[j] =
        hasLower(j)
        ? max(
          other.hasLower(j) ? factor * other.lowerPrice[j] * below / (x[j] - lower[j]) : 0, least)
        : 0
      upperPrice[j] =
        hasUpper(j)
        ? max(
          other.hasUpper(j) ? factor * other.upperPrice[j] * above / (upper[j] - x[j]) : 0, least)
        : 0
    }
  }
}
