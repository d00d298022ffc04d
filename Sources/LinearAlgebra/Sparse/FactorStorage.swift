/// Sparse rows or columns of a triangular factor, each under the label of its pivot, with room to grow.
final class FactorStorage {
  let size: Int
  let start: UnsafeMutablePointer<Int>
  let length: UnsafeMutablePointer<Int32>
  /// Entries that a list may have before it has to move.
  let room: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private(set) var index: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private(set) var value: UnsafeMutablePointer<Double>
  @exclusivity(unchecked) private(set) var used = 0
  private var capacity: Int

  init(_ size: Int) {
    self.size = size
    start = .allocate(capacity: max(size, 1))
    length = .allocate(capacity: max(size, 1))
    room = .allocate(capacity: max(size, 1))
    start.initialize(repeating: 0, count: max(size, 1))
    length.initialize(repeating: 0, count: max(size, 1))
    room.initialize(repeating: 0, count: max(size, 1))
    capacity = max(64, 4 * size)
    index = .allocate(capacity: capacity)
    value = .allocate(capacity: capacity)
  }

  deinit {
    start.deallocate()
    length.deallocate()
    room.deallocate()
    index.deallocate()
    value.deallocate()
  }

  func removeAll() {
    used = 0
    start.update(repeating: 0, count: size)
    length.update(repeating: 0, count: size)
    room.update(repeating: 0, count: size)
  }

  /// Makes room for that many entries more at the end.
  func reserve(_ more: Int) {
    if used + more <= capacity { return }
    let larger = max(2 * capacity, used + more)
    let newIndex = UnsafeMutablePointer<Int32>.allocate(capacity: larger)
    let newValue = UnsafeMutablePointer<Double>.allocate(capacity: larger)
    newIndex.update(from: index, count: used)
    newValue.update(from: value, count: used)
    index.deallocate()
    value.deallocate()
    index = newIndex
    value = newValue
    capacity = larger
  }

  /// Begins a list at the end; its entries follow by `push`.
  func open(_ label: Int) {
    start[label] = used
    length[label] = 0
    room[label] = 0
  }

  /// Adds an entry to the list that was opened last.
  @inline(__always)
  func push(_ label: Int, _ i: Int, _ x: Double) {
    if used == capacity { reserve(1) }
    index[used] = Int32(truncatingIfNeeded: i)
    value[used] = x
    used &+= 1
    length[label] &+= 1
    room[label] &+= 1
  }

  /// Sets aside an empty list of a given room.
  func allocate(_ label: Int, room wanted: Int) {
    reserve(wanted)
    start[label] = used
    length[label] = 0
    room[label] = Int32(truncatingIfNeeded: wanted)
    used &+= wanted
  }

  /// Adds an entry to any list, which moves to the end where it has no room.
  func append(_ label: Int, _ i: Int, _ x: Double) {
    let count = Int(length[label])
    if count == Int(room[label]) {
      let wanted = 2 * count + 4
      reserve(wanted)
      let from = start[label]
      (index + used).update(from: index + from, count: count)
      (value + used).update(from: value + from, count: count)
      start[label] = used
      room[label] = Int32(truncatingIfNeeded: wanted)
      used &+= wanted
    }
    let at = start[label] &+ count
    index[at] = Int32(truncatingIfNeeded: i)
    value[at] = x
    length[label] &+= 1
  }

  /// Takes an entry out of a list and returns its value; zero where there is none.
  @discardableResult
  func remove(_ label: Int, _ i: Int) -> Double {
    let first = start[label]
    let last = first &+ Int(length[label]) &- 1
    var k = first
    while k <= last {
      if Int(index[k]) == i {
        let found = value[k]
        index[k] = index[last]
        value[k] = value[last]
        length[label] &-= 1
        return found
      }
      k &+= 1
    }
    return 0
  }
}
