/// A fill-reducing ordering for the Cholesky factor of `A·Aᵀ`: approximate minimum degree on the quotient graph, with
/// element absorption and merging of indistinguishable nodes (Amestoy, Davis, Duff 1996), optionally constrained to
/// stages (Chen, Davis, Hager, Rajamanickam 2008).
///
///     let order = MinimumDegree(rows: count, start: start, index: index, mustStop: { false })?.order
///
/// Nodes are the rows of A. Each column is an initial element, so `A·Aᵀ` is never formed: the rows of
/// column `j` are `index[start[j] ..< start[j + 1]]`. `order[k]` is the row eliminated k-th.
struct MinimumDegree {
  private(set) var order: [Int32] = []

  private let count: Int
  /// The elements of each node, and the nodes of each element; new elements are appended. Element `count + j` is column
  /// `j`; the element that eliminating a node creates has the node's number.
  private var lists: [Int32]
  private var first: [Int]
  /// −1: absorbed.
  private var length: [Int32]
  /// Total weight of an element's nodes, constant while it exists.
  private var elementWeight: [Int]
  /// Number of original nodes that a node represents; 0: eliminated or merged into another.
  private var weight: [Int32]
  private var degree: [Int32]
  /// Nodes by degree, as doubly linked lists.
  private var head: [Int32]
  private var next: [Int32]
  private var previous: [Int32]
  /// For elements: `mark − stamp` is the weight outside the element being created.
  private var mark: [Int]
  private var stamp = 1
  /// Nodes of one stage are eliminated before those of the next; only those of the current one are in the degree
  /// lists.
  private let stage: [Int32]
  private var currentStage: Int32 = 0

  /// - Parameter stages: of the rows, from 0 on; nil: all in one.
  ///
  /// Nil where `mustStop` said so.
  init?(
    rows: Int, start: [Int], index: [Int32], stages: [Int32]? = nil, mustStop: () -> Bool
  ) {
    count = rows
    stage = stages ?? [Int32](repeating: 0, count: rows)
    let columns = start.count - 1
    first = [Int](repeating: 0, count: rows + columns)
    length = [Int32](repeating: 0, count: rows + columns)
    elementWeight = [Int](repeating: 0, count: rows + columns)
    mark = Array(repeating: 0, count: rows + columns)
    weight = Array(repeating: 1, count: rows)
    degree = Array(repeating: 0, count: rows)
    head = Array(repeating: -1, count: rows + 1)
    next = Array(repeating: -1, count: rows)
    previous = Array(repeating: -1, count: rows)
    // Columns with one row connect nothing.
    for j in 0..<columns where start[j + 1] - start[j] > 1 {
      let size = start[j + 1] - start[j]
      for row in index[start[j]..<start[j + 1]] {
        length[Int(row)] += 1
        degree[Int(row)] = min(degree[Int(row)] + Int32(size - 1), Int32(rows - 1))
      }
    }
    var total = 0
    for row in 0..<rows {
      first[row] = total
      total += Int(length[row])
      length[row] = 0
    }
    lists = [Int32](repeating: 0, count: total)
    lists.reserveCapacity(4 * index.count + rows)
    for j in 0..<columns where start[j + 1] - start[j] > 1 {
      first[rows + j] = lists.count
      length[rows + j] = Int32(start[j + 1] - start[j])
      elementWeight[rows + j] = start[j + 1] - start[j]
      for row in index[start[j]..<start[j + 1]] {
        lists[first[Int(row)] + Int(length[Int(row)])] = Int32(rows + j)
        length[Int(row)] += 1
        lists.append(row)
      }
    }
    if !eliminateAll(mustStop) { return nil }
  }

  private mutating func link(_ node: Int) {
    if stage[node] != currentStage { return }
    let list = Int(degree[node])
    next[node] = head[list]
    previous[node] = -1
    if head[list] >= 0 { previous[Int(head[list])] = Int32(node) }
    head[list] = Int32(node)
  }

  private mutating func unlink(_ node: Int) {
    if stage[node] != currentStage { return }
    if next[node] >= 0 { previous[Int(next[node])] = previous[node] }
    if previous[node] >= 0 {
      next[Int(previous[node])] = next[node]
    } else {
      head[Int(degree[node])] = next[node]
    }
  }

