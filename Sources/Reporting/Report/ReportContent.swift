import Allocation
import Analysis
import SupplyChain

/// Everything a report shows: a base plan, the plans it is compared with, plans at other budgets, shadow prices
/// and sources.
public struct ReportContent: Sendable {
  /// A model and what came of it.
  public struct Entry: Sendable {
    public var name: String
    public var description: String
    public var model: Model
    public var solution: AllocationSolution
    public init(name: String, description: String, model: Model, solution: AllocationSolution) {
      self.name = name
      self.description = description
      self.model = model
      self.solution = solution
    }
  }
  /// The model file's name as it is shown.
  public var file: String
  public var base: Entry
  public var scenarios: [Entry] = []
  /// By rising budget scale; empty: no frontier. Of the continuous program the mix of two neighbours is a plan at
  /// every budget between them; with whole numbers (`areBudgetsSteps`) the plan of the smaller budget is.
  public var budgets: [Entry] = []
  public var areBudgetsSteps = false
  /// How far above the best value a mix may lie, in units of the first objective.
  public var budgetDistance = 0.0
  /// Every corner of the frontier of the continuous program: between two of them the best value is on the
  /// straight line. Empty where they are not all known.
  public var corners: [Frontier.Breakpoint] = []
  /// Whether the whole-number rules were dropped: in the plans, and in the corners of a model that has such rules.
  public var isRelaxed = false
  public var areCornersRelaxed = false
  /// The relative gap within which whole-number plans were asked for.
  public var relativeGap: Double?
  /// What was left out because a limit or the user stopped it.
  public var notes: [String] = []
  public var prices: ShadowPrices?
  public var sources: [NumberSources.Entry] = []
  public var version = ""

  public init(file: String, base: Entry) {
    self.file = file
    self.base = base
  }

  /// Whether the program of the base plan has whole numbers.
  public var hasWholeNumbers: Bool { base.solution.size.integers > 0 }

  /// Appropriations inside the horizon at scale 1, millions.
  static func appropriations(_ model: Model) -> Double {
    let horizon = model.horizon
    return model.funds.reduce(0) { sum, fund in
      sum + (horizon.start...horizon.end).reduce(0) { $0 + fund.appropriations.amount($1) }
    }
  }
}

/// Words for objectives.
enum ObjectiveWords {
  static func label(_ objective: Objective) -> String {
    switch objective {
    case .dependency: "Dependency"
    case .peakDependency: "Peak dependency"
    case .publicCost: "Public cost"
    case .systemCost: "System cost"
    case .unmet: "Unmet demand"
    }
  }
  /// `share`, `money` or `t`.
  static func unit(_ objective: Objective) -> String {
    switch objective {
    case .dependency, .peakDependency: "share"
    case .publicCost, .systemCost: "money"
    case .unmet: "t"
    }
  }
  static func unitWords(_ objective: Objective, _ model: Model) -> String {
    switch objective {
    case .dependency, .peakDependency: "share of weighted demand"
    case .publicCost, .systemCost: "million \(model.currency), present value"
    case .unmet: "t, weighted"
    }
  }
  static func figure(_ objective: Objective, _ value: Double, _ model: Model) -> String {
    switch objective {
    case .dependency, .peakDependency: Figure.percent(value, decimals: 2)
    case .publicCost, .systemCost: Figure.number(value, decimals: 1) + " M\(model.currency)"
    case .unmet: Figure.number(value, decimals: 1) + " t"
    }
  }
}

/// Sums over a plan that headlines show.
struct PlanFigures {
  /// One facility's awards and builds taken together.
  struct Move {
    var facility: Int
    var publicMoney = 0.0
    var privateMoney = 0.0
    /// t/yr.
    var capacity = 0.0
    /// Year, and fraction of it, in which the first of it works; nil where nothing is built.
    var online: Double?
  }
  let publicMoney: Double
  let privateMoney: Double
  let available: Double
  /// The facilities with the most public money, the first three.
  let moves: [Move]

  init(_ plan: Plan, _ model: Model) {
    publicMoney =
      plan.awards.reduce(0) { $0 + $1.amount } + plan.supports.reduce(0) { $0 + $1.amount }
      + plan.purchases.reduce(0) { $0 + $1.amount }
    privateMoney = plan.privateMoney.reduce(0) { $0 + $1.amount }
    available = ReportContent.appropriations(model) * model.budgetScale
    var all = model.facilities.indices.map { Move(facility: $0) }
    for award in plan.awards { all[award.facility].publicMoney += award.amount }
    for support in plan.supports { all[support.facility].publicMoney += support.amount }
    for money in plan.privateMoney { all[money.facility].privateMoney += money.amount }
    for build in plan.builds {
      let online =
        Double(model.horizon.start) + Double(build.onlineStep) * model.horizon.stepLength
      all[build.facility].capacity += build.capacity
      all[build.facility].online = min(all[build.facility].online ?? online, online)
    }
    moves = Array(
      all.filter { $0.publicMoney >= 0.05 }
        .sorted { ($1.publicMoney, $0.facility) < ($0.publicMoney, $1.facility) }.prefix(3))
  }

  /// `2028`, or `2028-07` where it is inside the year.
  static func date(_ time: Double) -> String {
    let months = Int((time * 12).rounded())
    let (year, month) = (months / 12, months % 12 + 1)
    return month == 1 ? "\(year)" : "\(year)-\(month < 10 ? "0" : "")\(month)"
  }
}
