import Allocation
import Analysis
import ArgumentParser
import LinearProgramming

/// `--relax`, in the same words for every command that makes plans.
struct RunOptions: ParsableArguments {
  @Flag(
    name: .long, help: "Drops the whole-number rules (modules, smallest awards, exclusive groups).")
  var relax = false
}

extension RunSettings {
  /// Settings from options that `SolveOptionText.check` has admitted; `timeLimit` in seconds.
  init(
    relax: Bool, timeLimit: Double? = nil, gap: String? = nil, _ interruption: Interruption
  ) {
    self.init(isRelaxed: relax)
    allocation.timeLimit = timeLimit
    allocation.relativeGap = gap.flatMap(SolveOptionText.fraction)
    cancellation = interruption.cancellation
  }
}

extension CountLine {
  /// Tells the phase that begins, and how its solve stands.
  func follow(_ settings: inout RunSettings) {
    settings.progress = { self.begin($0.phase) }
    settings.allocation.progress = { self.show($0, $1) }
  }
}
