/// An order of elimination for large `A·Aᵀ`: the rows of a small separator come last, the parts that it leaves
/// are ordered on their own in the same way, and small parts by minimum degree (George 1973).
///
///     let order = NestedDissection(rows: count, start: start, index: index, mustStop: { false })?.order
///
/// `order[k]` is the row eliminated k-th.
struct NestedDissection {
  private(set) var order: [Int32] = []

  /// Parts of this many rows are not cut any more.
  private static let leaf = 200

  /// Nil where `mustStop` said so.
  init?(rows count: Int, start: [Int], index: [Int32], mustStop: () -> Bool) {
    let longest = max(40, Int(10 * Double(count).squareRoot()))
    let whole = WeightedGraph(rows: count, start: start, index: index, longest: longest)
    var isOpen = [Bool](repeating: true, count: count)
    var place = [Int32](repeating: -1, count: count)
    // Rows that meet a large part of all others separate nothing.
    let ids = 0..<Int32(truncatingIfNeeded: count)
    let wide = ids.filter { whole.start[Int($0) + 1] - whole.start[Int($0)] > longest }
    for v in wide { isOpen[Int(v)] = false }
    var last = [wide]
    var leaves: [[Int32]] = []
    var stack = [ids.filter { isOpen[Int($0)] }]
    while let nodes = stack.popLast() {
      if mustStop() { return nil }
      if nodes.count <= NestedDissection.leaf {
        leaves.append(nodes)
        continue
      }
      let sides = Separator(whole.part(nodes, &place)).side
      var parts: [[Int32]] = [[], [], []]
      for (k, v) in nodes.enumerated() { parts[Int(sides[k])].append(v) }
      if parts[0].isEmpty || parts[1].isEmpty || 2 * parts[2].count > nodes.count {
        leaves.append(nodes)
        continue
      }
      last.append(parts[2])
      stack.append(parts[0])
      stack.append(parts[1])
    }
    guard let first = NestedDissection.ordered(leaves, count, start, index, mustStop) else {
      return nil
    }
    order = first
    for nodes in last.reversed() { order += nodes }
  }

  /// The rows of all leaves by minimum degree. Leaves have no columns in common once the rows of separators
  /// are left out, so one run orders them all.
  private static func ordered(
    _ leaves: [[Int32]], _ count: Int, _ start: [Int], _ index: [Int32], _ mustStop: () -> Bool
  ) -> [Int32]? {
    var rows: [Int32] = []
    var leafOf = [Int32](repeating: -1, count: count)
    var place = [Int32](repeating: -1, count: count)
    for (number, leaf) in leaves.enumerated() {
      for v in leaf {
        leafOf[Int(v)] = Int32(truncatingIfNeeded: number)
        place[Int(v)] = Int32(truncatingIfNeeded: rows.count)
        rows.append(v)
      }
    }
    var own: [Int32] = []
    var ownStart = [0]
    for j in 0..<(start.count - 1) {
      // A column too long for the graph may still join leaves: it is cut up.
      var found: [(leaf: Int32, row: Int32)] = []
      for v in index[start[j]..<start[j + 1]] where place[Int(v)] >= 0 {
        found.append((leafOf[Int(v)], place[Int(v)]))
      }
      if found.count < 2 { continue }
      found.sort { $0 < $1 }
      for k in found.indices {
        if k > 0 && found[k].leaf != found[k - 1].leaf { ownStart.append(own.count) }
        own.append(found[k].row)
      }
      ownStart.append(own.count)
    }
    guard
      let degreeOrder = MinimumDegree(
        rows: rows.count, start: ownStart, index: own, mustStop: mustStop)
    else { return nil }
    return degreeOrder.order.map { rows[Int($0)] }
  }
}
