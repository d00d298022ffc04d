/// An undirected graph with weights of nodes and edges: `neighbour[start[v] ..< start[v + 1]]` are the
/// neighbours of `v`, each edge once from either end.
struct WeightedGraph {
  var start: [Int]
  var neighbour: [Int32]
  var edgeWeight: [Int32]
  var weight: [Int32]
  /// Hubs: nodes of much higher degree than the average.
  var isHub: [Bool]
  var count: Int { weight.count }
  var totalWeight: Int { weight.reduce(0) { $0 + Int($1) } }

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
    isHub = []
    markHubs()
  }

  /// Without nodes.
  init() {
    start = [0]
    neighbour = []
    edgeWeight = []
    weight = []
    isHub = []
  }

  /// The subgraph induced by the given nodes, in their order. `position` is work memory of the graph's size, −1
  /// throughout before and after.
  func induced(_ nodes: [Int32], _ position: inout [Int32]) -> WeightedGraph {
    for (k, v) in nodes.enumerated() { position[Int(v)] = Int32(truncatingIfNeeded: k) }
    var result = WeightedGraph()
    for v in nodes {
      for k in start[Int(v)]..<start[Int(v) + 1] where position[Int(neighbour[k])] >= 0 {
        result.neighbour.append(position[Int(neighbour[k])])
        result.edgeWeight.append(edgeWeight[k])
      }
      result.start.append(result.neighbour.count)
      result.weight.append(weight[Int(v)])
    }
    for v in nodes { position[Int(v)] = -1 }
    result.markHubs()
    return result
  }

  private mutating func markHubs() {
    let most = 4 * (1 + neighbour.count / max(1, count))
    isHub = (0..<count).map { start[$0 + 1] - start[$0] > most }
  }

  /// Its arrays without bounds checks, valid while the body runs.
  struct Pointers {
    let count: Int
    let start: UnsafePointer<Int>
    let neighbour: UnsafePointer<Int32>
    let weight: UnsafePointer<Int32>
  }

  func withPointers<Result>(_ body: (Pointers) -> Result) -> Result {
    start.withUnsafeBufferPointer { start in
      neighbour.withUnsafeBufferPointer { neighbour in
        weight.withUnsafeBufferPointer { weight in
          body(
            Pointers(
              count: count, start: start.baseAddress!, neighbour: neighbour.baseAddress!,
              weight: weight.baseAddress!))
        }
      }
    }
  }
}
