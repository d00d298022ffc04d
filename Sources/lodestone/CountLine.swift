import Reporting

/// One line on standard error that is rewritten while many solves run; only on a terminal and only after a
/// second.
final class CountLine: Sendable {
  private let isShown = Terminal.isErrorInteractive
  private let start = ContinuousClock.now

  func show(_ words: String) {
    guard isShown else { return }
    let time = seconds(ContinuousClock.now - start)
    if time >= 1 { Terminal.writeError("\r\u{1B}[K\(words)") }
  }

  func clear() {
    if isShown { Terminal.writeError("\r\u{1B}[K") }
  }
}
