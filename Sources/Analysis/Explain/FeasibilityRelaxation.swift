import Allocation
import LinearProgramming
import SupplyChain
import Support

/// The feasibility relaxation of an infeasible model: the smallest changes that give it a plan.
public struct FeasibilityRelaxation: Sendable {
  /// Changes that are each enough alone, confirmed by a solve of the changed model; targets and limits come first.
  public var single: [ConstraintRelaxation]
  /// The least weighted change of all targets and limits together, a target by points and a limit relative to its
  /// size; empty where a single one is enough.
  public var combined: [ConstraintRelaxation]
  /// Whether the search ended early.
  public var isInterrupted: Bool

  /// Finds the relaxations of a model with an IIS. A single relaxation is always of a rule of the IIS: relaxing any
  /// other leaves the IIS infeasible.
  ///
  /// - Throws: `StudyEnd` where an answer was not verified; an interruption is told by `isInterrupted`.
  public static func find(
    _ model: Model, _ iis: IIS, settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> FeasibilityRelaxation {
    try FeasibilityRelaxationSearch(model, iis, settings).run()
  }
}

private struct FeasibilityRelaxationSearch {
  private let model: Model
  private let iis: IIS
  private let settings: RunSettings
  private let elastic: ElasticProgram

  init(_ model: Model, _ iis: IIS, _ settings: RunSettings) {
    self.model = BaselineSolver.reduced(model)
    self.iis = iis
    self.settings = settings
    elastic = ElasticProgram(model)
  }

  func run() throws(StudyEnd) -> FeasibilityRelaxation {
    var result = FeasibilityRelaxation(single: [], combined: [], isInterrupted: false)
    do throws(StudyEnd) {
      try elastic.run(settings) { session throws(StudyEnd) in
        settings.report("feasibility relaxation", 0, 1)
        let relaxed = try session.smallest(opening: [])
        if !iis.needsWholeNumbers, let relaxed {
          result.combined = try confirmed(relaxations(relaxed))
        }
        let candidates = self.candidates.filter { mayBeEnough($0, relaxed) }
        for (n, candidate) in candidates.enumerated() {
          settings.report("feasibility relaxation", n + 1, candidates.count + 1)
          if let relaxation = try relaxation(candidate, session), try isEnough([relaxation]) {
            result.single.append(relaxation)
          }
        }
      }
    } catch .interrupted {
      result.isInterrupted = true
    }
    // Where one target or limit is enough, the smallest change of them together is one more way to say it.
    if result.single.contains(where: \.isDemand) { result.combined = [] }
    return result
  }

  /// Simplex iterations of one elastic solve; a relaxation that takes more is left out.
  private var iterationLimit: Int { max(10_000, elastic.rules.program.rowCount) }

  private enum Candidate: Hashable {
    /// Row of the elastic program.
    case row(Int)
    case fund(Int)
    case source(Int, year: Int)
    case expansion(Int)
    case permit(Int)
    case forbearance(Int)
    case requirement(Int)
  }

