import Allocation
import LinearProgramming
import SupplyChain

/// What `solve` prints on the terminal: title, plan, objectives, verification, size and timings.
public struct SolveTranscript: Sendable {
  private let solution: AllocationSolution
  private let model: Model
  private let scenarios: [String]
  private let timing: Timing
  private let style: TerminalStyle

  public init(
    solution: AllocationSolution, model: Model, scenarios: [String], timing: Timing,
    style: TerminalStyle
  ) {
    self.solution = solution
    self.model = model
    self.scenarios = scenarios
    self.timing = timing
    self.style = style
  }

  public var text: String {
    var lines = [title, ""]
    if solution.status != .optimal { lines += [statusLine, ""] }
    if let plan = solution.plan {
      lines += PlanSummary(plan, model, style: style).lines + [""]
    }
    lines += objectives + verification + [size, timings]
    return lines.joined(separator: "\n") + "\n"
  }

  private var title: String {
    var words = style.bold(printable(model.name))
    if !scenarios.isEmpty {
      words += " · scenario " + scenarios.map(printable).joined(separator: " + ")
    }
    if model.budgetScale != 1 { words += " · budget × \(model.budgetScale)" }
    return words
  }

  private var statusLine: String {
    let reason = printable(solution.reason ?? "no reason is known")
    switch solution.status {
    case .optimal: return ""
    case .feasible: return style.yellow("Stopped early") + ": \(reason)."
    case .infeasible:
      return style.red("Infeasible") + ": \(reason).\n"
        + "`lodestone explain` tells why, and the smallest change that helps"
        + (model.targets.isEmpty
          ? "." : "; `lodestone reach` shows the plan that comes nearest to the targets.")
    case .unbounded: return style.red("Unbounded") + ": \(reason)."
    case .interrupted: return style.yellow("Interrupted") + ": \(reason)."
    case .failed: return style.red("Not verified") + ": \(reason)."
    }
  }

  /// The objectives and the verdict, without what the solve took.
  static func ending(
    _ solution: AllocationSolution, _ model: Model, _ style: TerminalStyle
  ) -> [String] {
    let transcript = SolveTranscript(
      solution: solution, model: model, scenarios: [], timing: Timing(), style: style)
    return transcript.objectives + transcript.verification
  }

  private var objectives: [String] {
    guard !solution.objectives.isEmpty else { return [] }
    var grid = TextGrid([.left, .right, .left])
    for (objective, value) in solution.objectives {
      switch objective.amount {
      case .share:
        grid.add([
          objective.name, Figure.percent(value, decimals: 4),
          objective == .dependency
            ? "index over all years, by weighted demand" : "index of the worst year",
        ])
      case .money:
        grid.add([
          objective.name, Money.words(objective.shown(value), model.currency),
          "present value (\(Figure.number(objective.shown(value), decimals: 3)) million \(model.currency))"
            + (objective.isMaximised ? ", the most there is" : ""),
        ])
      case .weightedTonnes:
        grid.add([objective.name, Figure.number(value, decimals: 3), "t, weighted"])
      case .own(let unit):
        grid.add([
          objective.name, Figure.number(objective.shown(value), decimals: 3),
          (unit.isEmpty ? "" : unit + ", ") + "over all years"
            + (objective.isMaximised ? ", the most there is" : ""),
        ])
      }
    }
    return [style.bold("Objectives, in order")] + grid.lines(width: style.width)
  }

  private var verification: [String] {
    guard let check = solution.verification else { return [] }
    let verdict = check.isVerified ? style.green("Verified") : style.red("NOT verified")
    var words =
      "\(verdict) by recomputation: gap \(Figure.gap(check.relativeGap)), "
      + "largest rule violation \(Figure.tiny(check.primalInfeasibility)) of its size, "
      + "dual violation \(Figure.tiny(check.dualInfeasibility))"
    if solution.size.integers > 0 {
      words += ", whole numbers off by \(Figure.tiny(check.integralityViolation))"
    }
    return [words + "."]
  }

  private var size: String {
    let size = solution.size
    var words =
      "Program: \(Figure.number(Double(size.rows))) rows, \(Figure.number(Double(size.columns))) columns, "
      + "\(Figure.number(Double(size.nonzeros))) nonzeros"
    if size.integers > 0 { words += ", \(size.integers) whole-number columns" }
    return words + "."
  }

  private var timings: String {
    "Time: read \(Figure.seconds(timing.read)), build \(Figure.seconds(timing.build)), "
      + "solve \(Figure.seconds(timing.solve)), verify \(Figure.seconds(timing.verify)), "
      + "total \(Figure.seconds(timing.total))."
  }
}
