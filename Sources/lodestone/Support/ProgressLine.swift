import Foundation
import LinearProgramming
import Reporting
import SupplyChain
import Synchronization

/// One line on standard error that is rewritten while a solve runs; only on a terminal and only after a second,
/// ten times a second at most.
final class ProgressLine: Sendable {
  let isShown = Terminal.isErrorInteractive
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  func show(_ objective: Objective, _ progress: SolverProgress) {
    guard progress.seconds >= 1 else { return }
    show(Self.words(objective, progress))
  }

  static func words(_ objective: Objective, _ progress: SolverProgress) -> String {
    var words = "\(objective.name): \(Figure.number(Double(progress.iterations))) iterations"
    if let value = progress.objective {
      words +=
        objective.isShare
        ? ", index \(Figure.percent(value, decimals: 2))"
        : ", value \(Figure.number(objective.shown(value), decimals: 1))"
    }
    if let gap = progress.relativeGap { words += ", gap \(Figure.gap(gap))" }
    return words + ", \(Figure.seconds(progress.seconds))"
  }

  func show(_ words: String) {
    guard isShown else { return }
    let isDue = last.withLock { last in
      let now = ContinuousClock.now
      if let last, now - last < .milliseconds(100) { return false }
      last = now
      return true
    }
    // A line that wraps cannot be rewritten.
    if isDue { Terminal.writeError("\r\u{1B}[K" + words.prefix(Terminal.errorWidth - 1)) }
  }

  func clear() {
    if isShown { Terminal.writeError("\r\u{1B}[K") }
  }
}
