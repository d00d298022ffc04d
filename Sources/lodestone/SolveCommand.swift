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

  @Option(name: .long, help: "How linear programs are solved: auto, primal, dual or interior.")
  var method: Method = .auto

  @Option(
    name: .long,
    help:
      "Hands the program to another installed solver and verifies what comes back: glpsol, highs, clp, cbc or glop."
  )
  var solver: Solver?

  @Option(name: .long, help: "Writes plan.json and one CSV table a kind into this folder.")
  var out: String?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case auto, primal, dual, interior
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
    if let gap, Solve.fraction(gap) == nil {
      throw ValidationError(
        "--gap is a fraction from 0 to 1, like 0.01 or 1%, found '\(printable(gap))'")
    }
    _ = try objectives()
  }

  static func fraction(_ text: String) -> Double? {
    let isPercent = text.hasSuffix("%")
    let digits = isPercent ? text.dropLast() : Substring(text)
    guard digits.first.map({ $0.isNumber || $0 == "." }) == true, let number = Double(digits) else {
      return nil
    }
    let value = isPercent ? number / 100 : number
    return value.isFinite && value >= 0 && value <= 1 ? value : nil
  }

  private func objectives() throws -> [Objective]? {
    guard let objective else { return nil }
    let names = objective.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let known = Objective.allCases.map(\.rawValue).joined(separator: ", ")
    var list: [Objective] = []
    for name in names {
      guard let value = Objective(rawValue: name) else {
        throw ValidationError(
          "--objective: '\(printable(name))' is not an objective; expected \(known)")
      }
      if !list.contains(value) { list.append(value) }
    }
    return list
  }

  func run() throws {
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
    settings.relativeGap = gap.flatMap(Solve.fraction)
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
      Terminal.write(transcript.text)
    }
    if let ending = Ending(solution) { throw ending }
  }

  private var solverMethod: SolverOptions.Method {
    switch method {
    case .auto: .automatic
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
  init?(_ solution: AllocationSolution) {
    switch solution.status {
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
