import ArgumentParser
import Reporting
import Service
import SupplyChain

/// Options that several solving commands take, read and checked in the same words.
enum SolveOptionText {
  static func check(timeLimit: Double?, gap: String?) throws {
    if let timeLimit, !(timeLimit.isFinite && timeLimit >= 0) {
      throw ValidationError("--time-limit is a number of seconds, 0 or more, found '\(timeLimit)'")
    }
    if let gap, fraction(gap) == nil {
      throw ValidationError(
        "--gap is a fraction from 0 to 1, like 0.01 or 1%, found '\(printable(gap))'")
    }
  }

  /// `0.01` or `1%`; nil for anything else.
  static func fraction(_ text: String) -> Double? { OptionText.fraction(text) }

  /// Says on standard error what is wrong with an order of `--objective`.
  static func warn(of objectives: [Objective], in model: Model) {
    for rule in model.rulesWithoutEffect(under: objectives) {
      Terminal.writeError(
        "lodestone: warning: --objective: rule \(rule.name) has no effect: its penalty is money, and "
          + "no objective counts money\n")
    }
    guard let advice = ObjectiveAdvice.of(objectives, hasTargets: !model.targets.isEmpty) else {
      return
    }
    let meant = advice.meant.map(\.rawValue).joined(separator: ",")
    Terminal.writeError(
      "lodestone: warning: --objective: \(advice.message)\n  did you mean --objective \(meant)?\n")
  }

  /// Names separated by commas; nil where there is no text.
  static func objectives(_ text: String?) throws -> [Objective]? {
    guard let text else { return nil }
    return try ModelOptions.read { () throws(OptionProblem) in try OptionText.objectives(text) }
  }
}
