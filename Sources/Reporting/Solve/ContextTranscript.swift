import Allocation
import Analysis
import SupplyChain

/// What `solve` prints beside the plan: what private money alone would build, the effect of the horizon's end, and the
/// inputs that move the answer most.
public struct ContextTranscript: Sendable {
  private let context: PlanContext
  private let words: ContextWords
  private let isVerbose: Bool
  private let style: TerminalStyle

  /// - Parameter isVerbose: whether it tells what it took.
  public init(
    _ context: PlanContext, _ solution: AllocationSolution, _ model: Model,
    isVerbose: Bool = false, style: TerminalStyle
  ) {
    self.isVerbose = isVerbose
    self.context = context
    self.style = style
    words = ContextWords(context, solution.plan, model)
  }

  /// Empty where there is nothing to say.
  public var text: String {
    var lines = [words.baseline, words.endEffect, words.equallyGood].compactMap(\.self).map(
      printable)
    if let sensitivity = words.sensitivity {
      var grid = TextGrid([.left] + sensitivity.head.dropFirst().map { _ in .right })
      grid.add(sensitivity.head)
      for row in sensitivity.rows { grid.add(row) }
      lines += [style.bold(printable(sensitivity.title))] + grid.lines(width: style.width)
    }
    if context.isInterrupted { lines.append(style.yellow("Interrupted") + " beside the plan.") }
    if isVerbose {
      lines.append(
        "Time: without public money \(Figure.seconds(context.baselineTime)), plans as good "
          + "\(Figure.seconds(context.equallyGoodTime)), more years "
          + "\(Figure.seconds(context.endEffectTime)), inputs \(Figure.seconds(context.sensitivityTime))."
      )
    }
    if lines.isEmpty { return "" }
    return (["", style.bold("Beside the plan")] + lines).joined(separator: "\n") + "\n"
  }
}
