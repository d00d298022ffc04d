import Allocation
import LinearProgramming
import SupplyChain
import Support
import Synchronization

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
    combinations(
      of: scenarios.map { Case(scenarios: $0, settings: settings) }, base: Case(settings: settings),
      budgetScales: budgetScales, onlyStages: onlyStages)
  }

  /// Every combination of the base and the cases with budget scales and stage restrictions; the base as it is always
  /// first, the unrestricted cases before the restricted.
  public static func combinations(
    of all: [Case], base: Case, budgetScales: [Double], onlyStages: [[String]]
  ) -> [ComparedCase] {
    var cases = [ComparedCase(base)]
    for restriction in [[]] + onlyStages {
      for one in [base] + all {
        for scale in budgetScales {
          var scaled = one
          scaled.budgetScale *= scale
          if scale != 1 { scaled.label = one.label.map { "\($0) × \(Case.words(scale))" } }
          let next = ComparedCase(scaled, onlyStages: restriction)
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
    /// What private money alone would build; nil without a programme or a plan, or where it was not asked for.
    public var baseline: PrivateBaseline?
    /// Targets that no plan of the case can meet: `solution` is the plan that misses them least, `model` has the targets
    /// that can be had. Empty where all are met.
    public var misses: [NearestTargets.Miss] = []
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
  public struct Common: Sendable, Equatable {
    public var facility: String
    public var stage: String
    /// Smallest and largest capacity over the cases, t/yr.
    public var smallest: Double
    public var largest: Double
  }

  public var cases: [Entry]
  /// Facilities that the best plan of every case builds that has one (of those without a restriction to stages, where
  /// there are two or more); empty where only one has.
  public var common: [Common]
  /// Those of them that are built in every plan nearly as good, too; nil where that was not asked for, not settled, or
  /// only one case has a plan.
  public var noRegret: [NoRegret]?
}

/// What a comparison is asked for.
public struct ComparisonSettings: Sendable {
  /// Instead of the model's.
  public var objectives: [Objective]?
  /// The time limit holds for each case; progress is told after every case.
  public var run = RunSettings()
  /// Whether each case is set beside what private money alone would build.
  public var wantsBaselines = true
  /// Whether no-regret facilities are looked for: in each case a few solves for every facility that all cases build.
  /// nil: in small programs.
  public var wantsNoRegret: Bool?
  public init() {}
}

/// Solves all cases on all cores and sets them side by side.
///
/// Where the strategy uses starts, the first case at each budget scale is solved cold and the others at that scale
/// start from its basis; elsewhere every case is solved cold (`AllocationProgram.startUse`), without whole numbers among the
/// columns that the plan of the first uses, the others priced afterwards. So the answers do not depend on which thread is
/// faster.
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
    if let objectives = settings.objectives { try model.choose(objectives) }
    models.append(model)
  }
  let unpaid = settings.wantsBaselines ? UnpaidPrograms(models, settings.run) : nil
  let (solutions, unpaidSolutions) = CaseOrder(cases, models, settings).solved(beside: unpaid)
  var comparison = Comparison(
    cases: zip(cases, solutions).map { compared, found in
      var entry = Comparison.Entry(compared, found.model, found.solution)
      entry.misses = found.misses
      return entry
    }, common: [], noRegret: nil)
  comparison.relate()
  let isSmall = models.allSatisfy {
    Limiting.isSmall(AllocationProgram($0, relaxed: true).program)
  }
  if settings.wantsNoRegret ?? isSmall { comparison.addNoRegret(settings.run) }
  if let unpaid { comparison.addBaselines(settings.run, unpaid, unpaidSolutions) }
  return comparison
}

/// Cases in the order in which each can start from another.
private struct CaseOrder {
  private let models: [Model]
  private let settings: ComparisonSettings
  /// Case indices: those that are solved cold, then those that start from one of these.
  private var waves: [[Int]]
  private var parents: [Int?]
  /// That of the first case, where all are solved cold.
  private let ordering = Memo<SharedOrdering?>()
  private var sharesOrdering = false
  /// Whether all are solved among the columns of the first.
  private var sharesColumns = false

  init(_ cases: [ComparedCase], _ models: [Model], _ settings: ComparisonSettings) {
    self.models = models
    self.settings = settings
    parents = [Int?](repeating: nil, count: cases.count)
    let first = models.first.map { AllocationProgram($0, relaxed: settings.run.isRelaxed) }
    guard let first, first.startUse(.related) == .used else {
      sharesOrdering = true
      sharesColumns = first?.program.integerCount == 0
      waves =
        sharesColumns
        ? [Array(cases.indices.prefix(1)), Array(cases.indices.dropFirst())]
        : [Array(cases.indices)]
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

  private struct Result: Sendable {
    var found: NearestPlan
    /// Where another case starts from this one.
    var warmStart: WarmStart?
    /// What others are solved among; nil where they are not, or it has no plan.
    var used: WorkingColumns?
  }

  private enum Job: Sendable {
    case plan(Int)
    /// The program without public money at this place.
    case unpaid(Int)
  }

  private enum Answer: Sendable {
    case plan(Int, Result)
    case unpaid(Int, AllocationSolution, used: WorkingColumns?)
  }

  /// What is solved at the same time. Programs without public money come second, so that they, which need no ordering, are
  /// solved while the first case looks for it.
  private func jobs(unpaid count: Int) -> [[Job]] {
    let plans = waves.map { wave in wave.map { Job.plan($0) } }
    let unpaid = (0..<count).map { Job.unpaid($0) }
    return plans.enumerated().map { number, plans in
      let others =
        if sharesColumns {
          number == 0 ? Array(unpaid.prefix(1)) : Array(unpaid.dropFirst())
        } else {
          number == 0 ? unpaid : []
        }
      return plans.prefix(1) + others + plans.dropFirst()
    }
  }

  /// The cases, and programs without public money beside them.
  func solved(beside unpaid: UnpaidPrograms?) -> (
    plans: [NearestPlan], unpaid: [AllocationSolution]
  ) {
    let programs = unpaid?.programs ?? []
    var results = [Result?](repeating: nil, count: models.count)
    var unpaidSolutions = [AllocationSolution?](repeating: nil, count: programs.count)
    var unpaidColumns: WorkingColumns?
    let done = Mutex(0)
    for jobs in jobs(unpaid: programs.count) {
      let known = results
      let among = (plan: results.first??.used, unpaid: unpaidColumns)
      let answers = concurrentMap(jobs.count) { place -> Answer in
        switch jobs[place] {
        case .unpaid(let number):
          var options = settings.run.allocation
          options.workingColumns = among.unpaid
          let solution = solve(programs[number], options)
          return .unpaid(number, solution, used: columns(of: solution, in: programs[number]))
        case .plan(let index):
          let start = parents[index].flatMap { known[$0]?.warmStart }
          let result = solved(index, from: start, among: among.plan)
          let count = done.withLock { done in
            done += 1
            return done
          }
          settings.run.report("compare", count, models.count)
          return .plan(index, result)
        }
      }
      for answer in answers {
        switch answer {
        case .plan(let index, let result): results[index] = result
        case .unpaid(let number, let solution, let used):
          unpaidSolutions[number] = solution
          if number == 0 { unpaidColumns = used }
        }
      }
    }
    let notSolved = AllocationSolution.failed("not solved")
    let plans = zip(results, models).map { result, model in
      result?.found ?? NearestPlan(solution: notSolved, model: model)
    }
    return (plans, unpaidSolutions.map { $0 ?? notSolved })
  }

  /// What other programs are solved among; nil where they are not, or there is no plan.
  private func columns(
    of solution: AllocationSolution, in program: AllocationProgram
  ) -> WorkingColumns? {
    sharesColumns && solution.status == .optimal ? WorkingColumns(of: solution, in: program) : nil
  }

  private func solved(
    _ index: Int, from start: WarmStart?, among working: WorkingColumns?
  ) -> Result {
    let program = AllocationProgram(models[index], relaxed: settings.run.isRelaxed)
    var options = settings.run.allocation
    options.workingColumns = working
    if sharesOrdering {
      options.sharedOrdering = ordering.value {
        SharedOrdering(
          coldStartOf: AllocationProgram(models[0], relaxed: settings.run.isRelaxed), options)
      }
    }
    // A session of its own, so that nothing depends on what the thread did before.
    var solution = withAllocationSession {
      $0.solve(program, from: start, settings: options)
    }
    let warmStart = parents.contains(index) ? WarmStart(program, solution) : nil
    let used = index == 0 ? columns(of: solution, in: program) : nil
    var found = NearestPlan(solution: solution, model: models[index])
    if solution.status == .infeasible, let nearest = try? NearestPlan.find(found.model, quiet) {
      found = nearest
    }
    solution = found.solution
    // The bases and multipliers of many cases are large and serve nothing but a start.
    solution.point = []
    for stage in solution.stages.indices {
      solution.stages[stage].rowDuals = []
      solution.stages[stage].reducedCosts = []
      // A search for no-regret facilities goes on from the first.
      if stage > 0 { solution.stages[stage].basis = nil }
    }
    found.solution = solution
    return Result(found: found, warmStart: warmStart, used: used)
  }

  /// Progress is told by case.
  private var quiet: RunSettings {
    var run = settings.run
    run.progress = nil
    return run
  }
}
