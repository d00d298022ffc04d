/// Triangular factors of a basis matrix, with updates (Forrest and Tomlin 1972).
///
/// `B = L·R·U`: L and U come from `factorise`; each update replaces one column of U and adds one row to R.
/// Everything is labelled by the row of the pivot: after `factorise` the basic variable `head[p]` is the one
/// whose pivot lies in row p, so that a solution of `B·x = b` has the value of `head[p]` in entry p. Updates
/// keep that: the entering variable gets the label of the leaving one.
///
/// Triangular systems with few nonzeros are solved along the entries they reach (Gilbert and Peierls 1988),
/// others by a loop over all pivots.
package final class BasisFactor {
  package let size: Int
  /// Columns of L without the diagonal, which is 1.
  let lowerColumns: FactorStorage
  let lowerRows: FactorStorage
  /// Columns and rows of U without the pivots.
  let upperColumns: FactorStorage
  let upperRows: FactorStorage
  let pivot: UnsafeMutablePointer<Double>
  /// Labels in the order of the pivots; −1 where an update has taken one out.
  @exclusivity(unchecked) var order: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) var orderCount = 0
  var orderCapacity: Int
  let slot: UnsafeMutablePointer<Int32>
  /// Labels whose list in L is not empty: columns in the order of the pivots, rows in the reverse order.
  var lowerColumnOrder: [Int32] = []
  var lowerRowOrder: [Int32] = []

  /// Rows of R, one an update: label, then where its entries lie.
  var etaLabel: [Int32] = []
  var etaStart: [Int] = [0]
  var etaIndex: [Int32] = []
  var etaValue: [Double] = []

  /// What an update needs of the last solves: the entering column after L and R, and the row of the inverse of U.
  let spike: SparseVector
  let inverseRow: SparseVector

  @exclusivity(unchecked) package private(set) var updateCount = 0
  /// Entries of L and U after `factorise`.
  var freshEntries = 0
  /// Entries of U that updates have added.
  var addedEntries = 0

  let mark: UnsafeMutablePointer<UInt8>
  let reached: UnsafeMutablePointer<Int32>
  let stackLabel: UnsafeMutablePointer<Int32>
  let stackNext: UnsafeMutablePointer<Int>

  /// What a system is solved for; results of a kind are alike in how many nonzeros they have.
  package enum Kind: Int, CaseIterable {
    case column
    case row
    case steepestEdge
    case projection
    case flips
    case other
  }

  /// Running share of nonzeros in the results of either triangle, by kind.
  let expected: UnsafeMutablePointer<Double>

  package init(_ size: Int) {
    self.size = size
    let room = max(size, 1)
    lowerColumns = FactorStorage(size)
    lowerRows = FactorStorage(size)
    upperColumns = FactorStorage(size)
    upperRows = FactorStorage(size)
    pivot = .allocate(capacity: room)
    pivot.initialize(repeating: 1, count: room)
    orderCapacity = room + 256
    order = .allocate(capacity: orderCapacity)
    slot = .allocate(capacity: room)
    expected = .allocate(capacity: 2 * Kind.allCases.count)
    expected.initialize(repeating: 0.01, count: 2 * Kind.allCases.count)
    slot.initialize(repeating: 0, count: room)
    spike = SparseVector(size)
    inverseRow = SparseVector(size)
    mark = .allocate(capacity: room)
    mark.initialize(repeating: 0, count: room)
    reached = .allocate(capacity: room)
    reached.initialize(repeating: 0, count: room)
    stackLabel = .allocate(capacity: room)
    stackLabel.initialize(repeating: 0, count: room)
    stackNext = .allocate(capacity: room)
    stackNext.initialize(repeating: 0, count: room)
  }

  deinit {
    pivot.deallocate()
    order.deallocate()
    slot.deallocate()
    expected.deallocate()
    mark.deallocate()
    reached.deallocate()
    stackLabel.deallocate()
    stackNext.deallocate()
  }

  func clear() {
    lowerColumns.removeAll()
    lowerRows.removeAll()
    upperColumns.removeAll()
    upperRows.removeAll()
    orderCount = 0
    lowerColumnOrder.removeAll(keepingCapacity: true)
    lowerRowOrder.removeAll(keepingCapacity: true)
    etaLabel.removeAll(keepingCapacity: true)
    etaStart.removeAll(keepingCapacity: true)
    etaStart.append(0)
    etaIndex.removeAll(keepingCapacity: true)
    etaValue.removeAll(keepingCapacity: true)
    updateCount = 0
    addedEntries = 0
  }

  func appendOrder(_ label: Int) {
    if orderCount == orderCapacity {
      let larger = UnsafeMutablePointer<Int32>.allocate(capacity: 2 * orderCapacity)
      larger.update(from: order, count: orderCount)
      order.deallocate()
      order = larger
      orderCapacity *= 2
    }
    order[orderCount] = Int32(truncatingIfNeeded: label)
    slot[label] = Int32(truncatingIfNeeded: orderCount)
    orderCount &+= 1
  }

  /// Whether fresh factors would be cheaper than these.
  package var needsRefactorisation: Bool {
    updateCount >= 100
      || (updateCount > 20 && etaIndex.count + addedEntries > 2 * freshEntries + size)
  }

  // MARK: Update

  /// Puts the column whose solve was kept in place of the column with label `p`, whose row of the inverse was
  /// kept.
  ///
  /// - Parameter alpha: entry p of the solution for the entering column.
  /// - Returns: the relative difference of two ways to find the new pivot.
  package func update(_ p: Int, alpha: Double) -> Double {
    let oldPivot = pivot[p]
    let newPivot = alpha * oldPivot
    spike.list()
    inverseRow.list()
    // The row of R, and the new pivot by way of it.
    var check = spike.value[p]
    var size = abs(check)
    for k in 0..<inverseRow.count {
      let i = Int(inverseRow.index[k])
      if i == p { continue }
      let r = -inverseRow.value[i] * oldPivot
      if abs(r) <= SparseVector.tiny { continue }
      etaIndex.append(Int32(truncatingIfNeeded: i))
      etaValue.append(r)
      let term = r * spike.value[i]
      check -= term
      size = max(size, abs(term))
    }
    etaLabel.append(Int32(truncatingIfNeeded: p))
    etaStart.append(etaIndex.count)

    for k in 0..<Int(upperColumns.length[p]) {
      upperRows.remove(Int(upperColumns.index[upperColumns.start[p] + k]), p)
    }
    for k in 0..<Int(upperRows.length[p]) {
      upperColumns.remove(Int(upperRows.index[upperRows.start[p] + k]), p)
    }
    upperRows.length[p] = 0
    upperColumns.open(p)
    for k in 0..<spike.count {
      let i = Int(spike.index[k])
      if i == p { continue }
      upperColumns.push(p, i, spike.value[i])
      upperRows.append(i, p, spike.value[i])
    }
    addedEntries += spike.count
    order[Int(slot[p])] = -1
    appendOrder(p)
    pivot[p] = newPivot
    updateCount += 1
    return abs(check - newPivot) / max(abs(newPivot), abs(check), 1e-300)
  }
}
