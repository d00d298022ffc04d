import TestSupport
import Testing

@testable import LinearAlgebra
@testable import LinearProgramming
@testable import Support

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

  @Test func `a separator leaves no edge between the parts, which are about equal`() throws {
    let (start, index) = grid(30, 40)
    let graph = WeightedGraph(rows: 1200, start: start, index: index, longest: 100)
    var least = Int.max
    for seed in 1...12 {
      var generator = SplitMix64(seed: seed)
      let side = try #require(Separator(graph, &generator, mustStop: { false })).side
      var counts = [0, 0, 0]
      for v in 0..<1200 {
        counts[Int(side[v])] += 1
        for u in graph.neighbour[graph.start[v]..<graph.start[v + 1]] {
          #expect(Int(side[v]) + Int(side[Int(u)]) != 1 || side[v] == 2 || side[Int(u)] == 2)
        }
      }
      // Lines across the grid are 30 and 40 nodes long.
      #expect(counts[2] <= 40)
      #expect(max(counts[0], counts[1]) <= 600)
      least = min(least, counts[2])
    }
    #expect(least == 30)
  }

  @Test func `a node next to all others is in the separator, and the rest is cut as without it`()
    throws
  {
    var (start, index) = grid(30, 40)
    for v in 0..<Int32(1200) {
      index += [v, 1200]
      start.append(index.count)
    }
    let graph = WeightedGraph(rows: 1201, start: start, index: index, longest: 100)
    #expect(graph.isHub.indices.filter { graph.isHub[$0] } == [1200])
    var generator = SplitMix64(seed: 1)
    let side = try #require(Separator(graph, &generator, mustStop: { false })).side
    #expect(side[1200] == 2)
    #expect(side.count { $0 == 2 } <= 41)
  }

  @Test func `a large separator asks often whether to stop, and stops when told`() {
    let (start, index) = grid(150, 200)
    let graph = WeightedGraph(rows: 30_000, start: start, index: index, longest: 100)
    var generator = SplitMix64(seed: 1)
    var asked = 0
    #expect(
      Separator(graph, &generator) {
        asked += 1
        return false
      } != nil)
    // Ten separators of a coarser graph, each over several levels.
    #expect(asked > 30)
    let all = asked
    for most in [0, 1, all / 2, all - 1] {
      asked = 0
      let stopped = Separator(graph, &generator) {
        asked += 1
        return asked > most
      }
      #expect(stopped == nil)
      #expect(asked == most + 1)
    }
  }

  @Test func `a graph without edges needs no separator`() throws {
    let graph = WeightedGraph(rows: 900, start: [0], index: [], longest: 100)
    var generator = SplitMix64(seed: 1)
    let side = try #require(Separator(graph, &generator, mustStop: { false })).side
    #expect(!side.contains(2))
    #expect(side.contains(0) && side.contains(1))
  }

  @Test(arguments: [60, 6000])
  func `a coarser graph has the same weight, pairs of limited weight and no edge within a pair`(
    rows: Int
  ) {
    let (start, index) = grid(rows / 6, 6)
    let graph = WeightedGraph(rows: rows, start: start, index: index, longest: 100)
    var generator = SplitMix64(seed: 1)
    let coarsening = Coarsening(graph, heaviest: 2, &generator)
    let coarse = coarsening.graph
    #expect(coarse.totalWeight == rows)
    #expect(coarse.count < 7 * rows / 10)
    #expect(coarse.weight.allSatisfy { $0 <= 2 })
    for v in 0..<coarse.count {
      #expect(!coarse.neighbour[coarse.start[v]..<coarse.start[v + 1]].contains(Int32(v)))
    }
    var weights = [Int32](repeating: 0, count: coarse.count)
    for owner in coarsening.owner { weights[Int(owner)] += 1 }
    #expect(weights == coarse.weight)
  }

  @Test func `a queue gives its nodes by gain`() {
    var random = Random(3)
    let queue = NodeQueue(nodes: 200)
    var gains = [Int](repeating: 0, count: 200)
    for v in 0..<200 {
      gains[v] = random.whole(-50...50)
      queue.insert(v, gain: gains[v])
    }
    for _ in 0..<500 {
      let v = random.whole(0...199)
      let change = random.whole(-9...9)
      gains[v] += change
      queue.add(change, to: v)
    }
    for v in stride(from: 0, to: 200, by: 3) { queue.remove(v) }
    let left = (0..<200).filter { $0 % 3 != 0 }
    #expect(left.allSatisfy { queue.contains($0) && queue.gain(of: $0) == gains[$0] })
    var found: [Int] = []
    while queue.first >= 0 {
      found.append(gains[queue.first])
      queue.remove(queue.first)
    }
    #expect(found == left.map { gains[$0] }.sorted(by: >))
  }

  @Test func `rows of a later stage are eliminated later, in each stage by degree`() throws {
    let (start, index) = grid(20, 20)
    // The middle row of the grid is a separator.
    let stages = (0..<400).map { Int32($0 / 20 == 10 ? 1 : 0) }
    let order = try #require(
      MinimumDegree(rows: 400, start: start, index: index, stages: stages, mustStop: { false })
    ).order
    #expect(order.sorted() == (0..<400).map { Int32($0) })
    #expect(order[380...].allSatisfy { stages[Int($0)] == 1 })
  }

  @Test func `rows in very many columns come last`() throws {
    var (start, index) = grid(40, 40)
    for j in 0..<800 {
      index += [Int32(2 * j), 1600]
      start.append(index.count)
    }
    let denseRows = DenseRows(rows: 1601, start: start, index: index)
    #expect(denseRows.rows == [1600])
    #expect(!denseRows.index.contains(1600))
    #expect(denseRows.start.count == start.count)
    let order = try #require(
      NestedDissection(
        rows: 1601, start: denseRows.start, index: denseRows.index, dense: denseRows.rows,
        mustStop: { false })
    ).order
    #expect(order.last == 1600)
    #expect(order.sorted() == (0...1600).map { Int32($0) })
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

  @Test func `an order of a related program is taken where it does about as well`() throws {
    var (start, index) = grid(60, 60)
    // A row that meets every fourth one.
    for j in 0..<900 {
      index += [Int32(4 * j), 3600]
      start.append(index.count)
    }
    let own = try #require(
      EliminationTree.best(rows: 3601, start: start, index: index, mustStop: { false }))
    var place = [Int32](repeating: -1, count: 3601)
    for (k, row) in own.order.enumerated() { place[Int(row)] = Int32(k) }
    // Rows of the grid and the dense one were not there.
    for row in [17, 900, 1799, 3600] { place[row] = -1 }
    let known = FillReducingOrdering(position: place, work: own.work / 3601)
    let taken = try #require(
      EliminationTree.best(
        rows: 3601, start: start, index: index, known: known, mustStop: { false }))
    #expect(taken.order.sorted() == (0...3600).map { Int32($0) })
    #expect(taken.work <= 1.25 * own.work)
    #expect(taken.order == EliminationTree(known.order(start, index), start, index).order)
    // An order that does worse is left alone.
    let poor = FillReducingOrdering(
      position: (0...3600).map { Int32(3600 - $0) }, work: own.work / 3601)
    let found = try #require(
      EliminationTree.best(
        rows: 3601, start: start, index: index, known: poor, mustStop: { false }))
    #expect(found.order == own.order)
  }
}
