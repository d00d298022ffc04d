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
        lodestone export model.yaml --relax --risk expected --smps program

      Quantities are kilotonnes and millions; names are the same on every run.
      """)

  @OptionGroup var options: ModelOptions

  @Option(name: .long, help: "A file in free MPS format.")
  var mps: String?

  @Option(name: .long, help: "A file in CPLEX LP format.")
  var lp: String?

  @Option(name: .long, help: "A file in GNU MathProg, for glpsol.")
  var mathprog: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --risk expected: the program by stages as the three files of SMPS, NAME.cor, NAME.tim and NAME.sto.",
      valueName: "name"))
  var smps: String?

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
    if smps != nil, risk != .expected {
      throw ValidationError(
        "--smps holds a program of expected values: give --risk expected with it; --mps writes other measures as one program"
      )
    }
    guard mps != nil || lp != nil || mathprog != nil || smps != nil else {
      throw ValidationError(
        "name a file to write: --mps FILE, --lp FILE, --mathprog FILE or --smps NAME")
    }
  }

  func run() throws {
    let (document, model, _) = try options.read()
    let writesOne = mps != nil || lp != nil || mathprog != nil
    let allocation =
      writesOne ? try extensive(document) ?? AllocationProgram(model, relaxed: relax) : nil
    let staged = try smps == nil ? nil : SMPSWriter(twoStages(document))
    do {
      if let smps, let staged {
        try Output.write(file: smps + ".cor", bytes: staged.core())
        try Output.write(file: smps + ".tim", bytes: staged.time())
        try Output.write(file: smps + ".sto", bytes: staged.stochastic())
      }
      guard let allocation else { return }
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

  private func twoStages(_ document: ModelDocument) throws -> TwoStageProgram {
    let list = try options.outcomes(of: document, risk: risk, objectives: nil)
    do throws(UncertaintyProblem) {
      return try twoStageProgram(list, isRelaxed: relax)
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw Ending.modelIsWrong
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
