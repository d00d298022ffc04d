import Allocation
import Analysis
import LinearProgramming
import Reporting
import SupplyChain
import Support

/// What the three kinds of `solve` (one plan, under risk, with a rolling horizon) begin with: the model, read once, and
/// one set of settings.
struct SolveSetup {
  let command: Solve
  let document: ModelDocument
  /// With the scenarios, settings and objectives of the command.
  let model: Model
  let warnings: [Diagnostic]
  let idle: IdleChanges
  private let start = ContinuousClock.now

  var options: ModelOptions { command.options }

  init(_ command: Solve) throws {
    self.command = command
    let read = try command.options.read()
    document = read.document
    idle = read.idle
    warnings = document.warnings(for: read.model).sorted { $0.line < $1.line }
    var model = read.model
    if let chosen = try SolveOptionText.objectives(command.objective, in: model) {
      model.objectives = chosen
      SolveOptionText.warn(of: chosen, in: model)
    }
    self.model = model
  }

  /// Seconds since the command began.
  var elapsed: Double { (ContinuousClock.now - start).seconds }

  func settings(_ interruption: Interruption) throws -> RunSettings {
    var settings = command.rules.settings(interruption)
    settings.allocation.method = command.solverMethod
    settings.allocation.engine = command.solver == .glpk ? .glpk : .automatic
    settings.allocation.external = try command.solver?.found()
    return settings
  }

  /// With `--verbose`: the solver steps of a solution.
  func tellAttempts(_ solution: AllocationSolution, of what: String? = nil) {
    guard command.verbose else { return }
    let title = what.map { "Solver steps, \($0)" } ?? "Solver steps"
    let lines = AttemptReport(solution).lines(width: Terminal.style.width)
    Terminal.show((["", Terminal.style.bold(title)] + lines).joined(separator: "\n") + "\n")
  }

  /// Tells the first ten warnings.
  func tellWarnings() {
    for warning in warnings.prefix(10) { Terminal.writeError(warning.headline + "\n") }
  }
}
