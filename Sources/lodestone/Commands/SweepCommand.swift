import Analysis
import ArgumentParser
import Foundation
import LinearProgramming
import Reporting
import SupplyChain

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Solves thousands of cases of a model into a store, which `results` summarises.",
    discussion: """
      Examples:
        lodestone sweep model.yaml --relax --store mc.db
        lodestone sweep model.yaml --sample 1000 --seed 7 --relax --store mc.db
        lodestone sweep model.yaml --vary budget_scale=0.5,1,2 --vary 'funds.*.max_share=30%,50%,75%' --store grid.db
        lodestone sweep model.yaml --vary 'commodities.*.price=x0.5,x1,x2' --vary scenario=base,export_ban --store grid.db
        lodestone sweep model.yaml --morris 20 --relax --store screening.db
        lodestone sweep model.yaml --cases cases.csv --store cases.db
        lodestone sweep model.yaml --relax --store part-$SLURM_ARRAY_TASK_ID.db     (in a Slurm array)

      The cases are a grid (--vary), Monte Carlo draws or a screening of the model's uncertainty.sample (--sample, --morris), or the rows of a table (--cases) whose columns are change paths, `scenario` and `budget_scale`. A value is a quantity with its unit, as for --set, or a factor: x0.5. Without any of these, the model's own uncertainty.sample is drawn.

      Run the same command again to go on after Ctrl-C or a crash. Several processes of one machine may work on one store; on several machines give each its own and name them all to `results`. A case whose targets cannot be met keeps the plan that misses them least, with the status `missed`.
      """)

  @OptionGroup var options: SweepOptions

  @Option(name: .long, help: "The SQLite file that takes the results; made where there is none.")
  var store: String

  @OptionGroup var rules: RunOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Takes one part of the cases: 2/8. In a Slurm array the task's part is the default.",
      valueName: "i/n"))
  var shard: String?

  @Option(name: .long, help: "Cases solved at a time; one a processor by default.")
  var jobs: Int?

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs is a number from 1 to 1024, found '\(jobs)'")
    }
    _ = try part()
  }

  private func part() throws -> SweepPart {
    guard let shard else {
      return SweepPart(slurm: Foundation.ProcessInfo.processInfo.environment) ?? SweepPart()
    }
    let numbers = shard.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let number = numbers[0], let count = numbers[1],
      let part = SweepPart(number: number, of: count)
    else {
      throw ValidationError(
        "--shard is a part and their number, like 2/8, found '\(printable(shard))'")
    }
    return part
  }

  func run() throws {
    let sweep = try load()
    let interruption = Interruption()
    let line = ProgressLine()
    let outcome: SweepOutcome
    do throws(SweepProblem) {
      outcome = try sweep.run(
        into: store,
        jobs: jobs ?? Foundation.ProcessInfo.processInfo.activeProcessorCount,
        cancellation: interruption.cancellation
      ) { line.show(SweepTranscript.line($0)) }
    } catch {
      line.clear()
      throw Ending.failure(error)
    }
    line.clear()
    let transcript = SweepTranscript(
      outcome, inputs: sweep.cases.inputs.count, design: sweep.cases.design, store: store)
    json ? Terminal.write(transcript.json.text) : Terminal.show(transcript.text)
    if outcome.isInterrupted { throw Ending.stopped }
  }

  private func load() throws -> Sweep {
    do {
      let document = try ModelDocument.read(path: options.model)
      var settings = SweepSettings()
      settings.scenarios = options.scenario
      settings.budgetScale = options.budgetScale
      settings.isRelaxed = rules.relax
      let chosen = options.set.compactMap(ModelOptions.split)
      settings.settings = chosen.map { Case.Setting(path: $0.path, value: $0.value) }
      settings.relativeGap = rules.gap.flatMap(SolveOptionText.fraction)
      settings.timeLimit = rules.timeLimit
      _ = try document.model(
        scenarios: options.scenario, settings: chosen, budgetScale: options.budgetScale)
      _ = IdleChanges(in: document, scenarios: [options.scenario], settings: chosen)
      let sweep = Sweep(
        document, try options.cases(of: document.base), settings,
        part: (try? part()) ?? SweepPart())
      try sweep.check()
      return sweep
    } catch let problem as SweepProblem {
      throw Ending.failure(problem)
    } catch let errors as ModelErrors {
      Terminal.writeError(errors.description + "\n")
      throw Ending.modelIsWrong
    }
  }
}

