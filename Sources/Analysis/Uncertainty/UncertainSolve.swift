import Allocation
import LinearProgramming
import SupplyChain
import Support
import Synchronization

/// Plans for outcomes before knowing which of them comes (formulation section 7.3, stochastic program).
///
/// - Parameter base: the model as it is planned for without uncertainty.
/// - Throws: `UncertaintyProblem` where the outcomes cannot be planned for together.
public func planUnderUncertainty(
  _ list: OutcomeList, base: Model, _ settings: UncertaintySettings
) throws(UncertaintyProblem) -> UncertainPlan {
  do throws(UncertaintyProblem) {
    var solve = try UncertainSolve(list, base, settings)
    var plan = solve.run()
    if settings.compares { plan.samples = SampleStudy(plan, list, base) }
    return plan
  } catch {
    guard case .interrupted = error else { throw error }
    var solution = AllocationSolution.failed(error.description)
    solution.status = .interrupted
    return UncertainPlan(
      risk: settings.risk, reveal: list.uncertainty.reveal, solution: solution, method: .extensive,
      outcomes: list.outcomes.map {
        .init(
          name: $0.name, probability: $0.probability, cost: $0.cost, moves: $0.answer,
          model: $0.model, objectives: [])
      }, isRelaxed: settings.run.isRelaxed)
  }
}

/// The outcomes that leave a model without a plan; nil where there is one, or where it cannot be told.
public func conflict(
  of list: OutcomeList, _ settings: UncertaintySettings
) throws(UncertaintyProblem) -> OutcomeConflict? {
  try UncertainSolve(list, list.outcomes[0].model, settings).conflict()
}

/// The program that `planUnderUncertainty` solves, for other solvers.
public func extensiveForm(
  _ list: OutcomeList, risk: RiskMeasure, isRelaxed: Bool
) throws(UncertaintyProblem) -> AllocationProgram {
  var settings = UncertaintySettings()
  settings.risk = risk
  settings.run.isRelaxed = isRelaxed
  // It is written to a file, not solved.
  settings.memory = .max
  let solve = try UncertainSolve(list, list.outcomes[0].model, settings)
  let best = risk.kind == .regret ? solve.waitAndSee().map { $0.value ?? 0 } : solve.costs
  return solve.extensive(best).allocation
}

/// The stochastic program of the expectation by stages, for solvers that read SMPS.
public func twoStageProgram(
  _ list: OutcomeList, isRelaxed: Bool
) throws(UncertaintyProblem) -> TwoStageProgram {
  var settings = UncertaintySettings()
  settings.run.isRelaxed = isRelaxed
  settings.memory = .max
  let solve = try UncertainSolve(list, list.outcomes[0].model, settings)
  if solve.firstStage.decisions.isEmpty { throw .nothingToDecide(reveal: list.uncertainty.reveal) }
  if let open = solve.openChances.first { throw .chanceByStages(year: open.year) }
  return TwoStageProgram(
    solve.programs, names: list.outcomes.map(\.name), probabilities: solve.probabilities,
    firstStage: solve.firstStage)
}

struct UncertainSolve {
  let list: OutcomeList
  let base: Model
  let settings: UncertaintySettings
  let programs: [AllocationProgram]
  let firstStage: FirstStage
  let probabilities: [Double]
  /// Targets with a chance, by year.
  let chances: [ChanceTarget]
  let started = ContinuousClock.now

  /// One outcome solved on its own.
  struct Own: Sendable {
    var status: SolutionStatus
    var value: Double?
    var point: [Double]
    var reason: String?
  }

  init(_ list: OutcomeList, _ base: Model, _ settings: UncertaintySettings)
    throws(UncertaintyProblem)
  {
    self.list = list
    self.base = base
    self.settings = settings
    let asked = AskedChances(list, settings)
    let first = AllocationProgram(list.outcomes[0].model, relaxed: settings.run.isRelaxed)
      .freeing(targets: asked.freeYears)
    try UncertainSolve.checkSize(first, list, settings, asked)
    let made = try UncertainSolve.programs(list, like: first, settings.run, asked)
    programs = made.map(\.program)
    probabilities = list.outcomes.map(\.probability)
    chances = asked.targets(programs, bounds: made.map(\.bounds))
    firstStage = try FirstStage(programs, reveal: list.uncertainty.reveal)
  }

