/// A two-stage program in block-angular form, as `BlockSystem` needs it: its columns are of the first stage, or of one
/// diagonal block.
///
/// Rows of first-stage columns alone become rows of the first stage, without redundant ones (`FirstStageRows`).
/// Where blocks contain first-stage columns only in fixed sums, such as what a fund has awarded so far, the sum becomes
/// a linking column of its own in place of its terms.
///
/// Each block has a copy of every linking column that it contains, with the same bounds, and an equation between the
/// copy and the column. So a block's equations have full rank whenever they have it without the linking columns.
struct BlockAngularProgram {
  private(set) var program = LinearProgram()
  /// −1: of the first stage.
  private(set) var blockOfRow: [Int32] = []
  /// −1: of the first stage, −2: linking, `out`: in no row.
  private(set) var blockOfColumn: [Int32] = []
  /// By row of the original program: its row here, −1 where it is redundant.
  private(set) var rowPlace: [Int] = []
  /// Marks a column that is left out.
  static let out: Int32 = -3

  /// The copy of a linking column in a block.
  private struct Copy: Hashable {
    var column: Int
    var block: Int32
  }

  private struct Terms: Hashable {
    var columns: [Int32]
    var values: [Double]
  }

  /// - Parameter blockOfColumn: −1: of the first stage, `out`: in no row.
  init(_ original: LinearProgram, blockOfColumn given: [Int32]) {
    program.reserve(
      columns: original.columnCount + 1000, rows: original.rowCount + 1000,
      nonzeros: original.nonzeroCount + 10_000)
    for j in 0..<original.columnCount {
      program.addColumn(
        lower: original.columnLower[j], upper: original.columnUpper[j], cost: original.cost[j])
    }
    program.objectiveOffset = original.objectiveOffset
    blockOfColumn = given
    rowPlace = [Int](repeating: -1, count: original.rowCount)
    addRows(original, given)
  }

  private mutating func addRows(_ original: LinearProgram, _ given: [Int32]) {
    var isLinking = [Bool](repeating: false, count: original.columnCount)
    var ownBlock = [Int32](repeating: -1, count: original.rowCount)
    // A first-stage column that is alone in a row of a block links directly.
    for i in 0..<original.rowCount {
      var shared = -1
      var count = 0
      for k in original.rowStart[i]..<original.rowStart[i + 1] {
        let j = Int(original.columnIndex[k])
        if given[j] >= 0 {
          ownBlock[i] = given[j]
        } else {
          shared = j
          count += 1
        }
      }
      if ownBlock[i] >= 0, count == 1 { isLinking[shared] = true }
    }
    var sums: [Terms: Int] = [:]
    var copies: [Copy: Int] = [:]
    var ties: [Copy] = []
    func copy(of column: Int, in block: Int32) -> Int {
      let key = Copy(column: column, block: block)
      if let known = copies[key] { return known }
      let made = program.addColumn(
        lower: program.columnLower[column], upper: program.columnUpper[column])
      blockOfColumn.append(block)
      copies[key] = made
      ties.append(key)
      return made
    }
    let shared = FirstStageRows(
      original, rows: ownBlock.indices.filter { ownBlock[$0] < 0 })
    for i in 0..<original.rowCount {
      let range = original.rowStart[i]..<original.rowStart[i + 1]
      if ownBlock[i] < 0 {
        if !shared.isNeeded[i] { continue }
        for k in range { program.addEntry(Int(original.columnIndex[k]), original.coefficient[k]) }
        finish(i, original, -1)
        continue
      }
      var terms = Terms(columns: [], values: [])
      for k in range {
        let j = Int(original.columnIndex[k])
        if given[j] >= 0 || isLinking[j] { continue }
        terms.columns.append(Int32(truncatingIfNeeded: j))
        terms.values.append(original.coefficient[k])
      }
      var sum = -1
      var factor = 1.0
      if !terms.columns.isEmpty {
        factor = terms.values[0]
        for k in terms.values.indices { terms.values[k] = rounded(terms.values[k] / factor) }
        if let found = sums[terms] {
          sum = found
        } else {
          sum = addSum(terms, original)
          sums[terms] = sum
        }
      }
      for k in range {
        let j = Int(original.columnIndex[k])
        if given[j] >= 0 {
          program.addEntry(j, original.coefficient[k])
        } else if isLinking[j] {
          program.addEntry(copy(of: j, in: ownBlock[i]), original.coefficient[k])
        }
      }
      if sum >= 0 { program.addEntry(copy(of: sum, in: ownBlock[i]), factor) }
      finish(i, original, ownBlock[i])
    }
    for tie in ties {
      program.addRow(lower: 0, upper: 0, [(copies[tie] ?? 0, 1), (tie.column, -1)])
      blockOfRow.append(tie.block)
    }
    for j in 0..<original.columnCount where isLinking[j] { blockOfColumn[j] = -2 }
  }

  private mutating func finish(_ i: Int, _ original: LinearProgram, _ block: Int32) {
    rowPlace[i] = program.finishRow(lower: original.rowLower[i], upper: original.rowUpper[i])
    blockOfRow.append(block)
  }

  /// Quotients that differ by rounding only become equal.
  private func rounded(_ value: Double) -> Double {
    let scale = 0x1p40
    let exponent = value.exponent
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    return (value / unit * scale).rounded() / scale * unit
  }

  /// A linking column that equals a sum of first-stage ones; its bounds are implied with a margin, so they never bind.
  private mutating func addSum(_ terms: Terms, _ original: LinearProgram) -> Int {
    var least = 0.0
    var most = 0.0
    for (j, value) in zip(terms.columns, terms.values) {
      let a = value * original.columnLower[Int(j)]
      let b = value * original.columnUpper[Int(j)]
      least += min(a, b)
      most += max(a, b)
    }
    let margin = 1 + 0.1 * (most.isFinite && least.isFinite ? most - least : 0)
    let sum = program.addColumn(lower: least - margin, upper: most + margin)
    blockOfColumn.append(-2)
    for (j, value) in zip(terms.columns, terms.values) { program.addEntry(Int(j), value) }
    program.addEntry(sum, -1)
    program.finishRow(lower: 0, upper: 0)
    blockOfRow.append(-1)
    return sum
  }
}
