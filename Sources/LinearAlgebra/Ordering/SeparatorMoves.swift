/// Refinement of a separator in passes of node moves (after Fiduccia and Mattheyses 1982): a node leaves the separator for
/// one part, and its neighbours in the other part enter the separator.
///
/// It works on memory of its caller, who keeps it valid.
final class SeparatorMoves {
  private(set) var balance: SeparatorBalance
  private let count: Int
  private let start: UnsafePointer<Int>
  private let neighbour: UnsafePointer<Int32>
  private let weight: UnsafePointer<Int32>
  private let side: UnsafeMutablePointer<UInt8>
  /// The weight that a node of the separator would pull into it by moving to part 0 or 1.
  private let pulls: UnsafeMutablePointer<Int32>
  /// Nodes that may move to part 0 and to part 1.
  private let queues: (NodeQueue, NodeQueue)
  /// The last pass in which a node left the separator.
  private let leftIn: UnsafeMutablePointer<Int32>
  private var pass: Int32 = 0
  private var log: [(node: Int32, from: UInt8)] = []

  init(
    _ graph: WeightedGraph.Pointers, side: UnsafeMutablePointer<UInt8>, balance: SeparatorBalance
  ) {
    count = graph.count
    start = graph.start
    neighbour = graph.neighbour
    weight = graph.weight
    self.side = side
    self.balance = balance
    pulls = .allocate(capacity: 2 * count)
    leftIn = .allocate(capacity: count)
    leftIn.initialize(repeating: 0, count: count)
    queues = (NodeQueue(nodes: count), NodeQueue(nodes: count))
  }

  deinit {
    pulls.deallocate()
    leftIn.deallocate()
  }

  /// One pass, which keeps the best separator on its way. False where it found no better one.
  func improve() -> Bool {
    log.removeAll(keepingCapacity: true)
    pass += 1
    var size = 0
    for v in 0..<count where side[v] == 2 {
      measure(v)
      enter(v, 0)
      enter(v, 1)
      size += 1
    }
    let before = balance.cost
    var best = before
    var kept = 0
    var idle = 0
    let patience = min(1000, max(300, 3 * size))
    while idle <= patience, let (v, part) = choose() {
      move(v, to: part)
      if balance.cost < best {
        best = balance.cost
        kept = log.count
        idle = 0
      } else {
        idle += 1
      }
    }
    for entry in log[kept...].reversed() { assign(Int(entry.node), Int(entry.from)) }
    queues.0.removeAll()
    queues.1.removeAll()
    return best < before
  }

  private func queue(_ part: Int) -> NodeQueue { part == 0 ? queues.0 : queues.1 }

  /// The node of the largest gain and the part that it moves to, if the balance allows it.
  private func choose() -> (node: Int, part: Int)? {
    let first = queues.0.first
    let second = queues.1.first
    if first < 0 && second < 0 { return nil }
    var part = 0
    if first < 0 {
      part = 1
    } else if second >= 0 {
      let lead = queues.1.gain(of: second) - queues.0.gain(of: first)
      if lead > 0 || (lead == 0 && balance[1] < balance[0]) { part = 1 }
    }
    for goal in [part, 1 - part] {
      let node = queue(goal).first
      if node >= 0 && balance.hasRoom(for: Int(weight[node]), in: goal) { return (node, goal) }
    }
    return nil
  }

  private func enter(_ v: Int, _ part: Int) {
    queue(part).insert(v, gain: Int(weight[v] - pulls[2 * v + part]))
  }

  private func measure(_ v: Int) {
    var outside: (Int32, Int32) = (0, 0)
    for k in start[v]..<start[v + 1] {
      let other = Int(neighbour[k])
      if side[other] == 0 { outside.0 += weight[other] }
      if side[other] == 1 { outside.1 += weight[other] }
    }
    pulls[2 * v] = outside.1
    pulls[2 * v + 1] = outside.0
  }

  private func assign(_ v: Int, _ part: Int) {
    balance[Int(side[v])] -= Int(weight[v])
    balance[part] += Int(weight[v])
    side[v] = UInt8(truncatingIfNeeded: part)
  }

  private func move(_ v: Int, to part: Int) {
    queues.0.remove(v)
    queues.1.remove(v)
    leftIn[v] = pass
    log.append((Int32(truncatingIfNeeded: v), 2))
    assign(v, part)
    let other = 1 - part
    let gains = queue(other)
    for k in start[v]..<start[v + 1] {
      let u = Int(neighbour[k])
      if side[u] == 2 {
        pulls[2 * u + other] += weight[v]
        gains.add(-Int(weight[v]), to: u)
      } else if Int(side[u]) == other {
        pullIn(u, from: other)
      }
    }
  }

  /// Moves a neighbour of a node that left for the other part into the separator; from there it may move to that part
  /// only.
  private func pullIn(_ u: Int, from part: Int) {
    log.append((Int32(truncatingIfNeeded: u), UInt8(truncatingIfNeeded: part)))
    assign(u, 2)
    let goal = 1 - part
    let gains = queue(goal)
    var outside: (own: Int32, other: Int32) = (0, 0)
    for k in start[u]..<start[u + 1] {
      let x = Int(neighbour[k])
      if side[x] == 2 {
        pulls[2 * x + goal] -= weight[u]
        gains.add(Int(weight[u]), to: x)
      } else if Int(side[x]) == part {
        outside.own += weight[x]
      } else {
        outside.other += weight[x]
      }
    }
    pulls[2 * u + goal] = outside.own
    pulls[2 * u + part] = outside.other
    if leftIn[u] != pass { enter(u, goal) }
  }
}
