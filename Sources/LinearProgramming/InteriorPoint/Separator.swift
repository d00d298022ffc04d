/// A small set of nodes whose removal leaves two parts of about the same weight (multilevel: Karypis and Kumar
/// 1998; moves of nodes after Fiduccia and Mattheyses 1982).
struct Separator {
  /// 0 and 1: the parts; 2: between them.
  private(set) var side: [UInt8]
  private let graph: WeightedGraph
  /// Weights of the parts and of what is between them.
  private var weights = [0, 0, 0]
  private let total: Int

  /// Largest share of the weight in one part.
  private static let largestPart = 0.6
  private static let coarsest = 120

  init(_ graph: WeightedGraph) {
    self.init(multilevel: graph)
    for _ in 0..<3 {
      let before = cost
      refineFromAbove()
      if cost >= before { break }
    }
  }

  private init(multilevel graph: WeightedGraph) {
    if graph.count > Separator.coarsest {
      let (coarse, owner) = graph.coarser()
      if coarse.count < 95 * graph.count / 100 {
        let above = Separator(multilevel: coarse)
        self.init(graph, side: owner.map { above.side[Int($0)] })
        refine(passes: 10)
        return
      }
    }
    var best: Separator?
    for trial in 0..<12 {
      var found = Separator(
        graph, grownFrom: trial * max(1, graph.count / 12) % max(1, graph.count))
      found.refine(passes: 10)
      if let best, (best.cost, 0) <= (found.cost, 0) { continue }
      best = found
    }
    self = best ?? Separator(graph, side: [UInt8](repeating: 0, count: graph.count))
  }

  private init(_ graph: WeightedGraph, side: [UInt8]) {
    self.graph = graph
    self.side = side
    var weights = [0, 0, 0]
    for v in 0..<graph.count { weights[Int(side[v])] += Int(graph.weight[v]) }
    self.weights = weights
    total = weights[0] + weights[1] + weights[2]
  }

  /// One part is grown from a node to half of the weight, always by the node that is tied to it the most; its
  /// border separates.
  private init(_ graph: WeightedGraph, grownFrom seed: Int) {
    var side = [UInt8](repeating: 1, count: graph.count)
    let half = graph.weight.reduce(0) { $0 + Int($1) } / 2
    var grown = 0
    // Ties to the part that grows, less those to the rest.
    var ties = [Int](repeating: 0, count: graph.count)
    for v in 0..<graph.count {
      for k in graph.start[v]..<graph.start[v + 1] { ties[v] -= Int(graph.edgeWeight[k]) }
    }
    var isBorder = [Bool](repeating: false, count: graph.count)
    var next = seed
    while grown < half {
      side[next] = 0
      grown += Int(graph.weight[next])
      for k in graph.start[next]..<graph.start[next + 1] {
        ties[Int(graph.neighbour[k])] += 2 * Int(graph.edgeWeight[k])
        isBorder[Int(graph.neighbour[k])] = true
      }
      var best = -1
      for v in 0..<graph.count where side[v] == 1 {
        if best >= 0 && isBorder[best] && !isBorder[v] { continue }
        if best < 0 || (isBorder[v] && !isBorder[best]) || ties[v] > ties[best] { best = v }
      }
      if best < 0 { break }
      next = best
    }
    for v in 0..<graph.count where side[v] == 0 {
      for other in graph.neighbour[graph.start[v]..<graph.start[v + 1]] where side[Int(other)] == 1
      {
        side[v] = 2
        break
      }
    }
    self.init(graph, side: side)
  }

  /// What a separation is judged by: the weight between the parts, and a little for parts that differ.
  private var cost: Double {
    let uneven = Double(abs(weights[0] - weights[1])) / Double(max(1, total))
    let isLopsided = Double(max(weights[0], weights[1])) > Separator.largestPart * Double(total)
    return Double(weights[2]) * (1 + 0.1 * uneven) + (isLopsided ? Double(total) * uneven : 0)
  }

