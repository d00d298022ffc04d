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
        lodestone solve model.yaml --relax --from awards.csv --at-most 3 changes

      Whole numbers (modules, smallest awards, exclusive groups) take minutes in a large model: --relax leaves them out, --gap 1% is content with a plan proven within 1 % of the best.

      --risk makes one plan for the years before the outcome of the model's `uncertainty` is known and one for each outcome after it; --foresight makes plans that see only so far ahead.
      """)

  @OptionGroup var options: ModelOptions

  @Option(
    name: .long,
    help:
      "Objectives in order, instead of the model's: dependency, peak_dependency, public_cost, system_cost, unmet (separated by commas)."
  )
  var objective: String?

  @OptionGroup var rules: RunOptions

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
      "Leaves out what is shown beside the plan: what private money alone would build, the effect of the horizon's end, and the inputs that move the answer most; with --risk what the plan is compared with (wait and see, the expected-value solution, the base case), which takes longer than the plan where there are many outcomes."
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
    help: ArgumentHelp(
      "The plan that exists, as `evaluate` takes it: the best plan within a few changes of it is found, and what each change buys.",
      valueName: "file"))
  var from: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "With --from: how many facilities and stockpiles may get something else (3 changes), or how much money may be moved (200MUSD).",
      valueName: "limit"))
  var atMost: [String] = []

  @Option(
    name: .long,
    help:
      "Which solver: glpk for GLPK alone, or another that is installed and gets each program as a file: glpsol, highs, clp, cbc, glop, gurobi, cplex, xpress, mosek, copt. What comes back is verified."
  )
  var solver: Solver?

  @Option(
    name: .long,
    help:
      "Writes plan.json, one CSV table a kind, and the same tables with names for spreadsheets (sheet_….csv) into this folder."
  )
  var out: String?

  @Option(
    name: .long,
    help: "Proves the answer in exact arithmetic and writes a certificate for `lodestone check`.")
  var prove: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --risk adversary: nonzeros up to which programs of several answers are solved by the simplex, to hold the method for larger ones against it.",
      visibility: .hidden))
  var simplexNonzeros: Int?

  @Flag(
    name: .long,
    help: "Shows which solver steps were taken for each objective; --json has them always.")
  var verbose = false

  @Flag(name: .long, help: "Prints one JSON object on standard output and nothing else.")
  var json = false

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case auto, primal, dual, interior, extensive, decomposition
  }

  enum Risk: String, ExpressibleByArgument, CaseIterable {
    case expected, worst, regret, cvar, adversary
  }

  enum Solver: String, ExpressibleByArgument, CaseIterable {
    case glpk, glpsol, highs, clp, cbc, glop, gurobi, cplex, xpress, mosek, copt

    /// Nil for GLPK, which is linked into this program.
    func found() throws -> ExternalSolver? {
      if self == .glpk { return nil }
      let kind = ExternalSolver.Kind(rawValue: rawValue)
      guard let kind, let found = ExternalSolver(kind) else {
        throw ValidationError("--solver: \(rawValue) is not installed (\(Self.missing(kind)))")
      }
      return found
    }

    private static func missing(_ kind: ExternalSolver.Kind?) -> String {
      guard let command = kind?.command else { return "its Python package was not found" }
      return kind?.isInPython == true
        ? "neither its command nor its Python package was found"
        : "its command \(command) was not found on the search path"
    }
  }

  func validate() throws { try check() }

  func run() throws {
    let setup = try SolveSetup(self)
    if risk != nil { return try RiskRun(setup).run() }
    if !from.isEmpty { return try RevisionRun(setup).run() }
    if foresight != nil { return try RollingRun(setup).run() }
    try PlanRun(setup).run()
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
