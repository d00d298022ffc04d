import Allocation
import LinearProgramming
import SupplyChain

/// The best plan within a few changes of one that exists, and what each change buys (formulation section 7.8, revisions).
public struct Revision: Sendable {
  /// The best within a smaller limit, from none on.
  public struct Step: Sendable {
    public var limit: RevisionLimit
    public var status: SolutionStatus
    public var objectives: [(objective: Objective, value: Double)]
  }
  /// A facility or stockpile that gets something else.
  public struct Change: Sendable {
    public var subject: RevisedSubject
    /// t/yr awarded over the horizon, before and after; nil for a stockpile, or where the plan lists money alone.
    public var capacity: (before: Double, after: Double)?
    /// Millions over the horizon.
    public var money: (before: Double, after: Double)
    /// By how much the first objective is worse without this change, the others made as well as they can be; nil where
    /// there is no plan without it, or the limit is one of money.
    public var worth: Double?
  }
  public var limit: RevisionLimit
  public var model: Model
  /// The awards it starts from, with those that the model is committed to.
  public var awards: [Commitment]
  public var solution: AllocationSolution
  public var steps: [Step]
  public var changes: [Change]

  /// - Parameter awards: of the plan that exists, each of one step, beside those that the model is committed to.
  /// - Throws: `StudyEnd`; `.noPlan` where there is none within the limit.
  public static func find(
    _ model: Model, from awards: [Commitment], within limit: RevisionLimit,
    settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> Revision {
    try RevisionStudy(model, awards, limit, settings).run()
  }
}

private struct RevisionStudy {
  private let model: Model
  private let awards: [Commitment]
  private let limit: RevisionLimit
  private let settings: RunSettings
  private let base: AllocationProgram

  init(_ model: Model, _ awards: [Commitment], _ limit: RevisionLimit, _ settings: RunSettings) {
    self.model = model
    // What is committed is no change. Spread over steps it is listed as its parts.
    self.awards = awards + model.commitments.filter { $0.steps.count == 1 }
    self.limit = limit
    self.settings = settings
    // What was awarded may be what nobody would pay for.
    base = AllocationProgram(model, relaxed: settings.isRelaxed, keepsUnpayable: true)
  }

  func run() throws(StudyEnd) -> Revision {
    let limits = self.limits
    var steps: [Revision.Step] = []
    var last: AllocationSolution?
    for (n, limit) in limits.enumerated() {
      settings.report("plans within \(n == 0 ? "no change" : "the limit")", n, limits.count)
      let solution = try checked(base.revising(awards, within: limit))
      steps.append(.init(limit: limit, status: solution.status, objectives: solution.objectives))
      last = solution
    }
    guard let solution = last, let plan = solution.plan else {
      throw .noPlan(
        .infeasible, last?.reason ?? "no plan is within the limit of the one that exists")
    }
    var result = Revision(
      limit: limit, model: model, awards: awards, solution: solution, steps: steps,
      changes: changes(plan))
    if case .changes = limit { try findWorth(&result) }
    return result
  }

  private static let mostSteps = 12
  private static let moneySteps = 4

  /// From nothing to the limit.
  private var limits: [RevisionLimit] {
    switch limit {
    case .changes(let count):
      let shown = Array(0...max(0, min(count, Self.mostSteps)))
      return (shown + (count > Self.mostSteps ? [count] : [])).map { .changes($0) }
    case .money(let amount):
      return (0...Self.moneySteps).map { .money(amount * Double($0) / Double(Self.moneySteps)) }
    }
  }

  private func checked(_ program: AllocationProgram) throws(StudyEnd) -> AllocationSolution {
    let solution = solve(program, settings.allocation)
    switch solution.status {
    case .optimal, .feasible, .infeasible: return solution
    case .unbounded: throw .noPlan(.unbounded, solution.reason ?? "")
    case .interrupted: throw .interrupted
    case .failed: throw .notVerified(solution.reason ?? "")
    }
  }

  private struct Amounts {
    var capacity: [Double]
    var money: [Double]
    var stock: [Double]

    init(_ model: Model) {
      capacity = [Double](repeating: 0, count: model.facilities.count)
      money = capacity
      stock = [Double](repeating: 0, count: model.stockpiles.count)
    }
  }

  /// Cells that differ by more than rounding, summed by subject.
  private func changes(_ plan: Plan) -> [Revision.Change] {
    var (before, after) = (Amounts(model), Amounts(model))
    var cells: [Cell: Double] = [:]
    var hasBuilds: Set<Int> = []
    var hasAwards: Set<Int> = []
    for award in awards {
      cells[Cell(subject: award.subject, step: award.steps.lowerBound), default: 0] -= award.amount
      switch award.subject {
      case .build(let p, _):
        before.capacity[p] += award.amount
        hasBuilds.insert(p)
      case .award(_, let p):
        before.money[p] += award.amount
        hasAwards.insert(p)
      case .purchase(_, let i): before.stock[i] += award.amount
      }
    }
    for build in plan.builds {
      after.capacity[build.facility] += build.capacity
      let subject = Commitment.Subject.build(facility: build.facility, option: build.option)
      cells[Cell(subject: subject, step: build.step), default: 0] += build.capacity
    }
    for award in plan.awards {
      after.money[award.facility] += award.amount
      let subject = Commitment.Subject.award(fund: award.fund, facility: award.facility)
      cells[Cell(subject: subject, step: award.step), default: 0] += award.amount
    }
    for bought in plan.purchases {
      after.stock[bought.stockpile] += bought.amount
      let subject = Commitment.Subject.purchase(fund: bought.fund, stockpile: bought.stockpile)
      cells[Cell(subject: subject, step: bought.step), default: 0] += bought.amount
    }
    let paidOnly = hasAwards.subtracting(hasBuilds)
    var changed: Set<RevisedSubject> = []
    for (cell, difference) in cells {
      switch cell.subject {
      case .build(let p, _):
        let least = max(0.01, 1e-6 * (before.capacity[p] + after.capacity[p]))
        if abs(difference) > least, !paidOnly.contains(p) { changed.insert(.facility(p)) }
      case .award(_, let p):
        let least = max(1e-3, 1e-6 * (before.money[p] + after.money[p]))
        if abs(difference) > least { changed.insert(.facility(p)) }
      case .purchase(_, let i): if abs(difference) > 1e-3 { changed.insert(.stockpile(i)) }
      }
    }
    let facilities = model.facilities.indices.filter { changed.contains(.facility($0)) }.map { p in
      Revision.Change(
        subject: .facility(p),
        capacity: paidOnly.contains(p) ? nil : (before.capacity[p], after.capacity[p]),
        money: (before.money[p], after.money[p]), worth: nil)
    }
    return facilities
      + model.stockpiles.indices.filter { changed.contains(.stockpile($0)) }.map { i in
        Revision.Change(
          subject: .stockpile(i), capacity: nil, money: (before.stock[i], after.stock[i]),
          worth: nil)
      }
  }

  private struct Cell: Hashable {
    var subject: Commitment.Subject
    var step: Int
  }

  private func findWorth(_ result: inout Revision) throws(StudyEnd) {
    let subjects = Set(result.changes.map(\.subject))
    guard let value = result.solution.objectives.first?.value else { return }
    for n in result.changes.indices {
      settings.report("what each change buys", n, result.changes.count)
      let others = subjects.subtracting([result.changes[n].subject])
      let without = try checked(
        base.revising(awards, within: .changes(others.count), only: others))
      result.changes[n].worth = without.objectives.first.map { $0.value - value }
    }
  }
}