  /// Tells the size of what is to be solved, and refuses what the machine has no memory for.
  private static func checkSize(
    _ first: AllocationProgram, _ list: OutcomeList, _ settings: UncertaintySettings,
    _ asked: AskedChances
  ) throws(UncertaintyProblem) {
    let (count, program) = (list.outcomes.count, first.program)
    let shape = StochasticStrategy.Shape(
      outcomes: count, objectives: first.objectives.count, nonzeros: program.nonzeroCount * count,
      hasIntegers: program.integerCount > 0 || asked.wholeCount > 0,
      hasChanceTargets: !asked.freeYears.isEmpty)
    var size = StochasticSize(first, outcomes: count, method: strategy(shape, settings).method)
    size.integers += asked.wholeCount * count
    settings.begins?(size)
    let memory = settings.memory ?? ProcessMemory.available
    guard size.bytes > memory, count > 1 else { return }
    throw .tooLarge(size.refusal(memory: memory, isSampled: list.uncertainty.sample != nil))
  }

  private static func programs(
    _ list: OutcomeList, like first: AllocationProgram, _ run: RunSettings, _ asked: AskedChances
  ) throws(UncertaintyProblem) -> [(program: AllocationProgram, bounds: [Double?])] {
    let (outcomes, isRelaxed) = (list.outcomes, run.isRelaxed)
    let cancellation = run.cancellation
    let limit = run.allocation.timeLimit ?? .infinity
    let started = ContinuousClock.now
    let done = Mutex(0)
    let programs = concurrentMap(outcomes.count) {
      index -> (program: AllocationProgram, bounds: [Double?])? in
      if cancellation?.isCancelled == true
        || (ContinuousClock.now - started).seconds >= limit
      {
        return nil
      }
      let program = AllocationProgram(outcomes[index].model, relaxed: isRelaxed)
      let bounds = program.bounds(ofTargets: asked.years)
      let shared = program.freeing(targets: asked.freeYears).sharingStorage(with: first)
      let count = done.withLock { count in
        count += 1
        return count
      }
      run.report("programs of the outcomes", count, outcomes.count)
      return (shared, bounds)
    }
    let made = programs.compactMap { $0 }
    guard made.count == outcomes.count else { throw .interrupted }
    return made
  }

  /// By answer of an adversary: what it costs them; empty for other measures.
  var costs: [Double] {
    settings.risk.kind == .adversary ? list.outcomes.map(\.cost) : []
  }

  // MARK: Order of work