  /// The single relaxations that the rules of the IIS suggest.
  private var candidates: [Candidate] {
    let place = Dictionary(
      elastic.rules.rules.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var asked: [Candidate] = []
    var others: [Candidate] = []
    func add(_ candidate: Candidate) { if !others.contains(candidate) { others.append(candidate) } }
    for rule in iis.rules {
      switch rule {
      case .row(let key):
        let first = Int(key.first)
        let year = model.horizon.year(ofStep: Int(key.step))
        switch key.kind {
        case .target, .limit, .rule: if let row = place[rule] { asked.append(.row(row)) }
        case .account: add(.fund(first))
        case .maximum: add(.expansion(first))
        // A shorter permit helps where new capacity comes too late for the year.
        case .capacity where model.facilities[first].firstYear(model.horizon) ?? .max > year:
          add(.permit(first))
        case .debt: for f in lenders(first) { add(.forbearance(f)) }
        default: break
        }
      case .importLimit(let source, let step):
        add(.source(source, year: model.horizon.year(ofStep: step)))
      case .stockRoom, .returnBase, .wholeNumbers: break
      }
    }
    for (d, segment) in model.demand.enumerated() where segment.requiredClasses != nil {
      add(.requirement(d))
    }
    return asked + others
  }

  /// Whose loans a facility may have, where not all payments may be put off.
  private func lenders(_ p: Int) -> [Int] {
    model.funds.indices.filter { f in
      let fund = model.funds[f]
      guard fund.instruments.contains(.loan), let loan = fund.loan else { return false }
      let mayLend =
        fund.eligible.admits(model.facilities[p], index: p)
        || model.commitments.contains { $0.fund == f && $0.facility == p }
      let terms = loan.forbearance
      return mayLend && (terms.map { $0.atMost < 1 || $0.from != nil || $0.until != nil } ?? true)
    }
  }

  private func forbearanceRelaxation(_ f: Int) throws(StudyEnd) -> ConstraintRelaxation? {
    let terms = model.funds[f].loan?.forbearance
    let relaxation = ConstraintRelaxation(
      kind: .forbearance(fund: f, rate: terms?.rate ?? model.discountRate),
      present: terms?.atMost ?? 0, value: 1)
    return try canHelp(relaxation) ? relaxation : nil
  }

  private func relaxation(
    _ candidate: Candidate, _ session: ElasticProgram.Session
  ) throws(StudyEnd) -> ConstraintRelaxation? {
    switch candidate {
    case .row(let row):
      guard let found = try leastViolation([(row, 1)], session) else { return nil }
      return relaxation(row, violatedBy: found.violations[row] ?? 0, at: found.point)
    case .fund(let f):
      let rows = accounts(f)
      guard let found = try leastViolation(rows.map { ($0.row, 1 / allMoney) }, session) else {
        return nil
      }
      return money(f, rows, found.violations)
    case .source(let s, let year): return try importRelaxation(s, year, session)
    case .expansion(let p): return try expansionRelaxation(p, session)
    case .permit(let p): return try permitRelaxation(p)
    case .forbearance(let f): return try forbearanceRelaxation(f)
    case .requirement(let d):
      let relaxation = ConstraintRelaxation(kind: .requirement(segment: d), present: 0, value: 0)
      return try canHelp(relaxation) ? relaxation : nil
    }
  }

  /// The least weighted violation of some rows that makes the model feasible; nil where none does.
  private func leastViolation(
    _ rows: [(row: Int, weight: Double)], _ session: ElasticProgram.Session
  ) throws(StudyEnd) -> ElasticProgram.Session.Answer? {
    guard !rows.isEmpty,
      let found = try session.smallest(opening: rows, iterationLimit: iterationLimit),
      found.isEnough
    else { return nil }
    return found
  }

  /// The relaxations of targets and limits, where all of them may be violated.
  private func relaxations(_ found: ElasticProgram.Session.Answer) -> [ConstraintRelaxation] {
    found.violations.keys.sorted().compactMap { row in
      relaxation(row, violatedBy: found.violations[row] ?? 0, at: found.point)
    }
  }

  /// Whether a relaxation to three times the present amount (money: by as much as all money) may be enough, from the
  /// duals of the elastic program: the value of a row's relaxation is concave, so the dual bounds the gain.
  private func mayBeEnough(_ candidate: Candidate, _ relaxed: ElasticProgram.Session.Answer?)
    -> Bool
  {
    guard let relaxed, relaxed.cost > 1e-9 else { return true }
    let program = elastic.rules.program
    func price(_ row: Int) -> Double { relaxed.prices[row] }
    let most: Double
    switch candidate {
    case .row, .forbearance, .requirement: return true
    case .fund(let f):
      most = accounts(f).reduce(0) { max($0, price($1.row)) } * allMoney
    case .source(let s, let year):
      let rows = importRows(s, year)
      // A ban can be lifted by any amount.
      if rows.contains(where: { program.rowUpper[$0] <= 0 }) { return true }
      most = rows.reduce(0) { $0 + price($1) * 2 * program.rowUpper[$1] }
    case .expansion(let p):
      most = rows(.maximum, p).reduce(0) { $0 + price($1) * 2 * program.rowUpper[$1] }
    case .permit(let p):
      let added = (model.facilities[p].expansion?.max ?? 0) / AllocationProgram.tonnesPerUnit
      most = rows(.capacity, p).reduce(0) { $0 + price($1) * added * model.horizon.stepLength }
    }
    return most >= relaxed.cost * (1 - 1e-6)
  }

  private func rows(_ kind: RowKey.Kind, _ first: Int) -> [Int] {
    elastic.rules.rules.indices.filter { row in
      guard case .row(let key) = elastic.rules.rules[row] else { return false }
      return key.kind == kind && Int(key.first) == first
    }
  }

  private func importRows(_ s: Int, _ year: Int) -> [Int] {
    elastic.rules.rules.indices.filter { row in
      guard case .importLimit(let source, let step) = elastic.rules.rules[row] else { return false }
      return source == s && model.horizon.year(ofStep: step) == year
    }
  }

  private func confirmed(_ relaxations: [ConstraintRelaxation]) throws(StudyEnd)
    -> [ConstraintRelaxation]
  {
    if relaxations.isEmpty { return [] }
    return try isEnough(relaxations) ? relaxations : []
  }

  // MARK: Targets and limits

  private func relaxation(_ row: Int, violatedBy amount: Double, at point: [Double])
    -> ConstraintRelaxation?
  {
    guard case .row(let key) = elastic.rules.rules[row] else { return nil }
    let first = Int(key.first)
    let program = elastic.rules.program
    let isUpper = program.rowUpper[row].isFinite
    let activity = isUpper ? program.rowUpper[row] + amount : program.rowLower[row] - amount
    switch key.kind {
    case .target:
      let value = activity + model.provenance.unmetWeight
      return ConstraintRelaxation(
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
      return ConstraintRelaxation(
        kind: .limit(first, year: year), present: present,
        value: max(0, limit.sense == .atMost ? Outward.up(value, step) : Outward.down(value, step)))
    case .rule:
      let rule = model.rules[first]
      let year = model.horizon.year(ofStep: Int(key.step))
      var loosened = amount * rule.rowUnit
      if rule.sense == .equal { loosened = excess(of: row, at: point) * rule.rowUnit }
      let step = Outward.step(abs(loosened))
      return ConstraintRelaxation(
        kind: .rule(first, year: year), present: 0,
        value: loosened < 0 ? Outward.down(loosened, step) : Outward.up(loosened, step))
    default: return nil
    }
  }

  /// By how much the terms of a row come to more than its bound.
  private func excess(of row: Int, at point: [Double]) -> Double {
    let program = elastic.rules.program
    var sum = CompensatedSum(0 - program.rowUpper[row])
    for k in program.rowStart[row]..<program.rowStart[row + 1] {
      sum.add(program.coefficient[k] * point[Int(program.columnIndex[k])])
    }
    return sum.value
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
    let allocation = elastic.rules.allocation
    guard let row = changed.rows.firstIndex(of: key),
      let mine = allocation.rows.firstIndex(of: key)
    else { return nil }
    func activity(_ program: LinearProgram, _ row: Int) -> Double {
      var sum = CompensatedSum()
      for k in program.rowStart[row]..<program.rowStart[row + 1] {
        sum.add(program.coefficient[k] * point[Int(program.columnIndex[k])])
      }
      return sum.value
    }
    return activity(allocation.program, mine) - activity(changed.program, row)
  }

  // MARK: Money, imports, capacity, time

  private var allMoney: Double {
    max(1, model.funds.reduce(0) { $0 + $1.appropriations.values.reduce(0, +) })
  }

  /// A fund's account rows in the first step of each year.
  private func accounts(_ f: Int) -> [(row: Int, year: Int)] {
    elastic.rules.rules.enumerated().compactMap { row, rule in
      guard case .row(let key) = rule, key.kind == .account, Int(key.first) == f,
        Int(key.step) % model.horizon.stepsPerYear == 0
      else { return nil }
      return (row, model.horizon.year(ofStep: Int(key.step)))
    }
  }

  private func money(_ f: Int, _ rows: [(row: Int, year: Int)], _ violations: [Int: Double])
    -> ConstraintRelaxation?
  {
    let extra = rows.compactMap { row, year -> ConstraintRelaxation.Extra? in
      guard let amount = violations[row], amount > 1e-6 else { return nil }
      return ConstraintRelaxation.Extra(year: year, amount: Outward.up(amount, 0.01))
    }
    guard !extra.isEmpty else { return nil }
    let present = model.funds[f].appropriated(model.horizon)
    return ConstraintRelaxation(
      kind: .money(fund: f, byYear: extra), present: present,
      value: extra.reduce(0) { $0 + $1.amount })
  }

  /// A relaxation of the import limit in a single year; nil where that is not enough.
  private func importRelaxation(
    _ s: Int, _ year: Int, _ session: ElasticProgram.Session
  ) throws(StudyEnd) -> ConstraintRelaxation? {
    let rows = importRows(s, year)
    guard let limit = model.imports[s].limit?.level(year),
      let found = try leastViolation(rows.map { ($0, 1 / max(limit, 1)) }, session)
    else { return nil }
    let extra =
      (rows.compactMap { found.violations[$0] }.max() ?? 0) * AllocationProgram.tonnesPerUnit
    let value = limit + extra * Double(model.horizon.stepsPerYear)
    return ConstraintRelaxation(
      kind: .importLimit(source: s, year: year), present: limit,
      value: Outward.up(value, Outward.step(value)))
  }

  private func expansionRelaxation(
    _ p: Int, _ session: ElasticProgram.Session
  ) throws(StudyEnd) -> ConstraintRelaxation? {
    guard let row = rows(.maximum, p).first,
      let present = model.facilities[p].expansion?.max,
      let found = try leastViolation([(row, 1)], session)
    else { return nil }
    let value = present + (found.violations[row] ?? 0) * AllocationProgram.tonnesPerUnit
    return ConstraintRelaxation(
      kind: .expansion(facility: p), present: present,
      value: Outward.up(value, Outward.step(value)))
  }

  /// The fewest steps by which a permit must be shorter.
  private func permitRelaxation(_ p: Int) throws(StudyEnd) -> ConstraintRelaxation? {
    guard let permit = model.facilities[p].expansion?.options.map(\.permit).max(), permit > 0 else {
      return nil
    }
    let step = model.horizon.stepLength
    func relaxation(_ n: Int) -> ConstraintRelaxation {
      ConstraintRelaxation(
        kind: .permit(facility: p), present: permit, value: max(0, permit - Double(n) * step))
    }
    var (short, enough) = (0, Int((permit / step - 1e-9).rounded(.up)))
    guard enough > 0, try canHelp(relaxation(enough)) else { return nil }
    while enough - short > 1 {
      let middle = (short + enough) / 2
      if try canHelp(relaxation(middle)) { enough = middle } else { short = middle }
    }
    return relaxation(enough)
  }

  /// Whether the changed model meets all targets and limits without slack: faster than a proof of
  /// infeasibility.
  private func canHelp(_ relaxation: ConstraintRelaxation) throws(StudyEnd) -> Bool {
    try ElasticProgram(relaxation.applied(to: model)).run(settings) { session throws(StudyEnd) in
      guard let found = try session.smallest(opening: [], iterationLimit: 2 * iterationLimit)
      else { return false }
      return found.violations.values.allSatisfy { $0 <= 1e-7 }
    }
  }

  /// Whether the changed model has a plan: solved again, from the model and not from the elastic program.
  private func isEnough(_ relaxations: [ConstraintRelaxation]) throws(StudyEnd) -> Bool {
    var changed = model
    for relaxation in relaxations { changed = relaxation.applied(to: changed) }
    // Any feasible plan is enough.
    changed.objectives = [.unmet]
    let allocation = AllocationProgram(changed, relaxed: !iis.needsWholeNumbers)
    var options = AllocationSettings()
    options.wantsPlan = false
    options.relativeGap = 1
    options.cancellation = settings.cancellation
    let solution = Allocation.solve(allocation, options)
    if solution.status == .interrupted { throw .interrupted }
    return solution.status == .optimal || solution.status == .feasible
  }
}

/// Numbers rounded to few digits, towards the larger relaxation. A number within rounding error of a round
/// number becomes that number; the relaxation that is reported is confirmed by another solve.
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
