import LinearProgramming
import SupplyChain
import Support
import Synchronization

/// The line of progress while many solves run.
final class CountLine: Sendable {
  private let line = ProgressLine()
  private let start = ContinuousClock.now
  /// What is being solved.
  private let current = Mutex("")

  /// What the progress of a solve that now begins is told with.
  func begin(_ words: String) {
    current.withLock { $0 = words }
    show(words)
  }

  func show(_ objective: Objective, _ progress: SolverProgress) {
    let words = current.withLock { $0 }
    show(words + ": " + ProgressLine.words(objective, progress))
  }

  func show(_ words: String) {
    if (ContinuousClock.now - start).seconds >= 1 { line.show(words) }
  }

  func clear() { line.clear() }
}
