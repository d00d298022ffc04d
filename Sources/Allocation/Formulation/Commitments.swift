import SupplyChain

/// Awards that have been made, by what they are for, as the columns need them.
struct CommittedAmounts {
  /// Millions by fund, facility and step.
  private(set) var awards: [Cell: Double] = [:]
  private(set) var purchases: [Cell: Double] = [:]
  /// By facility: the first step of capacity awarded, and whether any capacity or money is.
  private(set) var firstBuild: [Int: Int] = [:]
  private(set) var builds: Set<BuildCell> = []
  private(set) var paidFacilities: Set<Int> = []
  private(set) var builtFacilities: Set<Int> = []

  struct Cell: Hashable {
    var fund: Int
    var subject: Int
    var step: Int
  }
  struct BuildCell: Hashable {
    var facility: Int
    var option: BuildOption.Kind
    var step: Int
  }

  init(_ model: Model) {
    for commitment in model.commitments {
      for step in commitment.steps {
        switch commitment.subject {
        case .build(let p, let option):
          firstBuild[p] = min(firstBuild[p] ?? step, step)
          builds.insert(BuildCell(facility: p, option: option, step: step))
          builtFacilities.insert(p)
        case .award(let f, let p):
          awards[Cell(fund: f, subject: p, step: step)] = commitment.amount
          paidFacilities.insert(p)
        case .purchase(let f, let i):
          purchases[Cell(fund: f, subject: i, step: step)] = commitment.amount
        }
      }
    }
  }

  func award(_ f: Int, _ p: Int, _ t: Int) -> Double? {
    awards.isEmpty ? nil : awards[Cell(fund: f, subject: p, step: t)]
  }

  func purchase(_ f: Int, _ i: Int, _ t: Int) -> Double? {
    purchases.isEmpty ? nil : purchases[Cell(fund: f, subject: i, step: t)]
  }

  /// Whether a fund pays anything that has been awarded in a step.
  func pays(_ f: Int, _ t: Int) -> Bool {
    awards.keys.contains { $0.fund == f && $0.step == t }
      || purchases.keys.contains { $0.fund == f && $0.step == t }
  }

  /// Whether any money has been awarded to a facility in a step.
  func isPaid(_ p: Int, _ t: Int) -> Bool {
    awards.keys.contains { $0.subject == p && $0.step == t }
  }
}

/// Formulation section 5.1: commitments.
extension ProgramBuilder {
  /// Fixes the columns of commitments of one step.
  mutating func fixCommitments() {
    guard !model.commitments.isEmpty else { return }
    let fixing = AllocationProgram.columns(fixedBy: model)
    for (j, key) in columns.enumerated() {
      guard let n = fixing[key], let value = fixedValue(n, j) else { continue }
      program.setColumnBounds(j, lower: value, upper: value)
      fixedCommitments.insert(n)
    }
  }

  /// The value of the column that a commitment fixes; nil where it would be no whole number.
  private func fixedValue(_ n: Int, _ j: Int) -> Double? {
    let commitment = model.commitments[n]
    guard case .build(let p, _) = commitment.subject else { return commitment.amount }
    let value = commitment.amount / AllocationProgram.tonnesPerUnit / buildUnit[p]
    guard program.isInteger[j] else { return value }
    return abs(value - value.rounded()) <= 1e-6 ? value.rounded() : nil
  }

  /// Rows of commitments that are spread over steps, and of those that no column can keep, so that this is found out.
  mutating func addCommitmentRows() {
    for (n, commitment) in model.commitments.enumerated() where !fixedCommitments.contains(n) {
      let terms = terms(of: commitment)
      // Of a project that fails nothing is awarded from the reveal on.
      if terms.isEmpty, let p = commitment.facility,
        model.facilities[p].expansion?.failsFrom != nil
      {
        continue
      }
      for term in terms { program.addEntry(term.column, term.coefficient) }
      var amount = commitment.amount
      if case .build = commitment.subject { amount /= AllocationProgram.tonnesPerUnit }
      finish(
        RowKey(.committed, n, step: commitment.steps.lowerBound), lower: amount, upper: amount)
    }
  }

