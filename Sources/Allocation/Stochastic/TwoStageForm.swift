import LinearProgramming
import SupplyChain

extension TwoStageProgram {
  /// The stochastic program of the expectation as a core and what each outcome changes of it (formulation section 7.3,
  /// the stochastic program).
  ///
  /// Columns and rows of outcomes are taken for the same where they stand for the same thing; a column that an outcome
  /// lacks is fixed at 0 there, a row that it lacks has no entries. A row between two bounds becomes two. A coefficient
  /// that any outcome has stands in the core too, since readers take the places of coefficients from there.
  public init(
    _ outcomes: [AllocationProgram], names: [String], probabilities: [Double],
    firstStage: FirstStage
  ) {
    var composer = CoreComposer(outcomes, probabilities, firstStage)
    composer.addColumns()
    composer.addRows()
    self = composer.finished(names)
  }
}

private struct CoreComposer {
  private enum Part: Hashable { case equal, upper, lower }
  private struct ColumnIdentity: Hashable {
    var name: Substring
    var isInteger: Bool
    var occurrence: Int
  }
  private struct RowIdentity: Hashable {
    var name: Substring
    var part: Part
    var occurrence: Int
  }
  private struct Column {
    var name: String
    var isInteger: Bool
    var lower: Double
    var upper: Double
    var cost = 0.0
  }
  /// A row as one outcome has it; columns ascending.
  private struct Version {
    var entries: [(column: Int, value: Double)]
    var side: Double
  }

  let outcomes: [AllocationProgram]
  let probabilities: [Double]
  let firstStage: FirstStage
  private var columns: [Column] = []
  /// By outcome: its own column for each of ours, -1 for none.
  private var own: [[Int32]] = []
  private var columnOf: [[Int]] = []
  private var factors: [[Double]] = []
  private var rows: [(name: String, part: Part)] = []
  /// By row and outcome.
  private var versions: [[Version?]] = []

  init(
    _ outcomes: [AllocationProgram], _ probabilities: [Double], _ firstStage: FirstStage
  ) {
    self.outcomes = outcomes
    self.probabilities = probabilities
    self.firstStage = firstStage
  }

  /// A name without the number at its end, which differs from outcome to outcome.
  private static func stem(_ name: String) -> Substring {
    name[..<(name.lastIndex(of: ".") ?? name.endIndex)]
  }

  mutating func addColumns() {
    for (position, decision) in firstStage.decisions.enumerated() {
      let owner = firstStage.columns.firstIndex { $0[position] >= 0 } ?? 0
      let name = outcomes[owner].program.name(ofColumn: Int(firstStage.columns[owner][position]))
      columns.append(
        Column(
          name: String(Self.stem(name)), isInteger: decision.isInteger, lower: decision.lower,
          upper: decision.upper))
    }
    var places: [ColumnIdentity: Int] = [:]
    for (outcome, allocation) in outcomes.enumerated() {
      let program = allocation.program
      let (decision, factor) = firstStage.decisions(
        in: outcome, columnCount: program.columnCount)
      var seen: [ColumnIdentity: Int] = [:]
      columnOf.append(
        (0..<program.columnCount).map { j -> Int in
          if decision[j] >= 0 { return Int(decision[j]) }
          let name = program.name(ofColumn: j)
          var identity = ColumnIdentity(
            name: Self.stem(name), isInteger: program.isInteger[j], occurrence: 0)
          seen[identity, default: -1] += 1
          identity.occurrence = seen[identity] ?? 0
          if let place = places[identity] { return place }
          places[identity] = columns.count
          columns.append(
            Column(
              name: String(identity.name), isInteger: program.isInteger[j],
              lower: program.columnLower[j], upper: program.columnUpper[j]))
          return columns.count - 1
        })
      factors.append(factor)
    }
    for (outcome, allocation) in outcomes.enumerated() {
      var mine = [Int32](repeating: -1, count: columns.count)
      for (j, place) in columnOf[outcome].enumerated() {
        mine[place] = Int32(truncatingIfNeeded: j)
      }
      own.append(mine)
      let costs = allocation.objectives[0].coefficients
      for (j, place) in columnOf[outcome].enumerated() where costs[j] != 0 {
        if place < firstStage.decisions.count {
          columns[place].cost += probabilities[outcome] * costs[j] * factors[outcome][j]
        } else if columns[place].cost == 0 {
          columns[place].cost = costs[j]
        }
      }
    }
  }

  mutating func addRows() {
    var places: [RowIdentity: Int] = [:]
    for (outcome, allocation) in outcomes.enumerated() {
      let program = allocation.program
      var seen: [RowIdentity: Int] = [:]
      for i in 0..<program.rowCount {
        let (lower, upper) = (program.rowLower[i], program.rowUpper[i])
        var parts: [(part: Part, side: Double)] = []
        if lower == upper {
          parts = [(.equal, lower)]
        } else {
          if upper.isFinite { parts.append((.upper, upper)) }
          if lower.isFinite { parts.append((.lower, lower)) }
        }
        if parts.isEmpty { continue }
        let entries = entries(of: i, outcome)
        let name = program.name(ofRow: i)
        for (part, side) in parts {
          var identity = RowIdentity(name: Self.stem(name), part: part, occurrence: 0)
          seen[identity, default: -1] += 1
          identity.occurrence = seen[identity] ?? 0
          let place = places[identity] ?? rows.count
          if place == rows.count {
            places[identity] = place
            rows.append((name: String(identity.name), part: part))
            versions.append(Array(repeating: nil, count: outcomes.count))
          }
          versions[place][outcome] = Version(entries: entries, side: side)
        }
      }
    }
  }

