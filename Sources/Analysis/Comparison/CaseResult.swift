import Allocation
import LinearProgramming
import SupplyChain

/// What a sweep keeps of a solved case. All but the timings depends on the case alone.
public struct CaseResult: Sendable {
  public enum Status: String, Sendable, CaseIterable {
    /// Every objective was minimised and verified.
    case optimal
    /// The same, of the plan that misses the targets least: they cannot all be met. `reason` says by how much.
    case missed
    /// The plan is the best found.
    case feasible
    case infeasible
    case unbounded
    /// Solved but not verified, or the solver failed.
    case failed
    /// The changes make no model, such as a share above 100 %.
    case invalid
  }
  public struct Build: Sendable {
    public var facility: String
    public var option: String
    public var step: Int
    public var year: Int
    /// t/yr.
    public var capacity: Double
    public var onlineYear: Int
    public var modules: Double?
  }
  /// Public money; a purchase names the stockpile as its facility.
  public struct Award: Sendable {
    public var fund: String
    public var facility: String
    public var instrument: String
    public var step: Int
    public var year: Int
    /// Millions.
    public var amount: Double
  }
  /// Seconds.
  public struct Timing: Sendable {
    public var model = 0.0
    public var solve = 0.0
    public var verify = 0.0
    public var total = 0.0
  }

  public let id: Int
  /// The values of the case's inputs: factors as numbers, settings as texts.
  var inputs: [JSONList.Item] = []
  public var status: Status
  public var reason: String?
  /// Those that have a value.
  public var objectives: [Objective: Double] = [:]
  public var dependencyByYear: [Double?] = []
  /// Millions, undiscounted.
  public var publicMoney: Double?
  public var privateMoney: Double?
  public var isVerified = false
  /// Of the stage with the most doubt.
  public var relativeGap: Double?
  public var violation: Double?
  public var iterations = 0
  public var builds: [Build] = []
  public var awards: [Award] = []
  public var timing = Timing()

  init(id: Int, status: Status, reason: String? = nil) {
    self.id = id
    self.status = status
    self.reason = reason
  }

  /// nil where the solve was interrupted.
  init?(id: Int, _ solution: AllocationSolution, _ model: Model) {
    let status: Status
    switch solution.status {
    case .optimal: status = .optimal
    case .feasible: status = .feasible
    case .infeasible: status = .infeasible
    case .unbounded: status = .unbounded
    case .failed: status = .failed
    case .interrupted: return nil
    }
    self.init(id: id, status: status, reason: solution.reason)
    for (objective, value) in solution.objectives {
      objectives[objective] = value
    }
    if let check = solution.verification {
      isVerified = check.isVerified
      relativeGap = check.relativeGap
      violation = check.primalInfeasibility
    }
    iterations = solution.stages.reduce(0) { $0 + $1.iterations }
    timing.solve = solution.solveTime
    timing.verify = solution.verifyTime
    if let plan = solution.plan { read(plan, model) }
  }

  private mutating func read(_ plan: Plan, _ model: Model) {
    let horizon = model.horizon
    dependencyByYear = plan.dependencyByYear
    privateMoney = plan.privateMoneySpent
    builds = plan.builds.map { build in
      Build(
        facility: model.facilities[build.facility].id, option: build.option.rawValue,
        step: build.step, year: horizon.year(ofStep: build.step), capacity: build.capacity,
        onlineYear: horizon.year(ofStep: build.onlineStep), modules: build.modules)
    }
    func award(_ fund: Int, _ facility: String, _ instrument: Instrument, _ step: Int, _ m: Double)
      -> Award
    {
      Award(
        fund: model.funds[fund].id, facility: facility, instrument: instrument.rawValue,
        step: step, year: horizon.year(ofStep: step), amount: m)
    }
    awards =
      plan.awards.map {
        award($0.fund, model.facilities[$0.facility].id, $0.instrument, $0.step, $0.amount)
      }
      + plan.supportByFacility.map {
        award($0.fund, model.facilities[$0.facility].id, .priceSupport, $0.step, $0.amount)
      }
      + plan.purchases.map {
        award($0.fund, model.stockpiles[$0.stockpile].id, .stockpile, $0.step, $0.amount)
      }
    publicMoney = plan.publicMoneySpent
  }
}
