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
  private let start = ContinuousClock.now

  var options: ModelOptions { command.options }

  init(_ command: Solve) throws {
    self.command = command
    let read = try command.options.read()
    document = read.document
    warnings = document.warnings(for: read.model).sorted { $0.line < $1.line }
    var model = read.model
    if let chosen = try command.objectives() { model.objectives = chosen }
    self.model = model
  }

  /// Seconds since the command began.
  var elapsed: Double { (ContinuousClock.now - start).seconds }

  func settings(_ interruption: Interruption) throws -> RunSettings {
    var settings = RunSettings(
      relax: command.rules.relax, timeLimit: command.timeLimit, gap: command.gap, interruption)
    settings.allocation.method = command.solverMethod
    settings.allocation.external = try command.solver?.found()
    return settings
  }

  /// Tells the first ten warnings.
  func tellWarnings() {
    for warning in warnings.prefix(10) { Terminal.writeError(warning.headline + "\n") }
  }
}
