/// A dense vector with a list of the indices of its nonzeros, as long as these are few enough to be worth one.
///
/// Invariant: where `isListed`, `index[..<count]` holds the index of every nonzero exactly once.
///
/// Public, with what its hot members read, since the optimiser inlines only public members into other modules.
public final class SparseVector {
  package let size: Int
  public let value: UnsafeMutablePointer<Double>
  public let index: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) public var count = 0
  @exclusivity(unchecked) package var isListed = true

  /// Values of this size or less count as zero.
  package static let tiny = 1e-14

  package init(_ size: Int) {
    self.size = size
    value = .allocate(capacity: max(size, 1))
    index = .allocate(capacity: size + 1)
    value.initialize(repeating: 0, count: max(size, 1))
    index.initialize(repeating: 0, count: size + 1)
  }

  deinit {
    value.deallocate()
    index.deallocate()
  }

  package func clear() {
    if isListed && count < size / 4 {
      for k in 0..<count { value[Int(index[k])] = 0 }
    } else {
      value.update(repeating: 0, count: size)
    }
    count = 0
    isListed = true
  }

  /// Sets an entry of a cleared vector, each at most once.
  @inlinable @inline(__always)
  public func set(_ i: Int, _ x: Double) {
    value[i] = x
    index[count] = Int32(truncatingIfNeeded: i)
    count &+= 1
  }

  /// Adds to an entry; only where `isListed`.
  @inlinable @inline(__always)
  public func add(_ i: Int, _ x: Double) {
    let old = value[i]
    if old == 0 {
      index[count] = Int32(truncatingIfNeeded: i)
      count &+= 1
    }
    let new = old + x
    value[i] = new == 0 ? 1e-100 : new
  }

  /// Rebuilds the list from the values and drops tiny ones.
  package func list() {
    if isListed {
      var kept = 0
      for k in 0..<count {
        let i = Int(index[k])
        if abs(value[i]) > SparseVector.tiny {
          index[kept] = index[k]
          kept &+= 1
        } else {
          value[i] = 0
        }
      }
      count = kept
      return
    }
    var found = 0
    for i in 0..<size {
      // Without a branch, which would be unpredictable.
      let isNonzero = abs(value[i]) > SparseVector.tiny
      value[i] = isNonzero ? value[i] : 0
      index[found] = Int32(truncatingIfNeeded: i)
      found &+= isNonzero ? 1 : 0
    }
    count = found
    isListed = true
  }

  /// Copies another vector, with its list.
  package func copy(_ other: SparseVector) {
    clear()
    if other.isListed {
      for k in 0..<other.count {
        let i = other.index[k]
        index[k] = i
        value[Int(i)] = other.value[Int(i)]
      }
    } else {
      value.update(from: other.value, count: size)
    }
    count = other.count
    isListed = other.isListed
  }
}
