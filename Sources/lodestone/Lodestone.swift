import ArgumentParser
import Foundation
import Reporting

@main
struct Lodestone: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lodestone",
    abstract:
      "Plans where public money should go so that dependence on foreign-controlled supply falls most.",
    discussion: """
      Examples:
        lodestone solve Models/us-ndfeb/model.yaml
        lodestone solve Models/us-ndfeb/model.yaml --scenario export_ban --json
        lodestone solve Models/tutorial.yaml --budget-scale 0.5 --out results
        lodestone validate my-model.yaml
        lodestone export Models/tutorial.yaml --mps tutorial.mps

      Exit codes: 0 a verified plan, 1 the model is wrong, 2 wrong usage, 3 infeasible or unbounded,
      4 stopped by a limit or Ctrl-C, 5 not verified, 74 output could not be written.
      """,
    version: Version.current,
    subcommands: [
      Solve.self, Compare.self, BudgetFrontier.self, Show.self,
      MakeReport.self, Plot.self, SweepCommand.self, Results.self, Describe.self, Validate.self,
      Sources.self, Export.self, New.self, Schema.self, Units.self, Bench.self, Check.self,
      Explain.self, FindAlternatives.self, FindFloors.self, FindSensitivity.self,
    ])

  /// Wrong usage exits with 2; everything else as the commands say.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
      Terminal.finish(.success)
    } catch let ending as Ending {
      Terminal.finish(ending)
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success {
        Terminal.write(text + "\n")
        Terminal.finish(.success)
      }
      // It quotes what was typed, which may be pasted.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      Terminal.writeError(lines.map { printable(String($0)) }.joined(separator: "\n") + "\n")
      Terminal.finish(.usage)
    }
  }
}

/// How a run ends; the raw value is the exit code.
enum Ending: Int32, Error {
  case success = 0
  case modelIsWrong = 1
  case usage = 2
  case noPlan = 3
  case stopped = 4
  case notVerified = 5
  case solverFailed = 70
  case outputFailed = 74
}
