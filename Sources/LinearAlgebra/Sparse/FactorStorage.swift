/// Sparse rows or columns of a triangular factor, one list for each pivot position, with room to grow.
final class FactorStorage {
  let size: Int
  let start: UnsafeMutablePointer<Int>
  let length: UnsafeMutablePointer<Int32>
  /// Capacity of each list in place.
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

  /// Reserves capacity for that many more entries at the end.
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

  /// Starts a list at the end; its entries follow by `push`.
  func open(_ p: Int) {
    start[p] = used
    length[p] = 0
    room[p] = 0
  }

  /// Appends an entry to the list that was opened last.
  @inline(__always)
  func push(_ p: Int, _ i: Int, _ x: Double) {
    if used == capacity { reserve(1) }
    index[used] = Int32(truncatingIfNeeded: i)
    value[used] = x
    used &+= 1
    length[p] &+= 1
    room[p] &+= 1
  }

  /// Allocates an empty list of a given capacity.
  func allocate(_ p: Int, room wanted: Int) {
    reserve(wanted)
    start[p] = used
    length[p] = 0
    room[p] = Int32(truncatingIfNeeded: wanted)
    used &+= wanted
  }

  /// Appends an entry to any list, which moves to the end where its capacity is used up.
  func append(_ p: Int, _ i: Int, _ x: Double) {
    let count = Int(length[p])
    if count == Int(room[p]) {
      let wanted = 2 * count + 4
      reserve(wanted)
      let from = start[p]
      (index + used).update(from: index + from, count: count)
      (value + used).update(from: value + from, count: count)
      start[p] = used
      room[p] = Int32(truncatingIfNeeded: wanted)
      used &+= wanted
    }
    let at = start[p] &+ count
    index[at] = Int32(truncatingIfNeeded: i)
    value[at] = x
    length[p] &+= 1
  }

  /// Removes an entry from a list and returns its value; 0 where there is none.
  @discardableResult
  func remove(_ p: Int, _ i: Int) -> Double {
    let first = start[p]
    let last = first &+ Int(length[p]) &- 1
    var k = first
    while k <= last {
      if Int(index[k]) == i {
        let found = value[k]
        index[k] = index[last]
        value[k] = value[last]
        length[p] &-= 1
        return found
      }
      k &+= 1
    }
    return 0
  }
}