  mutating func run() -> UncertainPlan {
    if strategy.method == .answerGeneration { return generated() }
    var known: [Own]?
    if settings.risk.kind == .regret {
      let found = waitAndSee()
      if let failed = found.firstIndex(where: { $0.value == nil }) {
        return ended(without: found[failed], of: failed)
      }
      known = found
    }
    let basePlan = settings.compares ? single(base) : nil
    let baseRun = basePlan.map { carriedOut($0, "the base plan in every outcome") }
    let best = known?.map { $0.value ?? 0 } ?? costs
    let strategy = strategy
    var method = told(strategy)
    var conflict = conflictAlone(baseRun, strategy)
    var (solution, points) =
      conflict == nil
      ? together(best, strategy, &method) : (AllocationSolution.failed(""), [[Double]]())
    if conflict == nil, solution.status == .failed, !isStopped {
      conflict = conflictAlone(among: Array(programs.indices))
    }
    if conflict != nil { solution.status = .infeasible }
    if points.isEmpty, solution.status == .interrupted {
      if let baseRun, baseRun.allSatisfy({ $0.value != nil }) {
        (solution, points) = fallback(solution, baseRun, best)
      } else {
        let isImpossible = baseRun?.contains { $0.status == .infeasible } == true
        solution.reason =
          "\(solution.reason ?? "stopped"); there is no plan for all outcomes yet"
          + (isImpossible ? ", and that for the base case is impossible in some of them" : "")
      }
    }
    if conflict == nil, solution.status == .infeasible { conflict = self.conflict() }
    if let conflict { solution.reason = conflict.words }
    var plan = UncertainPlan(
      risk: settings.risk, reveal: list.uncertainty.reveal, solution: solution, method: method,
      outcomes: outcomes(points), isRelaxed: settings.run.isRelaxed)
    plan.conflict = conflict
    tellChances(&plan, points)
    if settings.risk.kind == .adversary, !points.isEmpty { evaluateAnswers(&plan, points[0]) }
    if settings.risk.kind == .adversary, settings.compares, !points.isEmpty {
      study(&plan, firstStage.values(programs[0], point: points[0]), base: basePlan)
    }
    guard settings.compares, !points.isEmpty else { return plan }
    if known == nil, !isStopped { known = waitAndSee() }
    if let known, known.allSatisfy({ $0.value != nil }) {
      for index in plan.outcomes.indices { plan.outcomes[index].waitAndSee = known[index].value }
      plan.waitAndSee = measure(known.map { $0.value ?? 0 }, best)
    }
    if let baseRun { plan.baseCase = fixed(baseRun, basePlan ?? [], best) }
    if !isStopped, settings.risk.kind != .adversary {
      let expected = single(
        Model.expected(list.outcomes.map(\.model), probabilities: probabilities))
      if let expected {
        let run = carriedOut(expected, "the expected-value solution in every outcome")
        plan.expectedValuePlan = fixed(run, expected, best)
      }
    }
    let model = list.outcomes[0].model
    let decisions = firstStage.values(programs[0], point: points[0])
    let own = (known ?? []).enumerated().compactMap { index, own in
      own.point.isEmpty ? nil : firstStage.values(programs[index], point: own.point)
    }
    plan.hedgingDecisions =
      HedgingDecisions(firstStage, model, decisions: decisions, base: basePlan, own: own).list
    // By the first objective alone a plan may award what serves nothing.
    let isWhole = programs.count <= Self.fewOutcomes && own.count == programs.count
    plan.earlyAwards = firstStage.earlyAwards(
      model, decisions: decisions, own: isWhole ? own : [])
    return plan
  }

  /// What a strategy's method is called where a plan is told of.
  func told(_ strategy: StochasticStrategy) -> UncertaintySettings.Method {
    switch strategy.method {
    case .extensiveForm: .extensive
    case .answerGeneration: .answerGeneration
    case .blockAngular, .scenarioGroups: .decomposition
    }
  }

  var strategy: StochasticStrategy {
    let shape = StochasticStrategy.Shape(
      outcomes: programs.count, objectives: programs[0].objectives.count,
      nonzeros: programs.reduce(0) { $0 + $1.program.nonzeroCount },
      hasIntegers: programs.contains { $0.program.integerCount > 0 }
        || chances.contains { $0.form == .wholeNumbers },
      hasChanceTargets: !openChances.isEmpty)
    return UncertainSolve.strategy(shape, settings)
  }

  private static func strategy(
    _ shape: StochasticStrategy.Shape, _ settings: UncertaintySettings
  ) -> StochasticStrategy {
    let allocation = settings.run.allocation
    return StochasticStrategy(
      shape, risk: settings.risk.kind, asked: settings.method,
      usesOtherSolver: allocation.external != nil || allocation.engine == .glpk)
  }

  var isCancelled: Bool { settings.run.cancellation?.isCancelled == true }

  var isStopped: Bool {
    isCancelled || secondsLeft.map { $0 <= 0 } == true
  }

  var secondsLeft: Double? {
    settings.run.allocation.timeLimit.map { $0 - (ContinuousClock.now - started).seconds }
  }

  func inner(wantsPlan: Bool = false) -> AllocationSettings {
    var result = settings.run.allocation
    result.timeLimit = secondsLeft.map { max(0, $0) }
    result.wantsPlan = wantsPlan
    result.progress = nil
    return result
  }

  /// The measure of values, which for regret are measured against the best.
  func measure(_ values: [Double], _ best: [Double]) -> Double {
    let shifted = best.isEmpty ? values : zip(values, best).map { $0 - $1 }
    return settings.risk.value(shifted, probabilities: probabilities)
  }

  // MARK: Outcomes alone

  /// Up to so many outcomes are planned for one by one by all objectives.
  private static let fewOutcomes = 24

