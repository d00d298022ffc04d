import Analysis

/// What `sweep` says while it runs and at its end.
public struct SweepTranscript: Sendable {
  private let outcome: SweepOutcome
  private let inputs: Int
  private let design: SweepCases.Design
  private let store: String

  public init(_ outcome: SweepOutcome, inputs: Int, design: SweepCases.Design, store: String) {
    self.outcome = outcome
    self.inputs = inputs
    self.design = design
    self.store = store
  }

  /// The line that is rewritten on a terminal.
  public static func line(_ progress: SweepProgress) -> String {
    let done = progress.before + progress.solved
    var words = "\(count(done)) of \(count(progress.total)) cases"
    if let rate = progress.rate { words += ", \(Figure.number(rate, decimals: 1)) a second" }
    if let left = progress.secondsLeft { words += ", \(duration(left)) left" }
    if progress.doubtful > 0 { words += ", \(count(progress.doubtful)) without a verified optimum" }
    return words
  }

  private static func count(_ value: Int) -> String { Figure.number(Double(value)) }

  private static func duration(_ seconds: Double) -> String {
    if seconds < 100 { return Figure.number(seconds) + " s" }
    if seconds < 6000 { return Figure.number(seconds / 60) + " min" }
    return Figure.number(seconds / 3600, decimals: 1) + " h"
  }

  public var text: String {
    let progress = outcome.progress
    func count(_ value: Int) -> String { Figure.number(Double(value)) }
    var words = "\(count(progress.solved)) cases solved"
    if let rate = progress.rate {
      words +=
        " in \(Figure.seconds(progress.seconds)) (\(Figure.number(rate, decimals: 1)) a second)"
    }
    if progress.before > 0 { words += "; \(count(progress.before)) were there" }
    var lines = [words + "."]
    if progress.doubtful > 0 {
      lines.append(
        "\(count(progress.doubtful)) of them have no verified optimum; `lodestone results` lists why."
      )
    }
    let file = printable(store)
    if outcome.isComplete {
      lines.append("All \(count(progress.total)) cases are in \(file).")
    } else {
      lines.append("\(count(outcome.done)) of \(count(progress.total)) cases are in \(file).")
      if outcome.elsewhere > 0 {
        lines.append("\(count(outcome.elsewhere)) are in the hands of another process.")
      }
      lines.append("Run the same command again to go on.")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  public var json: JSONValue {
    let progress = outcome.progress
    return .object([
      ("schema_version", .integer(1)), ("store", .string(store)),
      ("design", .string(design.rawValue)), ("inputs", .integer(inputs)),
      ("cases", .integer(progress.total)), ("done", .integer(outcome.done)),
      ("solved", .integer(progress.solved)), ("before", .integer(progress.before)),
      ("without_verified_optimum", .integer(progress.doubtful)),
      ("elsewhere", .integer(outcome.elsewhere)), ("complete", .bool(outcome.isComplete)),
      ("interrupted", .bool(outcome.isInterrupted)), ("seconds", .number(progress.seconds)),
      ("cases_per_second", progress.rate.map { .number($0) } ?? .null),
    ])
  }
}
