import Allocation
import LinearProgramming
import SupplyChain

/// A plan with awards that somebody else decided: what comes of them, the rules they break, and how far it is from the best.
public struct Evaluation: Sendable {
  /// The model with the awards among its commitments. Rules about facilities that they break are given up in it.
  public var model: Model
  /// The plan with the awards as they are.
  public var solution: AllocationSolution
  public var broken: [BrokenRule]
  /// The plan without the awards; it may have none.
  public var best: AllocationSolution
  /// The awards that were asked about, as indices of the model's commitments.
  public var awards: Range<Int>

  public struct Distance: Sendable, Equatable {
    public var objective: Objective
    /// In the objective's unit.
    public var value: Double
    /// nil where the model has no plan of its own.
    public var best: Double?
    public var difference: Double? { best.map { value - $0 } }
  }

  /// By objective.
  public var distances: [Distance] {
    solution.objectives.map { objective, value in
      Distance(
        objective: objective, value: value,
        best: best.objectives.first { $0.objective == objective }?.value)
    }
  }

  /// What a facility gets in the plan with the awards and in the best.
  public struct FacilityDifference: Sendable, Equatable {
    public var facility: Int
    /// t/yr awarded over the horizon.
    public var capacity: Double
    public var bestCapacity: Double
    /// Millions of public money awarded over the horizon.
    public var money: Double
    public var bestMoney: Double
  }

  /// Facilities that get more or less than in the best plan, the largest difference of money first, then of capacity.
  public var differences: [FacilityDifference] {
    guard let plan = solution.plan, let other = best.plan else { return [] }
    func sums(_ plan: Plan) -> (capacity: [Double], money: [Double]) {
      var capacity = [Double](repeating: 0, count: model.facilities.count)
      var money = capacity
      for build in plan.builds { capacity[build.facility] += build.capacity }
      for award in plan.awards { money[award.facility] += award.amount }
      return (capacity, money)
    }
    let (here, there) = (sums(plan), sums(other))
    let found = model.facilities.indices.map { p in
      FacilityDifference(
        facility: p, capacity: here.capacity[p], bestCapacity: there.capacity[p],
        money: here.money[p], bestMoney: there.money[p])
    }.filter { difference in
      abs(difference.capacity - difference.bestCapacity) > max(1e-4 * difference.capacity, 0.01)
        || abs(difference.money - difference.bestMoney) > max(1e-4 * difference.money, 1e-3)
    }
    return found.sorted { left, right in
      let (a, b) = (abs(left.money - left.bestMoney), abs(right.money - right.bestMoney))
      let (c, d) = (
        abs(left.capacity - left.bestCapacity), abs(right.capacity - right.bestCapacity)
      )
      return (-a, -c, left.facility) < (-b, -d, right.facility)
    }
  }

  /// Evaluates awards in a model.
  ///
  /// An objective that the awards attain within the tolerance to which objectives are held is told at its best value,
  /// as a plan's own objectives are (formulation section 6, objectives).
  ///
  /// - Parameters:
  ///   - awards: fixed as they are, beside the model's own commitments.
  ///   - operatesOnly: whether nothing further is awarded, built or bought.
  /// - Throws: `StudyEnd`; `.noPlan` where there is none however the rules about money, limits and targets are broken.
  public static func find(
    _ model: Model, _ awards: [Commitment], operatesOnly: Bool = false,
    settings: RunSettings = RunSettings()
  ) throws(StudyEnd) -> Evaluation {
    settings.report("the best plan", 0, 2)
    let best = solve(AllocationProgram(model, relaxed: settings.isRelaxed), settings.allocation)
    if best.status == .interrupted { throw .interrupted }
    if best.status == .failed { throw .notVerified(best.reason ?? "") }
    let (admitting, rules) = model.committing(awards, operatesOnly: operatesOnly)
      .admittingCommitments(relaxed: settings.isRelaxed)
    settings.report("the plan with the awards", 1, 2)
    var options = settings.allocation
    options.attainable = best.objectives.map(\.value)
    var allocation = AllocationProgram(admitting, relaxed: settings.isRelaxed)
    var solution = solve(allocation, options)
    var broken = rules
    if solution.status == .infeasible {
      guard let relaxation = try AwardRelaxation.find(allocation, settings) else {
        throw .noPlan(.infeasible, solution.reason ?? "")
      }
      broken += relaxation.broken
      allocation = relaxation.allocation
      settings.report("the plan with the awards", 1, 2)
      solution = solve(allocation, options)
    }
    switch solution.status {
    case .optimal, .feasible: break
    case .infeasible, .unbounded: throw .noPlan(solution.status, solution.reason ?? "")
    case .interrupted: throw .interrupted
    case .failed: throw .notVerified(solution.reason ?? "")
    }
    let own = model.commitments.count
    return Evaluation(
      model: admitting, solution: solution, broken: broken, best: best,
      awards: own..<(own + awards.count))
  }
}
