import Allocation
import Analysis
import ArgumentParser
import LinearProgramming

/// `--relax`, `--gap` and `--time-limit`, in the same words for every command that makes plans.
struct RunOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: "Drops the whole-number rules (modules, smallest awards, exclusive groups).")
  var relax = false

  @Option(
    name: .long,
    help:
      "Relative gap at which a whole-number plan is good enough: 1% or 0.01. Without it 0.0001%; report and plot: 1%."
  )
  var gap: String?

  @Option(
    name: .long,
    help:
      "Seconds for a solve, after which its best plan so far is taken. Without it there is no limit; report: 120 for whole-number plans."
  )
  var timeLimit: Double?

  func validate() throws { try SolveOptionText.check(timeLimit: timeLimit, gap: gap) }

  /// Where `--gap` is not given, `standardGap` holds.
  func settings(_ interruption: Interruption, standardGap: String? = nil) -> RunSettings {
    RunSettings(relax: relax, timeLimit: timeLimit, gap: gap ?? standardGap, interruption)
  }
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
