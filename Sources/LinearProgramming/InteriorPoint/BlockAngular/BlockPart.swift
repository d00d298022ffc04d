import LinearAlgebra

/// The sparsity pattern of a block; blocks with the same pattern share one object.
final class BlockPattern: Sendable {
  let rowCount: Int
  /// Own columns: entries `start[j] ..< start[j + 1]` of `index`, rows within the block.
  let start: [Int]
  let index: [Int32]
  /// Entries in linking columns: row within the block and position in `ids`.
  let linkRow: [Int32]
  let linkPosition: [Int32]
  /// Linking columns with entries in the block, ascending.
  let ids: [Int32]

  init(
    rowCount: Int, start: [Int], index: [Int32], linkRow: [Int32], linkPosition: [Int32],
    ids: [Int32]
  ) {
    self.rowCount = rowCount
    self.start = start
    self.index = index
    self.linkRow = linkRow
    self.linkPosition = linkPosition
    self.ids = ids
  }

  func isSame(_ other: BlockPattern) -> Bool {
    rowCount == other.rowCount && start == other.start && index == other.index
      && linkRow == other.linkRow && linkPosition == other.linkPosition && ids == other.ids
  }
}

/// A diagonal block, or the first stage, in the interior point method: its variables, which are its own columns and
/// then its row activities (“entries” below), with its point, directions and work vectors.
final class BlockPart: @unchecked Sendable {
  // One thread at a time works on a part.
  let pattern: BlockPattern
  /// Ids in the program.
  let columns: [Int32]
  let rows: [Int32]
  let value: [Double]
  let linkValue: [Double]
  let columnCount: Int
  let rowCount: Int
  /// Columns and rows.
  let size: Int

  let cost: AlignedBuffer
  let lower: AlignedBuffer
  let upper: AlignedBuffer
  let x: AlignedBuffer
  let y: AlignedBuffer
  let lowerDual: AlignedBuffer
  let upperDual: AlignedBuffer
  /// The diagonal scaling: 1 over the curvature of an entry; 0: fixed.
  let weight: AlignedBuffer
  /// Primal and dual residuals.
  let primal: AlignedBuffer
  let dual: AlignedBuffer
  /// Targets for the changes of slack · bound dual.
  let lowerTarget: AlignedBuffer
  let upperTarget: AlignedBuffer
  /// The direction of an iteration so far, and the last solution of Newton's equations.
  let step: Step
  let newton: Step
  /// The corrector's addition to the targets.
  let lowerCorrection: AlignedBuffer
  let upperCorrection: AlignedBuffer
  /// Right-hand side of Newton's equations, and its residual.
  let right: AlignedBuffer
  let residual: AlignedBuffer
  let gradient: AlignedBuffer
  /// Linking columns' sums over the block: `Tᵀ·vector`.
  let linkSum: AlignedBuffer

  struct Step {
    let x: AlignedBuffer
    /// As x, with the dual weights of the correctors: the bound duals' steps follow from it.
    let dualX: AlignedBuffer
    let y: AlignedBuffer
  }

  init(
    _ pattern: BlockPattern, columns: [Int32], rows: [Int32], value: [Double],
    linkValue: [Double], cost: [Double], lower: [Double], upper: [Double], programColumns: Int
  ) {
    self.pattern = pattern
    self.columns = columns
    self.rows = rows
    self.value = value
    self.linkValue = linkValue
    columnCount = columns.count
    rowCount = rows.count
    size = columns.count + rows.count
    self.cost = AlignedBuffer(columns.count)
    self.lower = AlignedBuffer(size)
    self.upper = AlignedBuffer(size)
    for (k, j) in columns.enumerated() {
      self.cost[k] = cost[Int(j)]
      self.lower[k] = lower[Int(j)]
      self.upper[k] = upper[Int(j)]
    }
    for (k, i) in rows.enumerated() {
      self.lower[columns.count + k] = lower[programColumns + Int(i)]
      self.upper[columns.count + k] = upper[programColumns + Int(i)]
    }
    x = AlignedBuffer(size)
    y = AlignedBuffer(rows.count)
    lowerDual = AlignedBuffer(size)
    upperDual = AlignedBuffer(size)
    weight = AlignedBuffer(size)
    primal = AlignedBuffer(rows.count)
    dual = AlignedBuffer(size)
    lowerTarget = AlignedBuffer(size)
    upperTarget = AlignedBuffer(size)
    step = Step(x: AlignedBuffer(size), dualX: AlignedBuffer(size), y: AlignedBuffer(rows.count))
    newton = Step(x: AlignedBuffer(size), dualX: AlignedBuffer(0), y: AlignedBuffer(rows.count))
    lowerCorrection = AlignedBuffer(size)
    upperCorrection = AlignedBuffer(size)
    right = AlignedBuffer(rows.count)
    residual = AlignedBuffer(rows.count)
    gradient = AlignedBuffer(size)
    linkSum = AlignedBuffer(pattern.ids.count)
  }

  @inline(__always) func isFixed(_ j: Int) -> Bool { lower[j] >= upper[j] }
  @inline(__always) func hasLower(_ j: Int) -> Bool { lower[j].isFinite && lower[j] < upper[j] }
  @inline(__always) func hasUpper(_ j: Int) -> Bool { upper[j].isFinite && lower[j] < upper[j] }

  // MARK: Products

  /// result += factor·(A·x − s) of own entries.
  func addRows(_ x: AlignedBuffer, _ factor: Double = 1, to result: AlignedBuffer) {
    for i in 0..<rowCount { result[i] -= factor * x[columnCount + i] }
    pattern.start.withUnsafeBufferPointer { start in
      pattern.index.withUnsafeBufferPointer { index in
        value.withUnsafeBufferPointer { value in
          for j in 0..<columnCount {
            let own = factor * x[j]
            if own == 0 { continue }
            for k in start[j]..<start[j + 1] { result[Int(index[k])] += value[k] * own }
          }
        }
      }
    }
  }

  /// result += factor·T·z.
  func addLinks(_ z: AlignedBuffer, _ factor: Double, to result: AlignedBuffer) {
    for k in linkValue.indices {
      let id = Int(pattern.ids[Int(pattern.linkPosition[k])])
      result[Int(pattern.linkRow[k])] += factor * linkValue[k] * z[id]
    }
  }

  /// `linkSum` = Tᵀ·y.
  func sumLinks(_ y: AlignedBuffer) {
    linkSum.clear()
    for k in linkValue.indices {
      linkSum[Int(pattern.linkPosition[k])] += linkValue[k] * y[Int(pattern.linkRow[k])]
    }
  }

  /// result = (Aᵀ·y, −y).
  func transposed(_ y: AlignedBuffer, to result: AlignedBuffer) {
    pattern.start.withUnsafeBufferPointer { start in
      pattern.index.withUnsafeBufferPointer { index in
        value.withUnsafeBufferPointer { value in
          for j in 0..<columnCount {
            var sum = 0.0
            for k in start[j]..<start[j + 1] { sum += value[k] * y[Int(index[k])] }
            result[j] = sum
          }
        }
      }
    }
    for i in 0..<rowCount { result[columnCount + i] = -y[i] }
  }
}
