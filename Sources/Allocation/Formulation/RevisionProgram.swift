import LinearProgramming
import SupplyChain

/// How far a revision may go from the awards of a plan (formulation section 7.8, revisions).
public enum RevisionLimit: Sendable, Hashable {
  /// So many facilities and stockpiles get something else.
  case changes(Int)
  /// No more than so many millions are added to awards and purchases, and no more taken from them.
  case money(Double)
}

/// What a revision changes as a whole.
public enum RevisedSubject: Sendable, Hashable {
  case facility(Int)
  case stockpile(Int)
}

extension AllocationProgram {
  /// The program of a plan that differs from given awards within a limit. What the awards do not list they leave out;
  /// capacity of a facility for which they list money alone follows from the money.
  ///
  /// - Parameters:
  ///   - awards: each of one step.
  ///   - subjects: of a limit of changes, the only ones that may change; nil: all.
  public func revising(
    _ awards: [Commitment], within limit: RevisionLimit, only subjects: Set<RevisedSubject>? = nil
  ) -> AllocationProgram {
    var revision = RevisionProgram(self, awards)
    switch limit {
    case .changes(let count): revision.limitChanges(count, subjects)
    case .money(let amount): revision.limitMoney(amount)
    }
    return revision.allocation
  }
}

private struct RevisionProgram {
  private let base: AllocationProgram
  private var program: LinearProgram
  private var columns: [ColumnKey]
  private var rows: [RowKey]
  /// Values of the cells that the awards list, in the program's unit.
  private let given: [ColumnKey: Double]
  /// Facilities whose capacity follows from the money they are awarded.
  private let paidOnly: Set<Int>

  init(_ base: AllocationProgram, _ awards: [Commitment]) {
    self.base = base
    program = base.program
    columns = base.columns
    rows = base.rows
    var model = base.model
    model.commitments = awards
    var given: [ColumnKey: Double] = [:]
    for (key, n) in AllocationProgram.columns(fixedBy: model) {
      let award = awards[n]
      if case .build(let p, _) = award.subject {
        given[key] = award.amount / AllocationProgram.tonnesPerUnit / base.buildUnit[p]
      } else {
        given[key] = award.amount
      }
    }
    self.given = given
    let amounts = CommittedAmounts(model)
    paidOnly = amounts.paidFacilities.subtracting(amounts.builtFacilities)
    for (j, key) in columns.enumerated() {
      if let value = given[key], value > program.columnUpper[j] {
        program.setColumnBounds(j, lower: program.columnLower[j], upper: value)
      }
    }
  }

  /// The program as it stands, with the objectives over all its columns.
  var allocation: AllocationProgram {
    let further = [Double](repeating: 0, count: columns.count - base.columns.count)
    var result = program
    let names = ProgramNames(model: base.model, columns: columns, rows: rows)
    result.columnName = names.column
    result.rowName = names.row
    return AllocationProgram(
      model: base.model, program: result, columns: columns, rows: rows,
      objectives: base.objectives.map {
        ObjectiveVector(
          objective: $0.objective, coefficients: $0.coefficients + further, offset: $0.offset)
      },
      tieBreakingCosts: base.tieBreakingCosts.map { $0 + further }, buildUnit: base.buildUnit,
      carryColumn: base.carryColumn)
  }

  /// The subject of a column that somebody decides; nil for others.
  private func subject(_ key: ColumnKey) -> RevisedSubject? {
    switch key.kind {
    case .build: paidOnly.contains(Int(key.first)) ? nil : .facility(Int(key.first))
    case .award: .facility(Int(key.second))
    case .bought: .stockpile(Int(key.second))
    default: nil
    }
  }

  private mutating func addColumn(_ key: ColumnKey, upper: Double, integer: Bool = false) -> Int {
    columns.append(key)
    return program.addColumn(lower: 0, upper: upper, integer: integer)
  }

