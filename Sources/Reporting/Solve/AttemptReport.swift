import Allocation
import LinearProgramming

/// Which solver steps were taken for each objective, and their results: for `--verbose` and for JSON.
public struct AttemptReport {
  private let stages: [AllocationSolution.Stage]

  public init(_ solution: AllocationSolution) { stages = solution.stages }

  /// A table with a row an attempt; the last of an objective gave its answer.
  ///
  /// - Parameter width: of the terminal, characters.
  public func lines(width: Int) -> [String] {
    var grid = TextGrid([.left, .left, .left, .right, .right])
    grid.add(["Objective", "Solver step", "Result", "iterations", "s"])
    for stage in stages {
      for (index, attempt) in stage.attempts.enumerated() {
        grid.add([
          index == 0 ? stage.objective.name : "", attempt.name, words(attempt.result),
          attempt.iterations > 0 ? Figure.number(Double(attempt.iterations)) : "",
          Figure.seconds(attempt.seconds),
        ])
      }
    }
    return grid.lines(width: width)
  }

  /// The name of an end as people read it: `iterationLimit` is “iteration limit”.
  private func words(_ result: String) -> String {
    var text = ""
    for letter in result {
      let begins = letter.isUppercase && text.last?.isLowercase == true
      text += begins ? " " + letter.lowercased() : String(letter)
    }
    return text
  }

  /// By objective: `[{"objective": …, "attempts": […]}]`.
  func json(timed: Bool) -> JSONValue {
    .array(
      stages.map { stage in
        .object([
          ("objective", .string(stage.objective.name)),
          ("attempts", AttemptReport.json(stage.attempts, timed: timed)),
        ])
      })
  }

  /// - Parameter timed: whether seconds are given, which differ from run to run.
  static func json(_ attempts: [Attempt], timed: Bool) -> JSONValue {
    .array(
      attempts.map { attempt in
        var members: [(key: String, value: JSONValue)] = [
          ("method", .string(attempt.method.rawValue)), ("detail", .string(attempt.detail)),
          ("result", .string(attempt.result)), ("iterations", .integer(attempt.iterations)),
        ]
        if timed { members.append(("seconds", .number(attempt.seconds))) }
        return .object(members)
      })
  }
}