  /// Goes up through coarser graphs that join nodes of one side only, and down again.
  private mutating func refineFromAbove() {
    if graph.count > Separator.coarsest {
      let (coarse, owner) = graph.coarser(within: side)
      if coarse.count < 95 * graph.count / 100 {
        var coarseSide = [UInt8](repeating: 0, count: coarse.count)
        for v in 0..<graph.count { coarseSide[Int(owner[v])] = side[v] }
        var above = Separator(coarse, side: coarseSide)
        above.refineFromAbove()
        self = Separator(graph, side: owner.map { above.side[Int($0)] })
      }
    }
    refine(passes: 10)
  }

  // MARK: Moves

  private mutating func refine(passes: Int) {
    for _ in 0..<passes where !improve() { return }
  }

  /// One pass: nodes leave the separator for one part, and their neighbours in the other part come in; each
  /// node moves once, and the best separation on the way is kept. False where nothing came of it.
  private mutating func improve() -> Bool {
    let before = cost
    var best = before
    var isLocked = [Bool](repeating: false, count: graph.count)
    var between = (0..<graph.count).filter { side[$0] == 2 }
    // What a node of the separator would pull in by going to part 0 or 1.
    var pulls = [Int32](repeating: 0, count: 2 * graph.count)
    for v in between { setPulls(v, &pulls) }
    var log: [(node: Int32, from: UInt8)] = []
    var kept = 0
    var idle = 0
    let patience = 100
    while idle < patience {
      var choice = -1
      var goal = 0
      var most = Int.min
      var write = 0
      for v in between {
        if side[v] != 2 || isLocked[v] { continue }
        between[write] = v
        write += 1
        for part in 0...1 {
          let own = Int(graph.weight[v])
          if Double(weights[part] + own) > Separator.largestPart * Double(total) { continue }
          let gain = own - Int(pulls[2 * v + part])
          if gain > most || (gain == most && weights[part] < weights[goal]) {
            (choice, goal, most) = (v, part, gain)
          }
        }
      }
      between.removeSubrange(write...)
      if choice < 0 { break }
      isLocked[choice] = true
      move(choice, to: goal, &pulls, &between, &log)
      if cost < best {
        best = cost
        kept = log.count
        idle = 0
      } else {
        idle += 1
      }
    }
    for entry in log[kept...].reversed() { assign(Int(entry.node), Int(entry.from)) }
    return best < before
  }

  private func setPulls(_ v: Int, _ pulls: inout [Int32]) {
    pulls[2 * v] = 0
    pulls[2 * v + 1] = 0
    for other in graph.neighbour[graph.start[v]..<graph.start[v + 1]] where side[Int(other)] != 2 {
      pulls[2 * v + 1 - Int(side[Int(other)])] += graph.weight[Int(other)]
    }
  }

  private mutating func assign(_ v: Int, _ part: Int) {
    weights[Int(side[v])] -= Int(graph.weight[v])
    weights[part] += Int(graph.weight[v])
    side[v] = UInt8(part)
  }

  private mutating func move(
    _ v: Int, to part: Int, _ pulls: inout [Int32], _ between: inout [Int],
    _ log: inout [(node: Int32, from: UInt8)]
  ) {
    log.append((Int32(truncatingIfNeeded: v), 2))
    assign(v, part)
    let other = 1 - part
    for k in graph.start[v]..<graph.start[v + 1] {
      let u = Int(graph.neighbour[k])
      if side[u] == 2 {
        pulls[2 * u + other] += graph.weight[v]
      } else if Int(side[u]) == other {
        log.append((Int32(truncatingIfNeeded: u), UInt8(other)))
        assign(u, 2)
        between.append(u)
        setPulls(u, &pulls)
        for x in graph.neighbour[graph.start[u]..<graph.start[u + 1]]
        where side[Int(x)] == 2 && Int(x) != u {
          pulls[2 * Int(x) + part] -= graph.weight[u]
        }
      }
    }
  }
}
