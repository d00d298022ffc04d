import Allocation
import LinearProgramming
import SupplyChain

/// The smallest changes that give an infeasible model a plan.
public struct Repair: Sendable {
  /// Each enough on its own, and solved again to show it; what was asked for comes first.
  public var single: [Remedy]
  /// The smallest change of targets and limits together (and of money, where they alone do not help), each
  /// measured by its own size; empty where one target or limit is enough, or nothing of the kind helps.
  public var combined: [Remedy]
  /// Whether it ended before all was looked at.
  public var isInterrupted: Bool

  /// Looks for repairs of a model in conflict (elastic filter, Chinneck 2008); a repair of one rule must be of
  /// a rule of the conflict.
  public static func find(
    _ model: Model, _ conflict: Conflict, settings: StudySettings = StudySettings()
  ) throws(StudyEnd) -> Repair {
    try RepairStudy(model, conflict, settings).run()
  }
}

private struct RepairStudy {
  private let model: Model
  private let conflict: Conflict
  private let settings: StudySettings
  private let elastic: ConflictProgram

  init(_ model: Model, _ conflict: Conflict, _ settings: StudySettings) {
    self.model = Valuation.reduced(model)
    self.conflict = conflict
    self.settings = settings
    elastic = ConflictProgram(model, relaxed: true)
  }

  func run() throws(StudyEnd) -> Repair {
    var repair = Repair(single: [], combined: [], isInterrupted: false)
    do throws(StudyEnd) {
      let candidates = self.candidates
      for (n, candidate) in candidates.enumerated() {
        settings.progress?("looking for repairs", n, candidates.count + 1)
        if let remedy = try remedy(candidate), try isEnough([remedy]) {
          repair.single.append(remedy)
        }
      }
      // Where one target or limit is enough, it is the smallest change of them; money comes in where they
      // alone do not help.
      if !conflict.needsWholeNumbers, repair.single.allSatisfy({ !$0.isDemand }) {
        for withMoney in [false, true] where repair.combined.isEmpty {
          let combined = try combined(withMoney: withMoney)
          if !combined.isEmpty, try isEnough(combined) { repair.combined = combined }
        }
      }
    } catch .interrupted {
      repair.isInterrupted = true
    }
    return repair
  }

  private enum Candidate: Hashable {
    /// Row of the elastic program.
    case row(Int)
    case fund(Int)
    case source(Int)
    case expansion(Int)
    case permit(Int)
    case requirement(Int)
  }