  /// The wait-and-see solution of every outcome; where there are few outcomes by all objectives, else by the first.
  func waitAndSee() -> [Own] {
    let programs = programs
    let isFew = programs.count <= Self.fewOutcomes
    return alone("the wait-and-see solution of every outcome") {
      isFew ? programs[$0] : programs[$0].firstObjectiveOnly()
    }
  }

  func carriedOut(_ decisions: [Double], _ phase: String) -> [Own] {
    let (programs, firstStage) = (programs, firstStage)
    return alone(phase) {
      programs[$0].firstObjectiveOnly().holding(firstStage.held(decisions, in: $0))
    }
  }

  func alone(
    _ phase: String, of count: Int? = nil, _ program: @Sendable @escaping (Int) -> AllocationProgram
  ) -> [Own] {
    let inner = inner()
    let count = count ?? programs.count
    let counter = Mutex(0)
    let report = settings.run.progress
    return concurrentMap(count) { index in
      if inner.cancellation?.isCancelled == true {
        return Own(status: .interrupted, value: nil, point: [], reason: "interrupted")
      }
      let solution = solve(program(index), inner)
      let done = counter.withLock { count in
        count += 1
        return count
      }
      report?(RunProgress(phase: phase, done: done, total: count))
      let isGood = solution.status == .optimal || solution.status == .feasible
      return Own(
        status: solution.status, value: isGood ? solution.objectives.first?.value : nil,
        point: isGood ? solution.point : [], reason: solution.reason)
    }
  }

  /// The first-stage decisions of the plan for one model; nil where there is none.
  func single(_ model: Model) -> [Double]? {
    settings.run.progress?(RunProgress(phase: "one future"))
    let program = firstStage.restricting(AllocationProgram(model, relaxed: settings.run.isRelaxed))
    let solution = solve(program, inner())
    guard !solution.point.isEmpty else { return nil }
    return firstStage.values(program, point: solution.point)
  }

  func fixed(
    _ run: [Own], _ decisions: [Double], _ best: [Double]
  ) -> UncertainPlan.FixedPlan? {
    // An outcome that was not looked at to the end says nothing about the plan.
    guard run.allSatisfy({ $0.value != nil || $0.status == .infeasible }) else { return nil }
    var result = UncertainPlan.FixedPlan(values: run.map(\.value))
    if run.allSatisfy({ $0.value != nil }) {
      let value = measure(run.map { $0.value ?? 0 }, best)
      if !openChances.isEmpty { return fixedTogether(result, decisions, best, atLeast: value) }
      result.value = value
      return result
    }
    let blocked = run.indices.filter { run[$0].value == nil }
    let (programs, firstStage, inner) = (programs, firstStage, inner())
    let least = concurrentMap(blocked.count) { index -> Double? in
      let outcome = blocked[index]
      let program = programs[outcome].firstObjectiveOnly().holding(
        firstStage.held(decisions, in: outcome), mayCutBack: true)
      let solution = solve(program, inner)
      return solution.status == .optimal ? solution.objectives.first?.value : nil
    }
    guard least.count == blocked.count, least.allSatisfy({ $0 != nil }) else { return result }
    var values = run.map { $0.value ?? 0 }
    for (index, outcome) in blocked.enumerated() { values[outcome] = least[index] ?? 0 }
    result.atLeast = measure(values, best)
    return result
  }

  // MARK: Outcomes together

  func extensive(_ best: [Double]) -> ExtensiveForm {
    ExtensiveForm(
      programs, probabilities: probabilities, risk: settings.risk, firstStage: firstStage,
      best: best, chances: chances)
  }

