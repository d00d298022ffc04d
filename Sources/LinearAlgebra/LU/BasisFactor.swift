/// Triangular factors of a basis matrix, with updates (Forrest and Tomlin 1972).
///
/// `B = L·R·U`: L and U come from `factorise`; each update replaces one column of U and adds one row to R.
/// Pivots are identified by their row, the *position* p: after `factorise` the basic variable `basicIndex[p]` is the
/// one whose pivot is in row p, so the solution of `B·x = b` has the value of `basicIndex[p]` in entry p. Updates
/// preserve that: the entering variable gets the position of the leaving one.
///
/// Triangular systems with sparse right-hand sides are solved along the reached entries (Gilbert and Peierls 1988),
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
  /// Positions in pivot order; −1 where an update has removed one.
  @exclusivity(unchecked) var order: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) var orderCount = 0
  var orderCapacity: Int
  let slot: UnsafeMutablePointer<Int32>
  /// Positions with off-diagonal entries in L: columns in pivot order, rows in reverse order.
  var lowerColumnOrder: [Int32] = []
  var lowerRowOrder: [Int32] = []

  /// Rows of R, one an update: its position, then the range of its entries.
  var etaPosition: [Int32] = []
  var etaStart: [Int] = [0]
  var etaIndex: [Int32] = []
  var etaValue: [Double] = []

  /// What an update needs of the last solves: the spike, which is the entering column after L and R, and the row of U⁻¹.
  let spike: SparseVector
  let inverseRow: SparseVector

  @exclusivity(unchecked) package private(set) var updateCount = 0
  /// Entries of L and U after `factorise`.
  var freshEntries = 0
  /// Entries of U that updates have added.
  var addedEntries = 0

  let mark: UnsafeMutablePointer<UInt8>
  let reached: UnsafeMutablePointer<Int32>
  let stackPosition: UnsafeMutablePointer<Int32>
  let stackNext: UnsafeMutablePointer<Int>

  /// What a system is solved for; the results of a kind have similar densities.
  package enum Kind: Int, CaseIterable {
    case column
    case row
    case steepestEdge
    case projection
    case flips
    case other
  }

  /// Running average density of the results of either triangle, by kind.
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
    stackPosition = .allocate(capacity: room)
    stackPosition.initialize(repeating: 0, count: room)
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
    stackPosition.deallocate()
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
    etaPosition.removeAll(keepingCapacity: true)
    etaStart.removeAll(keepingCapacity: true)
    etaStart.append(0)
    etaIndex.removeAll(keepingCapacity: true)
    etaValue.removeAll(keepingCapacity: true)
    updateCount = 0
    addedEntries = 0
  }

  func appendOrder(_ p: Int) {
    if orderCount == orderCapacity {
      let larger = UnsafeMutablePointer<Int32>.allocate(capacity: 2 * orderCapacity)
      larger.update(from: order, count: orderCount)
      order.deallocate()
      order = larger
      orderCapacity *= 2
    }
    order[orderCount] = Int32(truncatingIfNeeded: p)
    slot[p] = Int32(truncatingIfNeeded: orderCount)
    orderCount &+= 1
  }

  /// The refactorisation trigger: whether fresh factors are likely to be cheaper than updated ones.
  package var needsRefactorisation: Bool {
    updateCount >= 100
      || (updateCount > 20 && etaIndex.count + addedEntries > 2 * freshEntries + size)
  }

  // MARK: Update

  /// Replaces the column at position `p`, whose row of the inverse was kept, by the column whose spike was kept.
  ///
  /// - Parameter alpha: entry p of the solution for the entering column.
  /// - Returns: the relative difference of the new pivot computed in two ways.
  package func update(_ p: Int, alpha: Double) -> Double {
    let oldPivot = pivot[p]
    let newPivot = alpha * oldPivot
    spike.list()
    inverseRow.list()
    // The row of R, and the new pivot computed from it.
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
    etaPosition.append(Int32(truncatingIfNeeded: p))
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
