import Allocation
import SupplyChain

/// Everything a report shows: a base plan, the plans it is compared with, plans at other budgets, shadow prices
/// and sources.
public struct ReportContent: Sendable {
  /// A model and what came of it.
  public struct Entry: Sendable {
    /// Empty for plans at other budgets, which their budget scale names.
    public var name: String
    public var description: String
    public var model: Model
    public var solution: AllocationSolution
    /// Targets that it misses because they cannot all be met.
    public var misses: [NearestTargets.Miss] = []
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
  /// What one objective costs in another; nil where it was not asked for or there is none.
  public var trade: Trade?
  /// A frontier of two objectives, and whole plans at some of its corners.
  public struct Trade: Sendable {
    public var frontier: Pareto
    /// By corner, each with the model whose objectives are the two.
    public var plans: [(corner: Int, entry: Entry)]
  }
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
  /// What stands beside the base plan; nil where it was not asked for or there is no plan.
  public var context: PlanContext?
  /// The plan against the model's adversary; nil where it was not asked for or found.
  public var answers: UncertainPlan?
  /// The base plan carried out in every outcome; nil where it was not asked for or there is none.
  public var stress: StressTest?
  /// What each programme takes off the first objective; nil where it was not asked for or there is none.
  public var programmeSteps: ProgrammeSteps?
  /// The projects to decide on; nil where it was not asked for or there is none.
  public var decisions: ProjectDecisions?
  public var sources: [NumberSources.Entry] = []
  /// Of the model's files, as `ModelDocument.hash` makes it.
  public var hash = ""
  /// Of the program that made it.
  public var version = ""

  public init(file: String, base: Entry) {
    self.file = file
    self.base = base
  }

  /// Whether the program of the base plan has whole numbers.
  public var hasWholeNumbers: Bool { base.solution.size.integers > 0 }
}
