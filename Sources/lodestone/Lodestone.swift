import ArgumentParser
import Foundation
import Reporting
import SupplyChain

@main
struct Lodestone: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lodestone",
    abstract:
      "Plans where public money should go so that dependence on foreign-controlled supply falls most.",
    discussion: """
      Questions, and the command that answers each (--relax leaves out whole numbers: seconds instead of minutes in a large model):
        What should be funded?            lodestone solve Models/tutorial.yaml
        What if exports are banned?       lodestone compare model.yaml --relax
        What if the budget is halved?     lodestone compare model.yaml --relax --budget-scale 50%
        What of awards already made?      lodestone evaluate model.yaml --awards awards.csv --relax
        What does 40 % by 2035 take?      lodestone reach model.yaml 2035=40% --relax
        Why this project, not that?       lodestone explain model.yaml --relax --facility NAME
        Which number matters most?        lodestone sensitivity model.yaml
        What is right in any case?        lodestone alternatives model.yaml --relax
        What does more money buy?         lodestone frontier model.yaml --relax
        What does one aim cost another?   lodestone pareto model.yaml --relax --objectives dependency,public_cost
        What changed?                     lodestone diff old.yaml new.yaml --explain --relax
        What if prices are dumped?        lodestone floors model.yaml --case price_dumping
        How sure are we?                  lodestone stress model.yaml --relax
        What if inputs are otherwise?     lodestone sweep model.yaml --relax --store runs.db
                                          lodestone results runs.db

      Exit codes: 0 a verified plan, 1 the model is wrong, 2 wrong usage, 3 infeasible or unbounded, 4 stopped by a limit or Ctrl-C, 5 not verified, 74 output could not be written.
      """,
    version: Version.current,
    subcommands: [
      Solve.self, EvaluateAwards.self, Compare.self, FindDifferences.self, ReachTargets.self,
      Explain.self, FindAlternatives.self, BudgetFrontier.self, FindPareto.self, FindFloors.self,
      FindSensitivity.self, StressTestCommand.self, SweepCommand.self, Results.self,
      MakeReport.self, Plot.self,
      RunSession.self, Serve.self, New.self, Validate.self, Describe.self, Show.self, Sources.self,
      Units.self, Schema.self, Export.self, Check.self, Bench.self,
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
      let text = misspelt ?? fullMessage(for: error, columns: Terminal.style.width)
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

extension Lodestone {
  /// What is said where the first word is no command; nil where it is one, or an option.
  private static var misspelt: String? {
    guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-") else {
      return nil
    }
    let known = configuration.subcommands.map { $0._commandName } + ["help"]
    if known.contains(word) { return nil }
    let near = Spelling.nearest(to: word, in: known)
    return "Error: there is no command '\(word)'"
      + (near.map { "; did you mean '\($0)'?" } ?? "")
      + "\n  the commands: " + known.joined(separator: ", ")
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