  private mutating func eliminateAll(_ mustStop: () -> Bool) -> Bool {
    var memberNext = Array(repeating: Int32(-1), count: count)
    var memberLast = Array(0..<Int32(count))
    var pivots: [Int32] = []
    var members = [[Int32]](repeating: [], count: Int(stage.max() ?? 0) + 1)
    for node in 0..<count { members[Int(stage[node])].append(Int32(node)) }
    var left = members.map { $0.count }
    for node in members[0] { link(Int(node)) }
    var eliminated = 0
    var least = 0
    // The last node of each hash, valid for the pivot it was stored with.
    var sameHash = [(pivot: Int32, node: Int32)](repeating: (-1, -1), count: count)
    var hashes: [(node: Int32, hash: Int)] = []
    while eliminated < count {
      if pivots.count % 256 == 255 && mustStop() { return false }
      while left[Int(currentStage)] == 0 {
        currentStage += 1
        least = 0
        for node in members[Int(currentStage)] where weight[Int(node)] > 0 { link(Int(node)) }
      }
      while head[least] < 0 { least += 1 }
      let pivot = Int(head[least])
      unlink(pivot)
      eliminated += Int(weight[pivot])
      left[Int(currentStage)] -= Int(weight[pivot])
      pivots.append(Int32(pivot))
      let begin = makeElement(pivot)
      let end = lists.count
      first[pivot] = begin
      length[pivot] = Int32(end - begin)
      var total = 0
      for position in begin..<end { total += Int(weight[Int(lists[position])]) }
      elementWeight[pivot] = total
      measureElements(begin..<end)
      hashes.removeAll(keepingCapacity: true)
      for position in begin..<end {
        let node = Int(lists[position])
        unlink(node)
        let hash = update(node, pivot: pivot, pivotWeight: total, left: count - eliminated)
        hashes.append((Int32(node), hash))
      }
      stamp += count + 1
      // Indistinguishable nodes, with the same neighbours, are merged.
      for (node, hash) in hashes {
        let found = sameHash[hash]
        let other = found.node
        if found.pivot == pivot, isSame(Int(node), Int(other)) {
          degree[Int(other)] -= weight[Int(node)]
          weight[Int(other)] += weight[Int(node)]
          weight[Int(node)] = 0
          memberNext[Int(memberLast[Int(other)])] = node
          memberLast[Int(other)] = memberLast[Int(node)]
        } else {
          sameHash[hash] = (Int32(pivot), node)
        }
      }
      var kept = begin
      for position in begin..<end where weight[Int(lists[position])] > 0 {
        let node = Int(lists[position])
        lists[kept] = lists[position]
        kept += 1
        degree[node] = max(0, degree[node])
        link(node)
        least = min(least, Int(degree[node]))
      }
      lists.removeSubrange(kept...)
      length[pivot] = Int32(kept - begin)
      weight[pivot] = 0
    }
    order.reserveCapacity(count)
    for pivot in pivots {
      var node = pivot
      while node >= 0 {
        order.append(node)
        node = memberNext[Int(node)]
      }
    }
    return true
  }

  /// Appends the neighbours of the pivot to `lists`, a new element, and absorbs the elements they came from.
  private mutating func makeElement(_ pivot: Int) -> Int {
    let begin = lists.count
    stamp += 1
    mark[pivot] = stamp
    let from = first[pivot]
    for position in from..<(from + Int(length[pivot])) {
      let entry = Int(lists[position])
      if length[entry] < 0 { continue }
      for k in first[entry]..<(first[entry] + Int(length[entry])) {
        let node = Int(lists[k])
        if weight[node] > 0 && mark[node] != stamp {
          mark[node] = stamp
          lists.append(Int32(node))
        }
      }
      length[entry] = -1
    }
    return begin
  }

  /// For each element that intersects the new one: its weight outside, by subtraction from its weight.
  private mutating func measureElements(_ range: Range<Int>) {
    // Nodes of the new element carry this stamp; elements get stamps above it.
    let base = stamp + 1
    for position in range {
      let node = Int(lists[position])
      let from = first[node]
      for k in from..<(from + Int(length[node])) {
        let entry = Int(lists[k])
        if length[entry] < 0 { continue }
        if mark[entry] < base { mark[entry] = base + elementWeight[entry] }
        mark[entry] -= Int(weight[node])
      }
    }
  }

  /// Updates the list of a node of the new element and its approximate degree; returns a hash of the list.
  private mutating func update(_ node: Int, pivot: Int, pivotWeight: Int, left: Int) -> Int {
    let base = stamp + 1
    let from = first[node]
    let end = from + Int(length[node])
    var to = from
    var hash = pivot
    var outside = 0
    // The new element replaces the absorbed ones.
    for k in from..<end {
      let entry = Int(lists[k])
      if length[entry] < 0 { continue }
      let rest = mark[entry] - base
      if rest == 0 { continue }
      outside += rest
      lists[to] = Int32(entry)
      to += 1
      hash &+= entry
    }
    lists[to] = Int32(pivot)
    length[node] = Int32(to + 1 - from)
    let own = Int(weight[node])
    degree[node] = Int32(
      max(
        0, min(left - own, min(Int(degree[node]) + pivotWeight - own, outside + pivotWeight - own)))
    )
    return hash % count
  }

  private mutating func isSame(_ a: Int, _ b: Int) -> Bool {
    guard length[a] == length[b] && stage[a] == stage[b] else { return false }
    stamp += 1
    for k in first[a]..<(first[a] + Int(length[a])) { mark[Int(lists[k])] = stamp }
    for k in first[b]..<(first[b] + Int(length[b])) where mark[Int(lists[k])] != stamp {
      return false
    }
    return true
  }
}
