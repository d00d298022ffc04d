import Allocation
import Dispatch
import LinearProgramming
import SupplyChain

/// A case of a comparison: a case of the model and, where only some stages may be funded, those.
public struct ComparedCase: Sendable, Hashable {
  public var model: Case
  /// Only facilities of these stages may be funded and built; empty: all.
  public var onlyStages: [String]

  public init(_ model: Case = Case(), onlyStages: [String] = []) {
    self.model = model
    self.onlyStages = onlyStages
  }

  /// `base`, `export_ban × 0.5`, `base, only mine`.
  public var name: String {
    onlyStages.isEmpty
      ? model.name : "\(model.name), only \(onlyStages.joined(separator: " + "))"
  }

  /// Every combination of scenario lists, budget scales and stage restrictions; the model as it is always
  /// first, the unrestricted cases before the restricted.
  public static func combinations(
    scenarios: [[String]], budgetScales: [Double], onlyStages: [[String]],
    settings: [Case.Setting] = []
  ) -> [ComparedCase] {
    var cases = [ComparedCase(Case(settings: settings))]
    for restriction in [[]] + onlyStages {
      for list in [[]] + scenarios {
        for scale in budgetScales {
          let next = ComparedCase(
            Case(scenarios: list, settings: settings, budgetScale: scale), onlyStages: restriction)
          if !cases.contains(next) { cases.append(next) }
        }
      }
    }
    return cases
  }
}

/// Cases of one model side by side.
public struct Comparison: Sendable {
  /// One case and its best plan.
  public struct Entry: Sendable {
    public var name: String
    public var compared: ComparedCase
    public var model: Model
    public var solution: AllocationSolution
    /// In the order of the model's facilities.
    public var built: [Built] = []
    public var stages: [StageShare] = []
    /// Ids of facilities that are built in this case alone.
    public var builtOnlyHere: [String] = []
    /// Facilities built in the first case and in this one, but from another year on.
    public var moves: [Move] = []

    /// The whole dependency; nil without a plan.
    public var dependency: Double?
    /// Millions of awards, support and purchases; nil without a plan.
    public var spent: Double?
    public func value(_ objective: Objective) -> Double? {
      solution.objectives.first { $0.objective == objective }?.value
    }
  }
  public struct Built: Sendable, Equatable {
    public var facility: String
    public var stage: String
    /// t/yr in total.
    public var capacity: Double
    /// The first year in which a hundredth of the capacity or more has been awarded.
    public var firstYear: Int
  }
  /// How a stage fares in a plan.
  public struct StageShare: Sendable, Equatable {
    public var stage: String
    /// Of what the stage's commodities come to in the last year, made or imported, the share that is home-made
    /// from home-mined material (class 0); nil where there is nothing.
    public var homeMade: Double?
    /// Of the same the share that plants at home make, whatever their material; nil where there is nothing.
    public var madeAtHome: Double?
    /// Millions of awards and support to the stage's facilities.
    public var money: Double
    /// Of all awards and support; nil where there are none.
    public var moneyShare: Double?
  }
  public struct Move: Sendable, Equatable {
    public var facility: String
    public var before: Int
    public var after: Int
  }
  public struct NoRegret: Sendable, Equatable {
    public var facility: String
    public var stage: String
    /// Smallest and largest capacity over the cases, t/yr.
    public var smallest: Double
    public var largest: Double
  }

  public var cases: [Entry]
  /// Facilities that are built in every case that has a plan (of those without a restriction to stages, where
  /// there are two or more); empty where only one has.
  public var noRegret: [NoRegret]
}

/// What a comparison is asked for.
public struct ComparisonSettings: Sendable {
  public var isRelaxed = false
  /// Instead of the model's.
  public var objectives: [Objective]?
  /// Limits of each case.
  public var allocation = AllocationSettings()
  /// Called after every case with the cases done.
  public var progress: (@Sendable (_ done: Int) -> Void)?
  public init() {}
}

