import Support

/// A vertex separator: a small set of nodes whose removal leaves two parts of about equal weight, computed by a multilevel
/// method (Karypis and Kumar 1998).
struct Separator {
  /// 0 and 1: the parts; 2: the separator.
  private(set) var side: [UInt8]
  private let graph: WeightedGraph
  private(set) var balance = SeparatorBalance()

  /// Nodes of the coarsest graph, without hubs.
  private static let coarsest = 100
  /// From this many nodes on, several separators are computed on a coarser graph.
  private static let large = 5000

  /// Nil where `mustStop` said so.
  init?(_ graph: WeightedGraph, _ generator: inout SplitMix64, mustStop: () -> Bool) {
    let found =
      graph.count < Separator.large
      ? Separator.small(graph, &generator, mustStop) : Separator.best(graph, &generator, mustStop)
    guard let found else { return nil }
    self = found
  }

  private init(_ graph: WeightedGraph, side: [UInt8]) {
    self.graph = graph
    self.side = side
    for v in 0..<graph.count { balance[Int(side[v])] += Int(graph.weight[v]) }
  }

  /// The best of several separators of a graph four levels coarser, refined level by level.
  private static func best(
    _ graph: WeightedGraph, _ generator: inout SplitMix64, _ mustStop: () -> Bool
  ) -> Separator? {
    let size = max(coarsest, graph.count / 30)
    guard let levels = levels(of: graph, to: large / 4, most: 4, size: size, &generator, mustStop)
    else { return nil }
    let top = levels.last?.graph ?? graph
    guard var best = small(top, &generator, mustStop) else { return nil }
    for _ in 1..<max(2, graph.count / 3000) {
      guard let other = small(top, &generator, mustStop) else { return nil }
      if other.balance.cost < best.balance.cost { best = other }
    }
    return best.refined(levels, graph)
  }

  /// The best of several separators grown in the coarsest graph, refined level by level.
  private static func small(
    _ graph: WeightedGraph, _ generator: inout SplitMix64, _ mustStop: () -> Bool
  ) -> Separator? {
    let goal = min(coarsest, max(coarsest * 2 / 5, graph.count / 8))
    guard let levels = levels(of: graph, to: goal, most: .max, size: goal, &generator, mustStop)
    else { return nil }
    let top = levels.last?.graph ?? graph
    var best = Separator(grownIn: top, &generator)
    for _ in 1..<3 {
      let other = Separator(grownIn: top, &generator)
      if other.balance.cost < best.balance.cost { best = other }
    }
    return best.refined(levels, graph)
  }

  /// Successively coarser graphs, until one has `goal` nodes besides hubs; nil where `mustStop` said so.
  ///
  /// - Parameter size: pairs weigh at most 1.5 times what nodes of a graph with so many would.
  private static func levels(
    of graph: WeightedGraph, to goal: Int, most: Int, size: Int, _ generator: inout SplitMix64,
    _ mustStop: () -> Bool
  ) -> [Coarsening]? {
    var result: [Coarsening] = []
    var last = graph
    while result.count < most && last.isHub.count(where: { !$0 }) > goal {
      if mustStop() { return nil }
      let next = Coarsening(last, heaviest: 3 * graph.totalWeight / (2 * size), &generator)
      if next.graph.count > 95 * last.count / 100 { break }
      result.append(next)
      last = next.graph
    }
    return result
  }

  /// The separator projected back to the finest graph, refined on each level.
  private func refined(_ levels: [Coarsening], _ graph: WeightedGraph) -> Separator {
    var result = self
    for k in levels.indices.reversed() {
      let finer = k > 0 ? levels[k - 1].graph : graph
      result = Separator(finer, side: levels[k].owner.map { result.side[Int($0)] })
      result.refine()
    }
    return result
  }

  private mutating func refine() {
    let start = balance
    balance = graph.withPointers { graph in
      side.withUnsafeMutableBufferPointer { side in
        let moves = SeparatorMoves(graph, side: side.baseAddress!, balance: start)
        for _ in 0..<20 where !moves.improve() { break }
        return moves.balance
      }
    }
  }

  /// Greedy graph growing: one part grows from a node to half of the weight, always by the node most strongly connected
  /// to it; its boundary is the separator.
  private init(grownIn graph: WeightedGraph, _ generator: inout SplitMix64) {
    var side = [UInt8](repeating: 1, count: graph.count)
    let total = graph.totalWeight
    var grown = 0
    let boundary = NodeQueue(nodes: graph.count)
    let starts = generator.permutation(graph.count)
    var next = 0
    while 2 * grown < total && next < starts.count {
      let v = boundary.first
      if v < 0 {
        // A new component.
        let seed = Int(starts[next])
        next += 1
        if side[seed] == 1 { boundary.insert(seed, gain: 0) }
        continue
      }
      boundary.remove(v)
      if !SeparatorBalance.isEven(grown + Int(graph.weight[v]), of: total) { continue }
      side[v] = 0
      grown += Int(graph.weight[v])
      Separator.enqueueNeighbours(v, graph, side, boundary)
    }
    for v in 0..<graph.count where side[v] == 0 {
      for other in graph.neighbour[graph.start[v]..<graph.start[v + 1]] where side[Int(other)] == 1
      {
        side[v] = 2
        break
      }
    }
    self.init(graph, side: side)
    refine()
  }

  /// Adds the neighbours of a node that entered part 0 to the boundary queue; their gain is the edge weight to that part
  /// less that to the rest.
  private static func enqueueNeighbours(
    _ v: Int, _ graph: WeightedGraph, _ side: [UInt8], _ boundary: NodeQueue
  ) {
    for k in graph.start[v]..<graph.start[v + 1] {
      let other = Int(graph.neighbour[k])
      if side[other] == 0 { continue }
      let more = 2 * Int(graph.edgeWeight[k])
      if boundary.contains(other) {
        boundary.add(more, to: other)
      } else {
        var ties = more
        for q in graph.start[other]..<graph.start[other + 1] { ties -= Int(graph.edgeWeight[q]) }
        boundary.insert(other, gain: ties)
      }
    }
  }
}
