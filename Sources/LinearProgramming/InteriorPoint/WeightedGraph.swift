/// An undirected graph with weights of nodes and edges: `neighbour[start[v] ..< start[v + 1]]` are the
/// neighbours of `v`, each edge once from either end.
struct WeightedGraph {
  var start: [Int]
  var neighbour: [Int32]
  var edgeWeight: [Int32]
  var weight: [Int32]
  var count: Int { weight.count }

  /// The graph of `A·Aᵀ` without its diagonal: rows that share a column are neighbours.
  ///
  /// Columns with more rows than `longest` are left out.
  init(rows count: Int, start columnStart: [Int], index: [Int32], longest: Int) {
    let columns = columnStart.count - 1
    var rowStart = [Int](repeating: 0, count: count + 1)
    for row in index { rowStart[Int(row) + 1] += 1 }
    for i in 0..<count { rowStart[i + 1] += rowStart[i] }
    var fill = rowStart
    var rowColumn = [Int32](repeating: 0, count: index.count)
    for j in 0..<columns {
      for row in index[columnStart[j]..<columnStart[j + 1]] {
        rowColumn[fill[Int(row)]] = Int32(truncatingIfNeeded: j)
        fill[Int(row)] += 1
      }
    }
    var mark = [Int32](repeating: -1, count: count)
    start = [0]
    start.reserveCapacity(count + 1)
    neighbour = []
    neighbour.reserveCapacity(4 * index.count)
    for i in 0..<count {
      mark[i] = Int32(truncatingIfNeeded: i)
      for k in rowStart[i]..<rowStart[i + 1] {
        let column = columnStart[Int(rowColumn[k])]..<columnStart[Int(rowColumn[k]) + 1]
        if column.count > longest { continue }
        for other in index[column] where mark[Int(other)] != i {
          mark[Int(other)] = Int32(truncatingIfNeeded: i)
          neighbour.append(other)
        }
      }
      start.append(neighbour.count)
    }
    weight = [Int32](repeating: 1, count: count)
    edgeWeight = [Int32](repeating: 1, count: neighbour.count)
  }

  private init(
    start: [Int], neighbour: [Int32], edgeWeight: [Int32], weight: [Int32]
  ) {
    self.start = start
    self.neighbour = neighbour
    self.edgeWeight = edgeWeight
    self.weight = weight
  }

  /// The part of the graph with the given nodes, in their order. `place` is scratch of the graph's size that
  /// is −1 throughout, before and after.
  func part(_ nodes: [Int32], _ place: inout [Int32]) -> WeightedGraph {
    for (k, v) in nodes.enumerated() { place[Int(v)] = Int32(truncatingIfNeeded: k) }
    var result = WeightedGraph(start: [0], neighbour: [], edgeWeight: [], weight: [])
    for v in nodes {
      for k in start[Int(v)]..<start[Int(v) + 1] where place[Int(neighbour[k])] >= 0 {
        result.neighbour.append(place[Int(neighbour[k])])
        result.edgeWeight.append(edgeWeight[k])
      }
      result.start.append(result.neighbour.count)
      result.weight.append(weight[Int(v)])
    }
    for v in nodes { place[Int(v)] = -1 }
    return result
  }

  /// A smaller graph in which nodes joined by a heavy edge are one, and the node that each became.
  func coarser(within side: [UInt8]? = nil) -> (graph: WeightedGraph, owner: [Int32]) {
    var owner = [Int32](repeating: -1, count: count)
    var members: [(Int32, Int32)] = []
    let heaviest = Int32(max(2, 3 * weight.reduce(0) { $0 + Int($1) } / 200))
    // Nodes of few neighbours first: they have the least choice.
    let order = (0..<Int32(truncatingIfNeeded: count)).sorted {
      let a = start[Int($0) + 1] - start[Int($0)]
      let b = start[Int($1) + 1] - start[Int($1)]
      return (a, $0) < (b, $1)
    }
    for v in order where owner[Int(v)] < 0 {
      var best: Int32 = v
      var most: Int32 = 0
      for k in start[Int(v)]..<start[Int(v) + 1] {
        let other = neighbour[k]
        if owner[Int(other)] < 0, edgeWeight[k] > most,
          side == nil || side?[Int(v)] == side?[Int(other)],
          weight[Int(v)] + weight[Int(other)] <= heaviest
        {
          best = other
          most = edgeWeight[k]
        }
      }
      owner[Int(v)] = Int32(truncatingIfNeeded: members.count)
      owner[Int(best)] = owner[Int(v)]
      members.append((v, best))
    }
    var result = WeightedGraph(start: [0], neighbour: [], edgeWeight: [], weight: [])
    result.neighbour.reserveCapacity(neighbour.count / 2)
    result.edgeWeight.reserveCapacity(neighbour.count / 2)
    var position = [Int](repeating: -1, count: members.count)
    for (c, pair) in members.enumerated() {
      let begin = result.neighbour.count
      for v in pair.0 == pair.1 ? [pair.0] : [pair.0, pair.1] {
        for k in start[Int(v)]..<start[Int(v) + 1] {
          let other = Int(owner[Int(neighbour[k])])
          if other == c { continue }
          if position[other] < begin {
            position[other] = result.neighbour.count
            result.neighbour.append(Int32(truncatingIfNeeded: other))
            result.edgeWeight.append(edgeWeight[k])
          } else {
            result.edgeWeight[position[other]] += edgeWeight[k]
          }
        }
      }
      result.start.append(result.neighbour.count)
      result.weight.append(
        pair.0 == pair.1 ? weight[Int(pair.0)] : weight[Int(pair.0)] + weight[Int(pair.1)])
    }
    return (result, owner)
  }
}
