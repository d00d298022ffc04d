import Allocation
import LinearProgramming

/// What every study takes: which rules hold, the limits of its solves, and where its progress is told.
public struct RunSettings: Sendable {
  /// Drops the whole-number rules (modules, smallest awards, exclusive groups).
  public var isRelaxed: Bool
  /// Method, time limit (seconds), relative gap and cancellation of its solves. Each study says whether the time limit
  /// holds for one solve or for all of them together.
  public var allocation = AllocationSettings()
  /// Called from any thread.
  public var progress: (@Sendable (RunProgress) -> Void)?

  public init(isRelaxed: Bool = false) { self.isRelaxed = isRelaxed }

  /// Ends a study early.
  public var cancellation: Cancellation? {
    get { allocation.cancellation }
    set { allocation.cancellation = newValue }
  }

  /// For a program that a study solves beside the allocation's: its limits and its gap.
  var solver: SolverOptions {
    var options = SolverOptions()
    options.cancellation = cancellation
    options.timeLimit = allocation.timeLimit
    if let gap = allocation.relativeGap { options.relativeGap = gap }
    return options
  }

  func report(_ phase: String, _ done: Int, _ total: Int?) {
    progress?(RunProgress(phase: phase, done: done, total: total))
  }
}

/// Where a study stands.
public struct RunProgress: Sendable {
  /// Such as “all outcomes together”.
  public var phase: String
  /// Of the running solve's objective, in its unit; nil where there is none yet.
  public var value: Double?
  public var bound: Double?
  /// Parts of the phase: solves, cases or outcomes.
  public var done: Int?
  public var total: Int?
  /// Of the running solve.
  public var iterations: Int?
}
