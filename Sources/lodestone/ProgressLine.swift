import Foundation
import LinearProgramming
import Reporting
import SupplyChain

/// One line on standard error that is rewritten while a solve runs; only on a terminal and only after a second.
final class ProgressLine: Sendable {
  let isShown = Terminal.isErrorInteractive

  func show(_ objective: Objective, _ progress: SolverProgress) {
    guard isShown, progress.seconds >= 1 else { return }
    Terminal.writeError("\r\u{1B}[K" + Self.words(objective, progress))
  }

  static func words(_ objective: Objective, _ progress: SolverProgress) -> String {
    var words = "\(objective.rawValue): \(Figure.number(Double(progress.iterations))) iterations"
    if let value = progress.objective { words += ", value \(Figure.number(value, decimals: 6))" }
    if let gap = progress.relativeGap { words += ", gap \(Figure.percent(gap, decimals: 2))" }
    return words + ", \(Figure.seconds(progress.seconds))"
  }

  func show(_ words: String) {
    if isShown { Terminal.writeError("\r\u{1B}[K" + words) }
  }

  func clear() {
    if isShown { Terminal.writeError("\r\u{1B}[K") }
  }
}
