import Allocation
import ArgumentParser
import LinearProgramming
import Reporting
import SupplyChain

struct Solve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds the plan that minimises the model's objectives, verifies it, and shows it.",
    discussion: """
      Examples:
        lodestone solve model.yaml
        lodestone solve model.yaml --scenario export_ban --budget-scale 2
        lodestone solve model.yaml --set 'funds.*.max_share=50%' --json
        lodestone solve model.yaml --relax --out results
        lodestone solve model.yaml --gap 1% --time-limit 60
        lodestone solve model.yaml --relax --risk cvar --level 80%
        lodestone solve model.yaml --relax --foresight 5years --step 1year
      --risk makes one plan for the years before the outcome of the model's `uncertainty` is known and one for
      each outcome after it; --foresight makes plans that see only so far ahead.
      """)

  @OptionGroup var options: ModelOptions

  @Option(
    name: .long,
    help:
      "Objectives in order, instead of the model's: dependency, peak_dependency, public_cost, system_cost, unmet (separated by commas)."
  )
  var objective: String?

  @Flag(
    name: .long, help: "Drops the whole-number rules (modules, smallest awards, exclusive groups).")
  var relax = false

  @Option(name: .long, help: "Seconds after which the best plan so far is taken.")
  var timeLimit: Double?

  @Option(
    name: .long, help: "Relative gap at which a whole-number plan is good enough: 0.01 or 1%.")
  var gap: String?

  @Option(
    name: .long,
    help:
      "How linear programs are solved: auto, primal, dual or interior; with --risk also extensive (all outcomes in one program) or decomposition."
  )
  var method: Method = .auto

  @Option(
    name: .long,
    help:
      "Plans for the model's uncertain outcomes by a measure of risk: expected, worst, regret or cvar."
  )
  var risk: Risk?

  @Option(
    name: .long, help: "With --risk cvar: the mean of the outcomes worse than this share, 90%.")
  var level: String?

  @Flag(
    name: .long,
    help:
      "With --risk: leaves out what the plan is compared with (foresight, expected data, the base case), which takes longer than the plan where there are many outcomes."
  )
  var onlyPlan = false

  @Option(
    name: .long,
    help: "Plans that see only so far ahead, made one after the other: 5years.")
  var foresight: String?

  @Option(name: .long, help: "With --foresight: what each plan commits before the next, 1year.")
  var step: String?

  @Option(
    name: .long,
    help:
      "Hands the program to another installed solver and verifies what comes back: glpsol, highs, clp, cbc or glop."
  )
  var solver: Solver?

  @Option(name: .long, help: "Writes plan.json and one CSV table a kind into this folder.")
  var out: String?

  @Option(
    name: .long,
    help: "Proves the answer in exact arithmetic and writes a certificate for `lodestone check`.")
  var prove: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case auto, primal, dual, interior, extensive, decomposition
  }

  enum Risk: String, ExpressibleByArgument, CaseIterable {
    case expected, worst, regret, cvar
  }

  enum Solver: String, ExpressibleByArgument, CaseIterable {
    case glpsol, highs, clp, cbc, glop

    func found() throws -> ExternalSolver {
      guard let kind = ExternalSolver.Kind(rawValue: rawValue), let found = ExternalSolver(kind)
      else {
        throw ValidationError(
          "--solver: \(rawValue) is not installed (neither its command nor its Python package was found)"
        )
      }
      return found
    }
  }

  func validate() throws {
    if let timeLimit, !(timeLimit.isFinite && timeLimit >= 0) {
      throw ValidationError("--time-limit is a number of seconds, 0 or more, found '\(timeLimit)'")
    }
    if let gap, SolveOptionText.fraction(gap) == nil {
      throw ValidationError(
        "--gap is a fraction from 0 to 1, like 0.01 or 1%, found '\(printable(gap))'")
    }
    _ = try objectives()
    try validateUncertainty()
    try validateRolling()
  }

  func objectives() throws -> [Objective]? { try SolveOptionText.objectives(objective) }

  func run() throws {
    if risk != nil { return try runUncertain() }
    if foresight != nil { return try runRolling() }
    let clock = ContinuousClock()
    let start = clock.now
    var timing = Timing()
    var (model, warnings) = try options.load()
    if let chosen = try objectives() { model.objectives = chosen }
    timing.read = seconds(clock.now - start)
    let built = clock.now
    let allocation = AllocationProgram(model, relaxed: relax)
    timing.build = seconds(clock.now - built)

    let interruption = Interruption()
    let progress = ProgressLine()
    var settings = AllocationSettings()
    settings.method = solverMethod
    settings.external = try solver?.found()
    settings.timeLimit = timeLimit
    settings.relativeGap = gap.flatMap(SolveOptionText.fraction)
    settings.cancellation = interruption.cancellation
    if progress.isShown {
      settings.progress = { objective, state in progress.show(objective, state) }
    }
    let solution = Allocation.solve(allocation, settings)
    progress.clear()
    timing.solve = solution.solveTime
    timing.verify = solution.verifyTime
    timing.total = seconds(clock.now - start)

    try write(solution, model, timing)
    let proof = try prove.map {
      try Proving(file: $0, options: options, isRelaxed: relax).proof(
        of: solution, allocation, cancellation: interruption.cancellation)
    }
    if json {
      Terminal.write(
        SolveReport(solution, model, scenarios: options.scenario).json(timing: timing).text)
    } else {
      warnings.sort { $0.line < $1.line }
      let transcript = SolveTranscript(
        solution: solution, model: model, scenarios: options.scenario, timing: timing,
        style: Terminal.style)
      for warning in warnings.prefix(10) { Terminal.writeError(warning.headline + "\n") }
      if warnings.count > 10 {
        Terminal.writeError(
          "and \(warnings.count - 10) more warnings; `lodestone validate` shows all\n")
      }
      Terminal.show(transcript.text)
      if let proof { Terminal.show("\n" + ProofReport(proof).text) }
    }
    if let ending = Ending(solution) { throw ending }
    if let proof, !proof.isProven { throw Ending.notVerified }
  }

  var solverMethod: SolverOptions.Method {
    switch method {
    case .auto, .extensive, .decomposition: .automatic
    case .primal: .primal
    case .dual: .dual
    case .interior: .interior
    }
  }

  private func write(_ solution: AllocationSolution, _ model: Model, _ timing: Timing) throws {
    guard let out else { return }
    let report = SolveReport(solution, model, scenarios: options.scenario)
    var files = [(name: "plan.json", text: report.json(timing: nil).text)]
    if let plan = solution.plan {
      files += PlanTables(plan, model).tables.map { (name: $0.name + ".csv", text: $0.csv) }
    }
    do {
      try Output.write(folder: out, files: files)
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.isUsage ? Ending.usage : Ending.outputFailed
    }
  }
}

extension Ending {
  /// nil: a verified plan.
  init?(_ solution: AllocationSolution) { self.init(solution.status) }

  /// nil: a verified answer.
  init?(_ status: SolutionStatus) {
    switch status {
    case .optimal: return nil
    case .feasible, .interrupted: self = .stopped
    case .infeasible, .unbounded: self = .noPlan
    case .failed: self = .notVerified
    }
  }
}

func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
