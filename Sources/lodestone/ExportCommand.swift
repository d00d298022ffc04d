import Allocation
import ArgumentParser
import LinearProgramming
import Reporting

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the program of a model (its first objective) for any solver.",
    discussion: """
      Examples:
        lodestone export model.yaml --mps model.mps
        lodestone export model.yaml --scenario export_ban --lp ban.lp

      Quantities are kilotonnes and millions; names are the same on every run.
      """)

  @OptionGroup var options: ModelOptions

  @Option(name: .long, help: "A file in free MPS format.")
  var mps: String?

  @Option(name: .long, help: "A file in CPLEX LP format.")
  var lp: String?

  @Flag(name: .long, help: "Drops the whole-number rules.")
  var relax = false

  func validate() throws {
    guard mps != nil || lp != nil else {
      throw ValidationError("name a file to write: --mps FILE or --lp FILE")
    }
  }

  func run() throws {
    let (model, _) = try options.load()
    let allocation = AllocationProgram(model, relaxed: relax)
    do {
      if let mps {
        try Output.write(file: mps, bytes: MPSWriter(allocation.program, names: .program).bytes())
      }
      if let lp {
        try Output.write(file: lp, bytes: LPWriter(allocation.program, names: .program).bytes())
      }
    } catch {
      Terminal.writeError("lodestone: \(printable(error.description))\n")
      throw error.isUsage ? Ending.usage : Ending.outputFailed
    }
  }
}