  private func entries(of row: Int, _ outcome: Int) -> [(column: Int, value: Double)] {
    let program = outcomes[outcome].program
    return (program.rowStart[row]..<program.rowStart[row + 1]).map { k in
      let j = Int(program.columnIndex[k])
      return (
        column: columnOf[outcome][j], value: program.coefficient[k] * factors[outcome][j]
      )
    }.sorted { $0.column < $1.column }
  }

  /// Whether all outcomes have the same row, over decisions of the first stage alone.
  private func isFirstStage(_ row: Int) -> Bool {
    guard let first = versions[row][0],
      first.entries.allSatisfy({ $0.column < firstStage.decisions.count })
    else { return false }
    return versions[row].allSatisfy { version in
      guard let version, version.side == first.side, version.entries.count == first.entries.count
      else { return false }
      return zip(version.entries, first.entries).allSatisfy { $0 == $1 }
    }
  }

  /// Every coefficient that an outcome has, with the value of the first that has it.
  private func coreEntries(_ row: Int) -> [(column: Int, value: Double)] {
    var values: [Int: Double] = [:]
    for case .some(let version) in versions[row] {
      for entry in version.entries where entry.value != 0 && values[entry.column] == nil {
        values[entry.column] = entry.value
      }
    }
    return values.sorted { $0.key < $1.key }.map { (column: $0.key, value: $0.value) }
  }

  func finished(_ names: [String]) -> TwoStageProgram {
    let first = rows.indices.filter(isFirstStage)
    let isFirst = Set(first)
    let order = first + rows.indices.filter { !isFirst.contains($0) }
    let entries = order.map(coreEntries)
    let sides = order.map { row in versions[row].lazy.compactMap { $0?.side }.first ?? 0 }
    var core = LinearProgram()
    for column in columns {
      core.addColumn(
        lower: column.lower, upper: column.upper, cost: column.cost, integer: column.isInteger)
    }
    for (place, row) in order.enumerated() {
      let part = rows[row].part
      core.addRow(
        lower: part == .upper ? -.infinity : sides[place],
        upper: part == .lower ? .infinity : sides[place],
        entries[place].map { ($0.column, $0.value) })
    }
    for (outcome, allocation) in outcomes.enumerated() {
      core.objectiveOffset += probabilities[outcome] * allocation.objectives[0].offset
    }
    let columnNames = columns.enumerated().map { "\($1.name).c\($0 + 1)" }
    let rowNames = order.enumerated().map { "\(rows[$1].name).r\($0 + 1)" }
    core.columnName = { columnNames[$0] }
    core.rowName = { rowNames[$0] }
    let changed = outcomes.indices.map { outcome in
      var result = TwoStageProgram.Outcome(
        name: names[outcome], probability: probabilities[outcome])
      addColumnChanges(outcome, &result)
      for place in first.count..<order.count {
        addRowChanges(place, order[place], entries[place], sides[place], outcome, &result)
      }
      return result
    }
    return TwoStageProgram(
      core: core, firstStageColumns: firstStage.decisions.count, firstStageRows: first.count,
      outcomes: changed)
  }

  private func addColumnChanges(_ outcome: Int, _ result: inout TwoStageProgram.Outcome) {
    let program = outcomes[outcome].program
    let costs = outcomes[outcome].objectives[0].coefficients
    for place in firstStage.decisions.count..<columns.count {
      let column = columns[place]
      let j = Int(own[outcome][place])
      if j < 0 {
        if column.lower != 0 || column.upper != 0 { result.bounds.append((place, 0, 0)) }
        continue
      }
      if costs[j] != column.cost { result.costs.append((place, costs[j])) }
      if program.columnLower[j] != column.lower || program.columnUpper[j] != column.upper {
        result.bounds.append((place, program.columnLower[j], program.columnUpper[j]))
      }
    }
  }

  private func addRowChanges(
    _ place: Int, _ row: Int, _ core: [(column: Int, value: Double)], _ side: Double,
    _ outcome: Int, _ result: inout TwoStageProgram.Outcome
  ) {
    let version = versions[row][outcome]
    let mine = Dictionary(
      (version?.entries ?? []).map { ($0.column, $0.value) }, uniquingKeysWith: +)
    for entry in core {
      // A column that the outcome lacks is fixed at 0.
      if version != nil, own[outcome][entry.column] < 0,
        entry.column >= firstStage.decisions.count
      {
        continue
      }
      let value = mine[entry.column] ?? 0
      if value != entry.value { result.coefficients.append((place, entry.column, value)) }
    }
    let mySide = version?.side ?? 0
    if mySide != side { result.rightHandSides.append((place, mySide)) }
  }
}
