import Support

/// A fill-reducing ordering for large `A·Aᵀ` by nested dissection (George 1973): the rows of a small separator come last,
/// the parts that it leaves are ordered recursively, and small parts by minimum degree.
///
///     let order = NestedDissection(rows: count, start: start, index: index, mustStop: { false })?.order
///
/// `order[k]` is the row eliminated k-th.
struct NestedDissection {
  let order: [Int32]

  /// Parts of this many rows are not dissected further.
  private static let leaf = 400

  /// - Parameters:
  ///   - dense: rows that are in no column and come last.
  ///   - seed: of the generator for tie-breaking.
  ///
  /// Nil where `mustStop` said so.
  init?(
    rows count: Int, start: [Int], index: [Int32], dense: [Int32] = [], seed: Int = 1,
    mustStop: () -> Bool
  ) {
    let longest = max(40, Int(10 * Double(count).squareRoot()))
    let whole = WeightedGraph(rows: count, start: start, index: index, longest: longest)
    var isOpen = [Bool](repeating: true, count: count)
    for v in dense { isOpen[Int(v)] = false }
    let nodes = (0..<Int32(truncatingIfNeeded: count)).filter { isOpen[Int($0)] }
    guard let separators = NestedDissection.separators(whole, nodes, seed, mustStop)
    else { return nil }
    // One constrained minimum degree ordering: rows of the parts first, with the separators in the graph, then each
    // separator, the first one last.
    var stages = [Int32](repeating: 0, count: count)
    for (k, rows) in ([dense] + separators).reversed().enumerated() {
      for v in rows { stages[Int(v)] = Int32(truncatingIfNeeded: k + 1) }
    }
    guard
      let degree = MinimumDegree(
        rows: count, start: start, index: index, stages: stages, mustStop: mustStop)
    else { return nil }
    order = degree.order
  }

  /// Separators of the nodes and, recursively, of the parts, each before those within its parts.
  private static func separators(
    _ whole: WeightedGraph, _ nodes: [Int32], _ seed: Int, _ mustStop: () -> Bool
  ) -> [[Int32]]? {
    var result: [[Int32]] = []
    var position = [Int32](repeating: -1, count: whole.count)
    var generator = SplitMix64(seed: seed)
    var stack = [nodes]
    while let nodes = stack.popLast() {
      if mustStop() { return nil }
      if nodes.count <= leaf { continue }
      let graph = whole.induced(nodes, &position)
      guard let sides = Separator(graph, &generator, mustStop: mustStop)?.side else { return nil }
      var parts: [[Int32]] = [[], [], []]
      for (k, v) in nodes.enumerated() { parts[Int(sides[k])].append(v) }
      if parts[0].isEmpty || parts[1].isEmpty || 2 * parts[2].count > nodes.count { continue }
      result.append(parts[2])
      stack.append(parts[0])
      stack.append(parts[1])
    }
    return result
  }
}
