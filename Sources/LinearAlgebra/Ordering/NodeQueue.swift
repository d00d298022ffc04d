/// A priority queue of nodes by gain, the largest first: a binary heap on plain memory, the hot spot of the refinement.
final class NodeQueue {
  private var size = 0
  private let heap: UnsafeMutablePointer<Int32>
  private let gain: UnsafeMutablePointer<Int32>
  /// Index in the heap; −1: not queued.
  private let position: UnsafeMutablePointer<Int32>

  init(nodes count: Int) {
    heap = .allocate(capacity: count)
    gain = .allocate(capacity: count)
    position = .allocate(capacity: count)
    position.initialize(repeating: -1, count: count)
  }

  deinit {
    heap.deallocate()
    gain.deallocate()
    position.deallocate()
  }

  /// −1: the queue is empty.
  var first: Int { size == 0 ? -1 : Int(heap[0]) }

  func gain(of node: Int) -> Int { Int(gain[node]) }

  func contains(_ node: Int) -> Bool { position[node] >= 0 }

  func insert(_ node: Int, gain value: Int) {
    gain[node] = Int32(truncatingIfNeeded: value)
    size += 1
    raise(node, from: size - 1)
  }

  /// Adds to the gain of a node if it is in the queue.
  func add(_ change: Int, to node: Int) {
    let place = Int(position[node])
    if place < 0 { return }
    gain[node] += Int32(truncatingIfNeeded: change)
    if change > 0 { raise(node, from: place) } else { lower(node, from: place) }
  }

  /// Removes a node if it is in the queue.
  func remove(_ node: Int) {
    let hole = Int(position[node])
    if hole < 0 { return }
    position[node] = -1
    size -= 1
    let last = Int(heap[size])
    if last == node { return }
    if gain[last] > gain[node] { raise(last, from: hole) } else { lower(last, from: hole) }
  }

  func removeAll() {
    for k in 0..<size { position[Int(heap[k])] = -1 }
    size = 0
  }

  private func raise(_ node: Int, from start: Int) {
    var hole = start
    let own = gain[node]
    while hole > 0 {
      let above = (hole - 1) / 2
      if gain[Int(heap[above])] >= own { break }
      put(Int(heap[above]), at: hole)
      hole = above
    }
    put(node, at: hole)
  }

  private func lower(_ node: Int, from start: Int) {
    var hole = start
    let own = gain[node]
    while 2 * hole + 1 < size {
      var below = 2 * hole + 1
      if below + 1 < size && gain[Int(heap[below + 1])] > gain[Int(heap[below])] { below += 1 }
      if gain[Int(heap[below])] <= own { break }
      put(Int(heap[below]), at: hole)
      hole = below
    }
    put(node, at: hole)
  }

  private func put(_ node: Int, at place: Int) {
    heap[place] = Int32(truncatingIfNeeded: node)
    position[node] = Int32(truncatingIfNeeded: place)
  }
}