/// The model and the list of its cases.
struct SweepOptions: ParsableArguments {
  @Argument(help: "The model file (YAML).")
  var model: String

  @Option(
    name: .customLong("scenario"),
    help: ArgumentHelp(
      "A scenario that all cases are under; several, also as a+b, are applied together in the order given.",
      valueName: "scenario"))
  var scenarios: [String] = []

  @Option(
    name: .customLong("budget-scale"),
    help: ArgumentHelp(
      "Multiplies every appropriation in all cases: 0.5 or 50%.", valueName: "budget-scale"))
  var scale = BudgetScale(1)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Sets one value in all cases, as a scenario's `set` does.", valueName: "path=value"))
  var set: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Values of a path, separated by commas; every combination of several --vary is a case.",
      valueName: "path=a,b,c"))
  var vary: [String] = []

  @Option(name: .long, help: "Monte Carlo draws from the model's uncertainty.sample.")
  var sample: Int?

  @Option(name: .long, help: "Trajectories of a Morris screening of the sample's inputs.")
  var morris: Int?

  @Option(name: .long, help: "A CSV table with one case a row.")
  var cases: String?

  @Option(name: .long, help: "Seed of the draws, instead of the model's.")
  var seed: Int?

  var scenario: [String] { scenarios.flatMap(ModelOptions.parts) }
  var budgetScale: Double { scale.value }

  func validate() throws {
    try ModelOptions.check(scenarios: scenarios, set: set)
    let designs = [!vary.isEmpty, sample != nil, morris != nil, cases != nil].count { $0 }
    guard designs <= 1 else {
      throw ValidationError("give one of --vary, --sample, --morris and --cases")
    }
    if seed != nil, !vary.isEmpty || cases != nil {
      throw ValidationError("--seed goes with --sample or --morris")
    }
    for text in vary where Self.levels(text) == nil {
      throw ValidationError(
        "--vary is PATH=a,b,c, for example 'funds.*.max_share=30%,50%', found '\(printable(text))'")
    }
  }

  func cases(of base: Model) throws -> SweepCases {
    if !vary.isEmpty { return try .grid(vary.compactMap(Self.levels)) }
    if let cases { return try .table(try CaseTable.read(path: cases)) }
    guard let drawn = base.uncertainty?.sample, !drawn.vary.isEmpty else {
      let words =
        sample == nil && morris == nil
        ? "no cases are given: use --vary, --cases, or a model with uncertainty.sample"
        : "the model has no uncertainty.sample to draw from; add one, or use --vary or --cases"
      Terminal.writeError("lodestone: \(words)\n")
      throw Ending.usage
    }
    if !drawn.delivery.isEmpty {
      Terminal.writeError(
        "lodestone: warning: a sweep draws no `delivery`, which needs a reveal; "
          + "`solve --risk` does\n")
    }
    if let morris { return try .morris(drawn, trajectories: morris, seed: seed) }
    return try .sample(drawn, count: sample, seed: seed)
  }

  /// The path before the first `=` outside brackets, and the values between commas outside of brackets.
  private static func levels(_ text: String) -> (path: String, values: [String])? {
    var depth = 0
    var path: String?
    var values: [String] = []
    var current = ""
    for character in text {
      switch character {
      case "[", "{", "(":
        depth += 1
        current.append(character)
      case "]", "}", ")":
        depth -= 1
        current.append(character)
      case "=" where depth <= 0 && path == nil && !current.isEmpty:
        path = current
        current = ""
      case "," where depth <= 0 && path != nil:
        values.append(current)
        current = ""
      default: current.append(character)
      }
    }
    values.append(current)
    return path.map { path in
      (path, values.map { $0.trimmingCharacters(in: .whitespaces) })
    }
  }
}

extension Ending {
  /// Says what is wrong with a sweep or its store, and how the command ends.
  static func failure(_ problem: SweepProblem) -> Ending {
    Terminal.writeError("lodestone: \(printable(problem.description))\n")
    return problem.kind == .usage ? .usage : .outputFailed
  }
}
