import Testing

@testable import LinearProgramming

/// The edges of a grid as columns of two rows each.
private func grid(_ width: Int, _ height: Int) -> (start: [Int], index: [Int32]) {
  var index: [Int32] = []
  for y in 0..<height {
    for x in 0..<width {
      let v = Int32(y * width + x)
      if x + 1 < width { index += [v, v + 1] }
      if y + 1 < height { index += [v, v + Int32(width)] }
    }
  }
  return (Array(stride(from: 0, through: index.count, by: 2)), index)
}

@Suite struct DissectionTests {
  @Test(arguments: [1, 7, 300, 1500])
  func `the order is a permutation`(rows: Int) throws {
    var random = Random(UInt64(rows))
    var (start, index) = ([0], [Int32]())
    for _ in 0..<(2 * rows) {
      var chosen: Set<Int> = []
      for _ in 0..<3 { chosen.insert(random.whole(0...(rows - 1))) }
      index += chosen.sorted().map { Int32($0) }
      start.append(index.count)
    }
    let order = try #require(
      NestedDissection(rows: rows, start: start, index: index, mustStop: { false })
    ).order
    #expect(order.sorted() == (0..<Int32(rows)).map { $0 })
  }

  @Test func `a separator leaves no edge between the parts, which are about equal`() {
    let (start, index) = grid(30, 40)
    let graph = WeightedGraph(rows: 1200, start: start, index: index, longest: 100)
    let side = Separator(graph).side
    var counts = [0, 0, 0]
    for v in 0..<1200 {
      counts[Int(side[v])] += 1
      for u in graph.neighbour[graph.start[v]..<graph.start[v + 1]] {
        #expect(Int(side[v]) + Int(side[Int(u)]) != 1 || side[v] == 2 || side[Int(u)] == 2)
      }
    }
    // A line across the grid is 30 nodes long.
    #expect(counts[2] <= 36)
    #expect(max(counts[0], counts[1]) <= 720)
  }

  @Test func `a large grid takes less work than in its natural order`() throws {
    let (start, index) = grid(60, 60)
    let dissection = try #require(
      NestedDissection(rows: 3600, start: start, index: index, mustStop: { false }))
    let natural = EliminationTree((0..<3600).map { Int32($0) }, start, index).work(start, index)
    let ours = EliminationTree(dissection.order, start, index).work(start, index)
    // 3600 columns of 60 entries, against about 10·n^1.5 for dissection (George 1973: 829/84).
    #expect(natural > 3600 * 55 * 55)
    #expect(ours < 0.4 * natural)
  }

  @Test func `the work of a tree is that of its factor, counted by elimination`() {
    let (start, index) = grid(5, 4)
    let order: [Int32] = [3, 19, 7, 0, 1, 12, 5, 18, 2, 4, 16, 6, 8, 11, 9, 17, 10, 13, 15, 14]
    var meets = [[Bool]](repeating: [Bool](repeating: false, count: 20), count: 20)
    for k in stride(from: 0, to: index.count, by: 2) {
      meets[Int(index[k])][Int(index[k + 1])] = true
      meets[Int(index[k + 1])][Int(index[k])] = true
    }
    var work = 0.0
    for (k, v) in order.enumerated() {
      let left = order[(k + 1)...].filter { meets[Int(v)][Int($0)] }
      work += Double((left.count + 1) * (left.count + 1))
      for a in left { for b in left where a != b { meets[Int(a)][Int(b)] = true } }
    }
    #expect(EliminationTree(order, start, index).work(start, index) == work)
  }
}
