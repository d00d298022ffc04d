import Dispatch
import LinearProgramming
import Reporting
import SupplyChain

/// One line on standard error that is rewritten while many solves run; only on a terminal and only after a
/// second.
final class CountLine: @unchecked Sendable {
  private let isShown = Terminal.isErrorInteractive
  private let start = ContinuousClock.now
  private let queue = DispatchQueue(label: "count.line")
  /// What is being solved; under the queue.
  private var current = ""

  /// What the progress of a solve that now begins is told with.
  func begin(_ words: String) {
    queue.sync { current = words }
    show(words)
  }

  func show(_ objective: Objective, _ progress: SolverProgress) {
    let words = queue.sync { current }
    show(words + ": " + ProgressLine.words(objective, progress))
  }

  func show(_ words: String) {
    guard isShown else { return }
    let time = seconds(ContinuousClock.now - start)
    if time >= 1 { Terminal.writeError("\r\u{1B}[K\(words)") }
  }

  func clear() {
    if isShown { Terminal.writeError("\r\u{1B}[K") }
  }
}
