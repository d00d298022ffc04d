import Support

/// A coarser graph, by contraction of a matching (Karypis and Kumar 1998).
struct Coarsening {
  private(set) var graph: WeightedGraph
  /// The coarse node of each node.
  private(set) var owner: [Int32]

  /// Heavy edge matching and, where that leaves many nodes unmatched, matching of nodes with a common neighbour.
  ///
  /// Hubs stay unmatched: a node contracted with a hub would get all its neighbours.
  ///
  /// - Parameter heaviest: most weight of a pair.
  init(_ fine: WeightedGraph, heaviest: Int, _ generator: inout SplitMix64) {
    let partner = Coarsening.partners(fine, heaviest, &generator)
    owner = [Int32](repeating: -1, count: fine.count)
    var members: [Int32] = []
    for v in 0..<fine.count where owner[v] < 0 {
      owner[v] = Int32(truncatingIfNeeded: members.count)
      owner[Int(partner[v])] = owner[v]
      members.append(Int32(truncatingIfNeeded: v))
    }
    graph = Coarsening.contracted(fine, members, partner, owner)
  }

  /// The matching: each node's partner, or itself.
  private static func partners(
    _ graph: WeightedGraph, _ heaviest: Int, _ generator: inout SplitMix64
  ) -> [Int32] {
    var partner = [Int32](repeating: -1, count: graph.count)
    var alone = 0
    let order = byDegree(graph, &generator)
    for v in order where partner[Int(v)] < 0 && !graph.isHub[Int(v)] {
      let v = Int(v)
      var best = v
      var most: Int32 = 0
      let room = Int32(truncatingIfNeeded: heaviest) - graph.weight[v]
      for k in graph.start[v]..<graph.start[v + 1] {
        let other = Int(graph.neighbour[k])
        if graph.edgeWeight[k] > most && partner[other] < 0 && !graph.isHub[other]
          && graph.weight[other] <= room
        {
          best = other
          most = graph.edgeWeight[k]
        }
      }
      if best == v {
        alone += 1
        continue
      }
      partner[v] = Int32(truncatingIfNeeded: best)
      partner[best] = Int32(truncatingIfNeeded: v)
    }
    if 10 * alone > graph.count { matchTwoHop(graph, order, heaviest, &partner) }
    for v in 0..<graph.count where partner[v] < 0 { partner[v] = Int32(truncatingIfNeeded: v) }
    return partner
  }

  /// Two-hop matching: unmatched nodes are matched where their heaviest edges lead to the same neighbour.
  private static func matchTwoHop(
    _ graph: WeightedGraph, _ order: [Int32], _ heaviest: Int, _ partner: inout [Int32]
  ) {
    var waiting = [Int32](repeating: -1, count: graph.count)
    for v in order where partner[Int(v)] < 0 && !graph.isHub[Int(v)] {
      let v = Int(v)
      var closest = -1
      var most: Int32 = 0
      for k in graph.start[v]..<graph.start[v + 1] where graph.edgeWeight[k] > most {
        closest = Int(graph.neighbour[k])
        most = graph.edgeWeight[k]
      }
      if closest < 0 { continue }
      let other = Int(waiting[closest])
      if other >= 0 && Int(graph.weight[v] + graph.weight[other]) <= heaviest {
        partner[v] = Int32(truncatingIfNeeded: other)
        partner[other] = Int32(truncatingIfNeeded: v)
        waiting[closest] = -1
      } else {
        waiting[closest] = Int32(truncatingIfNeeded: v)
      }
    }
  }

  /// Nodes of low degree first: they have the fewest possible partners.
  private static func byDegree(_ graph: WeightedGraph, _ generator: inout SplitMix64) -> [Int32] {
    let average = graph.neighbour.count / max(1, graph.count)
    func rank(_ v: Int) -> Int {
      min(average, Int(Double(1 + graph.start[v + 1] - graph.start[v]).squareRoot()))
    }
    var fill = [Int](repeating: 0, count: average + 2)
    for v in 0..<graph.count { fill[rank(v) + 1] += 1 }
    for k in 0...average { fill[k + 1] += fill[k] }
    var order = [Int32](repeating: 0, count: graph.count)
    for v in generator.permutation(graph.count) {
      let k = rank(Int(v))
      order[fill[k]] = v
      fill[k] += 1
    }
    return order
  }

  private static func contracted(
    _ fine: WeightedGraph, _ members: [Int32], _ partner: [Int32], _ owner: [Int32]
  ) -> WeightedGraph {
    var result = WeightedGraph()
    result.neighbour.reserveCapacity(fine.neighbour.count * 3 / 4)
    result.edgeWeight.reserveCapacity(fine.neighbour.count * 3 / 4)
    var position = [Int32](repeating: -1, count: members.count)
    for (c, member) in members.enumerated() {
      let begin = result.neighbour.count
      var weight: Int32 = 0
      var v = member
      repeat {
        weight += fine.weight[Int(v)]
        for k in fine.start[Int(v)]..<fine.start[Int(v) + 1] {
          let other = owner[Int(fine.neighbour[k])]
          if Int(other) == c { continue }
          if position[Int(other)] < begin {
            position[Int(other)] = Int32(truncatingIfNeeded: result.neighbour.count)
            result.neighbour.append(other)
            result.edgeWeight.append(fine.edgeWeight[k])
          } else {
            result.edgeWeight[Int(position[Int(other)])] += fine.edgeWeight[k]
          }
        }
        v = partner[Int(v)]
      } while v != member
      result.start.append(result.neighbour.count)
      result.weight.append(weight)
      result.isHub.append(fine.isHub[Int(member)])
    }
    return result
  }
}
