import Allocation
import Analysis
import ArgumentParser
import LinearProgramming
import Reporting
import SupplyChain

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the program of a model (its first objective) for any solver.",
    discussion: """
      Examples:
        lodestone export model.yaml --mps model.mps
        lodestone export model.yaml --scenario export_ban --lp ban.lp
        lodestone export model.yaml --mathprog model.mod && glpsol --math model.mod
        lodestone export model.yaml --relax --risk expected --mps extensive.mps

      Quantities are kilotonnes and millions; names are the same on every run.
      """)

  @OptionGroup var options: ModelOptions

  @Option(name: .long, help: "A file in free MPS format.")
  var mps: String?

  @Option(name: .long, help: "A file in CPLEX LP format.")
  var lp: String?

  @Option(name: .long, help: "A file in GNU MathProg, for glpsol.")
  var mathprog: String?

  @Flag(name: .long, help: "Drops the whole-number rules.")
  var relax = false

  @Option(
    name: .long,
    help: "All outcomes of the model's `uncertainty` in one program: expected, worst, regret, cvar."
  )
  var risk: Solve.Risk?

  @Option(name: .long, help: "With --risk cvar: the mean of the outcomes worse than this share.")
  var level: String?

  func validate() throws {
    if let level, risk != .cvar || SolveOptionText.fraction(level).map({ $0 < 1 }) != true {
      throw ValidationError(
        "--level is a share from 0 to below 1 for --risk cvar, found '\(printable(level))'")
    }
    guard mps != nil || lp != nil || mathprog != nil else {
      throw ValidationError("name a file to write: --mps FILE, --lp FILE or --mathprog FILE")
    }
  }

  func run() throws {
    let (document, model, _) = try options.read()
    let allocation = try extensive(document) ?? AllocationProgram(model, relaxed: relax)
    do {
      if let mps {
        try Output.write(file: mps, bytes: MPSWriter(allocation.program, names: .program).bytes())
      }
      if let lp {
        try Output.write(file: lp, bytes: LPWriter(allocation.program, names: .program).bytes())
      }
      if let mathprog {
        let writer = MathProgWriter(allocation.program, names: .program)
        try Output.write(file: mathprog, bytes: writer.bytes())
      }
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.isUsage ? Ending.usage : Ending.outputFailed
    }
  }

  /// The program of all outcomes; nil without `--risk`.
  private func extensive(_ document: ModelDocument) throws -> AllocationProgram? {
    guard let risk, let kind = Uncertainty.Risk(rawValue: risk.rawValue) else { return nil }
    let list = try options.outcomes(of: document, risk: risk, objectives: nil)
    do throws(UncertaintyProblem) {
      return try extensiveForm(
        list,
        risk: RiskMeasure(
          kind, level: level.flatMap(SolveOptionText.fraction) ?? list.uncertainty.level),
        isRelaxed: relax)
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw Ending.modelIsWrong
    }
  }
}