  private func together(
    _ best: [Double], _ strategy: StochasticStrategy, _ method: inout UncertaintySettings.Method
  ) -> (AllocationSolution, points: [[Double]]) {
    var inner = inner()
    if let report = settings.run.progress {
      inner.progress = { objective, state in
        report(
          RunProgress(
            phase: "all outcomes, \(objective.name)", value: state.objective,
            bound: state.bound, iterations: state.iterations))
      }
    }
    if strategy.method == .scenarioGroups {
      var found = byScenarioGroups(inner)
      if found.0.status != .failed { return found }
      // Composing more outcomes would need the memory that the groups are there to save.
      guard strategy.mayFallBack else {
        found.0.reason =
          "\(found.0.reason ?? "no plan was found"); more than \(StochasticStrategy.mostAtOnceWithObjectives) "
          + "outcomes are not solved in one program"
        return found
      }
    }
    settings.run.progress?(RunProgress(phase: "all outcomes, one program"))
    let composed = ExtensiveForm(
      programs, probabilities: probabilities, risk: settings.risk, firstStage: firstStage,
      best: best, chances: chances, mustStop: { isStopped })
    guard let program = composed, !isStopped else {
      let why = isCancelled ? "interrupted" : "the time limit was reached"
      var solution = AllocationSolution.failed(
        "\(why) before all outcomes were solved together")
      solution.status = .interrupted
      return (solution, [])
    }
    inner.timeLimit = secondsLeft
    var solution =
      method == .decomposition
      ? program.solveBlockAngular(inner, gap: settings.run.allocation.relativeGap ?? 1e-4)
      : solve(program.allocation, inner)
    // What the interior point cannot verify, the simplex may, where the program is small enough for it.
    if method == .decomposition, solution.status == .failed, !isStopped,
      program.allocation.program.nonzeroCount <= StochasticStrategy.mostNonzeros
    {
      solution = solve(program.allocation, inner)
      method = .extensive
    }
    if solution.point.isEmpty { return (solution, []) }
    return (solution, programs.indices.map { program.point($0, of: solution.point) })
  }

  /// The groups that scenario-group dual decomposition deals the outcomes into.
  var scenarioGroups: ScenarioGroups {
    var (programs, firstStage) = (programs, firstStage)
    if settings.risk.kind == .cvar {
      let tail = CVaRReformulation(programs, firstStage: firstStage, level: settings.risk.level)
      (programs, firstStage) = (tail.outcomes, tail.firstStage)
    }
    return ScenarioGroups(
      programs, probabilities: probabilities, firstStage: firstStage,
      gap: settings.run.allocation.relativeGap ?? 1e-4)
  }

  private func byScenarioGroups(_ inner: AllocationSettings) -> (
    AllocationSolution, points: [[Double]]
  ) {
    var solve = ScenarioGroupDecomposition(
      scenarioGroups, by: settings.groupSolver ?? OwnGroupSolver(), inner,
      progress: settings.run.progress)
    var (solution, points) = solve.minimise()
    if solution.status == .optimal, programs[0].objectives.count > 1 {
      solution.status = .feasible
      solution.reason =
        "with more than \(StochasticStrategy.mostAtOnceWithObjectives) outcomes the first objective alone is minimised"
    }
    return (solution, zip(points, programs).map { Array($0.prefix($1.columns.count)) })
  }

  func outcomes(_ points: [[Double]]) -> [UncertainPlan.Outcome] {
    list.outcomes.enumerated().map { index, outcome in
      let point = points.isEmpty ? [] : points[index]
      let program = programs[index]
      return UncertainPlan.Outcome(
        name: outcome.name, probability: outcome.probability, cost: outcome.cost,
        moves: outcome.answer, model: outcome.model,
        objectives: point.isEmpty
          ? [] : program.objectives.map { ($0.objective, $0.value(at: point)) },
        answer: point.isEmpty ? nil : (program, point))
    }
  }

  /// The base plan, where the solve was stopped before it had one of its own.
  private func fallback(
    _ solution: AllocationSolution, _ baseRun: [Own], _ best: [Double]
  ) -> (AllocationSolution, [[Double]]) {
    var result = solution
    result.reason =
      "\(solution.reason ?? "stopped"); the plan shown is that for the base case, carried out in every outcome"
    let values = baseRun.map { $0.value ?? 0 }
    result.stages = [
      .init(objective: base.objectives.first ?? .dependency, value: measure(values, best))
    ]
    return (result, baseRun.map(\.point))
  }

  /// The result where an outcome is infeasible by itself.
  private func ended(without own: Own, of outcome: Int) -> UncertainPlan {
    var solution = AllocationSolution.failed("")
    solution.status = own.status
    solution.reason = "outcome \(list.outcomes[outcome].name): \(own.reason ?? "no plan was found")"
    return UncertainPlan(
      risk: settings.risk, reveal: list.uncertainty.reveal, solution: solution,
      method: told(strategy),
      outcomes: outcomes([]), isRelaxed: settings.run.isRelaxed)
  }
}
