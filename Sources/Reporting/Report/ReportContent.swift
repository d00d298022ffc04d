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

extension Plan {
  /// The three facilities with the most public money, for headlines.
  func largestProjects(_ model: Model) -> [Project] {
    Array(projects(model).filter { $0.publicMoney >= 0.05 }.prefix(3))
  }
}

/// Words for dates.
enum DateWords {
  /// `2028`, or `2028-07` where a time (in years) is inside the year.
  static func month(_ time: Double) -> String {
    let months = Int((time * 12).rounded())
    let (year, month) = (months / 12, months % 12 + 1)
    return month == 1 ? "\(year)" : "\(year)-\(month < 10 ? "0" : "")\(month)"
  }
}
