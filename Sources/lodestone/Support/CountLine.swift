import Dispatch
import LinearProgramming
import SupplyChain

/// The line of progress while many solves run.
final class CountLine: @unchecked Sendable {
  private let line = ProgressLine()
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
    if seconds(ContinuousClock.now - start) >= 1 { line.show(words) }
  }

  func clear() { line.clear() }
}