  /// What a repair of a single thing can be, from the rules of the conflict.
  private var candidates: [Candidate] {
    let place = Dictionary(
      elastic.rules.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var asked: [Candidate] = []
    var others: [Candidate] = []
    func add(_ candidate: Candidate) { if !others.contains(candidate) { others.append(candidate) } }
    for rule in conflict.rules {
      switch rule {
      case .row(let key):
        let first = Int(key.first)
        switch key.kind {
        case .target, .limit: if let row = place[rule] { asked.append(.row(row)) }
        case .account: add(.fund(first))
        case .maximum: add(.expansion(first))
        case .capacity: add(.permit(first))
        default: break
        }
      case .importLimit(let source, _): add(.source(source))
      case .stockRoom, .returnBase, .wholeNumbers: break
      }
    }
    for (d, segment) in model.demand.enumerated() where segment.requiredClasses != nil {
      add(.requirement(d))
    }
    return asked + others
  }

  private func remedy(_ candidate: Candidate) throws(StudyEnd) -> Remedy? {
    switch candidate {
    case .row(let row): return try rowRemedy(row)
    case .fund(let f): return try moneyRemedy(f)
    case .source(let s): return try importRemedy(s)
    case .expansion(let p): return try expansionRemedy(p)
    case .permit(let p): return try permitRemedy(p)
    case .requirement(let d):
      return Remedy(kind: .requirement(segment: d), present: 0, value: 0)
    }
  }

  // MARK: One row

  /// How near a target or limit can be met when everything else holds.
  private func rowRemedy(_ row: Int) throws(StudyEnd) -> Remedy? {
    guard case .row(let key) = elastic.rules[row] else { return nil }
    var program = elastic.program
    let sign = program.rowUpper[row].isFinite ? 1.0 : -1.0
    for k in program.rowStart[row]..<program.rowStart[row + 1] {
      program.setCost(Int(program.columnIndex[k]), sign * program.coefficient[k])
    }
    program.setRowBounds(row, lower: -.infinity, upper: .infinity)
    guard let found = try solved(program) else { return nil }
    return remedy(key, activity: sign * found.objective, at: found.columnValues)
  }

  private func remedy(_ key: RowKey, activity: Double, at point: [Double]) -> Remedy? {
    let first = Int(key.first)
    switch key.kind {
    case .target:
      let value = activity + model.provenance.unmetWeight
      return Remedy(
        kind: .target(first), present: model.targets[first].value, value: Outward.up(value, 1e-4))
    case .limit:
      let limit = model.limits[first]
      let year = model.horizon.year(ofStep: Int(key.step))
      let present = limit.value.level(year)
      var value = activity * unit(limit.measure)
      if limit.shareOf != nil {
        // activity = measure − share·whole.
        guard let whole = wholeMeasure(first, key, at: point), whole > 0 else { return nil }
        value = present + activity / whole
      }
      let step = limit.shareOf == nil ? Outward.step(value) : 1e-4
      return Remedy(
        kind: .limit(first, year: year), present: present,
        value: max(0, limit.sense == .atMost ? Outward.up(value, step) : Outward.down(value, step)))
    default: return nil
    }
  }

  private func unit(_ measure: Limit.Measure) -> Double {
    switch measure {
    case .build, .activity, .import: AllocationProgram.tonnesPerUnit
    case .projects, .award, .support, .private, .capex: 1
    }
  }

  /// The second filter's measure at a point: the row with a share one higher has so much less activity.
  private func wholeMeasure(_ l: Int, _ key: RowKey, at point: [Double]) -> Double? {
    var other = model
    let year = model.horizon.year(ofStep: Int(key.step))
    other.limits[l].value = Series(model.limits[l].value.level(year) + 1)
    let changed = AllocationProgram(other, relaxed: true)
    guard let row = changed.rows.firstIndex(of: key),
      let mine = elastic.allocation.rows.firstIndex(of: key)
    else { return nil }
    func activity(_ program: LinearProgram, _ row: Int) -> Double {
      var sum = KahanSum()
      for k in program.rowStart[row]..<program.rowStart[row + 1] {
        sum.add(program.coefficient[k] * point[Int(program.columnIndex[k])])
      }
      return sum.value
    }
    return activity(elastic.allocation.program, mine) - activity(changed.program, row)
  }

  // MARK: Money, imports, capacity, time

  /// The least sum of weights·slack, with a column of slack in each of some rows; what each row takes.
  private func slack(
    _ rows: [(row: Int, weight: Double, sign: Double)]
  ) throws(StudyEnd) -> (amounts: [Double], point: [Double])? {
    let made = elastic.program.withSlack(rows)
    guard let found = try solved(made.program) else { return nil }
    return (made.columns.map { found.columnValues[$0] }, found.columnValues)
  }

  /// A fund's account rows in the first step of each year.
  private func accounts(_ f: Int) -> [(row: Int, year: Int)] {
    elastic.rules.indices.compactMap { row in
      guard case .row(let key) = elastic.rules[row], key.kind == .account, Int(key.first) == f,
        Int(key.step) % model.horizon.stepsPerYear == 0
      else { return nil }
      return (row, model.horizon.year(ofStep: Int(key.step)))
    }
  }

  private func moneyRemedy(_ f: Int) throws(StudyEnd) -> Remedy? {
    let rows = accounts(f)
    guard !rows.isEmpty, let found = try slack(rows.map { ($0.row, 1, -1) }) else { return nil }
    return money(f, rows.map(\.year), found.amounts)
  }

  private func money(_ f: Int, _ years: [Int], _ amounts: [Double]) -> Remedy? {
    let extra = zip(years, amounts).filter { $1 > 1e-6 }.map {
      Remedy.Extra(year: $0, amount: Outward.up($1, 0.01))
    }
    guard !extra.isEmpty else { return nil }
    let series = model.funds[f].appropriations
    let present = (model.horizon.start...model.horizon.end).reduce(0) { $0 + series.amount($1) }
    return Remedy(
      kind: .money(fund: f, byYear: extra), present: present,
      value: extra.reduce(0) { $0 + $1.amount })
  }

  /// Only a year in which the limit alone is enough makes a remedy that can be said in a sentence.
  private func importRemedy(_ s: Int) throws(StudyEnd) -> Remedy? {
    var byYear: [Int: [Int]] = [:]
    for (row, rule) in elastic.rules.enumerated() {
      if case .importLimit(let source, let step) = rule, source == s {
        byYear[model.horizon.year(ofStep: step), default: []].append(row)
      }
    }
    for year in byYear.keys.sorted() {
      guard let rows = byYear[year], let limit = model.imports[s].limit?.level(year),
        rows.contains(where: { conflict.rules.contains(elastic.rules[$0]) }),
        let found = try slack(rows.map { ($0, 1, -1) })
      else { continue }
      let extra = (found.amounts.max() ?? 0) * AllocationProgram.tonnesPerUnit
      let value = limit + extra * Double(model.horizon.stepsPerYear)
      return Remedy(
        kind: .importLimit(source: s, year: year), present: limit,
        value: Outward.up(value, Outward.step(value)))
    }
    return nil
  }

  private func expansionRemedy(_ p: Int) throws(StudyEnd) -> Remedy? {
    let row = elastic.rules.firstIndex { rule in
      guard case .row(let key) = rule else { return false }
      return key.kind == .maximum && Int(key.first) == p
    }
    guard let row, let present = model.facilities[p].expansion?.max,
      let extra = try slack([(row, 1, -1)])?.amounts.first
    else { return nil }
    let value = present + extra * AllocationProgram.tonnesPerUnit
    return Remedy(
      kind: .expansion(facility: p), present: present,
      value: Outward.up(value, Outward.step(value)))
  }

  /// The fewest steps by which a permit must be shorter.
  private func permitRemedy(_ p: Int) throws(StudyEnd) -> Remedy? {
    guard let permit = model.facilities[p].expansion?.options.map(\.permit).max(), permit > 0 else {
      return nil
    }
    let step = model.horizon.stepLength
    func remedy(_ n: Int) -> Remedy {
      Remedy(
        kind: .permit(facility: p), present: permit, value: max(0, permit - Double(n) * step))
    }
    var (short, enough) = (0, Int((permit / step - 1e-9).rounded(.up)))
    guard enough > 0, try isEnough([remedy(enough)]) else { return nil }
    while enough - short > 1 {
      let middle = (short + enough) / 2
      if try isEnough([remedy(middle)]) { enough = middle } else { short = middle }
    }
    return remedy(enough)
  }

  // MARK: Together

  /// The least weighted sum of changes: a target by its points, a limit by its size, money by all money there is.
  private func combined(withMoney: Bool) throws(StudyEnd) -> [Remedy] {
    var rows: [(row: Int, weight: Double, sign: Double)] = []
    for (row, rule) in elastic.rules.enumerated() {
      guard case .row(let key) = rule, key.kind == .target || key.kind == .limit else { continue }
      let isUpper = elastic.program.rowUpper[row].isFinite
      let bound = isUpper ? elastic.program.rowUpper[row] : elastic.program.rowLower[row]
      let weight = key.kind == .target ? 1 : 1 / max(abs(bound), 1)
      rows.append((row, weight, isUpper ? -1 : 1))
    }
    let ruleCount = rows.count
    let all = model.funds.reduce(0) { $0 + $1.appropriations.values.reduce(0, +) }
    let funds = model.funds.indices.map { withMoney ? accounts($0) : [] }
    for account in funds.joined() { rows.append((account.row, 1 / max(all, 1), -1)) }
    guard let (amounts, point) = try slack(rows) else { return [] }
    var remedies: [Remedy] = []
    for n in 0..<ruleCount where amounts[n] > 1e-9 {
      guard case .row(let key) = elastic.rules[rows[n].row] else { continue }
      let isUpper = rows[n].sign < 0
      let activity =
        isUpper
        ? elastic.program.rowUpper[rows[n].row] + amounts[n]
        : elastic.program.rowLower[rows[n].row] - amounts[n]
      if let remedy = remedy(key, activity: activity, at: point) { remedies.append(remedy) }
    }
    var next = ruleCount
    for (f, rows) in funds.enumerated() {
      let own = Array(amounts[next..<(next + rows.count)])
      next += rows.count
      if let remedy = money(f, rows.map(\.year), own) { remedies.append(remedy) }
    }
    return remedies
  }

  // MARK: Solving

  private func solved(_ program: LinearProgram) throws(StudyEnd) -> Solution? {
    var options = SolverOptions()
    options.cancellation = settings.cancellation
    let outcome: Outcome
    do throws(SolverError) { outcome = try LinearProgramming.solve(program, options) } catch {
      throw .notVerified("\(error)")
    }
    switch outcome {
    case .optimal(let solution): return solution
    case .stopped(.interrupted), .feasible(_, .interrupted): throw .interrupted
    default: return nil
    }
  }

  /// Whether the changed model has a plan: solved again, from the model and not from the elastic program.
  private func isEnough(_ remedies: [Remedy]) throws(StudyEnd) -> Bool {
    var changed = model
    for remedy in remedies { changed = remedy.applied(to: changed) }
    let allocation = AllocationProgram(changed, relaxed: !conflict.needsWholeNumbers)
    var options = AllocationSettings()
    options.wantsPlan = false
    options.cancellation = settings.cancellation
    let solution = Allocation.solve(allocation, options)
    if solution.status == .interrupted { throw .interrupted }
    return solution.status == .optimal || solution.status == .feasible
  }
}

/// Numbers rounded to few digits, to the side that is on the safe side. A hair beyond a round number is that
/// number: the solver's rounding, and what is said is solved again.
private enum Outward {
  /// Four digits of a value.
  static func step(_ value: Double) -> Double {
    var step = 1e-6
    while step * 1e4 <= abs(value), step < 1e12 { step *= 10 }
    return step
  }
  static func up(_ value: Double, _ step: Double) -> Double {
    (value / step - 1e-5).rounded(.up) * step
  }
  static func down(_ value: Double, _ step: Double) -> Double {
    (value / step + 1e-5).rounded(.down) * step
  }
}

extension LinearProgram {
  /// The program with a slack column in each of some rows (`sign`·slack is added to the row's activity), whose
  /// weighted sum is the cost.
  fileprivate func withSlack(
    _ slack: [(row: Int, weight: Double, sign: Double)]
  ) -> (program: LinearProgram, columns: [Int]) {
    var result = LinearProgram()
    for j in 0..<columnCount { result.addColumn(lower: columnLower[j], upper: columnUpper[j]) }
    var byRow: [Int: (column: Int, sign: Double)] = [:]
    var columns: [Int] = []
    for entry in slack {
      let column = result.addColumn(cost: entry.weight)
      byRow[entry.row] = (column, entry.sign)
      columns.append(column)
    }
    for i in 0..<rowCount {
      for k in rowStart[i]..<rowStart[i + 1] {
        result.addEntry(Int(columnIndex[k]), coefficient[k])
      }
      if let (column, sign) = byRow[i] { result.addEntry(column, sign) }
      result.finishRow(lower: rowLower[i], upper: rowUpper[i])
    }
    return (result, columns)
  }
}
