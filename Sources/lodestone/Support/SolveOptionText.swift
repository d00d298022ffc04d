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
    guard let advice = ObjectiveAdvice.of(objectives, in: model) else { return }
    let meant = advice.meant.map(\.written).joined(separator: ",")
    Terminal.writeError(
      "lodestone: warning: --objective: \(advice.message)\n  did you mean --objective \(meant)?\n")
  }

  /// Names separated by commas, of the model's measures too; nil where there is no text.
  static func objectives(_ text: String?, in model: Model) throws -> [Objective]? {
    guard let text else { return nil }
    do throws(OptionProblem) {
      return try OptionText.objectives(text, in: model)
    } catch {
      Terminal.writeError("lodestone: \(error.message)\n")
      throw Ending.usage
    }
  }
}