  private func terms(of commitment: Commitment) -> [(column: Int, coefficient: Double)] {
    switch commitment.subject {
    case .build(let p, let kind):
      return options[p].indices.filter { self.kind(ofOption: $0, facility: p) == kind }
        .flatMap { j in
          commitment.steps.filter { options[p][j].steps.contains($0) }
            .map { (options[p][j].column($0), buildUnit[p]) }
        }
    case .award(let f, let p):
      return awards[f].filter { $0.facility == p }.flatMap { entry in
        commitment.steps.filter { entry.columns[$0] >= 0 }.map { (Int(entry.columns[$0]), 1) }
      }
    case .purchase(let f, let i):
      if bought[f].isEmpty { return [] }
      return commitment.steps.filter { bought[f][slot(i, $0)] >= 0 }
        .map { (Int(bought[f][slot(i, $0)]), 1) }
    }
  }

  /// Loosens rules that fixed amounts may break by rounding, or by what a plan's tables leave out as negligible: money by a
  /// millionth of a million and a billionth of what is fixed in the row.
  mutating func loosenRowsOfCommitments() {
    guard !model.commitments.isEmpty else { return }
    for (i, key) in rows.enumerated() {
      guard let least = leastRoom(key.kind) else { continue }
      var size = 0.0
      for k in program.rowStart[i]..<program.rowStart[i + 1] {
        let j = Int(program.columnIndex[k])
        let isFixed = program.columnLower[j] == program.columnUpper[j]
        if isFixed { size += abs(program.coefficient[k] * program.columnUpper[j]) }
      }
      guard size > 0 else { continue }
      let room = least + 1e-9 * size
      program.setRowBounds(
        i, lower: program.rowLower[i] - room, upper: program.rowUpper[i] + room)
    }
  }

  /// Of rules that decisions break: of money, of shares of money, of awarded capacity.
  private func leastRoom(_ kind: RowKey.Kind) -> Double? {
    switch kind {
    case .cost, .purchase, .account, .awardShare, .combinedShare, .privateShare,
      .leastPrivateShare, .perFacility, .authority, .debt, .bankability, .deferral, .unpaid:
      Plan.negligible
    case .requires, .maximum, .minimum, .exclusiveLink, .onceLink, .limit, .room:
      Plan.negligible / AllocationProgram.tonnesPerUnit
    default: nil
    }
  }

  /// Closes what may not be decided beside the commitments.
  mutating func closeFurtherAwards() {
    guard model.operatesOnly else { return }
    for j in columns.indices {
      let key = columns[j]
      let (first, second, step) = (Int(key.first), Int(key.second), Int(key.step))
      var isClosed = false
      switch key.kind {
      case .build:
        let kind = model.facilities[first].expansion?.options[second].kind ?? .standard
        let isFree =
          committed.paidFacilities.contains(first) && !committed.builtFacilities.contains(first)
        if !isFree, !committed.builds.contains(.init(facility: first, option: kind, step: step)) {
          isClosed = true
        }
      case .award: isClosed = committed.award(first, second, step) == nil
      case .bought: isClosed = committed.purchase(first, second, step) == nil
      default: break
      }
      if isClosed { program.setColumnBounds(j, lower: 0, upper: 0) }
    }
  }
}

extension AllocationProgram {
  /// By column: the commitment of one step that fixes it.
  public var fixedColumns: [Int: Int] {
    if model.commitments.isEmpty { return [:] }
    let fixing = AllocationProgram.columns(fixedBy: model)
    var found: [Int: Int] = [:]
    for (j, key) in columns.enumerated() {
      if let n = fixing[key], program.columnLower[j] == program.columnUpper[j] { found[j] = n }
    }
    return found
  }

  static func columns(fixedBy model: Model) -> [ColumnKey: Int] {
    var found: [ColumnKey: Int] = [:]
    for (n, commitment) in model.commitments.enumerated() where commitment.steps.count == 1 {
      let step = commitment.steps.lowerBound
      switch commitment.subject {
      case .build(let p, let kind):
        let options = model.facilities[p].expansion?.options ?? []
        if let j = options.firstIndex(where: { $0.kind == kind }) {
          found[ColumnKey(.build, p, j, step: step)] = n
        }
      case .award(let f, let p): found[ColumnKey(.award, f, p, step: step)] = n
      case .purchase(let f, let i): found[ColumnKey(.bought, f, i, step: step)] = n
      }
    }
    return found
  }
}

extension RowKey {
  /// The rule that an award has been made.
  public static func committed(_ commitment: Int, step: Int) -> RowKey {
    RowKey(.committed, commitment, step: step)
  }
}