  private mutating func addRow(
    _ key: RowKey, lower: Double = -.infinity, upper: Double = .infinity,
    _ terms: [(column: Int, coefficient: Double)]
  ) {
    rows.append(key)
    program.addRow(lower: lower, upper: upper, terms)
  }

  // MARK: Changes

  private struct Cells {
    var listed: [Int] = []
    /// Builds, and money.
    var free: [[Int]] = [[], []]
  }

  mutating func limitChanges(_ count: Int, _ subjects: Set<RevisedSubject>?) {
    var cells: [RevisedSubject: Cells] = [:]
    var order: [RevisedSubject] = []
    for (j, key) in base.columns.enumerated() {
      guard let subject = subject(key), program.columnLower[j] < program.columnUpper[j] else {
        continue
      }
      if cells[subject] == nil { order.append(subject) }
      if given[key] != nil {
        cells[subject, default: Cells()].listed.append(j)
      } else {
        cells[subject, default: Cells()].free[key.kind == .build ? 0 : 1].append(j)
      }
    }
    var changed: [(column: Int, coefficient: Double)] = []
    for subject in order {
      guard let own = cells[subject] else { continue }
      let (first, second) =
        switch subject {
        case .facility(let p): (p, 0)
        case .stockpile(let i): (i, 1)
        }
      let mayChange = subjects?.contains(subject) ?? true
      let z = addColumn(
        ColumnKey(.changed, first, second), upper: mayChange ? 1 : 0, integer: mayChange)
      changed.append((z, 1))
      addRows(RowKey(.changed, first, second), own, z)
    }
    addRow(RowKey(.changes), upper: Double(count), changed)
  }

  private mutating func addRows(_ key: RowKey, _ cells: Cells, _ z: Int) {
    for j in cells.listed {
      let value = given[base.columns[j]] ?? 0
      addRow(key, upper: value, [(j, 1), (z, value - program.columnUpper[j])])
      addRow(key, lower: value, [(j, 1), (z, value)])
    }
    for list in cells.free where !list.isEmpty {
      // What tables leave out as negligible stays open. A facility of which nothing is built is paid nothing.
      let isBuild = base.columns[list[0]].kind == .build
      if !isBuild, cells.listed.isEmpty, !cells.free[0].isEmpty { continue }
      let scale = isBuild ? base.buildUnit[Int(base.columns[list[0]].first)] : 1
      let whole = list.reduce(0) { $0 + scale * program.columnUpper[$1] }
      var most = whole
      if isBuild, let largest = base.model.facilities[Int(base.columns[list[0]].first)].expansion {
        most = min(whole, largest.max / AllocationProgram.tonnesPerUnit)
      }
      let room =
        Plan.negligible * Double(list.count) / (isBuild ? AllocationProgram.tonnesPerUnit : 1)
      addRow(key, upper: room, list.map { ($0, scale) } + [(z, -most)])
    }
  }

  // MARK: Money

  mutating func limitMoney(_ amount: Double) {
    var added: [(column: Int, coefficient: Double)] = []
    var taken: [(column: Int, coefficient: Double)] = []
    for (j, key) in base.columns.enumerated() where key.kind == .award || key.kind == .bought {
      guard let value = given[key] else {
        added.append((j, 1))
        continue
      }
      let upper = max(0, program.columnUpper[j] - value)
      let up = addColumn(ColumnKey(.addedMoney, j), upper: upper)
      let down = addColumn(ColumnKey(.takenMoney, j), upper: value)
      addRow(
        RowKey(.changed, Int(key.second), key.kind == .award ? 0 : 1), lower: value, upper: value,
        [(j, 1), (up, -1), (down, 1)])
      added.append((up, 1))
      taken.append((down, 1))
    }
    let room = Plan.negligible * Double(added.count)
    if !added.isEmpty { addRow(RowKey(.changes, 0), upper: amount + room, added) }
    if !taken.isEmpty { addRow(RowKey(.changes, 1), upper: amount + room, taken) }
  }
}