/// Solves all cases on all cores and sets them side by side.
///
/// Where the strategy uses starts, the first case at each budget scale is solved cold and the others at that scale
/// start from its basis; elsewhere every case is solved cold (`AllocationProgram.startUse`). So the answers do not
/// depend on which thread is faster.
///
/// - Throws: `ModelErrors` where a scenario does not exist or a change does not fit.
public func compare(
  _ document: ModelDocument, _ cases: [ComparedCase],
  _ settings: ComparisonSettings = ComparisonSettings()
) throws(ModelErrors) -> Comparison {
  var models: [Model] = []
  for compared in cases {
    var model = try compared.model.model(of: document)
    if !compared.onlyStages.isEmpty { model = model.funding(onlyStages: compared.onlyStages) }
    if let objectives = settings.objectives { model.objectives = objectives }
    models.append(model)
  }
  let solutions = CaseOrder(cases, models, settings).solved()
  var comparison = Comparison(
    cases: zip(zip(cases, models), solutions).map { pair, solution in
      Comparison.Entry(pair.0, pair.1, solution)
    }, noRegret: [])
  comparison.relate()
  return comparison
}

/// Cases in the order in which each can start from another.
private struct CaseOrder {
  private let models: [Model]
  private let settings: ComparisonSettings
  /// Case indices: those that are solved cold, then those that start from one of these.
  private var waves: [[Int]]
  private var parents: [Int?]

  init(_ cases: [ComparedCase], _ models: [Model], _ settings: ComparisonSettings) {
    self.models = models
    self.settings = settings
    parents = [Int?](repeating: nil, count: cases.count)
    guard let first = models.first,
      AllocationProgram(first, relaxed: settings.isRelaxed).startUse(.related) == .used
    else {
      waves = [Array(cases.indices)]
      return
    }
    // From one budget to another the simplex takes longer than a cold solve.
    var heads: [Double: Int] = [:]
    for (index, compared) in cases.enumerated() {
      if let head = heads[compared.model.budgetScale] {
        parents[index] = head
      } else {
        heads[compared.model.budgetScale] = index
      }
    }
    let parents = parents
    waves = [
      cases.indices.filter { parents[$0] == nil }, cases.indices.filter { parents[$0] != nil },
    ]
  }

  func solved() -> [AllocationSolution] {
    let results = ResultBoard(count: models.count)
    for wave in waves {
      DispatchQueue.concurrentPerform(iterations: wave.count) { position in
        let index = wave[position]
        let parent = parents[index].flatMap { results[$0] }
        let program = AllocationProgram(models[index], relaxed: settings.isRelaxed)
        // A session of its own, so that nothing depends on what the thread did before.
        let solution = withAllocationSession {
          $0.solve(program, from: parent?.warmStart, settings: settings.allocation)
        }
        let isParent = parents.contains(index)
        let done = results.set(
          index, solution, warmStart: isParent ? WarmStart(program, solution) : nil)
        settings.progress?(done)
      }
    }
    return models.indices.map { results[$0]?.solution ?? .failed("not solved") }
  }
}

/// Where threads leave what they found.
private final class ResultBoard: @unchecked Sendable {
  struct Result {
    var solution: AllocationSolution
    var warmStart: WarmStart?
  }
  private let queue = DispatchQueue(label: "comparison.results")
  private var results: [Result?]
  private var done = 0

  init(count: Int) { results = [Result?](repeating: nil, count: count) }

  subscript(index: Int) -> Result? { queue.sync { results[index] } }

  /// The number of results so far.
  func set(_ index: Int, _ solution: AllocationSolution, warmStart: WarmStart?) -> Int {
    // The bases and multipliers of many cases are large and serve nothing but a start.
    var slim = solution
    slim.point = []
    for stage in slim.stages.indices {
      slim.stages[stage].rowDuals = []
      slim.stages[stage].reducedCosts = []
      slim.stages[stage].basis = nil
    }
    return queue.sync {
      results[index] = Result(solution: slim, warmStart: warmStart)
      done += 1
      return done
    }
  }
}
